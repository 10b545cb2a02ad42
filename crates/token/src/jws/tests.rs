use super::{MAX_BYTES, challenge};
use crate::{
    Algorithm, KeySet, Rejection,
    testing::{EC_A3, EC_A4, EC_P384, OCT_A1, OKP_8037, rsa, set, token, with},
};
use alloc::{format, string::String, vec::Vec};
use proptest::prelude::*;
use std::sync::LazyLock;

fn refusal(compact: &str, keys: &KeySet) -> Option<Rejection> {
    challenge(compact, keys).err()
}

static ALL_KEYS: LazyLock<KeySet> =
    LazyLock::new(|| set(&[&rsa(""), EC_A3, EC_P384, EC_A4, OKP_8037, OCT_A1]));

/// RFC 7515 appendices A.1 to A.4 and RFC 8037 appendix A.4: key, compact form, algorithm,
/// payload.
const EXAMPLES: [(&str, &str, Algorithm, &str); 5] = [
    (
        OCT_A1,
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        Algorithm::Hs256,
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
    ),
    (
        "",
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        Algorithm::Rs256,
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
    ),
    (
        EC_A3,
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        Algorithm::Es256,
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
    ),
    (
        EC_A4,
        "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
        Algorithm::Es512,
        "Payload",
    ),
    (
        OKP_8037,
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        Algorithm::EdDsa,
        "Example of Ed25519 signing",
    ),
];

#[test]
fn the_examples_of_the_rfcs_become_challenges() {
    for (jwk, compact, algorithm, payload) in EXAMPLES {
        let keys = if jwk.is_empty() { set(&[&rsa("")]) } else { set(&[jwk]) };
        let challenge = challenge(compact, &keys).unwrap();
        assert_eq!(challenge.algorithm(), algorithm);
        assert_eq!(challenge.key().index(), 0);
        let (input, signature) = compact.rsplit_once('.').unwrap();
        assert_eq!(challenge.signing_input(), input);
        assert_eq!(crate::base64url::encode(challenge.signature()), signature);
        let verified = challenge.conclude(true).unwrap();
        assert_eq!(verified.payload(), payload.as_bytes());
        assert_eq!(verified.algorithm(), algorithm);
    }
}

#[test]
fn the_unsecured_example_of_rfc_7515_appendix_a_5_is_refused() {
    let compact = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";
    assert_eq!(refusal(compact, &ALL_KEYS), Some(Rejection::AlgorithmUnsupported));
}

#[test]
fn a_signature_that_is_not_genuine_yields_nothing() {
    for (jwk, compact, ..) in EXAMPLES.into_iter().filter(|example| !example.0.is_empty()) {
        let keys = set(&[jwk]);
        assert_eq!(challenge(compact, &keys).unwrap().conclude(false).err(), Some(Rejection::Signature));
    }
}

