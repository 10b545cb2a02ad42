//! `privacy filter`, and `decide` with whatever a request may say.

use super::*;

const POLICY: &str = r#"
portcullis: 1
surfaces: { workflow_api: true }
declarations: { user: { id: string, staff: bool } }
workflows:
  refund:
    exposed: true
    parameters: [{ name: amount, type: double }]
    condition: request.params.amount <= 100.0 || (has(user.staff) && user.staff)
types:
  order:
    fields: { id: string, owner: string, total: double }
    rules:
      - { name: owner, when: has(user.id) && resource.owner == user.id, grant: { find: true, view: all } }
      - { name: staff, when: has(user.staff) && user.staff, grant: { find: true, view: [id, total] } }
"#;

fn filter(name: &str, user: Option<&str>, records: &str) -> Run {
    let folder = Folder::new(&[("policy.yaml", POLICY), ("user.json", user.unwrap_or("null"))]);
    let (policy, file) = (folder.arg("policy.yaml"), folder.arg("user.json"));
    let mut arguments = vec!["privacy", "filter", "--policy", &policy, "--type", name];
    if user.is_some() {
        arguments.extend(["--user", &file]);
    }
    run(arguments, records, &[])
}

#[test]
fn records_that_may_be_found_come_without_what_is_hidden() {
    let records = "{\"id\":\"1\",\"owner\":\"ann\",\"total\":1.5,\"note\":\"x\"}\n{\"id\":\"2\",\"owner\":\"bob\",\"total\":2}";
    let ann = filter("order", Some(r#"{"id":"ann"}"#), records).exit(0);
    assert_eq!(ann.out, "{\"id\":\"1\",\"owner\":\"ann\",\"total\":1.5}\n");
    let staff = filter("order", Some(r#"{"id":"eve","staff":true}"#), records).exit(0);
    assert_eq!(staff.out, "{\"id\":\"1\",\"total\":1.5}\n{\"id\":\"2\",\"total\":2}\n");
    assert_eq!(filter("order", None, records).exit(0).out, "");
}

#[test]
fn records_are_masked_where_the_decision_obliges_to_it() {
    let masking = "masking: { fields: [{ pointer: /total, strategy: hash }], detect: [{ kind: email, strategy: last_four }] }";
    let folder = Folder::new(&[
        ("policy.yaml", &format!("{POLICY}{masking}\n")),
        ("user.json", r#"{"id":"ann@example.com"}"#),
        ("key.txt", "000102030405060708090a0b0c0d0e0f\n"),
    ]);
    let (policy, user, key) = (folder.arg("policy.yaml"), folder.arg("user.json"), folder.arg("key.txt"));
    let filter = ["privacy", "filter", "--policy", &policy, "--type", "order", "--user", &user];
    let records = "{\"id\":\"1\",\"owner\":\"ann@example.com\",\"total\":1.5}\n".repeat(2);
    let shown = run(filter.into_iter().chain(["--hash-key", &key]), &records, &[]).exit(0);
    let lines = shown.lines();
    assert_eq!(lines.len(), 2);
    assert_eq!((lines[0]["id"].as_str(), lines[0]["owner"].as_str()), (Some("1"), Some("****.com")));
    assert!(lines[0]["total"].as_str().is_some_and(|hash| hash.starts_with("hmac:")), "{shown:?}");
    assert_eq!(lines[0], lines[1]);
    // Without the key nothing is shown.
    let refused = run(filter, &records, &[]).exit(2);
    assert!(refused.out.is_empty() && !refused.err.contains("ann@"), "{refused:?}");
}

#[test]
fn records_stream_in_constant_memory_whatever_their_blocks() {
    let padding = "p".repeat(700);
    let records: String = (0..5_000)
        .map(|id| format!("{{\"id\":\"{id}\",\"owner\":\"ann\",\"note\":\"{padding}\"}}\n"))
        .collect();
    let run = filter("order", Some(r#"{"id":"ann"}"#), &records).exit(0);
    assert_eq!(run.out.lines().count(), 5_000);
    assert_eq!(run.out.lines().last(), Some("{\"id\":\"4999\",\"owner\":\"ann\"}"));
}

#[test]
fn records_that_cannot_be_read_or_judged_are_counted() {
    let run =
        filter("order", Some(r#"{"id":"ann"}"#), "nonsense\n{\"id\":\"1\"}\n{\"owner\":\"ann\"}\n").exit(2);
    assert_eq!(run.out, "{\"owner\":\"ann\"}\n");
    assert!(
        run.err.contains("2 of 3 records are left out: 1 cannot be judged, 1 cannot be read"),
        "{}",
        run.err
    );
}

#[test]
fn a_search_that_is_denied_shows_nothing() {
    let run = filter("nothing", None, "{}\n").exit(1);
    assert_eq!(run.out, "");
    assert!(run.err.contains("TYPE_NOT_EXPOSED"), "{}", run.err);
}

#[test]
fn a_line_may_ask_for_a_workflow() {
    let folder = Folder::new(&[("policy.yaml", POLICY)]);
    let policy = folder.arg("policy.yaml");
    let line = |id: u32, amount: &str, user: &str| {
        format!(
            "{{\"id\":{id},\"workflow\":\"refund\",\"method\":\"POST\",\"params\":{{\"amount\":{amount}}},\
             \"credential\":{{\"user\":{{\"issued_at\":900,\"last_used_at\":900}}}},\"user\":{user}}}\n"
        )
    };
    let input = [
        line(1, "100", r#"{"id":"ann"}"#),
        line(2, "100.5", r#"{"id":"ann"}"#),
        line(3, "100.5", r#"{"id":"ann","staff":true}"#),
        line(4, "\"much\"", r#"{"id":"ann"}"#),
        "{\"id\":5,\"workflow\":\"refund\",\"method\":\"POST\",\"params\":{\"amount\":1}}\n".to_owned(),
        "{\"id\":6,\"workflow\":\"refund\",\"nothing\":1}\n".to_owned(),
    ]
    .concat();
    let run = run(["decide", "--policy", &policy, "--now", "1000"], &input, &[]).exit(2);
    let reasons: Vec<String> =
        run.lines().iter().map(|line| line["reason"].as_str().unwrap_or("none").into()).collect();
    let expected =
        ["ALLOWED", "CONDITION_NOT_MET", "ALLOWED", "PARAMETER_INVALID", "AUTHENTICATION_REQUIRED", "none"];
    assert_eq!(reasons, expected);
}
