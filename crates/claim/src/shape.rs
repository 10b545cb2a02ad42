//! The two canonical spellings of a meaning: the normal form, and the shortest one.
//!
//! Both are computed from what the claim decides, never from how it is written, so claims that
//! decide alike have equal forms. To decide alike is to allow the same operations, to allow the same
//! tenants, and to have or not to have a tenant rule: each half counts even where the other denies
//! everything. Both forms are relative to a catalog: a branch rule may stand for the rules of
//! everything below it, and then it covers what the catalog gains there later.
//!
//! For each node of the catalog's tree and each effect that it may inherit, one number tells what
//! the cheapest set of rules at and below it costs. A rule never serves to repeat what is
//! inherited, so at each node there are two choices: no rule, or the rule of the other effect.

use alloc::{string::String, vec, vec::Vec};

use crate::{
    Catalog, Claim, ClaimError, Effect, TenantRule, bits::Bits, parse, permit, sort, tenant::TenantList,
};

#[cfg(test)]
mod tests;

/// The normal form: the root rule, then the fewest other operation rules in byte order, then the
/// tenant rule with its ids in byte order. Where a branch can be denied or allowed with equally many
/// rules it is denied, which grants less of what the catalog may gain.
///
/// The form may be longer in bytes than the claim.
///
/// # Errors
/// An unknown target: what it means cannot be known, so it cannot be kept.
pub fn normalize(claim: &Claim, catalog: &Catalog) -> Result<Claim, ClaimError> {
    let allowed = permit::operation_bits(claim, catalog)?;
    assemble(normal_rules(&allowed, catalog), claim.tenant_rule())
}

/// The shortest claim in bytes that decides alike. It may leave out the root rule, as what no rule
/// is about is denied; so a denial may give `OPERATION_NO_RULE` where it gave `OPERATION_DENIED`.
///
/// # Errors
/// An unknown target.
pub fn minimize(claim: &Claim, catalog: &Catalog) -> Result<Claim, ClaimError> {
    let allowed = permit::operation_bits(claim, catalog)?;
    // The letter, the `:`, the target and the `;` that one more rule brings.
    let costs = Costs::new(&allowed, catalog, |node| cost(catalog.node_id(node).len()).saturating_add(3));
    let mut rules = costs.rules(catalog, Effect::Deny);
    if rules.is_empty() && claim.tenant_rule().is_none() {
        // A value holds at least one rule, and every operation target begins with the root.
        rules.push((Effect::Deny, 0));
    }
    assemble(spell(rules, catalog), claim.tenant_rule())
}

/// The rules of the normal form's operation half: the root rule, then the others in byte order.
pub(crate) fn normal_rules<'c>(allowed: &Bits, catalog: &'c Catalog) -> Vec<(Effect, &'c str)> {
    let costs = Costs::new(allowed, catalog, |_| 1);
    let root = costs.cheaper_root();
    let mut rules = spell(costs.rules_below_root(catalog, root), catalog);
    rules.insert(0, (root, catalog.root()));
    rules
}

/// Writes rules out as a claim.
pub(crate) fn assemble(
    operations: Vec<(Effect, &str)>,
    tenants: Option<TenantRule<'_>>,
) -> Result<Claim, ClaimError> {
    let mut text = String::new();
    for (effect, target) in operations {
        push_rule(&mut text, effect);
        text.push_str(target);
    }
    if let Some(rule) = tenants {
        push_tenant_rule(&mut text, rule);
    }
    parse::parse(&text, usize::MAX)
}

pub(crate) fn push_rule(text: &mut String, effect: Effect) {
    if !text.is_empty() {
        text.push(';');
    }
    text.push(effect.letter());
    text.push(':');
}

fn push_tenant_rule(text: &mut String, rule: TenantRule<'_>) {
    let (effect, list): (Effect, Option<TenantList<'_>>) = match rule {
        TenantRule::All => (Effect::Allow, None),
        TenantRule::None => (Effect::Deny, None),
        TenantRule::Only(list) => (Effect::Allow, Some(list)),
        TenantRule::AllExcept(list) => (Effect::Deny, Some(list)),
    };
    let ids: Vec<&str> = list.iter().flat_map(|list| list.iter()).collect();
    push_tenant_target(text, effect, &sort::sorted(&ids));
}

/// Writes a tenant rule; no ids stand for all tenants.
pub(crate) fn push_tenant_target(text: &mut String, effect: Effect, ids: &[&str]) {
    push_rule(text, effect);
    text.push_str("tenants");
    for (at, id) in ids.iter().enumerate() {
        text.push(if at == 0 { ':' } else { ',' });
        text.push_str(id);
    }
}

