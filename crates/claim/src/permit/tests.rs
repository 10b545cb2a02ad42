use alloc::vec::Vec;

use crate::{
    Catalog, Claim, ErrorKind, OperationIndex, OperationVerdict, Permit, TenantIndex, TenantVerdict, Tenants,
    UnknownTargets,
    testing::{allowed, catalog, claim, operation, tenants, verdict},
};

use OperationVerdict::{Allowed, Denied, NoRule};

fn api(text: &str, id: &str) -> OperationVerdict {
    verdict(text, &Catalog::workflow_api(), id)
}

fn tenant(text: &str, registry: &Tenants, id: &str) -> TenantVerdict {
    let permit =
        Permit::compile(&claim(text), &Catalog::workflow_api(), registry, UnknownTargets::Reject).unwrap();
    permit.tenant(registry.index(id).unwrap())
}

#[test]
fn the_examples_of_operation_rules_mean_what_the_document_says() {
    let all = Catalog::workflow_api();
    let count = |text: &str| allowed(text, &all).len();
    assert_eq!(count("a:workflow-api"), 114);
    assert_eq!(count("d:workflow-api"), 0);
    assert_eq!(allowed("d:workflow-api;a:workflow-api.liveness", &all), ["workflow-api.liveness"]);
    let rpc = allowed("d:workflow-api;a:workflow-api.rpc", &all);
    assert!(rpc.iter().all(|id| id.starts_with("workflow-api.rpc.")));
    assert_eq!(count("d:workflow-api;a:workflow-api.rpc") + count("a:workflow-api;d:workflow-api.rpc"), 114);
    assert_eq!(count("a:workflow-api;d:workflow-api.rpc.delete-instance"), 113);
}

#[test]
fn the_examples_of_tenant_rules_mean_what_the_document_says() {
    use TenantVerdict::{Allowed, Denied, NoRule};
    let registry = tenants(["TenantA", "TenantB", "TenantC"]);
    let expected = [
        ("a:tenants", [Allowed, Allowed, Allowed]),
        ("d:tenants", [Denied, Denied, Denied]),
        ("a:tenants:TenantA,TenantB", [Allowed, Allowed, Denied]),
        ("d:tenants:TenantA,TenantB", [Denied, Denied, Allowed]),
        ("a:workflow-api", [NoRule, NoRule, NoRule]),
    ];
    for (text, verdicts) in expected {
        for (id, expected) in ["TenantA", "TenantB", "TenantC"].into_iter().zip(verdicts) {
            assert_eq!(tenant(text, &registry, id), expected, "{text} {id}");
        }
    }
}

#[test]
fn a_rule_is_about_its_target_and_everything_below() {
    assert_eq!(api("a:workflow-api.data", "workflow-api.data.schemes.get"), Allowed(0));
    assert_eq!(api("a:workflow-api.data.schemes.get", "workflow-api.data.schemes.get"), Allowed(0));
    assert_eq!(api("a:workflow-api.data", "workflow-api.search.schemes"), NoRule);
}

#[test]
fn below_is_by_whole_segments() {
    assert_eq!(api("a:workflow-api.data.schemes.get", "workflow-api.data.schemes.get-collection"), NoRule);
    assert_eq!(
        api("a:workflow-api;d:workflow-api.data.schemes.get", "workflow-api.data.schemes.get-collection"),
        Allowed(0)
    );
    let close = catalog(["r.a-b", "r.a.b", "r.a", "r.a-b.c"]);
    assert_eq!(allowed("a:r.a", &close), ["r.a", "r.a.b"]);
    assert_eq!(allowed("a:r.a-b", &close), ["r.a-b", "r.a-b.c"]);
    assert_eq!(allowed("a:r;d:r.a", &close), ["r.a-b", "r.a-b.c"]);
}

#[test]
fn a_rule_for_an_operation_that_is_a_branch_too_covers_both() {
    let below = "workflow-api.search.processes.timers";
    assert_eq!(api("a:workflow-api.search.processes", "workflow-api.search.processes"), Allowed(0));
    assert_eq!(api("a:workflow-api.search.processes", below), Allowed(0));
    assert_eq!(api("a:workflow-api.search.processes.timers", "workflow-api.search.processes"), NoRule);
    let text = "d:workflow-api.designer.get;a:workflow-api.designer";
    assert_eq!(api(text, "workflow-api.designer"), Allowed(1));
    assert_eq!(api(text, "workflow-api.designer.get"), Denied(0));
}

