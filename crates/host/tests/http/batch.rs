//! Batches: the Batch Core level of the certification scenario.

use serde_json::{Value, json};

use crate::support::{Pdp, about, fixture};

const PATH: &str = "/access/v1/evaluations";

fn decisions(answer: &Value) -> Vec<bool> {
    let answers = answer["evaluations"].as_array().unwrap();
    answers.iter().map(|answer| answer["decision"].as_bool().unwrap()).collect()
}

#[tokio::test]
async fn items_are_answered_in_order_and_replace_defaults_whole() {
    let pdp = Pdp::new();
    let (status, answer) = pdp
        .ask(
            PATH,
            json!({
                "subject": { "type": "user", "id": "bob" },
                "resource": { "type": "record", "id": "record-1" },
                "context": { "time": "2025-06-27T18:03-07:00" },
                "evaluations": [
                    { "action": { "name": "read" } },
                    { "action": { "name": "write" } },
                    { "action": { "name": "write" }, "subject": { "type": "user", "id": "alice" }, "context": {} },
                ],
            }),
        )
        .await;
    assert_eq!((status, decisions(&answer)), (200, vec![true, false, true]));
    assert!(answer.get("decision").is_none());
    let (_, answer) =
        pdp.ask(PATH, json!({ "evaluations": [about("alice", "read"), about("bob", "write")] })).await;
    assert_eq!(decisions(&answer), [true, false]);
}

#[tokio::test]
async fn an_item_that_fails_is_denied_in_its_place() {
    let pdp = Pdp::new();
    let (status, answer) = pdp
        .ask(
            PATH,
            json!({
                "subject": { "type": "user", "id": "alice" },
                "action": { "name": "read" },
                "evaluations": [
                    { "resource": { "type": "record", "id": "record-1" } },
                    {},
                    { "resource": "record-1" },
                    "text",
                    { "resource": { "type": "record", "id": "record-2" } },
                ],
            }),
        )
        .await;
    assert_eq!((status, decisions(&answer)), (200, vec![true, false, false, false, true]));
    assert_eq!(answer["evaluations"][1]["context"]["error"]["status"], 400);
    assert_eq!(answer["evaluations"][1]["context"]["reason"], "REQUEST_MALFORMED");
}

#[tokio::test]
async fn without_items_it_is_a_single_question() {
    let pdp = Pdp::new();
    let mut body = about("alice", "read");
    assert_eq!(pdp.ask(PATH, &body).await, (200, json!({ "decision": true })));
    body["evaluations"] = json!([]);
    assert_eq!(pdp.ask(PATH, &body).await, (200, json!({ "decision": true })));
    assert_eq!(pdp.ask(PATH, json!({ "evaluations": [] })).await.0, 400);
}

#[tokio::test]
async fn semantics_say_when_a_batch_stops() {
    let pdp = Pdp::new();
    let ask = async |semantic: Value| {
        let body = json!({
            "subject": { "type": "user", "id": "bob" },
            "resource": { "type": "record", "id": "record-1" },
            "evaluations": [{ "action": { "name": "write" } }, { "action": { "name": "read" } }, {}],
            "options": { "evaluations_semantic": semantic, "other": 1 },
        });
        pdp.ask(PATH, body).await
    };
    assert_eq!(decisions(&ask(json!("execute_all")).await.1), [false, true, false]);
    assert_eq!(decisions(&ask(json!("deny_on_first_deny")).await.1), [false]);
    assert_eq!(decisions(&ask(json!("permit_on_first_permit")).await.1), [false, true]);
    assert_eq!(ask(json!("some_other")).await.0, 400);
    assert_eq!(ask(json!(1)).await.0, 400);
    let failing = json!({
        "evaluations": [{}, about("bob", "read")],
        "options": { "evaluations_semantic": "deny_on_first_deny" },
    });
    assert_eq!(decisions(&pdp.ask(PATH, failing).await.1), [false], "a failure is a denial");
}

#[tokio::test]
async fn a_batch_of_the_wrong_shape_or_size_is_a_bad_request() {
    let pdp = Pdp::with(
        |secret| {
            let mut policy = fixture(secret);
            policy["authzen"]["max_evaluations"] = json!(3);
            policy
        },
        None,
    );
    let items = |count: usize| json!({ "evaluations": vec![about("alice", "read"); count] });
    assert_eq!(decisions(&pdp.ask(PATH, items(3)).await.1), [true; 3]);
    assert_eq!(pdp.ask(PATH, items(4)).await.0, 400);
    for body in [
        json!({ "evaluations": {} }),
        json!({ "evaluations": [about("alice", "read")], "subject": "alice" }),
        json!({ "evaluations": [about("alice", "read")], "options": [] }),
    ] {
        assert_eq!(pdp.ask(PATH, &body).await.0, 400, "{body}");
    }
}
