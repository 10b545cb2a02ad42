//! Values: what the context holds, and what expressions make of it.

use alloc::{borrow::Cow, rc::Rc, string::String, vec::Vec};

use portcullis_wire::guard::RenderErrorKind as Kind;

use super::{MAX_OUTPUT_BYTES, RenderError};

/// JSON of the context.
#[derive(Debug)]
pub(super) enum Data<'c> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Cow<'c, str>),
    List(Vec<Self>),
    Map(Vec<Member<'c>>),
}

/// A member of an object.
#[derive(Debug)]
pub(super) struct Member<'c> {
    pub(super) name: Cow<'c, str>,
    pub(super) value: Data<'c>,
    /// Whether only masking filters may have the value.
    pub(super) restricted: bool,
}

/// A value of an expression.
#[derive(Clone)]
pub(super) enum Value<'r> {
    Undefined,
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Text<'r>),
    List(List<'r>),
    Map(&'r [Member<'r>]),
    /// A value that only masking filters may have.
    Restricted(&'r Data<'r>),
    Loop(Loop),
}

/// Text of the context or the template, or made by an operation.
#[derive(Clone)]
pub(super) enum Text<'r> {
    Borrowed(&'r str),
    Made(Rc<str>),
}

/// A list of the context, a part of one, or one that the template writes out.
#[derive(Clone)]
pub(super) enum List<'r> {
    Borrowed(&'r [Data<'r>]),
    Made(Rc<[Value<'r>]>),
}

/// Where a loop is: its turn from 0, and how many there are.
#[derive(Clone, Copy)]
pub(super) struct Loop {
    pub(super) turn: usize,
    pub(super) turns: usize,
}

impl Text<'_> {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Made(text) => text,
        }
    }
}

impl<'r> List<'r> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Borrowed(list) => list.len(),
            Self::Made(list) => list.len(),
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<Value<'r>> {
        match self {
            Self::Borrowed(list) => list.get(at).map(Value::of),
            Self::Made(list) => list.get(at).cloned(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Value<'r>> + '_ {
        (0..self.len()).filter_map(|at| self.get(at))
    }
}

impl<'r> Value<'r> {
    pub(super) fn of(data: &'r Data<'r>) -> Self {
        match data {
            Data::Null => Self::None,
            Data::Bool(value) => Self::Bool(*value),
            Data::Int(value) => Self::Int(*value),
            Data::Float(value) => Self::Float(*value),
            Data::Str(text) => Self::Str(Text::Borrowed(text)),
            Data::List(list) => Self::List(List::Borrowed(list)),
            Data::Map(members) => Self::Map(members),
        }
    }

    pub(super) fn member(members: &'r [Member<'r>], name: &str) -> Self {
        match members.iter().find(|member| member.name == name) {
            Some(member) if member.restricted => Self::Restricted(&member.value),
            Some(member) => Self::of(&member.value),
            None => Self::Undefined,
        }
    }

    /// A text that an operation made.
    pub(super) fn text(text: String) -> Result<Self, RenderError> {
        if text.len() > MAX_OUTPUT_BYTES {
            return Err(RenderError::new(Kind::Limit, "a text is too long"));
        }
        Ok(Self::Str(Text::Made(text.into())))
    }

    /// Whether the value counts as true: what is empty or zero does not.
    pub(super) fn is_true(&self) -> Result<bool, RenderError> {
        Ok(match self {
            Self::Undefined => return Err(undefined()),
            Self::Restricted(_) => return Err(restricted()),
            Self::None => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Str(text) => !text.as_str().is_empty(),
            Self::List(list) => list.len() != 0,
            Self::Map(members) => !members.is_empty(),
            Self::Loop(_) => true,
        })
    }
}

pub(super) const fn undefined() -> RenderError {
    RenderError::new(Kind::Undefined, "a variable or member is not there")
}

pub(super) const fn restricted() -> RenderError {
    RenderError::new(Kind::Restricted, "a restricted value is used without a masking filter")
}

pub(super) const fn wrong_type(detail: &'static str) -> RenderError {
    RenderError::new(Kind::Type, detail)
}
