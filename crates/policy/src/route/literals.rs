//! The literal ways on from a node.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::mem;

use hashbrown::HashMap;
use portcullis_claim::sort;

use super::trie::Node;

/// So many texts are compared one by one: that is as fast as to hash, and takes a fraction of the
/// memory, whose size is what slows a large catalog down.
const FEW: usize = 6;

/// Nodes by the text of a literal segment.
#[derive(Debug)]
pub(super) enum Literals {
    Few(Vec<(Box<str>, Node)>),
    Many(Box<HashMap<Box<str>, Node>>),
}

impl Default for Literals {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Literals {
    #[inline]
    pub(super) fn get(&self, text: &str) -> Option<&Node> {
        match self {
            Self::Few(few) => few.iter().find(|(other, _)| **other == *text).map(|(_, node)| node),
            Self::Many(many) => many.get(text),
        }
    }

    /// The node for `text`, made if it is not there.
    pub(super) fn child(&mut self, text: Box<str>) -> &mut Node {
        if let Self::Few(few) = self
            && few.len() == FEW
        {
            *self = Self::Many(Box::new(mem::take(few).into_iter().collect()));
        }
        match self {
            Self::Many(many) => many.entry(text).or_default(),
            Self::Few(few) => child_of_few(few, text),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Few(few) => few.len(),
            Self::Many(many) => many.len(),
        }
    }

    /// All texts and nodes, sorted, because a table has no order of its own.
    pub(super) fn sorted(&self) -> Vec<(&str, &Node)> {
        let all: Vec<(&str, &Node)> = match self {
            Self::Few(few) => few.iter().map(|(text, node)| (&**text, node)).collect(),
            Self::Many(many) => many.iter().map(|(text, node)| (&**text, node)).collect(),
        };
        sort::sorted_by_key(&all, |(text, _)| *text)
    }
}

#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "the position is that of an element, found or just pushed")
)]
fn child_of_few(few: &mut Vec<(Box<str>, Node)>, text: Box<str>) -> &mut Node {
    let at = few.iter().position(|(other, _)| *other == text).unwrap_or(few.len());
    if at == few.len() {
        // As small as can be: most nodes have one or two.
        few.reserve_exact(1);
        few.push((text, Node::default()));
    }
    &mut few[at].1
}
