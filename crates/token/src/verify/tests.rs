use super::challenge;
use crate::{
    IdTokens, KeySet, NumericDate, Rejection, Rules, RulesOptions,
    json::Json,
    testing::{EC_A3, set, token},
};
use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use proptest::prelude::*;

const NOW: i64 = 1_700_000_000;
const HEADER: &str = r#"{"alg":"ES256"}"#;

fn options() -> RulesOptions {
    RulesOptions { algorithms: vec!["ES256".into()], ..RulesOptions::default() }
}

fn rules() -> Rules {
    Rules::new(options()).unwrap()
}

fn keys() -> KeySet {
    set(&[EC_A3])
}

fn at(seconds: i64) -> NumericDate {
    NumericDate::from_seconds(seconds).unwrap()
}

/// The verdict on a genuine token with this header and these claims.
fn judge(header: &str, claims: &str, rules: &Rules, confirmation: Option<&str>) -> Result<(), Rejection> {
    judge_at(header, claims, rules, confirmation, at(NOW))
}

fn judge_at(
    header: &str,
    claims: &str,
    rules: &Rules,
    confirmation: Option<&str>,
    now: NumericDate,
) -> Result<(), Rejection> {
    let (token, keys) = (token(header, claims.as_bytes(), 64), keys());
    challenge(&token, &keys, rules)?.conclude(true, now, confirmation).map(drop)
}

/// The verdict on claims beside a good expiry.
fn claims(members: &str, rules: &Rules) -> Result<(), Rejection> {
    judge(HEADER, &with_expiry(members), rules, None)
}

