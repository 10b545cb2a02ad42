//! Why a condition is refused, or has no value: what, where, and what helps.

use alloc::borrow::Cow;
use core::fmt;

/// A condition that was refused, or that has no value, with the byte offset of the place.
///
/// The text tells of the condition and never of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    offset: u32,
    message: Cow<'static, str>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, offset: u32, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, offset, message: message.into() }
    }

    /// What kind of mistake this is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Where it is: a byte offset into the source, from 0 to its length.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset as usize
    }

    /// What is wrong, for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: {}", self.kind.code(), self.offset, self.message)
    }
}

impl core::error::Error for Error {}

/// The kinds of errors. The codes of [`ErrorKind::code`] are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The source is not CEL.
    Parse,
    /// A name is not declared, or no function takes arguments of these types.
    Check,
    /// The condition has no value for these facts.
    Evaluation,
    /// The condition, or its evaluation, is larger than it may be.
    Limit,
    /// CEL, and left out here.
    Unsupported,
}

impl ErrorKind {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Parse => "parse",
            Self::Check => "check",
            Self::Evaluation => "evaluation",
            Self::Limit => "limit",
            Self::Unsupported => "unsupported",
        }
    }
}

/// Why an evaluation stopped. It is small and copied freely, for `&&` and `||` absorb most of them;
/// whoever asked gets an [`Error`] made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: Code,
    pub(crate) offset: u32,
}

/// What went wrong in an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    MissingFact,
    UnknownFact,
    NoSuchKey,
    NoSuchIndex,
    NoOverload,
    RepeatedKey,
    KeyType,
    Overflow,
    DivideByZero,
    Range,
    Conversion,
    Encoding,
    Pattern,
    TimeZone,
    NamedZone,
    Steps,
    Size,
}

impl Code {
    pub(crate) const fn at(self, offset: u32) -> Fault {
        Fault { code: self, offset }
    }

    const fn kind(self) -> ErrorKind {
        match self {
            Self::Steps | Self::Size => ErrorKind::Limit,
            Self::NamedZone => ErrorKind::Unsupported,
            _ => ErrorKind::Evaluation,
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::MissingFact => "this fact is missing",
            Self::UnknownFact => "this fact is not known",
            Self::NoSuchKey => "the map has no such key",
            Self::NoSuchIndex => "the list has no such element",
            Self::NoOverload => "there is no such operation on values of these types",
            Self::RepeatedKey => "a key is repeated",
            Self::KeyType => "a key is a string, a bool, an int or a uint",
            Self::Overflow => "the result is out of range",
            Self::DivideByZero => "division by zero",
            Self::Range => "the value is out of range for this type",
            Self::Conversion => "the text is not a value of this type",
            Self::Encoding => "the bytes are not UTF-8",
            Self::Pattern => "the pattern is not a regular expression, or too large a one",
            Self::TimeZone => "there is no such time zone",
            Self::NamedZone => "time zones by name are left out; write the offset, as `+01:00`",
            Self::Steps => "evaluation takes too many steps",
            Self::Size => "a value grows too large",
        }
    }
}

impl Fault {
    /// Whether `&&`, `||` and macros stop at it, rather than to look for an operand that decides.
    pub(crate) const fn ends_all(self) -> bool {
        matches!(self.code.kind(), ErrorKind::Limit)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::new(fault.code.kind(), fault.offset, fault.code.message())
    }
}
