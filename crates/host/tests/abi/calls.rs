//! Whatever comes as a call is answered.

use serde_json::json;

use crate::raw::Raw;

#[test]
fn what_is_no_call_is_told_so_and_never_repeated() {
    let mut raw = Raw::new();
    let policy = raw.policy();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let calls = [
        "",
        "secret",
        "null",
        "[]",
        "{}",
        "\"secret\"",
        "{\"secret\":{}}",
        "{\"decide\":{}}",
        "{\"decide\":{\"secret\":1}}",
        "{\"decide\":null}",
        "{\"version\":{},\"version\":{}}",
        "{\"version\":{},\"decide\":{}}",
        "{\"version\":{}} secret",
        "\u{feff}{\"version\":{}}",
        "{\"release\":{\"handle\":-1}}",
        "{\"release\":{\"handle\":4294967296}}",
        "{\"release\":{\"handle\":0.5}}",
        "{\"release\":{\"handle\":\"secret\"}}",
        "{\"release\":{\"handle\":1,\"handle\":2}}",
        "{\"release\":{\"handle\":1e999}}",
        "{\"keys.load\":{\"jwks\":[\"secret\"]}}",
        "{\"version\":{}",
        &deep,
    ];
    for call in calls {
        assert_eq!(raw.error(call), "CALL_MALFORMED", "{}", &call[..call.len().min(80)]);
        assert!(!raw.call(call).contains("secret"), "{call}");
    }
    for call in [b"\xff".as_slice(), b"{\"version\":{\"\xc3\x28\":1}}", b"\0", b"{\"version\":{}}\0"] {
        assert_eq!(raw.error(call), "CALL_MALFORMED", "{}", call.escape_ascii());
    }
    let credential = json!({ "policy": policy, "principal": 1, "refused": "EXPIRED", "request": {} });
    assert_eq!(raw.error(json!({ "decide": credential }).to_string()), "CALL_MALFORMED");
    assert!(raw.call(r#"{"version":{}}"#).starts_with(r#"{"ok":"#));
    assert_eq!(raw.imports_called(), 0);
}

#[test]
fn a_reason_that_allows_cannot_refuse() {
    let mut raw = Raw::new();
    let policy = raw.policy();
    let decide = |refused: &str| {
        let request = json!({ "operation": "workflow-api.liveness", "tenant": "A" });
        json!({ "decide": { "policy": policy, "refused": refused, "request": request } })
    };
    for reason in ["ALLOWED", "SECURITY_DISABLED"] {
        assert_eq!(raw.error(decide(reason).to_string()), "CALL_MALFORMED");
    }
    assert_eq!(raw.ok(&decide("CREDENTIAL_EXPIRED"))["reason"], "CREDENTIAL_EXPIRED");
}

#[test]
fn no_credential_is_in_any_answer() {
    let mut raw = Raw::new();
    let policy = raw.policy();
    let keys = r#"{"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#;
    let keys = crate::raw::handle(&raw.ok(&json!({ "keys.load": { "jwks": keys } })), "keys");
    // {"alg":"HS256"} . {"secret":1}
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzZWNyZXQiOjF9.c2VjcmV0";
    for source in [json!({ "token": token }), json!({ "authorization": format!("Bearer {token}") })] {
        let challenge = json!({ "policy": policy, "keys": keys, "credential": source });
        let answer = raw.call(json!({ "token.challenge": challenge }).to_string());
        assert!(token.split('.').all(|part| !answer.contains(part)), "{answer}");
    }
    let answer = raw.call(json!({ "jws.challenge": { "keys": keys, "jws": token } }).to_string());
    assert!(token.split('.').all(|part| !answer.contains(part)), "{answer}");
}

#[test]
fn two_instances_know_nothing_of_each_other() {
    let (mut one, mut two) = (Raw::new(), Raw::new());
    let policy = one.policy();
    assert_eq!(two.error(json!({ "policy.table": { "policy": policy } }).to_string()), "HANDLE_UNKNOWN");
    assert_eq!(one.abi_version(), two.abi_version());
}