#[test]
fn the_longest_target_decides_whatever_the_order() {
    let id = "workflow-api.rpc.delete-instance";
    assert_eq!(api("a:workflow-api.rpc;d:workflow-api.rpc.delete-instance", id), Denied(1));
    assert_eq!(api("d:workflow-api.rpc.delete-instance;a:workflow-api.rpc", id), Denied(0));
    assert_eq!(api("a:workflow-api.rpc.delete-instance;d:workflow-api.rpc;a:workflow-api", id), Allowed(0));
    assert_eq!(
        api("d:workflow-api.rpc;a:workflow-api;a:tenants", "workflow-api.rpc.get-current-state"),
        Denied(0)
    );
}

#[test]
fn the_rule_above_takes_over_again_behind_a_branch() {
    let tree = catalog(["r.a", "r.b.c", "r.b.d", "r.e"]);
    let text = "a:r;d:r.b;a:r.b.c";
    let verdicts: Vec<_> =
        ["r.a", "r.b.c", "r.b.d", "r.e"].into_iter().map(|id| verdict(text, &tree, id)).collect();
    assert_eq!(verdicts, [Allowed(0), Allowed(2), Denied(1), Allowed(0)]);
}

#[test]
fn no_rule_matches_then_deny() {
    assert_eq!(api("a:workflow-api.rpc", "workflow-api.liveness"), NoRule);
    assert_eq!(api("a:tenants", "workflow-api.liveness"), NoRule);
    let tree = catalog(["r.a", "r.b", "r.c"]);
    assert_eq!(verdict("a:r.b", &tree, "r.a"), NoRule);
    assert_eq!(verdict("a:r.b", &tree, "r.b"), Allowed(0));
    assert_eq!(verdict("a:r.b", &tree, "r.c"), NoRule);
}

#[test]
fn same_target_with_both_effects_then_deny_wins() {
    assert_eq!(api("a:workflow-api;d:workflow-api", "workflow-api.liveness"), Denied(1));
    assert_eq!(api("d:workflow-api;a:workflow-api", "workflow-api.liveness"), Denied(0));
    assert_eq!(api("a:workflow-api;d:workflow-api;a:workflow-api", "workflow-api.liveness"), Denied(1));
}

#[test]
fn of_rules_repeated_word_for_word_the_first_is_named() {
    assert_eq!(api("a:workflow-api;a:workflow-api", "workflow-api.liveness"), Allowed(0));
}

#[test]
fn an_unknown_target_is_refused_at_its_place() {
    let catalog = Catalog::workflow_api();
    for (text, offset) in [
        ("a:workflow-api;a:workflow-api.nope", 17),
        ("a:workflow-api.liveness.extra", 2),
        ("d:liveness;a:workflow-api", 2),
        ("a:tenants.mine", 2),
    ] {
        let error =
            Permit::compile(&claim(text), &catalog, &Tenants::new(), UnknownTargets::Reject).unwrap_err();
        assert_eq!((error.kind(), error.offset()), (ErrorKind::UnknownTarget, offset), "{text}");
    }
}

#[test]
fn an_older_catalog_may_ignore_unknown_targets_below_its_root() {
    let catalog = Catalog::workflow_api();
    let compile =
        |text: &str| Permit::compile(&claim(text), &catalog, &Tenants::new(), UnknownTargets::Ignore);
    let permit = compile("d:workflow-api.new.thing;a:workflow-api.rpc;a:workflow-api.rpc.newer").unwrap();
    let at = |id: &str| permit.operation(operation(&catalog, id));
    assert_eq!(at("workflow-api.rpc.delete-instance"), Allowed(1));
    assert_eq!(at("workflow-api.liveness"), NoRule);
    assert_eq!(compile("a:workflow-api;a:other-api.thing").unwrap_err().kind(), ErrorKind::UnknownTarget);
    assert_eq!(compile("a:workflow-api;a:tenants.mine").unwrap_err().kind(), ErrorKind::UnknownTarget);
}

