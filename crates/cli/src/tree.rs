//! The tree of operation ids, and the lines that lead to its nodes.

use std::ops::Range;

/// An operation, a branch, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node<'a> {
    /// The id.
    pub id: &'a str,
    /// What of the id stands below the parent's: one segment, or several where nothing branches off
    /// in between.
    pub name: &'a str,
    /// The operations at and below the node, by their places in the list.
    pub operations: Range<usize>,
    /// Whether the first of them is the node itself.
    pub is_operation: bool,
    /// The nodes below, in order.
    pub children: Vec<Node<'a>>,
}

impl Node<'_> {
    /// How many bytes of the id are the parent's.
    #[must_use]
    pub fn parent_len(&self) -> usize {
        self.id.len() - self.name.len()
    }
}

/// The top of the tree of these ids, which stand in the order of a catalog: an id before those below
/// it, and all ids below one next to each other. A catalog has one root, so one node.
#[must_use]
pub fn tree<'a>(ids: &[&'a str]) -> Vec<Node<'a>> {
    below(ids, 0..ids.len(), 0)
}

/// The nodes of `range`, whose ids are equal up to `start`.
fn below<'a>(ids: &[&'a str], range: Range<usize>, start: usize) -> Vec<Node<'a>> {
    let mut nodes = Vec::new();
    let mut first = range.start;
    while first < range.end {
        let (id, end) = up_to(ids[first], start);
        let count = ids[first..range.end].iter().take_while(|&&other| up_to(other, start).0 == id).count();
        let operations = first..first + count;
        first += count;
        let is_operation = ids[operations.start].len() == end;
        let children = below(ids, operations.start + usize::from(is_operation)..operations.end, end + 1);
        nodes.push(match <[Node<'a>; 1]>::try_from(children) {
            Ok([only]) if !is_operation => Node { name: &only.id[start..], ..only },
            Ok(only) => Node { id, name: &id[start..], operations, is_operation, children: only.into() },
            Err(children) => Node { id, name: &id[start..], operations, is_operation, children },
        });
    }
    nodes
}

/// The id up to the end of the segment that begins at `start`, and where that is.
fn up_to(id: &str, start: usize) -> (&str, usize) {
    let end = id[start..].find('.').map_or(id.len(), |dot| start + dot);
    (&id[..end], end)
}

/// What stands before a node's name: the lines from its parents.
#[derive(Debug, Clone, Default)]
pub struct Lead {
    line: String,
    below: String,
}

impl Lead {
    /// The lead of a node below.
    #[must_use]
    pub fn child(&self, last: bool) -> Self {
        let (branch, through) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        Self { line: format!("{}{branch}", self.below), below: format!("{}{through}", self.below) }
    }

    /// The lines, as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(nodes: &[Node<'_>], lead: &Lead, lines: &mut Vec<String>) {
        for (at, node) in nodes.iter().enumerate() {
            let lead = lead.child(at + 1 == nodes.len());
            let own = if node.is_operation { "!" } else { "" };
            lines.push(format!("{}{}{own} {:?}", lead.as_str(), node.name, node.operations));
            shown(&node.children, &lead, lines);
        }
    }

    #[test]
    fn ids_that_are_operations_and_branches_at_once() {
        let ids = ["r.a", "r.b", "r.b.x", "r.b.y", "r.b-c", "r.d.e.f", "r.d.e.g"];
        let mut lines = Vec::new();
        shown(&tree(&ids), &Lead::default(), &mut lines);
        assert_eq!(
            lines,
            [
                "└─ r 0..7",
                "   ├─ a! 0..1",
                "   ├─ b! 1..4",
                "   │  ├─ x! 2..3",
                "   │  └─ y! 3..4",
                "   ├─ b-c! 4..5",
                "   └─ d.e 5..7",
                "      ├─ f! 5..6",
                "      └─ g! 6..7",
            ]
        );
    }

    #[test]
    fn an_operation_keeps_its_only_child() {
        let nodes = tree(&["r.a", "r.a.b"]);
        assert_eq!((nodes[0].name, nodes[0].is_operation, nodes[0].children.len()), ("r.a", true, 1));
        assert_eq!(nodes[0].children[0].name, "b");
        assert_eq!(tree(&[]), []);
    }
}
