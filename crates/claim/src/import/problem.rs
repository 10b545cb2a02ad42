//! Why an import makes no catalog.

use alloc::{string::String, vec::Vec};
use core::fmt::{self, Write};

use thiserror::Error;

/// One reason why operations cannot be given ids. Texts of the documents are shown with what does
/// not print escaped.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ImportProblem {
    /// The root is not one segment, or is the word `tenants`.
    #[error("root `{}`: it must be one segment of a-z, 0-9 and `-`, and not `tenants`", Plain(root))]
    Root {
        /// The root as given.
        root: String,
    },
    /// The name of a group cannot become a segment.
    #[error("group `{}`: it needs a letter or digit, and no character outside ASCII", Plain(group))]
    Group {
        /// The group as given.
        group: String,
    },
    /// There are more operations than a catalog may hold.
    #[error("{count} operations: a catalog holds at most {}", crate::MAX_OPERATIONS)]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// Two operations or more would have one id.
    #[error("one id for several operations, `{id}`: {}", List(operations))]
    Clash {
        /// The id.
        id: String,
        /// The operations, in input order.
        operations: Vec<String>,
        /// A line for each operation but the one that keeps the id.
        renames: Vec<String>,
    },
    /// A part of the id has characters outside ASCII, or no letter and no digit.
    #[error("{}: `{}` has characters that an id cannot have or keep apart", Plain(operation), Plain(part))]
    Characters {
        /// The operation.
        operation: String,
        /// The tag, the operationId or the piece of either that is at fault.
        part: String,
        /// A line for the operation.
        renames: Vec<String>,
    },
    /// An id that a document or a rename gives does not fit.
    #[error(
        "{}: id `{}`: an id is the root, then segments of a-z, 0-9 and `-`, joined by `.`",
        Plain(operation),
        Plain(id)
    )]
    Id {
        /// The operation.
        operation: String,
        /// The id as given.
        id: String,
        /// A line for the operation, to stand in place of the id.
        renames: Vec<String>,
    },
    /// The id of an operation is longer or deeper than a catalog allows.
    #[error(
        "{}: its id has more than {} bytes or {} segments",
        Plain(operation),
        crate::MAX_ID_BYTES,
        crate::MAX_ID_SEGMENTS
    )]
    TooLong {
        /// The operation.
        operation: String,
        /// A line for the operation.
        renames: Vec<String>,
    },
    /// A rename names no operation.
    #[error("rename of `{}`: there is no such operation", Plain(original))]
    RenameUnused {
        /// The name as given.
        original: String,
    },
    /// A rename names several operations.
    #[error("rename of `{}`: several operations have this name: {}", Plain(original), List(operations))]
    RenameAmbiguous {
        /// The name as given.
        original: String,
        /// The operations, in input order.
        operations: Vec<String>,
    },
    /// Two renames name one operation.
    #[error("rename of `{}`: `{}` renames the operation already", Plain(original), Plain(earlier))]
    RenameRepeated {
        /// The name as given.
        original: String,
        /// The name in the earlier rename.
        earlier: String,
    },
}

impl ImportProblem {
    /// The stable code, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Root { .. } => "root",
            Self::Group { .. } => "group",
            Self::TooMany { .. } => "too_many",
            Self::Clash { .. } => "clash",
            Self::Characters { .. } => "characters",
            Self::Id { .. } => "id",
            Self::TooLong { .. } => "too_long",
            Self::RenameUnused { .. } => "rename_unused",
            Self::RenameAmbiguous { .. } => "rename_ambiguous",
            Self::RenameRepeated { .. } => "rename_repeated",
        }
    }

    /// Lines `NAME = ID` for the rename file. All lines of one import together settle every such
    /// problem; an operation that no name tells from all others has no line.
    #[must_use]
    pub fn renames(&self) -> &[String] {
        match self {
            Self::Clash { renames, .. }
            | Self::Characters { renames, .. }
            | Self::Id { renames, .. }
            | Self::TooLong { renames, .. } => renames,
            _ => &[],
        }
    }
}

/// Text of a document, safe to print.
struct Plain<'a>(&'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|char| match char {
            '\'' | '"' | '\\' => f.write_char(char),
            _ => write!(f, "{}", char.escape_debug()),
        })
    }
}

struct List<'a>(&'a [String]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, item) in self.0.iter().enumerate() {
            let joint = if at == 0 { "" } else { " and " };
            write!(f, "{joint}{}", Plain(item))?;
        }
        Ok(())
    }
}
