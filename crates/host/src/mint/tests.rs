use super::*;
use crate::{Engine, Limits, Outcome};
use serde_json::json;
use std::sync::LazyLock;

const NOW: f64 = 1_700_000_000.5;

/// The module that `cargo xtask dist` builds. Without it these tests fail.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pkg/dist/portcullis.wasm");
    let wasm = std::fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}; run `cargo xtask dist`"));
    Engine::from_wasm(&wasm, None, Limits::default()).unwrap()
});

/// Every algorithm is accepted: what refuses is the key.
fn policy() -> PolicySource {
    let algorithms: Vec<_> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
    let document = json!({
        "portcullis": 1,
        "tenancy": { "mode": "multi", "tenants": ["TenantA", "TenantB"] },
        "token": {
            "issuers": ["https://issuer.test", "https://other.test"],
            "audiences": ["workflow-api"],
            "algorithms": algorithms,
            "required": ["exp", "iat", "jti", "sub"],
            "types": ["at+jwt"]
        }
    });
    PolicySource::from_json(document.to_string())
}

fn session(jwks: Option<&str>) -> Session {
    Session::new(&ENGINE, &policy(), jwks).unwrap()
}

fn verifying_jwk(key: &SigningKey) -> String {
    key.public_jwk().unwrap_or_else(|| key.private_jwk())
}

fn request() -> TokenRequest<'static> {
    TokenRequest { subject: Some("someone".into()), ..TokenRequest::for_policy(&policy()).unwrap() }
}

/// `None` for a good token, the detail for one that is refused.
fn refusal(session: &mut Session, token: &str) -> Option<String> {
    match session.verify(token, NOW, true).unwrap() {
        Outcome::Verified(_) => None,
        Outcome::Refused { detail, .. } => Some(detail),
        Outcome::Absent => panic!("absent"),
    }
}

#[test]
fn what_is_minted_is_verified_with_every_algorithm_and_what_is_altered_is_not() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(*algorithm, Some("it")).unwrap();
        let stranger = SigningKey::generate(*algorithm, Some("it")).unwrap();
        let mut session = session(Some(&verifying_jwk(&key)));
        let request = TokenRequest {
            permissions: Permissions::Text("a:workflow-api;a:tenants:TenantA".into()),
            ..request()
        };

        let minted = mint(&mut session, &key, &request, NOW).unwrap();
        let Outcome::Verified(token) = session.verify(&minted.token, NOW, true).unwrap() else {
            panic!("{algorithm}: {:?}", refusal(&mut session, &minted.token));
        };
        let claims: Value = serde_json::from_str(token.claims().unwrap()).unwrap();
        assert_eq!(claims, Value::from(minted.claims), "{algorithm}");
        assert!(session.allows(token.permit(), "workflow-api.liveness", Some("TenantA")).unwrap());
        assert!(!session.allows(token.permit(), "workflow-api.liveness", Some("TenantB")).unwrap());

        let forged = mint(&mut session, &stranger, &request, NOW).unwrap().token;
        assert_eq!(refusal(&mut session, &forged).as_deref(), Some("signature_invalid"), "{algorithm}");

        let [header, _, signature] = minted.token.split('.').collect::<Vec<_>>()[..] else { panic!("parts") };
        let mut claims = claims;
        claims["exp"] = (claims["exp"].as_u64().unwrap() + 1).into();
        let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
        let tampered = format!("{header}.{payload}.{signature}");
        assert_eq!(refusal(&mut session, &tampered).as_deref(), Some("signature_invalid"), "{algorithm}");
    }
}

#[test]
fn a_signature_of_one_algorithm_is_never_good_for_another() {
    let keys: Vec<_> = Algorithm::ALL
        .iter()
        .map(|algorithm| SigningKey::generate(*algorithm, Some("it")).unwrap())
        .collect();
    for key in &keys {
        let mut session = session(Some(&verifying_jwk(key)));
        let token = mint(&mut session, key, &request(), NOW).unwrap().token;
        let (_, rest) = token.split_once('.').unwrap();
        for other in keys.iter().filter(|other| other.algorithm() != key.algorithm()) {
            let header = json!({ "alg": other.algorithm().name(), "kid": "it", "typ": "at+jwt" });
            let renamed = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()));
            assert_eq!(refusal(&mut session, &renamed).as_deref(), Some("key_mismatch"));
            let theirs = mint(&mut session, other, &request(), NOW).unwrap().token;
            assert_eq!(refusal(&mut session, &theirs).as_deref(), Some("key_mismatch"));
        }
    }
}

