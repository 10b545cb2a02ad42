use serde_json::{Value, json};

use super::run;

fn ask(call: &Value) -> Value {
    let mut answer = Vec::new();
    run(call.to_string().as_bytes(), &mut answer);
    serde_json::from_slice(&answer)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&answer)))
}

fn load(document: &Value) -> Value {
    ask(&json!({ "policy.load": { "document": document.to_string() } }))
}

#[track_caller]
fn policy(document: &Value) -> u64 {
    load(document)["ok"]["policy"].as_u64().expect("a policy")
}

#[test]
fn every_call_answers_in_the_frame() {
    let policy = policy(&json!({
        "portcullis": 1, "tenancy": {"mode": "single"}, "webhooks": {"allow_domains": ["example.com"]},
        "masking": {"detect": [{"kind": "card"}]}, "templates": {"variables": ["name"]},
    }));
    assert_eq!(ask(&json!({"version": {}}))["ok"]["abi"], 1);
    let check = json!({"webhook.check": {"policy": policy, "url": "https://example.com/", "addresses": ["93.184.216.34"]}});
    assert_eq!(
        ask(&check)["ok"],
        json!({"verdict": "allow", "reason": "ALLOWED", "connect": ["93.184.216.34"], "host": "example.com", "port": 443})
    );
    let render = |context: Value| {
        ask(
            &json!({"template.render": {"policy": policy, "channel": "text", "template": "{{ name }}", "context": context}}),
        )
    };
    assert_eq!(render(json!({"name": "Ann"}))["ok"], json!({"output": "Ann"}));
    assert_eq!(render(json!([]))["ok"]["failed"]["kind"], "context");
    let validated = ask(&json!({"template.validate": {"policy": policy, "template": "{{ other }}"}}));
    assert_eq!(validated["ok"]["findings"][0]["code"], "undeclared");
    let masked =
        ask(&json!({"mask": {"policy": policy, "document": {"a": "4111111111111111", "secret": [1]}}}));
    assert_eq!(
        masked["ok"],
        json!({"document": {"a": "****", "secret": "****"}, "masked": ["/a", "/secret"], "erased": []})
    );
    let linted = ask(&json!({"workflow.lint": {"policy": policy, "workflow": {}}}));
    assert!(linted["ok"]["findings"].is_array());
    assert!(ask(&json!({"workflow.rules": {}}))["ok"].as_array().is_some_and(|rules| rules.len() > 20));
    assert_eq!(ask(&json!({"release": {"handle": policy}})), json!({"ok": null}));
    assert_eq!(ask(&check)["error"]["code"], "HANDLE_UNKNOWN");
}

#[test]
fn without_a_policy_nothing_may_be_sent_and_names_alone_tell() {
    let check = ask(
        &json!({"webhook.check": {"policy": null, "url": "https://example.com/", "addresses": ["93.184.216.34"]}}),
    );
    assert_eq!(check["ok"]["verdict"], "block");
    let masked =
        ask(&json!({"mask": {"policy": null, "document": {"password": 1, "email": "ann@example.com"}}}));
    assert_eq!(masked["ok"]["document"], json!({"password": "****", "email": "ann@example.com"}));
}

#[test]
fn mistakes_of_a_policy_are_told_with_their_paths() {
    let answer = load(&json!({
        "portcullis": 1, "webhooks": {"schemes": ["ftp"]},
        "masking": {"fields": [{"name": "a", "pointer": "/a"}, {"pointer": "x"}]},
    }));
    assert_eq!(answer["error"]["code"], "POLICY_INVALID");
    let findings = answer["error"]["findings"].as_array().unwrap();
    let mut paths: Vec<_> = findings.iter().filter_map(|finding| finding["path"].as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/masking/fields/0", "/masking/fields/1/pointer", "/webhooks/schemes"]);
    assert_eq!(
        load(&json!({"portcullis": 1, "webhooks": {"allow_domain": []}}))["error"]["code"],
        "POLICY_INVALID"
    );
    assert_eq!(load(&json!({"portcullis": 2}))["error"]["code"], "POLICY_INVALID");
}

#[test]
fn keyed_hashes_need_a_key() {
    let policy =
        policy(&json!({"portcullis": 1, "masking": {"fields": [{"name": "a", "strategy": "hash"}]}}));
    let mask = |key: Value| ask(&json!({"mask": {"policy": policy, "hash_key": key, "document": {"a": 1}}}));
    assert_eq!(mask(Value::Null)["error"]["code"], "KEYS_INVALID");
    assert_eq!(mask(json!("abc"))["error"]["code"], "KEYS_INVALID");
    let hashed = mask(json!("00112233445566778899aabbccddeeff"));
    assert!(
        hashed["ok"]["document"]["a"]
            .as_str()
            .is_some_and(|hash| hash.starts_with("hmac:") && hash.len() == 37)
    );
}

#[test]
fn what_is_no_call_is_told_by_its_place_alone() {
    for call in ["", "{", "null", "{\"decide\":{}}", "{\"release\":{\"handle\":\"CANARY\"}}"] {
        let mut answer = Vec::new();
        run(call.as_bytes(), &mut answer);
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer["error"]["code"], "CALL_MALFORMED", "{call}");
        assert!(!answer.to_string().contains("CANARY"), "{answer}");
    }
}
