//! Input that clients should not send: an answer with a code, never a hang, never a 500.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::json;

use crate::support::{CLAIM, Gateway, jwks, key, origin, policy, token};

/// Sends bytes as they are, and gives the answer as text.
fn raw(gateway: &Gateway, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(gateway.public.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    // A server that has seen enough may close before all is sent.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

struct Sender {
    gateway: Gateway,
    token: String,
    _keys: tempfile::TempDir,
}

impl Sender {
    async fn new(limits: serde_json::Value) -> Self {
        let key = key("one");
        let keys = tempfile::tempdir().unwrap();
        let file = keys.path().join("keys.json");
        std::fs::write(&file, jwks(&[&key]).to_string()).unwrap();
        let config = json!({
            "origin": format!("http://{}", origin().await),
            "jwks": { "file": file },
            "limits": limits,
        });
        Self { gateway: Gateway::start(&config, &policy()), token: token(&key, "ada", CLAIM), _keys: keys }
    }

    /// A request with these header lines, each ended by a line break.
    fn send(&self, headers: &[u8]) -> String {
        let mut request =
            b"POST /workflow-api/rpc/resume HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n".to_vec();
        request.extend_from_slice(headers);
        request.extend_from_slice(b"Content-Length: 0\r\n\r\n");
        raw(&self.gateway, &request)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_credentials_are_refused_with_a_reason() {
    let sender = Sender::new(json!({})).await;
    let token = &sender.token;
    let good = format!("Authorization: Bearer {token}\r\nWorkflow-Api-Tenant-ID: TenantA\r\n");
    assert!(sender.send(good.as_bytes()).starts_with("HTTP/1.1 200 "));

    let twice = format!("Authorization: Bearer {token}\r\n{good}");
    let mut not_text = b"Workflow-Api-Tenant-ID: TenantA\r\nAuthorization: Bearer \xff\xfe\r\n".to_vec();
    let long = format!("Authorization: Bearer {}\r\n", "a".repeat(150_000));
    for headers in [
        twice.as_bytes(),
        &std::mem::take(&mut not_text),
        b"Authorization: Basic YWRhOmFkYQ==\r\n",
        b"Authorization: Bearer\r\n",
        b"Authorization: \r\n",
        b"Authorization: Bearer a.b.c\r\n",
        long.as_bytes(),
    ] {
        let answer = sender.send(headers);
        let shown = String::from_utf8_lossy(&headers[..headers.len().min(80)]).into_owned();
        assert!(answer.starts_with("HTTP/1.1 401 "), "{shown}: {answer}");
        assert!(answer.contains(r#""reason":"CREDENTIAL_INVALID""#), "{shown}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_tenants_are_refused_with_a_reason() {
    let sender = Sender::new(json!({})).await;
    let bearer = format!("Authorization: Bearer {}\r\n", sender.token);
    for tenant in [
        &b"Workflow-Api-Tenant-ID: TenantA\r\nWorkflow-Api-Tenant-ID: TenantA\r\n"[..],
        b"Workflow-Api-Tenant-ID: TenantA,TenantB\r\n",
        b"Workflow-Api-Tenant-ID: \r\n",
        b"Workflow-Api-Tenant-ID: Tenant\xe9\r\n",
    ] {
        let answer = sender.send(&[bearer.as_bytes(), tenant].concat());
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
        assert!(answer.contains(r#""reason":"TENANT_INVALID""#), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_refused() {
    let sender = Sender::new(json!({ "body_bytes": 1000, "header_bytes": 16384 })).await;
    let answer = sender.send(format!("X-Long: {}\r\n", "a".repeat(100_000)).as_bytes());
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");

    let told = sender.gateway.resume(&sender.token).body(vec![0; 1001]).send().await.unwrap();
    assert_eq!(told.status(), 413);
    // Without its length, it is cut off on the way.
    let parts = futures_util::stream::iter((0..11).map(|_| Ok::<_, std::io::Error>(vec![0_u8; 100])));
    let request = sender.gateway.resume(&sender.token).body(reqwest::Body::wrap_stream(parts));
    assert_eq!(request.send().await.unwrap().status(), 413);
    assert_eq!(sender.gateway.resume(&sender.token).body(vec![0; 1000]).send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_at_once_are_told_to_come_back() {
    let sender = Sender::new(json!({ "concurrent_requests": 0 })).await;
    let answer = sender.gateway.resume(&sender.token).send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_never_ends_is_given_up() {
    let sender = Sender::new(json!({ "header_s": 1 })).await;
    let answer = raw(&sender.gateway, b"GET /workflow-api/liveness HTTP/1.1\r\nHost: gate\r\nX-Slow: ");
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_that_mean_two_things_are_refused() {
    let sender = Sender::new(json!({})).await;
    for path in
        ["/workflow-api/rpc/../rpc/resume", "/workflow-api/rpc/%2e%2e/x", "/workflow-api//rpc/resume", "*"]
    {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: gate\r\nConnection: close\r\nAuthorization: Bearer {}\r\nContent-Length: 0\r\n\r\n",
            sender.token
        );
        let answer = raw(&sender.gateway, request.as_bytes());
        assert!(
            answer.starts_with("HTTP/1.1 400 ") || answer.starts_with("HTTP/1.1 404 "),
            "{path}: {answer}"
        );
    }
}
