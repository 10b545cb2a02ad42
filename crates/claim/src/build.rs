//! A fluent builder for claims, typed so that a call which makes no sense does not compile.

use alloc::{
    borrow::ToOwned,
    string::{String, ToString},
    vec::Vec,
};

use crate::{
    Catalog, Claim, ClaimError, Effect, ErrorKind, MAX_CLAIM_BYTES, Tenants,
    catalog::is_segment,
    normalize,
    shape::{push_rule, push_tenant_target},
    sort,
    tenant::is_tenant_id,
};

#[cfg(test)]
mod tests;

/// Builds a claim: first the operation half, then, where needed, the tenant half.
///
/// Every method that selects a half replaces it. `allow` and `deny` exist only on the
/// [`OperationsBuilder`], which [`ClaimBuilder::allow_all_operations`] and
/// [`ClaimBuilder::deny_all_operations`] open:
///
/// ```
/// use portcullis_claim::{Catalog, Claim};
///
/// let catalog = Catalog::workflow_api();
/// let claim = Claim::builder(&catalog)
///     .deny_all_operations()
///     .allow(["workflow-api.rpc"])
///     .deny(["workflow-api.rpc.delete-instance"])
///     .deny_all_tenants_except(["TenantA"])
///     .value()?;
/// assert_eq!(
///     claim.as_str(),
///     "d:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants:TenantA"
/// );
/// # Ok::<(), portcullis_claim::ClaimError>(())
/// ```
///
/// ```compile_fail
/// # use portcullis_claim::{Catalog, Claim};
/// Claim::builder(&Catalog::workflow_api()).allow(["workflow-api.rpc"]);
/// ```
#[derive(Clone)]
pub struct ClaimBuilder<'c> {
    catalog: &'c Catalog,
    tenants: Option<&'c Tenants>,
    operations: Vec<(Effect, String)>,
    tenant_rule: Option<(Effect, Vec<String>)>,
}

/// A [`ClaimBuilder`] whose operation half is open for exceptions.
#[derive(Clone)]
pub struct OperationsBuilder<'c>(ClaimBuilder<'c>);

impl<'c> ClaimBuilder<'c> {
    pub(crate) const fn new(catalog: &'c Catalog) -> Self {
        Self { catalog, tenants: None, operations: Vec::new(), tenant_rule: None }
    }

    /// Refuses tenant ids that are not in this registry.
    #[must_use]
    pub const fn with_tenants(mut self, tenants: &'c Tenants) -> Self {
        self.tenants = Some(tenants);
        self
    }

