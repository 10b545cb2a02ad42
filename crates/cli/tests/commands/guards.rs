//! `webhook`, `template`, `mask` and `workflow`: one at a time, and over lines of JSON.

use super::*;

const POLICY: &str = r#"{"portcullis": 1,
    "webhooks": {"allow_domains": ["*.example.com"]},
    "masking": {"fields": [{"name": "email", "level": "confidential", "strategy": "last_four"}, {"name": "note", "strategy": "drop"}]}}"#;

fn with_policy(arguments: &[&str], input: &str) -> Run {
    let folder = Folder::new(&[("policy.json", POLICY)]);
    let policy = folder.arg("policy.json");
    run(arguments.iter().copied().chain(["--policy", &policy]), input, &[])
}

#[test]
fn webhook_verdicts_have_every_member_of_the_contract() {
    let lines = with_policy(
        &["webhook", "check"],
        "{\"id\":\"a\",\"url\":\"https://hooks.example.com/x\",\"resolved_ips\":[\"93.184.216.34\"]}\n\
         {\"id\":2,\"url\":\"https://hooks.example.com/x\",\"resolved_ips\":null}\n\
         {\"id\":3,\"url\":\"https://evil.net/\",\"resolved_ips\":[\"93.184.216.34\"]}\n",
    )
    .exit(0)
    .lines();
    let expected = serde_json::json!([
        {"id": "a", "verdict": "allow", "reason": "ALLOWED", "connect": ["93.184.216.34"], "host": "hooks.example.com", "port": 443},
        {"id": 2, "verdict": "block", "reason": "NOT_RESOLVED", "connect": [], "host": null, "port": null},
        {"id": 3, "verdict": "block", "reason": "DOMAIN_NOT_ALLOWED", "connect": [], "host": null, "port": null},
    ]);
    assert_eq!(Value::Array(lines), expected);
}

#[test]
fn one_webhook_is_told_with_its_exit_code() {
    let allowed = with_policy(&["webhook", "check", "https://a.example.com/", "93.184.216.34"], "").exit(0);
    assert!(allowed.out.contains("allow") && allowed.out.contains("connect to 93.184.216.34"), "{allowed:?}");
    let blocked = with_policy(&["webhook", "check", "https://a.example.com/", "10.0.0.1"], "").exit(1);
    assert!(blocked.out.contains("ADDRESS_NOT_PUBLIC"), "{blocked:?}");
}

#[test]
fn rendering_tells_the_text_or_the_kind_of_error_alone() {
    let input = "{\"id\":1,\"template\":\"Hi {{ name }}\",\"context\":{\"name\":\"<Ann>\"}}\n\
                 {\"id\":2,\"template\":\"{{ secret }}\",\"context\":{\"secret\":\"CANARY\"}}\n\
                 {\"id\":3,\"template\":\"\"}\n";
    let run = portcullis_with(&["template", "render"], input).exit(0);
    assert!(!run.out.contains("CANARY") && !run.err.contains("CANARY"));
    let expected = serde_json::json!([
        {"id": 1, "ok": true, "output": "Hi &lt;Ann&gt;"},
        {"id": 2, "ok": false, "error": "restricted"},
        {"id": 3, "ok": true, "output": ""},
    ]);
    assert_eq!(Value::Array(run.lines()), expected);
}

fn portcullis_with(arguments: &[&str], input: &str) -> Run {
    run(arguments.iter().copied(), input, &[])
}

#[test]
fn a_template_that_reaches_a_limit_leaves_the_next_one_alone() {
    let deep = "(".repeat(10_000) + "1" + &")".repeat(10_000);
    let input = format!(
        "{}\n{}\n",
        serde_json::json!({"id": 1, "template": format!("{{{{ {deep} }}}}"), "context": {}}),
        serde_json::json!({"id": 2, "template": "{{ a }}", "context": {"a": 1}})
    );
    let lines = portcullis_with(&["template", "render", "--channel", "text"], &input).exit(0).lines();
    assert_eq!(lines[0], serde_json::json!({"id": 1, "ok": false, "error": "limit"}));
    assert_eq!(lines[1], serde_json::json!({"id": 2, "ok": true, "output": "1"}));
}

