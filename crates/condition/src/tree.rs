//! The tree of a condition. One type serves from parsing to explanation: checking resolves its names
//! in place, and partial evaluation gives back a smaller tree.

use alloc::{boxed::Box, vec::Vec};
use core::slice;

use crate::{Function, Value, pattern::Pattern};

/// Where a part of the source stands, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// Its first byte.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
}

/// A node of the tree, with its place in the source. A residual has the places of its condition.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub node: Node,
    /// What it spans, with the brackets around it.
    pub span: Span,
    /// What is wrong with it would be told here: at the operator, the field, the function's name.
    pub at: u32,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum Node {
    /// A value that is there already.
    Constant(Value<'static>),
    /// A name as it is written; `.name` with its dot. There are none in a checked tree.
    Name(Box<str>),
    /// A fact, by its place among [`crate::Condition::facts`].
    Fact(usize),
    /// Whether a fact is there: `has(a.b.c)`.
    HasFact(usize),
    /// The variable of a macro around this node.
    Local {
        /// Its name.
        name: Box<str>,
        /// Which one, counted from the outermost.
        index: usize,
    },
    /// `operand.field`
    Select {
        /// The map.
        operand: Box<Expr>,
        /// The key.
        field: Box<str>,
    },
    /// `has(operand.field)`
    Has {
        /// The map.
        operand: Box<Expr>,
        /// The key.
        field: Box<str>,
    },
    /// An operator or a function.
    Call {
        /// Which one.
        function: Function,
        /// What it is applied to.
        arguments: Vec<Expr>,
    },
    /// `matches` with a pattern that is compiled already.
    Matches {
        /// The text.
        text: Box<Expr>,
        /// The pattern.
        pattern: Box<Pattern>,
    },
    /// `[a, b, …]`
    List(Vec<Expr>),
    /// `{a: b, …}`
    Map(Vec<(Expr, Expr)>),
    /// A macro over a list, or over the keys of a map.
    Fold(Box<Fold>),
}

/// A macro that goes over a list.
#[derive(Debug, Clone)]
pub struct Fold {
    /// Which macro.
    pub macro_: Macro,
    /// What it goes over.
    pub range: Expr,
    /// The name of the element.
    pub variable: Box<str>,
    /// `map` with three arguments takes only elements for which this holds.
    pub filter: Option<Expr>,
    /// What is asked of each element, or made of it.
    pub body: Expr,
}

/// The macros that go over lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Macro {
    /// `all`
    All,
    /// `exists`
    Exists,
    /// `exists_one`
    ExistsOne,
    /// `filter`
    Filter,
    /// `map`
    Map,
}

impl Macro {
    /// The macro's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Exists => "exists",
            Self::ExistsOne => "exists_one",
            Self::Filter => "filter",
            Self::Map => "map",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "all" => Self::All,
            "exists" => Self::Exists,
            "exists_one" | "existsOne" => Self::ExistsOne,
            "filter" => Self::Filter,
            "map" => Self::Map,
            _ => return None,
        })
    }
}

impl Expr {
    /// Calls `visit` with each node directly below this one, in the order of the source.
    pub fn children<'e>(&'e self, mut visit: impl FnMut(&'e Self)) {
        let mut all = |nodes: slice::Iter<'e, Self>| nodes.for_each(&mut visit);
        match &self.node {
            Node::Constant(_) | Node::Name(_) | Node::Fact(_) | Node::HasFact(_) | Node::Local { .. } => {}
            Node::Select { operand, .. } | Node::Has { operand, .. } => visit(operand),
            Node::Matches { text, .. } => visit(text),
            Node::Call { arguments, .. } => all(arguments.iter()),
            Node::List(elements) => all(elements.iter()),
            Node::Map(entries) => entries.iter().for_each(|(key, value)| {
                visit(key);
                visit(value);
            }),
            Node::Fold(fold) => {
                visit(&fold.range);
                if let Some(filter) = &fold.filter {
                    visit(filter);
                }
                visit(&fold.body);
            }
        }
    }

    pub(crate) fn children_mut(&mut self, visit: &mut dyn FnMut(&mut Self)) {
        match &mut self.node {
            Node::Constant(_) | Node::Name(_) | Node::Fact(_) | Node::HasFact(_) | Node::Local { .. } => {}
            Node::Select { operand, .. } | Node::Has { operand, .. } => visit(operand),
            Node::Matches { text, .. } => visit(text),
            Node::Call { arguments, .. } => arguments.iter_mut().for_each(visit),
            Node::List(elements) => elements.iter_mut().for_each(visit),
            Node::Map(entries) => {
                for (key, value) in entries {
                    visit(key);
                    visit(value);
                }
            }
            Node::Fold(fold) => {
                visit(&mut fold.range);
                if let Some(filter) = &mut fold.filter {
                    visit(filter);
                }
                visit(&mut fold.body);
            }
        }
    }
}
