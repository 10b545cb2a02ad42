//! A policy and a request: whatever they hold, loading and deciding never panic, every mistake has a
//! place, and nothing passes that no credential and no word of the policy lets pass.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use portcullis_policy::{ClaimValue, Credential, Policy, Principal, advise, decide, load};
use portcullis_wire::{Reason, Request, Stage, Values};

const KNOWN: &str = r#"{
    "portcullis": 1,
    "routes": { "base_path": "/workflow-api" },
    "tenancy": { "mode": "multi", "tenants": ["A", ["B", "B.C"]], "default": "A" }
}"#;

static POLICY: LazyLock<Policy> = LazyLock::new(|| load(KNOWN, None).unwrap());

/// What a request says, and who asks.
type Facts<'a> = (&'a str, &'a str, Option<&'a str>, Option<&'a str>, bool);

fn check(policy: &Policy, (method, path, tenant, claim, preflight): Facts<'_>) {
    let principal = claim.map(|claim| Principal::assumed(policy, ClaimValue::One(claim)));
    let credential = principal.as_ref().map_or(Credential::Absent, Credential::Principal);
    let routed = Request {
        method: Some(method.into()),
        path: Some(path.into()),
        tenant: tenant.map_or(Values::Absent, |tenant| Values::One(tenant.into())),
        preflight,
        ..Request::default()
    };
    let named =
        Request { operation: Some(path.into()), method: None, path: None, preflight: false, ..routed.clone() };
    for request in [&routed, &named] {
        let decision = decide(policy, credential, request);
        let view = decision.view();
        assert_eq!((view.decision, view.status), (view.reason.allows(), view.reason.status()));
        assert_eq!(view.stage.is_none(), view.decision);
        assert!(view.trace.len() <= Stage::COUNT);
        assert!(view.trace.iter().rev().skip(1).all(|step| step.pass));
        assert_eq!(serde_json::to_vec(&view).unwrap(), serde_json::to_vec(&decision.view()).unwrap());
        let passes_by_policy = preflight || policy.security_disabled();
        assert!(!view.decision || claim.is_some() || passes_by_policy, "{:?}", view.reason);
        let refused = decide(policy, Credential::Refused(Reason::CredentialInvalid), request);
        assert!(!refused.allowed() || policy.security_disabled());
    }
}

fuzz_target!(|input: (&str, Option<&str>, Facts<'_>)| {
    let (document, catalog, facts) = input;
    check(&POLICY, facts);
    match load(document, catalog) {
        Ok(policy) => {
            let advice = advise(&policy);
            assert!(advice.iter().all(|advice| !advice.code.is_empty()));
            check(&policy, facts);
        }
        Err(error) => {
            assert!(!error.findings.is_empty());
            assert!(error.findings.iter().all(|finding| {
                !finding.code.is_empty() && (finding.path.is_empty() || finding.path.starts_with('/'))
            }));
        }
    }
});