#[test]
fn files_are_rendered_and_validated() {
    let folder = Folder::new(&[
        ("t.txt", "Hi {{ name }}\n{{ password }}"),
        ("ok.txt", "Hi {{ name }}"),
        ("c.json", r#"{"name":"Ann"}"#),
    ]);
    let (bad, good, context) = (folder.arg("t.txt"), folder.arg("ok.txt"), folder.arg("c.json"));
    assert_eq!(portcullis(["template", "render", &good, "--context", &context]).exit(0).out, "Hi Ann");
    let refused = portcullis(["template", "render", &bad, "--context", &context]).exit(1);
    assert!(refused.out.is_empty() && refused.err.contains(":2:"), "{refused:?}");
    portcullis(["template", "validate", &good]).exit(0);
    let findings = portcullis(["template", "validate", &bad, "--json"]).exit(1).json();
    let place = &findings["findings"][0];
    assert_eq!(
        (place["code"].as_str(), place["line"].as_u64(), place["column"].as_u64()),
        (Some("restricted"), Some(2), Some(4))
    );
}

#[test]
fn documents_are_masked_line_by_line() {
    let input = "{\"email\":\"ann@example.com\",\"note\":1,\"a\":[1]}\n[{\"token\":\"CANARY\"}]\n";
    let run = with_policy(&["mask"], input).exit(0);
    assert_eq!(run.out, "{\"email\":\"****.com\",\"a\":[1]}\n[{\"token\":\"****\"}]\n");
    let report = with_policy(&["mask", "--report"], input).exit(0).lines();
    assert_eq!(report[0]["masked"], serde_json::json!(["/email"]));
    assert_eq!(report[0]["erased"], serde_json::json!(["/note"]));
    with_policy(&["mask"], "{\"a\":\n").exit(2);
}

#[test]
fn definitions_are_linted_and_denied_by_severity() {
    let run = with_policy(&["workflow", "lint"], "{\"id\":1,\"workflow\":{}}\n").exit(0);
    let line = &run.lines()[0];
    assert!(line["findings"].as_array().is_some_and(|findings| !findings.is_empty()), "{line}");
    let rules = portcullis(["workflow", "rules", "--json"]).exit(0).json();
    assert!(rules.as_array().is_some_and(|rules| rules.len() > 20));
    let folder = Folder::new(&[("w.json", "{}")]);
    let file = folder.arg("w.json");
    let sarif = portcullis(["workflow", "lint", &file, "--format", "sarif", "--deny", "critical"]).json();
    assert_eq!(sarif["version"], "2.1.0");
}

#[test]
fn lines_of_templates_and_definitions_are_answered_with_the_members_of_the_contract() {
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let lines = portcullis_with(
        &["template", "validate"],
        "{\"id\":1,\"template\":\"Hi\\n {{ ssn | upper }}\"}\n{\"id\":\"b\",\"template\":\"{{ ssn | mask_ssn }}\"}\n",
    )
    .exit(0)
    .lines();
    assert_eq!(lines[1], serde_json::json!({"id": "b", "valid": true, "findings": []}));
    let finding = &lines[0]["findings"][0];
    assert_eq!((lines[0]["id"].as_u64(), lines[0]["valid"].as_bool()), (Some(1), Some(false)));
    assert_eq!((finding["code"].as_str(), finding["line"].as_u64()), (Some("restricted"), Some(2)));
    let workflow = serde_json::json!({"id": [7], "workflow": {
        "name": "w", "tenant_id": "T", "trigger": {"entity_type": "order", "operations": ["create"]},
        "actions": [{"type": "webhook", "url": "http://hooks.example.com/", "method": "POST"}],
    }});
    let lines = with_policy(&["workflow", "lint"], &format!("{workflow}\n")).exit(0).lines();
    assert_eq!(lines[0]["id"], serde_json::json!([7]));
    let finding = &lines[0]["findings"][0];
    for member in ["rule", "severity", "message", "location"] {
        assert!(finding[member].is_string(), "{finding}");
    }
    assert_eq!(
        (finding["rule"].as_str(), finding["severity"].as_str(), finding["location"].as_str()),
        (Some("webhook.https_required"), Some("high"), Some("/actions/0/url"))
    );
    assert!(keys(&lines[0]).contains(&"suppressed".to_owned()));
}

#[test]
fn a_simulation_tells_what_would_happen_and_sends_nothing() {
    let workflow = r#"{"name":"w","tenant_id":"TenantA","trigger":{"entity_type":"order","operations":["create"]},
        "conditions":[{"type":"field","field":"total","operator":"gt","value":1000}],
        "actions":[
            {"type":"notification","title":"Order {{number}}","body":"Card {{card_number | mask_card}}","recipients":[{"type":"role","value":"sales"}]},
            {"type":"webhook","url":"https://evil.test/x","method":"POST"},
            {"type":"database","operation":"update","target_entity":"inventory","field_mapping":{"status":"reserved"},"filter":{"product_id":"{{product_id}}"}}
        ]}"#;
    let event = r#"{"entity_type":"order","operation":"create","record":
        {"number":7,"total":1500,"card_number":"4111111111111111","product_id":"x' or '1'='1"},"user":{"id":"u","roles":["sales"]}}"#;
    let policy = r#"{"portcullis":1,"webhooks":{"allow_domains":["*.example.com"]},
        "definitions":{"entities":{"inventory":["status","product_id"]}}}"#;
    let folder = Folder::new(&[
        ("w.json", workflow),
        ("e.json", event),
        ("small.json", &event.replace("1500", "5")),
        ("p.json", policy),
    ]);
    let (workflow, event, policy) = (folder.arg("w.json"), folder.arg("e.json"), folder.arg("p.json"));
    let simulate = ["workflow", "simulate", &workflow, "--policy", &policy, "--event"];
    let told = run(simulate.into_iter().chain([event.as_str(), "--json"]), "", &[]).exit(0).json();
    assert_eq!(told["conditions"][0]["actual"], 1500);
    assert_eq!(told["actions"][0]["texts"][1]["output"], "Card ****1111");
    assert_eq!(told["actions"][1]["webhook"]["reason"], "DOMAIN_NOT_ALLOWED");
    let statement = &told["statements"][2];
    assert_eq!(
        statement["sql"],
        r#"UPDATE "inventory" SET "status" = $1 WHERE "tenant_id" = $2 AND "product_id" = $3"#
    );
    assert_eq!(statement["parameters"], serde_json::json!(["reserved", "TenantA", "x' or '1'='1"]));
    let text = run(simulate.into_iter().chain([event.as_str()]), "", &[]).exit(0).out;
    assert!(text.contains("nothing was sent") && text.contains("DOMAIN_NOT_ALLOWED"), "{text}");
    assert!(!text.contains("4111111111111111"), "{text}");
    let small = folder.arg("small.json");
    run(simulate.into_iter().chain([small.as_str()]), "", &[]).exit(1);
}

