//! What a policy says beyond the claim, from its document to decisions.

#[path = "access/advice.rs"]
mod advice;
#[path = "access/documents.rs"]
mod documents;
#[path = "access/filter.rs"]
mod filter;
#[path = "access/roles.rs"]
mod roles;
#[path = "access/safety.rs"]
mod safety;
#[path = "access/things.rs"]
mod things;
#[path = "access/workflows.rs"]
mod workflows;

use portcullis_policy::{ClaimValue, Credential, Policy, Principal, decide, load};
use portcullis_wire::{Decision, Request};
use serde_json::{Value, json};

/// A policy of these sections.
fn policy(sections: Value) -> Policy {
    let mut document = json!({ "portcullis": 1 });
    for (name, section) in sections.as_object().unwrap() {
        document[name] = section.clone();
    }
    load(&document.to_string(), None).unwrap_or_else(|error| panic!("{:#?}", error.findings))
}

/// The mistakes of these sections: code and path.
fn mistakes(sections: Value) -> Vec<(String, String, String)> {
    let mut document = json!({ "portcullis": 1 });
    for (name, section) in sections.as_object().unwrap() {
        document[name] = section.clone();
    }
    let Err(error) = load(&document.to_string(), None) else { return Vec::new() };
    error.findings.into_iter().map(|it| (it.code, it.path, it.message)).collect()
}

/// What is decided without a token: the decision as JSON.
fn decided(policy: &Policy, request: Value) -> Value {
    decided_for(policy, Credential::Absent, request)
}

fn decided_for(policy: &Policy, credential: Credential<'_>, request: Value) -> Value {
    let text = request.to_string();
    let request: Request<'_> = serde_json::from_str(&text).unwrap();
    let decision = decide(policy, credential, &request);
    let view: Decision<'_> = decision.view();
    assert_eq!(view.decision, view.reason.allows());
    serde_json::to_value(view).unwrap()
}

/// The reason alone.
fn reason(policy: &Policy, request: Value) -> String {
    decided(policy, request)["reason"].as_str().unwrap().into()
}

fn bearer(policy: &Policy, claim: &str, roles: &[&str]) -> Principal {
    Principal::assumed_with_roles(policy, ClaimValue::One(claim), roles.iter().copied())
}

/// The facts of a user's session that is good at 1,000.
fn session() -> Value {
    json!({ "user": { "issued_at": 900, "last_used_at": 900 } })
}

/// The facts of an administrator's API token.
fn admin() -> Value {
    json!({ "admin_token": { "deployed_to": ["live"] } })
}

/// `more` on top of `base`.
fn with(mut base: Value, more: Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        base[name] = value.clone();
    }
    base
}
