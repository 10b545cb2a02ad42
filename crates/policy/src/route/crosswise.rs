//! Pairs of templates of which one request may be both.
//!
//! The trie is walked against itself: a state is two nodes that a common path leads to, and which
//! side has been the more specific on the way. Templates that part for good are not compared any
//! further, so the cost is in the overlaps, not in the pairs of routes.

use alloc::vec::Vec;
use core::ptr;

use hashbrown::HashSet;

use super::path::MAX_SEGMENTS;
use super::specificity::Kind;
use super::template::Mixed;
use super::trie::{Node, Router};

/// The pairs, found as they are asked for, in an order that depends on the routes alone.
pub(super) struct Crosswise<'a> {
    open: Vec<State<'a>>,
    /// Pairs found but not yet handed out.
    ready: Vec<(u32, u32)>,
    /// All pairs found: two templates meet in either order, and on paths of several lengths.
    found: HashSet<(u32, u32)>,
}

/// Two places that the same request segments lead to.
#[derive(Clone, Copy)]
struct State<'a> {
    left: &'a Node,
    right: &'a Node,
    /// How many segments, at least.
    depth: usize,
    /// In some segment the left was the more specific.
    left_ahead: bool,
    /// In some segment the right was the more specific.
    right_ahead: bool,
}

/// A way from a node to the next.
#[derive(Clone, Copy)]
struct Edge<'a> {
    takes: Takes<'a>,
    to: &'a Node,
}

/// The segments that an edge takes.
#[derive(Clone, Copy)]
enum Takes<'a> {
    Literal(&'a str),
    Mixed(&'a Mixed),
    Parameter,
    Multi,
}

impl<'a> Crosswise<'a> {
    pub(super) fn new(router: &'a Router) -> Self {
        let (left, right) = (&router.root, &router.root);
        let start = State { left, right, depth: 0, left_ahead: false, right_ahead: false };
        Self { open: Vec::from([start]), ready: Vec::new(), found: HashSet::new() }
    }

    /// Notes the operations of two templates that end at one path, if neither beats the other.
    fn meet(&mut self, State { left, right, left_ahead, right_ahead, .. }: State<'_>) {
        if left_ahead != right_ahead || ptr::eq(left, right) {
            return;
        }
        let methods = left.ends.iter().chain(&right.ends).map(|end| end.method);
        for method in methods {
            let (Some(a), Some(b)) = (left.operation(method), right.operation(method)) else {
                continue;
            };
            let pair = (a.min(b), a.max(b));
            if a != b && self.found.insert(pair) {
                self.ready.push(pair);
            }
        }
    }
}

impl Iterator for Crosswise<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() {
            let state = self.open.pop()?;
            self.meet(state);
            if state.depth < MAX_SEGMENTS {
                state.expand(&mut self.open);
            }
        }
        self.ready.pop()
    }
}

impl<'a> State<'a> {
    /// Adds the states that one more segment leads to.
    fn expand(self, open: &mut Vec<Self>) {
        // The two sides are of one rank: looking up from the smaller is cheaper.
        let fewer = self.left.literals.len() <= self.right.literals.len();
        let state = if fewer { self } else { self.mirrored() };
        for a in literals(state.left) {
            if let Takes::Literal(text) = a.takes
                && let Some(to) = state.right.literals.get(text)
            {
                open.push(state.step(a, Edge { to, ..a }));
            }
        }
        for a in loose(state.left) {
            let others = loose(state.right).chain(literals(state.right));
            open.extend(others.filter_map(|b| state.common_step(a, b)));
        }
        for b in loose(state.right) {
            open.extend(literals(state.left).filter_map(|a| state.common_step(a, b)));
        }
    }

    fn mirrored(self) -> Self {
        Self {
            left: self.right,
            right: self.left,
            left_ahead: self.right_ahead,
            right_ahead: self.left_ahead,
            ..self
        }
    }

    /// The state behind two edges, if they take a segment in common and it is another state.
    fn common_step(self, a: Edge<'a>, b: Edge<'a>) -> Option<Self> {
        // Where both sides only repeat, nothing changes.
        let same = ptr::eq(a.to, self.left) && ptr::eq(b.to, self.right);
        (!same && a.takes.overlaps(b.takes)).then(|| self.step(a, b))
    }

    fn step(self, a: Edge<'a>, b: Edge<'a>) -> Self {
        let (left, right) = (a.takes.kind(), b.takes.kind());
        Self {
            left: a.to,
            right: b.to,
            depth: self.depth.saturating_add(1),
            left_ahead: self.left_ahead || left > right,
            right_ahead: self.right_ahead || right > left,
        }
    }
}

/// The edges of `node` for literal segments.
fn literals(node: &Node) -> impl Iterator<Item = Edge<'_>> {
    node.literals.sorted().into_iter().map(|(text, to)| Edge { takes: Takes::Literal(text), to })
}

/// The edges of `node` for segments that are not all literal.
fn loose(node: &Node) -> impl Iterator<Item = Edge<'_>> {
    node.loose.iter().flat_map(move |loose| {
        let mixed = loose.mixed.iter().map(|(mixed, to)| Edge { takes: Takes::Mixed(mixed), to });
        let parameter = loose.parameter.iter().map(|to| Edge { takes: Takes::Parameter, to });
        let again = loose.repeats.then_some(node);
        let multi = loose.multi.iter().chain(again).map(|to| Edge { takes: Takes::Multi, to });
        mixed.chain(parameter).chain(multi)
    })
}

impl Takes<'_> {
    fn kind(self) -> Kind {
        match self {
            Self::Literal(_) => Kind::Literal,
            Self::Mixed(_) => Kind::Mixed,
            Self::Parameter => Kind::Parameter,
            Self::Multi => Kind::Multi,
        }
    }

    /// Whether some segment is taken by both.
    fn overlaps(self, other: Self) -> bool {
        match (self, other) {
            (Self::Literal(a), Self::Literal(b)) => a == b,
            (Self::Literal(text), Self::Mixed(mixed)) | (Self::Mixed(mixed), Self::Literal(text)) => {
                mixed.matches(text)
            }
            (Self::Mixed(a), Self::Mixed(b)) => a.overlaps(b),
            (Self::Literal(text), _) | (_, Self::Literal(text)) => !text.is_empty(),
            _ => true,
        }
    }
}
