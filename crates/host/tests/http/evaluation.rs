//! Single questions: the Basic Core level of the certification scenario, and how questions map.

use portcullis::mint::Permissions;
use serde_json::{Value, json};

use crate::support::{CLAIM, KEY, Pdp, about, handle, jwks, question, token, workflow_policy};

#[tokio::test]
async fn the_fixture_decides_as_the_scenario_demands() {
    let pdp = Pdp::new();
    for (subject, action, decision) in
        [("alice", "read", true), ("alice", "write", true), ("bob", "read", true), ("bob", "write", false)]
    {
        for _ in 0..3 {
            let (status, answer) = pdp.evaluate(about(subject, action)).await;
            assert_eq!((status, &answer["decision"]), (200, &json!(decision)), "{subject} {action}");
        }
    }
    let (_, answer) = pdp.evaluate(about("bob", "write")).await;
    assert_eq!(answer["context"], json!({ "reason": "OPERATION_NO_RULE", "stage": "operation" }));
}

#[tokio::test]
async fn answers_carry_receipts_where_the_policy_gives_them() {
    let pdp = Pdp::with_receipts();
    let receipt = |answer: &Value| {
        let receipt = answer["context"]["receipt"].as_object().unwrap_or_else(|| panic!("{answer}")).clone();
        let digest = |name: &str| receipt[name].as_str().filter(|text| text.len() == 64).unwrap().to_owned();
        [digest("module"), digest("policy"), digest("claim"), digest("facts")]
    };
    let (_, read) = pdp.evaluate(about("alice", "read")).await;
    assert_eq!((&read["decision"], read["context"].as_object().unwrap().len()), (&json!(true), 1));
    let (_, denied) = pdp.evaluate(about("bob", "write")).await;
    assert_eq!(denied["context"]["reason"], "OPERATION_NO_RULE");
    let (read, denied) = (receipt(&read), receipt(&denied));
    assert_eq!((&read[0], &read[1]), (&denied[0], &denied[1]));
    assert!(read[2] != denied[2] && read[3] != denied[3], "{read:?} {denied:?}");
    assert_eq!(read[0], crate::support::ENGINE.digest().to_string());
}

#[tokio::test]
async fn context_properties_and_unknown_members_change_nothing() {
    let pdp = Pdp::new();
    let mut body = about("alice", "read");
    body["context"] = json!({ "time": "2025-06-27T18:03-07:00", "now": 0 });
    body["foo"] = json!("bar");
    body["subject"]["properties"] = json!({ "department": "Sales", "role": "manager" });
    body["action"]["properties"] = json!({ "method": "GET" });
    body["resource"]["properties"] = json!({ "status": "active" });
    assert_eq!(pdp.evaluate(body).await, (200, json!({ "decision": true })));
}

#[tokio::test]
async fn what_is_missing_or_of_the_wrong_type_is_a_bad_request() {
    let pdp = Pdp::new();
    let without = |entity: &str, member: &str| {
        let mut body = about("alice", "read");
        match member {
            "" => drop(body.as_object_mut().unwrap().remove(entity)),
            member => drop(body[entity].as_object_mut().unwrap().remove(member)),
        }
        body
    };
    let with = |entity: &str, member: &str, value: Value| {
        let mut body = about("alice", "read");
        match member {
            "" => body[entity] = value,
            member => body[entity][member] = value,
        }
        body
    };
    for body in [
        without("subject", ""),
        without("action", ""),
        without("resource", ""),
        without("subject", "type"),
        without("subject", "id"),
        without("action", "name"),
        without("resource", "type"),
        without("resource", "id"),
        with("subject", "", json!("alice")),
        with("action", "name", json!(123)),
        with("subject", "type", json!(null)),
        with("context", "", json!([])),
        with("resource", "properties", json!("x")),
        with("subject", "properties", json!({ "token": 1 })),
        with("subject", "properties", json!({ "WorkflowApiPermissions": 1 })),
        with("resource", "properties", json!({ "tenant_id": 1 })),
        json!([]),
        json!("text"),
    ] {
        let (status, answer) = pdp.evaluate(body.clone()).await;
        assert_eq!((status, &answer["reason"]), (400, &json!("REQUEST_MALFORMED")), "{body}");
    }
    for body in ["", "{", r#"{"subject":1,"subject":1}"#, "{} {}"] {
        assert_eq!(pdp.ask("/access/v1/evaluation", body).await.0, 400, "{body}");
    }
}

#[tokio::test]
async fn only_json_is_read() {
    let pdp = Pdp::new();
    let send = async |kind: Option<&str>| {
        let mut request = question("/access/v1/evaluation", about("alice", "read")).body_of();
        request.headers_mut().remove("content-type");
        if let Some(kind) = kind {
            request.headers_mut().insert("content-type", kind.parse().unwrap());
        }
        pdp.send(request).await.0
    };
    assert_eq!(send(Some("application/json; charset=utf-8")).await, 200);
    assert_eq!(send(Some("Application/JSON")).await, 200);
    assert_eq!(send(Some("text/plain")).await, 400);
    assert_eq!(send(Some("application/jsonp")).await, 400);
    assert_eq!(send(None).await, 400);
}

