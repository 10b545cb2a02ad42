//! A compiled claim against the loops.

use portcullis_claim::{
    OperationVerdict, Permit, TenantVerdict, Tenants, UnknownTargets, effective, explain,
};
use proptest::prelude::*;

use crate::{
    naive,
    world::{FRESH, one_claim, parse, tenants},
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn a_permit_answers_as_the_prose_does((world, text) in one_claim(24, 12), registered in 0_usize..=5) {
        let mut registry = Tenants::new();
        for id in tenants().take(registered) {
            registry.register(id).unwrap();
        }
        let permit = Permit::compile(&parse(&text), &world.catalog, &registry, UnknownTargets::Reject).unwrap();
        for id in &world.ids {
            let operation = world.catalog.operation(id).unwrap();
            let expected = match naive::deciding_rule(&text, id) {
                None => OperationVerdict::NoRule,
                Some(at) if naive::operation_rules(&text)[at].0 => OperationVerdict::Allowed(at),
                Some(at) => OperationVerdict::Denied(at),
            };
            prop_assert_eq!(permit.operation(operation), expected, "{} {}", text, id);
            prop_assert_eq!(permit.allows_operation(operation), naive::allows_operation(&text, id));
            for tenant in tenants().take(registered) {
                let index = registry.index(tenant).unwrap();
                let expected = match naive::tenant_rule_allows(&text, tenant) {
                    None => TenantVerdict::NoRule,
                    Some(true) => TenantVerdict::Allowed,
                    Some(false) => TenantVerdict::Denied,
                };
                prop_assert_eq!(permit.tenant(index), expected, "{} {}", text, tenant);
                prop_assert_eq!(permit.allows(operation, index), naive::allows(&text, id, tenant, true));
            }
        }
    }

    #[test]
    fn ignoring_unknown_targets_is_leaving_them_out((world, text) in one_claim(12, 6), cut in any::<u8>()) {
        let claim = parse(&text);
        // The older catalog lacks some operations of the issuer's.
        let kept: Vec<&str> =
            world.ids.iter().enumerate().filter(|(at, _)| cut >> (at % 8) & 1 == 0).map(|(_, id)| id.as_str()).collect();
        let specs = kept.iter().map(|&id| portcullis_claim::OperationSpec { id, ..Default::default() });
        let older = portcullis_claim::Catalog::new("r", "", specs).unwrap();
        let permit = Permit::compile(&claim, &older, &Tenants::new(), UnknownTargets::Ignore).unwrap();
        for id in kept {
            let allowed = permit.allows_operation(older.operation(id).unwrap());
            prop_assert_eq!(allowed, naive::allows_operation(&text, id), "{} {}", text, id);
        }
    }

    #[test]
    fn an_explanation_names_every_rule_about_the_operation((world, text) in one_claim(12, 8)) {
        let claim = parse(&text);
        let rules = naive::operation_rules(&text);
        let listed = effective(&claim, &world.catalog).unwrap();
        prop_assert_eq!(listed.len(), world.ids.len());
        for one in listed {
            let id = world.catalog.id(one.operation);
            let explained = explain(&claim, &world.catalog, one.operation).unwrap();
            prop_assert_eq!(one.allowed, naive::allows_operation(&text, id));
            prop_assert_eq!((explained.allowed, &explained.rule), (one.allowed, &one.rule));
            prop_assert_eq!(&one.rule, &naive::deciding_rule(&text, id).and_then(|at| claim.operation_rule(at)));
            let about = rules.iter().filter(|(_, target)| naive::is_about(target, id)).count();
            prop_assert_eq!(explained.overridden.len() + usize::from(one.rule.is_some()), about);
            let lengths: Vec<usize> = explained.overridden.iter().map(|rule| rule.span.len()).collect();
            prop_assert!(lengths.is_sorted_by(|one, two| one >= two), "nearest first");
            prop_assert_eq!(naive::allows_operation(explained.flip.result.as_str(), id), !one.allowed);
        }
    }
}

#[test]
fn the_fresh_tenant_is_listed_nowhere() {
    assert_eq!(tenants().filter(|&id| id == FRESH).count(), 1);
}
