//! An origin that shows what reached it, an issuer that counts how often it is asked, and the
//! gateway between them.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, channel},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::Response,
    routing::{any, get},
};
use portcullis::{
    Engine, Limits, PolicySource, Session,
    mint::{Algorithm, Permissions, SigningKey, TokenRequest, mint},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

pub const ISSUER: &str = "https://issuer.test";
pub const AUDIENCE: &str = "workflow-api";
/// What most tokens here carry.
pub const CLAIM: &str = "a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants:TenantA";
/// A request that it allows.
pub const RESUME: &str = "/workflow-api/rpc/resume";
/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(20);

pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg/dist/portcullis.wasm");
    let wasm =
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask dist`", path.display()));
    Engine::from_wasm(&wasm, None, Limits::default()).unwrap()
});

pub fn policy() -> Value {
    json!({
        "portcullis": 1,
        "routes": { "base_path": "/workflow-api" },
        "tenancy": { "mode": "multi", "tenants": ["TenantA", "TenantB"] },
        "token": { "issuers": [ISSUER], "audiences": [AUDIENCE], "algorithms": ["ES256"] },
    })
}

pub fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
}

pub fn key(kid: &str) -> SigningKey {
    SigningKey::generate(Algorithm::Es256, Some(kid)).unwrap()
}

pub fn jwks(keys: &[&SigningKey]) -> Value {
    let public = |key: &&SigningKey| -> Value { serde_json::from_str(&key.public_jwk().unwrap()).unwrap() };
    json!({ "keys": keys.iter().map(public).collect::<Vec<_>>() })
}

pub fn token(key: &SigningKey, subject: &str, claim: &str) -> String {
    let source = PolicySource::from_json(policy().to_string());
    let mut session = Session::new(&ENGINE, &source, None).unwrap();
    let request = TokenRequest {
        subject: Some(subject.into()),
        permissions: Permissions::Text(claim.into()),
        ..TokenRequest::for_policy(&source).unwrap()
    };
    mint(&mut session, key, &request, now()).unwrap().token
}

/// Shows what it got: method, path with query, headers as pairs, and the length of the body.
async fn show(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let headers: Vec<(String, String)> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let shown = json!({
        "method": parts.method.as_str(),
        "target": parts.uri.to_string(),
        "headers": headers,
        "length": body.len(),
    });
    Response::new(Body::from(shown.to_string()))
}

/// Sends the body back while it still comes in.
async fn echo(request: Request) -> Response {
    Response::new(Body::new(request.into_body()))
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// The origin. It has a path that echoes, a slow one, and shows what came to all others.
pub async fn origin() -> SocketAddr {
    let slow = get(|| async {
        tokio::time::sleep(Duration::from_millis(600)).await;
        "done"
    });
    serve(
        Router::new()
            .route("/workflow-api/rpc/create-instance", any(echo))
            .route("/workflow-api/liveness", slow)
            .fallback(show),
    )
    .await
}

/// An issuer: what it answers, and how often it was asked.
#[derive(Clone)]
pub struct Issuer {
    pub address: SocketAddr,
    asked: Arc<AtomicUsize>,
    answer: Arc<Mutex<(u16, String)>>,
}

impl Issuer {
    pub async fn start(keys: &Value) -> Self {
        let answer = Arc::new(Mutex::new((200, keys.to_string())));
        let asked = Arc::new(AtomicUsize::new(0));
        let state = (Arc::clone(&asked), Arc::clone(&answer));
        let router = Router::new().route("/keys", get(give_keys)).with_state(state);
        Self { address: serve(router).await, asked, answer }
    }

    pub fn answer(&self, status: u16, body: impl ToString) {
        *self.answer.lock().unwrap() = (status, body.to_string());
    }

    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

type IssuerState = (Arc<AtomicUsize>, Arc<Mutex<(u16, String)>>);

async fn give_keys(State((asked, answer)): State<IssuerState>) -> Response {
    asked.fetch_add(1, Ordering::SeqCst);
    let (status, body) = answer.lock().unwrap().clone();
    let response = Response::builder().status(status);
    // Somewhere else, with keys: it must not be followed.
    let response = if status == 302 { response.header("location", "/keys?moved") } else { response };
    response.body(Body::from(body)).unwrap()
}

/// A gateway that runs, with its files.
pub struct Gateway {
    child: Child,
    pub folder: TempDir,
    pub public: String,
    pub internal: String,
    logs: Receiver<String>,
    seen: Vec<String>,
    pub client: reqwest::Client,
}

/// The files of a gateway.
pub fn files(config: &Value, policy: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.json"), policy).unwrap();
    let path = folder.path().join("gateway.json");
    let mut whole = json!({ "listen": "127.0.0.1:0", "internal": "127.0.0.1:0", "policy": "policy.json" });
    whole.as_object_mut().unwrap().extend(config.as_object().unwrap().clone());
    fs::write(&path, whole.to_string()).unwrap();
    (folder, path)
}

pub fn program(config: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_axum-gateway"));
    program.arg("--config").arg(config).stdout(Stdio::piped()).stderr(Stdio::piped());
    program.env("RUST_LOG", "info");
    program
}

impl Gateway {
    /// Starts one and waits until it listens.
    pub fn start(config: &Value, policy: &Value) -> Self {
        let (folder, path) = files(config, &policy.to_string());
        let mut child = program(&path).spawn().unwrap();
        let stderr = child.stderr.take().unwrap();
        let (sender, logs) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let (public, internal) = (String::new(), String::new());
        let mut gateway = Self { child, folder, public, internal, logs, seen: Vec::new(), client };
        gateway.public = gateway.listening();
        gateway.internal = gateway.listening();
        gateway.logged(|log| log["message"] == "the gate is up");
        gateway
    }

    fn listening(&mut self) -> String {
        let log = self.logged(|log| log["message"] == "listening");
        format!("http://{}", log["address"].as_str().unwrap())
    }

    /// The next line of the log that is wanted.
    pub fn logged(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let line = self
                .logs
                .recv_timeout(end.saturating_duration_since(Instant::now()))
                .unwrap_or_else(|_| panic!("not logged; seen: {:#?}", self.seen));
            self.seen.push(line.clone());
            let log: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"));
            if wanted(&log) {
                return log;
            }
        }
    }

    /// Everything that was logged so far.
    pub fn all_logs(&mut self) -> String {
        self.seen.extend(self.logs.try_iter());
        self.seen.join("\n")
    }

    /// A request that [`CLAIM`] allows.
    pub fn resume(&self, token: &str) -> reqwest::RequestBuilder {
        self.client
            .post(format!("{}{RESUME}", self.public))
            .bearer_auth(token)
            .header("Workflow-Api-Tenant-ID", "TenantA")
    }

    pub async fn metrics(&self) -> String {
        self.client.get(format!("{}/metrics", self.internal)).send().await.unwrap().text().await.unwrap()
    }

    pub async fn ready(&self) -> u16 {
        self.client.get(format!("{}/readyz", self.internal)).send().await.unwrap().status().as_u16()
    }

    /// Waits until something holds.
    pub async fn until<F: Future<Output = bool>>(&self, what: &str, holds: impl Fn() -> F) {
        let end = Instant::now() + PATIENCE;
        while !holds().await {
            assert!(Instant::now() < end, "{what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub fn exit_code(&mut self) -> Option<i32> {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.child.try_wait().unwrap() {
                Some(status) => return status.code(),
                None => assert!(Instant::now() < end, "it does not end"),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The values of a header that reached the origin.
pub fn header<'a>(shown: &'a Value, name: &str) -> Vec<&'a str> {
    let headers = shown["headers"].as_array().unwrap();
    headers.iter().filter(|pair| pair[0] == name).map(|pair| pair[1].as_str().unwrap()).collect()
}

/// Status, `WWW-Authenticate` and reason of a refusal.
pub async fn refusal(response: reqwest::Response) -> (u16, String, String) {
    let status = response.status().as_u16();
    let challenge = response.headers().get("www-authenticate");
    let challenge = challenge.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body["status"], status);
    (status, challenge, body["reason"].as_str().unwrap().to_owned())
}
