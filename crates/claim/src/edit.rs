//! The smallest edit of a claim that changes one answer and nothing else.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use crate::{
    Catalog, Claim, ClaimError, Effect, ErrorKind, OperationIndex, TenantRule, permit,
    shape::push_tenant_target, tenant::is_tenant_id,
};

/// Rules to take out and rules to put in, and the claim that results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Rules of the claim that go, as text.
    pub remove: Vec<String>,
    /// Rules that come, as text.
    pub add: Vec<String>,
    /// The claim after the edit.
    pub result: Claim,
}

impl Edit {
    /// Whether nothing has to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.remove.is_empty() && self.add.is_empty()
    }
}

/// The fewest rules to change so that `operation` is allowed and no other operation changes.
///
/// # Errors
/// An unknown target.
pub fn grant(claim: &Claim, catalog: &Catalog, operation: OperationIndex) -> Result<Edit, ClaimError> {
    flip(claim, catalog, operation, Effect::Allow)
}

/// The fewest rules to change so that `operation` is denied and no other operation changes.
///
/// # Errors
/// An unknown target.
pub fn revoke(claim: &Claim, catalog: &Catalog, operation: OperationIndex) -> Result<Edit, ClaimError> {
    flip(claim, catalog, operation, Effect::Deny)
}

/// The edit of the tenant rule so that `tenant` is allowed and no other tenant changes.
///
/// # Errors
/// A malformed tenant id.
pub fn grant_tenant(claim: &Claim, tenant: &str) -> Result<Edit, ClaimError> {
    flip_tenant(claim, tenant, Effect::Allow)
}

/// The edit of the tenant rule so that `tenant` is denied and no other tenant changes.
///
/// A claim without a tenant rule gains `d:tenants:…` here only in name: in multi-tenant mode it
/// denies every tenant already, so nothing changes.
///
/// # Errors
/// A malformed tenant id.
pub fn revoke_tenant(claim: &Claim, tenant: &str) -> Result<Edit, ClaimError> {
    flip_tenant(claim, tenant, Effect::Deny)
}

fn flip(
    claim: &Claim,
    catalog: &Catalog,
    operation: OperationIndex,
    wanted: Effect,
) -> Result<Edit, ClaimError> {
    let allowed = permit::operation_bits(claim, catalog)?;
    let id = catalog.id(operation);
    let node = catalog.node_index(id);
    let (Some(node), true) = (node, allowed.contains(operation.0) != wanted.is_allow()) else {
        return Ok(unchanged(claim));
    };
    let own: Vec<(Effect, &str)> = claim.operation_rules().filter(|&(_, target)| target == id).collect();
    let inherited = inherited_effect(claim, catalog, node);
    // Either the rules that stand here are enough once the contrary ones are gone, or one comes.
    let remove: Vec<String> =
        own.iter().filter(|&&(effect, _)| effect != wanted).map(|&(effect, _)| rule(effect, id)).collect();
    let mut add = Vec::new();
    let stays = own.iter().any(|&(effect, _)| effect == wanted);
    // A denial wins over an allowance of the same target, so denying need not remove the allowance;
    // where denying is inherited, removing it is enough.
    if !stays && inherited != wanted {
        add.push(rule(wanted, id));
    }
    let keeps_contrary = wanted == Effect::Deny && !add.is_empty();
    let remove = if keeps_contrary { Vec::new() } else { remove };
    let mut restored = Vec::new();
    restore_below(claim, catalog, node, &mut restored);
    add.extend(restored.into_iter().map(|below| rule(wanted.other(), catalog.node_id(below))));
    apply(claim, remove, add)
}

/// What the node would have without rules of its own.
fn inherited_effect(claim: &Claim, catalog: &Catalog, node: u32) -> Effect {
    let mut above = catalog.node(node).and_then(|node| node.parent);
    while let Some(index) = above {
        let id = catalog.node_id(index);
        let mut effects =
            claim.operation_rules().filter(|&(_, target)| target == id).map(|(effect, _)| effect);
        if let Some(first) = effects.next() {
            return effects.fold(first, Effect::min);
        }
        above = catalog.node(index).and_then(|node| node.parent);
    }
    Effect::Deny
}

