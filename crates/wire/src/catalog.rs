//! Catalogs as documents, and the import that makes one: what is asked and what is answered.
//!
//! Documents are read outside the module; the mapping of ids and the check for clashes run inside
//! it, so that every host makes equal catalogs of equal documents.

use alloc::{string::String, vec::Vec};

use portcullis_json::Read;
use serde::{Deserialize, Serialize};

/// A catalog as a file: the operations of one API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct CatalogDocument {
    /// The first segment of every id: `a-z`, `0-9` and `-`.
    pub root: String,
    /// What comes before every path template, as `/v1`. A policy may say it instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_path: Option<String>,
    /// The operations, at most 100,000, in any order.
    pub operations: Vec<OperationDocument>,
}

/// One operation of a [`CatalogDocument`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct OperationDocument {
    /// The id: the root, then segments of `a-z`, `0-9` and `-`, joined by `.`.
    pub id: String,
    /// What the API's own document calls the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_id: Option<String>,
    /// The HTTP method, as requests carry it. None without `path`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path template below the base path: `/repos/{owner}`; a parameter that spans segments is
    /// written `{+path}`. An operation without one is reached by no request, only by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What the operation does, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// What an id is made of, after the root and the group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum IdMode {
    /// The first tag, or what stands before the last `/` of the operationId; then the rest of the
    /// operationId.
    #[default]
    Tags,
    /// The whole operationId.
    Id,
    /// The literal segments of the path, then the method.
    Path,
}

/// Operations of published documents, to be given ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// The first segment of every id.
    pub root: String,
    /// What ids are made of.
    #[serde(default)]
    pub ids: IdMode,
    /// The operations, in the order in which they are answered.
    pub operations: Vec<SourceOperation>,
    /// Ids that are given by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renames: Vec<Rename>,
}

/// An operation as its document has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct SourceOperation {
    /// The document's name, for messages.
    pub document: String,
    /// The group that the document was imported with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// `operationId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    /// The first of `tags`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The HTTP method, as requests carry it.
    pub method: String,
    /// The key in `paths`, unchanged.
    pub path: String,
    /// `x-portcullis-id`: the id, root included, where the document gives one itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// An id given by hand. It wins over `x-portcullis-id`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// Which operation: its operationId or `METHOD /path`; either may follow `GROUP:`.
    pub original: String,
    /// Its id, root included.
    pub id: String,
}

/// The answer to an [`ImportRequest`]: an id for every operation, or everything that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum ImportAnswer {
    /// One for each operation of the request, in its order.
    Operations(Vec<MappedOperation>),
    /// Why there is no catalog. Never empty.
    Problems(Vec<ImportProblem>),
}

/// An operation with its id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct MappedOperation {
    /// The id, distinct from every other.
    pub id: String,
    /// The operationId; `METHOD /path` where the document gives none.
    pub original_id: String,
}

/// One reason why an import makes no catalog.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct ImportProblem {
    /// The kind, a stable word.
    pub code: String,
    /// What is wrong, for people.
    pub message: String,
    /// Lines for the rename file that would settle it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renames: Vec<String>,
}
