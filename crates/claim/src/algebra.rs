//! Attenuation: does one claim cover another, and what do two claims both grant?
//!
//! A claim grants pairs of an operation and a tenant. Without a tenant rule it grants no tenant in
//! multi-tenant mode and every tenant in single-tenant mode, so both modes are looked at.

use alloc::vec::Vec;

use crate::{
    Catalog, Claim, ClaimError, Effect, TenantRule,
    bits::Bits,
    permit,
    shape::{self, push_tenant_target},
    sort,
};

#[cfg(test)]
mod tests;

/// Whether `wide` allows everything that `narrow` allows: every operation for every tenant, in
/// either tenancy mode.
///
/// # Errors
/// An unknown target in either claim.
pub fn covers(wide: &Claim, narrow: &Claim, catalog: &Catalog) -> Result<bool, ClaimError> {
    let (wide_operations, narrow_operations) =
        (permit::operation_bits(wide, catalog)?, permit::operation_bits(narrow, catalog)?);
    Ok([TenantIds::multi, TenantIds::single].iter().all(|mode| {
        let (wide_tenants, narrow_tenants) = (mode(wide), mode(narrow));
        narrow_operations.is_empty()
            || narrow_tenants.is_empty()
            || (wide_operations.is_superset(&narrow_operations) && wide_tenants.covers(&narrow_tenants))
    }))
}

/// A claim, in normal form, that allows exactly what both allow, and never more in either mode.
///
/// There is one case in which it allows less. Where one of the two has no tenant rule and the other
/// allows some tenants only, both together allow no tenant in multi-tenant mode and some in
/// single-tenant mode, which no tenant rule says: then the claim denies all tenants.
///
/// # Errors
/// An unknown target in either claim.
pub fn intersect(one: &Claim, two: &Claim, catalog: &Catalog) -> Result<Claim, ClaimError> {
    let allowed: Bits =
        permit::operation_bits(one, catalog)?.intersection(&permit::operation_bits(two, catalog)?);
    let mut text = shape::assemble(shape::normal_rules(&allowed, catalog), None)?.text.into_string();
    match (one.tenant_rule(), two.tenant_rule()) {
        // No rule is nobody in multi-tenant mode and everybody in single-tenant mode.
        (None, None | Some(TenantRule::All)) | (Some(TenantRule::All), None) => {}
        (Some(one), Some(two)) => {
            let both = TenantIds::of(one).intersection(&TenantIds::of(two));
            both.push_rule(&mut text);
        }
        _ => push_tenant_target(&mut text, Effect::Deny, &[]),
    }
    Claim::parse_within(&text, usize::MAX)
}

/// A set of tenant ids, or all but a set; ids sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TenantIds<'a> {
    ids: Vec<&'a str>,
    all_but: bool,
}

impl<'a> TenantIds<'a> {
    pub(crate) fn of(rule: TenantRule<'a>) -> Self {
        let (list, all_but) = match rule {
            TenantRule::All => (None, true),
            TenantRule::None => (None, false),
            TenantRule::Only(list) => (Some(list), false),
            TenantRule::AllExcept(list) => (Some(list), true),
        };
        let ids: Vec<&str> = list.iter().flat_map(|list| list.iter()).collect();
        Self { ids: sort::sorted(&ids), all_but }
    }

    /// What a claim grants in multi-tenant mode.
    pub(crate) fn multi(claim: &'a Claim) -> Self {
        claim.tenant_rule().map_or(Self { ids: Vec::new(), all_but: false }, Self::of)
    }

    /// What a claim grants in single-tenant mode.
    fn single(claim: &'a Claim) -> Self {
        claim.tenant_rule().map_or(Self { ids: Vec::new(), all_but: true }, Self::of)
    }

    fn is_empty(&self) -> bool {
        !self.all_but && self.ids.is_empty()
    }

    fn contains(&self, id: &str) -> bool {
        self.ids.binary_search(&id).is_ok() != self.all_but
    }

    fn covers(&self, other: &Self) -> bool {
        // Ids are unbounded, so all but some are never within a finite set.
        match (self.all_but, other.all_but) {
            (false, true) => false,
            (_, false) => other.ids.iter().all(|id| self.contains(id)),
            (true, true) => self.ids.iter().all(|id| !other.contains(id)),
        }
    }

    fn intersection(&self, other: &Self) -> Self {
        let ids: Vec<&str> = match (self.all_but, other.all_but) {
            (false, _) => self.ids.iter().copied().filter(|id| other.contains(id)).collect(),
            (true, false) => other.ids.iter().copied().filter(|id| self.contains(id)).collect(),
            (true, true) => self.ids.iter().chain(&other.ids).copied().collect(),
        };
        let mut ids = sort::sorted(&ids);
        ids.dedup();
        Self { ids, all_but: self.all_but && other.all_but }
    }

    /// This set without the ids of `other`.
    pub(crate) fn without(&self, other: &Self) -> Self {
        self.intersection(&Self { ids: other.ids.clone(), all_but: !other.all_but })
    }

    pub(crate) fn ids(&self) -> &[&'a str] {
        &self.ids
    }

    pub(crate) const fn is_all_but(&self) -> bool {
        self.all_but
    }

    fn push_rule(&self, text: &mut alloc::string::String) {
        // `a:tenants:…` lists who is in; `d:tenants:…` who is out; an empty list is the whole.
        let effect = Effect::from_bool(self.all_but == self.ids.is_empty());
        push_tenant_target(text, effect, &self.ids);
    }
}
