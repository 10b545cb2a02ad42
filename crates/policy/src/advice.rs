//! What is not wrong with a policy, and still worth knowing before it is used.

mod access;

use alloc::{format, vec::Vec};

use portcullis_claim::OperationIndex;
use portcullis_wire::policy::{Finding, TenancyMode};

use crate::Policy;

/// More overlapping pairs than this are not listed one by one.
const MAX_PAIRS: usize = 50;

/// Advice about a policy that is in force all the same.
#[must_use]
pub fn advise(policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut push = |code: &str, path: &str, message: alloc::string::String| {
        findings.push(Finding { code: code.into(), path: path.into(), message });
    };
    if policy.disable_security {
        push(
            "security_disabled",
            "/disable_security",
            "every request to a known route passes, whoever sends it; switch it off before this is reachable"
                .into(),
        );
    }
    if policy.tenancy.mode == TenancyMode::Multi && policy.tenancy.tenants.is_empty() {
        push("no_tenants", "/tenancy/tenants", "no tenant is registered, so every request is denied".into());
    }
    for (one, two) in policy.router.crosswise().take(MAX_PAIRS) {
        let (one, two) = (policy.catalog.id(OperationIndex(one)), policy.catalog.id(OperationIndex(two)));
        push(
            "overlapping_routes",
            "/catalog",
            format!("a request can be `{one}` and `{two}`; it is allowed only if both are"),
        );
    }
    if let Some(access) = &policy.access {
        findings.extend(access::advise(access));
    }
    findings
}
