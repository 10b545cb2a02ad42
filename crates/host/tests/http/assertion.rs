//! A gate that lets through only what an edge gate vouches for.

use portcullis::{
    http::{AssertionOptions, AssertionVerifier, PortcullisLayer},
    mint::SigningKey,
};
use serde_json::{Map, Value, json};
use tower::ServiceExt;

use crate::{
    layer::{gate, good, policy, resume},
    support::{ENGINE, NOW, jwks, key},
};

struct Edge {
    key: SigningKey,
}

impl Edge {
    fn new() -> Self {
        Self { key: key("edge") }
    }

    fn layer(&self) -> PortcullisLayer {
        let options = AssertionOptions {
            issuer: "https://edge.test".into(),
            audience: "origin".into(),
            algorithms: vec!["ES256".into()],
        };
        let verifier = AssertionVerifier::new(&ENGINE, &jwks(&[&self.key]), &options).unwrap();
        PortcullisLayer::new(policy()).require_assertion(verifier)
    }

    /// An assertion of the request that [`resume`] makes, with some claims changed.
    fn sign(&self, key: &SigningKey, typ: &str, changed: Value) -> String {
        let mut claims = json!({
            "iss": "https://edge.test", "aud": "origin", "iat": NOW, "exp": NOW + 30.0,
            "method": "POST", "path": "/workflow-api/rpc/resume", "decision": "ALLOWED", "tenant": "TenantA", "sub": "ada",
        });
        for (name, value) in changed.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        let header = Map::from_iter([("typ".to_owned(), typ.into())]);
        key.sign(header, claims.to_string().as_bytes()).unwrap()
    }
}

async fn status(edge: &Edge, assertions: &[String]) -> u16 {
    let mut request = resume(Some(&good()));
    for assertion in assertions {
        request.headers_mut().append("portcullis-assertion", assertion.parse().unwrap());
    }
    gate(edge.layer()).oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_request_with_its_assertion_passes() {
    let edge = Edge::new();
    assert_eq!(status(&edge, &[edge.sign(&edge.key, "portcullis+jwt", json!({}))]).await, 200);
}

#[tokio::test]
async fn an_assertion_is_good_for_its_request_and_its_time_only() {
    let edge = Edge::new();
    for changed in [
        json!({ "method": "GET" }),
        json!({ "path": "/workflow-api/rpc/delete-instance" }),
        json!({ "path": null }),
        json!({ "tenant": "TenantB" }),
        json!({ "tenant": null }),
        json!({ "sub": "eve" }),
        json!({ "sub": null }),
        json!({ "decision": "SECURITY_DISABLED" }),
        json!({ "decision": true }),
        json!({ "iss": "https://other.test" }),
        json!({ "aud": "other" }),
        json!({ "iat": null }),
        json!({ "iat": NOW - 40.0, "exp": NOW - 10.0 }),
        json!({ "iat": NOW + 10.0, "exp": NOW + 40.0 }),
        json!({ "exp": NOW + 31.0 }),
    ] {
        let assertion = edge.sign(&edge.key, "portcullis+jwt", changed.clone());
        assert_eq!(status(&edge, &[assertion]).await, 401, "{changed}");
    }
}

#[tokio::test]
async fn without_an_assertion_of_the_edge_gate_nothing_passes() {
    let edge = Edge::new();
    let good = edge.sign(&edge.key, "portcullis+jwt", json!({}));
    assert_eq!(status(&edge, &[]).await, 401);
    assert_eq!(status(&edge, &[good.clone(), good]).await, 401);
    assert_eq!(status(&edge, &[edge.sign(&key("edge"), "portcullis+jwt", json!({}))]).await, 401);
    assert_eq!(status(&edge, &[edge.sign(&edge.key, "at+jwt", json!({}))]).await, 401);
    assert_eq!(status(&edge, &[edge.sign(&edge.key, "", json!({}))]).await, 401);
    assert_eq!(status(&edge, &["x".into()]).await, 401);
}
