//! `decide` and `validate` over lines of JSON.

use super::*;

const POLICY: &str =
    r#"{"portcullis": 1, "tenancy": {"mode": "multi", "tenants": ["A", "B"], "default": "A"}}"#;

fn decide(input: &str, more: &[&str]) -> Run {
    let folder = Folder::new(&[("policy.json", POLICY)]);
    let policy = folder.arg("policy.json");
    run(
        ["decide", "--policy", &policy, "--now", "1700000000"].into_iter().chain(more.iter().copied()),
        input,
        &[],
    )
}

/// The text that stands after `"id":`, up to the next member.
fn id_text(line: &str) -> &str {
    let rest = line.strip_prefix("{\"id\":").unwrap();
    let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<serde::de::IgnoredAny>();
    stream.next().unwrap().unwrap();
    &rest[..stream.byte_offset()]
}

#[test]
fn decisions_come_in_the_order_of_their_lines() {
    let input: String = (0..500)
        .map(|id| {
            let operation = if id % 2 == 0 { "workflow-api.liveness" } else { "workflow-api.rpc.resume" };
            format!(
                "{{\"id\":{id},\"claim\":\"a:workflow-api.rpc;a:tenants\",\"operation\":\"{operation}\"}}\n"
            )
        })
        .collect();
    let run = decide(&input, &[]).exit(0);
    let lines = run.lines();
    assert_eq!(lines.len(), 500);
    for (id, line) in lines.iter().enumerate() {
        assert_eq!((line["id"].as_u64(), line["decision"].as_bool()), (Some(id as u64), Some(id % 2 == 1)));
    }
}

#[test]
fn a_decision_has_every_member_of_the_contract() {
    let run = decide(
        "{\"id\":1,\"claim\":\"a:workflow-api;a:tenants:B\",\"method\":\"GET\",\"path\":\"/workflow-api/liveness\",\"tenant\":\"B\"}\n\
         {\"id\":2,\"claim\":null,\"operation\":\"workflow-api.liveness\",\"tenant\":null}\n\
         {\"id\":3,\"token\":null,\"operation\":\"workflow-api.liveness\"}\n\
         {\"id\":4,\"claim\":[\"a:workflow-api\",\"a:tenants\"],\"operation\":\"workflow-api.liveness\"}\n",
        &[],
    )
    .exit(0);
    let expected = serde_json::json!([
        {"id": 1, "decision": true, "status": 200, "stage": null, "reason": "ALLOWED", "operation": "workflow-api.liveness", "tenant": "B"},
        {"id": 2, "decision": false, "status": 403, "stage": "operation", "reason": "CLAIM_MISSING", "operation": "workflow-api.liveness", "tenant": null},
        {"id": 3, "decision": false, "status": 401, "stage": "authentication", "reason": "AUTHENTICATION_REQUIRED", "operation": "workflow-api.liveness", "tenant": null},
        {"id": 4, "decision": false, "status": 403, "stage": "operation", "reason": "CLAIM_MULTIPLE", "operation": "workflow-api.liveness", "tenant": null},
    ]);
    assert_eq!(Value::Array(run.lines()), expected);
}

#[test]
fn ids_are_echoed_as_they_stand() {
    let ids = [
        "0",
        "-1.50",
        "1e400",
        "123456789012345678901234567890",
        "\"\\u00e9\\/\"",
        "null",
        "true",
        "[1, {\"a\":2}]",
        "{\"b\": [ ]}",
    ];
    for command in ["decide", "validate"] {
        let input: String =
            ids.iter().map(|id| format!("{{\"claim\":\"a:workflow-api\",\"id\":{id}}}\n")).collect();
        let run = match command {
            "decide" => decide(&input, &[]),
            _ => run(["validate"], &input, &[]),
        };
        let echoed: Vec<&str> = run.out.lines().map(id_text).collect();
        assert_eq!(echoed, ids, "{command}: {run:?}");
    }
}

