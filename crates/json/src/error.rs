//! Why a text is not acceptable JSON: what, and where.

use thiserror::Error;

/// What is wrong, with the byte offset in the text. It never holds a part of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{kind} at byte {offset}")]
pub struct JsonError {
    kind: JsonErrorKind,
    offset: usize,
}

impl JsonError {
    pub(super) const fn new(kind: JsonErrorKind, offset: usize) -> Self {
        Self { kind, offset }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(self) -> JsonErrorKind {
        self.kind
    }

    /// Where, in bytes from the start, 0 to the length of the text.
    #[must_use]
    pub const fn offset(self) -> usize {
        self.offset
    }
}

/// The kinds of violations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// The bytes are not UTF-8.
    #[error("invalid UTF-8")]
    Utf8,
    /// The text begins with a byte order mark.
    #[error("byte order mark")]
    ByteOrderMark,
    /// The text ends inside a value.
    #[error("unexpected end")]
    UnexpectedEnd,
    /// Something other than a value.
    #[error("expected a value")]
    ExpectedValue,
    /// Something other than a string, where the name of a member belongs.
    #[error("expected a member name")]
    ExpectedName,
    /// No `:` after the name of a member.
    #[error("expected `:`")]
    ExpectedColon,
    /// Neither `,` nor the closing bracket after an element or member.
    #[error("expected `,` or a closing bracket")]
    ExpectedCommaOrClose,
    /// A number outside the grammar, such as `-` or `1.`.
    #[error("malformed number")]
    Number,
    /// An unknown or incomplete escape in a string.
    #[error("malformed escape")]
    Escape,
    /// An escape for one half of a surrogate pair without the other.
    #[error("lone surrogate")]
    LoneSurrogate,
    /// A character below U+0020 in a string, not escaped.
    #[error("control character in a string")]
    ControlCharacter,
    /// The name of a member occurs twice in one object.
    #[error("repeated member name")]
    RepeatedName,
    /// Arrays and objects nest deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    #[error("nested too deeply")]
    TooDeep,
    /// Something follows the value.
    #[error("data after the value")]
    TrailingData,
}