#[test]
fn the_payload_may_be_any_bytes_and_none() {
    let keys = set(&[EC_A3]);
    for payload in [&b""[..], b"\0", b"\xff\xfe", b"{", b"a.b"] {
        let compact = token(r#"{"alg":"ES256"}"#, payload, 64);
        let verified = challenge(&compact, &keys).unwrap().conclude(true).unwrap();
        assert_eq!(verified.into_payload(), payload);
    }
}

#[test]
fn form_three_parts_of_canonical_base64url() {
    let keys = set(&[EC_A3]);
    let good = token(r#"{"alg":"ES256"}"#, b"abcd", 64);
    assert_eq!(refusal(&good, &keys), None);
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("parts") };
    for (compact, expected) in [
        (String::new(), Rejection::Form),
        (".".into(), Rejection::Form),
        (header.into(), Rejection::Form),
        (format!("{header}.{payload}"), Rejection::Form),
        (format!("{good}."), Rejection::Form),
        (format!(".{good}"), Rejection::Form),
        (format!("{good}.x"), Rejection::Form),
        (format!("{header}.{payload}.a.b.{signature}"), Rejection::Form),
        ("..".into(), Rejection::Header),
        (format!(".{payload}.{signature}"), Rejection::Header),
        (format!("{header}.{payload}."), Rejection::SignatureLength),
        (format!(" {good}"), Rejection::Encoding),
        (format!("{good} "), Rejection::Encoding),
        (format!("{good}\n"), Rejection::Encoding),
        (format!("{good}\0"), Rejection::Encoding),
        (format!("Bearer {good}"), Rejection::Encoding),
        (format!("{header}=.{payload}.{signature}"), Rejection::Encoding),
        (format!("{header}.{payload}==.{signature}"), Rejection::Encoding),
        (format!("{header}.{payload}.{signature}=="), Rejection::Encoding),
        (format!("{header}. {payload}.{signature}"), Rejection::Encoding),
        (format!("{header}.{payload}.\t{signature}"), Rejection::Encoding),
        (format!("{header}.{payload}?.{signature}"), Rejection::Encoding),
        (format!("{header}.YWJjZB.{signature}"), Rejection::Encoding),
        (format!("{header}.YWJjZ.{signature}"), Rejection::Encoding),
        (format!("{header}.{payload}.{}", signature.replace('A', "+")), Rejection::Encoding),
        (format!("{header}.{payload}.ÄÄÄÄ"), Rejection::Encoding),
        (
            format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#),
            Rejection::Form,
        ),
    ] {
        assert_eq!(refusal(&compact, &keys), Some(expected), "{compact:?}");
    }
    // The last letter of a signature of 64 bytes holds four bits that must be zero.
    assert!(good.ends_with("Pw"));
    let altered = format!("{}x", good.strip_suffix('w').unwrap());
    assert_eq!(refusal(&altered, &keys), Some(Rejection::Encoding));
}

#[test]
fn form_at_most_128_kib() {
    let keys = set(&[EC_A3]);
    let envelope = token(r#"{"alg":"ES256"}"#, b"", 64).len();
    let most = (MAX_BYTES - envelope) / 4 * 3;
    let compact = token(r#"{"alg":"ES256"}"#, &Vec::from_iter((0..most).map(|at| at as u8)), 64);
    assert!(compact.len() > MAX_BYTES - 4);
    assert_eq!(refusal(&compact, &keys), None);
    assert_eq!(refusal(&"x".repeat(MAX_BYTES + 1), &keys), Some(Rejection::TooLarge));
    assert_eq!(Rejection::TooLarge.code(), "INPUT_TOO_LARGE");
}

#[test]
fn json_the_header_is_a_strict_object() {
    let keys = set(&[EC_A3]);
    for header in [
        "",
        "null",
        "[]",
        "\"ES256\"",
        "[{\"alg\":\"ES256\"}]",
        "\u{feff}{\"alg\":\"ES256\"}",
        "{\"alg\":\"ES256\",\"alg\":\"ES256\"}",
        "{\"alg\":\"ES256\",\"\\u0061lg\":\"none\"}",
        "{\"alg\":\"ES256\",\"x\":{\"a\":1,\"a\":1}}",
        "{\"alg\":\"ES256\",}",
        "{\"alg\":\"ES256\"} {}",
        "{\"alg\":\"ES256\"}\0",
        "{'alg':'ES256'}",
        "{\"alg\":\"ES256\"",
        "{\"alg\":\"ES256\",\"x\":01}",
        "{\"alg\":\"ES256\",\"x\":NaN}",
        "{\"alg\":\"ES256\",\"x\":\"\\ud800\"}",
        "{\"alg\":\"ES256\" /* x */}",
    ] {
        assert_eq!(refusal(&token(header, b"", 64), &keys), Some(Rejection::Header), "{header}");
    }
    let deep = format!("{{\"alg\":\"ES256\",\"x\":{}{}}}", "[".repeat(64), "]".repeat(64));
    assert_eq!(refusal(&token(&deep, b"", 64), &keys), Some(Rejection::Header));
    for header in [
        " { \"alg\" :\r\n\t\"ES256\" } ",
        "{\"\\u0061lg\":\"\\u0045S256\"}",
        "{\"alg\":\"ES256\",\"unknown\":[1,{}],\"x5t\":7}",
    ] {
        assert_eq!(refusal(&token(header, b"", 64), &keys), None, "{header}");
    }
    let invalid_utf_8 = format!(
        "{}..{}",
        crate::base64url::encode(b"{\"alg\":\"ES256\",\"x\":\"\xff\"}"),
        crate::base64url::encode(&[0; 64])
    );
    assert_eq!(refusal(&invalid_utf_8, &keys), Some(Rejection::Header));
}

#[test]
fn header_members_of_the_wrong_type_are_refused() {
    let keys = set(&[&with(EC_A3, r#","kid":"1""#)]);
    for header in [
        "{}",
        r#"{"ALG":"ES256"}"#,
        r#"{"alg":null}"#,
        r#"{"alg":["ES256"]}"#,
        r#"{"alg":{"name":"ES256"}}"#,
        r#"{"alg":256}"#,
        r#"{"alg":"ES256","kid":1}"#,
        r#"{"alg":"ES256","kid":null}"#,
        r#"{"alg":"ES256","kid":["1"]}"#,
        r#"{"alg":"ES256","typ":7}"#,
        r#"{"alg":"ES256","typ":null}"#,
        r#"{"alg":"ES256","cty":[]}"#,
    ] {
        assert_eq!(refusal(&token(header, b"", 64), &keys), Some(Rejection::HeaderMember), "{header}");
    }
}

#[test]
fn alg_none_and_unknown_names_are_never_served() {
    for name in
        ["none", "None", "NONE", "nOnE", "", "es256", "ES256 ", "ES256K", "ES521", "HS1", "RSA-OAEP", "Ed448"]
    {
        for length in [0, 32, 64, 256] {
            let compact = token(&format!(r#"{{"alg":"{name}"}}"#), b"{}", length);
            assert_eq!(refusal(&compact, &ALL_KEYS), Some(Rejection::AlgorithmUnsupported), "{name}");
        }
    }
}

#[test]
fn alg_comes_from_the_key_and_the_header_must_agree() {
    let keys = set(&[&rsa(r#","alg":"RS256","kid":"r""#), &with(EC_A3, r#","kid":"e""#)]);
    let try_alg = |alg: &str, kid: &str, length| {
        refusal(&token(&format!(r#"{{"alg":"{alg}","kid":"{kid}"}}"#), b"", length), &keys)
    };
    assert_eq!(try_alg("RS256", "r", 256), None);
    assert_eq!(try_alg("ES256", "e", 64), None);
    for (alg, kid, length) in [
        ("RS384", "r", 256),
        ("PS256", "r", 256),
        ("HS256", "r", 32),
        ("ES256", "r", 64),
        ("HS256", "e", 32),
        ("ES384", "e", 96),
        ("RS256", "e", 256),
        ("EdDSA", "e", 64),
    ] {
        assert_eq!(try_alg(alg, kid, length), Some(Rejection::KeyMismatch), "{alg} {kid}");
    }
}

#[test]
fn alg_ed25519_is_eddsa_under_its_new_name() {
    for key in [OKP_8037, &with(OKP_8037, r#","alg":"EdDSA""#), &with(OKP_8037, r#","alg":"Ed25519""#)] {
        let keys = set(&[key]);
        for alg in ["EdDSA", "Ed25519"] {
            let compact = token(&format!(r#"{{"alg":"{alg}"}}"#), b"", 64);
            assert_eq!(challenge(&compact, &keys).unwrap().algorithm(), Algorithm::EdDsa);
        }
    }
}

#[test]
fn kid_selects_among_keys_and_an_unknown_one_asks_for_fresh_keys() {
    let keys = set(&[&with(EC_A3, r#","kid":"1""#), &with(EC_A3, r#","kid":"2""#)]);
    let header = |kid: &str| token(&format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#), b"", 64);
    let compact = header("2");
    assert_eq!(challenge(&compact, &keys).unwrap().key().index(), 1);
    let unknown = refusal(&header("3"), &keys).unwrap();
    assert_eq!(unknown, Rejection::KidUnknown);
    assert!(unknown.may_need_fresh_keys());
    assert_eq!(unknown.detail(), "kid_unknown");
    let none = refusal(&token(r#"{"alg":"ES256"}"#, b"", 64), &keys).unwrap();
    assert_eq!(none, Rejection::KeyAmbiguous);
    assert!(!none.may_need_fresh_keys());
}

#[test]
fn keys_in_the_header_are_no_source_of_keys() {
    let keys = set(&[EC_A3]);
    for member in [
        format!(r#""jwk":{EC_P384}"#),
        format!(r#""jwk":{OCT_A1}"#),
        r#""jku":"https://attacker.test/keys""#.into(),
        r#""x5u":"https://attacker.test/cert""#.into(),
        r#""x5c":["AA=="]"#.into(),
        r#""jwk":7,"jku":null,"x5c":{}"#.into(),
    ] {
        let compact = token(&format!(r#"{{"alg":"ES256",{member}}}"#), b"", 64);
        assert_eq!(challenge(&compact, &keys).unwrap().key(), &keys.keys()[0], "{member}");
        let other = token(&format!(r#"{{"alg":"ES384",{member}}}"#), b"", 96);
        assert_eq!(refusal(&other, &keys), Some(Rejection::KeyMismatch), "{member}");
    }
}

#[test]
fn crit_b64_and_zip_are_refused_whatever_they_hold() {
    let keys = set(&[EC_A3]);
    for member in [
        r#""crit":["exp"],"exp":1"#,
        r#""crit":["b64"],"b64":false"#,
        r#""crit":[]"#,
        r#""crit":null"#,
        r#""crit":"exp""#,
        r#""b64":false"#,
        r#""b64":true"#,
        r#""zip":"DEF""#,
        r#""zip":null"#,
        r#""\u0063rit":["exp"]"#,
    ] {
        let compact = token(&format!(r#"{{"alg":"ES256",{member}}}"#), b"", 64);
        assert_eq!(refusal(&compact, &keys), Some(Rejection::Extension), "{member}");
    }
}

#[test]
fn signatures_have_the_length_that_their_key_gives_them() {
    let keys = &*ALL_KEYS;
    for (alg, length) in [
        ("HS256", 32),
        ("HS384", 48),
        ("HS512", 64),
        ("RS256", 256),
        ("PS512", 256),
        ("ES256", 64),
        ("ES384", 96),
        ("ES512", 132),
        ("EdDSA", 64),
    ] {
        let header = format!(r#"{{"alg":"{alg}"}}"#);
        assert_eq!(refusal(&token(&header, b"", length), keys), None, "{alg}");
        // 70 to 72 and 139 are lengths of the DER form that X.509 uses.
        for other in [0, 1, length - 1, length + 1, length / 2, length * 2, 70, 71, 72, 139, 1024] {
            if other != length {
                let refused = refusal(&token(&header, b"", other), keys);
                assert_eq!(refused, Some(Rejection::SignatureLength), "{alg} {other}");
            }
        }
    }
}

#[test]
fn debug_shows_nothing_of_the_token() {
    let keys = set(&[EC_A3]);
    let compact = token(r#"{"alg":"ES256","x":"in the header"}"#, b"in the payload", 64);
    let challenge = challenge(&compact, &keys).unwrap();
    let mut shown = format!("{challenge:?}");
    shown += &format!("{:?}", challenge.conclude(true).unwrap());
    for part in compact.split('.').chain(["header", "payload"]) {
        assert!(!shown.contains(part), "{shown}");
    }
    assert!(!shown.contains('['), "{shown}");
}

proptest! {
    #[test]
    fn any_text_is_refused_or_becomes_a_challenge(text in ".*") {
        let _ = challenge(&text, &ALL_KEYS);
    }

    #[test]
    fn any_header_and_payload_are_refused_or_become_a_challenge(
        header in "\\{\"alg\":\"(ES256|HS256|RS256|none)\"(,\"(kid|crit|typ|jwk|alg)\":(\"x\"|1|\\{\\}))?\\}",
        payload: Vec<u8>,
        length in prop::sample::select(alloc::vec![0_usize, 32, 64, 256]),
    ) {
        let compact = token(&header, &payload, length);
        if let Ok(challenge) = challenge(&compact, &ALL_KEYS) {
            prop_assert!(challenge.key().algorithms().contains(challenge.algorithm()));
            let verified = challenge.conclude(true).unwrap();
            prop_assert_eq!(verified.payload(), &payload[..]);
        }
    }

    /// No two spellings of a token are both good: whoever alters a letter makes another token.
    #[test]
    fn a_changed_letter_changes_what_is_signed_or_the_signature(
        at: prop::sample::Index, letter in "[A-Za-z0-9_-]",
    ) {
        let keys = set(&[EC_A3]);
        let good = token(r#"{"alg":"ES256"}"#, b"payload", 64);
        let at = at.index(good.len());
        let changed = format!("{}{letter}{}", &good[..at], &good[at + 1..]);
        prop_assume!(changed != good);
        if let Ok(other) = challenge(&changed, &keys) {
            let good = challenge(&good, &keys).unwrap();
            prop_assert!(
                other.signing_input() != good.signing_input() || other.signature() != good.signature()
            );
        }
    }
}
