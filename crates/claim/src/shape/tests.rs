use alloc::string::String;

use crate::{
    Catalog, ErrorKind, minimize, normalize,
    testing::{allowed, catalog, claim},
};

fn normal(text: &str, catalog: &Catalog) -> String {
    normalize(&claim(text), catalog).unwrap().as_str().into()
}

fn shortest(text: &str, catalog: &Catalog) -> String {
    minimize(&claim(text), catalog).unwrap().as_str().into()
}

#[test]
fn the_documented_example_is_normal() {
    let text = "d:workflow-api;a:workflow-api.liveness;a:workflow-api.rpc;\
                d:workflow-api.rpc.delete-instance;a:tenants:TenantA,TenantB";
    assert_eq!(normal(text, &Catalog::workflow_api()), text);
}

#[test]
fn every_example_value_of_the_document_is_normal_or_gains_the_root_rule() {
    let api = Catalog::workflow_api();
    for text in [
        "a:workflow-api",
        "d:workflow-api",
        "d:workflow-api;a:workflow-api.liveness",
        "d:workflow-api;a:workflow-api.rpc",
        "a:workflow-api;d:workflow-api.rpc.delete-instance",
        "d:workflow-api;a:workflow-api.search;a:tenants:TenantA,TenantB",
    ] {
        assert_eq!(normal(text, &api), text);
    }
    for tenants in ["a:tenants", "d:tenants", "a:tenants:TenantA,TenantB", "d:tenants:TenantA,TenantB"] {
        assert_eq!(normal(tenants, &api), alloc::format!("d:workflow-api;{tenants}"));
    }
    assert_eq!(
        normal("a:workflow-api.rpc;d:workflow-api.rpc.delete-instance", &api),
        "d:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance"
    );
}

#[test]
fn the_root_comes_first_then_operations_then_tenants() {
    let tree = catalog(["r.a", "r.b", "r.c", "r.d", "r.e"]);
    assert_eq!(normal("a:tenants:B,A;a:r.c;a:r.a;d:r", &tree), "d:r;a:r.a;a:r.c;a:tenants:A,B");
}

#[test]
fn rules_that_change_no_decision_go() {
    let tree = catalog(["r.a.x", "r.a.y", "r.b", "r.c"]);
    assert_eq!(normal("a:r;a:r.a;a:r.a.x;d:r.b;d:r.b", &tree), "a:r;d:r.b");
    assert_eq!(normal("d:r;a:r.b;d:r.b", &tree), "d:r");
    assert_eq!(normal("a:r.a.x;a:r.a.y;d:r", &tree), "d:r;a:r.a");
    assert_eq!(normal("a:r.a;a:r.b;a:r.c", &tree), "a:r");
}

#[test]
fn a_tie_is_denied_at_the_branch() {
    let tree = catalog(["r.a", "r.b"]);
    assert_eq!(normal("a:r.a", &tree), "d:r;a:r.a");
    assert_eq!(normal("a:r;d:r.b", &tree), "d:r;a:r.a");
    let chain = catalog(["r.x", "r.y", "r.b.c.d"]);
    assert_eq!(normal("a:r.b.c.d", &chain), "d:r;a:r.b.c.d");
    assert_eq!(normal("a:r;d:r.b.c.d", &chain), "a:r;d:r.b");
}

#[test]
fn a_root_that_is_an_operation_has_the_effect_it_must() {
    let tree = catalog(["r", "r.a", "r.b", "r.c"]);
    assert_eq!(normal("d:r;a:r.a;a:r.b;a:r.c", &tree), "d:r;a:r.a;a:r.b;a:r.c");
    assert_eq!(normal("a:r;d:r.a;d:r.b;d:r.c", &tree), "a:r;d:r.a;d:r.b;d:r.c");
}

#[test]
fn ids_that_are_textual_prefixes_of_siblings_stay_apart() {
    let api = Catalog::workflow_api();
    let text = "d:workflow-api;a:workflow-api.data.schemes.get;a:workflow-api.data.schemes.get-collection";
    assert_eq!(normal(text, &api), text);
    let close = catalog(["r.a-b", "r.a.b", "r.a", "r.z", "r.y"]);
    assert_eq!(normal("a:r.a-b", &close), "d:r;a:r.a-b");
    assert_eq!(normal("a:r.a", &close), "d:r;a:r.a");
}

#[test]
fn the_shortest_claim_leaves_out_what_is_denied_anyway() {
    let tree = catalog(["r.a.x", "r.a.y", "r.b", "r.c"]);
    assert_eq!(shortest("d:r;a:r.b", &tree), "a:r.b");
    assert_eq!(shortest("d:r;a:r.b;a:tenants:B,A", &tree), "a:r.b;a:tenants:A,B");
    assert_eq!(shortest("d:r;a:tenants", &tree), "a:tenants");
    assert_eq!(shortest("d:r.a.x;d:r.b", &tree), "d:r");
    assert_eq!(shortest("a:r.a.x;a:r.a.y;a:r.b", &tree), "a:r;d:r.c");
}

#[test]
fn the_shortest_claim_counts_bytes_and_not_rules() {
    let tree = catalog(["r.a-very-long-name-for-one", "r.b", "r.c", "r.d"]);
    assert_eq!(shortest("a:r;d:r.a-very-long-name-for-one", &tree), "a:r.b;a:r.c;a:r.d");
    assert_eq!(normal("a:r;d:r.a-very-long-name-for-one", &tree), "a:r;d:r.a-very-long-name-for-one");
}

#[test]
fn the_semicolons_count_too() {
    // 16 bytes in two rules; three rules would take 17.
    let tree = catalog(["r.abcdefgh", "r.b", "r.c", "r.d"]);
    assert_eq!(shortest("a:r.b;a:r.c;a:r.d", &tree), "a:r;d:r.abcdefgh");
}

#[test]
fn an_unknown_target_has_no_other_form() {
    let api = Catalog::workflow_api();
    for form in [normalize, minimize] {
        let error = form(&claim("a:workflow-api;a:workflow-api.nope"), &api).unwrap_err();
        assert_eq!((error.kind(), error.offset()), (ErrorKind::UnknownTarget, 17));
    }
}

#[test]
fn forms_of_the_built_in_catalog_decide_alike() {
    let api = Catalog::workflow_api();
    for text in [
        "a:workflow-api;d:workflow-api.designer.get",
        "a:workflow-api.search.processes;d:workflow-api.search.processes.timers",
        "a:workflow-api;d:workflow-api.data;a:workflow-api.data.processes;d:workflow-api.data.processes.get",
    ] {
        assert_eq!(allowed(&normal(text, &api), &api), allowed(text, &api));
        assert_eq!(allowed(&shortest(text, &api), &api), allowed(text, &api));
    }
}
