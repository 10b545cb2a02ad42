//! AuthZEN's questions, beside the requests that are forwarded.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Gateway, header, origin, policy, refusal};

const SECRET: &str = "a secret of callers that has more than 32 bytes";

#[tokio::test(flavor = "multi_thread")]
async fn receipts_are_in_the_log_and_in_answers_where_they_are_switched_on() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), SECRET).unwrap();
    let mut policy = policy();
    policy["authzen"] = json!({ "callers": { "secret": { "file": secret.path() } } });
    policy["principals"] = json!({ "ada": { "claim": "a:workflow-api.rpc;a:tenants:TenantA" } });
    let config = json!({ "origin": format!("http://{}", origin().await), "receipts": true });
    let mut gateway = Gateway::start(&config, &policy);
    let body = json!({
        "subject": { "type": "user", "id": "ada" },
        "action": { "name": "workflow-api.rpc.resume" },
        "resource": { "type": "workflow", "id": "1", "properties": { "tenant_id": "TenantA" } },
    });
    let url = format!("{}/access/v1/evaluation", gateway.public);
    let ask = || {
        let request = gateway.client.post(&url).header("content-type", "application/json");
        request.bearer_auth(SECRET).body(body.to_string()).send()
    };
    let answer: Value = serde_json::from_str(&ask().await.unwrap().text().await.unwrap()).unwrap();
    let receipt = answer["context"]["receipt"].clone();
    let before = receipt["policy"].as_str().unwrap().to_owned();
    let logged = gateway.logged(|log| log["message"] == "allowed");
    for part in ["module", "policy", "claim", "facts", "now"] {
        assert_eq!(logged[format!("receipt.{part}")], receipt[part], "{part}: {logged}");
    }

    // A denial of the gate has one too, also by a policy that was put in force later.
    policy["tenancy"] = json!({ "mode": "multi", "tenants": ["TenantA"] });
    fs::write(gateway.folder.path().join("policy.json"), policy.to_string()).unwrap();
    gateway.logged(|log| log["message"] == "reloaded");
    let refused = gateway.client.post(format!("{}/workflow-api/rpc/resume", gateway.public)).send();
    assert_eq!(refused.await.unwrap().status(), 401);
    let logged = gateway.logged(|log| log["message"] == "denied");
    assert_eq!(logged["receipt.policy"].as_str().unwrap().len(), 64, "{logged}");
    assert_ne!(logged["receipt.policy"], before.as_str());
    assert_eq!(logged["receipt.claim"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_answered_beside_the_gate_and_only_while_the_policy_says_so() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), SECRET).unwrap();
    let mut open = policy();
    open["authzen"] = json!({ "callers": { "secret": { "file": secret.path() } } });
    open["principals"] = json!({ "ada": { "claim": "a:workflow-api.rpc;a:tenants:TenantA" } });
    let mut gateway = Gateway::start(&json!({ "origin": format!("http://{}", origin().await) }), &open);
    let url = format!("{}/access/v1/evaluation", gateway.public);
    let question = |tenant: &str| {
        let body = json!({
            "subject": { "type": "user", "id": "ada" },
            "action": { "name": "workflow-api.rpc.resume" },
            "resource": { "type": "workflow", "id": "1", "properties": { "tenant_id": tenant } },
        });
        let request = gateway.client.post(&url).header("content-type", "application/json");
        request.body(body.to_string())
    };
    let told = refusal(question("TenantA").send().await.unwrap()).await;
    assert_eq!(told, (401, "Bearer".into(), "AUTHENTICATION_REQUIRED".into()));
    for (tenant, decision) in [("TenantA", true), ("TenantB", false)] {
        let answer = question(tenant).bearer_auth(SECRET).header("x-request-id", "7").send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["x-request-id"]),
            (200, &"7".parse().unwrap())
        );
        let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!(answer["decision"], decision);
    }
    let metadata = gateway.client.get(format!("{}/.well-known/authzen-configuration", gateway.public));
    let metadata: Value =
        serde_json::from_str(&metadata.send().await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!(metadata["access_evaluation_endpoint"], url.as_str());
    let metrics = gateway.metrics().await;
    assert!(metrics.contains(r#"portcullis_decisions_total{door="authzen",decision="allow""#), "{metrics}");

    // A bad secret keeps the old policy; without the section the paths are the origin's again.
    let file = gateway.folder.path().join("policy.json");
    open["authzen"] = json!({ "callers": { "secret": { "file": "/no/such/file" } } });
    fs::write(&file, open.to_string()).unwrap();
    gateway.logged(|log| log["level"] == "ERROR" && log["what"] == "policy");
    let url = format!("{}/access/v1/evaluation", gateway.public);
    assert_eq!(gateway.client.post(&url).send().await.unwrap().status(), 401);
    open.as_object_mut().unwrap().remove("authzen");
    open["disable_security"] = json!(true);
    fs::write(&file, open.to_string()).unwrap();
    gateway.logged(|log| log["message"] == "reloaded");
    assert_eq!(refusal(gateway.client.post(&url).send().await.unwrap()).await.2, "ROUTE_UNKNOWN");
    let shown =
        gateway.client.get(format!("{}/workflow-api/rpc/resume", gateway.public)).send().await.unwrap();
    assert_eq!(shown.status(), 404);
    let shown =
        gateway.client.post(format!("{}/workflow-api/rpc/resume", gateway.public)).send().await.unwrap();
    let shown: Value = serde_json::from_str(&shown.text().await.unwrap()).unwrap();
    assert_eq!(header(&shown, "portcullis-decision"), ["SECURITY_DISABLED"]);
}
