//! A token, a key set and JSON: whatever the bytes, nothing panics, and what was read prints back.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use portcullis_token::{KeySet, NumericDate, Rules, RulesOptions, base64url, json, jws, verify};

/// The keys of RFC 7515 appendix A.1 and A.3, and of RFC 8037 appendix A.2.
const KEYS: &str = r#"{"keys":[
{"kid":"h","kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"},
{"kid":"e","kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9fPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
{"kid":"o","kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

static SETTING: LazyLock<(KeySet, Rules)> = LazyLock::new(|| {
    let rules = RulesOptions {
        issuers: vec!["i".into()],
        audiences: vec!["a".into()],
        algorithms: ["HS256", "ES256", "EdDSA"].map(String::from).into(),
        ..RulesOptions::default()
    };
    (KeySet::parse(KEYS.as_bytes()).unwrap(), Rules::new(rules).unwrap())
});

fn read_json(bytes: &[u8]) {
    if let Ok(value) = json::parse_bytes(bytes) {
        let printed = value.to_string();
        assert!(json::parse(&printed).unwrap() == value);
        assert_eq!(json::parse(&printed).unwrap().to_string(), printed);
    }
}

fn read_token(token: &str) {
    let (keys, rules) = &*SETTING;
    if let Ok(challenge) = jws::challenge(token, keys) {
        assert!(token.starts_with(challenge.signing_input()));
        let verified = challenge.conclude(true).unwrap();
        let payload = token.split('.').nth(1).unwrap();
        assert_eq!(base64url::encode(verified.payload()), payload);
    }
    if let Ok(challenge) = jws::challenge(token, keys) {
        assert!(challenge.conclude(false).is_err());
    }
    let now = NumericDate::from_seconds(1_700_000_000).unwrap();
    if let Ok(challenge) = verify::challenge(token, keys, rules) {
        assert!(challenge.conclude(false, now, None).is_err());
        if let Ok(verified) = challenge.conclude(true, now, None) {
            assert_eq!(verified.issuer(), Some("i"));
            assert!(verified.expires().seconds() >= now.seconds() - 30);
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    read_json(bytes);
    let _ = KeySet::parse(bytes);
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    if let Some(decoded) = base64url::decode(text) {
        assert_eq!(base64url::encode(&decoded), text);
    }
    read_token(text);
    // The same bytes behind the encoding: a header, then on the next line a payload.
    if let Some((header, payload)) = text.split_once('\n') {
        for signature in [32, 64] {
            let parts = [header.as_bytes(), payload.as_bytes(), &vec![1; signature]];
            read_token(&parts.map(base64url::encode).join("."));
        }
    }
});
