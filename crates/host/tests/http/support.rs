//! The module, tokens, and ways to ask.

use std::{
    fs,
    path::Path,
    sync::{Arc, LazyLock},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use portcullis::{
    Engine, Limits, PolicyHandle, PolicySource, Session,
    authzen::AuthZen,
    mint::{Algorithm, Permissions, SigningKey, TokenRequest, mint},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub const NOW: f64 = 1_800_000_000.0;
pub const SECRET: &str = "a secret of callers that has more than 32 bytes";
pub const CLAIM: &str = "a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants:TenantA";

pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg/dist/portcullis.wasm");
    let wasm =
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask dist`", path.display()));
    Engine::from_wasm(&wasm, None, Limits::default()).unwrap()
});

pub static KEY: LazyLock<SigningKey> = LazyLock::new(|| key("one"));

pub fn key(kid: &str) -> SigningKey {
    SigningKey::generate(Algorithm::Es256, Some(kid)).unwrap()
}

pub fn jwks(keys: &[&SigningKey]) -> String {
    let keys: Vec<Value> =
        keys.iter().map(|key| serde_json::from_str(&key.public_jwk().unwrap()).unwrap()).collect();
    json!({ "keys": keys }).to_string()
}

pub fn workflow_policy() -> Value {
    json!({
        "portcullis": 1,
        "routes": { "base_path": "/workflow-api" },
        "tenancy": { "mode": "multi", "tenants": ["TenantA", "TenantB"] },
        "token": { "issuers": ["https://issuer.test"], "audiences": ["users"], "algorithms": ["ES256"] },
    })
}

pub fn handle(policy: &Value, jwks: Option<&str>) -> Arc<PolicyHandle> {
    Arc::new(PolicyHandle::new(&ENGINE, PolicySource::from_json(policy.to_string()), jwks).unwrap())
}

/// A token of `ada` for some audience.
pub fn token(key: &SigningKey, audience: &str, permissions: Permissions<'_>, now: f64) -> String {
    let source = PolicySource::from_json(workflow_policy().to_string());
    let mut session = Session::new(&ENGINE, &source, None).unwrap();
    let request = TokenRequest {
        subject: Some("ada".into()),
        audience: vec![audience.into()],
        permissions,
        ..TokenRequest::for_policy(&source).unwrap()
    };
    mint(&mut session, key, &request, now).unwrap().token
}

/// The fixture of the certification scenario: two subjects, one type of record, three actions.
pub fn fixture(secret: &Path) -> Value {
    json!({
        "portcullis": 1,
        "catalog": { "root": "app", "operations": [
            { "id": "app.record.read", "method": "GET", "path": "/records/{id}" },
            { "id": "app.record.write", "method": "PUT", "path": "/records/{id}" },
            { "id": "app.record.delete", "method": "DELETE", "path": "/records/{id}" },
        ] },
        "routes": { "base_path": "/v1" },
        "principals": {
            "alice": { "claim": "a:app.record.read;a:app.record.write" },
            "bob": { "claim": "a:app.record.read" },
        },
        "authzen": {
            "callers": { "secret": { "file": secret } },
            "operation": "app.{resource.type}.{action.name}",
        },
    })
}

/// An AuthZEN surface, and the file of its secret.
pub struct Pdp {
    pub surface: AuthZen,
    pub policy: Arc<PolicyHandle>,
    pub file: tempfile::NamedTempFile,
}

impl Pdp {
    pub fn new() -> Self {
        Self::with(fixture, None)
    }

    pub fn with(policy: impl FnOnce(&Path) -> Value, jwks: Option<&str>) -> Self {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), format!("{SECRET}\n")).unwrap();
        let policy = handle(&policy(file.path()), jwks);
        Self { surface: AuthZen::new(Arc::clone(&policy)).unwrap(), policy, file }
    }

    /// The fixture, in decisions with receipts.
    pub fn with_receipts() -> Self {
        let pdp = Self::new();
        let source = pdp.policy.source().with_receipts();
        let policy = Arc::new(PolicyHandle::new(&ENGINE, source, None).unwrap());
        Self { surface: AuthZen::new(Arc::clone(&policy)).unwrap(), policy, file: pdp.file }
    }

    pub async fn send(&self, request: Request<Full<Bytes>>) -> (u16, Value, Response<()>) {
        let (parts, body) = self.surface.clone().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&body).unwrap();
        (parts.status.as_u16(), body, Response::from_parts(parts, ()))
    }

    /// What a caller who knows the secret is told.
    pub async fn ask(&self, path: &str, body: impl ToString) -> (u16, Value) {
        let (status, body, _) = self.send(question(path, body).body_of()).await;
        (status, body)
    }

    pub async fn evaluate(&self, body: Value) -> (u16, Value) {
        self.ask("/access/v1/evaluation", body).await
    }
}

/// A request that is good until it is changed.
pub struct Question {
    pub builder: http::request::Builder,
    body: String,
}

impl Question {
    pub fn body_of(self) -> Request<Full<Bytes>> {
        self.builder.body(Full::from(self.body)).unwrap()
    }

    pub fn header(self, name: &str, value: &str) -> Self {
        Self { builder: self.builder.header(name, value), ..self }
    }
}

pub fn question(path: &str, body: impl ToString) -> Question {
    bare(path, body)
        .header("content-type", "application/json")
        .header("authorization", &format!("Bearer {SECRET}"))
}

pub fn bare(path: &str, body: impl ToString) -> Question {
    Question { builder: Request::post(path), body: body.to_string() }
}

/// A question about one record.
pub fn about(subject: &str, action: &str) -> Value {
    json!({
        "subject": { "type": "user", "id": subject },
        "action": { "name": action },
        "resource": { "type": "record", "id": "record-1" },
    })
}