#[tokio::test]
async fn the_request_id_comes_back_on_every_answer() {
    let pdp = Pdp::new();
    for path in ["/access/v1/evaluation", "/nowhere"] {
        for body in [about("alice", "read"), json!(1)] {
            let request = question(path, body).header("x-request-id", "bfe9eb29-ab87").body_of();
            let (_, _, answer) = pdp.send(request).await;
            assert_eq!(answer.headers()["x-request-id"], "bfe9eb29-ab87");
        }
    }
    let (_, _, answer) = pdp.send(question("/access/v1/evaluation", about("alice", "read")).body_of()).await;
    assert!(!answer.headers().contains_key("x-request-id"));
    assert_eq!(answer.headers()["content-type"], "application/json");
}

#[tokio::test]
async fn who_and_what_is_unknown_is_denied() {
    let pdp = Pdp::new();
    for (subject, action, reason) in [
        ("mallory", "read", "CLAIM_MISSING"),
        ("alice", "fly", "OPERATION_UNKNOWN"),
        ("alice", "", "OPERATION_UNKNOWN"),
        ("alice", "record.read", "OPERATION_UNKNOWN"),
        ("alice", "app.record.read", "ALLOWED"),
    ] {
        let (status, answer) = pdp.evaluate(about(subject, action)).await;
        let told = answer["context"]["reason"].as_str().unwrap_or("ALLOWED");
        assert_eq!(
            (status, told, &answer["decision"]),
            (200, reason, &json!(reason == "ALLOWED")),
            "{subject} {action}"
        );
    }
}

#[tokio::test]
async fn a_route_is_named_by_its_template_and_method() {
    let pdp = Pdp::new();
    for (method, template, decision) in [
        ("GET", "/records/{id}", true),
        ("PUT", "/v1/records/{id}", true),
        ("DELETE", "/records/{id}", false),
        ("GET", "/records/1", false),
    ] {
        let mut body = about("alice", method);
        body["resource"] = json!({ "type": "route", "id": template });
        assert_eq!(pdp.evaluate(body).await.1["decision"], decision, "{method} {template}");
    }
}

fn workflow(authzen: &std::path::Path) -> Value {
    let mut policy = workflow_policy();
    policy["authzen"] = json!({ "callers": { "secret": { "file": authzen } } });
    policy["principals"] = json!({ "ada": { "claim": "a:workflow-api;a:tenants" } });
    policy
}

fn resume(properties: Value, tenant: &str) -> Value {
    json!({
        "subject": { "type": "user", "id": "ada", "properties": properties },
        "action": { "name": "workflow-api.rpc.resume" },
        "resource": { "type": "workflow", "id": "1", "properties": { "tenant_id": tenant } },
    })
}

#[tokio::test]
async fn a_token_wins_over_what_the_caller_says_and_that_over_the_policys_list() {
    let pdp = Pdp::with(workflow, Some(&jwks(&[&KEY])));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    let token = |claim: &str| token(&KEY, "users", Permissions::Text(claim.to_owned().into()), now);
    let everything = "a:workflow-api;a:tenants";
    let (good, weak) = (token(CLAIM), token("a:workflow-api.search;a:tenants"));
    for (properties, tenant, reason) in [
        (json!({}), "TenantB", "ALLOWED"),
        (json!({ "WorkflowApiPermissions": CLAIM }), "TenantA", "ALLOWED"),
        (json!({ "WorkflowApiPermissions": CLAIM }), "TenantB", "TENANT_DENIED"),
        (json!({ "WorkflowApiPermissions": null }), "TenantA", "CLAIM_MISSING"),
        (json!({ "WorkflowApiPermissions": [CLAIM, CLAIM] }), "TenantA", "CLAIM_MULTIPLE"),
        (json!({ "WorkflowApiPermissions": everything, "token": good }), "TenantA", "ALLOWED"),
        (json!({ "WorkflowApiPermissions": everything, "token": weak }), "TenantA", "OPERATION_DENIED"),
        (
            json!({ "WorkflowApiPermissions": everything, "token": "no.good.token" }),
            "TenantA",
            "CREDENTIAL_INVALID",
        ),
    ] {
        let (status, answer) = pdp.evaluate(resume(properties.clone(), tenant)).await;
        let told = answer["context"]["reason"].as_str().unwrap_or("ALLOWED");
        assert_eq!((status, told), (200, reason), "{tenant}");
        assert_eq!(answer["decision"], reason == "ALLOWED");
    }
}

#[tokio::test]
async fn without_the_section_there_is_no_surface() {
    let policy = handle(&workflow_policy(), None);
    let surface = portcullis::authzen::AuthZen::new(policy).unwrap();
    assert!(!surface.serves("/access/v1/evaluation"));
    assert!(!surface.serves("/.well-known/authzen-configuration"));
}
