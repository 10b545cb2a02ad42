//! What the policy says beyond catalog, tenants and claim: surfaces, workflows, types, roles, and
//! what operations depend on.

mod load;
mod workflow;

use alloc::{boxed::Box, vec::Vec};

use hashbrown::HashMap;
use portcullis_claim::OperationIndex;
use portcullis_wire::policy::{AuthenticationMode, SurfacesSection};

use crate::{condition::Condition, privacy::Type, roles::Permission, roles::Roles};

pub(crate) use load::load;
pub(crate) use workflow::{Action, Workflow};

/// The checked sections. A policy without any of them has none, and decides as if there were none.
pub(crate) struct Access {
    pub(crate) surfaces: SurfacesSection,
    pub(crate) roles: Roles,
    workflows: HashMap<Box<str>, usize>,
    /// In the order of their names.
    pub(crate) workflow_list: Vec<Workflow>,
    types: HashMap<Box<str>, usize>,
    pub(crate) type_list: Vec<Type>,
    pub(crate) requirements: Vec<Requirement>,
    /// For each operation the requirements that cover it.
    by_operation: Vec<Box<[u32]>>,
    /// For each operation who must be known; nothing where no entry says so.
    authentication: Vec<AuthenticationMode>,
}

/// What an operation depends on beyond the claim.
pub(crate) struct Requirement {
    /// The operation, or the branch.
    pub(crate) id: Box<str>,
    /// Who must be known, where the entry says it.
    pub(crate) authentication: Option<AuthenticationMode>,
    pub(crate) permission: Option<Permission>,
    pub(crate) condition: Option<Condition>,
    pub(crate) rate_limit: Option<Box<str>>,
}

impl Access {
    pub(crate) fn workflow(&self, name: &str) -> Option<&Workflow> {
        self.workflow_list.get(*self.workflows.get(name)?)
    }

    pub(crate) fn type_named(&self, name: &str) -> Option<&Type> {
        self.type_list.get(*self.types.get(name)?)
    }

    pub(crate) fn type_index(&self, name: &str) -> Option<usize> {
        self.types.get(name).copied()
    }

    /// Who must be known where an operation is requested.
    #[inline]
    pub(crate) fn authentication(&self, operation: OperationIndex) -> AuthenticationMode {
        self.authentication.get(operation.0 as usize).copied().unwrap_or_default()
    }

    /// What an operation depends on.
    pub(crate) fn requirements(&self, operation: OperationIndex) -> impl Iterator<Item = &Requirement> {
        let indexes = self.by_operation.get(operation.0 as usize).map(AsRef::as_ref).unwrap_or_default();
        indexes.iter().filter_map(|index| self.requirements.get(*index as usize))
    }
}
