//! What is not wrong and still worth knowing.

use portcullis_policy::advise;
use serde_json::{Value, json};

use super::policy;

fn codes(sections: Value) -> Vec<(String, String)> {
    advise(&policy(sections)).into_iter().map(|it| (it.code, it.path)).collect()
}

fn expect(found: &[(String, String)], code: &str, path: &str) {
    assert!(found.contains(&(code.into(), path.into())), "{code} at {path} is not in {found:#?}");
}

#[test]
fn exposure_and_rules_are_looked_through() {
    let found = codes(json!({
        "surfaces": { "workflow_api": true, "data_api": true },
        "workflows": {
            "open": { "exposed": true, "authentication": "none", "ignore_privacy_rules": true, "condition": "true || user.id == 'x'" },
            "shut": { "condition": "false", "actions": [{ "id": "a", "condition": "1 > 2" }] },
        },
        "types": {
            "bare": { "exposed": true },
            "order": {
                "exposed": true,
                "fields": { "cart": "object", "total": "int" },
                "rules": [
                    { "name": "deep", "when": "resource.cart.by.staff == true", "grant": { "find": true } },
                    { "name": "idle", "when": "resource.total > 1" },
                    { "name": "all", "when": "true", "grant": { "view": "all" } },
                    { "name": "some", "when": "resource.total > 1", "grant": { "view": ["total"] } },
                    { "name": "none", "when": "false && resource.total > 1", "grant": { "find": true } },
                ],
                "everyone_else": { "modify": true },
            },
        },
        "declarations": { "user": { "id": "string" } },
        "operations": {
            "workflow-api.liveness": { "authentication": "none" },
            "workflow-api.rpc": { "authentication": "admin_only" },
        },
    }));
    expect(&found, "open_operation", "/operations/workflow-api.liveness/authentication");
    assert!(!found.iter().any(|(code, path)| code == "open_operation" && path.contains("rpc")));
    expect(&found, "open_workflow", "/workflows/open/authentication");
    expect(&found, "privacy_ignored", "/workflows/open/ignore_privacy_rules");
    expect(&found, "condition_always", "/workflows/open/condition");
    expect(&found, "condition_never", "/workflows/shut/condition");
    expect(&found, "condition_never", "/workflows/shut/actions/0/condition");
    expect(&found, "type_without_rules", "/types/bare");
    expect(&found, "open_type", "/types/order/everyone_else");
    expect(&found, "find_too_deep", "/types/order/rules/0/when");
    expect(&found, "rule_grants_nothing", "/types/order/rules/1/grant");
    expect(&found, "rule_shadowed", "/types/order/rules/3");
    expect(&found, "condition_never", "/types/order/rules/4/when");
    expect(&found, "everyone_else_unreached", "/types/order/everyone_else");
}

#[test]
fn what_nobody_reaches_is_told() {
    let found = codes(json!({
        "surfaces": { "workflow_api": true },
        "declarations": { "user": { "id": "string" } },
        "roles": {
            "permissions": ["orders:refund", "orders:view"],
            "roles": { "clerk": { "permissions": ["orders:view"] }, "lead": { "inherits": ["clerk"] } },
        },
        "workflows": {
            "unheld": { "exposed": true, "permission": "orders:refund" },
            "held": { "exposed": true, "permission": "orders:view" },
            "inside": { "permission": "orders:refund" },
            "fails": { "exposed": true, "condition": "user.id == 'a' && 1 / 0 == 1 && 1 / 0 == 2" },
        },
        "operations": {
            "workflow-api.rpc": { "permission": "workflow:edit", "condition": "1 < 2" },
            "workflow-api.liveness": { "permission": "orders:view", "condition": "false && user.id == 'a'" },
        },
        "types": { "order": { "rules": [{ "name": "r", "when": "1 / 0 == 1", "grant": { "find": true } }] } },
    }));
    expect(&found, "permission_unheld", "/workflows/unheld/permission");
    expect(&found, "permission_unheld", "/operations/workflow-api.rpc/permission");
    assert_eq!(found.iter().filter(|(code, _)| code == "permission_unheld").count(), 2);
    expect(&found, "condition_always", "/operations/workflow-api.rpc/condition");
    expect(&found, "condition_never", "/operations/workflow-api.liveness/condition");
    expect(&found, "condition_fails", "/types/order/rules/0/when");
    expect(&found, "condition_never", "/workflows/fails/condition");
}

#[test]
fn what_is_off_or_not_exposed_is_explained() {
    let found = codes(json!({ "workflows": { "w": {} }, "types": { "t": { "exposed": true } } }));
    expect(&found, "workflow_api_off", "/surfaces/workflow_api");
    expect(&found, "data_api_off", "/surfaces/data_api");
    let found =
        codes(json!({ "surfaces": { "workflow_api": true, "data_api": true }, "workflows": { "w": {} } }));
    expect(&found, "nothing_exposed", "/workflows");
    expect(&found, "nothing_exposed", "/types");
    assert_eq!(codes(json!({})), []);
}
