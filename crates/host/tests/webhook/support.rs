//! A TLS server with answers by script, a resolver by script, and a connector that maps one address.

use std::{
    fs, io,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use portcullis::{
    Guards, Limits, PolicySource,
    webhook::{Connector, NetFuture, Resolver, Trust, WebhookClient, WebhookOptions, WebhookRequest},
    wire::policy::SecretReference,
};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

pub const PUBLIC: &str = "93.184.216.34";
pub const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
/// A server that never answers.
pub const SILENCE: &str = "";

static GUARDS: LazyLock<Arc<Guards>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg/dist/portcullis-guards.wasm");
    let wasm =
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask dist`", path.display()));
    let policy = json!({
        "portcullis": 1,
        "webhooks": { "allow_domains": ["hooks.example.com", "other.example.com"] },
    });
    let policy = PolicySource::from_json(policy.to_string());
    let limits = Limits { instances: 2, ..Guards::limits() };
    Arc::new(Guards::from_wasm(&wasm, None, limits, Some(&policy)).expect("the shipped guard module"))
});

/// What a test can see of both sides.
pub struct Scene {
    pub client: WebhookClient,
    /// The requests that the server read.
    pub requests: Arc<Mutex<Vec<String>>>,
    /// The names that were looked up.
    pub lookups: Arc<Mutex<Vec<String>>>,
    /// The addresses that were connected to.
    pub connections: Arc<Mutex<Vec<SocketAddr>>>,
}

struct Script {
    answers: Vec<Vec<IpAddr>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Resolver for Script {
    fn resolve<'a>(&'a self, host: &'a str) -> NetFuture<'a, Vec<IpAddr>> {
        let mut asked = self.asked.lock().unwrap();
        let answer = self.answers[asked.len().min(self.answers.len() - 1)].clone();
        asked.push(host.to_owned());
        Box::pin(async move { Ok(answer) })
    }
}

struct Translate {
    server: SocketAddr,
    asked: Arc<Mutex<Vec<SocketAddr>>>,
}

impl Connector for Translate {
    fn connect(&self, address: SocketAddr) -> NetFuture<'_, TcpStream> {
        self.asked.lock().unwrap().push(address);
        if address == SocketAddr::new(PUBLIC.parse().unwrap(), 443) {
            Box::pin(TcpStream::connect(self.server))
        } else {
            Box::pin(async { Err(io::Error::from(io::ErrorKind::ConnectionRefused)) })
        }
    }
}

/// Options under which nothing waits for long.
pub fn quick() -> WebhookOptions {
    WebhookOptions { backoff: Duration::from_millis(2), ..WebhookOptions::default() }
}

/// A server with these answers, one for each connection, and a client that gets these look-ups, one
/// for each attempt; the last ones again and again.
pub async fn scene(answers: &[&str], lookups: &[&[&str]], options: WebhookOptions) -> Scene {
    let names = vec!["hooks.example.com".to_owned(), "other.example.com".to_owned()];
    let certified = rcgen::generate_simple_self_signed(names).unwrap();
    let certificate = certified.cert.der().to_vec();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(certificate.clone())], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    let requests = Arc::new(Mutex::new(Vec::new()));
    let answers: Vec<String> = answers.iter().map(|&answer| answer.to_owned()).collect();
    tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(tls)), answers, Arc::clone(&requests)));
    let (asked, connections) = (Arc::default(), Arc::default());
    let answers = lookups.iter().map(|ips| ips.iter().map(|ip| ip.parse().unwrap()).collect()).collect();
    let client = WebhookClient::new(Arc::clone(&GUARDS), options)
        .unwrap()
        .with_resolver(Script { answers, asked: Arc::clone(&asked) })
        .with_connector(Translate { server, asked: Arc::clone(&connections) })
        .with_trust(&Trust::Authorities(vec![certificate]))
        .unwrap();
    Scene { client, requests, lookups: asked, connections }
}

async fn serve(
    listener: TcpListener,
    tls: TlsAcceptor,
    answers: Vec<String>,
    requests: Arc<Mutex<Vec<String>>>,
) {
    for turn in 0.. {
        let Ok((stream, _)) = listener.accept().await else { return };
        // A client that does not trust the certificate goes away here.
        let Ok(mut stream) = tls.accept(stream).await else { continue };
        let request = read(&mut stream).await;
        requests.lock().unwrap().push(request);
        let answer = answers[turn.min(answers.len() - 1)].clone();
        tokio::spawn(async move {
            if answer == SILENCE {
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
            // One that has read enough does not wait for the rest.
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        });
    }
}

async fn read(stream: &mut tokio_rustls::server::TlsStream<TcpStream>) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return text;
        }
    }
}

/// A request to the host that is allowed.
pub fn request() -> WebhookRequest {
    WebhookRequest::json("https://hooks.example.com/in?x=1", r#"{"a":1}"#)
}

/// A secret in a file. The directory must live while it is read.
pub fn secret(text: &str) -> (tempfile::TempDir, SecretReference) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secret");
    fs::write(&path, text).unwrap();
    let place = SecretReference::File(path.display().to_string());
    (directory, place)
}