/// Where rules must come below a node whose effect flips, so that what inherits from it stays: the
/// fewest, and of equally many the highest.
fn restore_below(claim: &Claim, catalog: &Catalog, node: u32, out: &mut Vec<u32>) {
    for child in catalog.children(node) {
        let id = catalog.node_id(child);
        if claim.operation_rules().any(|(_, target)| target == id) {
            continue;
        }
        let mut deeper = Vec::new();
        let is_operation = catalog.node(child).is_some_and(|node| node.is_operation);
        if !is_operation {
            restore_below(claim, catalog, child, &mut deeper);
        }
        if is_operation || deeper.len() > 1 {
            out.push(child);
        } else {
            out.append(&mut deeper);
        }
    }
}

fn rule(effect: Effect, target: &str) -> String {
    format!("{}:{target}", effect.letter())
}

fn flip_tenant(claim: &Claim, tenant: &str, wanted: Effect) -> Result<Edit, ClaimError> {
    if !is_tenant_id(tenant) {
        return Err(ClaimError::new(ErrorKind::Tenant, 0, "a tenant id of A-Z, a-z, 0-9, `.`, `_` and `-`"));
    }
    let rule = claim.tenant_rule();
    let now = Effect::from_bool(rule.is_some_and(|rule| rule.allows(tenant)));
    if now == wanted {
        return Ok(unchanged(claim));
    }
    let (list_effect, list) = match rule {
        None | Some(TenantRule::None) => (Effect::Allow, None),
        Some(TenantRule::All) => (Effect::Deny, None),
        Some(TenantRule::Only(list)) => (Effect::Allow, Some(list)),
        Some(TenantRule::AllExcept(list)) => (Effect::Deny, Some(list)),
    };
    let mut ids: Vec<&str> = list.iter().flat_map(|list| list.iter()).collect();
    if wanted == list_effect {
        ids.push(tenant);
    } else {
        ids.retain(|&id| id != tenant);
    }
    // Without ids the list says the whole: `a:tenants:` nobody is `d:tenants`.
    let effect = if ids.is_empty() { list_effect.other() } else { list_effect };
    let mut text = String::new();
    push_tenant_target(&mut text, effect, &ids);
    let old = claim.tenants.as_ref().and_then(|span| claim.text.get(span.range())).map(ToOwned::to_owned);
    apply(claim, old.into_iter().collect(), Vec::from([text]))
}

fn unchanged(claim: &Claim) -> Edit {
    Edit { remove: Vec::new(), add: Vec::new(), result: claim.clone() }
}

fn apply(claim: &Claim, remove: Vec<String>, add: Vec<String>) -> Result<Edit, ClaimError> {
    let rules = claim.rules();
    let texts = rules.iter().filter_map(|rule| claim.text.get(rule.span.clone()));
    // The tenant rule stays last, where people look for it.
    let (tenants, operations): (Vec<&str>, Vec<&str>) = texts
        .filter(|&text| !remove.iter().any(|gone| gone == text))
        .chain(add.iter().map(String::as_str))
        .partition(|text| {
            text.get(2..).is_some_and(|target| target == "tenants" || target.starts_with("tenants:"))
        });
    let mut kept: Vec<&str> = operations;
    kept.extend(tenants);
    let mut text = kept.join(";");
    if text.is_empty() {
        // Taking out the only rule leaves nothing allowed, which a claim says by its root.
        let root = remove.first().and_then(|rule| rule.get(2..)).and_then(|target| target.split('.').next());
        text = rule(Effect::Deny, root.unwrap_or_default());
    }
    Ok(Edit { remove, add, result: Claim::parse_within(&text, usize::MAX)? })
}