#[test]
fn a_suppression_needs_a_reason_and_denial_is_by_severity() {
    let definition = |suppress: &str| {
        format!(
            r#"{{"name":"w","tenant_id":"T","trigger":{{"entity_type":"order","operations":["create"]}},
            "actions":[{{"type":"notification","title":"Hi","body":"x","recipients":[{{"type":"role","value":"r"}}],"extra":1}}]{suppress}}}"#
        )
    };
    let suppress =
        |reason: &str| format!(r#","x-portcullis-ignore":[{{"rule":"definition.unknown_field"{reason}}}]"#);
    let folder = Folder::new(&[
        ("plain.json", &definition("")),
        ("reasoned.json", &definition(&suppress(r#","reason":"read by the mail team""#))),
        ("bare.json", &definition(&suppress(""))),
    ]);
    let lint = |name: &str, deny: &str| {
        let file = folder.arg(name);
        portcullis(["workflow", "lint", &file, "--deny", deny, "--format", "json"])
    };
    let rules = |run: &Run| {
        let report = run.json();
        let rules = report["findings"].as_array().unwrap().iter();
        rules.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    lint("plain.json", "high").exit(0);
    assert!(rules(&lint("plain.json", "low").exit(1)).contains(&"definition.unknown_field".to_owned()));
    let reasoned = lint("reasoned.json", "low");
    assert!(!rules(&reasoned).contains(&"definition.unknown_field".to_owned()), "{reasoned:?}");
    assert_eq!(reasoned.json()["suppressed"][0]["reason"], "read by the mail team");
    let bare = rules(&lint("bare.json", "low").exit(1));
    assert!(
        bare.contains(&"suppression.invalid".to_owned())
            && bare.contains(&"definition.unknown_field".to_owned()),
        "{bare:?}"
    );
}

#[test]
fn mistakes_in_the_guards_sections_are_told_with_their_paths() {
    let folder = Folder::new(&[("policy.json", r#"{"portcullis":1,"webhooks":{"schemes":["http"]}}"#)]);
    let run =
        portcullis(["webhook", "check", "--policy", &folder.arg("policy.json"), "https://a.net/"]).exit(2);
    assert!(run.err.contains("/webhooks/schemes"), "{run:?}");
    let run = portcullis(["policy", "check", &folder.arg("policy.json")]).exit(2);
    assert!(run.out.contains("/webhooks/schemes"), "{run:?}");
    let folder = Folder::new(&[("policy.json", POLICY)]);
    portcullis(["policy", "check", &folder.arg("policy.json")]).exit(0);
}
