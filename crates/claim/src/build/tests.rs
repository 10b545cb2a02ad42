use alloc::borrow::ToOwned;

use crate::{
    Catalog, Claim, ErrorKind,
    testing::{catalog, tenants},
};

#[test]
fn the_examples_of_the_document_give_these_values() {
    let api = Catalog::workflow_api();
    let some = Claim::builder(&api)
        .deny_all_operations()
        .allow([
            "workflow-api.liveness",
            "workflow-api.data.schemes.get-collection",
            "workflow-api.data.schemes.get",
        ])
        .deny_all_tenants_except(["TenantA"])
        .value()
        .unwrap();
    assert_eq!(
        some.as_str(),
        "d:workflow-api;a:workflow-api.data.schemes.get;a:workflow-api.data.schemes.get-collection;\
         a:workflow-api.liveness;a:tenants:TenantA"
    );

    let all = Claim::builder(&api).allow_all_operations().allow_all_tenants().value().unwrap();
    assert_eq!(all.as_str(), "a:workflow-api;a:tenants");

    let branch = Claim::builder(&api)
        .deny_all_operations()
        .allow(["workflow-api.rpc"])
        .deny(["workflow-api.rpc.delete-instance"])
        .allow_all_tenants()
        .value()
        .unwrap();
    assert_eq!(
        branch.as_str(),
        "d:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants"
    );

    let search = Claim::builder(&api)
        .deny_all_operations()
        .allow(["workflow-api.search"])
        .deny_all_tenants_except(["TenantA", "TenantB"])
        .value()
        .unwrap();
    assert_eq!(search.as_str(), "d:workflow-api;a:workflow-api.search;a:tenants:TenantA,TenantB");

    let stored = "d:workflow-api;a:workflow-api.search;a:tenants:TenantA,TenantB";
    assert_eq!(Claim::builder(&api).set_value(stored).unwrap().value().unwrap().as_str(), stored);
}

#[test]
fn selecting_a_half_replaces_it_and_leaves_the_other() {
    let tree = catalog(["r.a", "r.b", "r.c"]);
    let builder = Claim::builder(&tree).allow_all_operations().deny(["r.a"]).allow_all_tenants_except(["A"]);
    let with = |builder: crate::ClaimBuilder<'_>| builder.value().unwrap().as_str().to_owned();

    assert_eq!(with(builder.clone()), "a:r;d:r.a;d:tenants:A");
    let replaced = builder.clone().deny_all_operations().allow(["r.b"]).value().unwrap();
    assert_eq!(replaced.as_str(), "d:r;a:r.b;d:tenants:A");
    assert_eq!(with(builder.clone().allow_all_tenants()), "a:r;d:r.a;a:tenants");
    assert_eq!(with(builder.clone().deny_all_tenants()), "a:r;d:r.a;d:tenants");
    assert_eq!(with(builder.clone().deny_all_tenants_except(["B", "A", "B"])), "a:r;d:r.a;a:tenants:A,B");
    let value = builder.set_value("d:r.b;a:r").unwrap().value().unwrap();
    assert_eq!(value.as_str(), "a:r;d:r.b", "set_value replaces both halves");
}

#[test]
fn except_nobody_is_everybody() {
    let tree = catalog(["r.a"]);
    let value = |builder: crate::ClaimBuilder<'_>| builder.value().unwrap();
    assert_eq!(value(Claim::builder(&tree).allow_all_tenants_except([])).as_str(), "d:r;a:tenants");
    assert_eq!(value(Claim::builder(&tree).deny_all_tenants_except([])).as_str(), "d:r;d:tenants");
}

#[test]
fn a_set_value_is_open_for_exceptions() {
    let tree = catalog(["r.a", "r.b.w", "r.b.x", "r.b.y", "r.b.z"]);
    let claim =
        Claim::builder(&tree).set_value("a:r.b;a:tenants:A").unwrap().deny(["r.b.x"]).value().unwrap();
    assert_eq!(claim.as_str(), "d:r;a:r.b;d:r.b.x;a:tenants:A");
}

#[test]
fn without_a_choice_there_is_no_claim() {
    let tree = catalog(["r.a"]);
    assert_eq!(Claim::builder(&tree).value().unwrap_err().kind(), ErrorKind::Missing);
    assert_eq!(Claim::builder(&tree).allow_all_tenants().value().unwrap().as_str(), "d:r;a:tenants");
}

