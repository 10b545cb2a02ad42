//! Reads a document so that every mistake is reported at once, each with its path.
//!
//! Reading stops at the first mistake. So a document with mistakes is read again without the member
//! that was refused, until the rest is right. A document without mistakes is read once.

use alloc::{format, string::String, vec::Vec};

use hashbrown::HashSet;
use portcullis_token::json::{self, Json, JsonError};
use portcullis_wire::policy::Finding;
use serde::de::DeserializeOwned;

use crate::from_json::{Mistake, MistakeKind, from_json_without, push_element, push_member};

/// More mistakes than this are not looked for.
const MAX_FINDINGS: usize = 100;

/// Nor are more than a few in a large document: that which is read again must end in time.
const MAX_BYTES_READ: usize = 64 << 20;

/// Reads a document, whose paths begin with `root`. With findings, what could still be read of it
/// comes too, if anything.
pub(crate) fn read<T: DeserializeOwned>(text: &str, root: &str) -> (Option<T>, Vec<Finding>) {
    let tree = match json::parse_marking_repeats(text.as_bytes()) {
        Ok(tree) => tree,
        Err(error) => return (None, Vec::from([syntax(text, root, error)])),
    };
    let mut search = Search::new(&tree, root, text.len());
    loop {
        match from_json_without(&tree, &search.without) {
            Ok(document) => return (Some(document), search.findings),
            Err(mistake) if search.goes_on_without(&mistake) => {}
            Err(_) => return (None, search.findings),
        }
    }
}

/// What was found, and what the next reading leaves out.
struct Search<'t> {
    root: &'t str,
    limit: usize,
    findings: Vec<Finding>,
    without: Vec<&'t Json<'t>>,
}

impl<'t> Search<'t> {
    fn new(tree: &'t Json<'t>, root: &'t str, bytes: usize) -> Self {
        let limit = MAX_BYTES_READ.checked_div(bytes).unwrap_or(MAX_FINDINGS).clamp(1, MAX_FINDINGS);
        let mut search = Self { root, limit, findings: Vec::new(), without: Vec::new() };
        search.repeats(tree, &mut root.into());
        search
    }

    /// Finds the members whose names came before in the same object.
    fn repeats(&mut self, json: &'t Json<'t>, pointer: &mut String) {
        let length = pointer.len();
        match json {
            Json::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    push_element(pointer, index);
                    self.repeats(element, pointer);
                    pointer.truncate(length);
                }
            }
            Json::Object(object) if object.repeats() => {
                let mut names = HashSet::new();
                for (name, value) in object.iter() {
                    push_member(pointer, name);
                    if names.insert(name) {
                        self.repeats(value, pointer);
                    } else if self.findings.len() < MAX_FINDINGS {
                        self.push("duplicate_member", pointer.clone(), "the member comes twice".into());
                        self.without.push(value);
                    }
                    pointer.truncate(length);
                }
            }
            _ => {}
        }
    }

    /// Writes a mistake down. False if it is the last to be looked for.
    fn goes_on_without(&mut self, mistake: &Mistake<'t>) -> bool {
        let code = match mistake.kind() {
            MistakeKind::UnknownMember => "unknown_member",
            MistakeKind::MissingMember => "missing_member",
            MistakeKind::WrongType => "wrong_type",
        };
        let path = format!("{}{}", self.root, mistake.pointer());
        // A member that was left out because it is wrong is not missing on top of that.
        let left_out = mistake.missing().map(|name| format!("{path}/{name}"));
        if !self.findings.iter().any(|finding| Some(&finding.path) == left_out.as_ref()) {
            self.push(code, path, mistake.message().into());
        }
        match mistake.member() {
            Some(member) if self.findings.len() < self.limit => {
                self.without.push(member);
                true
            }
            _ => false,
        }
    }

    fn push(&mut self, code: &str, path: String, message: String) {
        self.findings.push(Finding { code: code.into(), path, message });
    }
}

fn syntax(text: &str, root: &str, error: JsonError) -> Finding {
    let before = text.get(..error.offset()).unwrap_or(text);
    let line = before.matches('\n').count().saturating_add(1);
    let column = before.chars().rev().take_while(|character| *character != '\n').count().saturating_add(1);
    let message = format!("{} at line {line}, column {column}", error.kind());
    Finding { code: "syntax".into(), path: root.into(), message }
}

#[cfg(test)]
mod tests;
