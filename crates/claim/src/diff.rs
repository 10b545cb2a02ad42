//! What changes from one claim to another, operation by operation and tenant by tenant.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use crate::{Catalog, Claim, ClaimError, OperationIndex, algebra::TenantIds, permit};

#[cfg(test)]
mod tests;

/// What a second claim grants more and less than a first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// Operations that only the second claim allows.
    pub gained: Vec<OperationIndex>,
    /// Operations that only the first claim allows.
    pub lost: Vec<OperationIndex>,
    /// Tenants that only the second claim allows, in multi-tenant mode.
    pub tenants_gained: TenantDiff,
    /// Tenants that only the first claim allows, in multi-tenant mode.
    pub tenants_lost: TenantDiff,
    /// Whether only one of the claims has a tenant rule: single-tenant hosts see that difference too.
    pub tenant_rule_differs: bool,
}

/// A set of tenants: the ids, or with `all_but` every tenant except the ids.
#[derive(Clone, PartialEq, Eq)]
pub struct TenantDiff {
    /// Tenant ids in byte order.
    pub ids: Vec<String>,
    /// Whether the set is everything except the ids.
    pub all_but: bool,
}

impl TenantDiff {
    /// Whether no tenant is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && !self.all_but
    }
}

impl core::fmt::Debug for TenantDiff {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "TenantDiff({}{} ids)", if self.all_but { "all but " } else { "" }, self.ids.len())
    }
}

/// Compares what two claims grant.
///
/// # Errors
/// An unknown target in either claim.
pub fn diff(first: &Claim, second: &Claim, catalog: &Catalog) -> Result<Diff, ClaimError> {
    let (before, after) = (permit::operation_bits(first, catalog)?, permit::operation_bits(second, catalog)?);
    let (tenants_before, tenants_after) = (TenantIds::multi(first), TenantIds::multi(second));
    let mut gained = Vec::new();
    let mut lost = Vec::new();
    for (operation, _) in catalog.iter() {
        match (before.contains(operation.0), after.contains(operation.0)) {
            (false, true) => gained.push(operation),
            (true, false) => lost.push(operation),
            _ => {}
        }
    }
    Ok(Diff {
        gained,
        lost,
        tenants_gained: tenant_diff(&tenants_after.without(&tenants_before)),
        tenants_lost: tenant_diff(&tenants_before.without(&tenants_after)),
        tenant_rule_differs: first.tenant_rule().is_some() != second.tenant_rule().is_some(),
    })
}

fn tenant_diff(set: &TenantIds<'_>) -> TenantDiff {
    TenantDiff { ids: set.ids().iter().map(|&id| id.to_owned()).collect(), all_but: set.is_all_but() }
}
