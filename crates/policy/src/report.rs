//! What is found while a document is checked.

use alloc::{string::String, vec::Vec};
use core::fmt;

use portcullis_json::pointer::push_member;
use portcullis_wire::policy::Finding;

/// The mistakes so far, in the order of the document's sections.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn push(&mut self, code: &str, path: impl Into<String>, message: impl Into<String>) {
        self.findings.push(Finding { code: code.into(), path: path.into(), message: message.into() });
    }
}

/// An entry of a section of the document, by its name. Written as a JSON Pointer, and so only where
/// something is wrong with it.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'n> {
    pub(crate) section: &'static str,
    pub(crate) name: &'n str,
}

impl fmt::Display for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/{}", self.section, escaped(self.name))
    }
}

/// A name as a step of a JSON Pointer, without the slash before it.
pub(crate) fn escaped(name: &str) -> String {
    let mut pointer = String::new();
    push_member(&mut pointer, name);
    pointer.split_off(1)
}
