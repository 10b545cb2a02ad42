//! A claim compiled for a catalog and a tenant registry: one bit an operation, a set of tenants.

use alloc::vec::Vec;

use crate::{
    Catalog, Claim, ClaimError, Effect, ErrorKind, OperationIndex, TenantIndex, TenantRule, Tenants,
    bits::Bits, sort,
};

#[cfg(test)]
mod tests;

/// What to do with a rule whose target the catalog does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownTargets {
    /// Refuse the claim.
    #[default]
    Reject,
    /// Pass over the rule, if its target is below the catalog's root: for a host whose catalog is
    /// older than the token issuer's. This never grants: a rule is about no operation of the catalog
    /// unless its target is in the catalog.
    Ignore,
}

/// What a claim says of one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationVerdict {
    /// Allowed by the operation rule with this index.
    Allowed(usize),
    /// Denied by the operation rule with this index.
    Denied(usize),
    /// No rule is about the operation, so it is denied.
    NoRule,
}

/// What a claim says of one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantVerdict {
    /// The tenant rule allows the tenant.
    Allowed,
    /// The tenant rule denies the tenant.
    Denied,
    /// The claim has no tenant rule.
    NoRule,
}

/// A claim compiled for one catalog and one tenant registry.
///
/// Asking it costs the same however many operations, tenants and rules there are: a bit test for
/// yes or no, a binary search over the claim's rules for the rule that decided.
#[derive(Clone)]
pub struct Permit {
    allowed: Bits,
    /// Where the deciding rule changes, in the order of operations.
    boundaries: Vec<Boundary>,
    tenants: TenantSet,
}

#[derive(Clone, Copy)]
struct Boundary {
    /// The first operation for which `rule` decides.
    from: u32,
    /// The deciding operation rule, if any.
    rule: Option<(u32, Effect)>,
}

#[derive(Clone)]
enum TenantSet {
    NoRule,
    /// Of the first `registered` tenants, those listed have this effect and the others the opposite
    /// one. A tenant that was registered later is denied, as it may be one of those that the claim
    /// lists.
    Listed {
        listed: Bits,
        effect: Effect,
        registered: u32,
    },
}

impl Permit {
    /// Compiles a claim.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownTarget`] with [`UnknownTargets::Reject`], and with
    /// [`UnknownTargets::Ignore`] where the target is not below the catalog's root: no newer catalog
    /// of the same API has it. A listed tenant that is not registered is no error: the claim outlives
    /// it, and as the tenant has no index, a request for it cannot be allowed.
    pub fn compile(
        claim: &Claim,
        catalog: &Catalog,
        tenants: &Tenants,
        unknown: UnknownTargets,
    ) -> Result<Self, ClaimError> {
        let boundaries = boundaries(catalog, resolve(claim, catalog, unknown)?);
        let mut allowed = Bits::with_len(catalog.len());
        for (at, boundary) in boundaries.iter().enumerate() {
            let end = boundaries.get(at.saturating_add(1)).map_or(u32::MAX, |next| next.from);
            if let Some((_, Effect::Allow)) = boundary.rule {
                allowed
                    .insert_range(boundary.from, end.min(u32::try_from(catalog.len()).unwrap_or(u32::MAX)));
            }
        }
        Ok(Self { allowed, boundaries, tenants: TenantSet::compile(claim.tenant_rule(), tenants) })
    }

    /// Whether both halves of the claim allow.
    #[inline]
    #[must_use]
    pub fn allows(&self, operation: OperationIndex, tenant: TenantIndex) -> bool {
        self.allows_operation(operation) && self.tenant(tenant) == TenantVerdict::Allowed
    }

    /// Whether the operation half allows.
    #[inline]
    #[must_use]
    pub fn allows_operation(&self, operation: OperationIndex) -> bool {
        self.allowed.contains(operation.0)
    }

    /// What the operation half says, and by which rule.
    #[must_use]
    pub fn operation(&self, operation: OperationIndex) -> OperationVerdict {
        let after = self.boundaries.partition_point(|boundary| boundary.from <= operation.0);
        match after.checked_sub(1).and_then(|at| self.boundaries.get(at)).and_then(|found| found.rule) {
            Some((rule, Effect::Allow)) => OperationVerdict::Allowed(rule as usize),
            Some((rule, Effect::Deny)) => OperationVerdict::Denied(rule as usize),
            None => OperationVerdict::NoRule,
        }
    }

