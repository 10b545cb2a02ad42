//! Every mistake is told, with its path.

use serde_json::json;

use super::mistakes;

#[test]
fn every_mistake_of_every_section_is_told_at_once() {
    let found = mistakes(json!({
        "roles": {
            "permissions": ["no colon"],
            "roles": {
                "a": { "permissions": ["workflow:exicute"], "inherits": ["b"] },
                "b": { "inherits": ["a", "c"] },
            },
        },
        "operations": { "workflow-api.rpcs": { "permission": "workflow:execute" } },
        "workflows": {
            "run": {
                "methods": ["P OST"],
                "permission": "workflow:run",
                "operation": "workflow-api.nothing",
                "condition": "user.nam == 'x'",
                "searches": { "mine": "ordr" },
                "parameters": [{ "name": "a", "type": "string" }, { "name": "a", "type": "int" }],
                "actions": [{ "id": "one", "condition": "1" }],
            },
        },
        "types": {
            "order": {
                "fields": { "creator": "string" },
                "rules": [
                    { "name": "x", "when": "resource.creater == user.name" },
                    { "name": "x", "when": "request.method == 'GET'", "grant": { "view": ["creater"] } },
                ],
                "everyone_else": { "constrain": ["nothing"] },
            },
        },
        "declarations": { "user": { "name": "string" } },
    }));
    let places: Vec<(&str, &str)> =
        found.iter().map(|(code, path, _)| (code.as_str(), path.as_str())).collect();
    for place in [
        ("permission", "/roles/permissions/0"),
        ("permission", "/roles/roles/a/permissions/0"),
        ("role_cycle", "/roles/roles/b/inherits/0"),
        ("role", "/roles/roles/b/inherits/1"),
        ("operation", "/operations/workflow-api.rpcs"),
        ("method", "/workflows/run/methods/0"),
        ("permission", "/workflows/run/permission"),
        ("operation", "/workflows/run/operation"),
        ("condition", "/workflows/run/condition"),
        ("type", "/workflows/run/searches/mine"),
        ("parameter", "/workflows/run/parameters/1/name"),
        ("condition", "/workflows/run/actions/0/condition"),
        ("condition", "/types/order/rules/0/when"),
        ("rule_name", "/types/order/rules/1/name"),
        ("condition", "/types/order/rules/1/when"),
        ("field", "/types/order/rules/1/grant/view/0"),
        ("field", "/types/order/everyone_else/constrain/0"),
    ] {
        assert!(places.contains(&place), "{place:?} is not in {places:#?}");
    }
    let said = |path: &str| &found.iter().find(|(_, at, _)| at == path).unwrap().2;
    assert!(said("/workflows/run/condition").contains("did you mean `name`"));
    assert!(said("/types/order/rules/0/when").contains("did you mean `creator`"));
    assert!(said("/roles/roles/a/permissions/0").contains("did you mean `workflow:execute`"));
    assert!(said("/workflows/run/searches/mine").contains("did you mean `order`"));
}

#[test]
fn a_column_has_a_name_and_stores_what_the_type_says() {
    let columns = |fields: serde_json::Value| {
        let found = mistakes(json!({ "types": { "a/b": { "fields": fields } } }));
        let places: Vec<_> = found.into_iter().map(|(code, path, _)| (code, path)).collect();
        assert!(places.iter().all(|(code, _)| code == "column"), "{places:?}");
        places.into_iter().map(|(_, path)| path).collect::<Vec<_>>()
    };
    let at = |field: &str| format!("/types/a~1b/fields/{field}/column");
    let found = columns(json!({
        "empty": { "type": "string", "column": "" },
        "long": { "type": "string", "column": "x".repeat(129) },
        "null": { "type": "string", "column": "a\u{0}" },
        "list": { "type": "strings", "column": "a" },
        "any": { "type": "any", "column": "a", "stored": "text" },
        "other": { "type": "int", "column": "a", "stored": "text" },
        "unix": { "type": "int", "column": "a", "stored": "unix_s" },
        "bare": { "type": "timestamp", "stored": "unix_s" },
        "good": { "type": "timestamp", "column": "a\" b", "stored": "unix_us" },
        "same": { "type": "bool", "column": "b", "stored": "boolean" },
    }));
    let wanted = ["any", "bare", "empty", "list", "long", "null", "other", "unix"].map(at);
    assert_eq!(found, wanted);
}

#[test]
fn unknown_members_are_refused_at_every_level() {
    let found = mistakes(json!({
        "surfaces": { "workflows": true },
        "workflows": { "w": { "expose": true } },
        "types": { "t": { "fields": { "f": { "type": "string", "write": "never" } }, "everyone_else": { "see": true } } },
    }));
    let mut paths: Vec<&str> = found.iter().map(|(_, path, _)| path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "/surfaces/workflows",
            "/types/t/everyone_else/see",
            "/types/t/fields/f/write",
            "/workflows/w/expose"
        ]
    );
}
