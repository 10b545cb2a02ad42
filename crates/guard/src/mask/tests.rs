use alloc::{borrow::ToOwned, format, string::String, vec, vec::Vec};

use portcullis_wire::policy::{Detector, DetectorRule, FieldRule, Level, MaskingSection, Strategy as Hide};
use proptest::prelude::*;
use serde_json::{Value, json, value::RawValue};

use super::{HashKey, MaskError, Masked, Rules};

fn name(name: &str, strategy: Hide) -> FieldRule {
    FieldRule { name: Some(name.into()), pointer: None, level: Level::Restricted, strategy }
}

fn pointer(pointer: &str, level: Level, strategy: Hide) -> FieldRule {
    FieldRule { name: None, pointer: Some(pointer.into()), level, strategy }
}

fn rules(fields: &[FieldRule], detect: &[(Detector, Hide)]) -> Rules {
    let detect =
        detect.iter().map(|(kind, strategy)| DetectorRule { kind: *kind, strategy: *strategy }).collect();
    Rules::new(&MaskingSection { fields: fields.to_vec(), detect, ..MaskingSection::default() }).unwrap()
}

fn mask(rules: &Rules, text: &str) -> Masked {
    let key = HashKey::new(b"0123456789abcdef").unwrap();
    let masked = rules.mask(serde_json::from_str(text).unwrap(), Some(&key)).unwrap();
    serde_json::from_str::<Value>(&masked.document)
        .unwrap_or_else(|error| panic!("{error}: {}", masked.document));
    masked
}

#[track_caller]
fn gives(rules: &Rules, text: &str, document: &str, masked: &[&str], erased: &[&str]) {
    let got = mask(rules, text);
    assert_eq!(got.document, document);
    assert_eq!(
        (got.masked, got.erased),
        (masked.iter().map(|&p| p.to_owned()).collect(), erased.iter().map(|&p| p.to_owned()).collect())
    );
}

#[test]
fn fields_are_hidden_by_name_wherever_they_stand() {
    gives(
        &rules(&[], &[]),
        r#"{"user": {"userPassword": "abc", "name": "Ann"}, "list": [{"API-Key": 12}, [{"ssn": null}]], "secret": {"a": [1, "]"]}}"#,
        r#"{"user": {"userPassword": "****", "name": "Ann"}, "list": [{"API-Key": "****"}, [{"ssn": "****"}]], "secret": "****"}"#,
        &["/user/userPassword", "/list/0/API-Key", "/list/1/0/ssn", "/secret"],
        &[],
    );
    // An escape in a name hides nothing from the rules.
    gives(
        &rules(&[], &[]),
        r#"{"p\u0061ssword": "abc"}"#,
        r#"{"p\u0061ssword": "****"}"#,
        &["/password"],
        &[],
    );
}