#[test]
fn granting_one_id_of_a_tenant_does_not_grant_the_other() {
    let registry = tenants(["TenantA", "TenantA.Logical"]);
    assert_eq!(tenant("a:tenants:TenantA", &registry, "TenantA.Logical"), TenantVerdict::Denied);
    assert_eq!(tenant("a:tenants:TenantA.Logical", &registry, "TenantA"), TenantVerdict::Denied);
    assert_eq!(tenant("d:tenants:TenantA", &registry, "TenantA.Logical"), TenantVerdict::Allowed);
}

#[test]
fn a_listed_tenant_that_is_no_longer_registered_leaves_the_claim_valid() {
    let registry = tenants(["TenantA", "TenantB"]);
    assert_eq!(tenant("a:tenants:TenantA,Gone", &registry, "TenantA"), TenantVerdict::Allowed);
    assert_eq!(tenant("a:tenants:Gone", &registry, "TenantA"), TenantVerdict::Denied);
    assert_eq!(tenant("d:tenants:Gone,TenantB", &registry, "TenantB"), TenantVerdict::Denied);
}

#[test]
fn a_tenant_registered_after_compilation_is_denied() {
    let mut registry = tenants(["TenantA"]);
    let catalog = Catalog::workflow_api();
    for text in ["a:tenants", "d:tenants:Late", "a:tenants:Late"] {
        let permit = Permit::compile(&claim(text), &catalog, &registry, UnknownTargets::Reject).unwrap();
        let late = registry.clone().register("Late").unwrap();
        assert_eq!(permit.tenant(late), TenantVerdict::Denied, "{text}");
    }
    registry.register("Late").unwrap();
    assert_eq!(tenant("a:tenants", &registry, "Late"), TenantVerdict::Allowed);
}

#[test]
fn indexes_beyond_the_catalog_and_the_registry_are_denied() {
    let catalog = catalog(["r.a"]);
    let registry = tenants(["A"]);
    let permit =
        Permit::compile(&claim("a:r;a:tenants"), &catalog, &registry, UnknownTargets::Reject).unwrap();
    assert!(permit.allows(OperationIndex(0), TenantIndex(0)));
    for beyond in [1, 63, 64, u32::MAX] {
        assert!(!permit.allows_operation(OperationIndex(beyond)));
        assert_eq!(permit.operation(OperationIndex(beyond)), NoRule);
        assert_eq!(permit.tenant(TenantIndex(beyond)), TenantVerdict::Denied);
        assert!(!permit.allows(OperationIndex(0), TenantIndex(beyond)));
    }
}

#[test]
fn allowed_only_if_both_halves_allow() {
    let catalog = catalog(["r.a", "r.b"]);
    let registry = tenants(["A", "B"]);
    let granted = |text: &str| {
        let permit = Permit::compile(&claim(text), &catalog, &registry, UnknownTargets::Reject).unwrap();
        let pairs = [(0, 0), (0, 1), (1, 0), (1, 1)];
        pairs.map(|(operation, tenant)| permit.allows(OperationIndex(operation), TenantIndex(tenant)))
    };
    assert_eq!(granted("a:r.a;a:tenants:B"), [false, true, false, false]);
    assert_eq!(granted("a:r"), [false; 4]);
    assert_eq!(granted("a:tenants"), [false; 4]);
    assert_eq!(granted("a:r;d:tenants"), [false; 4]);
}

#[test]
fn a_whole_word_of_bits_is_set_and_nothing_beside_it() {
    let ids: Vec<_> = (0..200).map(|at| alloc::format!("r.{}.x{at:03}", at / 65)).collect();
    let specs = ids.iter().map(|id| crate::OperationSpec { id, ..Default::default() });
    let catalog = Catalog::new("r", "", specs).unwrap();
    for branch in 0..4 {
        let text = alloc::format!("a:r.{branch}");
        let expected: Vec<&str> =
            ids.iter().enumerate().filter(|(at, _)| at / 65 == branch).map(|(_, id)| id.as_str()).collect();
        assert_eq!(allowed(&text, &catalog), expected);
    }
}

#[test]
fn an_empty_catalog_has_its_root_as_a_target() {
    let catalog = Catalog::new("r", "", []).unwrap();
    assert!(Permit::compile(&claim("a:r"), &catalog, &Tenants::new(), UnknownTargets::Reject).is_ok());
    assert!(
        Claim::parse("a:r").is_ok_and(|claim| crate::normalize(&claim, &catalog).unwrap().as_str() == "d:r")
    );
}
