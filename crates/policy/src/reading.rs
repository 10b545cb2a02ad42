//! Reads a policy document so that every mistake is reported at once, each with its path.
//!
//! A deserializer stops at the first mistake. So a document with mistakes is read again without
//! the member that was refused, until the rest is right. A document without mistakes is read once.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

use portcullis_wire::policy::{Finding, PolicyDocument};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// More mistakes than this are not looked for.
const MAX_FINDINGS: usize = 100;

/// Reads a document. With findings, what could still be read of it comes too, if anything.
pub(crate) fn read(text: &str) -> (Option<PolicyDocument>, Vec<Finding>) {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let first = match serde_path_to_error::deserialize(&mut deserializer) {
        Ok(document) => match deserializer.end() {
            Ok(()) => return (Some(document), Vec::new()),
            Err(error) => return (Some(document), Vec::from([syntax(&error)])),
        },
        Err(error) => error,
    };
    if first.inner().is_syntax() || first.inner().is_eof() {
        return (None, Vec::from([syntax(first.inner())]));
    }
    let Ok(mut value) = serde_json::from_str::<Value>(text) else {
        return (None, Vec::from([syntax(first.inner())]));
    };
    let mut findings = Vec::new();
    let mut removed = Removed::default();
    while findings.len() < MAX_FINDINGS {
        let error = match serde_path_to_error::deserialize::<_, PolicyDocument>(&value) {
            Ok(document) if findings.is_empty() => {
                // Read from a tree it is right, so the mistake is one that a tree cannot show: a
                // member that comes twice.
                findings.push(finding(first.path(), &pointer(first.path()), first.inner()));
                return (Some(document), findings);
            }
            Ok(document) => return (Some(document), findings),
            Err(error) => error,
        };
        findings.push(finding(error.path(), &removed.original(error.path()), error.inner()));
        if !removed.take(&mut value, error.path()) {
            break;
        }
    }
    (None, findings)
}

fn syntax(error: &serde_json::Error) -> Finding {
    Finding { code: "syntax".into(), path: String::new(), message: error.to_string() }
}

fn finding(path: &Path, pointer: &str, error: &serde_json::Error) -> Finding {
    let text = error.to_string();
    // Positions in the text belong to the path, which says it better.
    let message = text.split(" at line ").next().unwrap_or(&text);
    let code = if message.starts_with("unknown field") {
        "unknown_member"
    } else if message.starts_with("missing field") {
        "missing_member"
    } else if message.starts_with("duplicate field") {
        "duplicate_member"
    } else {
        "wrong_type"
    };
    let _ = path;
    Finding { code: code.into(), path: pointer.into(), message: message.into() }
}

fn pointer(path: &Path) -> String {
    path.iter().filter_map(member).map(|segment| format!("/{segment}")).collect()
}

fn member(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Map { key } => Some(escape(key)),
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// RFC 6901, section 3.
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Which members of lists are gone, so that the paths that follow still count from the original.
#[derive(Default)]
struct Removed(BTreeMap<String, Vec<usize>>);

impl Removed {
    fn original(&self, path: &Path) -> String {
        let mut pointer = String::new();
        for segment in path.iter() {
            let part = match segment {
                Segment::Seq { index } => {
                    let mut original = *index;
                    for &gone in self.0.get(&pointer).into_iter().flatten() {
                        if gone <= original {
                            original = original.saturating_add(1);
                        }
                    }
                    Some(original.to_string())
                }
                other => member(other),
            };
            if let Some(part) = part {
                pointer.push('/');
                pointer.push_str(&part);
            }
        }
        pointer
    }

    /// Takes what the path names out of the document. False if that is the document itself.
    fn take(&mut self, value: &mut Value, path: &Path) -> bool {
        let original = self.original(path);
        let now = pointer(path);
        let (Some((parent, last)), Some((original_parent, original_last))) =
            (now.rsplit_once('/'), original.rsplit_once('/'))
        else {
            return false;
        };
        match value.pointer_mut(parent) {
            Some(Value::Object(members)) => {
                members.remove(&last.replace("~1", "/").replace("~0", "~")).is_some()
            }
            Some(Value::Array(items)) => {
                let (Ok(at), Ok(original_at)) = (last.parse::<usize>(), original_last.parse::<usize>())
                else {
                    return false;
                };
                if at >= items.len() {
                    return false;
                }
                items.remove(at);
                let gone = self.0.entry(original_parent.into()).or_default();
                gone.push(original_at);
                gone.sort_unstable();
                true
            }
            _ => false,
        }
    }
}
