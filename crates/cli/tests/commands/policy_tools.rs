//! `policy test`.

use serde_json::json;

use super::*;

const POLICY: &str = r#"
portcullis: 1
surfaces: { workflow_api: true }
tenancy: { mode: multi, tenants: [A, B] }
roles: { roles: { clerk: { permissions: ["workflow:create"] }, auditor: {} } }
workflows:
  refund: { exposed: true, condition: request.params.amount <= 100.0, parameters: [{ name: amount, type: double }] }
  hidden: {}
"#;

const CASES: &str = r#"
policy: policy.yaml
now: 1700000000
cases:
  - name: reads
    claim: a:workflow-api.search;d:workflow-api.rpc;a:tenants:A
    operation: workflow-api.search.processes
    tenant: A
    expect: { decision: true, status: 200, stage: null, rule: "a:workflow-api.search" }
  - name: no other tenant
    claim: a:workflow-api.search;d:workflow-api.rpc;a:tenants:A
    roles: [clerk]
    operation: workflow-api.search.processes
    tenant: B
    expect: { decision: false, stage: tenant, reason: TENANT_DENIED }
"#;

fn policy_test(cases: &str, more: &[&str]) -> Run {
    let folder = Folder::new(&[("policy.yaml", POLICY), ("cases.yaml", cases)]);
    let cases = folder.arg("cases.yaml");
    portcullis(["policy", "test", &cases].into_iter().chain(more.iter().copied()))
}

#[test]
fn cases_as_expected_pass_and_tell_what_they_exercise() {
    let run = policy_test(CASES, &[]).exit(0);
    assert!(run.out.contains("✓ reads\n✓ no other tenant\n"), "{run:?}");
    assert!(run.out.ends_with("✓ 2 passed, 0 failed\n"), "{run:?}");
    let coverage = policy_test(CASES, &["--json"]).exit(0).json()["files"][0]["coverage"].clone();
    assert_eq!(
        (&coverage["operations"]["exercised"], &coverage["operations"]["of"]),
        (&1.into(), &114.into())
    );
    let claim = "a:workflow-api.search;d:workflow-api.rpc;a:tenants:A";
    assert_eq!(
        coverage["claim_rules"],
        json!({"exercised": 1, "of": 2, "missing": [format!("d:workflow-api.rpc of {claim}")]})
    );
    assert_eq!(coverage["roles"], json!({"exercised": 1, "of": 2, "missing": ["auditor"]}));
    assert_eq!(coverage["workflows"]["missing"], json!(["hidden", "refund"]));
}

#[test]
fn a_case_that_is_not_as_expected_fails_with_the_difference() {
    let cases = CASES.replace("decision: true, status: 200", "decision: false, status: 403");
    let run = policy_test(&cases, &[]).exit(1);
    assert!(run.out.contains("✗ reads\n    decision: expected false, found true\n"), "{run:?}");
    assert!(run.out.contains("    status: expected 403, found 200\n"), "{run:?}");
    let answer = policy_test(&cases, &["--json"]).exit(1).json();
    assert_eq!((&answer["passed"], &answer["failed"]), (&1.into(), &1.into()));
    assert_eq!(
        answer["files"][0]["cases"][0]["differences"][0],
        json!({"member": "decision", "expected": false, "found": true})
    );
}

#[test]
fn a_workflow_counts_once_a_case_finds_it() {
    let case = |workflow: &str, expect: &str| {
        format!(
            "policy: policy.yaml\ncases:\n  - {{ name: one, workflow: {workflow}, method: POST, params: {{ amount: 5.0 }}, expect: {expect} }}\n"
        )
    };
    let workflows = |cases: &str| {
        policy_test(cases, &["--json"]).exit(0).json()["files"][0]["coverage"]["workflows"]["missing"].clone()
    };
    assert_eq!(
        workflows(&case("hidden", "{ decision: false, stage: exposure }")),
        json!(["hidden", "refund"])
    );
    assert_eq!(workflows(&case("refund", "{ operation: null }")), json!(["hidden"]));
}

#[test]
fn cases_that_could_not_fail_or_cannot_be_read_are_bad_input() {
    for (from, to, what) in [
        (
            "stage: tenant, reason: TENANT_DENIED",
            "raeson: TENANT_DENIED",
            "/cases/1: a decision has no member `raeson`",
        ),
        (
            "expect: { decision: false, stage: tenant, reason: TENANT_DENIED }",
            "expect: {}",
            "members to `expect`",
        ),
        ("name: no other tenant", "name: reads", "another case has its name"),
        ("roles: [clerk]", "rolls: [clerk]", "unknown field `rolls`"),
        ("policy: policy.yaml", "", "name a policy"),
        ("now:", "when:", "unknown member `when`"),
    ] {
        assert!(CASES.contains(from), "{from}");
        let run = policy_test(&CASES.replace(from, to), &[]).exit(2);
        assert!(run.err.contains(what) && run.out.is_empty(), "{what}: {run:?}");
    }
    policy_test("policy: policy.yaml\ncases: []\n", &[]).exit(2);
}

#[test]
fn the_rules_of_types_that_matched_are_counted() {
    let policy = r#"
portcullis: 1
declarations: { user: { id: string } }
types:
  order:
    fields: { owner: string, state: string }
    rules:
      - { name: owner, when: has(user.id) && resource.owner == user.id, grant: { view: all } }
      - { name: open, when: resource.state == 'open', grant: { view: [state] } }
      - { name: never seen, when: resource.state == 'x', grant: { view: [state] } }
    everyone_else: { view: [state] }
"#;
    let view = |name: &str, owner: &str, state: &str| {
        format!(
            "  - {{ name: {name}, surface: app, origin: internal, user: {{ id: ann }}, expect: {{ decision: true }}, \
             data: {{ type: order, action: view, record: {{ owner: {owner}, state: {state} }} }} }}\n"
        )
    };
    let missing = |cases: &[String]| {
        let cases = format!("policy: policy.yaml\ncases:\n{}", cases.concat());
        let folder = Folder::new(&[("policy.yaml", policy), ("cases.yaml", &cases)]);
        let run = portcullis(["policy", "test", &folder.arg("cases.yaml"), "--json"]).exit(0);
        run.json()["files"][0]["coverage"]["type_rules"]["missing"].clone()
    };
    let both = view("both", "ann", "open");
    assert_eq!(missing(std::slice::from_ref(&both)), json!(["order/everyone_else", "order/never seen"]));
    assert_eq!(missing(&[both, view("others", "bob", "shut")]), json!(["order/never seen"]));
}