fn with_expiry(members: &str) -> String {
    let separator = if members.is_empty() { "" } else { "," };
    format!(r#"{{"exp":{}{separator}{members}}}"#, NOW + 60)
}

#[test]
fn a_good_token_shows_its_claims_exactly() {
    let text = r#" {"iss":"joe", "sub":"alice","exp":1700000060.50, "n":1.00, "perm":["a:*","d:x"], "e\u0078tra":{"k":1e2}} "#;
    let (token, keys, rules) = (token(HEADER, text.as_bytes(), 64), keys(), rules());
    let challenge = challenge(&token, &keys, &rules).unwrap();
    assert_eq!(challenge.jws().signing_input(), token.rsplit_once('.').unwrap().0);
    let token = challenge.conclude(true, at(NOW), None).unwrap();
    assert_eq!((token.issuer(), token.subject()), (Some("joe"), Some("alice")));
    assert_eq!(token.expires().nanoseconds(), 1_700_000_060_500_000_000);
    assert_eq!(token.claims_text(), text);
    assert_eq!(token.claim("n").unwrap().to_string(), "1.00");
    assert_eq!(token.claim("perm").and_then(Json::as_array).map(<[_]>::len), Some(2));
    assert_eq!(token.claim("extra").unwrap().to_string(), r#"{"k":1e2}"#);
    assert!(token.claim("Perm").is_none());
    assert_eq!(token.claims().len(), 6);
    assert_eq!((token.key().index(), token.algorithm().name()), (0, "ES256"));
    let shown = format!("{challenge:?} {token:?}");
    assert!(!shown.contains("alice") && !shown.contains("joe"), "{shown}");
}

#[test]
fn nothing_is_said_about_the_claims_of_a_token_that_is_not_genuine() {
    for claims in ["{}", "x", r#"{"exp":1}"#, r#"{"exp":99999999999,"iss":7,"nonce":""}"#, "\u{feff}"] {
        let (token, keys, rules) = (token(HEADER, claims.as_bytes(), 64), keys(), rules());
        let challenge = challenge(&token, &keys, &rules).unwrap();
        assert_eq!(challenge.conclude(false, at(NOW), None).err(), Some(Rejection::Signature), "{claims}");
    }
}

#[test]
fn json_the_claims_are_a_strict_object() {
    for claims in [
        "",
        "null",
        "[]",
        "\"x\"",
        "1700000060",
        "[{\"exp\":1700000060}]",
        "\u{feff}{\"exp\":1700000060}",
        "{\"exp\":1700000060,\"exp\":1700000060}",
        "{\"exp\":1,\"\\u0065xp\":1700000060}",
        "{\"exp\":1700000060,\"x\":[{\"a\":1,\"a\":2}]}",
        "{\"exp\":1700000060,}",
        "{\"exp\":01700000060}",
        "{\"exp\":+1700000060}",
        "{\"exp\":1700000060}}",
        "{\"exp\":1700000060}\n\0",
    ] {
        assert_eq!(judge(HEADER, claims, &rules(), None), Err(Rejection::Claims), "{claims}");
    }
    let deep = with_expiry(&format!("\"x\":{}{}", "[".repeat(64), "]".repeat(64)));
    assert_eq!(judge(HEADER, &deep, &rules(), None), Err(Rejection::Claims));
    let keys = keys();
    let token = token(HEADER, b"{\"exp\":1700000060,\"x\":\"\xff\"}", 64);
    let rules = rules();
    let verdict = challenge(&token, &keys, &rules).unwrap().conclude(true, at(NOW), None).err();
    assert_eq!(verdict, Some(Rejection::Claims));
}

#[test]
fn algorithms_the_policy_decides_beside_the_key() {
    let rs_only = Rules::new(RulesOptions { algorithms: vec!["RS256".into()], ..options() }).unwrap();
    assert_eq!(judge(HEADER, &with_expiry(""), &rs_only, None), Err(Rejection::AlgorithmNotAccepted));
    assert_eq!(judge(HEADER, &with_expiry(""), &rules(), None), Ok(()));
}

#[test]
fn typ_absent_jwt_and_at_jwt_by_default_without_case_and_prefix() {
    let header = |typ: &str| format!(r#"{{"alg":"ES256","typ":"{typ}"}}"#);
    let typed = |typ: &str, rules: &Rules| judge(&header(typ), &with_expiry(""), rules, None);
    for typ in ["JWT", "jwt", "Jwt", "at+jwt", "AT+JWT", "application/at+jwt", "APPLICATION/jwt"] {
        assert_eq!(typed(typ, &rules()), Ok(()), "{typ}");
    }
    for typ in [
        "",
        "dpop+jwt",
        "logout+jwt",
        "secevent+jwt",
        "id+jwt",
        "JOSE",
        "text/jwt",
        "at+jwt ",
        "application/",
    ] {
        assert_eq!(typed(typ, &rules()), Err(Rejection::Type), "{typ}");
    }
    let only_access = Rules::new(RulesOptions { types: vec!["at+jwt".into()], ..options() }).unwrap();
    assert_eq!(typed("application/AT+jwt", &only_access), Ok(()));
    assert_eq!(typed("JWT", &only_access), Err(Rejection::Type));
    assert_eq!(judge(HEADER, &with_expiry(""), &only_access, None), Err(Rejection::Type));
    let only_absent = Rules::new(RulesOptions { types: vec!["".into()], ..options() }).unwrap();
    assert_eq!(judge(HEADER, &with_expiry(""), &only_absent, None), Ok(()));
    assert_eq!(typed("JWT", &only_absent), Err(Rejection::Type));
    assert_eq!(typed("", &only_absent), Err(Rejection::Type));
}

#[test]
fn cty_of_a_nested_token_is_refused() {
    for cty in ["JWT", "jwt", "application/jwt"] {
        let header = format!(r#"{{"alg":"ES256","cty":"{cty}"}}"#);
        assert_eq!(judge(&header, &with_expiry(""), &rules(), None), Err(Rejection::Nested), "{cty}");
    }
    assert_eq!(judge(r#"{"alg":"ES256","cty":"json"}"#, &with_expiry(""), &rules(), None), Ok(()));
}

#[test]
fn id_tokens_are_refused_unless_typed_as_access_tokens_or_accepted() {
    let accepting = Rules::new(RulesOptions { id_tokens: IdTokens::Accept, ..options() }).unwrap();
    for mark in ["nonce", "at_hash", "c_hash", "s_hash"] {
        for value in ["\"x\"", "null", "7"] {
            let claims = with_expiry(&format!(r#""{mark}":{value}"#));
            for header in [HEADER, r#"{"alg":"ES256","typ":"JWT"}"#] {
                assert_eq!(judge(header, &claims, &rules(), None), Err(Rejection::IdToken), "{mark}");
                assert_eq!(judge(header, &claims, &accepting, None), Ok(()), "{mark}");
            }
            for typ in ["at+jwt", "application/at+JWT"] {
                let header = format!(r#"{{"alg":"ES256","typ":"{typ}"}}"#);
                assert_eq!(judge(&header, &claims, &rules(), None), Ok(()), "{mark}");
            }
        }
    }
}

#[test]
fn cnf_a_bound_token_needs_the_verified_thumbprint_that_it_names() {
    let thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    let (lower_case, padded) = (thumbprint.to_lowercase(), format!("{thumbprint}="));
    let bound = |cnf: &str, confirmation: Option<&str>| {
        judge(HEADER, &with_expiry(&format!(r#""cnf":{cnf}"#)), &rules(), confirmation)
    };
    for kind in ["jkt", "x5t#S256"] {
        let cnf = format!(r#"{{"{kind}":"{thumbprint}"}}"#);
        assert_eq!(bound(&cnf, Some(thumbprint)), Ok(()));
        assert_eq!(bound(&cnf, None), Err(Rejection::ConfirmationMissing));
        for other in ["", "x", &lower_case, &padded] {
            assert_eq!(bound(&cnf, Some(other)), Err(Rejection::ConfirmationMismatch), "{other}");
        }
    }
    for cnf in [
        "null".to_owned(),
        "true".to_owned(),
        format!("\"{thumbprint}\""),
        format!("[\"{thumbprint}\"]"),
        "{}".to_owned(),
        r#"{"jkt":""}"#.to_owned(),
        r#"{"jkt":null}"#.to_owned(),
        format!(r#"{{"jkt":["{thumbprint}"]}}"#),
        format!(r#"{{"JKT":"{thumbprint}"}}"#),
        format!(r#"{{"kid":"{thumbprint}"}}"#),
        r#"{"jwk":{"kty":"oct"}}"#.to_owned(),
        format!(r#"{{"jkt":"{thumbprint}","x5t#S256":"other"}}"#),
        format!(r#"{{"jkt":"{thumbprint}","x5t#S256":"{thumbprint}"}}"#),
    ] {
        for confirmation in [None, Some(thumbprint), Some("")] {
            assert_eq!(bound(&cnf, confirmation), Err(Rejection::ConfirmationInvalid), "{cnf}");
        }
    }
    // A token that is bound to nothing is a bearer token, whatever else the host has verified.
    assert_eq!(judge(HEADER, &with_expiry(""), &rules(), Some(thumbprint)), Ok(()));
}

#[test]
fn exp_is_required_and_a_date() {
    let expiring = |exp: &str| judge(HEADER, &format!(r#"{{"exp":{exp}}}"#), &rules(), None);
    assert_eq!(judge(HEADER, "{}", &rules(), None), Err(Rejection::ExpiryMissing));
    for exp in ["1700000060", "1700000060.0", "1.70000006e9", "17000000600e-1", "253402300799"] {
        assert_eq!(expiring(exp), Ok(()), "{exp}");
    }
    for exp in [
        "null",
        "true",
        "\"1700000060\"",
        "[1700000060]",
        "{}",
        "253402300800",
        "1700000060000",
        "1e300",
        "1e99999999999999999999",
        "-1e99",
    ] {
        assert_eq!(expiring(exp), Err(Rejection::ExpiryInvalid), "{exp}");
    }
    for exp in ["0", "-1", "1", "1699999970", "1e-9", "1e-99999999999999999999"] {
        assert_eq!(expiring(exp), Err(Rejection::Expired), "{exp}");
    }
}

#[test]
fn exp_now_is_before_it_plus_the_leeway_to_the_half_second() {
    for (leeway_s, exp, now, good) in [
        (0, "100", 99.5, true),
        (0, "100", 100.0, false),
        (0, "100.5", 100.0, true),
        (0, "100.5", 100.25, true),
        (0, "100.5", 100.5, false),
        (30, "100", 129.5, true),
        (30, "100", 130.0, false),
        (30, "100.5", 130.0, true),
        (30, "100.5", 130.5, false),
        (0, "100.0000000001", 100.0, true),
        (300, "100", 399.999, true),
        (300, "100", 400.0, false),
    ] {
        let rules = Rules::new(RulesOptions { leeway_s, ..options() }).unwrap();
        let now = NumericDate::from_seconds_f64(now).unwrap();
        let verdict = judge_at(HEADER, &format!(r#"{{"exp":{exp}}}"#), &rules, None, now);
        let expected = if good { Ok(()) } else { Err(Rejection::Expired) };
        assert_eq!(verdict, expected, "{exp} with {leeway_s} at {now:?}");
    }
}

#[test]
fn nbf_and_iat_must_not_lie_in_the_future_by_more_than_the_leeway() {
    for (name, early) in [("nbf", Rejection::NotYetValid), ("iat", Rejection::IssuedInFuture)] {
        let dated = |value: &str| claims(&format!(r#""{name}":{value}"#), &rules());
        for value in ["1700000030", "1700000029.5", "1699999999", "0", "-1", "1.7e9"] {
            assert_eq!(dated(value), Ok(()), "{name} {value}");
        }
        for value in ["1700000030.5", "1700000031", "1700000030.0000000001", "253402300799"] {
            assert_eq!(dated(value), Err(early), "{name} {value}");
        }
    }
}

#[test]
fn nbf_and_iat_of_the_wrong_type_are_never_absent() {
    for (name, invalid) in [("nbf", Rejection::NotBeforeInvalid), ("iat", Rejection::IssuedAtInvalid)] {
        for value in ["null", "\"1700000000\"", "false", "[]", "{}", "1700000000000", "1e999"] {
            assert_eq!(claims(&format!(r#""{name}":{value}"#), &rules()), Err(invalid), "{name} {value}");
        }
    }
}

#[test]
fn iss_is_required_when_configured_and_exact() {
    let issuers = vec!["https://issuer.test".to_owned(), "joe".to_owned()];
    let configured = Rules::new(RulesOptions { issuers, ..options() }).unwrap();
    for iss in ["\"https://issuer.test\"", "\"joe\"", "\"\\u006aoe\""] {
        assert_eq!(claims(&format!(r#""iss":{iss}"#), &configured), Ok(()), "{iss}");
    }
    assert_eq!(claims("", &configured), Err(Rejection::IssuerMissing));
    assert_eq!(claims("", &rules()), Ok(()));
    assert_eq!(claims(r#""iss":"anyone""#, &rules()), Ok(()));
    for iss in ["https://issuer.test/", "HTTPS://issuer.test", "", "jo", "joe ", "https://issuer.test\\u0000"]
    {
        let verdict = claims(&format!(r#""iss":"{iss}""#), &configured);
        assert_eq!(verdict, Err(Rejection::IssuerNotAccepted), "{iss}");
    }
    for iss in ["null", "7", "true", "[\"joe\"]", "{\"joe\":1}"] {
        for rules in [&configured, &rules()] {
            assert_eq!(claims(&format!(r#""iss":{iss}"#), rules), Err(Rejection::IssuerInvalid), "{iss}");
        }
    }
}

#[test]
fn aud_is_required_when_configured_and_one_wrong_member_spoils_it() {
    let audiences = vec!["workflow-api".to_owned(), "other-api".to_owned()];
    let configured = Rules::new(RulesOptions { audiences, ..options() }).unwrap();
    for aud in ["\"workflow-api\"", "[\"other-api\"]", "[\"x\",\"workflow-api\",\"y\"]"] {
        assert_eq!(claims(&format!(r#""aud":{aud}"#), &configured), Ok(()), "{aud}");
    }
    assert_eq!(claims("", &configured), Err(Rejection::AudienceMissing));
    assert_eq!(claims("", &rules()), Ok(()));
    assert_eq!(claims(r#""aud":"anything""#, &rules()), Ok(()));
    for aud in [
        "\"x\"",
        "\"\"",
        "[]",
        "[\"x\"]",
        "\"workflow-api,other-api\"",
        "\"Workflow-API\"",
        "[\"workflow-ap\"]",
    ] {
        let verdict = claims(&format!(r#""aud":{aud}"#), &configured);
        assert_eq!(verdict, Err(Rejection::AudienceNotAccepted), "{aud}");
    }
    for aud in [
        "null",
        "7",
        "{\"workflow-api\":1}",
        "[\"workflow-api\",7]",
        "[null,\"workflow-api\"]",
        "[[\"workflow-api\"]]",
        "[\"workflow-api\",{}]",
    ] {
        for rules in [&configured, &rules()] {
            assert_eq!(claims(&format!(r#""aud":{aud}"#), rules), Err(Rejection::AudienceInvalid), "{aud}");
        }
    }
}

#[test]
fn sub_is_a_string_where_present() {
    assert_eq!(claims(r#""sub":"""#, &rules()), Ok(()));
    for sub in ["null", "7", "[\"alice\"]", "{}"] {
        assert_eq!(claims(&format!(r#""sub":{sub}"#), &rules()), Err(Rejection::SubjectInvalid), "{sub}");
    }
}

#[test]
fn required_claims_must_be_present_and_not_null() {
    let required = ["exp", "iss", "aud", "sub", "jti", "https://a.test/claim"].map(String::from).to_vec();
    let strict = Rules::new(RulesOptions { required: required.clone(), ..options() }).unwrap();
    let members: Vec<String> = required[1..].iter().map(|name| format!(r#""{name}":"x""#)).collect();
    assert_eq!(claims(&members.join(","), &strict), Ok(()));
    for missing in 0..members.len() {
        let mut rest = members.clone();
        rest.remove(missing);
        assert_eq!(
            claims(&rest.join(","), &strict),
            Err(Rejection::ClaimMissing),
            "{}",
            required[missing + 1]
        );
    }
    for value in ["null", "0", "\"\"", "false", "[]"] {
        let mut changed = members.clone();
        changed[3] = format!(r#""jti":{value}"#);
        let expected = if value == "null" { Err(Rejection::ClaimMissing) } else { Ok(()) };
        assert_eq!(claims(&changed.join(","), &strict), expected, "{value}");
    }
    assert_eq!(claims(&members.join(",").replace("jti", "JTI"), &strict), Err(Rejection::ClaimMissing));
}

#[test]
fn expired_is_said_only_of_a_token_with_no_other_fault() {
    let issuers = vec!["joe".to_owned()];
    let strict = Rules::new(RulesOptions { issuers, required: vec!["jti".into()], ..options() }).unwrap();
    let good = r#""iss":"joe","jti":"1""#;
    let expired = |members: &str| judge(HEADER, &format!(r#"{{"exp":1,{members}}}"#), &strict, None);
    assert_eq!(expired(good), Err(Rejection::Expired));
    assert_eq!(Rejection::Expired.code(), "CREDENTIAL_EXPIRED");
    for (members, expected) in [
        (r#""iss":"jane","jti":"1""#.to_owned(), Rejection::IssuerNotAccepted),
        (r#""iss":"joe""#.to_owned(), Rejection::ClaimMissing),
        (format!(r#"{good},"nonce":"x""#), Rejection::IdToken),
        (format!(r#"{good},"cnf":{{"jkt":"x"}}"#), Rejection::ConfirmationMissing),
        (format!(r#"{good},"nbf":"x""#), Rejection::NotBeforeInvalid),
        (format!(r#"{good},"nbf":9999999999"#), Rejection::NotYetValid),
        (format!(r#"{good},"iat":9999999999"#), Rejection::IssuedInFuture),
    ] {
        assert_eq!(expired(&members), Err(expected), "{members}");
        assert_eq!(expected.code(), "CREDENTIAL_INVALID");
    }
}

/// A reference for the dates, in the arithmetic of the rule itself.
fn expected(now: i64, exp: i64, nbf: i64, iat: i64, leeway: i64) -> Result<(), Rejection> {
    if iat > now + leeway * 2 {
        Err(Rejection::IssuedInFuture)
    } else if nbf > now + leeway * 2 {
        Err(Rejection::NotYetValid)
    } else if now < exp + leeway * 2 {
        Ok(())
    } else {
        Err(Rejection::Expired)
    }
}

proptest! {
    #[test]
    fn half_seconds_count(
        now in 0_i64..8, exp in 0_i64..8, nbf in 0_i64..8, iat in 0_i64..8, leeway in 0_u32..3,
    ) {
        let rules = Rules::new(RulesOptions { leeway_s: leeway, ..options() }).unwrap();
        let seconds = |halves: i64| format!("{}.{}", 1_000 + halves / 2, if halves % 2 == 0 { "0" } else { "5" });
        let text = format!(r#"{{"iat":{},"nbf":{},"exp":{}}}"#, seconds(iat), seconds(nbf), seconds(exp));
        let now_date = NumericDate::from_nanoseconds(i128::from(2_000 + now) * 500_000_000).unwrap();
        prop_assert_eq!(
            judge_at(HEADER, &text, &rules, None, now_date),
            expected(now, exp, nbf, iat, i64::from(leeway)),
            "{}", text
        );
    }

    #[test]
    fn any_payload_is_refused_or_holds_a_date_to_come(payload: Vec<u8>) {
        let (token, keys, rules) = (token(HEADER, &payload, 64), keys(), rules());
        let challenge = challenge(&token, &keys, &rules).unwrap();
        prop_assert!(challenge.conclude(true, at(NOW), None).is_err());
    }

    #[test]
    fn any_claims_are_refused_or_good(
        members in prop::collection::vec(
            "\"(iss|sub|aud|exp|nbf|iat|cnf|nonce|x)\":(null|true|-?[0-9]{1,13}(\\.[0-9]{1,12})?(e-?[0-9]{1,3})?|\"x\"|\\[\"x\"\\]|\\{\\})",
            0..5,
        ),
    ) {
        let text = format!("{{{}}}", members.join(","));
        let (token, keys, rules) = (token(HEADER, text.as_bytes(), 64), keys(), rules());
        let challenge = challenge(&token, &keys, &rules).unwrap();
        if let Ok(token) = challenge.conclude(true, at(NOW), None) {
            prop_assert!(token.expires() > at(NOW - 30));
            prop_assert_eq!(token.claims_text(), text);
        }
    }
}
