//! Whose questions are answered.

use std::{
    fs,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use portcullis::{Error, PolicySource, authzen::AuthZen, mint::Permissions};
use serde_json::{Value, json};

use crate::support::{KEY, Pdp, SECRET, about, bare, fixture, handle, jwks, key, token};

async fn as_caller(pdp: &Pdp, authorization: &[&str]) -> (u16, Value, Option<String>) {
    let mut question =
        bare("/access/v1/evaluation", about("alice", "read")).header("content-type", "application/json");
    for value in authorization {
        question = question.header("authorization", value);
    }
    let (status, body, answer) = pdp.send(question.body_of()).await;
    let challenge = answer.headers().get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
    (status, body, challenge)
}

#[tokio::test]
async fn a_caller_without_the_secret_learns_nothing() {
    let pdp = Pdp::new();
    let good = format!("Bearer {SECRET}");
    assert_eq!(as_caller(&pdp, &[&good]).await.0, 200);
    let (status, body, challenge) = as_caller(&pdp, &[]).await;
    assert_eq!((status, challenge.as_deref()), (401, Some("Bearer")));
    assert_eq!(body["reason"], "AUTHENTICATION_REQUIRED");
    for bad in [
        vec!["Bearer wrong"],
        vec!["Bearer"],
        vec!["Basic YTpi"],
        vec![good.as_str(), good.as_str()],
        vec![&good[..good.len() - 1]],
        vec![&good[7..]],
    ] {
        let (status, body, challenge) = as_caller(&pdp, &bad).await;
        assert_eq!((status, challenge.as_deref()), (401, Some("Bearer error=\"invalid_token\"")), "{bad:?}");
        assert_eq!(body["reason"], "CREDENTIAL_INVALID");
    }
}

#[tokio::test]
async fn callers_with_tokens_have_an_audience_of_their_own() {
    let with_tokens = |_: &std::path::Path| {
        let mut policy = fixture("unused".as_ref());
        policy["authzen"]["callers"] = json!({
            "token": { "issuers": ["https://issuer.test"], "audiences": ["pdp"], "algorithms": ["ES256"] },
        });
        policy
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    let bearer = |key, audience, now| format!("Bearer {}", token(key, audience, Permissions::Absent, now));
    let pdp = Pdp::with(with_tokens, Some(&jwks(&[&KEY])));
    assert_eq!(as_caller(&pdp, &[&bearer(&KEY, "pdp", now)]).await.0, 200);
    let (status, body, _) = as_caller(&pdp, &[&bearer(&KEY, "users", now)]).await;
    assert_eq!((status, &body["reason"]), (401, &json!("CREDENTIAL_INVALID")));
    let (status, body, _) = as_caller(&pdp, &[&bearer(&KEY, "pdp", now - 7200.0)]).await;
    assert_eq!((status, &body["reason"]), (401, &json!("CREDENTIAL_EXPIRED")));
    let other = key("other");
    assert_eq!(as_caller(&pdp, &[&bearer(&other, "pdp", now)]).await.0, 401);
    pdp.surface.rules().reload_keys(&jwks(&[&other])).unwrap();
    assert_eq!(as_caller(&pdp, &[&bearer(&other, "pdp", now)]).await.0, 200);

    let without_keys = Pdp::with(with_tokens, None);
    let (status, body, _) = as_caller(&without_keys, &[&bearer(&KEY, "pdp", now)]).await;
    assert_eq!((status, &body["reason"]), (503, &json!("KEYS_UNAVAILABLE")));
}

#[test]
fn it_does_not_start_without_a_secret_that_can_be_read_and_is_long_enough() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let start = |policy: &Value| match AuthZen::new(handle(policy, None)) {
        Ok(_) => String::new(),
        Err(Error::Configuration { message, .. }) => message,
        Err(error) => panic!("{error}"),
    };
    fs::write(file.path(), "short").unwrap();
    let message = start(&fixture(file.path()));
    assert!(message.contains("32 bytes") && !message.contains("short "), "{message}");
    fs::write(file.path(), format!("{}\n\n", "x".repeat(31))).unwrap();
    assert!(start(&fixture(file.path())).contains("32 bytes"));
    assert!(start(&fixture("/no/such/file".as_ref())).contains("/no/such/file"));
    let mut policy = fixture(file.path());
    policy["authzen"]["callers"] = json!({ "secret": { "env": "NO_SUCH_VARIABLE_OF_PORTCULLIS" } });
    assert!(start(&policy).contains("NO_SUCH_VARIABLE_OF_PORTCULLIS"));
}

#[tokio::test]
async fn a_reload_changes_callers_and_principals_or_nothing() {
    let pdp = Pdp::new();
    let reload = |policy: &Value| -> Result<(), Error> {
        let source = PolicySource::from_json(policy.to_string());
        let surface = pdp.surface.prepare(&source)?;
        Arc::clone(&pdp.policy).reload_policy(source)?;
        pdp.surface.put_in_force(surface)
    };
    let mut policy = fixture(pdp.file.path());
    policy["principals"] = json!({});
    reload(&policy).unwrap();
    assert_eq!(pdp.evaluate(about("alice", "read")).await.1["decision"], false);

    reload(&fixture("/no/such/file".as_ref())).unwrap_err();
    assert_eq!(pdp.evaluate(about("alice", "read")).await.1["decision"], false);

    policy.as_object_mut().unwrap().remove("authzen");
    reload(&policy).unwrap();
    assert_eq!(pdp.evaluate(about("alice", "read")).await.0, 404);
    reload(&fixture(pdp.file.path())).unwrap();
    assert_eq!(pdp.evaluate(about("alice", "read")).await, (200, json!({ "decision": true })));
}
