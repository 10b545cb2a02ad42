//! A compiled claim and the reference decide every random request alike.

use portcullis_claim::{
    Catalog, Claim, ErrorKind, OperationSpec, OperationVerdict, Permit, TenantVerdict, Tenants,
    UnknownTargets as Unknown, is_tenant_id,
};
use portcullis_tests::{
    differential,
    random::Case,
    reference::{Mode, SINGLE_TENANT, UnknownTargets, Verdict, World},
};

/// What a host does around a permit, in as few lines as it takes.
struct Engine {
    catalog: Catalog,
    tenants: Tenants,
    default: Option<String>,
    is_single: bool,
    unknown: Unknown,
    max_claim_bytes: usize,
}

impl Engine {
    fn new(world: &World) -> Self {
        let specs = world.operations.iter().map(|id| OperationSpec { id, ..OperationSpec::default() });
        let catalog = Catalog::new(&world.root, "", specs).expect("random ids are distinct and well formed");
        let is_single = world.mode == Mode::Single;
        let mut tenants = Tenants::new();
        for tenant in &world.tenants {
            tenants.register(tenant).expect("random tenants are distinct and well formed");
        }
        if is_single && tenants.is_empty() {
            tenants.register(SINGLE_TENANT);
        }
        let first = tenants.iter().next().filter(|_| is_single).map(str::to_owned);
        Self {
            catalog,
            default: world.default_tenant.clone().or(first),
            tenants,
            is_single,
            unknown: match world.unknown_targets {
                UnknownTargets::Reject => Unknown::Reject,
                UnknownTargets::Ignore => Unknown::Ignore,
            },
            max_claim_bytes: world.max_claim_bytes,
        }
    }

    fn reason(&self, case: &Case) -> &'static str {
        let permit = case.claim.as_deref().map(|text| {
            let claim = Claim::parse_within(text, self.max_claim_bytes)?;
            Permit::compile(&claim, &self.catalog, &self.tenants, self.unknown)
        });
        let permit = match permit {
            None => return "CLAIM_MISSING",
            Some(Ok(permit)) => permit,
            Some(Err(error)) => {
                return match error.kind() {
                    ErrorKind::Missing => "CLAIM_MISSING",
                    ErrorKind::TooLarge => "INPUT_TOO_LARGE",
                    ErrorKind::UnknownTarget => "CLAIM_UNKNOWN_TARGET",
                    _ => "CLAIM_MALFORMED",
                };
            }
        };
        let Some(operation) = self.catalog.operation(&case.operation) else { return "OPERATION_UNKNOWN" };
        match permit.operation(operation) {
            OperationVerdict::Allowed(_) => {}
            OperationVerdict::Denied(_) => return "OPERATION_DENIED",
            OperationVerdict::NoRule => return "OPERATION_NO_RULE",
        }
        let tenant = match case.tenant.as_deref().or(self.default.as_deref()) {
            None => return "TENANT_NOT_SPECIFIED",
            Some(tenant) if !is_tenant_id(tenant) => return "TENANT_INVALID",
            Some(tenant) => tenant,
        };
        match self.tenants.index(tenant).map(|tenant| permit.tenant(tenant)) {
            None => "TENANT_UNKNOWN",
            Some(TenantVerdict::Denied) => "TENANT_DENIED",
            Some(TenantVerdict::NoRule) if !self.is_single => "TENANT_PERMISSION_MISSING",
            Some(TenantVerdict::NoRule | TenantVerdict::Allowed) => "ALLOWED",
        }
    }
}

#[test]
fn a_permit_and_the_reference_decide_alike() {
    let tally = differential::compare(differential::cases(1_000_000), differential::seed(), |world| {
        let engine = Engine::new(world);
        move |case: &Case| {
            let reason = engine.reason(case);
            Verdict { allowed: reason == "ALLOWED", reason }
        }
    })
    .unwrap_or_else(|disagreement| panic!("{disagreement:#?}"));
    println!("{tally:#?}");
    // Were a reason never met, agreeing on it would mean nothing.
    for reason in [
        "ALLOWED",
        "CLAIM_MISSING",
        "INPUT_TOO_LARGE",
        "CLAIM_MALFORMED",
        "CLAIM_UNKNOWN_TARGET",
        "OPERATION_UNKNOWN",
        "OPERATION_NO_RULE",
        "OPERATION_DENIED",
        "TENANT_NOT_SPECIFIED",
        "TENANT_INVALID",
        "TENANT_UNKNOWN",
        "TENANT_PERMISSION_MISSING",
        "TENANT_DENIED",
    ] {
        let met = tally.reasons.get(reason).copied().unwrap_or_default();
        assert!(met * 10_000 >= tally.cases, "{reason} was met {met} times");
    }
}
