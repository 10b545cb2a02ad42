//! What questions say beyond names: properties of subjects, resources and actions, and the context, as
//! conditions of the policy see them.

use std::path::Path;

use portcullis::mint::Permissions;
use serde_json::{Map, Value, json};

use crate::support::{CLAIM, KEY, Pdp, jwks, token, workflow_policy};

const CONDITION: &str = "(resource.owner == user.id || has(user.staff) && user.staff) \
    && resource.type == 'record' && has(request.action.soft) && request.action.soft \
    && request.context.ip.startsWith('10.')";

fn policy(secret: &Path) -> Value {
    json!({
        "portcullis": 1,
        "catalog": { "root": "app", "operations": [{ "id": "app.delete" }, { "id": "app.purge" }] },
        "declarations": {
            "user": { "id": "string", "staff": "bool" },
            "resource": { "owner": "string", "type": "string" },
            "action": { "soft": "bool" },
            "context": { "ip": "string" },
        },
        "operations": { "app.delete": { "condition": CONDITION }, "app.purge": { "permission": "app:purge" } },
        "roles": { "permissions": ["app:purge"], "roles": { "janitor": { "permissions": ["app:purge"] } } },
        "principals": {
            "alice": { "claim": "a:app" },
            "sam": { "claim": "a:app", "roles": ["janitor"], "attributes": { "staff": true, "other": [1] } },
        },
        "authzen": { "callers": { "secret": { "file": secret } } },
    })
}

/// Alice deletes a record of her own, softly, from within.
fn question() -> Value {
    json!({
        "subject": { "type": "user", "id": "alice" },
        "action": { "name": "app.delete", "properties": { "soft": true } },
        "resource": { "type": "record", "id": "1", "properties": { "owner": "alice", "more": {} } },
        "context": { "ip": "10.1.2.3", "now": 0 },
    })
}

async fn reason(pdp: &Pdp, body: Value) -> String {
    let (status, answer) = pdp.evaluate(body.clone()).await;
    assert_eq!(status, 200, "{body}: {answer}");
    assert_eq!(answer["decision"], answer["context"].is_null(), "{answer}");
    answer["context"]["reason"].as_str().unwrap_or("ALLOWED").to_owned()
}

#[tokio::test]
async fn every_property_that_a_condition_reads_can_change_the_answer() {
    let pdp = Pdp::with(policy, None);
    assert_eq!(reason(&pdp, question()).await, "ALLOWED");
    for (pointer, value, expected) in [
        ("/resource/properties/owner", json!("bob"), "CONDITION_NOT_MET"),
        ("/resource/type", json!("folder"), "CONDITION_NOT_MET"),
        ("/action/properties/soft", json!(false), "CONDITION_NOT_MET"),
        ("/context/ip", json!("192.0.2.1"), "CONDITION_NOT_MET"),
        // What is missing, null or of another type than declared is no fact: it never grants.
        ("/resource/properties", json!({}), "CONDITION_ERROR"),
        ("/resource/properties/owner", json!(null), "CONDITION_ERROR"),
        ("/action/properties/soft", json!("true"), "CONDITION_NOT_MET"),
        ("/context/ip", json!(10), "CONDITION_ERROR"),
        ("/context", json!({}), "CONDITION_ERROR"),
        // Who asks is the subject, not one of its properties.
        ("/subject", json!({ "type": "user", "id": "alice", "properties": { "id": "bob" } }), "ALLOWED"),
        (
            "/subject",
            json!({ "type": "user", "id": "bob", "properties": { "id": "alice" } }),
            "CLAIM_MISSING",
        ),
    ] {
        let mut body = question();
        *body.pointer_mut(pointer).unwrap() = value.clone();
        assert_eq!(reason(&pdp, body).await, expected, "{pointer} {value}");
    }
}

#[tokio::test]
async fn roles_and_attributes_are_the_callers_word_or_else_the_policys() {
    let pdp = Pdp::with(policy, None);
    let about = |id: &str, action: &str, properties: Value| {
        let mut body = question();
        body["subject"] = json!({ "type": "user", "id": id, "properties": properties });
        body["action"]["name"] = json!(action);
        body["resource"]["properties"]["owner"] = json!("somebody else");
        body
    };
    for (id, action, properties, expected) in [
        ("sam", "app.delete", json!({}), "ALLOWED"),
        ("sam", "app.delete", json!({ "staff": false }), "CONDITION_NOT_MET"),
        ("sam", "app.delete", json!({ "staff": null }), "CONDITION_NOT_MET"),
        ("alice", "app.delete", json!({}), "CONDITION_NOT_MET"),
        ("alice", "app.delete", json!({ "staff": true }), "ALLOWED"),
        ("sam", "app.purge", json!({}), "ALLOWED"),
        ("sam", "app.purge", json!({ "roles": [] }), "ROLE_PERMISSION_MISSING"),
        ("alice", "app.purge", json!({}), "ROLE_PERMISSION_MISSING"),
        ("alice", "app.purge", json!({ "roles": "janitor" }), "ALLOWED"),
        ("alice", "app.purge", json!({ "roles": ["guest", "janitor"] }), "ALLOWED"),
    ] {
        assert_eq!(reason(&pdp, about(id, action, properties.clone())).await, expected, "{id} {properties}");
    }
    for roles in [json!(1), json!([1]), json!({})] {
        let (status, _) = pdp.evaluate(about("alice", "app.purge", json!({ "roles": roles }))).await;
        assert_eq!(status, 400, "{roles}");
    }
}

