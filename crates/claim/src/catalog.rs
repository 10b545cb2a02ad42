//! Which operations exist: a tree of ids below one root.

use alloc::{borrow::ToOwned, boxed::Box, string::String, vec, vec::Vec};
use core::{cmp::Ordering, ops::Range};

use thiserror::Error;

use crate::{MAX_ID_BYTES, MAX_ID_SEGMENTS, MAX_OPERATIONS, names::Names, operations, parse, sort};

#[cfg(test)]
mod tests;

/// The number of an operation in its catalog: dense, from 0, in the order of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationIndex(pub u32);

/// An operation as it is put into a catalog.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OperationSpec<'a> {
    /// The id, which begins with the catalog's root.
    pub id: &'a str,
    /// What the API's own document calls the operation, where that differs.
    pub original_id: Option<&'a str>,
    /// The HTTP method, as requests carry it.
    pub method: Option<&'a str>,
    /// The path template below the catalog's base path.
    pub path: Option<&'a str>,
    /// What the operation does, in a few words.
    pub summary: Option<&'a str>,
}

/// The operations of one API.
///
/// Ids form a tree by whole segments. An id may be an operation and a branch at once. Nodes are
/// kept in the order of the tree, so that what is below a node is one range of operations.
#[derive(Clone)]
pub struct Catalog {
    root: Box<str>,
    base_path: Box<str>,
    names: Names,
    nodes: Vec<Node>,
    operations: Vec<Operation>,
}

#[derive(Clone)]
pub(crate) struct Node {
    /// The operations at and below this node.
    pub(crate) operations: Range<u32>,
    /// The first node that is not below this one.
    pub(crate) end: u32,
    pub(crate) parent: Option<u32>,
    /// Whether the node itself is an operation; then it is the first of its range.
    pub(crate) is_operation: bool,
}

#[derive(Clone)]
struct Operation {
    node: u32,
    original_id: Option<Box<str>>,
    method: Option<Box<str>>,
    path: Option<Box<str>>,
    summary: Option<Box<str>>,
}

/// One reason why a catalog cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("operation {position}, `{id}`: {kind}")]
pub struct CatalogProblem {
    /// Which of the given operations, from 0.
    pub position: usize,
    /// Its id.
    pub id: String,
    /// What is wrong with it.
    pub kind: CatalogProblemKind,
}

/// What can be wrong with an operation of a catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CatalogProblemKind {
    /// The root is not one segment, or is the word `tenants`.
    #[error("the root must be one segment of a-z, 0-9 and `-`, and not `tenants`")]
    Root,
    /// The id does not fit the grammar, or is not below the root.
    #[error("an id is the root, then segments of a-z, 0-9 and `-`, joined by `.`")]
    Id,
    /// The id is longer or deeper than a catalog allows.
    #[error("an id has at most 256 bytes and 32 segments")]
    TooLong,
    /// The id occurs twice.
    #[error("the id is there already")]
    Duplicate,
    /// There are more operations than a catalog may hold.
    #[error("a catalog holds at most 100,000 operations")]
    TooMany,
}

impl Catalog {
    /// The catalog of the Workflow API: 114 operations, with their methods and paths.
    #[must_use]
    pub fn workflow_api() -> Self {
        let specs = operations::OPERATIONS.iter().map(|&(id, method, path, summary)| OperationSpec {
            id,
            original_id: None,
            method: Some(method),
            path: Some(path),
            summary: Some(summary),
        });
        // The table is generated and checked by a test, so the empty catalog, in which every
        // operation is unknown, is never seen.
        Self::new(operations::ROOT, operations::BASE_PATH, specs).unwrap_or_else(|_| Self::empty())
    }

