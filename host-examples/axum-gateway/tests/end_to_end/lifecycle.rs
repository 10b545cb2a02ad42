//! Start, reload, and end.

use std::{fs, time::Duration};

use serde_json::{Value, json};

use crate::support::{CLAIM, Gateway, files, jwks, key, origin, policy, program, refusal, token};

struct Running {
    gateway: Gateway,
    token: String,
    _keys: tempfile::TempDir,
}

async fn running() -> Running {
    let key = key("one");
    let keys = tempfile::tempdir().unwrap();
    let file = keys.path().join("keys.json");
    fs::write(&file, jwks(&[&key]).to_string()).unwrap();
    let config = json!({ "origin": format!("http://{}", origin().await), "jwks": { "file": file } });
    let gateway = Gateway::start(&config, &policy());
    Running { gateway, token: token(&key, "ada", CLAIM), _keys: keys }
}

fn ends_at_start(config: &Value, policy: &str) -> (Option<i32>, String) {
    let (_folder, path) = files(config, policy);
    let output = program(&path).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_bad_policy_is_reported_in_full_and_ends_with_2() {
    let bad = json!({
        "portcullis": 1,
        "tenancy": { "mode": "multi", "tenants": ["good", "not good"] },
        "token": { "algorithms": ["none"] },
        "no_such_section": {},
    });
    let (code, report) = ends_at_start(&json!({ "origin": "http://127.0.0.1:1" }), &bad.to_string());
    assert_eq!(code, Some(2), "{report}");
    for said in ["/tenancy/tenants/1", "/token/algorithms/0", "no_such_section"] {
        assert!(report.contains(said), "{said} is not in\n{report}");
    }
}

#[test]
fn a_policy_of_five_megabytes_is_read_or_reported() {
    let origin = json!({ "origin": "http://127.0.0.1:1" });
    let mut large = policy();
    let tenant = |number: usize| format!("Tenant-{number:0>100}");
    large["tenancy"]["tenants"] = (0..48_000).map(tenant).collect();
    assert!(large.to_string().len() > 5_000_000);
    let (folder, path) = files(&origin, &large.to_string());
    let output = program(&path).arg("--check").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    drop(folder);

    large["tenancy"]["tenants"][47_999] = json!("not good");
    let (code, report) = ends_at_start(&origin, &large.to_string());
    assert!(code == Some(2) && report.contains("/tenancy/tenants/47999"), "{code:?}: {report}");
    let (code, report) = ends_at_start(&origin, &"[".repeat(5_000_000));
    assert!(code == Some(2) && report.len() < 2_000, "{code:?}: {} bytes", report.len());
}

#[test]
fn a_configuration_that_cannot_be_used_ends_with_2() {
    let good = policy().to_string();
    let origin = json!({ "origin": "http://127.0.0.1:1" });
    let with = |more: Value| {
        let mut config = origin.clone();
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ends_at_start(&config, &good)
    };
    for (config, said) in [
        (json!({ "unknown": 1 }), "unknown"),
        (json!({ "origin": "ftp://origin" }), "origin"),
        (json!({ "origin": "http://origin/path" }), "origin"),
        (json!({ "policy": "missing.json" }), "missing.json"),
        (json!({ "module": "missing.wasm" }), "missing.wasm"),
        (json!({ "module": "policy.json" }), "module"),
        (json!({ "jwks": { "file": "missing.json" } }), "missing.json"),
        (json!({ "jwks": { "url": "http://issuer.test/keys" } }), "https://"),
    ] {
        let (code, report) = with(config.clone());
        assert_eq!(code, Some(2), "{config}: {report}");
        assert!(report.contains(said) && !report.contains("panicked"), "{config}: {report}");
    }
    let (code, _) = ends_at_start(&origin, "{");
    assert_eq!(code, Some(2));
}

#[test]
fn check_says_that_all_is_good_and_serves_nothing() {
    let (_folder, path) = files(&json!({ "origin": "http://127.0.0.1:1" }), &policy().to_string());
    let output = program(&path).arg("--check").output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().contains("good"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_policy_is_in_force_and_a_bad_one_is_not() {
    let Running { mut gateway, token, _keys } = running().await;
    assert_eq!(gateway.resume(&token).send().await.unwrap().status(), 200);

    let mut without = policy();
    without["tenancy"]["tenants"] = json!(["TenantB"]);
    let file = gateway.folder.path().join("policy.json");
    fs::write(&file, without.to_string()).unwrap();
    gateway.logged(|log| log["message"] == "reloaded");
    let told = refusal(gateway.resume(&token).send().await.unwrap()).await;
    assert_eq!((told.0, told.2), (403, "TENANT_UNKNOWN".into()));

    fs::write(&file, json!({ "portcullis": 1, "unknown": true }).to_string()).unwrap();
    let refused = gateway.logged(|log| log["level"] == "ERROR");
    assert!(refused["message"].as_str().unwrap().contains("last good one stays"), "{refused}");
    assert!(refused["report"].as_str().unwrap().contains("unknown"), "{refused}");
    let told = refusal(gateway.resume(&token).send().await.unwrap()).await;
    assert_eq!(told.2, "TENANT_UNKNOWN");

    // As editors do: a new file under the old name.
    let beside = gateway.folder.path().join("policy.json.new");
    fs::write(&beside, policy().to_string()).unwrap();
    fs::rename(beside, &file).unwrap();
    gateway.logged(|log| log["message"] == "reloaded");
    assert_eq!(gateway.resume(&token).send().await.unwrap().status(), 200);
    let metrics = gateway.metrics().await;
    assert!(metrics.contains(r#"portcullis_reloads_total{what="policy",outcome="taken"} 2"#), "{metrics}");
    assert!(metrics.contains(r#"portcullis_reloads_total{what="policy",outcome="refused"} 1"#), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_lets_requests_end_and_takes_no_more() {
    let key = key("one");
    let keys = tempfile::tempdir().unwrap();
    let file = keys.path().join("keys.json");
    fs::write(&file, jwks(&[&key]).to_string()).unwrap();
    let config = json!({ "origin": format!("http://{}", origin().await), "jwks": { "file": file } });
    let mut gateway = Gateway::start(&config, &policy());
    let token = token(&key, "ada", "a:workflow-api;a:tenants");
    let slow = gateway
        .client
        .get(format!("{}/workflow-api/liveness", gateway.public))
        .bearer_auth(&token)
        .header("Workflow-Api-Tenant-ID", "TenantA");
    let slow = tokio::spawn(slow.send());
    tokio::time::sleep(Duration::from_millis(200)).await;
    gateway.signal("-TERM");
    gateway.logged(|log| log["message"] == "stopping");
    let answer = slow.await.unwrap().unwrap();
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, "done"));
    assert_eq!(gateway.exit_code(), Some(0));
    assert!(gateway.resume(&token).send().await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_told_on_an_address_of_its_own() {
    let Running { gateway, .. } = running().await;
    let health = gateway.client.get(format!("{}/healthz", gateway.internal)).send().await.unwrap();
    assert_eq!(health.status(), 200);
    assert_eq!(gateway.ready().await, 200);
    let outside = gateway.client.get(format!("{}/metrics", gateway.public)).send().await.unwrap();
    assert_eq!(refusal(outside).await.2, "ROUTE_UNKNOWN");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_and_no_subject_is_logged() {
    let Running { mut gateway, token, _keys } = running().await;
    assert_eq!(gateway.resume(&token).send().await.unwrap().status(), 200);
    let bad = format!("{}x", &token[..token.len() - 2]);
    assert_eq!(gateway.resume(&bad).send().await.unwrap().status(), 401);
    gateway.logged(|log| log["reason"] == "CREDENTIAL_INVALID");
    let logs = gateway.all_logs();
    for part in token.split('.') {
        assert!(!logs.contains(part), "a part of the token is in\n{logs}");
    }
    assert!(!logs.contains("\"ada\""), "the subject is in\n{logs}");
}
