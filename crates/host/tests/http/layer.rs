//! The layer around a service that says what reached it.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use portcullis::{
    Decision, PolicyHandle,
    http::{KeysRefresh, PortcullisLayer, RefreshKeys},
    mint::Permissions,
};
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::support::{CLAIM, KEY, NOW, handle, jwks, key, token, workflow_policy};

pub type Body = Full<Bytes>;

/// Answers with the headers and the decision that reached it, in headers of its own.
async fn inner(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let mut response = Response::new(Body::default());
    let decision = request.extensions().get::<Decision>().expect("a decision");
    assert!(decision.allowed());
    *response.headers_mut() = request.headers().clone();
    Ok(response)
}

async fn never(_: Request<Body>) -> Result<Response<Body>, Infallible> {
    panic!("it got through");
}

pub fn gate(
    layer: PortcullisLayer,
) -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone {
    layer.clock(|| NOW).layer(service_fn(inner))
}

pub fn resume(token: Option<&str>) -> Request<Body> {
    let mut request = Request::post("/workflow-api/rpc/resume").header("Workflow-Api-Tenant-ID", "TenantA");
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    request.body(Body::default()).unwrap()
}

pub fn good() -> String {
    token(&KEY, "users", Permissions::Text(CLAIM.into()), NOW)
}

pub fn policy() -> Arc<PolicyHandle> {
    handle(&workflow_policy(), Some(&jwks(&[&KEY])))
}

#[tokio::test]
async fn what_passes_has_the_decision_with_it_and_nothing_forged() {
    let gate = gate(PortcullisLayer::new(policy()));
    let mut request = resume(Some(&good()));
    for name in ["Portcullis-Subject", "portcullis_subject", "Workflow_Api_Tenant_ID", "Portcullis-Assertion"]
    {
        request.headers_mut().append(http::HeaderName::try_from(name).unwrap(), "root".parse().unwrap());
    }
    let answer = gate.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    let headers = answer.headers();
    assert_eq!(headers["portcullis-decision"], "ALLOWED");
    assert_eq!(headers["portcullis-operation"], "workflow-api.rpc.resume");
    assert_eq!(headers["portcullis-tenant"], "TenantA");
    assert_eq!(headers.get_all("portcullis-subject").iter().collect::<Vec<_>>(), ["ada"]);
    for forged in ["portcullis_subject", "workflow_api_tenant_id", "portcullis-assertion"] {
        assert!(!headers.contains_key(forged), "{forged}");
    }
}

#[tokio::test]
async fn what_is_denied_does_not_reach_the_inner_service() {
    let layer = PortcullisLayer::new(policy()).clock(|| NOW);
    let gate = layer.layer(service_fn(never));
    let denied = Request::post("/workflow-api/rpc/delete-instance")
        .header("Workflow-Api-Tenant-ID", "TenantA")
        .header("Authorization", format!("Bearer {}", good()));
    for (request, status) in [
        (resume(None), 401),
        (resume(Some("x")), 401),
        (denied.body(Body::default()).unwrap(), 403),
        (Request::get("/nowhere").body(Body::default()).unwrap(), 404),
        (Request::get("/a/../b").body(Body::default()).unwrap(), 400),
    ] {
        assert_eq!(gate.clone().oneshot(request).await.unwrap().status(), status);
    }
}

#[tokio::test]
async fn a_preflight_passes_only_where_the_policy_lets_it() {
    let preflight = || {
        Request::options("/workflow-api/rpc/resume")
            .header("Origin", "https://app.test")
            .header("Access-Control-Request-Method", "POST")
            .body(Body::default())
            .unwrap()
    };
    assert_eq!(gate(PortcullisLayer::new(policy())).oneshot(preflight()).await.unwrap().status(), 404);
    let mut open = workflow_policy();
    open["routes"]["preflight"] = "pass".into();
    let gate = gate(PortcullisLayer::new(handle(&open, None)));
    assert_eq!(gate.clone().oneshot(preflight()).await.unwrap().status(), 200);
    let mut plain = preflight();
    plain.headers_mut().remove("origin");
    assert_eq!(gate.oneshot(plain).await.unwrap().status(), 404);
}

/// Brings a new key when asked, and counts.
struct Issuer {
    policy: Arc<PolicyHandle>,
    jwks: String,
    asked: AtomicUsize,
}

impl RefreshKeys for Issuer {
    fn refresh(&self) -> Option<KeysRefresh> {
        if self.asked.fetch_add(1, Ordering::SeqCst) > 0 {
            return None;
        }
        let (policy, jwks) = (Arc::clone(&self.policy), self.jwks.clone());
        Some(Box::pin(async move {
            tokio::task::yield_now().await;
            policy.reload_keys(&jwks).unwrap();
        }))
    }
}

#[tokio::test]
async fn a_token_of_an_unknown_key_waits_for_new_keys_once() {
    let new = key("new");
    let policy = policy();
    let issuer = Arc::new(Issuer {
        policy: Arc::clone(&policy),
        jwks: jwks(&[&KEY, &new]),
        asked: AtomicUsize::new(0),
    });
    let gate = gate(PortcullisLayer::new(policy).keys(Arc::clone(&issuer) as _));
    assert_eq!(gate.clone().oneshot(resume(Some(&good()))).await.unwrap().status(), 200);
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 0);
    let of_new = token(&new, "users", Permissions::Text(CLAIM.into()), NOW);
    let answer = gate.clone().oneshot(resume(Some(&of_new))).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["portcullis-subject"]),
        (200, &"ada".parse().unwrap())
    );
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1);
    let of_stranger = token(&key("stranger"), "users", Permissions::Text(CLAIM.into()), NOW);
    assert_eq!(gate.oneshot(resume(Some(&of_stranger))).await.unwrap().status(), 401);
}

#[tokio::test]
async fn without_keys_a_token_is_no_way_in_and_no_mistake_of_the_callers() {
    let gate = gate(PortcullisLayer::new(handle(&workflow_policy(), None)));
    let answer = gate.clone().oneshot(resume(Some(&good()))).await.unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(gate.oneshot(resume(None)).await.unwrap().status(), 401);
}