#[test]
fn unknown_operation_targets_are_refused() {
    let api = Catalog::workflow_api();
    for target in ["workflow-api.nope", "liveness", "tenants", "workflow-api.rpc.delete"] {
        let built = Claim::builder(&api).deny_all_operations().allow([target]).value();
        assert_eq!(built.unwrap_err().kind(), ErrorKind::UnknownTarget, "{target}");
        let built = Claim::builder(&api).allow_all_operations().deny(["workflow-api.rpc", target]).value();
        assert_eq!(built.unwrap_err().kind(), ErrorKind::UnknownTarget, "{target}");
    }
}

#[test]
fn a_target_cannot_bring_a_second_rule_or_tenants() {
    let api = Catalog::workflow_api();
    for target in [
        "",
        "tenants:A",
        "workflow-api.rpc;a:tenants",
        "workflow-api;a:workflow-api.rpc",
        "workflow-api.rpc.*",
        "workflow-api.rpc ",
        "Workflow-Api",
    ] {
        let built = Claim::builder(&api).deny_all_operations().allow([target]).value();
        assert_eq!(built.unwrap_err().kind(), ErrorKind::Operation, "{target}");
    }
}

#[test]
fn malformed_tenant_ids_are_refused() {
    let api = Catalog::workflow_api();
    let too_long = "x".repeat(129);
    for id in ["", "A,B", "A;a:workflow-api", "A B", "*", "\u{c4}", &too_long] {
        let built = Claim::builder(&api).deny_all_tenants_except([id]).value();
        assert_eq!(built.unwrap_err().kind(), ErrorKind::Tenant, "{id:?}");
    }
}

#[test]
fn unknown_tenant_ids_are_refused_where_a_registry_is_given() {
    let api = Catalog::workflow_api();
    let registry = tenants(["TenantA"]);
    assert!(Claim::builder(&api).deny_all_tenants_except(["Nobody"]).value().is_ok());
    let builder = Claim::builder(&api).with_tenants(&registry);
    let built = builder.clone().deny_all_tenants_except(["TenantA", "Nobody"]).value();
    assert_eq!(built.unwrap_err().kind(), ErrorKind::UnknownTenant);
    let built = builder.clone().allow_all_tenants_except(["Nobody"]).value();
    assert_eq!(built.unwrap_err().kind(), ErrorKind::UnknownTenant);

    let error = builder.validate("a:workflow-api;a:tenants:TenantA,Nobody").unwrap_err();
    assert_eq!((error.kind(), error.offset()), (ErrorKind::UnknownTenant, 33));
    assert!(builder.validate("a:workflow-api;a:tenants:TenantA").is_ok());
}

#[test]
fn the_validator_says_where_the_mistake_is() {
    let api = Catalog::workflow_api();
    let builder = Claim::builder(&api);
    let at =
        |value: &str| builder.validate(value).map_err(|error| (error.kind(), error.offset())).unwrap_err();
    assert_eq!(at("a:workflow-api;d:workflow-api.nope"), (ErrorKind::UnknownTarget, 17));
    assert_eq!(at("a:workflow-api;d:workflow-api.*"), (ErrorKind::Operation, 30));
    assert_eq!(at(""), (ErrorKind::Missing, 0));
    assert!(builder.clone().set_value("a:workflow-api.nope").is_err());
}

#[test]
fn a_builder_takes_more_rules_than_fit_and_gives_a_claim_that_fits() {
    let ids: alloc::vec::Vec<_> = (0..20_000).map(|at| alloc::format!("r.x{at}")).collect();
    let specs = ids.iter().map(|id| crate::OperationSpec { id, ..Default::default() });
    let wide = Catalog::new("r", "", specs).unwrap();
    let all = Claim::builder(&wide).deny_all_operations().allow(ids.iter().map(|id| id.as_str())).value();
    assert_eq!(all.unwrap().as_str(), "a:r");
    let half = Claim::builder(&wide)
        .deny_all_operations()
        .allow(ids.iter().step_by(2).map(|id| id.as_str()))
        .value();
    assert_eq!(half.unwrap_err().kind(), ErrorKind::TooLarge);
}
