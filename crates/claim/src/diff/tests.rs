use alloc::{format, vec::Vec};

use crate::{
    Diff, diff,
    testing::{catalog, claim},
};

fn changes(first: &str, second: &str) -> Diff {
    diff(&claim(first), &claim(second), &catalog(["r.a", "r.b.x", "r.b.y", "r.c"])).unwrap()
}

#[test]
fn operations_are_compared_one_by_one() {
    let tree = catalog(["r.a", "r.b.x", "r.b.y", "r.c"]);
    let diff = diff(&claim("a:r.b;a:r.c"), &claim("a:r;d:r.b.x"), &tree).unwrap();
    let ids = |indexes: &[crate::OperationIndex]| -> Vec<&str> {
        indexes.iter().map(|&index| tree.id(index)).collect()
    };
    assert_eq!((ids(&diff.gained), ids(&diff.lost)), (["r.a"].into(), ["r.b.x"].into()));
    assert!(!diff.tenant_rule_differs && diff.tenants_gained.is_empty() && diff.tenants_lost.is_empty());
}

#[test]
fn claims_that_decide_alike_do_not_differ() {
    let diff = changes("d:r;a:r.b;a:tenants:A,B", "a:tenants:B,A;a:r.b.x;a:r.b.y");
    assert!(diff.gained.is_empty() && diff.lost.is_empty() && !diff.tenant_rule_differs);
    assert!(diff.tenants_gained.is_empty() && diff.tenants_lost.is_empty());
}

#[test]
fn tenants_are_compared_as_sets() {
    for (first, second, gained, lost) in [
        ("a:tenants:A,B", "a:tenants:B,C", (false, "C"), (false, "A")),
        ("d:tenants:A", "d:tenants:B", (false, "A"), (false, "B")),
        ("a:tenants:A", "d:tenants:B", (true, "A,B"), (false, "")),
        ("a:tenants", "a:tenants:A", (false, ""), (true, "A")),
        ("d:tenants", "a:tenants", (true, ""), (false, "")),
        ("d:tenants:A", "a:tenants:A", (false, "A"), (true, "A")),
        ("a:r", "a:tenants:A", (false, "A"), (false, "")),
    ] {
        let diff = changes(first, second);
        let told = |tenants: &crate::TenantDiff| (tenants.all_but, tenants.ids.join(","));
        let expected = |(all_but, ids): (bool, &str)| (all_but, ids.into());
        assert_eq!(told(&diff.tenants_gained), expected(gained), "{first} {second}");
        assert_eq!(told(&diff.tenants_lost), expected(lost), "{first} {second}");
    }
}

#[test]
fn a_tenant_rule_that_comes_or_goes_is_told() {
    assert!(changes("a:r", "a:r;d:tenants").tenant_rule_differs);
    assert!(!changes("a:tenants", "a:r;d:tenants").tenant_rule_differs);
}

#[test]
fn a_diff_keeps_tenants_out_of_logs() {
    assert!(!format!("{:?}", changes("a:tenants:Secret", "a:tenants")).contains("Secret"));
}
