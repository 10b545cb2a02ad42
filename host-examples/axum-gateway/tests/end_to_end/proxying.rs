//! What reaches the origin, and what comes back.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::support::{CLAIM, Gateway, Issuer, header, jwks, key, origin, policy, refusal, token};

async fn gateway() -> (Gateway, String) {
    let key = key("one");
    let issuer = Issuer::start(&jwks(&[&key])).await;
    let config = json!({
        "origin": format!("http://{}", origin().await),
        "jwks": { "url": format!("http://{}/keys", issuer.address) },
    });
    let gateway = Gateway::start(&config, &policy());
    gateway.until("it gets ready", || async { gateway.ready().await == 200 }).await;
    (gateway, token(&key, "ada|lovelace", CLAIM))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_allowed_request_reaches_the_origin_and_says_what_was_decided() {
    let (gateway, token) = gateway().await;
    let request = gateway
        .resume(&token)
        .query(&[("a", "b c")])
        .header("Portcullis-Decision", "SPOOFED")
        .header("Portcullis-Subject", "root")
        .header("Portcullis-Anything", "x")
        .header("X-Forwarded-For", "10.0.0.1")
        .header("Forwarded", "for=10.0.0.1")
        .body("{}");
    let shown: Value = serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!(shown["method"], "POST");
    assert_eq!(shown["target"], "/workflow-api/rpc/resume?a=b+c");
    assert_eq!(shown["length"], 2);
    assert_eq!(header(&shown, "portcullis-decision"), ["ALLOWED"]);
    assert_eq!(header(&shown, "portcullis-operation"), ["workflow-api.rpc.resume"]);
    assert_eq!(header(&shown, "portcullis-tenant"), ["TenantA"]);
    assert_eq!(header(&shown, "portcullis-subject"), ["ada%7Clovelace"]);
    assert!(header(&shown, "portcullis-anything").is_empty());
    assert!(header(&shown, "forwarded").is_empty());
    assert_eq!(header(&shown, "x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(header(&shown, "workflow-api-tenant-id"), ["TenantA"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_names_away_is_gone_before_the_gate_looks() {
    let (gateway, token) = gateway().await;
    let named = |names: &str| gateway.resume(&token).header("Connection", names).header("X-Gone", "x");
    let answer = named("close, portcullis-subject, x-gone").send().await.unwrap();
    let shown: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(header(&shown, "portcullis-subject"), ["ada%7Clovelace"]);
    assert!(header(&shown, "x-gone").is_empty());
    // The gate must not decide for one tenant, and the origin serve another.
    let told = refusal(named("workflow-api-tenant-id").send().await.unwrap()).await;
    assert_eq!((told.0, told.2), (403, "TENANT_NOT_SPECIFIED".into()));
    let told = refusal(named("authorization").send().await.unwrap()).await;
    assert_eq!((told.0, told.2), (401, "AUTHENTICATION_REQUIRED".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn denials_have_their_status_challenge_and_reason() {
    let (gateway, token) = gateway().await;
    let url = |path: &str| format!("{}/workflow-api/{path}", gateway.public);
    let post = |path: &str| gateway.client.post(url(path)).header("Workflow-Api-Tenant-ID", "TenantA");

    let told = refusal(post("rpc/resume").send().await.unwrap()).await;
    assert_eq!(told, (401, "Bearer".into(), "AUTHENTICATION_REQUIRED".into()));
    let told = refusal(post("rpc/resume").bearer_auth("no.good.token").send().await.unwrap()).await;
    assert_eq!(told, (401, "Bearer error=\"invalid_token\"".into(), "CREDENTIAL_INVALID".into()));
    let told = refusal(post("rpc/delete-instance").bearer_auth(&token).send().await.unwrap()).await;
    assert_eq!(told, (403, "Bearer error=\"insufficient_scope\"".into(), "OPERATION_DENIED".into()));
    let told = refusal(post("nowhere").bearer_auth(&token).send().await.unwrap()).await;
    assert_eq!(told, (404, String::new(), "ROUTE_UNKNOWN".into()));
    let told = refusal(post("rpc/%zz").bearer_auth(&token).send().await.unwrap()).await;
    assert_eq!(told, (400, String::new(), "REQUEST_MALFORMED".into()));
    let foreign = gateway
        .client
        .post(url("rpc/resume"))
        .bearer_auth(&token)
        .header("Workflow-Api-Tenant-ID", "TenantB");
    let told = refusal(foreign.send().await.unwrap()).await;
    assert_eq!((told.0, told.2), (403, "TENANT_DENIED".into()));

    let metrics = gateway.metrics().await;
    for series in [
        r#"portcullis_decisions_total{door="http",decision="deny",stage="operation",reason="OPERATION_DENIED"} 1"#,
        r#"portcullis_decisions_total{door="http",decision="deny",stage="exposure",reason="ROUTE_UNKNOWN"} 1"#,
        r#"portcullis_jwks_fetches_total{outcome="new"} 1"#,
        r#"portcullis_credentials_total{outcome="remembered"}"#,
        "portcullis_decision_seconds_count",
        "portcullis_policy_generation 2",
    ] {
        assert!(metrics.contains(series), "{series} is not in\n{metrics}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_streamed_through_untouched_in_both_directions() {
    let (gateway, token) = gateway().await;
    // The second part is sent only once the first has come back: nothing on the way waits for all.
    let (sender, receiver) = tokio::sync::mpsc::channel::<Vec<u8>>(1);
    let parts = stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|part| (Ok::<_, std::io::Error>(part), receiver))
    });
    let request = gateway
        .client
        .post(format!("{}/workflow-api/rpc/create-instance", gateway.public))
        .bearer_auth(&token)
        .header("Workflow-Api-Tenant-ID", "TenantA")
        .body(reqwest::Body::wrap_stream(parts));
    let answer = tokio::spawn(request.send());
    let first: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    sender.send(first.clone()).await.unwrap();
    let mut body = answer.await.unwrap().unwrap().bytes_stream();
    let mut back = Vec::new();
    while back.len() < first.len() {
        let part = tokio::time::timeout(Duration::from_secs(10), body.next()).await.expect("it is held back");
        back.extend_from_slice(&part.unwrap().unwrap());
    }
    assert_eq!(back, first);
    sender.send(b"the end".to_vec()).await.unwrap();
    drop(sender);
    let rest: Vec<u8> = body.map(|part| part.unwrap().to_vec()).concat().await;
    assert_eq!(rest, b"the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_that_is_gone_is_a_problem_with_a_code() {
    let key = key("one");
    let (_folder, file) = keys_file(&jwks(&[&key]));
    let config = json!({ "origin": "http://127.0.0.1:1", "jwks": { "file": file } });
    let gateway = Gateway::start(&config, &policy());
    let told = refusal(gateway.resume(&token(&key, "ada", CLAIM)).send().await.unwrap()).await;
    assert_eq!((told.0, told.2), (502, "ORIGIN_UNREACHABLE".into()));
}

fn keys_file(keys: &Value) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.json");
    std::fs::write(&file, keys.to_string()).unwrap();
    (folder, file)
}
