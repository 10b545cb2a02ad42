//! Attenuation and comparison, point by point.

use portcullis_claim::{TenantDiff, covers, diff, intersect};
use proptest::{prelude::*, sample::Index};

use crate::{
    naive,
    world::{World, one_claim, parse, tenants, two_claims},
};

/// Every operation, tenant and tenancy mode.
fn points(world: &World) -> impl Iterator<Item = (&str, &'static str, bool)> {
    world.ids.iter().flat_map(|id| {
        tenants().flat_map(move |tenant| [(id.as_str(), tenant, true), (id.as_str(), tenant, false)])
    })
}

/// Every tenant half, spelled with these ids, and none.
fn tenant_halves() -> Vec<Option<String>> {
    let ids: Vec<&str> = tenants().collect();
    let mut halves = vec![None];
    for set in 0..1_usize << ids.len() {
        let list: Vec<&str> =
            ids.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, &id)| id).collect();
        let list = if list.is_empty() { String::new() } else { format!(":{}", list.join(",")) };
        halves.extend(["a", "d"].map(|effect| Some(format!("{effect}:tenants{list}"))));
    }
    halves
}

fn holds(set: &TenantDiff, tenant: &str) -> bool {
    set.ids.iter().any(|id| id == tenant) != set.all_but
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn a_further_denial_of_operations_never_grants(
        (world, text) in one_claim(12, 8), target in any::<Index>(), place in any::<Index>(),
    ) {
        let mut rules: Vec<&str> = text.split(';').collect();
        let denial = format!("d:{}", target.get(&world.targets));
        rules.insert(place.index(rules.len() + 1), &denial);
        let denied = parse(&rules.join(";"));
        prop_assert!(covers(&parse(&text), &denied, &world.catalog).unwrap());
        for (id, tenant, multi) in points(&world) {
            prop_assert!(
                naive::allows(&text, id, tenant, multi) || !naive::allows(denied.as_str(), id, tenant, multi)
            );
        }
    }

    #[test]
    fn one_claim_covers_another_exactly_if_it_does_at_every_point((world, wide, narrow) in two_claims(5, 4)) {
        let expected = points(&world).all(|(id, tenant, multi)| {
            naive::allows(&wide, id, tenant, multi) || !naive::allows(&narrow, id, tenant, multi)
        });
        prop_assert_eq!(covers(&parse(&wide), &parse(&narrow), &world.catalog).unwrap(), expected);
    }

    #[test]
    fn an_intersection_never_widens_and_is_exact_where_a_claim_can_be((world, one, two) in two_claims(6, 5)) {
        let meet = intersect(&parse(&one), &parse(&two), &world.catalog).unwrap();
        let conjunction = |id: &str, tenant: &str, multi: bool| {
            naive::allows(&one, id, tenant, multi) && naive::allows(&two, id, tenant, multi)
        };
        for (id, tenant, multi) in points(&world) {
            let met = naive::allows(meet.as_str(), id, tenant, multi);
            prop_assert!(!met || conjunction(id, tenant, multi), "{} {} {}", one, two, meet);
            prop_assert!(!multi || met == conjunction(id, tenant, multi), "{} {} {}", one, two, meet);
        }
        for id in &world.ids {
            let both = naive::allows_operation(&one, id) && naive::allows_operation(&two, id);
            prop_assert_eq!(naive::allows_operation(meet.as_str(), id), both);
        }
        let exact = |claim: &str| {
            points(&world).all(|(id, tenant, multi)| {
                naive::allows(claim, id, tenant, multi) == conjunction(id, tenant, multi)
            })
        };
        if !exact(meet.as_str()) {
            let operations: Vec<String> = naive::operation_rules(meet.as_str())
                .iter()
                .map(|(allows, target)| format!("{}:{target}", if *allows { 'a' } else { 'd' }))
                .collect();
            for half in tenant_halves() {
                let candidate: Vec<String> = operations.iter().cloned().chain(half).collect();
                prop_assert!(!exact(&candidate.join(";")), "{} and {} is {}", one, two, candidate.join(";"));
            }
        }
    }

    #[test]
    fn an_intersection_is_covered_by_both_in_normal_form((world, one, two) in two_claims(12, 8)) {
        let (one, two) = (parse(&one), parse(&two));
        let meet = intersect(&one, &two, &world.catalog).unwrap();
        prop_assert!(covers(&one, &meet, &world.catalog).unwrap());
        prop_assert!(covers(&two, &meet, &world.catalog).unwrap());
        prop_assert_eq!(&intersect(&two, &one, &world.catalog).unwrap(), &meet);
        prop_assert_eq!(&portcullis_claim::normalize(&meet, &world.catalog).unwrap(), &meet);
        let same = intersect(&one, &one, &world.catalog).unwrap();
        prop_assert_eq!(same, portcullis_claim::normalize(&one, &world.catalog).unwrap());
    }

    #[test]
    fn a_diff_names_exactly_what_differs((world, one, two) in two_claims(8, 6)) {
        let diff = diff(&parse(&one), &parse(&two), &world.catalog).unwrap();
        for id in &world.ids {
            let operation = world.catalog.operation(id).unwrap();
            let (before, after) = (naive::allows_operation(&one, id), naive::allows_operation(&two, id));
            prop_assert_eq!(diff.gained.contains(&operation), !before && after);
            prop_assert_eq!(diff.lost.contains(&operation), before && !after);
        }
        for tenant in tenants() {
            let before = naive::tenant_rule_allows(&one, tenant).unwrap_or(false);
            let after = naive::tenant_rule_allows(&two, tenant).unwrap_or(false);
            prop_assert_eq!(holds(&diff.tenants_gained, tenant), !before && after, "{} {}", one, two);
            prop_assert_eq!(holds(&diff.tenants_lost, tenant), before && !after, "{} {}", one, two);
        }
        let differs = naive::has_tenant_rule(&one) != naive::has_tenant_rule(&two);
        prop_assert_eq!(diff.tenant_rule_differs, differs);
    }
}