fn spell(rules: Vec<(Effect, u32)>, catalog: &Catalog) -> Vec<(Effect, &str)> {
    let rules: Vec<(Effect, &str)> =
        rules.into_iter().map(|(effect, node)| (effect, catalog.node_id(node))).collect();
    sort::sorted_by_key(&rules, |&(_, target)| target)
}

/// What the rules at and below each node cost at least, by the effect that the node inherits.
struct Costs {
    /// With a free choice whether the node has a rule.
    node: Vec<[u32; 2]>,
    /// Of what is below the node, given the effect that the node hands down.
    below: Vec<[u32; 2]>,
    /// What the node's own rule costs.
    rule: Vec<u32>,
    /// The effect that the node must have if it is an operation.
    fixed: Vec<Option<Effect>>,
}

const IMPOSSIBLE: u32 = u32::MAX;

const fn slot(effect: Effect) -> usize {
    effect as usize
}

fn at(costs: &[[u32; 2]], node: u32, effect: Effect) -> u32 {
    costs.get(node as usize).and_then(|pair| pair.get(slot(effect))).copied().unwrap_or(IMPOSSIBLE)
}

impl Costs {
    fn new(allowed: &Bits, catalog: &Catalog, rule_cost: impl Fn(u32) -> u32) -> Self {
        let nodes = catalog.nodes();
        let mut costs = Self {
            node: vec![[0; 2]; nodes.len()],
            below: vec![[0; 2]; nodes.len()],
            rule: (0..cost(nodes.len())).map(rule_cost).collect(),
            fixed: nodes
                .iter()
                .map(|node| {
                    node.is_operation.then(|| Effect::from_bool(allowed.contains(node.operations.start)))
                })
                .collect(),
        };
        // Nodes come before what is below them, so the way back sees every child before its parent.
        for index in (0..cost(nodes.len())).rev() {
            for inherited in [Effect::Deny, Effect::Allow] {
                let cheapest = costs.without_rule(index, inherited).min(costs.with_rule(index, inherited));
                if let Some(pair) = costs.node.get_mut(index as usize)
                    && let Some(slot) = pair.get_mut(slot(inherited))
                {
                    *slot = cheapest;
                }
                let parent = nodes.get(index as usize).and_then(|node| node.parent);
                if let Some(pair) = parent.and_then(|parent| costs.below.get_mut(parent as usize))
                    && let Some(slot) = pair.get_mut(slot(inherited))
                {
                    *slot = slot.saturating_add(cheapest);
                }
            }
        }
        costs
    }

    /// What it costs if this node has, by whatever means, this effect.
    fn with_effect(&self, node: u32, effect: Effect) -> u32 {
        match self.fixed.get(node as usize).copied().flatten() {
            Some(fixed) if fixed != effect => IMPOSSIBLE,
            _ => at(&self.below, node, effect),
        }
    }

    fn without_rule(&self, node: u32, inherited: Effect) -> u32 {
        self.with_effect(node, inherited)
    }

    fn with_rule(&self, node: u32, inherited: Effect) -> u32 {
        let rule = self.rule.get(node as usize).copied().unwrap_or(IMPOSSIBLE);
        self.with_effect(node, inherited.other()).saturating_add(rule)
    }

    /// The root's effect that needs fewer rules below it; a denial where both need as many.
    fn cheaper_root(&self) -> Effect {
        Effect::from_bool(self.with_effect(0, Effect::Allow) < self.with_effect(0, Effect::Deny))
    }

    /// The cheapest rules for the whole tree, the root inheriting `inherited`.
    fn rules(&self, catalog: &Catalog, inherited: Effect) -> Vec<(Effect, u32)> {
        self.collect(catalog, vec![(0, inherited)])
    }

    /// The cheapest rules below a root that has the effect `root`.
    fn rules_below_root(&self, catalog: &Catalog, root: Effect) -> Vec<(Effect, u32)> {
        self.collect(catalog, catalog.children(0).map(|child| (child, root)).collect())
    }

    fn collect(&self, catalog: &Catalog, mut todo: Vec<(u32, Effect)>) -> Vec<(Effect, u32)> {
        let mut rules = Vec::new();
        while let Some((node, inherited)) = todo.pop() {
            let (without, with) = (self.without_rule(node, inherited), self.with_rule(node, inherited));
            // On a tie, a denial of the branch, or no allowance of it.
            let takes_rule = with < without || (with == without && inherited.is_allow());
            let effect = if takes_rule { inherited.other() } else { inherited };
            if takes_rule {
                rules.push((effect, node));
            }
            // Where nothing below costs anything, nothing below has a rule.
            if at(&self.below, node, effect) > 0 {
                todo.extend(catalog.children(node).map(|child| (child, effect)));
            }
        }
        rules
    }
}

fn cost(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
