//! The filter shows what the decisions on single things say, no more and no less.

use portcullis_policy::{Credential, Filter, Policy, decide};
use portcullis_wire::Request;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{decided, policy, session};

fn orders(everyone: bool) -> Policy {
    policy(json!({
        "types": { "order": {
            "fields": { "id": "string", "creator": "string", "invited": "strings", "total": "int", "cart": "object",
                        "due": "timestamp", "rate": "double" },
            "rules": [
                { "name": "owner", "when": "has(user.id) && has(resource.creator) && resource.creator == user.id",
                  "grant": { "find": true, "view": "all" } },
                { "name": "invited", "when": "has(user.id) && user.id in resource.invited",
                  "grant": { "view": ["id", "total"] } },
                { "name": "large", "when": "resource.total > 50 || resource.rate >= 0.5",
                  "grant": { "find": true, "view": ["total"] } },
                { "name": "cart", "when": "has(resource.cart) && has(resource.cart.open) && resource.cart.open == true",
                  "grant": { "find": true, "view": ["cart"] } },
                { "name": "deep", "when": "has(resource.cart) && has(resource.cart.by) && has(resource.cart.by.staff) && resource.cart.by.staff == true",
                  "grant": { "find": true, "view": ["due"] } },
            ],
            "everyone_else": { "find": everyone, "view": ["id"] },
        } },
        "declarations": { "user": { "id": "string" } },
    }))
}

fn request(action: &str, record: &Value) -> Value {
    json!({ "surface": "app", "now": 1_000, "credential": session(), "user": { "id": "u" },
            "data": { "type": "order", "action": action, "record": record } })
}

fn opened(policy: &Policy) -> Filter {
    let text = request("search", &Value::Null).to_string();
    let request: Request<'_> = serde_json::from_str(&text).unwrap();
    Filter::new(policy, &decide(policy, Credential::Absent, &request), &request).unwrap()
}

fn filtered(policy: &Policy, lines: &str) -> (String, portcullis_policy::Counts) {
    let (mut filter, mut out) = (opened(policy), Vec::new());
    filter.run(policy, lines.as_bytes(), &mut out);
    (String::from_utf8(out).unwrap(), filter.counts())
}

#[test]
fn hidden_members_are_cut_out_where_they_stand() {
    let lines = concat!(
        r#"{"id":"1","creator":"u","extra":{"a":[1]},"invited":[],"total":1,"rate":0}"#,
        "\r\n\n",
        r#" { "id" : "2" , "creator":"v", "total" : 77 , "invited" : [] } "#,
        "\n",
        r#"{"creator":"v","invited":["u"],"total":3,"rate":0.1,"id":"3"}"#,
        "\n",
        r#"{"i\u0064":"4","invited":["é","\u0075"],"creator":"u","total":51}"#,
    );
    let (out, counts) = filtered(&orders(false), lines);
    assert_eq!(
        out,
        concat!(
            r#"{"id":"1","creator":"u","invited":[],"total":1,"rate":0}"#,
            "\n",
            r#"{"total" : 77}"#,
            "\n",
            r#"{"i\u0064":"4","invited":["é","\u0075"],"creator":"u","total":51}"#,
            "\n",
        )
    );
    assert_eq!((counts.records, counts.shown, counts.failed, counts.malformed), (4, 3, 0, 0));
}

#[test]
fn what_cannot_be_read_or_judged_is_not_shown() {
    let lines = concat!(
        "nonsense\n",
        r#"{"id":"1","id":"2"}"#,
        "\n",
        r#"{"id":"1","i\u0064":"2"}"#,
        "\n",
        "{\"id\":\"\u{1}\"}\n",
        r#"{"id":"1","creator":"u","total":1}"#,
        "\n",
    );
    let (out, counts) = filtered(&orders(true), lines);
    assert_eq!(out, "");
    // The last one has nobody invited: whether the user is among them cannot be told.
    assert_eq!((counts.records, counts.failed, counts.malformed), (5, 1, 4));
    let mut filter = opened(&orders(true));
    filter.run(&orders(true), b"{\"id\":\"\xff\"}", &mut Vec::new());
    assert_eq!(filter.counts().malformed, 1);
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0_i64..100).prop_map(Value::from),
        (0_u8..8).prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        prop_oneof![Just("u"), Just("v"), Just("2026-01-02T03:04:05Z"), Just("a\"b\\é")]
            .prop_map(Value::from),
    ]
}

fn record() -> impl Strategy<Value = Value> {
    let list = proptest::collection::vec(scalar(), 0..3).prop_map(Value::from);
    let strings =
        proptest::collection::vec(prop_oneof![Just("u"), Just("w\n")], 0..3).prop_map(|it| json!(it));
    let cart =
        || (scalar(), scalar()).prop_map(|(open, staff)| json!({ "open": open, "by": { "staff": staff } }));
    let value = prop_oneof![4 => scalar(), 1 => list, 1 => strings.clone(), 1 => cart()];
    let names = ["id", "creator", "invited", "total", "cart", "due", "rate", "extra"];
    (
        proptest::collection::vec(proptest::option::weighted(0.8, value), 8),
        strings,
        cart(),
        any::<[bool; 2]>(),
    )
        .prop_map(move |(values, strings, cart, usual)| {
            let mut record = json!({});
            for (name, value) in names.iter().zip(values) {
                if let Some(value) = value {
                    record[name] = value;
                }
            }
            if usual[0] {
                record["invited"] = strings;
            }
            if usual[1] {
                record["cart"] = cart;
            }
            record
        })
}

#[test]
fn the_filter_agrees_with_decisions_on_single_things() {
    let policies = [orders(false), orders(true)];
    proptest!(ProptestConfig::with_cases(2_000), |(record in record(), everyone: bool)| {
        let policy = &policies[usize::from(everyone)];
        let (out, counts) = filtered(policy, &format!("{record}\n"));
        prop_assert_eq!(counts.malformed, 0);
        let view = decided(policy, request("view", &record));
        match view["reason"].as_str().unwrap() {
            "ALLOWED" if out.is_empty() => {
                // It is there, and no search finds it: only the rules for invited ones and deep ones match.
                let fields = view["data_scope"]["fields"].as_array().unwrap();
                prop_assert!(fields.iter().all(|it| ["id", "total", "due"].contains(&it.as_str().unwrap())));
            }
            "ALLOWED" => {
                let shown: Value = serde_json::from_str(&out).unwrap();
                let mut names: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
                names.sort_unstable();
                prop_assert_eq!(json!(names), view["data_scope"]["fields"].clone());
                for name in names {
                    prop_assert_eq!(&shown[name], &record[name]);
                }
            }
            "NOT_FOUND" => prop_assert_eq!(out, ""),
            "CONDITION_ERROR" => prop_assert_eq!((out.as_str(), counts.failed), ("", 1)),
            other => prop_assert!(false, "{}", other),
        }
    });
}
