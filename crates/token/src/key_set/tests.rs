use super::{KeySet, MAX_KEY_SET_BYTES};
use crate::{
    Algorithm, ConfigurationError, Key, KeyMaterial, KeyProblem, Rejection, base64url,
    json::JsonErrorKind,
    testing::{EC_A3, EC_A4, EC_P384, MODULUS_A2, OCT_A1, OKP_8037, document, rsa, set, with},
};
use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use proptest::prelude::*;

/// What is wrong with a key that stands alone.
fn problem(jwk: &str) -> KeyProblem {
    match KeySet::parse(jwk.as_bytes()) {
        Err(ConfigurationError::NoUsableKey(warnings)) if warnings.len() == 1 => warnings[0].problem,
        other => panic!("{jwk}: {other:?}"),
    }
}

fn names(key: &Key) -> Vec<&'static str> {
    key.algorithms().iter().map(Algorithm::name).collect()
}

fn algorithms(jwk: &str) -> Vec<&'static str> {
    let keys = KeySet::parse(jwk.as_bytes()).expect(jwk);
    assert!(keys.warnings().is_empty(), "{jwk}");
    names(&keys.keys()[0])
}

fn oct(length: usize, members: &str) -> String {
    format!(r#"{{"kty":"oct","k":"{}"{members}}}"#, base64url::encode(&vec![7; length]))
}

fn rsa_of(modulus: &[u8], exponent: &[u8]) -> String {
    let (n, e) = (base64url::encode(modulus), base64url::encode(exponent));
    format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#)
}

/// An odd modulus of so many bits. Whether it has two prime factors is nobody's business here.
fn modulus(bits: usize) -> Vec<u8> {
    let mut bytes = vec![0xa5; bits.div_ceil(8)];
    bytes[0] = match bits % 8 {
        0 => 0xa5,
        odd_bits => 1 << (odd_bits - 1),
    };
    bytes
}

#[test]
fn the_example_keys_of_the_rfcs_serve_what_their_type_serves() {
    for (jwk, expected) in [
        (OCT_A1, &["HS256", "HS384", "HS512"][..]),
        (&rsa(""), &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]),
        (EC_A3, &["ES256"]),
        (EC_P384, &["ES384"]),
        (EC_A4, &["ES512"]),
        (OKP_8037, &["EdDSA"]),
    ] {
        assert_eq!(algorithms(jwk), expected, "{jwk}");
    }
}

#[test]
fn the_public_set_of_rfc_7517_appendix_a_1_leaves_out_the_encryption_key() {
    let ec = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}"#;
    let rsa = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#;
    let keys = set(&[ec, rsa]);
    let [warning] = keys.warnings() else { panic!("one warning") };
    assert_eq!((warning.index, warning.kid.as_deref(), warning.problem), (0, Some("1"), KeyProblem::Use));
    let [key] = keys.keys() else { panic!("one key") };
    assert_eq!((key.index(), key.kid(), names(key)), (1, Some("2011-04-29"), vec!["RS256"]));
}