#[test]
fn one_rsa_key_without_alg_serves_both_paddings_and_neither_passes_for_the_other() {
    let rs = SigningKey::generate(Algorithm::Rs256, Some("it")).unwrap();
    let ps = SigningKey::from_jwk(&rs.private_jwk().replace("RS256", "PS256")).unwrap();
    let mut public: Value = serde_json::from_str(&rs.public_jwk().unwrap()).unwrap();
    public.as_object_mut().unwrap().remove("alg");
    let mut session = session(Some(&public.to_string()));
    let tokens = [&rs, &ps].map(|key| mint(&mut session, key, &request(), NOW).unwrap().token);
    for token in &tokens {
        assert_eq!(refusal(&mut session, token), None);
    }
    for (key, token) in [(&ps, &tokens[0]), (&rs, &tokens[1])] {
        let header = json!({ "alg": key.algorithm().name(), "kid": "it", "typ": "at+jwt" });
        let (_, rest) = token.split_once('.').unwrap();
        let renamed = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()));
        assert_eq!(refusal(&mut session, &renamed).as_deref(), Some("signature_invalid"));
    }
}

#[test]
fn a_public_key_is_no_hmac_secret() {
    let key = SigningKey::generate(Algorithm::Rs256, Some("it")).unwrap();
    let public = key.public_jwk().unwrap();
    let mut session = session(Some(&public));
    let secret = URL_SAFE_NO_PAD.encode(&public);
    let confused =
        SigningKey::from_jwk(&json!({ "kty": "oct", "alg": "HS256", "kid": "it", "k": secret }).to_string());
    let token = mint(&mut session, &confused.unwrap(), &request(), NOW).unwrap().token;
    assert_eq!(refusal(&mut session, &token).as_deref(), Some("key_mismatch"));
}

#[test]
fn keys_are_read_back_and_their_public_half_holds_nothing_private() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(*algorithm, None).unwrap();
        let again = SigningKey::from_jwk(&key.private_jwk()).unwrap();
        assert_eq!(again.private_jwk(), key.private_jwk());
        assert_eq!((again.algorithm(), again.kid()), (*algorithm, key.kid()));
        let private: Value = serde_json::from_str(&key.private_jwk()).unwrap();
        match key.public_jwk() {
            None => assert_eq!(private["kty"], "oct"),
            Some(public) => {
                let public: Map<String, Value> = serde_json::from_str(&public).unwrap();
                for name in public.keys() {
                    assert!(["kty", "kid", "alg", "use", "crv", "x", "y", "n", "e"].contains(&name.as_str()));
                }
            }
        }
        let shown = format!("{key:?}");
        assert!(!shown.contains(private["d"].as_str().or(private["k"].as_str()).unwrap()), "{shown}");
    }
    let kids =
        [(), ()].map(|()| SigningKey::generate(Algorithm::EdDsa, None).unwrap().kid().unwrap().to_owned());
    assert_ne!(kids[0], kids[1]);
}

/// RFC 7515 appendix A.1.
const OCT_A1: &str = r#"{"kty":"oct","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
/// RFC 7515 appendix A.2.
const RSA_A2: &str = r#"{"kty":"RSA","alg":"RS256","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB","d":"Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ","p":"4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc","q":"uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc","dp":"BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0","dq":"h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU","qi":"IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U"}"#;
/// RFC 7515 appendices A.3 and A.4, and RFC 8037 appendix A.1.
const CURVES: [&str; 3] = [
    r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#,
    r#"{"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2","d":"AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C"}"#,
    r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
];