#[test]
fn documents_in_texts_are_masked_inside() {
    let rules = rules(&[name("x", Hide::Drop)], &[(Detector::Card, Hide::LastFour)]);
    for (text, document, masked) in [
        (r#"{"a":"{\"password\":\"p\",\"b\":1}"}"#, r#"{"a":"{\"password\":\"****\",\"b\":1}"}"#, "/a"),
        (r#"["\u007b\"x\": 1}", 2]"#, r#"["{}", 2]"#, "/0"),
        (r#"" [\"4111111111111111\"]""#, r#"" [\"****1111\"]""#, ""),
        (r#"{"a":"{\"b\":\"{\\\"ssn\\\":1}\"}"}"#, r#"{"a":"{\"b\":\"{\\\"ssn\\\":\\\"****\\\"}\"}"}"#, "/a"),
    ] {
        gives(&rules, text, document, &[masked], &[]);
    }
    for same in [r#"{"a":"{\"b\": 1}"}"#, r#"{"a":"{ no document"}"#, r#"{"a":"[]"}"#] {
        gives(&rules, same, same, &[], &[]);
    }
    // What is deeper than anybody writes is hidden whole.
    let deep = (0..7).fold(r#"{"token":"CANARY"}"#.to_owned(), |inside, _| format!("{}", json!([inside])));
    assert!(!mask(&rules, &deep).document.contains("CANARY"));
}

#[test]
fn a_value_is_of_the_field_that_a_member_beside_it_names() {
    let rules = rules(&[name("home_phone", Hide::LastFour)], &[]);
    for (text, document, masked) in [
        (r#"[{"name":"password","value":"x"}]"#, r#"[{"name":"password","value":"****"}]"#, "/0/value"),
        (
            r#"{"value": "x", "on": true, "Header": "Authorization"}"#,
            r#"{"value": "****", "on": true, "Header": "Authorization"}"#,
            "/value",
        ),
        (
            r#"{"field":"homePhone","newValue":"+4930123456"}"#,
            r#"{"field":"homePhone","newValue":"****3456"}"#,
            "/newValue",
        ),
        (r#"{"name":"ssn","value":{"a":[1]},"b":2}"#, r#"{"name":"ssn","value":"****","b":2}"#, "/value"),
    ] {
        gives(&rules, text, document, &[masked], &[]);
    }
    for same in
        [r#"{"name":"city","value":"x"}"#, r#"[{"name":"ssn"},{"value":1}]"#, r#"{"name":["ssn"],"value":1}"#]
    {
        gives(&rules, same, same, &[], &[]);
    }
}

#[test]
fn numbers_are_looked_at_in_every_notation() {
    let rules = rules(&[], &[(Detector::Card, Hide::LastFour), (Detector::Ssn, Hide::Fixed)]);
    for number in ["4111111111111111", "4111111111111111.0", "4.111111111111111e15", "41111111111111110E-1"] {
        let masked = mask(&rules, number);
        assert_eq!(masked.masked, [""], "{number}");
    }
    for same in ["1.5", "-2e9", "4111111111111112.0"] {
        gives(&rules, same, same, &[], &[]);
    }
}

#[test]
fn what_is_left_out_takes_its_comma_along() {
    let rules = rules(&[name("x", Hide::Drop)], &[]);
    for (text, document, erased) in [
        (r#"{"x":1}"#, "{}", vec!["/x"]),
        (r#"{"x":1,"a":2}"#, r#"{"a":2}"#, vec!["/x"]),
        (r#"{"a":2,"x":1}"#, r#"{"a":2}"#, vec!["/x"]),
        (r#"{"a":2,"x":1,"b":3}"#, r#"{"a":2,"b":3}"#, vec!["/x"]),
        (r#"{"x":1,"X":2,"a":3,"x":{"x":4}}"#, r#"{"a":3}"#, vec!["/x", "/X", "/x"]),
        (r#"[{"x":1},{"x":2}]"#, "[{},{}]", vec!["/0/x", "/1/x"]),
    ] {
        let got = mask(&rules, text);
        assert_eq!(
            (got.document.as_str(), got.erased),
            (document, erased.iter().map(|&p| p.to_owned()).collect()),
            "{text}"
        );
    }
    let elements = super::tests::rules(&[pointer("/list/0", Level::Restricted, Hide::Drop)], &[]);
    gives(&elements, r#"{"list": [1, 2, 3]}"#, r#"{"list": [ 2, 3]}"#, &[], &["/list/0"]);
}

#[test]
fn pointers_go_before_names() {
    let rules = rules(
        &[
            pointer("/users/*/phone", Level::Confidential, Hide::LastFour),
            pointer("/meta/token", Level::Public, Hide::Fixed),
            pointer("/log/**", Level::Restricted, Hide::Fixed),
        ],
        &[],
    );
    gives(
        &rules,
        r#"{"users":[{"phone":"+4930123456"},{"phone":"12"}],"phone":"1","meta":{"token":"t"},"token":"t","log":[1,{"a":2}]}"#,
        r#"{"users":[{"phone":"****3456"},{"phone":"****"}],"phone":"1","meta":{"token":"t"},"token":"****","log":["****","****"]}"#,
        &["/users/0/phone", "/users/1/phone", "/token", "/log/0", "/log/1"],
        &[],
    );
    let root = super::tests::rules(&[pointer("", Level::Restricted, Hide::Drop)], &[]);
    gives(&root, " [1, 2] ", r#""****""#, &[""], &[]);
}

#[test]
fn no_strategy_shows_how_long_a_value_was() {
    for strategy in [Hide::Fixed, Hide::LastFour, Hide::Hash] {
        let rules = rules(&[name("v", strategy)], &[]);
        let length = |value: Value| mask(&rules, &format!("{}", json!({ "v": value }))).document.len();
        assert_eq!(length(json!("abcdefgh1234")), length(json!("x".repeat(500) + "1234")), "{strategy:?}");
        assert_eq!(length(json!("")), length(json!("short")).min(length(json!(""))), "{strategy:?}");
        if strategy == Hide::Fixed {
            assert!(
                [json!(1), json!(null), json!([1, 2]), json!({"a": "b"}), json!(true)]
                    .into_iter()
                    .map(length)
                    .all(|l| l == length(json!("x")))
            );
        }
    }
}

#[test]
fn equal_values_have_equal_hashes_under_one_key() {
    let rules = rules(&[name("v", Hide::Hash)], &[]);
    let hash = |value: Value, key: &[u8]| {
        let document = format!("{}", json!({ "v": value }));
        rules.mask(serde_json::from_str(&document).unwrap(), HashKey::new(key).as_ref()).unwrap().document
    };
    let (one, other) = (b"0123456789abcdef", b"fedcba9876543210");
    assert_eq!(hash(json!("a"), one), hash(json!("a"), one));
    assert_ne!(hash(json!("a"), one), hash(json!("b"), one));
    assert_ne!(hash(json!("a"), one), hash(json!("a"), other));
    assert_ne!(hash(json!("1"), one), hash(json!(1), one));
    let document: &RawValue = serde_json::from_str("{}").unwrap();
    assert_eq!(rules.mask(document, None), Err(MaskError::KeyMissing));
    assert!(
        HashKey::new(b"short").is_none()
            && HashKey::from_hex("zz").is_none()
            && HashKey::from_hex(&"0".repeat(31)).is_none()
    );
    assert!(HashKey::from_hex(&"0f".repeat(16)).is_some());
}

#[test]
fn values_are_found_by_their_looks() {
    let detectors =
        [(Detector::Card, Hide::LastFour), (Detector::Email, Hide::Fixed), (Detector::ApiKey, Hide::Drop)];
    let key = format!("ghp_{}", "k".repeat(36));
    gives(
        &rules(&[], &detectors),
        &format!(
            r#"{{"note":"4111 1111 1111 1111","n":4111111111111111,"to":["ann@example.com","none"],"k":"{key}","ann@example.com":1}}"#
        ),
        r#"{"note":"****1111","n":"****1111","to":["****","none"]}"#,
        &["/note", "/n", "/to/0"],
        &["/k", "/****"],
    );
    let text = r#"{"note":"4111 1111 1111 1111"}"#;
    assert_eq!(mask(&rules(&[], &[]), text).document, text);
}

#[test]
fn what_is_not_hidden_stays_as_it_stands() {
    for text in [
        "1",
        "null",
        r#""a\"b""#,
        "{ }",
        "[ ]",
        r#"{"a" : [ 1.50 , -2e9, true,"\u00e9\\" ] , "b":{} }"#,
        "[[[[]]]]",
    ] {
        gives(&rules(&[], &[(Detector::Card, Hide::Fixed)]), text, text, &[], &[]);
    }
}

#[test]
fn deep_documents_are_masked() {
    let depth = 10_000;
    let text = format!("{}{}{}", r#"{"a":["#.repeat(depth), r#"{"secret":"CANARY"}"#, "]}".repeat(depth));
    let document: &RawValue = match serde_json::from_str(&text) {
        Ok(document) => document,
        // What the reader refuses never comes here.
        Err(_) => return,
    };
    let masked = rules(&[], &[]).mask(document, None).unwrap();
    assert!(!masked.document.contains("CANARY") && masked.masked.len() == 1);
}

#[test]
fn mistakes_of_the_policy_are_all_found() {
    let fields = [
        pointer("a", Level::Public, Hide::Fixed),
        pointer("/**/a", Level::Public, Hide::Fixed),
        name("", Hide::Fixed),
    ];
    let findings =
        Rules::new(&MaskingSection { fields: fields.into(), ..MaskingSection::default() }).unwrap_err();
    let mut paths: Vec<_> = findings.iter().map(|finding| finding.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/masking/fields/0/pointer", "/masking/fields/1/pointer", "/masking/fields/2"]);
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!("CANARY")),
        Just(json!("plain \" \\ \u{e9}")),
        any::<i32>().prop_map(|n| json!(n)),
        Just(Value::Null)
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec(("(a|b|secret|drop|p\"q)", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The members that stand under a hidden name go; the rest stays.
fn expected(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(name, _)| *name != "drop")
                .map(|(name, value)| {
                    (name.clone(), if name == "secret" { json!("****") } else { expected(value) })
                })
                .collect(),
        ),
        Value::Array(elements) => elements.iter().map(expected).collect(),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn masking_text_is_masking_the_tree(document in document(), pretty in any::<bool>()) {
        let rules = rules(&[name("drop", Hide::Drop)], &[]);
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) }.unwrap();
        let masked = mask(&rules, &text);
        prop_assert_eq!(serde_json::from_str::<Value>(&masked.document).unwrap(), expected(&document));
        for pointer in &masked.masked {
            prop_assert!(document.pointer(pointer).is_some(), "{}", pointer);
        }
        for pointer in &masked.erased {
            prop_assert!(document.pointer(pointer).is_some(), "{}", pointer);
        }
    }

    #[test]
    fn a_hidden_value_is_nowhere_in_the_output(secret in "[a-zA-Z0-9]{9,40}", strategy in prop_oneof![Just(Hide::Fixed), Just(Hide::LastFour), Just(Hide::Hash), Just(Hide::Drop)]) {
        let rules = rules(&[name("v", strategy)], &[]);
        let text: String = format!("{}", json!({"a": [{"V": secret}], "v": {"x": secret}}));
        let masked = mask(&rules, &text);
        prop_assert!(!masked.document.contains(&secret));
    }

    #[test]
    fn any_json_is_masked(text in "\\PC{0,40}") {
        if let Ok(document) = serde_json::from_str::<&RawValue>(&text) {
            let all = [Detector::Card, Detector::Ssn, Detector::Iban, Detector::Jwt, Detector::ApiKey, Detector::Email];
            let _ = rules(&[], &all.map(|kind| (kind, Hide::Fixed))).mask(document, None);
        }
        for kind in [Detector::Card, Detector::Ssn, Detector::Iban, Detector::Jwt, Detector::ApiKey, Detector::Email] {
            let _ = super::detect::detects(kind, text.as_bytes());
        }
    }
}
