//! Handles are explicit, bounded and released.

use serde_json::{Value, json};

use crate::raw::{Raw, handle};

const NO_TENANT_HEADER: u32 = u32::MAX;
const KEYS: &str = r#"{"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#;

fn decide(policy: u32, principal: u32) -> Value {
    let request = json!({ "operation": "workflow-api.liveness", "tenant": "A" });
    json!({ "decide": { "policy": policy, "principal": principal, "request": request } })
}

fn assume(policy: u32) -> Value {
    json!({ "principal.assume": { "policy": policy, "claim": "a:workflow-api;a:tenants:A" } })
}

#[test]
fn a_handle_that_names_nothing_is_unknown_to_every_call() {
    let mut raw = Raw::new();
    let policy = raw.policy();
    let keys = handle(&raw.ok(&json!({ "keys.load": { "jwks": KEYS } })), "keys");
    let principal = handle(&raw.ok(&assume(policy)), "principal");
    let (gone, other) = (raw.policy(), raw.policy());
    assert_eq!(raw.release(gone), 1);
    let token = json!({ "token": "a.b.c" });
    for unknown in [0, 1, gone, keys, principal, policy + 1, policy | 1 << 31, u32::MAX] {
        for call in [
            decide(unknown, principal),
            json!({ "policy.table": { "policy": unknown } }),
            json!({ "policy.catalog": { "policy": unknown } }),
            assume(unknown),
            json!({ "token.challenge": { "policy": unknown, "keys": keys, "credential": token } }),
            json!({ "token.conclude":
                { "policy": unknown, "keys": keys, "credential": token, "genuine": true, "now": 0 } }),
            json!({ "claim.validate": { "policy": unknown, "claim": "a:workflow-api" } }),
            json!({ "claim.explain":
                { "policy": unknown, "claim": "a:workflow-api", "operation": "workflow-api.liveness" } }),
            json!({ "claim.build": { "policy": unknown, "parts": {} } }),
        ] {
            assert_eq!(raw.error(call.to_string()), "HANDLE_UNKNOWN", "{call}");
        }
        assert_eq!(raw.permit(unknown, "a:workflow-api;a:tenants"), 0);
    }
    for unknown in [0, policy, principal, keys + 1] {
        let call = json!({ "token.challenge": { "policy": policy, "keys": unknown, "credential": token } });
        assert_eq!(raw.error(call.to_string()), "HANDLE_UNKNOWN", "{call}");
        let call = json!({ "jws.challenge": { "keys": unknown, "jws": "a.b.c" } });
        assert_eq!(raw.error(call.to_string()), "HANDLE_UNKNOWN", "{call}");
    }
    // Nor does a principal go with another policy than its own.
    for unknown in [0, policy, keys, principal + 1] {
        assert_eq!(raw.error(decide(policy, unknown).to_string()), "HANDLE_UNKNOWN");
        assert_eq!(raw.allows(unknown, 0, 0), 0);
    }
    assert_eq!(raw.error(decide(other, principal).to_string()), "HANDLE_UNKNOWN");
    assert_eq!(raw.ok(&decide(policy, principal))["decision"], true);
}

/// A token of `KEYS` with a claim; its signature is nobody's.
const FORGED: &str = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjIwMDAwMDAwMDAsIldvcmtmbG93QXBpUGVybWlzc2lvbnMiOiJhOndvcmtmb\
    G93LWFwaTthOnRlbmFudHM6QSJ9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[test]
fn who_is_presumed_is_nobody_before_the_signature_is_confirmed() {
    let mut raw = Raw::new();
    let rules =
        r#"{"portcullis":1,"token":{"algorithms":["HS256"]},"tenancy":{"mode":"multi","tenants":["A"]}}"#;
    let policy = handle(&raw.ok(&json!({ "policy.load": { "document": rules } })), "policy");
    let keys = handle(&raw.ok(&json!({ "keys.load": { "jwks": KEYS } })), "keys");
    let presume = |now: f64| {
        let credential = json!({ "token": FORGED });
        json!({ "token.presume": { "policy": policy, "keys": keys, "credential": credential, "now": now } })
    };
    let presumed = handle(&raw.ok(&presume(1.8e9)), "presumed");
    assert_eq!(raw.error(decide(policy, presumed).to_string()), "HANDLE_UNKNOWN");
    assert_eq!(
        raw.error(
            json!({ "filter.open": { "policy": policy, "principal": presumed,
        "request": { "data": { "type": "t" } } } })
            .to_string()
        ),
        "HANDLE_UNKNOWN"
    );
    assert_eq!(raw.allows(presumed, 0, 0), 0);
    // Given back, as where the signature is not genuine, it cannot be confirmed any more.
    assert_eq!(raw.release(presumed), 1);
    let confirm = |presumed: u32| json!({ "token.confirm": { "presumed": presumed } });
    assert_eq!(raw.error(confirm(presumed).to_string()), "HANDLE_UNKNOWN");

    let presumed = handle(&raw.ok(&presume(1.8e9)), "presumed");
    let principal = handle(&raw.ok(&confirm(presumed)), "principal");
    let mut asked = decide(policy, principal);
    asked["decide"]["request"]["now"] = json!(1.8e9);
    assert_eq!(raw.ok(&asked)["decision"], true);
    for unknown in [0, 1, policy, keys, principal, presumed] {
        assert_eq!(raw.error(confirm(unknown).to_string()), "HANDLE_UNKNOWN");
    }
    // One that would be refused is not even presumed, and why is not told of a forged token.
    assert_eq!(raw.ok(&presume(2.1e9)), json!({ "presumed": null, "expires": null }));

    // It ends with its policy.
    let presumed = handle(&raw.ok(&presume(1.8e9)), "presumed");
    assert_eq!(raw.release(policy), 1);
    assert_eq!(raw.error(confirm(presumed).to_string()), "HANDLE_UNKNOWN");
}

