//! Conditions of the policy: what they may look at, and where that comes from at a request.

mod bound;
mod depth;
mod json;
mod scope;

use alloc::vec::Vec;

use portcullis_condition::{
    self as cel, Function,
    tree::{Expr, Node},
};
use portcullis_wire::policy::FieldType;

pub(crate) use bound::{Bound, typed};
pub(crate) use json::{json_value, typed_json};
pub(crate) use scope::{Declared, Scope};

/// A condition that was checked against what it may look at.
pub(crate) struct Condition {
    pub(crate) cel: cel::Condition,
    /// For each fact, where it comes from.
    pub(crate) sources: Vec<Source>,
}

/// A condition that could not be judged. Whatever depends on it is denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failed;

/// What can be told of a condition before there is a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Foresight {
    /// It holds of every resource.
    Always,
    /// It holds of none.
    Never,
    /// It depends on the resource, or cannot be judged.
    Depends,
}

/// What a condition comes to whatever the facts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Constant {
    /// It holds.
    Holds,
    /// It does not hold.
    False,
    /// It cannot be judged.
    Fails,
}

/// Where a fact comes from, and its declared type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// A field of the user.
    User(FieldType),
    /// A field of the resource. Its place in the type, where the resource is of one.
    Resource(FieldType, usize),
    /// A field of what is said of the action.
    Action(FieldType),
    /// A field of what is said of the circumstances.
    Context(FieldType),
    /// A member of the request.
    Request(Member),
    /// A parameter of the workflow, by its place.
    Parameter(usize),
    /// The time of the request.
    Now,
    /// What a search found, by its place among the workflow's.
    Search(usize),
    /// Several of these at once.
    Whole,
}

/// What conditions see of the envelope of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Member {
    Method,
    Path,
    Operation,
    Workflow,
    Tenant,
    Branch,
    Internal,
    Authenticated,
    Admin,
}

impl Member {
    pub(crate) const ALL: [(&'static str, Self); 9] = [
        ("method", Self::Method),
        ("path", Self::Path),
        ("operation", Self::Operation),
        ("workflow", Self::Workflow),
        ("tenant", Self::Tenant),
        ("branch", Self::Branch),
        ("internal", Self::Internal),
        ("authenticated", Self::Authenticated),
        ("admin", Self::Admin),
    ];

    pub(crate) const fn is_flag(self) -> bool {
        matches!(self, Self::Internal | Self::Authenticated | Self::Admin)
    }
}

impl Condition {
    /// Whether it holds.
    ///
    /// # Errors
    /// If a fact is missing, or the evaluation fails or reaches its limit.
    pub(crate) fn holds(&self, bound: &Bound<'_>) -> Result<bool, Failed> {
        self.holds_for(&bound.of(self))
    }

    /// Whether it holds of facts from elsewhere.
    ///
    /// # Errors
    /// As [`Condition::holds`].
    pub(crate) fn holds_for<'f>(&'f self, facts: &dyn cel::Facts<'f>) -> Result<bool, Failed> {
        self.cel.holds(facts).map_err(|_| Failed)
    }

    /// Whether it holds of whatever resource, as far as that can be told without one.
    pub(crate) fn without_resource(&self, bound: &Bound<'_>) -> Foresight {
        let unknown = Bound { resource: None, resource_unknown: true, ..*bound };
        match self.cel.holds(&unknown.of(self)) {
            Ok(true) => Foresight::Always,
            Ok(false) => Foresight::Never,
            Err(_) => Foresight::Depends,
        }
    }

    /// What is left to ask of the resource.
    ///
    /// # Errors
    /// If it takes too many steps to tell.
    pub(crate) fn left_of_resource(&self, bound: &Bound<'_>) -> Result<cel::Residual, Failed> {
        let unknown = Bound { resource: None, resource_unknown: true, ..*bound };
        self.cel.residual_exact(&unknown.of(self)).map_err(|_| Failed)
    }

    /// What it comes to, if that is the same whatever the facts are.
    pub(crate) fn constant(&self) -> Option<Constant> {
        struct Unknown;
        impl<'f> cel::Facts<'f> for Unknown {
            fn fact(&self, _: usize, _: &cel::Path) -> cel::Fact<'f> {
                cel::Fact::Unknown
            }
        }
        if depends(self.cel.tree()) {
            return None;
        }
        match self.cel.residual(&Unknown).ok()? {
            cel::Residual::Always => Some(Constant::Holds),
            cel::Residual::Depends(_) => None,
            cel::Residual::Never { .. } => match self.cel.residual_exact(&Unknown).ok()? {
                cel::Residual::Never { error: Some(_) } => Some(Constant::Fails),
                // It may be false of some facts, and fail of others.
                _ => Some(Constant::False),
            },
        }
    }

    /// How far it looks from the resource: 1 at its fields, 2 at those of what they lead to.
    pub(crate) fn resource_depth(&self) -> usize {
        let mut depth = depth::Depth { paths: self.cel.facts(), locals: Vec::new(), deepest: 0 };
        depth.of(self.cel.tree());
        depth.deepest
    }
}

/// Whether a node has a value that depends on the facts, as can be seen at once of most. Of others,
/// partial evaluation tells.
fn depends(expr: &Expr) -> bool {
    match &expr.node {
        Node::Fact(_) | Node::HasFact(_) => true,
        Node::Select { operand, .. } | Node::Has { operand, .. } => depends(operand),
        Node::Matches { text, .. } => depends(text),
        Node::Call { function: Function::And | Function::Or, arguments } => arguments.iter().all(depends),
        Node::Call { function: Function::Conditional, .. } => false,
        // All of them are needed, and a constant does not fail.
        Node::Call { arguments, .. } => {
            let known = |argument: &Expr| matches!(argument.node, Node::Constant(_));
            arguments.iter().any(depends) && arguments.iter().all(|it| known(it) || depends(it))
        }
        _ => false,
    }
}
