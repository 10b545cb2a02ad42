//! Workflows: exposure, credentials, parameters, conditions, actions.

use portcullis_policy::{Credential, Policy};
use serde_json::{Value, json};

use super::{admin, bearer, decided, decided_for, policy, reason, session, with};

fn of(workflow: Value) -> Policy {
    policy(json!({
        "surfaces": { "workflow_api": true },
        "workflows": { "w": workflow },
        "types": { "order": {
            "fields": { "id": "string", "owner": "string", "secret": "string" },
            "rules": [{
                "name": "owner",
                "when": "has(user.id) && resource.owner == user.id",
                "grant": { "find": true, "view": ["id", "owner"] },
            }],
        } },
        "roles": { "roles": { "runner": { "permissions": ["workflow:execute"] } } },
        "declarations": { "user": { "id": "string", "admin": "bool" }, "resource": { "state": "string" } },
    }))
}

fn run() -> Value {
    json!({ "workflow": "w", "method": "POST", "now": 1_000 })
}

fn as_user(user: Value) -> Value {
    with(run(), json!({ "credential": session(), "user": user }))
}

#[test]
fn what_is_not_exposed_answers_before_anything_else_is_asked() {
    let hidden = of(json!({ "parameters": [{ "name": "p", "type": "string" }] }));
    for request in
        [run(), with(run(), json!({ "method": "DELETE" })), with(run(), json!({ "credential": admin() }))]
    {
        let decision = decided(&hidden, request);
        assert_eq!(
            (&decision["reason"], &decision["stage"]),
            (&json!("WORKFLOW_NOT_EXPOSED"), &json!("exposure"))
        );
        assert_eq!(decision["status"], 404);
    }
    assert_eq!(reason(&hidden, with(run(), json!({ "workflow": "x" }))), "WORKFLOW_UNKNOWN");
    assert_eq!(reason(&policy(json!({ "workflows": { "w": {} } })), run()), "WORKFLOW_API_DISABLED");
    assert_eq!(reason(&policy(json!({})), run()), "WORKFLOW_API_DISABLED");
    let inside = with(run(), json!({ "origin": "internal", "params": { "p": "x" } }));
    assert_eq!(reason(&hidden, inside), "ALLOWED");
}

#[test]
fn who_must_be_known_is_known() {
    for (mode, anonymous, user) in [
        ("none", "ALLOWED", "ALLOWED"),
        ("user_and_admin", "AUTHENTICATION_REQUIRED", "ALLOWED"),
        ("admin_only", "AUTHENTICATION_REQUIRED", "ADMIN_CREDENTIAL_REQUIRED"),
    ] {
        let policy = of(json!({ "exposed": true, "authentication": mode }));
        assert_eq!(reason(&policy, run()), anonymous, "{mode}");
        assert_eq!(reason(&policy, as_user(json!({ "id": "u" }))), user, "{mode}");
        assert_eq!(reason(&policy, with(run(), json!({ "credential": admin() }))), "ALLOWED", "{mode}");
        let ended = json!({ "user": { "state": "logged_out", "issued_at": 900, "last_used_at": 900 } });
        assert_eq!(
            reason(&policy, with(run(), json!({ "credential": ended }))),
            "CREDENTIAL_INVALID",
            "{mode}"
        );
    }
}

#[test]
fn facts_that_contradict_each_other_are_malformed() {
    let policy = of(json!({ "exposed": true, "authentication": "none" }));
    assert_eq!(reason(&policy, with(run(), json!({ "user": { "id": "u" } }))), "REQUEST_MALFORMED");
    assert_eq!(
        reason(&policy, with(run(), json!({ "operation": "workflow-api.liveness" }))),
        "REQUEST_MALFORMED"
    );
    assert_eq!(reason(&policy, with(run(), json!({ "surface": "app" }))), "REQUEST_MALFORMED");
    let principal = bearer(&policy, "a:workflow-api", &[]);
    let both = with(run(), json!({ "credential": session(), "user": { "id": "u" } }));
    let decision = decided_for(&policy, Credential::Principal(&principal), both);
    assert_eq!(decision["reason"], "REQUEST_MALFORMED");
}

