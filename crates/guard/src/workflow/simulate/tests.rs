use alloc::{format, string::String};

use portcullis_wire::{
    guard::WebhookReason,
    workflow::{FilterPlan, Outcome, Simulation},
};
use serde_json::json;

use super::simulate;
use crate::{Policy, workflow::rules::testing::with};

fn run_on(definition: &str, event: &serde_json::Value) -> Simulation {
    let policy = Policy::load(
        r#"{"portcullis":1,"webhooks":{"allow_domains":["api.example.com"]},
            "definitions":{"entities":{"inventory":["status","note"],"log":[]}}}"#,
    )
    .unwrap();
    simulate(definition, &serde_json::to_string(event).unwrap(), &policy.definitions()).unwrap()
}

fn event() -> serde_json::Value {
    json!({
        "entity_type": "order", "operation": "create",
        "record": {"id": 7, "total": 1500, "number": "SO/1", "ssn": "123-45-6789", "product_id": "p-1", "state": "new"},
        "previous": {"total": 1000, "state": "new"},
        "user": {"id": "u1", "roles": ["sales"], "permissions": ["workflow:execute"]},
        "queries": {"q1": true}
    })
}

fn outcome_of(condition: &str) -> Outcome {
    run_on(&with(&format!("[{condition}]"), r#"{"type":"email","body":"x"}"#), &event()).outcome
}

#[test]
fn conditions_hold_fail_or_are_unknown() {
    use Outcome::{Fails, Holds, Unknown};
    for (condition, outcome) in [
        (r#"{"field":"total","operator":"gt","value":1000}"#, Holds),
        (r#"{"field":"total","operator":"EQUALS","value":1500.0}"#, Holds),
        (r#"{"field":"order.total","operator":"lt","value":1500}"#, Fails),
        (r#"{"field":"total","operator":"between","value":[1000,1500]}"#, Holds),
        (r#"{"field":"state","operator":"in","value":["new","open"]}"#, Holds),
        (r#"{"field":"number","operator":"starts_with","value":"SO"}"#, Holds),
        (r#"{"field":"nothing","operator":"is_null"}"#, Holds),
        (r#"{"field":"nothing","operator":"gt","value":1}"#, Fails),
        (r#"{"field":"total","operator":"increased"}"#, Holds),
        (r#"{"field":"state","operator":"changed"}"#, Fails),
        (r#"{"field":"id","operator":"eq","value":"{{order.id}}"}"#, Holds),
        (r#"{"type":"role","operator":"has_any_role","roles":["sales","x"]}"#, Holds),
        (r#"{"type":"role","operator":"has_all_roles","roles":["sales","x"]}"#, Fails),
        (r#"{"type":"role","operator":"has_permission","permission":"workflow:execute"}"#, Holds),
        (r#"{"type":"query_match","query_id":"q1"}"#, Holds),
        (r#"{"type":"query_match","query_id":"q2"}"#, Unknown),
        (r#"{"type":"custom","executor":"x"}"#, Unknown),
        (r#"{"field":"number","operator":"matches","value":"^SO"}"#, Unknown),
        (
            r#"{"operator":"or","conditions":[{"type":"custom"},{"field":"id","operator":"eq","value":7}]}"#,
            Holds,
        ),
        (
            r#"{"operator":"and","conditions":[{"type":"custom"},{"field":"id","operator":"eq","value":8}]}"#,
            Fails,
        ),
        (
            r#"{"type":"composite","operator":"not","conditions":[{"field":"id","operator":"eq","value":8}]}"#,
            Holds,
        ),
    ] {
        assert_eq!(outcome_of(condition), outcome, "{condition}");
    }
}

#[test]
fn another_event_does_not_trigger_and_a_paused_definition_does_not_run() {
    let definition = with("[]", r#"{"type":"email","body":"x"}"#);
    assert_eq!(run_on(&definition, &event()).outcome, Outcome::Holds);
    assert_eq!(run_on(&definition.replace("\"active\"", "\"paused\""), &event()).outcome, Outcome::Fails);
    let mut other = event();
    other["operation"] = "delete".into();
    assert_eq!(run_on(&definition, &other).outcome, Outcome::Fails);
    other["operation"] = "INSERT".into();
    assert_eq!(run_on(&definition, &other).outcome, Outcome::Holds);
}

#[test]
fn texts_are_rendered_masked_and_for_their_channel() {
    let body = r#"{"type":"email","subject":"Order {{number}}","body":"<b>{{number}}</b> {{ssn | mask_ssn}} {{nothing}}"}"#;
    let simulation = run_on(&with("[]", body), &event());
    let texts = &simulation.actions[0].texts;
    assert_eq!(texts[0].output.as_deref(), Some("Order SO/1"));
    assert_eq!((texts[1].output.as_deref(), texts[1].error.as_deref()), (None, Some("undefined")));
    let body = r#"{"type":"email","subject":"x","body":"{{ssn | mask_ssn}}"}"#;
    let shown = run_on(&with("[]", body), &event()).actions[0].texts[1].output.clone().unwrap();
    assert!(!shown.contains("123-45") && shown.ends_with("6789"), "{shown}");
}

#[test]
fn a_value_adds_no_part_to_a_url() {
    let action =
        r#"{"type":"webhook","url":"https://api.example.com/{{number}}?q={{state}}","body":{"id":"{{id}}"}}"#;
    let webhook = run_on(&with("[]", action), &event()).actions[0].webhook.clone().unwrap();
    assert_eq!(webhook.url.as_deref(), Some("https://api.example.com/SO%2F1?q=new"));
    assert_eq!(webhook.reason, WebhookReason::Allowed);
    let action = r#"{"type":"webhook","url":"https://evil.test/","body":{}}"#;
    let action = run_on(&with("[]", action), &event()).actions[0].clone();
    assert_eq!(action.webhook.unwrap().reason, WebhookReason::DomainNotAllowed);
    assert_eq!(action.outcome, Outcome::Fails);
    assert!(!action.refused.is_empty());
}

fn database(members: &str) -> Simulation {
    run_on(&with("[]", &format!(r#"{{"type":"database","operation":"update",{members}}}"#)), &event())
}

#[test]
fn a_plan_has_listed_names_typed_values_and_the_tenant() {
    let simulation = database(
        r#""target_entity":"Inventory","field_mapping":{"STATUS":"reserved","note":"{{number}}"},
           "filter":{"product_id":"{{product_id}}","stock":{"gte":"{{id}}"},"tenant_id":"{{tenant_id}}"}"#,
    );
    let plan = simulation.actions[0].database.clone().unwrap();
    assert_eq!(
        (plan.entity.as_str(), plan.tenant.as_str(), &*plan.operation),
        ("inventory", "TenantA", "update")
    );
    assert_eq!(plan.set, [("status".into(), json!("reserved")), (String::from("note"), json!("SO/1"))]);
    let test = |field: &str, operator: &'static str, value| FilterPlan::Test {
        field: field.into(),
        operator: operator.into(),
        value,
    };
    assert_eq!(plan.filter, [test("product_id", "eq", json!("p-1")), test("stock", "gte", json!(7))]);
}

#[test]
fn there_is_no_plan_for_what_is_not_listed_unsafe_or_missing() {
    for members in [
        r#""table":"users","values":{"a":1},"filter":{"id":1}"#,
        r#""table":"inventory","values":{"price":1},"filter":{"id":1}"#,
        r#""table":"inventory","values":{"status":"x"},"filter":{}"#,
        r#""table":"inventory","values":{"status":"x"},"filter":"id = 1""#,
        r#""table":"inventory","values":{"status":"x"},"filter":{"id":"{{nothing}}"}"#,
    ] {
        assert_eq!(database(members).actions[0].database, None, "{members}");
    }
}

#[test]
fn restricted_values_are_never_shown() {
    let condition = r#"[{"field":"ssn","operator":"eq","value":"{{ssn}}"}]"#;
    let action = r#"{"type":"database","operation":"create","table":"log","values":{"ssn":"{{ssn}}"}}"#;
    let simulation = run_on(&with(condition, action), &event());
    assert_eq!(simulation.actions[0].database.as_ref().unwrap().set, [(String::from("ssn"), json!("****"))]);
    assert!(!serde_json::to_string(&simulation).unwrap().contains("123-45"));

    let whole = r#"[{"field":"order","operator":"eq","value":"{{order}}"}]"#;
    let simulation = run_on(&with(whole, action), &event());
    assert_eq!(simulation.conditions[0].actual.as_ref().unwrap()["ssn"], json!("****"));
    assert!(!serde_json::to_string(&simulation).unwrap().contains("123-45"));
}

#[test]
fn a_restricted_value_in_a_list_is_stars_too() {
    let condition =
        r#"[{"field":"total","operator":"in","value":["{{ssn}}",["{{ssn}}","{{number}}"],1500]}]"#;
    let simulation = run_on(&with(condition, r#"{"type":"email","body":"x"}"#), &event());
    assert_eq!(simulation.conditions[0].expected, Some(json!(["****", ["****", "SO/1"], 1500])));
}