#[test]
fn what_was_released_is_unknown_and_stays_so() {
    let mut raw = Raw::new();
    let policy = raw.policy();
    let mut stale = Vec::new();
    // The same place is used again and again.
    for _ in 0..500 {
        let principal = raw.permit(policy, "a:workflow-api;a:tenants");
        assert!(!stale.contains(&principal));
        assert_eq!((raw.allows(principal, 0, 0), raw.release(principal)), (1, 1));
        stale.push(principal);
        for handle in &stale {
            assert_eq!((raw.allows(*handle, 0, 0), raw.release(*handle)), (0, 0));
        }
    }
    assert_eq!(raw.error(decide(policy, stale[0]).to_string()), "HANDLE_UNKNOWN");
    assert_eq!(raw.error(json!({ "release": { "handle": stale[0] } }).to_string()), "HANDLE_UNKNOWN");
}

#[test]
fn a_policy_takes_its_principals_with_it() {
    let mut raw = Raw::new();
    let (policy, other) = (raw.policy(), raw.policy());
    let (its, others) =
        (raw.permit(policy, "a:workflow-api;a:tenants"), raw.permit(other, "a:workflow-api;a:tenants"));
    assert_eq!(raw.ok(&json!({ "release": { "handle": policy } })), Value::Null);
    assert_eq!((raw.allows(its, 0, 0), raw.release(its)), (0, 0));
    assert_eq!((raw.allows(others, 0, 0), raw.release(others)), (1, 1));
}

#[test]
fn principals_are_bounded_and_releasing_makes_room() {
    let mut raw = Raw::new();
    let policy = raw.policy();
    let principals: Vec<u32> = (0..65_536).map(|_| raw.permit(policy, "d:workflow-api")).collect();
    assert!(!principals.contains(&0));
    assert_eq!(raw.permit(policy, "d:workflow-api"), 0);
    assert_eq!(raw.error(assume(policy).to_string()), "LIMIT_REACHED");
    assert_eq!(raw.release(principals[4_711]), 1);
    let again = raw.permit(policy, "a:workflow-api;a:tenants");
    assert_eq!((raw.allows(again, 0, 0), raw.permit(policy, "d:workflow-api")), (1, 0));
    // All of them once more take no more memory than the first time.
    let full = raw.memory_bytes();
    for round in 0..2 {
        for principal in &principals {
            let known = round == 0 && *principal != principals[4_711];
            assert_eq!(raw.release(*principal), u32::from(known));
        }
    }
    assert_eq!(raw.release(again), 1);
    for _ in 0..65_536 {
        assert_ne!(raw.permit(policy, "d:workflow-api"), 0);
    }
    assert_eq!(raw.memory_bytes(), full);
}

#[test]
fn policies_and_key_sets_are_bounded_and_releasing_makes_room() {
    let mut raw = Raw::new();
    let load = json!({ "policy.load": { "document": r#"{"portcullis":1}"# } });
    let policies: Vec<u32> = (0..64).map(|_| raw.policy()).collect();
    assert_eq!(raw.error(load.to_string()), "LIMIT_REACHED");
    assert_eq!(raw.release(policies[7]), 1);
    raw.policy();
    let load = json!({ "keys.load": { "jwks": KEYS } });
    let keys: Vec<u32> = (0..256).map(|_| handle(&raw.ok(&load), "keys")).collect();
    assert_eq!(raw.error(load.to_string()), "LIMIT_REACHED");
    assert_eq!(raw.release(keys[255]), 1);
    raw.ok(&load);
}

#[test]
fn an_index_that_names_nothing_is_denied() {
    let mut raw = Raw::new();
    let policy = raw.policy();
    let principal = raw.permit(policy, "a:workflow-api;a:tenants");
    assert_eq!(raw.allows(principal, 113, 1), 1);
    for (operation, tenant) in
        [(114, 0), (u32::MAX, 0), (1 << 31, 0), (0, 2), (0, 1 << 31), (0, NO_TENANT_HEADER - 1)]
    {
        assert_eq!(raw.allows(principal, operation, tenant), 0, "{operation} {tenant}");
    }
    // The policy has no default tenant.
    assert_eq!(raw.allows(principal, 0, NO_TENANT_HEADER), 0);
}

#[test]
fn a_claim_that_grants_nothing_still_has_a_principal() {
    let mut raw = Raw::new();
    let policy = raw.policy();
    for (claim, reason) in [
        ("a", "CLAIM_MALFORMED"),
        ("a:workflow-api.nope", "CLAIM_UNKNOWN_TARGET"),
        ("d:workflow-api", "OPERATION_DENIED"),
    ] {
        let principal = raw.permit(policy, claim);
        assert_eq!(raw.allows(principal, 0, 0), 0);
        assert_eq!(raw.ok(&decide(policy, principal))["reason"], reason);
    }
    let empty = raw.give(b" ");
    let principal = raw.permit_at(policy, empty.address, 0);
    assert_eq!(raw.ok(&decide(policy, principal))["reason"], "CLAIM_MISSING");
    let no_text = raw.give(b"a:\xff");
    assert_eq!(raw.permit_at(policy, no_text.address, no_text.length), 0);
}