#[test]
fn a_malformed_line_is_answered_with_its_number_and_the_run_goes_on() {
    let good = "\"claim\":\"a:workflow-api;a:tenants\",\"operation\":\"workflow-api.liveness\"";
    let input = format!(
        "{{\"id\":\"first\",{good}}}\n\
         \n\
         not json\n\
         {{\"id\":7,\"surprise\":1,{good}}}\n\
         {{\"id\":8,\"claim\":5}}\n\
         [1]\n\
         {{\"id\":9,{good},{good}}}\n\
         \x20\t\n\
         {{\"id\":\"last\",{good}}}"
    );
    let run = decide(&input, &[]).exit(2);
    let lines = run.lines();
    let told: Vec<_> = lines.iter().map(|line| (&line["id"], line["error"]["line"].as_u64())).collect();
    let (first, last) = (Value::from("first"), Value::from("last"));
    assert_eq!(
        told,
        [
            (&first, None),
            (&Value::Null, Some(3)),
            (&7.into(), Some(4)),
            (&8.into(), Some(5)),
            (&Value::Null, Some(6)),
            (&9.into(), Some(7)),
            (&last, None),
        ]
    );
    assert!(lines.iter().all(|line| line["error"].is_null() || line["error"]["kind"] == "malformed"));
    assert!([0, 6].iter().all(|&at| lines[at]["decision"] == true));
}

#[test]
fn errors_about_lines_repeat_no_credential() {
    let secret = "eyJzZWNyZXQiOiJ5ZXMifQ";
    let input = format!(
        "{{\"id\":1,\"token\":[\"{secret}\"]}}\n{{\"id\":2,\"{secret}\":1}}\n{{\"token\":\"{secret}\n{{\"id\":{{}},\"claim\":{{\"{secret}\":1}}}}\n"
    );
    let run = decide(&input, &[]).exit(2);
    let about_values: Vec<&str> = run.out.lines().filter(|line| !line.contains("unknown field")).collect();
    assert_eq!(about_values.len(), 3);
    assert!(about_values.iter().all(|line| !line.contains(secret)) && !run.err.contains(secret), "{run:?}");
}

#[test]
fn a_malformed_line_is_told_what_was_expected_and_where() {
    for (line, message) in [
        ("not json", "not JSON: expected ident (column 2)"),
        ("{\"claim\":null} x", "not JSON: trailing characters (column 16)"),
        ("5", "a value is not of its type: expected an object (column 1)"),
        (
            "{\"claim\":5}",
            "a value is not of its type: expected null, a string, or a list of strings (column 10)",
        ),
        ("{\"now\":\"1\"}", "a value is not of its type: expected a number (column 10)"),
        ("\u{feff}{}", "a byte order mark, where a JSON object is expected"),
    ] {
        let run = decide(line, &[]).exit(2);
        assert_eq!(run.lines()[0]["error"]["message"], message, "{line}");
    }
}

#[test]
fn a_token_without_a_key_set_is_refused_and_the_run_goes_on() {
    let operation = "\"operation\":\"workflow-api.liveness\"";
    let token = format!("{{\"token\":\"x\",{operation}}}\n");
    let run = decide(&format!("{token}{{\"claim\":\"a:workflow-api;a:tenants\",{operation}}}\n{token}"), &[]);
    let lines = run.lines();
    let told: Vec<_> = lines.iter().map(|line| (line["status"].as_u64(), &line["reason"])).collect();
    let refused = (Some(401), &Value::from("CREDENTIAL_INVALID"));
    assert_eq!(told, [refused, (Some(200), &"ALLOWED".into()), refused]);
    assert_eq!(run.err.lines().count(), 1, "said once: {run:?}");
    assert!(run.err.contains("--jwks"), "{run:?}");
}

