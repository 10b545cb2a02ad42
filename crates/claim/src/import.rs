//! Ids for the operations of published API documents.
//!
//! An id is the root, then the group, then, as [`IdMode`] says, parts of what the document calls
//! the operation. Each part becomes one segment: `repos/get-branch` with tag `repos` is
//! `github.repos.get-branch`, and `listCoreV1NamespacedPod` with tag `core_v1` is
//! `k8s.core-v1.list-core-v1-namespaced-pod`.
//!
//! A part is cut into words at every character outside `a-z`, `A-Z`, `0-9`, and before
//! - an upper-case letter after a lower-case letter or a digit: `V1Pod` is `v1-pod`, `V1API` is
//!   `v1-api`;
//! - the last of several upper-case letters if a lower-case letter follows: `getHTTPResponse` is
//!   `get-http-response`, `APIKeys` is `api-keys`, `OAuth2` is `o-auth2`.
//!
//! A digit never begins a word. The words are lowered and joined by `-`.
//!
//! Nothing is ever merged. Two operations with one id are a problem, and so is a part with a
//! character outside ASCII, or with no letter or digit at all, as it would lose what sets it apart.
//! Every problem comes with the lines for a rename file that settle it.

mod keys;
mod problem;
mod words;

#[cfg(test)]
mod tests;

use alloc::{borrow::ToOwned, format, string::String, vec, vec::Vec};

use hashbrown::HashMap;

use crate::{MAX_ID_BYTES, MAX_ID_SEGMENTS, MAX_OPERATIONS, catalog::is_segment};
use keys::{Keys, Proposals};
pub use problem::ImportProblem;
use words::{push_words, segment};

/// What an id is made of, after the root and the group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IdMode {
    /// The first tag, then the operationId without it. Without a tag, what stands before the last
    /// `/` of the operationId, then what stands behind it.
    #[default]
    Tags,
    /// The whole operationId.
    Id,
    /// The literal segments of the path, then the method.
    Path,
}

/// An operation as its document has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SourceOperation<'a> {
    /// The document's name, for messages.
    pub document: &'a str,
    /// The group that the document was imported with.
    pub group: Option<&'a str>,
    /// `operationId`. Without one the operation is named as in [`IdMode::Path`].
    pub operation_id: Option<&'a str>,
    /// The first of `tags`.
    pub tag: Option<&'a str>,
    /// The HTTP method, as requests carry it.
    pub method: &'a str,
    /// The key in `paths`, unchanged.
    pub path: &'a str,
    /// The id that the document itself gives, root included.
    pub id: Option<&'a str>,
}

/// An id given by hand. It wins over every other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rename<'a> {
    /// Which operation: its operationId or `METHOD /path`; either may follow `GROUP:`.
    pub original: &'a str,
    /// Its id, root included.
    pub id: &'a str,
}

/// An operation with its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedOperation {
    /// The id. It fits the grammar, is below the root, and no other operation has it.
    pub id: String,
    /// The operationId; `METHOD /path` where the document gives none.
    pub original_id: String,
}

