//! From the tree to typed values.
//!
//! A value is read in place, and what is wrong is written down with where it stands while reading
//! goes on: one pass finds every mistake of a document, and no step has to hand an error back. That,
//! and one reader for all objects and all enums, makes it much less code than a visitor for each type.
//!
//! The derive follows the attributes of serde, which writes the same types: `rename`, `rename_all`,
//! `default` and `deny_unknown_fields`; enums are tagged by the name of an object's only member, or are
//! a word alone.

use alloc::{
    borrow::Cow,
    boxed::Box,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use crate::{
    Json, decimal,
    pointer::{push_element, push_member},
};

#[cfg(test)]
mod tests;
mod types;

/// More mistakes than this are not written down.
pub const MAX_MISTAKES: usize = 100;

/// What can be read from a tree. Strings without escapes borrow from the text of the tree.
pub trait Read<'a>: Sized {
    /// What stands in a place before it is read.
    fn blank() -> Self;

    /// Reads. False if that failed: a mistake was written down, and what stands here is not to be used.
    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool;
}

/// Reads a whole value.
///
/// # Errors
/// Every mistake, in the order of the text.
pub fn read<'a, T: Read<'a>>(json: &'a Json<'a>) -> Result<T, Vec<Mistake>> {
    let mut reader = Reader::default();
    let mut value = T::blank();
    if value.read(json, &mut reader) && reader.mistakes.is_empty() { Ok(value) } else { Err(reader.mistakes) }
}

/// Why a tree is not the value that was wanted, and where.
///
/// The message may repeat what stands there, so it is for the author of the document alone; `Debug`
/// shows neither that nor the place.
#[derive(Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The kind.
    pub kind: MistakeKind,
    /// Where, as a JSON Pointer (RFC 6901): to the value that is wrong, the member that is unknown,
    /// or the object that lacks a member.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Debug for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Mistake").field(&self.kind).finish()
    }
}

/// The kinds of mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MistakeKind {
    /// An object has a member that it cannot have.
    UnknownMember,
    /// An object lacks a member.
    MissingMember,
    /// A value is of another type, or outside its range.
    WrongType,
}

/// The members of an object, told once for each type.
#[derive(Debug)]
pub struct Members {
    /// Their names; 64 at most.
    pub names: &'static [&'static str],
    /// Those without which the object is of no use, a bit for each.
    pub required: u64,
    /// Whether others are refused.
    pub closed: bool,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    Element(usize),
}

/// Where the reading is, and what was found wrong so far.
#[derive(Default)]
pub struct Reader<'a> {
    path: Vec<Step<'a>>,
    mistakes: Vec<Mistake>,
    without: Vec<&'a Json<'a>>,
}

impl<'a> Reader<'a> {
    /// Reads as if these were not there. Elements keep their index in the places of mistakes.
    #[must_use]
    pub fn without(without: Vec<&'a Json<'a>>) -> Self {
        Self { without, ..Self::default() }
    }

    /// The mistakes so far, in the order of the text.
    #[must_use]
    pub fn mistakes(self) -> Vec<Mistake> {
        self.mistakes
    }

    /// Reads an object member by member; `member` reads the one with this index.
    pub fn object(
        &mut self,
        json: &'a Json<'a>,
        members: &Members,
        member: &mut dyn FnMut(usize, &'a Json<'a>, &mut Self) -> bool,
    ) -> bool {
        let Json::Object(object) = json else { return self.wrong(json, "an object") };
        let (mut there, mut good) = (0_u64, 0_u64);
        // Members mostly come in the order in which they were declared.
        let mut next = 0_usize;
        for (name, value) in object.iter() {
            if self.is_left_out(value) {
                continue;
            }
            let (before, from) = members.names.split_at_checked(next).unwrap_or((members.names, &[]));
            let index = position(from, name).and_then(|index| index.checked_add(before.len()));
            let Some(index) = index.or_else(|| position(before, name)) else {
                if members.closed {
                    let message = unknown("member", name, members.names);
                    self.path.push(Step::Member(name));
                    self.mistake(MistakeKind::UnknownMember, message);
                    self.path.pop();
                }
                continue;
            };
            next = index.saturating_add(1);
            let bit = 1_u64.unbounded_shl(u32::try_from(index).unwrap_or(u32::MAX));
            there |= bit;
            if self.within(Step::Member(name), |reader| member(index, value, reader)) {
                good |= bit;
            }
        }
        if members.required & !good == 0 {
            return true;
        }
        // A member that is wrong was reported, and is not missing on top of that.
        for (index, name) in members.names.iter().enumerate() {
            let bit = 1_u64.unbounded_shl(u32::try_from(index).unwrap_or(u32::MAX));
            if members.required & !there & bit != 0 {
                self.mistake(MistakeKind::MissingMember, format!("the member `{name}` is missing"));
            }
        }
        false
    }