#[test]
fn facts_that_contradict_each_other_are_denied() {
    let operation = "\"operation\":\"workflow-api.liveness\"";
    for line in [
        format!("{{\"claim\":\"a:workflow-api;a:tenants\",\"token\":\"x\",{operation}}}"),
        format!(
            "{{\"claim\":\"a:workflow-api;a:tenants\",{operation},\"method\":\"GET\",\"path\":\"/workflow-api/liveness\"}}"
        ),
        format!("{{\"claim\":\"a:workflow-api;a:tenants\",{operation},\"tenant\":[\"A\",\"B\"]}}"),
        "{\"claim\":\"a:workflow-api;a:tenants\",\"method\":\"GET\"}".to_owned(),
        "{\"claim\":\"a:workflow-api;a:tenants\"}".to_owned(),
    ] {
        let jwks = Folder::new(&[(
            "keys.json",
            r#"{"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#,
        )]);
        let run = decide(&line, &["--jwks", &jwks.arg("keys.json")]).exit(0);
        assert_eq!(run.lines()[0]["decision"], false, "{line}");
    }
}

#[test]
fn a_claim_over_the_limit_is_denied_and_the_run_goes_on() {
    let long = format!("a:workflow-api;a:tenants:{}", "x".repeat(20_000_000));
    let good = "{\"claim\":\"a:workflow-api;a:tenants\",\"operation\":\"workflow-api.liveness\"}";
    let huge = format!("{{\"claim\":\"{long}{long}\",\"operation\":\"workflow-api.liveness\"}}");
    let run = decide(&format!("{huge}\n{good}\n"), &[]).exit(0);
    let lines = run.lines();
    assert_eq!((&lines[0]["reason"], &lines[1]["reason"]), (&"INPUT_TOO_LARGE".into(), &"ALLOWED".into()));
}

#[test]
fn a_claim_that_no_sandbox_takes_is_not_valid_and_the_run_goes_on() {
    let huge = "\u{1}".repeat(7_000_000).replace('\u{1}', "\\u0001");
    let run =
        run(["validate"], &format!("{{\"claim\":\"{huge}\"}}\n{{\"claim\":\"a:workflow-api\"}}\n"), &[]);
    let lines = run.exit(0).lines();
    let error =
        serde_json::json!({"kind": "too_large", "offset": 65536, "expected": "a value within the limit"});
    assert_eq!((&lines[0]["error"], &lines[1]["valid"]), (&error, &true.into()));
}

#[test]
fn decide_full_writes_the_whole_document() {
    let line = "{\"id\":1,\"claim\":\"a:workflow-api;a:tenants\",\"operation\":\"workflow-api.liveness\"}\n";
    let document = &decide(line, &["--full"]).exit(0).lines()[0]["document"];
    assert_eq!(document["matched"]["rule"], "a:workflow-api");
    assert_eq!(document["trace"].as_array().unwrap().len(), 5);
}

#[test]
fn validate_answers_with_the_normal_form_or_the_place_of_the_mistake() {
    let run = run(
        ["validate"],
        "{\"id\":1,\"claim\":\"a:workflow-api.rpc;a:workflow-api.rpc.resume\"}\n{\"id\":2,\"claim\":\"a:workflow-api;;\"}\n{\"id\":3}\n",
        &[],
    )
    .exit(2);
    let lines = run.lines();
    assert_eq!(
        lines[0],
        serde_json::json!({"id": 1, "valid": true, "normal": "d:workflow-api;a:workflow-api.rpc", "error": null})
    );
    assert_eq!((&lines[1]["valid"], &lines[1]["normal"]), (&false.into(), &Value::Null));
    assert_eq!(
        (&lines[1]["error"]["kind"], &lines[1]["error"]["offset"]),
        (&"empty_rule".into(), &15.into())
    );
    assert_eq!(lines[2]["error"]["line"], 3);
    assert_eq!(portcullis(["validate", "a:workflow-api;;"]).code, 1);
}