    /// What the tenant half says.
    #[inline]
    #[must_use]
    pub fn tenant(&self, tenant: TenantIndex) -> TenantVerdict {
        match &self.tenants {
            TenantSet::NoRule => TenantVerdict::NoRule,
            TenantSet::Listed { listed, effect, registered } => {
                if tenant.0 < *registered && listed.contains(tenant.0) == effect.is_allow() {
                    TenantVerdict::Allowed
                } else {
                    TenantVerdict::Denied
                }
            }
        }
    }
}

impl core::fmt::Debug for Permit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Permit").field("allowed_operations", &self.allowed.count()).finish_non_exhaustive()
    }
}

impl TenantSet {
    fn compile(rule: Option<TenantRule<'_>>, tenants: &Tenants) -> Self {
        let (list, effect) = match rule {
            None => return Self::NoRule,
            // No tenant is listed, and those not listed have the opposite effect.
            Some(TenantRule::All) => (None, Effect::Deny),
            Some(TenantRule::None) => (None, Effect::Allow),
            Some(TenantRule::Only(list)) => (Some(list), Effect::Allow),
            Some(TenantRule::AllExcept(list)) => (Some(list), Effect::Deny),
        };
        let mut listed = Bits::default();
        for id in list.iter().flat_map(|list| list.iter()) {
            if let Some(index) = tenants.index(id) {
                listed.insert(index.0);
            }
        }
        Self::Listed { listed, effect, registered: u32::try_from(tenants.len()).unwrap_or(u32::MAX) }
    }
}

/// The operation half of a claim for one catalog, without tenants.
pub(crate) fn operation_bits(claim: &Claim, catalog: &Catalog) -> Result<Bits, ClaimError> {
    Ok(Permit::compile(claim, catalog, &Tenants::new(), UnknownTargets::Reject)?.allowed)
}

/// The rule that decides at a node: the node, and the rule's index in the claim.
#[derive(Clone, Copy)]
pub(crate) struct Resolved {
    pub(crate) node: u32,
    rule: u32,
    pub(crate) effect: Effect,
}

/// One rule for each node that has any, in the order of nodes.
pub(crate) fn resolve(
    claim: &Claim,
    catalog: &Catalog,
    unknown: UnknownTargets,
) -> Result<Vec<Resolved>, ClaimError> {
    let mut resolved = Vec::with_capacity(claim.operations.len());
    for (rule, span) in claim.operations.iter().enumerate() {
        let target = claim.slice(span);
        match catalog.node_index(target) {
            Some(node) => resolved.push(Resolved {
                node,
                rule: u32::try_from(rule).unwrap_or(u32::MAX),
                effect: span.effect,
            }),
            None if unknown == UnknownTargets::Ignore && target.split('.').next() == Some(catalog.root()) => {
            }
            None => {
                return Err(ClaimError::new(
                    ErrorKind::UnknownTarget,
                    span.start,
                    "an operation or branch of the catalog",
                ));
            }
        }
    }
    // Nodes are numbered in the order of the tree, so a branch comes before what is below it. Of
    // several rules for one target the first denial decides, or else the first rule.
    let mut resolved = sort::sorted_by_key(&resolved, |rule| (rule.node, rule.effect));
    resolved.dedup_by_key(|rule| rule.node);
    Ok(resolved)
}

/// Ranges of a tree nest, so one walk with a stack of the open ones finds who decides where.
fn boundaries(catalog: &Catalog, rules: Vec<Resolved>) -> Vec<Boundary> {
    let mut boundaries: Vec<Boundary> = Vec::with_capacity(rules.len().saturating_mul(2));
    let mut open: Vec<(u32, Resolved)> = Vec::new();
    for rule in rules {
        let Some(node) = catalog.node(rule.node) else { continue };
        close_until(&mut open, &mut boundaries, node.operations.start);
        push(&mut boundaries, node.operations.start, Some(&rule));
        open.push((node.operations.end, rule));
    }
    close_until(&mut open, &mut boundaries, u32::MAX);
    boundaries
}

fn close_until(open: &mut Vec<(u32, Resolved)>, boundaries: &mut Vec<Boundary>, start: u32) {
    while let Some(&(end, _)) = open.last()
        && end <= start
    {
        open.pop();
        push(boundaries, end, open.last().map(|(_, rule)| rule));
    }
}

fn push(boundaries: &mut Vec<Boundary>, from: u32, rule: Option<&Resolved>) {
    // A range that ends where the next begins, or holds nothing, leaves no trace.
    if boundaries.last().is_some_and(|last| last.from == from) {
        boundaries.pop();
    }
    boundaries.push(Boundary { from, rule: rule.map(|rule| (rule.rule, rule.effect)) });
}
