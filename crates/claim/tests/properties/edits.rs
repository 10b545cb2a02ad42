//! The smallest edits against all edits.

use portcullis_claim::{Edit, grant, grant_tenant, revoke, revoke_tenant};
use proptest::{prelude::*, sample::Index};

use crate::{
    naive,
    world::{World, one_claim, parse, tenants},
};

/// The rules after an edit, from its lists alone.
fn replay(text: &str, edit: &Edit) -> Vec<String> {
    let mut rules: Vec<String> = text.split(';').map(str::to_owned).collect();
    for gone in &edit.remove {
        let at = rules.iter().position(|rule| rule == gone).unwrap();
        rules.remove(at);
    }
    rules.extend(edit.add.iter().cloned());
    rules.sort();
    rules
}

fn sorted_rules(text: &str) -> Vec<String> {
    let mut rules: Vec<String> = text.split(';').map(str::to_owned).collect();
    rules.sort();
    rules
}

/// How many rules have to change at least so that operations are decided as `wanted` says: all edits
/// of one rule, then of two, and so on.
fn fewest_changes(world: &World, text: &str, wanted: &[bool]) -> u32 {
    let present = naive::operation_rules(text);
    let others = text.split(';').count() - present.len();
    // What an edit may touch: each rule that is there, and each that could come.
    let mut rules: Vec<(bool, &str)> = present.clone();
    for target in &world.targets {
        rules.extend([(true, target.as_str()), (false, target.as_str())]);
    }
    let about: Vec<Vec<usize>> = world
        .ids
        .iter()
        .map(|id| (0..rules.len()).filter(|&at| naive::is_about(rules[at].1, id)).collect())
        .collect();
    let kept_mask = (1_u32 << present.len()) - 1;
    (0..1_u32 << rules.len())
        .filter(|edit| {
            // The rules that stand afterwards: those that were there and are not touched, and those
            // that come.
            let standing = edit ^ kept_mask;
            (standing != 0 || others > 0)
                && about.iter().zip(wanted).all(|(about, &wanted)| {
                    let mut best: Option<(usize, bool)> = None;
                    for &at in about.iter().filter(|&&at| standing >> at & 1 == 1) {
                        let (allows, target) = rules[at];
                        best = match best {
                            Some((length, _)) if length > target.len() => best,
                            Some((length, old)) if length == target.len() => Some((length, old && allows)),
                            _ => Some((target.len(), allows)),
                        };
                    }
                    best.is_some_and(|(_, allows)| allows) == wanted
                })
        })
        .map(u32::count_ones)
        .min()
        .unwrap()
}

fn changes(edit: &Edit) -> u32 {
    u32::try_from(edit.remove.len() + edit.add.len()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn a_flip_changes_one_operation_and_nothing_else((world, text) in one_claim(16, 10), pick in any::<Index>()) {
        let claim = parse(&text);
        let id = pick.get(&world.ids);
        let operation = world.catalog.operation(id).unwrap();
        for (verb, wanted) in [(grant as fn(&_, &_, _) -> _, true), (revoke, false)] {
            let edit: Edit = verb(&claim, &world.catalog, operation).unwrap();
            let after = edit.result.as_str();
            for other in &world.ids {
                let expected = if other == id { wanted } else { naive::allows_operation(&text, other) };
                prop_assert_eq!(naive::allows_operation(after, other), expected, "{} {} {}", text, after, other);
            }
            for tenant in tenants() {
                prop_assert_eq!(naive::tenant_rule_allows(after, tenant), naive::tenant_rule_allows(&text, tenant));
            }
            prop_assert_eq!(edit.is_empty(), naive::allows_operation(&text, id) == wanted);
            prop_assert_eq!(sorted_rules(after), replay(&text, &edit));
        }
    }

    #[test]
    fn a_tenant_flip_changes_one_tenant_and_keeps_a_tenant_rule(
        (_, text) in one_claim(4, 3), pick in any::<Index>(),
    ) {
        let claim = parse(&text);
        let all: Vec<&str> = tenants().collect();
        let tenant = *pick.get(&all);
        let allows = |text: &str, tenant: &str| naive::tenant_rule_allows(text, tenant).unwrap_or(false);
        for (verb, wanted) in [(grant_tenant as fn(&_, &_) -> _, true), (revoke_tenant, false)] {
            let edit: Edit = verb(&claim, tenant).unwrap();
            let after = edit.result.as_str();
            for &other in &all {
                let expected = if other == tenant { wanted } else { allows(&text, other) };
                prop_assert_eq!(allows(after, other), expected, "{} {} {}", text, after, other);
            }
            prop_assert_eq!(naive::operation_rules(after), naive::operation_rules(&text));
            prop_assert_eq!(sorted_rules(after), replay(&text, &edit));
            // There is one tenant rule at most, so it is there already, comes, or is replaced. It
            // never goes: without one, single-tenant mode would allow everybody.
            let had = naive::has_tenant_rule(&text);
            let fewest = if allows(&text, tenant) == wanted { 0 } else { 1 + u32::from(had) };
            prop_assert_eq!(changes(&edit), fewest);
            prop_assert!(!had || naive::has_tenant_rule(after));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_edit_with_fewer_rules_does_the_same((world, text) in one_claim(5, 5), pick in any::<Index>()) {
        let id = pick.get(&world.ids);
        let allowed = naive::allows_operation(&text, id);
        let wanted: Vec<bool> =
            world.ids.iter().map(|other| naive::allows_operation(&text, other) != (other == id)).collect();
        let verb = if allowed { revoke } else { grant };
        let edit = verb(&parse(&text), &world.catalog, world.catalog.operation(id).unwrap()).unwrap();
        prop_assert_eq!(changes(&edit), fewest_changes(&world, &text, &wanted), "{} {} {}", text, id, edit.result);
    }
}
