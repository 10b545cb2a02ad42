//! Whatever is asked: nothing is allowed that the policy does not say.

use portcullis_json::read;
use portcullis_policy::Policy;
use portcullis_wire::Request;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{admin, policy, session};

fn strict() -> Policy {
    policy(json!({
        "surfaces": { "workflow_api": true, "data_api": true },
        "workflows": {
            "hidden": { "authentication": "none" },
            "admins": { "exposed": true, "authentication": "admin_only" },
            "failing": { "exposed": true, "authentication": "none", "condition": "user.flag" },
        },
        "types": {
            "hidden": { "fields": { "a": "string" }, "everyone_else": { "find": true, "view": "all", "modify": true } },
            "shut": { "exposed": true, "fields": { "a": "string" },
                      "rules": [{ "name": "r", "when": "resource.a == user.id", "grant": { "find": true, "view": "all",
                                  "create": true, "modify": true, "delete": true } }],
                      "everyone_else": { "find": true, "view": "all", "create": true, "modify": true, "delete": true } },
        },
        "declarations": { "user": { "id": "string", "flag": "bool" } },
    }))
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!({})),
        Just(json!([])),
        Just(json!("a")),
        Just(json!(1)),
        Just(json!({ "a": null })),
        Just(json!({ "a": 1 })),
        Just(json!({ "b": "x" })),
        Just(json!([{ "a": "x" }, 1])),
    ]
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    proptest::sample::select(words).prop_map(Value::from)
}

fn request() -> impl Strategy<Value = Value> {
    let credential = prop_oneof![
        Just(session()),
        Just(json!({ "user": { "state": "revoked" } })),
        Just(json!({ "user": {} })),
        Just(json!({ "admin_token": {} })),
        Just(json!({ "admin_token": { "state": "unknown", "deployed_to": ["live"] } })),
    ];
    let data = (
        one_of(&["hidden", "shut", "none"]),
        proptest::option::of(one_of(&[
            "search",
            "view",
            "file",
            "autobind",
            "create",
            "create_many",
            "modify",
            "replace",
            "delete",
        ])),
        value(),
        value(),
        any::<bool>(),
    )
        .prop_map(|(name, action, record, body, id)| {
            let mut data = json!({ "type": name, "action": action, "record": record, "body": body });
            if id {
                data["id"] = json!("1");
            }
            data
        });
    let members = (
        proptest::option::of(one_of(&["hidden", "admins", "failing", "none"])),
        proptest::option::of(one_of(&["GET", "POST", "PATCH", "PUT", "DELETE"])),
        proptest::option::of(credential),
        proptest::option::of(value()),
        proptest::option::of(data),
        proptest::option::of(one_of(&["operations", "workflow_api", "data_api"])),
        proptest::option::of(value()),
        proptest::option::of(one_of(&["workflow-api.liveness"])),
    );
    members.prop_map(|(workflow, method, credential, user, data, surface, params, operation)| {
        let mut request = json!({ "now": 1_000 });
        let named = [
            ("workflow", workflow),
            ("method", method),
            ("credential", credential),
            ("user", user),
            ("data", data),
            ("surface", surface),
            ("params", params),
            ("operation", operation),
        ];
        for (name, member) in named {
            if let Some(member) = member {
                request[name] = member;
            }
        }
        request
    })
}

#[test]
fn nothing_is_allowed_from_outside_that_the_policy_keeps_shut() {
    let policy = strict();
    proptest!(ProptestConfig::with_cases(5_000), |(request in request())| {
        let text = request.to_string();
        let tree = portcullis_token::json::parse(&text).unwrap();
        let request: Request<'_> = read(&tree).unwrap();
        let decision = portcullis_policy::decide(&policy, portcullis_policy::Credential::Absent, &request);
        let view = decision.view();
        // Making several things is allowed for none of them.
        let scope = view.data_scope.as_ref();
        let makes_none = scope.is_some_and(|scope| scope.created.as_ref().is_some_and(Vec::is_empty));
        // A search is allowed; what it finds is the filter's to say.
        let of_shut = request.data.as_ref().is_some_and(|data| data.type_name == "shut");
        let searches = of_shut && view.status == 200;
        prop_assert!(!decision.allowed() || makes_none || searches, "{} {:?}", text, decision.reason());
    });
}

proptest! {
    #[test]
    fn both_readers_of_facts_see_the_same(request in request()) {
        let text = request.to_string();
        let tree = portcullis_token::json::parse(&text).unwrap();
        let one: Request<'_> = read(&tree).unwrap();
        let other: Request<'_> = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&one, &other);
        // What a host writes reads as what it meant.
        let written = serde_json::to_string(&one).unwrap();
        let again: Request<'_> = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(one, again);
    }
}

#[test]
fn an_administrator_reaches_what_is_exposed_and_no_more() {
    let asked =
        |name: &str| json!({ "workflow": name, "method": "POST", "now": 1_000, "credential": admin() });
    assert_eq!(super::reason(&strict(), asked("admins")), "ALLOWED");
    assert_eq!(super::reason(&strict(), asked("hidden")), "WORKFLOW_NOT_EXPOSED");
}
