//! Catalogs from published OpenAPI documents, 3.0, 3.1 and 3.2, in JSON or YAML.
//!
//! Only `paths` are read, with the tags and ids of operations and the parameters that may span
//! segments; schemas, bodies and examples are skipped while parsing, so that what is kept of a
//! document is small. References of path items, operations and parameters are followed to other
//! files inside the document's folder, never outside it and never over the network. `webhooks` are
//! no routes. `servers` are reported and never used.
//!
//! The data flow: `file` reads a document into a tree, `operation` finds the operations in it,
//! `route` turns a path into a template of a catalog, the caller's mapper gives ids, and [`import`]
//! puts the catalog together.

mod error;
mod file;
mod operation;
mod reference;
mod rename;
mod route;
mod same_route;
mod tree;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use portcullis_wire::catalog::{CatalogDocument, IdMode, ImportAnswer, ImportRequest, OperationDocument};

use crate::output::Plain;
pub use error::{DocumentProblem, ImportError};
use operation::Found;

/// What to import, and how.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The first segment of every id.
    pub root: String,
    /// What ids are made of.
    pub ids: IdMode,
    /// The documents, at least one. Their order is the order of the catalog.
    pub documents: Vec<DocumentSource>,
    /// A file of lines `NAME = ID`; NAME is an operationId or `METHOD /path`, and either may follow
    /// `GROUP:`. Empty lines, and lines that begin with `#`, are skipped.
    pub renames: Option<PathBuf>,
}

/// A document to import.
#[derive(Debug, Clone, Default)]
pub struct DocumentSource {
    /// The file. One that ends in `.json` is JSON, in `.yaml` or `.yml` YAML; any other is JSON if
    /// it begins with `{`.
    pub path: PathBuf,
    /// What stands in each of the document's ids after the root.
    pub group: Option<String>,
}

/// A catalog, and what its user should know of it.
#[derive(Debug, Clone)]
pub struct Import {
    /// The catalog. It has no base path: where an API is mounted is the operator's to say.
    pub catalog: CatalogDocument,
    /// What was left out or could not be taken as it stands.
    pub notices: Vec<Notice>,
    /// Where the documents say that the API is. Read for the operator alone.
    pub servers: Vec<Server>,
}

/// Something that an import left out. Texts of documents are shown with what does not print escaped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}{}", Plain(document), error::At(place), Plain(&kind.to_string()))]
pub struct Notice {
    /// The document.
    pub document: String,
    /// Where in it: an operation as `GET /path`, or a path.
    pub place: Option<String>,
    /// What it is.
    pub kind: NoticeKind,
}

/// The kinds of [`Notice`], which shows their texts safely. The codes of [`NoticeKind::code`] are stable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoticeKind {
    /// The operation has an id and no route: no request is this operation.
    #[error("imported without a route: {0}")]
    NoRoute(String),
    /// The document has no operations below `paths`.
    #[error("no operations below `paths`")]
    NoOperations,
    /// A field of a path item that is no operation and no other known field.
    #[error("`{0}` is no method and was skipped")]
    UnknownField(String),
    /// A field that a later version of OpenAPI has made an operation.
    #[error("`{0}` is an operation only from OpenAPI 3.2 on, and was skipped")]
    LaterVersion(String),
    /// A parameter may span segments and is not in the path.
    #[error("`x-multi-segment` on `{0}`, which the path does not have, has no effect")]
    UnusedMultiSegment(String),
    /// A parameter's reference leads nowhere; the parameter is taken for one segment.
    #[error("parameter not read, and taken for one segment: {0}")]
    ParameterReference(String),
}

impl NoticeKind {
    /// The stable code, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRoute(_) => "no_route",
            Self::NoOperations => "no_operations",
            Self::UnknownField(_) => "unknown_field",
            Self::LaterVersion(_) => "later_version",
            Self::UnusedMultiSegment(_) => "unused_multi_segment",
            Self::ParameterReference(_) => "parameter_reference",
        }
    }
}

/// An entry of `servers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The document.
    pub document: String,
    /// The operation or path that alone has this server; none for the whole document.
    pub place: Option<String>,
    /// `url`, as written and not escaped: it may be relative and may have variables in braces.
    pub url: String,
}

/// Reads documents and makes a catalog of them. `map` gives the ids; it is called once, and only if
/// every document could be read.
///
/// # Errors
/// Everything that is wrong with the documents and the renames, at once; then everything that is
/// wrong with the ids, at once; then what `map` returns.
pub fn import<E>(
    options: &ImportOptions,
    map: impl FnOnce(&ImportRequest) -> Result<ImportAnswer, E>,
) -> Result<Import, ImportError>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut found = Found::default();
    for document in &options.documents {
        operation::find(document, &mut found);
    }
    let renames = options.renames.as_deref().map(rename::read).unwrap_or_else(|| Ok(vec![]));
    let renames = renames.unwrap_or_else(|problems| {
        found.problems.extend(problems);
        vec![]
    });
    if !found.problems.is_empty() {
        return Err(ImportError::Documents(found.problems));
    }
    same_route::drop_shared(&mut found);
    let Found { operations, routes, notices, servers, .. } = found;

    let request = ImportRequest { root: options.root.clone(), ids: options.ids, operations, renames };
    let mapped = match map(&request).map_err(|error| ImportError::Mapper(error.into()))? {
        ImportAnswer::Operations(mapped) if mapped.len() == request.operations.len() => mapped,
        ImportAnswer::Operations(_) => return Err(ImportError::Answer),
        ImportAnswer::Problems(problems) => return Err(ImportError::Ids(problems)),
    };
    let operations = mapped.into_iter().zip(request.operations).zip(routes);
    let operations = operations
        .map(|((mapped, source), route)| OperationDocument {
            id: mapped.id,
            original_id: Some(mapped.original_id),
            method: route.template.is_some().then_some(source.method),
            path: route.template,
            summary: route.summary,
        })
        .collect();
    let catalog = CatalogDocument { root: request.root, base_path: None, operations };
    Ok(Import { catalog, notices, servers })
}