#[test]
fn claim_and_role_are_asked_where_the_workflow_says_so() {
    let policy = of(json!({
        "exposed": true, "operation": "workflow-api.rpc.resume", "permission": "workflow:execute",
    }));
    let asked = |claim: &str, roles: &[&str]| {
        let principal = bearer(&policy, claim, roles);
        decided_for(&policy, Credential::Principal(&principal), run())["reason"].clone()
    };
    assert_eq!(asked("a:workflow-api.rpc", &["runner"]), "ALLOWED");
    assert_eq!(asked("d:workflow-api.rpc", &["runner"]), "OPERATION_DENIED");
    assert_eq!(asked("a:workflow-api.rpc", &[]), "ROLE_PERMISSION_MISSING");
    assert_eq!(reason(&policy, as_user(json!({ "id": "u" }))), "CLAIM_MISSING");
}

#[test]
fn methods_and_parameters_are_as_declared() {
    let policy = of(json!({
        "exposed": true, "authentication": "none", "methods": ["POST", "GET"],
        "parameters": [
            { "name": "email", "type": "string" },
            { "name": "age", "type": "int", "optional": true },
            { "name": "tags", "type": "string", "list": true, "optional": true },
        ],
    }));
    let posted = |params: Value| reason(&policy, with(run(), json!({ "params": params })));
    assert_eq!(posted(json!({ "email": "a", "more": 1 })), "ALLOWED");
    assert_eq!(posted(json!({ "email": null })), "PARAMETER_INVALID");
    assert_eq!(posted(json!({ "email": 1 })), "PARAMETER_INVALID");
    assert_eq!(posted(json!({ "email": "a", "age": "7" })), "PARAMETER_INVALID");
    assert_eq!(posted(json!({ "email": "a", "age": 7.5 })), "PARAMETER_INVALID");
    assert_eq!(posted(json!({ "email": "a", "tags": "x" })), "PARAMETER_INVALID");
    assert_eq!(posted(json!({ "email": "a", "tags": ["x", 1] })), "PARAMETER_INVALID");
    assert_eq!(posted(json!({ "email": "a", "tags": ["x"], "age": null })), "ALLOWED");
    // A query is text.
    let got = |query: Value| reason(&policy, with(run(), json!({ "method": "GET", "query": query })));
    assert_eq!(got(json!({ "email": "a", "age": "7" })), "ALLOWED");
    assert_eq!(got(json!({ "email": "a", "age": "seven" })), "PARAMETER_INVALID");
    assert_eq!(reason(&policy, with(run(), json!({ "method": "PUT" }))), "METHOD_MISMATCH");
}

#[test]
fn a_condition_that_does_not_hold_runs_nothing() {
    let condition = json!({ "exposed": true, "condition": "user.admin", "ignore_privacy_rules": true });
    let policy = of(condition.clone());
    assert_eq!(reason(&policy, as_user(json!({ "id": "u", "admin": true }))), "ALLOWED");
    let denied = decided(&policy, as_user(json!({ "id": "u", "admin": false })));
    assert_eq!((&denied["reason"], &denied["status"]), (&json!("CONDITION_NOT_MET"), &json!(400)));
    assert_eq!(denied.get("data_scope"), None);
    let quiet = of(with(condition, json!({ "unmet": "succeed" })));
    let quiet = decided(&quiet, as_user(json!({ "id": "u", "admin": false })));
    assert_eq!((&quiet["decision"], &quiet["status"]), (&json!(false), &json!(200)));
    // What is missing is no answer.
    for user in
        [json!({ "id": "u" }), json!({ "id": "u", "admin": null }), json!({ "id": "u", "admin": "yes" })]
    {
        assert_eq!(reason(&policy, as_user(user)), "CONDITION_ERROR");
    }
}

