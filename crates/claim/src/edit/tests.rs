use alloc::{format, string::String, vec::Vec};

use crate::{
    Catalog, Claim, ClaimError, Edit, ErrorKind, OperationIndex, grant, grant_tenant, revoke, revoke_tenant,
    testing::{catalog, claim, operation},
};

type Verb = fn(&Claim, &Catalog, OperationIndex) -> Result<Edit, ClaimError>;

/// What goes, what comes, and what results.
fn edited(verb: Verb, text: &str, catalog: &Catalog, id: &str) -> (String, String, String) {
    let edit = verb(&claim(text), catalog, operation(catalog, id)).unwrap();
    (edit.remove.join(";"), edit.add.join(";"), edit.result.as_str().into())
}

fn check(verb: Verb, catalog: &Catalog, id: &str, text: &str, remove: &str, add: &str, result: &str) {
    assert_eq!(edited(verb, text, catalog, id), (remove.into(), add.into(), result.into()), "{text} {id}");
}

#[test]
fn an_answer_that_is_right_already_takes_no_edit() {
    let tree = catalog(["r.a", "r.b"]);
    check(grant, &tree, "r.a", "a:r", "", "", "a:r");
    check(revoke, &tree, "r.a", "a:r.b", "", "", "a:r.b");
    assert!(grant(&claim("a:r"), &tree, OperationIndex(0)).unwrap().is_empty());
    assert!(grant(&claim("d:r"), &tree, OperationIndex(9)).unwrap().is_empty(), "no such operation");
}

#[test]
fn an_operation_is_granted_by_its_own_rule_or_by_the_loss_of_a_denial() {
    let tree = catalog(["r.a", "r.b", "r.c"]);
    check(grant, &tree, "r.a", "d:r;a:tenants", "", "a:r.a", "d:r;a:r.a;a:tenants");
    check(grant, &tree, "r.a", "a:r;d:r.a", "d:r.a", "", "a:r");
    check(grant, &tree, "r.a", "d:r.a;a:r.b", "d:r.a", "a:r.a", "a:r.b;a:r.a");
    check(grant, &tree, "r.a", "a:r.a;d:r.a;d:r.a", "d:r.a;d:r.a", "", "a:r.a");
}

#[test]
fn an_operation_is_revoked_by_its_own_denial_or_by_the_loss_of_an_allowance() {
    let tree = catalog(["r.a", "r.b", "r.c"]);
    check(revoke, &tree, "r.a", "a:r", "", "d:r.a", "a:r;d:r.a");
    check(revoke, &tree, "r.a", "a:r.b;a:r.a", "a:r.a", "", "a:r.b");
    check(revoke, &tree, "r.a", "d:r;a:r.a;a:r.a", "", "d:r.a", "d:r;a:r.a;a:r.a;d:r.a");
    check(revoke, &tree, "r.a", "a:r;a:r.a", "", "d:r.a", "a:r;a:r.a;d:r.a");
}

#[test]
fn the_only_rule_is_contradicted_and_not_removed() {
    let tree = catalog(["r.a", "r.b"]);
    check(revoke, &tree, "r.a", "a:r.a", "", "d:r.a", "a:r.a;d:r.a");
    check(revoke, &tree, "r.a", "a:r.a;a:tenants", "a:r.a", "", "a:tenants");
}

#[test]
fn what_is_below_an_operation_stays() {
    let tree = catalog(["r.s", "r.s.a", "r.s.b.x", "r.s.b.y", "r.s.c.z", "r.s.c.z.q", "r.s.d"]);
    check(
        grant,
        &tree,
        "r.s",
        "d:r;a:r.s.d",
        "",
        "a:r.s;d:r.s.a;d:r.s.b;d:r.s.c",
        "d:r;a:r.s.d;a:r.s;d:r.s.a;d:r.s.b;d:r.s.c",
    );
    // An allowance that must come names one operation rather than its branch, as that grants less.
    check(
        revoke,
        &tree,
        "r.s",
        "a:r.s;a:r.s.d",
        "a:r.s",
        "a:r.s.a;a:r.s.b;a:r.s.c.z",
        "a:r.s.d;a:r.s.a;a:r.s.b;a:r.s.c.z",
    );
}

#[test]
fn an_operation_and_branch_of_the_built_in_catalog_is_granted_alone() {
    let api = Catalog::workflow_api();
    check(
        grant,
        &api,
        "workflow-api.designer",
        "d:workflow-api",
        "",
        "a:workflow-api.designer;d:workflow-api.designer.get",
        "d:workflow-api;a:workflow-api.designer;d:workflow-api.designer.get",
    );
}

#[test]
fn tenants_are_granted_and_revoked_one_by_one() {
    let after = |verb: fn(&Claim, &str) -> Result<Edit, ClaimError>, text: &str| {
        String::from(verb(&claim(text), "T").unwrap().result.as_str())
    };
    for (before, granted) in [
        ("a:r", "a:r;a:tenants:T"),
        ("a:r;a:tenants", "a:r;a:tenants"),
        ("d:tenants;a:r", "a:r;a:tenants:T"),
        ("a:tenants:A", "a:tenants:A,T"),
        ("a:tenants:A,T", "a:tenants:A,T"),
        ("d:tenants:A,T", "d:tenants:A"),
        ("d:tenants:T", "a:tenants"),
        ("d:tenants:A", "d:tenants:A"),
    ] {
        assert_eq!(after(grant_tenant, before), granted, "{before}");
    }
    for (before, revoked) in [
        ("a:r", "a:r"),
        ("a:r;a:tenants", "a:r;d:tenants:T"),
        ("d:tenants", "d:tenants"),
        ("a:tenants:A", "a:tenants:A"),
        ("a:tenants:A,T", "a:tenants:A"),
        ("a:tenants:T", "d:tenants"),
        ("d:tenants:A", "d:tenants:A,T"),
        ("d:tenants:T", "d:tenants:T"),
    ] {
        assert_eq!(after(revoke_tenant, before), revoked, "{before}");
    }
}

#[test]
fn a_malformed_tenant_is_refused() {
    for id in ["", "A,B", "A;a:r"] {
        assert_eq!(grant_tenant(&claim("a:r"), id).unwrap_err().kind(), ErrorKind::Tenant);
        assert_eq!(revoke_tenant(&claim("a:r"), id).unwrap_err().kind(), ErrorKind::Tenant);
    }
}

#[test]
fn an_unknown_target_is_refused() {
    let tree = catalog(["r.a"]);
    let error = grant(&claim("d:r;a:r.nope"), &tree, OperationIndex(0)).unwrap_err();
    assert_eq!((error.kind(), error.offset()), (ErrorKind::UnknownTarget, 6));
}

#[test]
fn an_edit_keeps_its_text_out_of_logs() {
    let edit = grant_tenant(&claim("a:r;a:tenants:Secret"), "Hidden").unwrap();
    let shown: Vec<String> = [format!("{edit:?}")].into();
    assert!(!shown[0].contains("Secret") && !shown[0].contains("Hidden"), "{shown:?}");
}
