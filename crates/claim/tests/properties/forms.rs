//! The normal form and the shortest claim.

use portcullis_claim::{Claim, minimize, normalize};
use proptest::prelude::*;

use crate::{
    naive,
    world::{World, one_claim, parse, tenants, two_claims},
};

/// The same operations, the same tenants, and a tenant rule in both or in neither.
fn decide_alike(world: &World, one: &str, two: &str) -> bool {
    world.ids.iter().all(|id| naive::allows_operation(one, id) == naive::allows_operation(two, id))
        && tenants().all(|id| naive::tenant_rule_allows(one, id) == naive::tenant_rule_allows(two, id))
}

/// Every set of rules with at most one rule a target, as `None` or the rule's effect for each.
fn rule_sets(targets: usize) -> impl Iterator<Item = Vec<Option<bool>>> {
    let count = 3_usize.pow(u32::try_from(targets).unwrap());
    (0..count).map(move |number| {
        let mut rest = number;
        (0..targets)
            .map(|_| {
                let digit = rest % 3;
                rest /= 3;
                [None, Some(true), Some(false)][digit]
            })
            .collect()
    })
}

/// For every rule set that decides operations as the claim does: the rules that it has.
fn alike_rule_sets(world: &World, text: &str) -> Vec<Vec<(bool, String)>> {
    let wanted: Vec<bool> = world.ids.iter().map(|id| naive::allows_operation(text, id)).collect();
    let about: Vec<Vec<usize>> = world
        .ids
        .iter()
        .map(|id| {
            let mut about: Vec<usize> =
                (0..world.targets.len()).filter(|&at| naive::is_about(&world.targets[at], id)).collect();
            about.sort_by_key(|&at| core::cmp::Reverse(world.targets[at].len()));
            about
        })
        .collect();
    rule_sets(world.targets.len())
        .filter(|set| {
            let decides = |about: &Vec<usize>| about.iter().find_map(|&at| set[at]).unwrap_or(false);
            about.iter().zip(&wanted).all(|(about, &wanted)| decides(about) == wanted)
        })
        .map(|set| {
            let rules = set.into_iter().zip(&world.targets);
            rules.filter_map(|(effect, target)| Some((effect?, target.clone()))).collect()
        })
        .collect()
}

fn operation_rule_count(claim: &Claim) -> usize {
    claim.operation_rules().count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn the_normal_form_is_idempotent_and_keeps_every_decision((world, text) in one_claim(24, 12)) {
        let normal = normalize(&parse(&text), &world.catalog).unwrap();
        prop_assert!(decide_alike(&world, &text, normal.as_str()), "{text} {normal}");
        prop_assert_eq!(&normalize(&normal, &world.catalog).unwrap(), &normal);
        prop_assert_eq!(naive::has_tenant_rule(&text), normal.tenant_rule().is_some());
    }

    #[test]
    fn normal_forms_are_equal_exactly_if_claims_decide_alike((world, one, two) in two_claims(4, 4)) {
        let normal = |text: &str| normalize(&parse(text), &world.catalog).unwrap();
        prop_assert_eq!(normal(&one) == normal(&two), decide_alike(&world, &one, &two), "{} {}", one, two);
        let shortest = |text: &str| minimize(&parse(text), &world.catalog).unwrap();
        prop_assert_eq!(shortest(&one) == shortest(&two), decide_alike(&world, &one, &two), "{} {}", one, two);
    }

    #[test]
    fn the_root_rule_comes_first_and_the_tenant_rule_last((world, text) in one_claim(12, 8)) {
        let normal = normalize(&parse(&text), &world.catalog).unwrap();
        let targets: Vec<&str> = normal.operation_rules().map(|(_, target)| target).collect();
        prop_assert_eq!(targets[0], "r");
        prop_assert!(targets[1..].is_sorted() && !targets[1..].contains(&"r"));
        let tenants = normal.as_str().find("tenants");
        prop_assert!(tenants.is_none_or(|at| !normal.as_str()[at..].contains(';')));
    }

    #[test]
    fn no_claim_with_a_root_rule_has_fewer_rules_than_the_normal_form((world, text) in one_claim(6, 6)) {
        let normal = normalize(&parse(&text), &world.catalog).unwrap();
        let fewest = alike_rule_sets(&world, &text)
            .into_iter()
            .filter(|rules| rules.iter().any(|(_, target)| target == "r"))
            .map(|rules| rules.len())
            .min();
        prop_assert_eq!(Some(operation_rule_count(&normal)), fewest, "{} {}", text, normal);
    }

    #[test]
    fn no_claim_that_decides_alike_is_shorter_than_the_shortest((world, text) in one_claim(6, 6)) {
        let shortest = minimize(&parse(&text), &world.catalog).unwrap();
        let tenant_rule = text.split(';').find(|rule| rule[2..].starts_with("tenants"));
        let brute = alike_rule_sets(&world, &text)
            .into_iter()
            .map(|rules| {
                let operations = rules.iter().map(|(_, target)| 2 + target.len());
                operations.chain(tenant_rule.map(str::len)).collect::<Vec<usize>>()
            })
            .filter(|rules| !rules.is_empty())
            .map(|rules| rules.iter().sum::<usize>() + rules.len() - 1)
            .min();
        prop_assert_eq!(Some(shortest.as_str().len()), brute, "{} {}", text, shortest);
    }

    #[test]
    fn the_shortest_claim_decides_alike_and_is_never_longer((world, text) in one_claim(24, 12)) {
        let claim = parse(&text);
        let shortest = minimize(&claim, &world.catalog).unwrap();
        prop_assert!(decide_alike(&world, &text, shortest.as_str()), "{text} {shortest}");
        let normal = normalize(&claim, &world.catalog).unwrap();
        prop_assert!(shortest.as_str().len() <= text.len().min(normal.as_str().len()));
        prop_assert_eq!(&minimize(&normal, &world.catalog).unwrap(), &shortest);
        prop_assert_eq!(&normalize(&shortest, &world.catalog).unwrap(), &normal);
    }

    #[test]
    fn the_builder_gives_the_normal_form((world, text) in one_claim(12, 8)) {
        let built = Claim::builder(&world.catalog).set_value(&text).unwrap().value().unwrap();
        prop_assert_eq!(built, normalize(&parse(&text), &world.catalog).unwrap());
    }
}