    /// Starts the operation half with `a:` and the root.
    #[must_use]
    pub fn allow_all_operations(self) -> OperationsBuilder<'c> {
        self.all_operations(Effect::Allow)
    }

    /// Starts the operation half with `d:` and the root.
    #[must_use]
    pub fn deny_all_operations(self) -> OperationsBuilder<'c> {
        self.all_operations(Effect::Deny)
    }

    /// Replaces the tenant half with `a:tenants`.
    #[must_use]
    pub fn allow_all_tenants(self) -> Self {
        self.tenant_half(Effect::Allow, &[])
    }

    /// Replaces the tenant half with `d:tenants`.
    #[must_use]
    pub fn deny_all_tenants(self) -> Self {
        self.tenant_half(Effect::Deny, &[])
    }

    /// Replaces the tenant half with `d:tenants:…`; without ids, `a:tenants`.
    #[must_use]
    pub fn allow_all_tenants_except<'s>(self, ids: impl IntoIterator<Item = &'s str>) -> Self {
        self.tenant_list(Effect::Deny, ids)
    }

    /// Replaces the tenant half with `a:tenants:…`; without ids, `d:tenants`.
    #[must_use]
    pub fn deny_all_tenants_except<'s>(self, ids: impl IntoIterator<Item = &'s str>) -> Self {
        self.tenant_list(Effect::Allow, ids)
    }

    /// Replaces both halves with the rules of a value.
    ///
    /// # Errors
    /// What [`ClaimBuilder::validate`] says of the value.
    pub fn set_value(mut self, value: &str) -> Result<OperationsBuilder<'c>, ClaimError> {
        let claim = self.validate(value)?;
        self.operations =
            claim.operation_rules().map(|(effect, target)| (effect, target.to_owned())).collect();
        self.tenant_rule = claim.tenants.as_ref().map(|span| {
            let ids =
                claim.slice(span).split_once(':').map(|(_, list)| list.split(',').map(ToOwned::to_owned));
            (span.effect, ids.into_iter().flatten().collect())
        });
        Ok(OperationsBuilder(self))
    }

    /// Checks a value as the builder would: its grammar, its targets, and its tenants where a
    /// registry was given.
    ///
    /// # Errors
    /// The first mistake.
    pub fn validate(&self, value: &str) -> Result<Claim, ClaimError> {
        let claim = Claim::parse(value)?;
        for span in &claim.operations {
            if !self.catalog.has_target(claim.slice(span)) {
                return Err(ClaimError::new(
                    ErrorKind::UnknownTarget,
                    span.start,
                    "an operation or branch of the catalog",
                ));
            }
        }
        if let (Some(tenants), Some(span)) = (self.tenants, &claim.tenants) {
            let mut at = span.start.saturating_add("tenants:".len());
            let list = claim.slice(span).split_once(':').map(|(_, list)| list.split(','));
            for id in list.into_iter().flatten() {
                if tenants.index(id).is_none() {
                    return Err(ClaimError::new(ErrorKind::UnknownTenant, at, "a registered tenant id"));
                }
                at = at.saturating_add(id.len()).saturating_add(1);
            }
        }
        Ok(claim)
    }

    /// The claim, in normal form.
    ///
    /// # Errors
    /// The first target or tenant id that is malformed or unknown, with the offset 0;
    /// [`ErrorKind::Missing`] where neither half was chosen; [`ErrorKind::TooLarge`] where the normal
    /// form has more than [`MAX_CLAIM_BYTES`].
    pub fn value(self) -> Result<Claim, ClaimError> {
        let mut text = String::new();
        for (effect, target) in &self.operations {
            self.check_target(target)?;
            push_rule(&mut text, *effect);
            text.push_str(target);
        }
        if let Some((effect, ids)) = &self.tenant_rule {
            for id in ids {
                self.check_tenant(id)?;
            }
            push_tenant_target(&mut text, *effect, &ids.iter().map(String::as_str).collect::<Vec<_>>());
        }
        let claim = normalize(&Claim::parse_within(&text, usize::MAX)?, self.catalog)?;
        if claim.as_str().len() > MAX_CLAIM_BYTES {
            return Err(ClaimError::new(ErrorKind::TooLarge, MAX_CLAIM_BYTES, "a shorter claim"));
        }
        Ok(claim)
    }

    /// What the catalog has is well formed, so a target can bring no second rule with it, nor be the
    /// word `tenants`.
    fn check_target(&self, target: &str) -> Result<(), ClaimError> {
        let kind = match self.catalog.has_target(target) {
            true => return Ok(()),
            false if target.split('.').all(is_segment) => ErrorKind::UnknownTarget,
            false => ErrorKind::Operation,
        };
        Err(ClaimError::new(kind, 0, "an operation or branch of the catalog"))
    }

    fn check_tenant(&self, id: &str) -> Result<(), ClaimError> {
        if !is_tenant_id(id) {
            let expected = "a tenant id: 1 to 128 of A-Z, a-z, 0-9, `.`, `_` and `-`";
            return Err(ClaimError::new(ErrorKind::Tenant, 0, expected));
        }
        if self.tenants.is_some_and(|tenants| tenants.index(id).is_none()) {
            return Err(ClaimError::new(ErrorKind::UnknownTenant, 0, "a registered tenant id"));
        }
        Ok(())
    }

    fn all_operations(mut self, effect: Effect) -> OperationsBuilder<'c> {
        self.operations = Vec::from([(effect, self.catalog.root().to_string())]);
        OperationsBuilder(self)
    }

    fn tenant_list<'s>(self, effect: Effect, ids: impl IntoIterator<Item = &'s str>) -> Self {
        let mut ids = sort::sorted(&ids.into_iter().collect::<Vec<_>>());
        ids.dedup();
        let effect = if ids.is_empty() { effect.other() } else { effect };
        self.tenant_half(effect, &ids)
    }

    fn tenant_half(mut self, effect: Effect, ids: &[&str]) -> Self {
        self.tenant_rule = Some((effect, ids.iter().map(|id| (*id).to_owned()).collect()));
        self
    }
}

impl<'c> OperationsBuilder<'c> {
    /// Allows operations or branches.
    #[must_use]
    pub fn allow<'s>(self, targets: impl IntoIterator<Item = &'s str>) -> Self {
        self.rules(Effect::Allow, targets)
    }

    /// Denies operations or branches.
    #[must_use]
    pub fn deny<'s>(self, targets: impl IntoIterator<Item = &'s str>) -> Self {
        self.rules(Effect::Deny, targets)
    }

    /// See [`ClaimBuilder::allow_all_tenants`].
    #[must_use]
    pub fn allow_all_tenants(self) -> ClaimBuilder<'c> {
        self.0.allow_all_tenants()
    }

    /// See [`ClaimBuilder::deny_all_tenants`].
    #[must_use]
    pub fn deny_all_tenants(self) -> ClaimBuilder<'c> {
        self.0.deny_all_tenants()
    }

    /// See [`ClaimBuilder::allow_all_tenants_except`].
    #[must_use]
    pub fn allow_all_tenants_except<'s>(self, ids: impl IntoIterator<Item = &'s str>) -> ClaimBuilder<'c> {
        self.0.allow_all_tenants_except(ids)
    }

    /// See [`ClaimBuilder::deny_all_tenants_except`].
    #[must_use]
    pub fn deny_all_tenants_except<'s>(self, ids: impl IntoIterator<Item = &'s str>) -> ClaimBuilder<'c> {
        self.0.deny_all_tenants_except(ids)
    }

    /// See [`ClaimBuilder::value`].
    ///
    /// # Errors
    /// As [`ClaimBuilder::value`].
    pub fn value(self) -> Result<Claim, ClaimError> {
        self.0.value()
    }

    fn rules<'s>(mut self, effect: Effect, targets: impl IntoIterator<Item = &'s str>) -> Self {
        self.0.operations.extend(targets.into_iter().map(|target| (effect, target.to_owned())));
        self
    }
}