#[test]
fn a_key_carries_its_decoded_material() {
    let keys = set(&[&rsa(r#","kid":"r""#), &with(EC_A3, r#","kid":"e""#), &with(OKP_8037, r#","kid":"o""#)]);
    let KeyMaterial::Rsa { modulus, exponent } = keys.keys()[0].material() else { panic!("RSA") };
    assert_eq!((base64url::encode(modulus), &exponent[..]), (MODULUS_A2.to_owned(), &[1, 0, 1][..]));
    let KeyMaterial::Ec { x, y, .. } = keys.keys()[1].material() else { panic!("EC") };
    assert!(EC_A3.contains(&base64url::encode(x)) && EC_A3.contains(&base64url::encode(y)));
    assert_eq!(keys.keys()[1].material().kind(), ("EC", Some("P-256")));
    let KeyMaterial::Ed25519(x) = keys.keys()[2].material() else { panic!("OKP") };
    assert!(OKP_8037.contains(&base64url::encode(x)));
}

#[test]
fn the_alg_of_a_key_narrows_what_it_serves() {
    assert_eq!(algorithms(&rsa(r#","alg":"PS384""#)), ["PS384"]);
    assert_eq!(algorithms(&with(EC_A3, r#","alg":"ES256""#)), ["ES256"]);
    assert_eq!(algorithms(&with(OKP_8037, r#","alg":"EdDSA""#)), ["EdDSA"]);
    assert_eq!(algorithms(&with(OKP_8037, r#","alg":"Ed25519""#)), ["EdDSA"]);
    for (jwk, alg, expected) in [
        (rsa(""), "RSA-OAEP", KeyProblem::AlgorithmUnknown),
        (rsa(""), "none", KeyProblem::AlgorithmUnknown),
        (rsa(""), "rs256", KeyProblem::AlgorithmUnknown),
        (rsa(""), "HS256", KeyProblem::AlgorithmMismatch),
        (rsa(""), "ES256", KeyProblem::AlgorithmMismatch),
        (EC_A3.to_owned(), "ES384", KeyProblem::AlgorithmMismatch),
        (EC_A3.to_owned(), "HS256", KeyProblem::AlgorithmMismatch),
        (EC_A3.to_owned(), "ECDH-ES", KeyProblem::AlgorithmUnknown),
        (OCT_A1.to_owned(), "RS256", KeyProblem::AlgorithmMismatch),
        (OCT_A1.to_owned(), "A256GCM", KeyProblem::AlgorithmUnknown),
        (OKP_8037.to_owned(), "ES256", KeyProblem::AlgorithmMismatch),
    ] {
        assert_eq!(problem(&with(&jwk, &format!(r#","alg":"{alg}""#))), expected, "{alg}");
    }
}

#[test]
fn use_and_key_ops_are_honoured() {
    for members in [
        r#","use":"sig""#,
        r#","key_ops":["verify"]"#,
        r#","key_ops":["sign","verify"]"#,
        r#","use":"sig","key_ops":["verify","sign"]"#,
        r#","key_ops":["verify","deriveKey"]"#,
        r#","ext":true,"x5t":"ignored","x5c":7,"d":42"#,
    ] {
        assert_eq!(algorithms(&with(EC_A3, members)), ["ES256"], "{members}");
    }
    for (members, expected) in [
        (r#","use":"enc""#, KeyProblem::Use),
        (r#","use":"SIG""#, KeyProblem::Use),
        (r#","use":"""#, KeyProblem::Use),
        (r#","use":"tls""#, KeyProblem::Use),
        (r#","use":1"#, KeyProblem::Member("use")),
        (r#","use":null"#, KeyProblem::Member("use")),
        (r#","use":["sig"]"#, KeyProblem::Member("use")),
        (r#","key_ops":[]"#, KeyProblem::Operations),
        (r#","key_ops":["sign"]"#, KeyProblem::Operations),
        (r#","key_ops":["encrypt","decrypt"]"#, KeyProblem::Operations),
        (r#","key_ops":["Verify"]"#, KeyProblem::Operations),
        (r#","key_ops":["verify","verify"]"#, KeyProblem::Operations),
        (r#","use":"sig","key_ops":["verify","encrypt"]"#, KeyProblem::Operations),
        (r#","use":"enc","key_ops":["verify"]"#, KeyProblem::Use),
        (r#","key_ops":"verify""#, KeyProblem::Member("key_ops")),
        (r#","key_ops":["verify",1]"#, KeyProblem::Member("key_ops")),
        (r#","key_ops":{"verify":true}"#, KeyProblem::Member("key_ops")),
        (r#","key_ops":null"#, KeyProblem::Member("key_ops")),
    ] {
        assert_eq!(problem(&with(EC_A3, members)), expected, "{members}");
    }
}

#[test]
fn wrong_types_and_encodings_make_a_key_unusable() {
    let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    let ec = |x: &str, y: &str| format!(r#"{{"kty":"EC","crv":"P-256","x":{x},"y":{y}}}"#);
    let quoted = |text: &str| format!("\"{text}\"");
    for (jwk, expected) in [
        (r#"{"kty":1}"#.to_owned(), KeyProblem::Member("kty")),
        (r#"{"kty":null}"#.to_owned(), KeyProblem::Member("kty")),
        (r#"{"kty":"rsa"}"#.to_owned(), KeyProblem::KeyTypeUnknown),
        (r#"{"kty":"AKP","alg":"EdDSA"}"#.to_owned(), KeyProblem::KeyTypeUnknown),
        (rsa(r#","kid":7"#), KeyProblem::Member("kid")),
        (rsa(r#","kid":null"#), KeyProblem::Member("kid")),
        (rsa(r#","alg":["RS256"]"#), KeyProblem::Member("alg")),
        (format!(r#"{{"kty":"RSA","n":"{MODULUS_A2}"}}"#), KeyProblem::Member("e")),
        (format!(r#"{{"kty":"RSA","n":"{MODULUS_A2}","e":65537}}"#), KeyProblem::Member("e")),
        (format!(r#"{{"kty":"RSA","n":"{MODULUS_A2}==","e":"AQAB"}}"#), KeyProblem::Member("n")),
        (r#"{"kty":"RSA","e":"AQAB"}"#.to_owned(), KeyProblem::Member("n")),
        (r#"{"kty":"oct"}"#.to_owned(), KeyProblem::Member("k")),
        (r#"{"kty":"oct","k":[1,2]}"#.to_owned(), KeyProblem::Member("k")),
        (ec("null", &quoted(y)), KeyProblem::Member("x")),
        (ec(&quoted(&x.replace('-', "+")), &quoted(&format!("{y}="))), KeyProblem::Member("y")),
        (ec(&quoted(&format!("AA{x}")), &quoted(y)), KeyProblem::Member("x")),
        (ec(&quoted(&base64url::encode(&[1; 31])), &quoted(y)), KeyProblem::Member("x")),
        (ec(&quoted(&base64url::encode(&[1; 33])), &quoted(y)), KeyProblem::Member("x")),
        (ec(&quoted(""), &quoted("")), KeyProblem::Member("x")),
        (EC_A3.replace(r#""crv":"P-256","#, ""), KeyProblem::Member("crv")),
        (EC_A3.replace("P-256", "P-384"), KeyProblem::Member("x")),
        (EC_A3.replace("P-256", "secp256k1"), KeyProblem::CurveUnknown),
        (EC_A3.replace("P-256", "Ed25519"), KeyProblem::CurveUnknown),
        (EC_A3.replace("EC", "OKP"), KeyProblem::CurveUnknown),
        (OKP_8037.replace("Ed25519", "X25519"), KeyProblem::CurveUnknown),
        (OKP_8037.replace("Ed25519", "Ed448"), KeyProblem::CurveUnknown),
        (OKP_8037.replace("OKP", "EC"), KeyProblem::CurveUnknown),
        (OKP_8037.replace("11qY", ""), KeyProblem::Member("x")),
        (EC_A3.replace("EC", "RSA"), KeyProblem::Member("n")),
        (EC_A3.replace(r#""y":"#, r#""y":"AA","y":"#), KeyProblem::RepeatedName),
        (rsa(r#","extra":{"a":1,"a":2}"#), KeyProblem::RepeatedName),
    ] {
        assert_eq!(problem(&jwk), expected, "{jwk}");
    }
}

#[test]
fn rsa_moduli_are_odd_and_have_2048_to_8192_bits() {
    for bits in [2048, 2049, 2056, 3072, 4096, 8192] {
        assert_eq!(algorithms(&rsa_of(&modulus(bits), &[1, 0, 1])).len(), 6, "{bits}");
    }
    for bits in [512, 1024, 2040, 2047] {
        assert_eq!(problem(&rsa_of(&modulus(bits), &[1, 0, 1])), KeyProblem::RsaTooShort, "{bits}");
    }
    for bits in [8193, 16384] {
        assert_eq!(problem(&rsa_of(&modulus(bits), &[1, 0, 1])), KeyProblem::RsaTooLong, "{bits}");
    }
    let mut even = modulus(2048);
    even[255] = 0xa4;
    assert_eq!(problem(&rsa_of(&even, &[1, 0, 1])), KeyProblem::RsaModulusWeak);
    assert_eq!(problem(&rsa_of(&[], &[1, 0, 1])), KeyProblem::RsaTooShort);
    assert_eq!(problem(&rsa_of(&[0; 300], &[1, 0, 1])), KeyProblem::RsaTooShort);
}

#[test]
fn rsa_exponents_are_odd_and_have_2_to_33_bits() {
    for exponent in [&[3][..], &[17], &[1, 0, 1], &[0xff; 4], &[1, 0xff, 0xff, 0xff, 0xff]] {
        assert_eq!(algorithms(&rsa_of(&modulus(2048), exponent)).len(), 6, "{exponent:?}");
    }
    for exponent in [&[][..], &[0], &[1], &[0, 1], &[2], &[1, 0, 0], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 1]] {
        assert_eq!(problem(&rsa_of(&modulus(2048), exponent)), KeyProblem::RsaExponent, "{exponent:?}");
    }
}

#[test]
fn a_zero_before_an_rsa_number_does_not_change_it() {
    let padded = [&[0][..], &modulus(2048)].concat();
    let keys = KeySet::parse(rsa_of(&padded, &[0, 1, 0, 1]).as_bytes()).unwrap();
    let KeyMaterial::Rsa { modulus: read, exponent } = keys.keys()[0].material() else { panic!("RSA") };
    assert_eq!((read, &exponent[..]), (&modulus(2048), &[1, 0, 1][..]));
    // Nor does it make a short key long.
    let padded = [&[0; 128][..], &modulus(1024)].concat();
    assert_eq!(problem(&rsa_of(&padded, &[1, 0, 1])), KeyProblem::RsaTooShort);
}

/// Powers of 65537 modulo every small prime, which no sound generator produces.
#[test]
fn an_rsa_modulus_of_the_roca_generator_is_refused() {
    let mut power = vec![1_u8, 0, 1];
    while power.len() < 256 {
        // Times 65537: shifted by two bytes, plus itself.
        let mut next = vec![0; power.len() + 2];
        let mut carry = 0;
        for place in 0..next.len() {
            let from_end =
                |bytes: &[u8], place: usize| bytes.len().checked_sub(place + 1).map_or(0, |at| bytes[at]);
            let shifted = place.checked_sub(2).map_or(0, |place| from_end(&power, place));
            let sum = u16::from(from_end(&power, place)) + u16::from(shifted) + carry;
            let at = next.len() - 1 - place;
            next[at] = sum as u8;
            carry = sum >> 8;
        }
        power = next;
    }
    assert_eq!(problem(&rsa_of(&power, &[1, 0, 1])), KeyProblem::RsaModulusWeak);
}

#[test]
fn an_hmac_secret_serves_only_hashes_that_are_not_longer() {
    assert_eq!(algorithms(&oct(32, "")), ["HS256"]);
    assert_eq!(algorithms(&oct(47, "")), ["HS256"]);
    assert_eq!(algorithms(&oct(48, "")), ["HS256", "HS384"]);
    assert_eq!(algorithms(&oct(64, "")), ["HS256", "HS384", "HS512"]);
    assert_eq!(algorithms(&oct(65, r#","alg":"HS256""#)), ["HS256"]);
    for (length, members) in [
        (0, ""),
        (16, ""),
        (31, ""),
        (31, r#","alg":"HS256""#),
        (47, r#","alg":"HS384""#),
        (63, r#","alg":"HS512""#),
        (0, r#","alg":"HS256""#),
    ] {
        assert_eq!(problem(&oct(length, members)), KeyProblem::SecretTooShort, "{length} {members}");
    }
}

#[test]
fn points_off_the_curve_and_of_small_order_are_refused() {
    for jwk in [EC_A3, EC_P384, EC_A4] {
        // The last letter but one holds whole bits of y only.
        let (head, tail) = jwk.split_at(jwk.len() - 4);
        let other = if tail.starts_with('A') { 'B' } else { 'A' };
        let moved = format!("{head}{other}{}", &tail[1..]);
        assert_eq!(problem(&moved), KeyProblem::PointInvalid, "{moved}");
    }
    let okp = |x: [u8; 32]| format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, base64url::encode(&x));
    assert_eq!(problem(&okp([0; 32])), KeyProblem::PointWeak);
    assert_eq!(problem(&okp([0xff; 32])), KeyProblem::PointInvalid);
}

#[test]
fn a_bad_key_never_sinks_the_set() {
    let bad = ["7", "null", "[]", "{}", r#"{"kty":"RSA"}"#, r#"{"kty":"oct","k":"AA","k":"AA"}"#, "\"x\""];
    let good = with(EC_A3, r#","kid":"good""#);
    let mut keys = Vec::from(bad);
    keys.insert(3, &good);
    let keys = set(&keys);
    assert_eq!(keys.keys().len(), 1);
    assert_eq!((keys.keys()[0].index(), keys.keys()[0].kid()), (3, Some("good")));
    let indexes: Vec<usize> = keys.warnings().iter().map(|warning| warning.index).collect();
    assert_eq!(indexes, [0, 1, 2, 4, 5, 6, 7]);
}

#[test]
fn a_warning_names_the_kid_but_no_key_material() {
    let keys = set(&[EC_A3, &oct(5, r#","kid":"a short one""#)]);
    let [warning] = keys.warnings() else { panic!("one warning") };
    assert_eq!((warning.index, warning.kid.as_deref()), (1, Some("a short one")));
    assert_eq!(warning.to_string(), "key 1: the secret is shorter than the hash");
    assert_eq!(warning.problem.code(), "secret_too_short");
}

#[test]
fn documents_of_another_form_are_refused() {
    for text in ["[]", "null", "{}", r#"{"keys":{}}"#, r#"{"keys":null}"#, r#"{"Keys":[]}"#, "\"x\""] {
        assert_eq!(KeySet::parse(text.as_bytes()), Err(ConfigurationError::KeySetForm), "{text}");
    }
    let twice = format!(r#"{{"keys":[{EC_A3}],"keys":[{EC_A4}]}}"#);
    assert_eq!(KeySet::parse(twice.as_bytes()), Err(ConfigurationError::KeySetForm));
    for (text, kind) in [
        (&b""[..], JsonErrorKind::UnexpectedEnd),
        (b"\xef\xbb\xbf{\"keys\":[]}", JsonErrorKind::ByteOrderMark),
        (b"{\"keys\":[]}x", JsonErrorKind::TrailingData),
        (b"\xff", JsonErrorKind::Utf8),
    ] {
        match KeySet::parse(text) {
            Err(ConfigurationError::KeySetJson(error)) => assert_eq!(error.kind(), kind),
            other => panic!("{other:?}"),
        }
    }
    let large = format!("{}{}", document(&[EC_A3]), " ".repeat(MAX_KEY_SET_BYTES));
    assert_eq!(KeySet::parse(large.as_bytes()), Err(ConfigurationError::KeySetTooLarge));
    assert_eq!(KeySet::parse(&large.as_bytes()[..MAX_KEY_SET_BYTES]).unwrap().keys().len(), 1);
}

#[test]
fn a_set_without_a_usable_key_is_a_configuration_error() {
    for keys in [&[][..], &[r#"{"kty":"RSA"}"#], &[OKP_8037, OKP_8037]] {
        let error = KeySet::parse(document(keys).as_bytes()).unwrap_err();
        assert!(matches!(&error, ConfigurationError::NoUsableKey(warnings) if warnings.len() == keys.len()));
        assert_eq!(error.code(), "no_usable_key");
    }
}

#[test]
fn unknown_members_of_a_set_are_ignored() {
    let text = format!(r#"{{"issuer":{{"a":1}},"keys":[{EC_A3}],"kty":"ignored"}}"#);
    assert_eq!(KeySet::parse(text.as_bytes()).unwrap().keys().len(), 1);
}

#[test]
fn a_kid_is_matched_exactly_whatever_it_is() {
    let kids = [
        "",
        " ",
        "a b",
        "https://issuer.test/keys/1",
        "../../etc/passwd",
        "A",
        "a",
        "é",
        "e\u{301}",
        "\\u0061",
    ];
    let keys: Vec<String> =
        kids.iter().map(|kid| with(EC_A3, &format!(r#","kid":{}"#, serde_json::Value::from(*kid)))).collect();
    let keys = set(&keys.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(keys.warnings().is_empty());
    for (index, kid) in kids.iter().enumerate() {
        assert_eq!(keys.pick(Some(kid), Algorithm::Es256).map(Key::index), Ok(index), "{kid:?}");
    }
    for kid in ["A ", "a  b", "https://issuer.test/keys/1/", "0"] {
        assert_eq!(keys.pick(Some(kid), Algorithm::Es256).err(), Some(Rejection::KidUnknown), "{kid:?}");
    }
}

#[test]
fn a_kid_never_means_a_key_without_one() {
    assert_eq!(set(&[EC_A3]).pick(Some("x"), Algorithm::Es256).err(), Some(Rejection::KidUnknown));
}

#[test]
fn of_several_keys_with_one_kid_the_one_that_fits_is_taken() {
    let kid = r#","kid":"k""#;
    let keys = set(&[&rsa(kid), &with(EC_A3, kid), &with(OKP_8037, kid), &with(OCT_A1, kid)]);
    assert!(keys.warnings().is_empty());
    for (algorithm, index) in [
        (Algorithm::Rs256, 0),
        (Algorithm::Ps512, 0),
        (Algorithm::Es256, 1),
        (Algorithm::EdDsa, 2),
        (Algorithm::Hs384, 3),
    ] {
        assert_eq!(keys.pick(Some("k"), algorithm).map(Key::index), Ok(index));
    }
    assert_eq!(keys.pick(Some("k"), Algorithm::Es384).err(), Some(Rejection::KeyMismatch));
}

#[test]
fn a_clash_is_refused_and_reported_while_the_others_work() {
    let keys = set(&[
        &rsa(r#","kid":"k","alg":"RS256""#),
        &rsa_of(&modulus(2048), &[3]).replace('}', r#","kid":"k"}"#),
        &with(EC_A3, r#","kid":"other""#),
        &with(EC_P384, r#","kid":"k""#),
    ]);
    let clashes: Vec<_> = keys.warnings().iter().map(|warning| (warning.index, warning.problem)).collect();
    assert_eq!(clashes, [(0, KeyProblem::Clash), (1, KeyProblem::Clash)]);
    assert_eq!(keys.pick(Some("k"), Algorithm::Rs256).err(), Some(Rejection::KeyAmbiguous));
    // Only one of the two serves PS256.
    assert_eq!(keys.pick(Some("k"), Algorithm::Ps256).map(Key::index), Ok(1));
    assert_eq!(keys.pick(Some("k"), Algorithm::Es384).map(Key::index), Ok(3));
    assert_eq!(keys.pick(Some("other"), Algorithm::Es256).map(Key::index), Ok(2));
}

#[test]
fn one_rsa_key_without_alg_serves_rs_and_ps_and_two_with_alg_share_a_kid() {
    let one = set(&[&rsa("")]);
    assert!(one.pick(None, Algorithm::Rs256).is_ok() && one.pick(None, Algorithm::Ps256).is_ok());
    let two = set(&[&rsa(r#","kid":"k","alg":"RS256""#), &rsa(r#","kid":"k","alg":"PS256""#)]);
    assert!(two.warnings().is_empty());
    assert_eq!(two.pick(Some("k"), Algorithm::Rs256).map(Key::index), Ok(0));
    assert_eq!(two.pick(Some("k"), Algorithm::Ps256).map(Key::index), Ok(1));
    assert_eq!(two.pick(Some("k"), Algorithm::Rs384).err(), Some(Rejection::KeyMismatch));
}

#[test]
fn without_a_kid_exactly_one_key_must_fit() {
    let keys = set(&[&rsa(r#","kid":"1""#), &with(EC_A3, r#","kid":"2""#), &with(EC_A3, r#","kid":"3""#)]);
    assert_eq!(keys.pick(None, Algorithm::Rs256).map(Key::index), Ok(0));
    assert_eq!(keys.pick(None, Algorithm::Es256).err(), Some(Rejection::KeyAmbiguous));
    assert_eq!(keys.pick(None, Algorithm::EdDsa).err(), Some(Rejection::KeyMismatch));
}

#[test]
fn hmac_is_served_by_oct_keys_only() {
    let keys = set(&[&rsa(""), EC_A3, OKP_8037]);
    for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
        assert_eq!(keys.pick(None, algorithm).err(), Some(Rejection::KeyMismatch));
    }
}

#[test]
fn debug_shows_no_key_material() {
    let secret = base64url::encode(&[7; 32]);
    let keys = set(&[&oct(32, r#","kid":"s""#), &rsa(r#","kid":"r""#), &with(EC_A3, r#","kid":"e""#)]);
    let shown = format!("{keys:?} {:?}", keys.keys()[0].material());
    assert!(!shown.contains("7, 7") && !shown.contains(&secret), "{shown}");
    assert!(shown.contains("oct(..)") && shown.contains("EC(P-256..)"), "{shown}");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let _ = KeySet::parse(&bytes);
    }

    #[test]
    fn any_key_with_members_of_the_right_names_is_read_or_reported(
        kty in "RSA|EC|OKP|oct|x", crv in "P-256|P-384|P-521|Ed25519|x",
        bytes in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..70), 5),
        alg in "RS256|ES256|ES512|EdDSA|HS512|x",
    ) {
        let [n, e, x, y, k] = [0, 1, 2, 3, 4].map(|index: usize| base64url::encode(&bytes[index]));
        let jwk = format!(
            r#"{{"kty":"{kty}","crv":"{crv}","n":"{n}","e":"{e}","x":"{x}","y":"{y}","k":"{k}","alg":"{alg}"}}"#
        );
        let keys = KeySet::parse(document(&[&jwk, EC_A3]).as_bytes()).unwrap();
        prop_assert_eq!(keys.keys().len() + keys.warnings().len(), 2);
    }
}
