//! Why documents make no catalog.

use std::fmt;

use portcullis_wire::catalog::ImportProblem;

use crate::output::Plain;

/// Why there is no catalog. Texts of documents are shown with what does not print escaped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The documents or the rename file cannot be read as what they are. Never empty.
    #[error("{}", Lines(.0))]
    Documents(Vec<DocumentProblem>),
    /// The operations cannot be given ids. Never empty.
    #[error("{}", Ids(.0))]
    Ids(Vec<ImportProblem>),
    /// The mapper failed.
    #[error("the ids could not be made")]
    Mapper(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The mapper's answer has another number of operations than its request.
    #[error("the answer with the ids does not fit the operations")]
    Answer,
}

impl ImportError {
    /// The stable code, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Documents(_) => "documents",
            Self::Ids(_) => "ids",
            Self::Mapper(_) => "mapper",
            Self::Answer => "answer",
        }
    }
}

/// One thing that is wrong with a document or with the rename file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}{}", Plain(document), At(place), Plain(message))]
pub struct DocumentProblem {
    /// The file as it was named.
    pub document: String,
    /// Where in it: an operation as `GET /path`, a path, or a line.
    pub place: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// A place before what there is to say of it.
pub(super) struct At<'a>(pub(super) &'a Option<String>);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |place| write!(f, "{}: ", Plain(place)))
    }
}

struct Lines<'a>(&'a [DocumentProblem]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the documents cannot be imported:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

struct Ids<'a>(&'a [ImportProblem]);

impl fmt::Display for Ids<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the operations cannot be given ids:")?;
        for problem in self.0 {
            // The mapper has escaped its messages already.
            write!(f, "\n  {}", problem.message)?;
        }
        let mut lines = self.0.iter().flat_map(|problem| &problem.renames).peekable();
        if lines.peek().is_some() {
            write!(f, "\nThese lines of a rename file give them ids (change them at will):")?;
        }
        lines.try_for_each(|line| write!(f, "\n  {}", Plain(line)))?;
        if self.0.iter().any(|problem| problem.renames.is_empty()) {
            write!(f, "\nWhere no line can name an operation, its document can: `x-portcullis-id: ID`.")?;
        }
        Ok(())
    }
}
