//! What a surface asks the module about the bearer of a token, counted by a module that stops at the
//! first question too many.

use std::{fmt::Write as _, fs, path::Path, sync::Arc};

use portcullis::{Engine, Limits, PolicyHandle, PolicySource, authzen::AuthZen};
use serde_json::json;

use crate::support::{Pdp, SECRET};

const LOADED: &str = r#"{"ok":{"policy":1,"operations":1,"tenants":0,"tenant_header":"T","security_disabled":false,"advice":[]}}"#;
const TABLE: &str = r#"{"ok":{"operations":["app.read"],"tenants":[]}}"#;
const CATALOG: &str = r#"{"ok":{"root":"app","operations":[{"id":"app.read"}]}}"#;
const KEYS: &str = r#"{"ok":{"keys":2,"usable":[],"warnings":[]}}"#;
const CHALLENGE: &str =
    r#"{"ok":{"challenge":{"key":0,"algorithm":"ES256","token_start":0,"signed_bytes":1}}}"#;
const VERIFIED: &str = r#"{"ok":{"verified":{"principal":7,"expires":1e12,"claims":"{\"sub\":\"ada\"}"}}}"#;
const REFUSED: &str = r#"{"ok":{"refused":{"reason":"CREDENTIAL_EXPIRED","detail":"expired"}}}"#;
const DENIED: &str = r#"{"ok":{"decision":false,"status":401,"stage":"authentication","reason":"CREDENTIAL_EXPIRED","operation":null,"tenant":null,"principal":null,"matched":null,"trace":[]}}"#;
const ALLOWED: &str = r#"{"ok":{"decision":true,"status":200,"stage":null,"reason":"ALLOWED","operation":null,"tenant":null,"principal":null,"matched":null,"trace":[]}}"#;
const FAILED: &str = r#"{"error":{"code":"SOMETHING","message":"went wrong"}}"#;

/// A module that reads one token before each decision, and none while it holds the principal of another.
fn module(concluded: &str, decided: &str) -> Vec<u8> {
    let mut data = String::new();
    let mut at = 1024;
    let mut answer = |text: &str| {
        let bytes = text.bytes().fold(String::new(), |mut bytes, byte| {
            write!(bytes, "\\{byte:02x}").unwrap();
            bytes
        });
        writeln!(data, r#"(data (i32.const {at}) "{bytes}")"#).unwrap();
        let packed = format!("(return (i64.const 0x{at:08x}{:08x}))", text.len());
        at += text.len();
        packed
    };
    let held = i32::from(concluded == VERIFIED);
    // The tenth byte of a call tells which it is: `{"policy.load"`, `{"decide":`.
    let calls = [
        ('l', String::new(), answer(LOADED)),
        ('t', String::new(), answer(TABLE)),
        ('c', String::new(), answer(CATALOG)),
        ('a', String::new(), answer(KEYS)),
        (
            'h',
            "(if (i32.or (global.get $read) (global.get $held)) (then (unreachable)))
             (global.set $read (i32.const 1))"
                .to_owned(),
            answer(CHALLENGE),
        ),
        ('o', format!("(global.set $held (i32.const {held}))"), answer(concluded)),
        (':', "(global.set $read (i32.const 0))".to_owned(), answer(decided)),
    ];
    let calls = calls.iter().fold(String::new(), |mut calls, (byte, first, answer)| {
        let byte = u32::from(*byte);
        writeln!(calls, "(if (i32.eq (local.get $kind) (i32.const {byte})) (then {first} {answer}))")
            .unwrap();
        calls
    });
    let module = format!(
        r#"(module (memory (export "memory") 2) {data}
        (global $read (mut i32) (i32.const 0))
        (global $held (mut i32) (i32.const 0))
        (func (export "portcullis_abi_version") (result i32) (i32.const 1))
        (func (export "portcullis_alloc") (param i32) (result i32) (i32.const 65536))
        (func (export "portcullis_free") (param i32 i32))
        (func (export "portcullis_permit") (param i32 i32 i32) (result i32) (unreachable))
        (func (export "portcullis_allows") (param i32 i32 i32) (result i32) (unreachable))
        (func (export "portcullis_filter") (param i32 i32 i32) (result i64) (unreachable))
        (func (export "portcullis_release") (param i32) (result i32)
          (global.set $held (i32.const 0)) (i32.const 1))
        (func (export "portcullis_call") (param $at i32) (param i32) (result i64)
          (local $kind i32)
          (local.set $kind (i32.load8_u offset=9 (local.get $at)))
          {calls}
          (unreachable)))"#
    );
    wat::parse_str(module).unwrap()
}

fn policy(secret: &Path) -> PolicySource {
    let document = json!({
        "portcullis": 1,
        "declarations": { "user": { "sub": "string" } },
        "authzen": { "callers": { "secret": { "file": secret } } },
    });
    PolicySource::from_json(document.to_string())
}

#[tokio::test]
async fn a_token_is_verified_once_and_its_principal_given_back_whatever_is_decided() {
    for (concluded, decided, expected) in [
        (REFUSED, DENIED, (200, "CREDENTIAL_EXPIRED")),
        (VERIFIED, ALLOWED, (200, "")),
        (VERIFIED, FAILED, (503, "")),
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), SECRET).unwrap();
        let engine = Engine::from_wasm(&module(concluded, decided), None, Limits::default()).unwrap();
        let policy = PolicyHandle::new(&engine, policy(file.path()), Some(r#"{"keys":[]}"#)).unwrap();
        let policy = Arc::new(policy);
        let pdp = Pdp { surface: AuthZen::new(Arc::clone(&policy)).unwrap(), policy, file };
        for _ in 0..3 {
            let (status, answer) = pdp
                .evaluate(json!({
                    "subject": { "type": "user", "id": "ada", "properties": { "token": "a.b.c" } },
                    "action": { "name": "app.read" },
                    "resource": { "type": "record", "id": "1" },
                }))
                .await;
            let reason = answer["context"]["reason"].as_str().unwrap_or_default();
            assert_eq!((status, reason), expected, "{answer}");
        }
        assert_eq!(pdp.policy.replaced_sessions(), 0, "{concluded} {decided}");
    }
}
