use alloc::string::String;

use crate::{
    Catalog, covers, intersect,
    testing::{catalog, claim},
};

fn tree() -> Catalog {
    catalog(["r.a", "r.b.x", "r.b.y", "r.c"])
}

fn wider(wide: &str, narrow: &str) -> bool {
    covers(&claim(wide), &claim(narrow), &tree()).unwrap()
}

fn both(one: &str, two: &str) -> String {
    let meet = intersect(&claim(one), &claim(two), &tree()).unwrap();
    let swapped = intersect(&claim(two), &claim(one), &tree()).unwrap();
    assert_eq!(meet, swapped);
    meet.as_str().into()
}

#[test]
fn operations_are_covered_one_by_one() {
    assert!(wider("a:r", "a:r.b"));
    assert!(!wider("a:r.b", "a:r"));
    assert!(wider("a:r.b.x;a:r.b.y", "a:r.b"));
    assert!(!wider("a:r;d:r.b.x", "a:r.b"));
}

#[test]
fn tenants_are_covered_as_sets() {
    for (wide, narrow, expected) in [
        ("a:tenants", "a:tenants:A", true),
        ("a:tenants", "d:tenants:A", true),
        ("d:tenants:A", "a:tenants", false),
        ("d:tenants:A", "d:tenants:A,B", true),
        ("d:tenants:A,B", "d:tenants:A", false),
        ("d:tenants:A", "a:tenants:B", true),
        ("d:tenants:A", "a:tenants:A", false),
        ("a:tenants:A,B", "a:tenants:B", true),
        ("a:tenants:A", "a:tenants:A.B", false),
        ("a:tenants:A", "d:tenants:B", false),
        ("d:tenants", "d:tenants", true),
        ("a:tenants:A", "d:tenants", true),
    ] {
        let of = |tenants: &str| alloc::format!("a:r;{tenants}");
        assert_eq!(wider(&of(wide), &of(narrow)), expected, "{wide} {narrow}");
    }
}

#[test]
fn no_tenant_rule_is_nobody_in_one_mode_and_everybody_in_the_other() {
    assert!(!wider("a:r", "a:r;a:tenants:A"), "in multi-tenant mode the first grants nobody");
    assert!(!wider("a:r;a:tenants:A", "a:r"), "in single-tenant mode the second grants everybody");
    assert!(wider("a:r;a:tenants", "a:r"));
    assert!(wider("a:r", "a:r.b"));
}

#[test]
fn a_claim_that_grants_nothing_is_covered_by_every_claim() {
    assert!(wider("d:r", "d:r;a:tenants"));
    assert!(wider("d:r;d:tenants", "a:tenants"));
    assert!(wider("a:r.a", "a:r;d:tenants"));
}

#[test]
fn what_two_claims_both_grant() {
    assert_eq!(both("a:r;a:tenants", "a:r.b;a:tenants:A"), "d:r;a:r.b;a:tenants:A");
    assert_eq!(both("a:r;d:r.a;a:tenants:A,B", "a:r;d:r.c;a:tenants:C,B"), "d:r;a:r.b;a:tenants:B");
    assert_eq!(both("a:r;d:tenants:A", "a:r;d:tenants:B,A"), "a:r;d:tenants:A,B");
    assert_eq!(both("a:r;d:tenants:A", "a:r;a:tenants:A"), "a:r;d:tenants");
    assert_eq!(both("a:r;a:tenants", "a:r;a:tenants"), "a:r;a:tenants");
    assert_eq!(both("a:r.a", "a:r.b"), "d:r");
}

#[test]
fn one_missing_tenant_rule_is_kept_where_that_is_exact_and_denies_where_it_is_not() {
    assert_eq!(both("a:r", "a:r"), "a:r");
    assert_eq!(both("a:r", "a:r;a:tenants"), "a:r");
    assert_eq!(both("a:r", "a:r;a:tenants:A"), "a:r;d:tenants");
    assert_eq!(both("a:r", "a:r;d:tenants:A"), "a:r;d:tenants");
    assert_eq!(both("a:r", "a:r;d:tenants"), "a:r;d:tenants");
}