    /// A catalog of these operations, below `root`; `base_path` comes before every path template.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn new<'a>(
        root: &str,
        base_path: &str,
        specs: impl IntoIterator<Item = OperationSpec<'a>>,
    ) -> Result<Self, Vec<CatalogProblem>> {
        // One more than fits is enough to tell that there are too many.
        let specs: Vec<OperationSpec<'a>> =
            specs.into_iter().take(MAX_OPERATIONS.saturating_add(1)).collect();
        Self::check(root, base_path, &specs)
    }

    fn check(root: &str, base_path: &str, specs: &[OperationSpec<'_>]) -> Result<Self, Vec<CatalogProblem>> {
        let mut problems = Vec::new();
        let mut problem = |position: usize, id: &str, kind| {
            problems.push(CatalogProblem { position, id: id.to_owned(), kind });
        };
        if !is_segment(root) || root == "tenants" {
            problem(0, root, CatalogProblemKind::Root);
        }
        for (position, spec) in specs.iter().enumerate() {
            if position >= MAX_OPERATIONS {
                problem(position, spec.id, CatalogProblemKind::TooMany);
                break;
            }
            if spec.id.len() > MAX_ID_BYTES || spec.id.split('.').count() > MAX_ID_SEGMENTS {
                problem(position, spec.id, CatalogProblemKind::TooLong);
            } else if !spec.id.split('.').all(is_segment) || spec.id.split('.').next() != Some(root) {
                problem(position, spec.id, CatalogProblemKind::Id);
            }
        }
        let id = |at: usize| specs.get(at).map(|spec| spec.id).unwrap_or_default();
        let order = sort::order(specs.len(), &|one, two| tree_order(id(one), id(two)));
        for pair in order.windows(2) {
            if let &[one, two] = pair
                && id(one) == id(two)
            {
                problem(two, id(two), CatalogProblemKind::Duplicate);
            }
        }
        if problems.is_empty() {
            let sorted: Vec<_> = order.iter().filter_map(|&at| specs.get(at)).collect();
            Ok(Self::from_sorted(root, base_path, &sorted))
        } else {
            Err(sort::sorted_by_key(&problems, |problem| problem.position))
        }
    }

    fn empty() -> Self {
        Self {
            root: Box::default(),
            base_path: Box::default(),
            names: Names::default(),
            nodes: vec![],
            operations: vec![],
        }
    }

    fn from_sorted(root: &str, base_path: &str, sorted: &[&OperationSpec<'_>]) -> Self {
        let mut catalog = Self {
            root: root.into(),
            base_path: base_path.into(),
            names: Names::with_capacity(sorted.len()),
            operations: Vec::with_capacity(sorted.len()),
            ..Self::empty()
        };
        let mut open: Vec<u32> = Vec::new();
        catalog.open_node(root, &mut open);
        for spec in sorted {
            while open.len() > 1 && !open.last().is_some_and(|&top| catalog.is_at_or_below(spec.id, top)) {
                catalog.close_node(&mut open);
            }
            // Open every branch on the way from the innermost open node down to the operation.
            let known = open.last().and_then(|&top| catalog.names.name(top)).map_or(0, str::len);
            let deeper = spec.id.bytes().enumerate().skip(known.saturating_add(1));
            for (at, _) in deeper.filter(|&(_, byte)| byte == b'.') {
                catalog.open_node(spec.id.get(..at).unwrap_or_default(), &mut open);
            }
            if spec.id.len() > known {
                catalog.open_node(spec.id, &mut open);
            }
            let node = open.last().copied().unwrap_or_default();
            if let Some(node) = catalog.nodes.get_mut(node as usize) {
                node.is_operation = true;
            }
            catalog.operations.push(Operation {
                node,
                original_id: spec.original_id.map(Into::into),
                method: spec.method.map(Into::into),
                path: spec.path.map(Into::into),
                summary: spec.summary.map(Into::into),
            });
        }
        while !open.is_empty() {
            catalog.close_node(&mut open);
        }
        catalog
    }

    fn open_node(&mut self, id: &str, open: &mut Vec<u32>) {
        let first = count(self.operations.len());
        // Sorted ids are distinct, so every node is new.
        let (Ok(node) | Err(node)) = self.names.insert(id);
        self.nodes.push(Node {
            operations: first..first,
            end: node,
            parent: open.last().copied(),
            is_operation: false,
        });
        open.push(node);
    }

    fn close_node(&mut self, open: &mut Vec<u32>) {
        let (operations, nodes) = (count(self.operations.len()), count(self.nodes.len()));
        if let Some(node) = open.pop().and_then(|node| self.nodes.get_mut(node as usize)) {
            node.operations.end = operations;
            node.end = nodes;
        }
    }

    fn is_at_or_below(&self, id: &str, node: u32) -> bool {
        let above = self.names.name(node).unwrap_or_default();
        id.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// The first segment of every id.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The path that the catalog's document puts before every template; `""` where it says none.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// How many operations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Whether there are no operations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// The index of an operation. A pure branch is not an operation.
    #[inline]
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<OperationIndex> {
        let node = self.node(self.names.get(id)?)?;
        node.is_operation.then_some(OperationIndex(node.operations.start))
    }

    /// Whether a rule may have this target: an operation or a branch.
    #[must_use]
    pub fn has_target(&self, id: &str) -> bool {
        self.names.get(id).is_some()
    }

    /// The operation at an index.
    #[must_use]
    pub fn get(&self, index: OperationIndex) -> Option<OperationSpec<'_>> {
        let operation = self.operations.get(index.0 as usize)?;
        Some(OperationSpec {
            id: self.names.name(operation.node)?,
            original_id: operation.original_id.as_deref(),
            method: operation.method.as_deref(),
            path: operation.path.as_deref(),
            summary: operation.summary.as_deref(),
        })
    }

    /// The id of an operation; `""` for an index of another catalog.
    #[inline]
    #[must_use]
    pub fn id(&self, index: OperationIndex) -> &str {
        self.operations
            .get(index.0 as usize)
            .and_then(|operation| self.names.name(operation.node))
            .unwrap_or_default()
    }

    /// All operations, by index.
    pub fn iter(&self) -> impl Iterator<Item = (OperationIndex, OperationSpec<'_>)> {
        (0..count(self.operations.len()))
            .filter_map(|index| self.get(OperationIndex(index)).map(|spec| (OperationIndex(index), spec)))
    }

    /// The node that an operation is.
    pub(crate) fn operation_node(&self, index: OperationIndex) -> Option<u32> {
        self.operations.get(index.0 as usize).map(|operation| operation.node)
    }

    /// The nodes above a node, nearest first.
    pub(crate) fn above(&self, index: u32) -> impl Iterator<Item = u32> {
        core::iter::successors(self.parent(index), |&above| self.parent(above))
    }

    fn parent(&self, index: u32) -> Option<u32> {
        self.node(index).and_then(|node| node.parent)
    }

    pub(crate) fn node_index(&self, id: &str) -> Option<u32> {
        self.names.get(id)
    }

    #[inline]
    pub(crate) fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.get(index as usize)
    }

    pub(crate) fn node_id(&self, index: u32) -> &str {
        self.names.name(index).unwrap_or_default()
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The nodes directly below a node.
    pub(crate) fn children(&self, index: u32) -> impl Iterator<Item = u32> {
        let end = self.node(index).map_or(0, |node| node.end);
        let mut next = index.saturating_add(1);
        core::iter::from_fn(move || {
            let child = (next < end).then_some(next)?;
            next = self.node(child)?.end;
            Some(child)
        })
    }
}

impl core::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Catalog").field("root", &self.root).field("operations", &self.len()).finish()
    }
}

pub(crate) fn is_segment(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(parse::is_segment_byte)
}

/// The order of the tree: segment by segment, so that a branch comes right before what is below it.
/// Plain byte order would put `a-b` between `a` and `a.b`, as `-` is less than `.`.
fn tree_order(one: &str, two: &str) -> Ordering {
    let rank = |byte| if byte == b'.' { 0 } else { byte };
    one.bytes().map(rank).cmp(two.bytes().map(rank))
}

/// Counts are at most [`MAX_OPERATIONS`] times [`MAX_ID_SEGMENTS`]; saturation is never reached.
fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
