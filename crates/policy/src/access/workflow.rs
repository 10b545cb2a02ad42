//! A workflow, checked.

use alloc::{boxed::Box, vec::Vec};

use portcullis_claim::OperationIndex;
use portcullis_wire::policy::{AuthenticationMode, ParameterSection, Unmet};

use crate::{condition::Condition, roles::Permission};

/// A workflow that can be run by name.
pub(crate) struct Workflow {
    pub(crate) name: Box<str>,
    pub(crate) exposed: bool,
    pub(crate) authentication: AuthenticationMode,
    pub(crate) methods: Vec<Box<str>>,
    pub(crate) parameters: Vec<ParameterSection>,
    pub(crate) operation: Option<OperationIndex>,
    pub(crate) permission: Option<Permission>,
    pub(crate) condition: Option<Condition>,
    pub(crate) unmet: Unmet,
    /// Searches that conditions look at, each with the place of its type.
    pub(crate) searches: Vec<(Box<str>, usize)>,
    pub(crate) actions: Vec<Action>,
    pub(crate) ignore_privacy_rules: bool,
    pub(crate) rate_limit: Option<Box<str>>,
}

/// An action of a workflow.
pub(crate) struct Action {
    pub(crate) id: Box<str>,
    pub(crate) condition: Option<Condition>,
}

impl Workflow {
    /// Whether the caller's claim or roles are asked.
    pub(crate) const fn is_gated(&self) -> bool {
        self.operation.is_some() || self.permission.is_some()
    }

    /// Whether anything depends on a condition.
    pub(crate) fn is_conditional(&self) -> bool {
        self.condition.is_some() || self.actions.iter().any(|action| action.condition.is_some())
    }
}
