use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use portcullis_wire::{PrincipalFacts, Reason, Request, Value, Values};

use super::{Asker, canonical, claim, facts, facts as facts_form, is_digest, policy};

fn value(text: &str) -> Value<'_> {
    serde_json::from_str(text).unwrap()
}

fn form(text: &str) -> String {
    let mut form = String::new();
    canonical::value(&value(text), &mut form).unwrap();
    form
}

#[test]
fn the_form_is_the_one_that_is_written_down() {
    for (text, expected) in [
        ("{ }", "{}"),
        ("[ ]", "[]"),
        (
            r#"{"b": [1, true, null], "a": {"d": "x", "c": "y"}}"#,
            r#"{"a":{"c":"y","d":"x"},"b":[1,true,null]}"#,
        ),
        ("[1.0, 1e3, -0, 0.0, 9007199254740991.0]", "[1,1000,0,0,9007199254740991]"),
        ("[9223372036854775807, -9223372036854775808]", "[9223372036854775807,-9223372036854775808]"),
        ("[0.5, -1.5, 1e300]", "[#3fe0000000000000,#bff8000000000000,#7e37e43c8800759c]"),
        (r#""\u0041\/\u00e9\n\b\f\u0001\"""#, "\"A/é\\n\\b\\f\\u0001\\\"\""),
        // By code points, and before they are escaped.
        (
            r#"{"\ue000": 1, "😀": 2, "z": 3, "!": 4, "\n": 5}"#,
            "{\"\\n\":5,\"!\":4,\"z\":3,\"\u{e000}\":1,\"😀\":2}",
        ),
    ] {
        assert_eq!(form(text), expected, "{text}");
    }
}

#[test]
fn digests_are_those_of_sha_256() {
    assert_eq!(claim("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert!(is_digest(&claim("")) && !is_digest("") && !is_digest(&claim("").to_uppercase()));
}

#[test]
fn documents_that_are_only_written_otherwise_have_one_digest() {
    let (one, other) = (r#"{"a": 1, "b": [1.0]}"#, "{\"b\":[1],\n\"a\":1.0}");
    let (one, other) = (&value(one), &value(other));
    assert!(policy(one, None) == policy(other, None) && policy(one, None).is_some());
    assert_eq!(policy(one, Some(one)), policy(other, Some(other)));
    assert_ne!(policy(one, Some(&value("{}"))), policy(one, None));
    assert_ne!(policy(one, None), policy(&value(r#"{"a": 2, "b": [1.0]}"#), None));
    assert_eq!(policy(&value(r#"{"a": 1, "a": 1}"#), None), None);
}

fn request() -> Request<'static> {
    Request { operation: Some("op".into()), tenant: Values::One("A".into()), ..Request::default() }
}

#[test]
fn facts_are_digested_without_claim_and_time() {
    let known = claim(r#"{"credential":null,"request":{"operation":"op","tenant":"A"}}"#);
    assert_eq!(facts(&None, &request()), Some(known.clone()));
    assert_eq!(facts(&None, &Request { now: Some(5.0), ..request() }), Some(known.clone()));
    let refused = facts(&Some(Asker::Refused(Reason::CredentialExpired)), &request());
    let expected =
        r#"{"credential":{"refused":"CREDENTIAL_EXPIRED"},"request":{"operation":"op","tenant":"A"}}"#;
    assert_eq!(refused, Some(claim(expected)));
}

/// Requests that say everything that one can say, and one that says nothing.
fn requests() -> Vec<Request<'static>> {
    let full = r#"{"method":"POST","path":"/x","operation":"o","tenant":["A","B"],"preflight":true,"surface":"SURFACE",
        "origin":"internal","workflow":"w","branch":"b","credential":{"user":{"state":"STATE","issued_at":1.5,
        "last_used_at":2,"keep_logged_in":true,"two_factor":true,"branch":"b","roles":["r"],"tenants":["A"]}},
        "user":{"id":"u","n":null},"params":{"p":-1},"query":{"q":"1"},"action":{"soft":true},"context":{"ip":"192.0.2.1"},
        "resource":{"tenant_id":"A","record":{"x":[1,0.5,{}]}},"data":{"type":"t","action":"ACTION","id":"1",
        "record":{},"tenant_id":"A","field":"f","constraints":[{"field":"f","page_defined":true},{"field":"g"}],
        "body":[{}]},"searches":[{"name":"s","records":[{"a":false}]},{"name":"t"}]}"#;
    let admin = r#"{"tenant":"A","credential":{"admin_token":{"state":"STATE","deployed_to":["live"],"roles":[],"tenants":[]}},
        "resource":{},"data":{"type":"t"}}"#;
    let user = r#"{"credential":{"user":{}}}"#;
    let mut texts: Vec<String> = [user, "{}", r#"{"now":5}"#].map(Into::into).into();
    for state in ["active", "expired", "revoked", "logged_out", "unknown"] {
        for surface in ["operations", "workflow_api", "data_api", "app"] {
            let full = full.replace("SURFACE", surface).replace("STATE", state);
            let actions = [
                "search",
                "view",
                "file",
                "autobind",
                "create",
                "create_many",
                "modify",
                "replace",
                "delete",
            ];
            texts.extend(actions.map(|action| full.replace("ACTION", action)));
        }
        texts.push(admin.replace("STATE", state));
    }
    texts.into_iter().map(|text| serde_json::from_str(text.leak()).unwrap()).collect()
}

#[test]
fn facts_are_written_as_serde_writes_them() {
    for mut request in requests() {
        let (mut written, mut expected) = (String::new(), String::new());
        facts_form::request(&request, &mut written).unwrap();
        request.now = None;
        let text = serde_json::to_string(&request).unwrap();
        canonical::value(&value(&text), &mut expected).unwrap();
        assert_eq!(written, expected);
    }
    let principals = [
        PrincipalFacts::default(),
        PrincipalFacts {
            claim: Values::Absent,
            roles: ["r".into(), "s".into()].into(),
            issuer: Some("i".into()),
            subject: Some("s".into()),
            expires: Some(1.5),
        },
    ];
    for facts in principals {
        let (mut written, mut expected) = (String::new(), String::new());
        let mut serde: serde_json::Value = serde_json::to_value(&facts).unwrap();
        serde.as_object_mut().unwrap().remove("claim");
        facts_form::asker(&Some(Asker::Principal(facts)), &mut written).unwrap();
        canonical::value(&value(&serde.to_string()), &mut expected).unwrap();
        assert_eq!(written, expected);
    }
}

#[test]
fn what_says_one_thing_twice_has_no_form() {
    let twice = Value::Object([("a".into(), Value::Null), ("a".into(), Value::Null)].into());
    assert_eq!(facts(&None, &Request { user: Some(twice.into()), ..request() }), None);
}
