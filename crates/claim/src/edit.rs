//! The smallest edit of a claim that changes one answer and nothing else.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use crate::{
    Catalog, Claim, ClaimError, Effect, ErrorKind, OperationIndex, TenantRule, UnknownTargets,
    permit::{self, Resolved},
    rule::RuleSpan,
    shape::push_tenant_target,
    tenant::is_tenant_id,
};

#[cfg(test)]
mod tests;

/// Rules to take out and rules to put in, and the claim that results.
#[derive(Clone, PartialEq, Eq)]
pub struct Edit {
    /// Rules of the claim that go, as text.
    pub remove: Vec<String>,
    /// Rules that come, as text.
    pub add: Vec<String>,
    /// The claim after the edit. It may be longer than [`crate::MAX_CLAIM_BYTES`].
    pub result: Claim,
}

impl Edit {
    /// Whether nothing has to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.remove.is_empty() && self.add.is_empty()
    }
}

/// Rules tell what a person may do: their text is kept out of logs.
impl core::fmt::Debug for Edit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Edit")
            .field("removed_rules", &self.remove.len())
            .field("added_rules", &self.add.len())
            .finish_non_exhaustive()
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

/// The edit of the tenant rule so that `tenant` is allowed and no other tenant changes, in
/// multi-tenant mode.
///
/// A claim without a tenant rule gains one. It then binds in single-tenant mode too, where the claim
/// allowed every tenant before.
///
/// # Errors
/// A malformed tenant id.
pub fn grant_tenant(claim: &Claim, tenant: &str) -> Result<Edit, ClaimError> {
    flip_tenant(claim, tenant, Effect::Allow)
}

/// The edit of the tenant rule so that `tenant` is denied and no other tenant changes, in
/// multi-tenant mode.
///
/// A claim without a tenant rule stays as it is: it allows no tenant in that mode.
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
    let deciding = Deciding(permit::resolve(claim, catalog, UnknownTargets::Reject)?);
    let Some(node) = catalog.operation_node(operation) else { return Ok(unchanged(claim)) };
    let inherited = catalog.above(node).find_map(|above| deciding.at(above)).unwrap_or(Effect::Deny);
    let own = deciding.at(node);
    if own.unwrap_or(inherited) == wanted {
        return Ok(unchanged(claim));
    }
    let id = catalog.node_id(node);
    let is_contrary = |span: &&RuleSpan| span.effect != wanted && claim.slice(span) == id;
    let (removes, adds_own) = match wanted {
        // A denial wins over an allowance of the same target, so every denial here has to go.
        Effect::Allow => {
            let agrees = claim.operations.iter().any(|span| span.effect == wanted && claim.slice(span) == id);
            (true, !agrees && inherited == Effect::Deny)
        }
        // For the same reason one denial is enough. Taking out an only allowance is as small and
        // leaves less to read, but a claim cannot be empty.
        Effect::Deny => {
            let is_only_one = claim.operations.iter().filter(is_contrary).count() == 1;
            let removes = is_only_one && inherited == Effect::Deny && claim.holds_several_rules();
            (removes, !removes)
        }
    };
    let kept = wanted.other();
    let add: Vec<String> = adds_own
        .then_some((wanted, node))
        .into_iter()
        .chain(deciding.inheriting_children(catalog, node, kept).into_iter().map(|child| (kept, child)))
        .map(|(effect, node)| format!("{}:{}", effect.letter(), catalog.node_id(node)))
        .collect();
    let (gone, stay): (Vec<&RuleSpan>, Vec<&RuleSpan>) =
        claim.operations.iter().partition(|span| removes && is_contrary(span));
    let texts = stay.into_iter().map(|span| claim.rule_text(span)).chain(add.iter().map(String::as_str));
    let result = join(texts.chain(claim.tenants.as_ref().map(|span| claim.rule_text(span))))?;
    let remove = gone.into_iter().map(|span| claim.rule_text(span).to_owned()).collect();
    Ok(Edit { remove, add, result })
}

/// Which effect the claim's own rules give to which node.
struct Deciding(Vec<Resolved>);

impl Deciding {
    fn at(&self, node: u32) -> Option<Effect> {
        let at = self.0.binary_search_by_key(&node, |rule| rule.node).ok()?;
        self.0.get(at).map(|rule| rule.effect)
    }

    /// Below a node whose effect flips, the nodes that need a rule so that every operation which
    /// inherits from it keeps `effect`.
    ///
    /// Each child with such operations below it needs at least one rule, and the child's own is
    /// enough. Where one operation alone inherits, an allowance names that and not the branch.
    fn inheriting_children(&self, catalog: &Catalog, node: u32, effect: Effect) -> Vec<u32> {
        let mut found = Vec::new();
        for child in catalog.children(node) {
            let mut inheriting = self.inheriting(catalog, child);
            match (inheriting.next(), inheriting.next()) {
                (None, _) => {}
                (Some(only), None) if effect.is_allow() => found.push(only),
                (Some(_), _) => found.push(child),
            }
        }
        found
    }

    /// The highest operations at and below a node which no rule at or below that node is about.
    fn inheriting(&self, catalog: &Catalog, node: u32) -> impl Iterator<Item = u32> {
        let end = catalog.node(node).map_or(node, |node| node.end);
        let mut next = node;
        core::iter::from_fn(move || {
            while next < end {
                let at = next;
                let node = catalog.node(at)?;
                let has_rule = self.at(at).is_some();
                next = if has_rule || node.is_operation { node.end } else { next.saturating_add(1) };
                if node.is_operation && !has_rule {
                    return Some(at);
                }
            }
            None
        })
    }
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
    let operations = claim.operations.iter().map(|span| claim.rule_text(span));
    let result = join(operations.chain([text.as_str()]))?;
    let old = claim.tenants.as_ref().map(|span| claim.rule_text(span).to_owned());
    Ok(Edit { remove: old.into_iter().collect(), add: Vec::from([text]), result })
}

fn unchanged(claim: &Claim) -> Edit {
    Edit { remove: Vec::new(), add: Vec::new(), result: claim.clone() }
}

fn join<'a>(rules: impl Iterator<Item = &'a str>) -> Result<Claim, ClaimError> {
    Claim::parse_within(&rules.collect::<Vec<_>>().join(";"), usize::MAX)
}
