//! The pipeline and the reference decide every random question alike, whoever asks.

use std::collections::BTreeMap;

use portcullis_policy::{ClaimValue, Credential as Shown, Policy, Principal, decide, load};
use portcullis_tests::{
    differential,
    random::{self, Random},
    reference::access::{self, Credential, Question},
};
use portcullis_wire::{Decision, Reason, Request, Stage};

/// Questions to one policy.
const TOGETHER: u64 = 100;

fn ask<T>(policy: &Policy, question: &Question, then: impl FnOnce(&Decision<'_>) -> T) -> T {
    let facts = question.facts().to_string();
    let request: Request<'_> = serde_json::from_str(&facts).expect("facts");
    let principal;
    let shown = match &question.credential {
        Credential::Refused => Shown::Refused(Reason::CredentialInvalid),
        Credential::Claim(claim) => {
            let claim = claim.as_deref().map_or(ClaimValue::Missing, ClaimValue::One);
            let roles = question.roles.iter().map(String::as_str);
            principal = Principal::assumed_with_roles(policy, claim, roles);
            Shown::Principal(&principal)
        }
        Credential::None | Credential::Session(..) | Credential::Admin(..) => Shown::Absent,
    };
    then(&decide(policy, shown, &request).view())
}

#[test]
fn the_pipeline_and_the_reference_decide_alike() {
    let mut random = Random::new(differential::seed());
    let mut met: BTreeMap<&str, u64> = BTreeMap::new();
    let cases = differential::cases(100_000);
    for _ in 0..cases / TOGETHER {
        let access = random::access::access(&mut random);
        let document = access.policy().to_string();
        let policy = load(&document, None).unwrap_or_else(|error| panic!("{error:?}: {document}"));
        for _ in 0..TOGETHER {
            let question = random::access::question(&mut random, &access);
            let expected = access::decide(&access, &question);
            ask(&policy, &question, |decision| {
                let told = || format!("{question:#?}\n{document}");
                assert_eq!(decision.reason.code(), expected, "{}", told());
                assert_eq!(decision.decision, expected == "ALLOWED", "{}", told());
            });
            *met.entry(expected).or_default() += 1;
        }
    }
    println!("{met:#?}");
    // Were a reason never met, agreeing on it would mean nothing.
    for reason in [
        "ALLOWED",
        "WORKFLOW_API_DISABLED",
        "WORKFLOW_UNKNOWN",
        "WORKFLOW_NOT_EXPOSED",
        "AUTHENTICATION_REQUIRED",
        "CREDENTIAL_INVALID",
        "CREDENTIAL_EXPIRED",
        "CREDENTIAL_WRONG_BRANCH",
        "ADMIN_CREDENTIAL_REQUIRED",
        "CLAIM_MISSING",
        "CLAIM_MALFORMED",
        "OPERATION_UNKNOWN",
        "OPERATION_NO_RULE",
        "OPERATION_DENIED",
        "ROLE_PERMISSION_MISSING",
        "TENANT_NOT_SPECIFIED",
        "TENANT_INVALID",
        "TENANT_UNKNOWN",
        "TENANT_PERMISSION_MISSING",
        "TENANT_DENIED",
        "RESOURCE_TENANT_MISMATCH",
        "NOT_FOUND",
    ] {
        let met = met.get(reason).copied().unwrap_or_default();
        assert!(met * 1_000 >= cases, "{reason} was met {met} times");
    }
}

#[test]
fn what_is_another_tenants_looks_as_if_it_were_not_there() {
    let mut random = Random::new(differential::seed());
    let mut compared = 0_u32;
    while compared < 2_000 {
        let access = random::access::access(&mut random);
        let policy = load(&access.policy().to_string(), None).expect("a policy");
        for _ in 0..TOGETHER {
            let mut question = random::access::question(&mut random, &access);
            if access::decide(&access, &question) != "RESOURCE_TENANT_MISMATCH" {
                continue;
            }
            let outside = |decision: &Decision<'_>| {
                assert_eq!(decision.stage, Some(Stage::Tenant));
                serde_json::to_string(&(decision.decision, decision.status, decision.told())).expect("JSON")
            };
            let foreign = ask(&policy, &question, outside);
            question.thing = Some((false, None));
            assert_eq!(foreign, ask(&policy, &question, outside), "{question:#?}");
            compared += 1;
        }
    }
}