#[tokio::test]
async fn claims_of_a_token_win_over_properties() {
    let conditional = |secret: &Path| {
        let mut policy = workflow_policy();
        policy["declarations"] = json!({
            "user": { "id": "string", "staff": "bool", "iss": "string" },
            "resource": { "owner": "string" },
        });
        policy["operations"] = json!({ "workflow-api.rpc.resume": {
            "condition": "resource.owner == user.id && user.staff && user.iss == 'https://issuer.test'",
        } });
        policy["authzen"] = json!({ "callers": { "secret": { "file": secret } } });
        policy
    };
    let pdp = Pdp::with(conditional, Some(&jwks(&[&KEY])));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    let token = token(&KEY, "users", Permissions::Text(CLAIM.into()), now);
    // The token's subject is `ada`.
    for (id, properties, owner, tenant, expected) in [
        ("x", json!({ "staff": true }), "ada", "TenantA", "ALLOWED"),
        ("x", json!({ "staff": true, "iss": "https://other.test" }), "ada", "TenantA", "ALLOWED"),
        ("x", json!({ "staff": true, "id": "x" }), "x", "TenantA", "CONDITION_NOT_MET"),
        ("x", json!({ "staff": false }), "ada", "TenantA", "CONDITION_NOT_MET"),
        ("x", json!({}), "ada", "TenantA", "CONDITION_ERROR"),
        ("x", json!({ "staff": true }), "ada", "TenantB", "TENANT_DENIED"),
    ] {
        let mut properties = properties;
        properties["token"] = json!(token);
        let body = json!({
            "subject": { "type": "user", "id": id, "properties": properties },
            "action": { "name": "workflow-api.rpc.resume" },
            "resource": { "type": "w", "id": "1", "properties": { "tenant_id": tenant, "owner": owner } },
        });
        assert_eq!(reason(&pdp, body).await, expected, "{owner} {tenant}");
    }
}

#[tokio::test]
async fn a_refused_token_is_told_so_and_one_is_no_worse_for_a_claim_that_is_no_fact() {
    let conditional = |secret: &Path| {
        let mut policy = workflow_policy();
        policy["declarations"] = json!({ "user": { "sub": "string", "score": "double" } });
        policy["operations"] = json!({
            "workflow-api.rpc.resume": { "condition": "user.sub == 'ada'" },
            "workflow-api.rpc.delete-instance": { "condition": "user.score > 1.0" },
        });
        policy["authzen"] = json!({ "callers": { "secret": { "file": secret } } });
        policy
    };
    let pdp = Pdp::with(conditional, Some(&jwks(&[&KEY])));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let signed = |expires: u64, score: &str| {
        let payload = format!(
            r#"{{"iss":"https://issuer.test","aud":"users","sub":"ada","exp":{expires},"score":{score},
                "WorkflowApiPermissions":"a:workflow-api.rpc;a:tenants"}}"#
        );
        KEY.sign(Map::from_iter([("typ".to_owned(), json!("at+jwt"))]), payload.as_bytes()).unwrap()
    };
    let (good, expired) = (signed(now + 600, "2"), signed(now - 600, "2"));
    let beyond = signed(now + 600, "1e999");
    for (token, action, expected) in [
        (good.as_str(), "resume", "ALLOWED"),
        (good.as_str(), "delete-instance", "ALLOWED"),
        (expired.as_str(), "resume", "CREDENTIAL_EXPIRED"),
        ("no.good.token", "resume", "CREDENTIAL_INVALID"),
        (beyond.as_str(), "resume", "ALLOWED"),
        (beyond.as_str(), "delete-instance", "CONDITION_ERROR"),
    ] {
        let body = json!({
            "subject": { "type": "user", "id": "x", "properties": { "token": token, "score": 3.5 } },
            "action": { "name": format!("workflow-api.rpc.{action}") },
            "resource": { "type": "w", "id": "1", "properties": { "tenant_id": "TenantA" } },
        });
        assert_eq!(reason(&pdp, body).await, expected, "{action}");
    }
    assert_eq!(pdp.policy.replaced_sessions(), 0);
}