/// Gives every operation an id, in the order of `operations`.
///
/// # Errors
/// Everything that is wrong, at once. With a malformed root or group nothing else is looked at.
pub fn map(
    root: &str,
    mode: IdMode,
    operations: &[SourceOperation<'_>],
    renames: &[Rename<'_>],
) -> Result<Vec<MappedOperation>, Vec<ImportProblem>> {
    let mut problems = check_names(root, operations);
    if operations.len() > MAX_OPERATIONS {
        problems.push(ImportProblem::TooMany { count: operations.len() });
    }
    if !problems.is_empty() {
        return Err(problems);
    }

    // Of every operation, the rename that names it.
    let mut by_hand: Vec<Option<&Rename<'_>>> = vec![None; operations.len()];
    if !renames.is_empty() {
        problems = find_renamed(operations, renames, &mut by_hand);
    }
    let ids: Vec<Result<String, Refused>> = operations
        .iter()
        .zip(&by_hand)
        .map(|(operation, rename)| id(root, mode, operation, *rename))
        .collect();
    problems.extend(check_ids(root, operations, &by_hand, &ids));
    if !problems.is_empty() {
        return Err(problems);
    }
    let mapped = ids.into_iter().flatten().zip(operations);
    Ok(mapped.map(|(id, operation)| MappedOperation { id, original_id: original_id(operation) }).collect())
}

fn check_names(root: &str, operations: &[SourceOperation<'_>]) -> Vec<ImportProblem> {
    let mut problems = vec![];
    if !is_segment(root) || root == "tenants" {
        problems.push(ImportProblem::Root { root: root.to_owned() });
    }
    let mut last = None;
    for operation in operations {
        // The operations of a document follow each other, and have one group.
        if operation.group != last {
            last = operation.group;
            if let Some(group) = last
                && segment(group).is_err()
            {
                let problem = ImportProblem::Group { group: group.to_owned() };
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
        }
    }
    problems
}

/// Puts every rename beside the one operation that it names.
fn find_renamed<'a>(
    operations: &[SourceOperation<'_>],
    renames: &'a [Rename<'a>],
    by_hand: &mut [Option<&'a Rename<'a>>],
) -> Vec<ImportProblem> {
    let keys = Keys::new(operations);
    let mut problems = vec![];
    for rename in renames {
        let original = || rename.original.to_owned();
        match keys.find(rename.original) {
            [] => problems.push(ImportProblem::RenameUnused { original: original() }),
            [only] => match by_hand.get_mut(*only) {
                Some(Some(earlier)) => problems.push(ImportProblem::RenameRepeated {
                    original: original(),
                    earlier: earlier.original.to_owned(),
                }),
                Some(free) => *free = Some(rename),
                None => {}
            },
            several => problems.push(ImportProblem::RenameAmbiguous {
                original: original(),
                operations: labels(operations, several),
            }),
        }
    }
    problems
}

/// Every operation without an id, and every id of several operations, with lines that settle it.
fn check_ids(
    root: &str,
    operations: &[SourceOperation<'_>],
    by_hand: &[Option<&Rename<'_>>],
    ids: &[Result<String, Refused>],
) -> Vec<ImportProblem> {
    let mut holders: HashMap<&str, Vec<usize>> = HashMap::with_capacity(ids.len());
    for (at, id) in ids.iter().enumerate() {
        if let Ok(id) = id {
            holders.entry(id).or_default().push(at);
        }
    }
    if holders.len() == operations.len() {
        return vec![];
    }
    let keys = Keys::new(operations);
    let mut proposals = Proposals::new(root, holders.keys().copied());
    let mut propose = |at: usize| operations.get(at).and_then(|op| proposals.line(&keys, at, op));
    let mut problems = vec![];
    for (at, (id, operation)) in ids.iter().zip(operations).enumerate() {
        match id {
            Ok(id) => {
                let holders = holders.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
                if holders.len() > 1 && holders.first() == Some(&at) {
                    // An id given by hand stays; otherwise the first operation keeps the id.
                    let given = |at: &usize| by_hand.get(*at).is_some_and(Option::is_some);
                    let kept = holders.iter().copied().find(given).unwrap_or(at);
                    let others = holders.iter().copied().filter(|&at| at != kept);
                    problems.push(ImportProblem::Clash {
                        id: id.clone(),
                        operations: labels(operations, holders),
                        renames: others.filter_map(&mut propose).collect(),
                    });
                }
            }
            Err(Refused::Characters(part)) => problems.push(ImportProblem::Characters {
                operation: label(operation),
                part: part.clone(),
                renames: propose(at).into_iter().collect(),
            }),
            Err(Refused::TooLong) => problems.push(ImportProblem::TooLong {
                operation: label(operation),
                renames: propose(at).into_iter().collect(),
            }),
            Err(Refused::Id(id)) => problems.push(ImportProblem::Id {
                operation: label(operation),
                id: id.clone(),
                renames: propose(at).into_iter().collect(),
            }),
        }
    }
    problems
}

/// Why an operation got no id.
enum Refused {
    /// This part has characters that no id may have and that are not to be dropped.
    Characters(String),
    /// This id was given for it and does not fit.
    Id(String),
    /// Its id is longer or deeper than a catalog allows.
    TooLong,
}

fn id(
    root: &str,
    mode: IdMode,
    operation: &SourceOperation<'_>,
    rename: Option<&Rename<'_>>,
) -> Result<String, Refused> {
    if let Some(id) = rename.map(|rename| rename.id).or(operation.id) {
        let fits = id.split('.').all(is_segment) && id.split('.').next() == Some(root);
        return match fits {
            true if is_too_long(id) => Err(Refused::TooLong),
            true => Ok(id.to_owned()),
            false => Err(Refused::Id(id.to_owned())),
        };
    }
    let mut id = root.to_owned();
    if let Some(group) = operation.group {
        push(&mut id, group)?;
    }
    match (mode, operation.operation_id) {
        (IdMode::Tags, Some(operation_id)) => match (operation.tag, operation_id.rsplit_once('/')) {
            (Some(tag), _) => {
                push(&mut id, tag)?;
                push(&mut id, without_tag(operation_id, tag))?;
            }
            (None, Some((before, rest))) => {
                push(&mut id, before)?;
                push(&mut id, rest)?;
            }
            (None, None) => push(&mut id, operation_id)?,
        },
        (IdMode::Id, Some(operation_id)) => push(&mut id, operation_id)?,
        (IdMode::Path, _) | (_, None) => {
            for literal in literal_segments(operation.path) {
                push(&mut id, literal)?;
            }
            push(&mut id, operation.method)?;
        }
    }
    if is_too_long(&id) { Err(Refused::TooLong) } else { Ok(id) }
}

fn is_too_long(id: &str) -> bool {
    id.len() > MAX_ID_BYTES || id.split('.').count() > MAX_ID_SEGMENTS
}

/// The operationId without the tag, if the tag is what stands before one of its `/`. Any other
/// prefix stays, as it may be all that sets two operations apart.
fn without_tag<'a>(operation_id: &'a str, tag: &str) -> &'a str {
    let tag = segment(tag);
    operation_id
        .rmatch_indices('/')
        .filter_map(|(at, _)| operation_id.split_at_checked(at))
        .find(|(before, _)| tag.is_ok() && segment(before) == tag)
        .and_then(|(_, rest)| rest.strip_prefix('/'))
        .unwrap_or(operation_id)
}

/// The segments of a path that have text and no parameter.
fn literal_segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty() && !segment.contains(['{', '}']))
}

/// Appends a part to an id as one segment.
fn push(id: &mut String, part: &str) -> Result<(), Refused> {
    id.push('.');
    push_words(id, part).map_err(|_| Refused::Characters(part.to_owned()))
}

/// What the document calls the operation.
fn original_id(operation: &SourceOperation<'_>) -> String {
    match operation.operation_id {
        Some(id) => id.to_owned(),
        None => format!("{} {}", operation.method, operation.path),
    }
}

/// The operation as messages name it.
fn label(operation: &SourceOperation<'_>) -> String {
    let SourceOperation { document, method, path, .. } = operation;
    match operation.operation_id {
        Some(id) => format!("`{id}` ({method} {path} in {document})"),
        None => format!("`{method} {path}` (in {document})"),
    }
}

fn labels(operations: &[SourceOperation<'_>], at: &[usize]) -> Vec<String> {
    at.iter().filter_map(|&at| operations.get(at)).map(label).collect()
}
