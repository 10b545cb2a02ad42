//! A policy that comes as a signed bundle: taken, replaced, and refused while the last good one stays.

use std::fs;

use portcullis::{PolicySource, bundle::BundleDraft, mint::SigningKey};
use serde_json::{Map, Value, json};

use crate::support::{CLAIM, Gateway, files, jwks, key, origin, policy, program, refusal, token};

fn bundle(key: &SigningKey, name: &str, version: u64, policy: &Value) -> Vec<u8> {
    let source = PolicySource::from_json(policy.to_string());
    let draft = BundleDraft { name, version, expires: None, metadata: Map::new(), source: &source };
    draft.sign(key).unwrap()
}

fn for_tenants(tenants: &[&str]) -> Value {
    let mut policy = policy();
    policy["tenancy"]["tenants"] = json!(tenants);
    policy
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_bundle_is_in_force_and_a_bad_one_is_not() {
    let (release, users, stranger) = (key("release"), key("one"), key("release"));
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("release.json"), jwks(&[&release]).to_string()).unwrap();
    fs::write(path("keys.json"), jwks(&[&users]).to_string()).unwrap();
    fs::write(path("live.bundle"), bundle(&release, "live", 3, &for_tenants(&["TenantA", "TenantB"])))
        .unwrap();
    let config = json!({
        "origin": format!("http://{}", origin().await),
        "policy": null,
        "bundle": { "file": path("live.bundle"), "jwks": path("release.json"), "name": "live" },
        "jwks": { "file": path("keys.json") },
    });
    let mut gateway = Gateway::start(&config, &Value::Null);
    let token = token(&users, "ada", CLAIM);
    assert_eq!(gateway.resume(&token).send().await.unwrap().status(), 200);

    let without = for_tenants(&["TenantB", "TenantC"]);
    fs::write(path("live.bundle"), bundle(&release, "live", 4, &without)).unwrap();
    let reloaded = gateway.logged(|log| log["message"] == "reloaded");
    assert_eq!(reloaded["version"], 4, "{reloaded}");
    assert_eq!(refusal(gateway.resume(&token).send().await.unwrap()).await.2, "TENANT_UNKNOWN");

    let good = for_tenants(&["TenantA", "TenantB"]);
    let mut changed = bundle(&release, "live", 5, &good);
    let last = changed.len() - 2;
    changed[last] ^= 1;
    for (bytes, code) in [
        (bundle(&release, "live", 3, &good), "BUNDLE_VERSION"),
        (bundle(&release, "other", 5, &good), "BUNDLE_NAME"),
        (bundle(&stranger, "live", 5, &good), "BUNDLE_SIGNATURE"),
        (changed, "BUNDLE_CONTENT"),
        (bundle(&release, "live", 5, &json!({ "portcullis": 1, "unknown": true })), "CONFIGURATION"),
        (b"no bundle".to_vec(), "BUNDLE_MALFORMED"),
    ] {
        fs::write(path("live.bundle"), bytes).unwrap();
        let refused = gateway.logged(|log| log["level"] == "ERROR");
        assert_eq!(refused["code"], code, "{refused}");
        assert!(refused["message"].as_str().unwrap().contains("last good one stays"), "{refused}");
        assert_eq!(refusal(gateway.resume(&token).send().await.unwrap()).await.2, "TENANT_UNKNOWN", "{code}");
    }

    fs::write(path("live.bundle"), bundle(&release, "live", 5, &good)).unwrap();
    gateway.logged(|log| log["message"] == "reloaded");
    assert_eq!(gateway.resume(&token).send().await.unwrap().status(), 200);
    let metrics = gateway.metrics().await;
    assert!(metrics.contains(r#"portcullis_reloads_total{what="policy",outcome="taken"} 2"#), "{metrics}");
    assert!(metrics.contains(r#"portcullis_reloads_total{what="policy",outcome="refused"} 6"#), "{metrics}");
}

#[test]
fn a_bundle_that_cannot_be_taken_at_the_start_ends_with_2() {
    let (release, stranger) = (key("release"), key("release"));
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("release.json"), jwks(&[&release]).to_string()).unwrap();
    fs::write(path("good"), bundle(&release, "live", 3, &policy())).unwrap();
    fs::write(path("forged"), bundle(&stranger, "live", 3, &policy())).unwrap();
    let ends = |file: &str, more: Value| {
        let mut bundle = json!({ "file": path(file), "jwks": path("release.json"), "name": "live" });
        bundle.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let config = json!({ "origin": "http://127.0.0.1:1", "policy": null, "bundle": bundle });
        check(&config)
    };
    assert_eq!(ends("good", json!({})).0, Some(0));
    for (file, more, said) in [
        ("forged", json!({}), "BUNDLE_SIGNATURE"),
        ("good", json!({ "name": "other" }), "BUNDLE_NAME"),
        ("good", json!({ "at_least": 4 }), "BUNDLE_VERSION"),
        ("missing", json!({}), "missing"),
        ("good", json!({ "jwks": path("no-keys.json") }), "no-keys.json"),
    ] {
        let (code, report) = ends(file, more);
        assert_eq!(code, Some(2), "{said}: {report}");
        assert!(report.contains(said) && !report.contains("panicked"), "{said}: {report}");
    }
    let both = json!({ "file": path("good"), "jwks": path("release.json"), "name": "live" });
    for config in [json!({ "bundle": both }), json!({ "policy": null })] {
        let mut whole = json!({ "origin": "http://127.0.0.1:1" });
        whole.as_object_mut().unwrap().extend(config.as_object().unwrap().clone());
        let (code, report) = check(&whole);
        assert!(code == Some(2) && report.contains("either"), "{code:?} {report}");
    }
}

fn check(config: &Value) -> (Option<i32>, String) {
    let (_folder, path) = files(config, &policy().to_string());
    let output = program(&path).arg("--check").output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}
