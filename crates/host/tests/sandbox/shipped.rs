//! The module that is shipped, in its sandbox.

use std::{fs, path::Path, sync::LazyLock};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis::{
    Credential, Decision, Engine, Error, Limits, PolicyHandle, PolicySource, Session,
    wire::{Reason, Request, Values},
};
use serde_json::json;

pub const NOW: f64 = 1_700_000_000.0;
pub const OPERATION: &str = "workflow-api.liveness";
pub const CLAIM: &str = "d:workflow-api;a:workflow-api.liveness;a:tenants:TenantA";

pub static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::from_wasm(&wasm(), None, Limits::default()).expect("the shipped module"));

/// The module's bytes.
pub fn wasm() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg/dist/portcullis.wasm");
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask dist`", path.display()))
}

pub fn policy(tenants: &[&str]) -> PolicySource {
    let document = json!({
        "portcullis": 1,
        "tenancy": { "mode": "multi", "tenants": tenants },
        "token": { "issuers": ["https://issuer.test"], "audiences": ["api"], "algorithms": ["HS256"] },
    });
    PolicySource::from_json(document.to_string())
}

/// A key set with one key, whose secret is this byte over and over.
pub fn jwks(secret: u8) -> String {
    json!({ "keys": [{ "kty": "oct", "kid": "key", "k": URL_SAFE_NO_PAD.encode([secret; 32]) }] }).to_string()
}

/// A token that is good for a minute from `NOW` on, and has these claims besides.
pub fn token(secret: u8, more: &serde_json::Value) -> String {
    let mut claims = json!({
        "iss": "https://issuer.test", "aud": "api", "sub": "somebody",
        "exp": NOW + 60.0, "WorkflowApiPermissions": CLAIM,
    });
    for (name, value) in more.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    let header = json!({ "alg": "HS256", "kid": "key" });
    let input = [&header, &claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &[secret; 32]), input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub fn request(operation: &str) -> Request<'_> {
    Request { operation: Some(operation.into()), tenant: Values::One("TenantA".into()), ..Request::default() }
}

pub fn claim(claim: &str) -> Credential<'_> {
    Credential::Claim(Values::One(claim.into()))
}

pub fn reason(decision: Result<Decision, Error>) -> Reason {
    decision.expect("a decision").view().expect("a decision's members").reason
}

fn handle() -> PolicyHandle {
    PolicyHandle::new(&ENGINE, policy(&["TenantA"]), Some(&jwks(1))).expect("a policy")
}

#[test]
fn a_claim_of_ten_megabytes_is_denied() {
    let handle = handle();
    let long = format!("{CLAIM};{}", "a:workflow-api.rpc;".repeat(10_000_000 / 19));
    assert!(long.len() > 9_999_000);
    for _ in 0..3 {
        assert_eq!(reason(handle.authorize(&claim(&long), &request(OPERATION), NOW)), Reason::InputTooLarge);
        let decided = handle.with_session(|session| {
            let permit = session.permit(&long)?;
            assert!(!session.allows(permit, OPERATION, Some("TenantA"))?);
            let decision = session.decide(permit, &request(OPERATION));
            session.release(permit)?;
            decision
        });
        assert_eq!(reason(decided), Reason::InputTooLarge);
        assert_eq!(reason(handle.authorize(&claim(CLAIM), &request(OPERATION), NOW)), Reason::Allowed);
    }
    assert_eq!(handle.replaced_sessions(), 0);
}

#[test]
fn a_token_of_ten_megabytes_is_refused() {
    let handle = handle();
    let long = token(1, &json!({ "more": "x".repeat(10_000_000) }));
    let header = format!("Bearer {long}");
    for credential in [Credential::Token(Some(&long)), Credential::Authorization(Values::One(header.into()))]
    {
        let refused = handle.authorize(&credential, &request(OPERATION), NOW);
        assert_eq!(reason(refused), Reason::CredentialInvalid);
    }
    let good = token(1, &json!({}));
    assert_eq!(
        reason(handle.authorize(&Credential::Token(Some(&good)), &request(OPERATION), NOW)),
        Reason::Allowed
    );
    assert_eq!(handle.replaced_sessions(), 0);
}

#[test]
fn hostile_requests_are_denied_and_cost_no_session() {
    let handle = handle();
    let long = "x".repeat(1_000_000);
    let deep = "/".repeat(1_000_000);
    let nested = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    for text in
        [long.as_str(), &deep, &nested, "\0", "\u{feff}", "\"\\", "a\u{0}b", "\u{1f980}", "%00", "../.."]
    {
        for request in [
            Request { operation: Some(text.into()), ..request(OPERATION) },
            Request { operation: None, method: Some("GET".into()), path: Some(text.into()), ..request("") },
            Request {
                operation: None,
                method: Some(text.into()),
                path: Some("/liveness".into()),
                ..request("")
            },
            Request { tenant: Values::One(text.into()), ..request(OPERATION) },
        ] {
            assert!(!handle.authorize(&claim(CLAIM), &request, NOW).expect("a decision").allowed());
        }
        assert!(!handle.authorize(&claim(text), &request(OPERATION), NOW).expect("a decision").allowed());
        for credential in [Credential::Token(Some(text)), Credential::Authorization(Values::One(text.into()))]
        {
            let refused = handle.authorize(&credential, &request(OPERATION), NOW);
            assert_eq!(reason(refused), Reason::CredentialInvalid);
        }
    }
    assert_eq!(handle.replaced_sessions(), 0);
}

#[test]
fn decisions_leave_linear_memory_as_large_as_it_was() {
    let limits = Limits { cached_tokens: 64, ..Limits::default() };
    let engine = Engine::from_wasm(&wasm(), None, limits).expect("the shipped module");
    let mut session = Session::new(&engine, &policy(&["TenantA"]), Some(&jwks(1))).expect("a policy");
    // More tokens than are remembered, so that some are verified and some forgotten all the time.
    let tokens: Vec<String> = (0..96).map(|number| token(1, &json!({ "jti": number }))).collect();
    let mut decide = |rounds: usize| {
        for round in 0..rounds {
            let token = &tokens[round * 7 % tokens.len()];
            for credential in [claim(CLAIM), claim("d:workflow-api"), Credential::Token(Some(token))] {
                session.authorize(&credential, &request(OPERATION), NOW).expect("a decision");
            }
        }
        session.memory_bytes()
    };
    let warm = decide(2_000);
    assert_eq!(decide(200_000 / 3 + 1), warm);
}

#[test]
fn a_cached_token_ends_when_it_says() {
    let handle = handle();
    let token = token(1, &json!({}));
    let at = |now| reason(handle.authorize(&Credential::Token(Some(&token)), &request(OPERATION), now));
    // Leeway is 30 seconds.
    for (now, expected) in [
        (NOW, Reason::Allowed),
        (NOW + 89.9, Reason::Allowed),
        (NOW + 90.0, Reason::CredentialExpired),
        (NOW, Reason::Allowed),
        (f64::NAN, Reason::CredentialInvalid),
        (f64::INFINITY, Reason::CredentialInvalid),
    ] {
        assert_eq!(at(now), expected, "{now}");
    }
}

#[test]
fn a_cached_token_is_not_good_before_it_says() {
    let handle = handle();
    let token = token(1, &json!({ "nbf": NOW + 10.0 }));
    let at = |now| reason(handle.authorize(&Credential::Token(Some(&token)), &request(OPERATION), now));
    assert_eq!(at(NOW + 10.0), Reason::Allowed);
    assert_eq!(at(NOW - 21.0), Reason::CredentialInvalid);
    assert_eq!(at(NOW - 20.0), Reason::Allowed);
}

#[test]
fn permits_that_are_kept_end_with_the_session_that_has_no_room_left() {
    let handle = handle();
    let full = handle.with_session(|session| {
        for _ in 0..65_536 {
            session.permit("d:workflow-api")?;
        }
        session.permit("d:workflow-api").map(drop)
    });
    assert_eq!(full.expect_err("no room").code(), "LIMIT_REACHED");
    assert_eq!(handle.replaced_sessions(), 1);
    assert_eq!(reason(handle.authorize(&claim(CLAIM), &request(OPERATION), NOW)), Reason::Allowed);
}

#[test]
fn errors_and_debug_output_hold_no_credential() {
    let handle = handle();
    let token = token(2, &json!({ "sub": "personal" }));
    let credential = Credential::Token(Some(&token));
    let decision = handle.authorize(&credential, &request(OPERATION), NOW).expect("a decision");
    let small = Limits { input_bytes: 16, ..Limits::default() };
    let engine = Engine::from_wasm(&wasm(), None, small).expect("the shipped module");
    let refused = Session::new(&engine, &policy(&["TenantA"]), Some(&jwks(1))).err();
    let shown = format!("{credential:?} {decision:?} {} {handle:?} {refused:?}", decision.json());
    for secret in [token.as_str(), token.split('.').nth(1).unwrap_or_default(), "personal"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_precompiled_module_decides_like_the_one_it_was_made_from() {
    let wasm = wasm();
    let cwasm = Engine::precompile(&wasm, &Limits::default()).expect("machine code");
    let digest = portcullis::Digest::of(&wasm);
    let engine = Engine::from_precompiled(&cwasm, Some(digest), Limits::default()).expect("the module");
    let mut session = Session::new(&engine, &policy(&["TenantA"]), None).expect("a policy");
    let decision = session.authorize(&claim(CLAIM), &request(OPERATION), NOW).expect("a decision");
    let other = handle().authorize(&claim(CLAIM), &request(OPERATION), NOW).expect("a decision");
    assert_eq!(decision.json(), other.json());
}
