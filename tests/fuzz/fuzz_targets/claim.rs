//! A claim: whatever the text, parsing and every verb on it neither panic nor contradict each other,
//! and the compiled claim decides as the reference does.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use portcullis_claim::{
    Catalog, Claim, ClaimError, ErrorKind, OperationSpec, OperationVerdict, Permit, TenantVerdict, Tenants,
    UnknownTargets, covers, diff, explain, grant, grant_tenant, intersect, is_tenant_id, minimize, normalize,
    revoke, revoke_tenant,
};
use portcullis_tests::reference::{self, Mode, World};

const OPERATIONS: [&str; 9] =
    ["r.a", "r.a.b", "r.a.b-c", "r.a-b", "r.a-b.c", "r.get", "r.get-collection", "r.s.t.u", "r.s.t.v"];
const TENANTS: [&str; 3] = ["A", "A.B", "a"];

struct Fixture {
    catalog: Catalog,
    tenants: Tenants,
    world: World,
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let specs = OPERATIONS.iter().map(|id| OperationSpec { id, ..OperationSpec::default() });
    let mut tenants = Tenants::new();
    for tenant in TENANTS {
        tenants.register(tenant);
    }
    Fixture {
        catalog: Catalog::new("r", "", specs).unwrap(),
        tenants,
        world: World {
            root: "r".into(),
            operations: OPERATIONS.map(String::from).into(),
            tenants: TENANTS.map(String::from).into(),
            mode: Mode::Multi,
            default_tenant: None,
            unknown_targets: reference::UnknownTargets::Reject,
            max_claim_bytes: portcullis_claim::MAX_CLAIM_BYTES,
        },
    }
});

/// The same operations, tenants, and presence of a tenant rule.
fn decide_alike(one: &Claim, two: &Claim, catalog: &Catalog) -> bool {
    let diff = diff(one, two, catalog).unwrap();
    diff.gained.is_empty()
        && diff.lost.is_empty()
        && diff.tenants_gained.is_empty()
        && diff.tenants_lost.is_empty()
        && !diff.tenant_rule_differs
}

fn refused(error: &ClaimError) -> &'static str {
    match error.kind() {
        ErrorKind::Missing => "CLAIM_MISSING",
        ErrorKind::TooLarge => "INPUT_TOO_LARGE",
        ErrorKind::UnknownTarget => "CLAIM_UNKNOWN_TARGET",
        _ => "CLAIM_MALFORMED",
    }
}

fuzz_target!(|text: &str| {
    let Fixture { catalog, tenants, world } = &*FIXTURE;
    let says =
        |operation: &str, tenant: &str| reference::decide(world, Some(text), operation, Some(tenant)).reason;
    let claim = match Claim::parse(text) {
        Ok(claim) => claim,
        Err(error) => {
            assert!(error.offset() <= text.len());
            assert_eq!(says("r.a", "A"), refused(&error));
            return;
        }
    };
    assert_eq!(claim.to_string(), text);
    assert_eq!(Claim::parse(&claim.to_string()).as_ref(), Ok(&claim));
    // Tenant lists do not depend on a catalog.
    for tenant in TENANTS {
        assert!(is_tenant_id(tenant));
        for edit in [grant_tenant(&claim, tenant), revoke_tenant(&claim, tenant)] {
            assert!(Claim::parse_within(edit.unwrap().result.as_str(), usize::MAX).is_ok());
        }
    }
    let permit = match Permit::compile(&claim, catalog, tenants, UnknownTargets::Reject) {
        Ok(permit) => permit,
        Err(error) => {
            assert_eq!(says("r.a", "A"), refused(&error));
            assert!(normalize(&claim, catalog).is_err() && minimize(&claim, catalog).is_err());
            return;
        }
    };
    for operation in OPERATIONS {
        let index = catalog.operation(operation).unwrap();
        for tenant in TENANTS {
            let engine = match (permit.operation(index), permit.tenant(tenants.index(tenant).unwrap())) {
                (OperationVerdict::NoRule, _) => "OPERATION_NO_RULE",
                (OperationVerdict::Denied(_), _) => "OPERATION_DENIED",
                (_, TenantVerdict::NoRule) => "TENANT_PERMISSION_MISSING",
                (_, TenantVerdict::Denied) => "TENANT_DENIED",
                (_, TenantVerdict::Allowed) => "ALLOWED",
            };
            assert_eq!(engine, says(operation, tenant));
            assert_eq!(engine == "ALLOWED", permit.allows(index, tenants.index(tenant).unwrap()));
        }
        let explained = explain(&claim, catalog, index).unwrap();
        let verb = if explained.allowed { revoke } else { grant };
        let edit = verb(&claim, catalog, index).unwrap();
        let changed = diff(&claim, &edit.result, catalog).unwrap();
        assert_eq!([changed.gained, changed.lost].concat(), [index]);
    }
    let normal = normalize(&claim, catalog).unwrap();
    let shortest = minimize(&claim, catalog).unwrap();
    assert!(decide_alike(&claim, &normal, catalog) && decide_alike(&claim, &shortest, catalog));
    assert_eq!(normalize(&shortest, catalog).unwrap(), normal);
    assert_eq!(minimize(&normal, catalog).unwrap(), shortest);
    assert!(shortest.as_str().len() <= text.len());
    assert!(covers(&claim, &normal, catalog).unwrap() && covers(&normal, &claim, catalog).unwrap());
    assert_eq!(intersect(&claim, &normal, catalog).unwrap(), normal);
});
