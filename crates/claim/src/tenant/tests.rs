use alloc::{format, vec::Vec};

use crate::{MAX_TENANTS, TenantIndex, Tenants, is_tenant_id, testing::claim};

#[test]
fn an_id_is_1_to_128_of_the_listed_characters() {
    for id in ["A", "a", "0", ".", "_", "-", "TenantA.Logical", "TenantA.", "tenants", &"x".repeat(128)] {
        assert!(is_tenant_id(id), "{id}");
    }
    for id in ["", " ", "A ", "A\r", "A,B", "A;B", "A:B", "*", "A/B", "\u{c4}", "A\0", &"x".repeat(129)] {
        assert!(!is_tenant_id(id), "{id:?}");
    }
}

#[test]
fn ids_are_compared_byte_by_byte() {
    let only = claim("a:tenants:TenantA");
    let rule = only.tenant_rule().unwrap();
    assert!(rule.allows("TenantA"));
    for other in ["tenanta", "TENANTA", "TenantA ", "TenantA.Logical", "Tenant", ""] {
        assert!(!rule.allows(other), "{other:?}");
    }
    let except = claim("d:tenants:TenantA");
    assert!(except.tenant_rule().unwrap().allows("tenanta"));
    assert!(!except.tenant_rule().unwrap().allows("TenantA"));
}

#[test]
fn a_registry_refuses_what_is_malformed_or_there_already() {
    let mut tenants = Tenants::new();
    assert!(tenants.is_empty());
    assert_eq!(tenants.register("A"), Some(TenantIndex(0)));
    assert_eq!(tenants.register("a"), Some(TenantIndex(1)));
    for id in ["A", "", "A B"] {
        assert_eq!(tenants.register(id), None, "{id:?}");
    }
    assert_eq!(
        (tenants.len(), tenants.index("a"), tenants.id(TenantIndex(0))),
        (2, Some(TenantIndex(1)), Some("A"))
    );
    assert_eq!((tenants.index("B"), tenants.id(TenantIndex(2))), (None, None));
    assert_eq!(tenants.iter().collect::<Vec<_>>(), ["A", "a"]);
}

#[test]
fn a_registry_holds_at_most_100_000_ids() {
    let mut tenants = Tenants::new();
    for at in 0..MAX_TENANTS {
        assert!(tenants.register(&format!("t{at}")).is_some());
    }
    assert_eq!(tenants.register("one-more"), None);
    assert_eq!(tenants.len(), MAX_TENANTS);
}