    /// Reads an object whose names are data.
    pub fn entries(
        &mut self,
        json: &'a Json<'a>,
        entry: &mut dyn FnMut(&'a str, &'a Json<'a>, &mut Self),
    ) -> bool {
        let Json::Object(object) = json else { return self.wrong(json, "an object") };
        for (name, value) in object.iter() {
            if !self.is_left_out(value) {
                self.within(Step::Member(name), |reader| entry(name, value, reader));
            }
        }
        true
    }

    /// Reads a list.
    pub fn elements(
        &mut self,
        json: &'a Json<'a>,
        element: &mut dyn FnMut(usize, &'a Json<'a>, &mut Self),
    ) -> bool {
        let Json::Array(list) = json else { return self.wrong(json, "a list") };
        for (index, value) in list.iter().enumerate() {
            if !self.is_left_out(value) {
                self.within(Step::Element(index), |reader| element(index, value, reader));
            }
        }
        true
    }

    /// The variant of an enum: which of the names, and what stands under it unless it is a word alone.
    pub fn variant(
        &mut self,
        json: &'a Json<'a>,
        names: &[&'static str],
    ) -> Option<(usize, Option<(&'a str, &'a Json<'a>)>)> {
        let (name, content) = match json {
            Json::String(name) => (name.as_ref(), None),
            Json::Object(object) if object.len() == 1 => {
                let (name, value) = object.iter().next()?;
                (name, Some((name, value)))
            }
            other => {
                self.wrong(other, "a word, or an object of one member");
                return None;
            }
        };
        let found = position(names, name);
        if found.is_none() {
            self.mistake(MistakeKind::WrongType, unknown("word", name, names));
        }
        Some((found?, content))
    }

    /// Makes sure that a variant without content is a word alone.
    pub fn word(&mut self, content: Option<(&'a str, &'a Json<'a>)>) -> bool {
        match content {
            None => true,
            Some((name, json)) => {
                self.within(Step::Member(name), |reader| reader.wrong(json, "a word alone"))
            }
        }
    }

    /// Reads what stands under the name of a variant.
    pub fn content(
        &mut self,
        content: Option<(&'a str, &'a Json<'a>)>,
        read: &mut dyn FnMut(&'a Json<'a>, &mut Self) -> bool,
    ) -> bool {
        let Some((name, json)) = content else {
            self.mistake(
                MistakeKind::WrongType,
                "expected an object with the content of this variant".into(),
            );
            return false;
        };
        self.within(Step::Member(name), |reader| read(json, reader))
    }

    /// Writes down that something else was expected. Always false.
    #[cold]
    pub fn wrong(&mut self, json: &Json<'_>, expected: &str) -> bool {
        let found = match json {
            Json::Null => "null",
            Json::Bool(_) => "a truth value",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        };
        self.mistake(MistakeKind::WrongType, format!("expected {expected}, found {found}"));
        false
    }

    /// Writes a mistake down that stands where the reading is.
    #[cold]
    pub fn mistake(&mut self, kind: MistakeKind, message: String) {
        if self.mistakes.len() >= MAX_MISTAKES {
            return;
        }
        let mut pointer = String::new();
        for step in &self.path {
            match step {
                Step::Member(name) => push_member(&mut pointer, name),
                Step::Element(index) => push_element(&mut pointer, *index),
            }
        }
        self.mistakes.push(Mistake { kind, pointer, message });
    }

    fn within<T>(&mut self, step: Step<'a>, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let value = read(self);
        self.path.pop();
        value
    }

    fn is_left_out(&self, json: &Json<'a>) -> bool {
        self.without.iter().any(|left_out| core::ptr::eq(*left_out, json))
    }
}

fn position(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| *known == name)
}

fn unknown(what: &str, name: &str, expected: &[&str]) -> String {
    let mut text = format!("unknown {what} `{name}`; expected ");
    for (index, name) in expected.iter().enumerate() {
        text.push_str(if index == 0 { "`" } else { ", `" });
        text.push_str(name);
        text.push('`');
    }
    text
}
