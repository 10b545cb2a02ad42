//! Reads a document so that every mistake is reported at once, each with its path.

use alloc::{format, string::String, vec::Vec};

use hashbrown::HashSet;
use portcullis_json::{
    self as json, Json, JsonError, Read, Reader,
    pointer::{push_element, push_member},
    read::{MAX_MISTAKES, Mistake, MistakeKind},
};
use portcullis_wire::policy::Finding;

/// Reads a document, whose paths begin with `root`. With findings, what could still be read of it
/// comes too, if anything.
pub(crate) fn read<T: for<'a> Read<'a>>(text: &str, root: &str) -> (Option<T>, Vec<Finding>) {
    let tree = match json::parse_text_marking_repeats(text) {
        Ok(tree) => tree,
        Err(error) => return (None, Vec::from([syntax(text, root, error)])),
    };
    let mut search = Search::default();
    search.repeats(&tree, &mut root.into());
    let mut reader = Reader::without(search.repeated);
    let mut document = T::blank();
    let good = document.read(&tree, &mut reader);
    let mut findings = search.findings;
    findings.extend(reader.mistakes().into_iter().map(|mistake| finding(root, mistake)));
    findings.truncate(MAX_MISTAKES);
    (good.then_some(document), findings)
}

fn finding(root: &str, mistake: Mistake) -> Finding {
    let code = match mistake.kind {
        MistakeKind::UnknownMember => "unknown_member",
        MistakeKind::MissingMember => "missing_member",
        MistakeKind::WrongType => "wrong_type",
    };
    let path = format!("{root}{}", mistake.pointer);
    Finding { code: code.into(), path, message: mistake.message }
}

/// The members whose names came before in the same object.
#[derive(Default)]
struct Search<'t> {
    findings: Vec<Finding>,
    repeated: Vec<&'t Json<'t>>,
}

impl<'t> Search<'t> {
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
                    } else if self.findings.len() < MAX_MISTAKES {
                        let (code, message) = ("duplicate_member".into(), "the member comes twice".into());
                        self.findings.push(Finding { code, path: pointer.clone(), message });
                        self.repeated.push(value);
                    }
                    pointer.truncate(length);
                }
            }
            _ => {}
        }
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