#[test]
fn actions_whose_condition_does_not_hold_are_left_out() {
    let policy = of(json!({
        "exposed": true,
        "actions": [
            { "id": "one", "condition": "user.admin" }, { "id": "two" }, { "id": "three", "condition": "!user.admin" },
        ],
    }));
    let decision = decided(&policy, as_user(json!({ "id": "u", "admin": false })));
    assert_eq!(decision["reason"], "ALLOWED");
    assert_eq!(decision["obligations"], json!([{ "skip_action": "one" }]));
}

#[test]
fn conditions_see_of_a_search_what_the_caller_may_find_and_view() {
    let counts = json!({ "exposed": true, "authentication": "none", "searches": { "mine": "order" },
        "condition": "size(search.mine) == 1 && !has(search.mine[0].secret)" });
    let records = json!([
        { "id": "1", "owner": "u", "secret": "s" }, { "id": "2", "owner": "v", "secret": "s" },
    ]);
    let policy = of(counts.clone());
    let found = json!({ "searches": [{ "name": "mine", "records": records }] });
    assert_eq!(reason(&policy, with(as_user(json!({ "id": "u" })), found.clone())), "ALLOWED");
    assert_eq!(reason(&policy, with(as_user(json!({ "id": "w" })), found.clone())), "CONDITION_NOT_MET");
    // What the host does not say is not empty.
    assert_eq!(reason(&policy, as_user(json!({ "id": "u" }))), "CONDITION_ERROR");
    // A record that cannot be judged makes the search unknown.
    let unjudged = json!({ "searches": [{ "name": "mine", "records": [{ "id": "1" }] }] });
    assert_eq!(reason(&policy, with(as_user(json!({ "id": "u" })), unjudged)), "CONDITION_ERROR");
    // Ignored, everything is seen.
    let ignored =
        of(with(counts, json!({ "ignore_privacy_rules": true, "condition": "size(search.mine) == 2" })));
    let decision = decided(&ignored, with(run(), found));
    assert_eq!(decision["reason"], "ALLOWED");
    assert_eq!(decision["data_scope"]["privacy"], "ignored");
    assert_eq!(decision["obligations"], json!([{ "audit": "PRIVACY_BYPASSED" }]));
}

#[test]
fn a_resource_of_another_tenant_answers_as_one_that_is_missing() {
    let policy = policy(json!({
        "tenancy": { "mode": "multi", "tenants": ["A", "B", ["C", "D"]] },
        "surfaces": { "workflow_api": true },
        "workflows": { "w": { "exposed": true } },
    }));
    let asked = |tenant: &str, resource: Value| {
        let session = json!({ "user": { "issued_at": 900, "last_used_at": 900, "tenants": ["A", "C"] } });
        let facts =
            json!({ "credential": session, "user": { "id": "u" }, "tenant": tenant, "resource": resource });
        decided(&policy, with(run(), facts))
    };
    let thing = |tenant: Value| json!({ "tenant_id": tenant, "record": { "state": "open" } });
    assert_eq!(asked("A", thing(json!("A")))["reason"], "ALLOWED");
    assert_eq!(asked("C", thing(json!("D")))["reason"], "ALLOWED");
    assert_eq!(asked("B", thing(json!("B")))["reason"], "TENANT_DENIED");
    let missing = asked("A", json!({ "record": null }));
    for foreign in
        [asked("A", thing(json!("B"))), asked("A", thing(json!("nobody"))), asked("A", thing(json!(null)))]
    {
        assert_eq!(foreign["reason"], "RESOURCE_TENANT_MISMATCH");
        assert_eq!((&foreign["status"], &foreign["stage"]), (&missing["status"], &missing["stage"]));
        let outward = |decision: &Value| {
            let text = decision.to_string();
            let decision: portcullis_wire::Decision<'_> = serde_json::from_str(&text).unwrap();
            serde_json::to_string(&(decision.status, decision.told())).unwrap()
        };
        assert_eq!(outward(&foreign), outward(&missing));
    }
}