/// The algorithms that give one signature only give that of the RFCs.
#[test]
fn signatures_are_those_of_the_rfcs() {
    for (jwk, compact) in [
        (
            OCT_A1,
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        ),
        (
            RSA_A2,
            "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        ),
        (
            CURVES[2],
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        ),
    ] {
        let (input, signature) = compact.rsplit_once('.').unwrap();
        let key = SigningKey::from_jwk(jwk).unwrap();
        assert_eq!(key.signature(input.as_bytes()).unwrap(), signature);
    }
}

#[test]
fn a_key_on_a_curve_needs_no_alg() {
    for (jwk, algorithm) in CURVES.iter().zip([Algorithm::Es256, Algorithm::Es512, Algorithm::EdDsa]) {
        let key = SigningKey::from_jwk(jwk).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        let mut session = session(None);
        let keys = session.load_keys(&key.public_jwk().unwrap()).unwrap();
        let jws = key.sign(Map::new(), b"\0 any bytes \xff").unwrap();
        assert_eq!(session.verify_jws(&keys, &jws).unwrap(), Ok(b"\0 any bytes \xff".to_vec()));
    }
}

#[test]
fn keys_that_cannot_sign_are_refused_without_a_word_of_theirs() {
    let with = |jwk: &str, name: &str, value: Value| {
        let mut jwk: Value = serde_json::from_str(jwk).unwrap();
        jwk[name] = value;
        jwk.to_string()
    };
    let public = SigningKey::from_jwk(CURVES[0]).unwrap().public_jwk().unwrap();
    for jwk in [
        "".into(),
        "[]".into(),
        "secret".into(),
        public,
        OCT_A1.replacen("{", r#"{"kty":"oct","#, 1),
        with(OCT_A1, "alg", json!("none")),
        with(OCT_A1, "alg", json!("RS256")),
        with(OCT_A1, "alg", Value::Null),
        with(OCT_A1, "k", json!("c2VjcmV0")),
        with(OCT_A1, "use", json!("enc")),
        with(OCT_A1, "key_ops", json!(["verify"])),
        with(RSA_A2, "alg", json!("HS256")),
        with(RSA_A2, "d", json!("AQAB")),
        with(RSA_A2, "qi", Value::Null),
        with(RSA_A2, "e", json!("AQAC")),
        with(CURVES[0], "alg", json!("ES384")),
        with(CURVES[0], "crv", json!("secp256k1")),
        with(CURVES[0], "d", json!("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LM")),
        with(CURVES[2], "d", json!("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")),
        with(CURVES[2], "crv", json!("Ed448")),
    ] {
        let error = SigningKey::from_jwk(&jwk).expect_err(&jwk);
        assert_eq!(error.code(), "CONFIGURATION");
        for secret in ["c2VjcmV0", "AyM1SysPpby", "Eq5xpGnNCiv", "jpsQnnGQmL", "nWGxne"] {
            assert!(!format!("{error} {error:?}").contains(secret), "{error}");
        }
    }
}

#[test]
fn the_header_names_the_key_and_nothing_overrides_it() {
    let key = SigningKey::generate(Algorithm::EdDsa, Some("https://issuer.test/a key")).unwrap();
    let header = json!({ "alg": "none", "kid": "another", "typ": "JWT" });
    let jws = key.sign(header.as_object().unwrap().clone(), b"").unwrap();
    let decoded = URL_SAFE_NO_PAD.decode(jws.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&decoded).unwrap();
    assert_eq!(header, json!({ "alg": "EdDSA", "kid": "https://issuer.test/a key", "typ": "JWT" }));
}

#[test]
fn a_request_for_a_policy_has_its_first_issuer_and_audience() {
    let key = SigningKey::generate(Algorithm::EdDsa, None).unwrap();
    let mut session = session(None);
    let minted = mint(&mut session, &key, &request(), NOW).unwrap();
    let mut claims = minted.claims;
    assert!(claims.remove("jti").unwrap().as_str().unwrap().len() == 22);
    assert_eq!(
        Value::from(claims),
        json!({
            "iss": "https://issuer.test", "aud": "workflow-api", "sub": "someone",
            "iat": 1_700_000_000, "exp": 1_700_003_600
        })
    );
    assert!(!format!("{:?} {:?}", request(), mint(&mut session, &key, &request(), NOW)).contains("someone"));
}

#[test]
fn the_permission_claim_is_the_modules_and_in_normal_form() {
    let key = SigningKey::generate(Algorithm::EdDsa, None).unwrap();
    let mut session = session(None);
    let mut minted = |permissions| {
        let request = TokenRequest { permissions, ..request() };
        let minted = mint(&mut session, &key, &request, NOW)?;
        Ok::<_, Error>(minted.claims.get("WorkflowApiPermissions").cloned())
    };
    assert_eq!(minted(Permissions::Absent).unwrap(), None);
    assert_eq!(
        minted(Permissions::Text("a:tenants:TenantB,TenantA;a:workflow-api.rpc;d:workflow-api".into()))
            .unwrap(),
        Some("d:workflow-api;a:workflow-api.rpc;a:tenants:TenantA,TenantB".into())
    );
    let parts = |allow: &'static str| ClaimParts {
        allow_all_operations: false,
        allow: vec![allow.into()],
        deny: Vec::new(),
        tenants: None,
    };
    assert_eq!(
        minted(Permissions::Build(parts("workflow-api.rpc"))).unwrap(),
        Some("d:workflow-api;a:workflow-api.rpc".into())
    );
    for permissions in [
        Permissions::Text("".into()),
        Permissions::Text("a:workflow-api;".into()),
        Permissions::Text("a:payments".into()),
        Permissions::Build(parts("payments")),
    ] {
        assert_eq!(minted(permissions).unwrap_err().code(), "CLAIM_INVALID");
    }
}

#[test]
fn claims_that_contradict_each_other_and_times_that_are_none_are_errors() {
    let key = SigningKey::generate(Algorithm::EdDsa, None).unwrap();
    let mut session = session(None);
    for name in ["iss", "sub", "aud", "exp", "iat", "jti", "nbf", "WorkflowApiPermissions"] {
        let request = TokenRequest {
            extra: Map::from_iter([(name.to_owned(), json!(1))]),
            not_before: Some(5),
            permissions: Permissions::Text("a:workflow-api".into()),
            ..request()
        };
        assert_eq!(mint(&mut session, &key, &request, NOW).unwrap_err().code(), "CONFIGURATION", "{name}");
    }
    for now in [f64::NAN, f64::INFINITY, -1.0, 1e12, 1_700_000_000_000.0] {
        assert_eq!(mint(&mut session, &key, &request(), now).unwrap_err().code(), "CONFIGURATION", "{now}");
    }
}

#[test]
fn a_session_takes_any_number_of_key_sets_one_after_the_other() {
    let mut session = session(None);
    let keys =
        [Algorithm::EdDsa, Algorithm::Hs256].map(|algorithm| SigningKey::generate(algorithm, None).unwrap());
    let tokens = keys.each_ref().map(|key| key.sign(Map::new(), b"payload").unwrap());
    for _ in 0..300 {
        for (at, key) in keys.iter().enumerate() {
            let ring = session.load_keys(&verifying_jwk(key)).unwrap();
            for (of, token) in tokens.iter().enumerate() {
                assert_eq!(session.verify_jws(&ring, token).unwrap().is_ok(), at == of);
            }
            session.release_keys(ring).unwrap();
            assert!(session.load_keys(r#"{"keys":[{"kty":"oct","k":"AA"}]}"#).is_err());
        }
    }
}

#[test]
fn zeros_before_a_modulus_and_numbers_nobody_reads_do_not_sink_a_set() {
    let key = SigningKey::generate(Algorithm::Rs256, None).unwrap();
    let mut jwk: Value = serde_json::from_str(&key.public_jwk().unwrap()).unwrap();
    let modulus = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    jwk["n"] = URL_SAFE_NO_PAD.encode([&[0], modulus.as_slice()].concat()).into();
    let document = jwk.to_string().replacen('{', r#"{"iat":1e999,"#, 1);
    let mut session = session(None);
    let jws = key.sign(Map::new(), b"payload").unwrap();
    for document in [format!(r#"{{"keys":[7,{document}]}}"#), document] {
        let ring = session.load_keys(&document).unwrap();
        assert_eq!(session.verify_jws(&ring, &jws).unwrap(), Ok(b"payload".to_vec()));
    }
}
