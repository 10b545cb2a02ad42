//! Strict JSON (RFC 8259), read into a tree that keeps numbers exactly as they were written.
//!
//! Two readers of one document must never see different things. So this one refuses what
//! readers are known to disagree on: repeated names in an object (compared after unescaping, at
//! any depth), lone surrogates, a byte order mark, invalid UTF-8, and everything outside the
//! grammar. Numbers are not converted at all.
//!
//! Strings without escapes borrow from the text, so reading a typical token allocates only the
//! lists that hold members and elements.
//!
//! [`Read`] makes typed values of a tree, and reports every mistake with its place; [`write()`] writes
//! them. [`decimal`] is for those who need numbers as doubles.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]
extern crate alloc;
#[cfg(test)]
extern crate self as portcullis_json;
#[cfg(test)]
extern crate std;

pub mod decimal;
mod error;
mod parse;
pub mod pointer;
mod print;
pub mod read;
#[cfg(test)]
mod tests;
mod write;

use alloc::{borrow::Cow, vec::Vec};
use core::fmt;

pub use error::{JsonError, JsonErrorKind};
pub use portcullis_json_derive::Read;
pub use read::{Read, Reader, read};
pub use write::{Unwritable, write};

/// The deepest nesting of arrays and objects that is read: `[[1]]` has depth 2.
pub const MAX_DEPTH: usize = 64;

/// A JSON value.
///
/// `Debug` shows its shape only, for it may hold what a person's token says.
#[derive(Clone, PartialEq, Eq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(Number<'a>),
    /// A string, unescaped.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object.
    Object(Object<'a>),
}

/// Reads one JSON value that makes up the whole text; white space around it is allowed.
///
/// # Errors
/// The first violation of the rules above, with its byte offset.
pub fn parse(text: &str) -> Result<Json<'_>, JsonError> {
    parse::document(text, parse::Repeats::Refuse)
}

/// [`parse`] for bytes, which must be UTF-8.
///
/// # Errors
/// As [`parse`]; for invalid UTF-8, the offset of the first byte that is wrong.
pub fn parse_bytes(bytes: &[u8]) -> Result<Json<'_>, JsonError> {
    parse(utf8(bytes)?)
}

/// [`parse`], except that objects with repeated names are marked ([`Object::repeats`]) instead
/// of refused: for lists whose good entries must survive a bad one, and for documents whose
/// mistakes are all reported at once. Whoever reads such a document asks for the mark.
///
/// # Errors
/// As [`parse`], but for repeated names.
pub fn parse_text_marking_repeats(text: &str) -> Result<Json<'_>, JsonError> {
    parse::document(text, parse::Repeats::Mark)
}

/// [`parse_text_marking_repeats`] for bytes, which must be UTF-8.
///
/// # Errors
/// As [`parse_bytes`], but for repeated names.
pub fn parse_marking_repeats(bytes: &[u8]) -> Result<Json<'_>, JsonError> {
    parse_text_marking_repeats(utf8(bytes)?)
}

fn utf8(bytes: &[u8]) -> Result<&str, JsonError> {
    core::str::from_utf8(bytes).map_err(|error| JsonError::new(JsonErrorKind::Utf8, error.valid_up_to()))
}

impl<'a> Json<'a> {
    /// The string, if this is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if this is one.
    #[must_use]
    pub const fn as_number(&self) -> Option<Number<'a>> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The elements, if this is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The object, if this is one.
    #[must_use]
    pub const fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether this is `null`.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("Null"),
            Self::Bool(_) => formatter.write_str("Bool(..)"),
            Self::Number(_) => formatter.write_str("Number(..)"),
            Self::String(_) => formatter.write_str("String(..)"),
            Self::Array(elements) => write!(formatter, "Array({} elements)", elements.len()),
            Self::Object(object) => object.fmt(formatter),
        }
    }
}

/// A number in the grammar of JSON, exactly as it was written: `1`, `1.0` and `1e0` differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Number<'a>(&'a str);

impl<'a> Number<'a> {
    /// The text.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

impl fmt::Debug for Number<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Number(..)")
    }
}

/// The members of an object, in the order of the text. No name occurs twice, unless
/// [`Object::repeats`].
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Object<'a> {
    members: Vec<(Cow<'a, str>, Json<'a>)>,
    repeats: bool,
}

impl<'a> Object<'a> {
    /// The value of a name. Compares with each member, for objects are small.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.members.iter().find_map(|(member, value)| (member == name).then_some(value))
    }

    /// Names and values, in the order of the text.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json<'a>)> {
        self.members.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// How many members there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Whether a name is repeated in this object or in one inside it. Always false for what
    /// [`parse`] gives out.
    #[must_use]
    pub const fn repeats(&self) -> bool {
        self.repeats
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Object({} members)", self.members.len())
    }
}
