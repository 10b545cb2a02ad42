//! How far a condition looks from the resource.

use alloc::vec::Vec;

use portcullis_condition::{
    Function, Path,
    tree::{Expr, Node},
};

pub(super) struct Depth<'c> {
    pub(super) paths: &'c [Path],
    /// How far the variables of the macros around are, outermost first.
    pub(super) locals: Vec<Option<usize>>,
    pub(super) deepest: usize,
}

impl Depth<'_> {
    /// How far from the resource the value of a node may be; none if it is not of the resource.
    pub(super) fn of(&mut self, expr: &Expr) -> Option<usize> {
        let depth = match &expr.node {
            Node::Fact(place) | Node::HasFact(place) => {
                let path = self.paths.get(*place).filter(|path| path.variable() == "resource");
                path.map(|path| path.fields().len())
            }
            Node::Local { index, .. } => self.locals.get(*index).copied().flatten(),
            Node::Select { operand, .. } | Node::Has { operand, .. } => {
                self.of(operand).map(|it| it.saturating_add(1))
            }
            Node::Call { function: Function::Index, arguments } => {
                let mut arguments = arguments.iter();
                let of = arguments.next().and_then(|container| self.of(container));
                for index in arguments {
                    self.of(index);
                }
                of.map(|it| it.saturating_add(1))
            }
            Node::Fold(fold) => {
                let range = self.of(&fold.range);
                self.locals.push(range);
                let body = self.of(&fold.body);
                let filter = fold.filter.as_ref().and_then(|filter| self.of(filter));
                self.locals.pop();
                range.max(body).max(filter)
            }
            _ => {
                let mut deepest = None;
                expr.children(|child| deepest = deepest.max(self.of(child)));
                deepest
            }
        };
        self.deepest = self.deepest.max(depth.unwrap_or_default());
        depth
    }
}
