//! The gateway: everything opened and checked, then put together and served.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
};
use portcullis::{
    Digest, Engine, Limits, Metrics, Observer, PolicyHandle,
    authzen::AuthZen,
    http::{AssertionOptions, AssertionVerifier, PortcullisLayer},
    jwks::JwksClient,
};
use prometheus_client::registry::Registry;
use tokio::{net::TcpListener, sync::oneshot};
use tower::Service as _;

use crate::{
    config::{Config, Jwks},
    internal::{self, Internal},
    limits::Limiter,
    proxy::{self, Proxy},
    reload,
    report::Failure,
    server,
    source::Source,
};

/// The module that was built with this program; empty if none was.
static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/portcullis.wasm"));

/// What decides, opened and checked.
pub struct Gate {
    engine: Engine,
    source: Source,
    policy: Arc<PolicyHandle>,
    authzen: AuthZen,
    assertions: Option<AssertionVerifier>,
}

impl Gate {
    /// Loads module, policy and keys.
    pub fn open(config: &Config) -> Result<Self, Failure> {
        let engine = engine(config.module.as_deref())?;
        let source = config.source()?;
        let keys = match &config.jwks {
            Some(Jwks::File(file)) => Some(read(file)?),
            _ => None,
        };
        let policy = source.open(&engine, keys.as_deref())?;
        let assertions = match &config.assertion {
            None => None,
            Some(assertion) => {
                let options = AssertionOptions {
                    issuer: assertion.issuer.clone(),
                    audience: assertion.audience.clone(),
                    algorithms: assertion.algorithms.clone(),
                };
                Some(AssertionVerifier::new(&engine, &read(&assertion.jwks)?, &options)?)
            }
        };
        let policy = Arc::new(policy);
        Ok(Self { authzen: AuthZen::new(Arc::clone(&policy))?, engine, source, policy, assertions })
    }
}

/// Serves until a signal asks for a shutdown.
pub async fn serve(config: Config, gate: Gate) -> Result<(), Failure> {
    let Gate { engine, source, policy, authzen, assertions } = gate;
    let mut registry = Registry::default();
    let metrics: Arc<dyn Observer> = Arc::new(Metrics::register(&mut registry, &policy));
    let jwks = match &config.jwks {
        Some(Jwks::Url(url)) => {
            let policies = vec![Arc::clone(&policy), Arc::clone(authzen.rules())];
            Some(JwksClient::new(url, config.fetching.options(), policies, Arc::clone(&metrics))?)
        }
        _ => None,
    };
    let proxy = Proxy::new(&config.origin, config.limits.origin_time())
        .ok_or_else(|| Failure::configuration("the origin is no address"))?;
    let mut gate = PortcullisLayer::new(Arc::clone(&policy)).observer(Arc::clone(&metrics));
    let mut authzen = authzen.observer(Arc::clone(&metrics));
    if let Some(jwks) = &jwks {
        let keys = Arc::new(jwks.clone());
        gate = gate.keys(Arc::clone(&keys) as _);
        authzen = authzen.keys(keys);
    }
    if let Some(assertions) = assertions {
        gate = gate.require_assertion(assertions);
    }
    let router = router(&config, gate, authzen.clone(), proxy);

    reload::watch(reload::Files {
        engine,
        source,
        jwks: match &config.jwks {
            Some(Jwks::File(file)) => Some(file.clone()),
            _ => None,
        },
        handle: Arc::clone(&policy),
        authzen,
        observer: metrics,
    })?;
    let stopping = Arc::new(AtomicBool::new(false));
    let told = Internal {
        policy: Arc::clone(&policy),
        needs_keys: config.jwks.is_some(),
        stopping: Arc::clone(&stopping),
        registry: Arc::new(registry),
    };
    let (stop, stopped) = oneshot::channel();
    let (public, internal) = (listen(config.listen).await?, listen(config.internal).await?);
    // Health is told as long as anything runs, so it is not told to stop.
    let internal = tokio::spawn(server::serve(
        internal,
        internal::router(told),
        config.limits.clone(),
        std::future::pending(),
    ));
    announce(&policy);
    if let Some(jwks) = jwks {
        tokio::spawn(jwks.keep_fresh());
    }
    let public =
        tokio::spawn(server::serve(public, router, config.limits.clone(), async { drop(stopped.await) }));
    asked_to_stop().await?;
    tracing::info!("stopping");
    stopping.store(true, Ordering::Relaxed);
    let _ = stop.send(());
    let ended = public.await;
    internal.abort();
    ended.map_err(|error| Failure::Other(format!("the server ended before its time: {error}")))
}

/// The entrance comes first, then the gate, then the origin.
fn router(config: &Config, gate: PortcullisLayer, authzen: AuthZen, proxy: Proxy) -> Router {
    let limiter = Limiter::new(config.limits.concurrent_requests, config.limits.body_bytes);
    let entrance = Arc::new(Entrance { limiter, authzen });
    // Both at once: every call of `layer` puts each request into boxes of its own.
    Router::new()
        .fallback(proxy::forward)
        .with_state(proxy)
        .layer((middleware::from_fn_with_state(entrance, enter), gate))
}

/// What comes before the gate.
struct Entrance {
    limiter: Limiter,
    authzen: AuthZen,
}

/// Refuses what is over a limit, then answers questions of other enforcement points, where the policy
/// opens that surface; all else goes on to the gate.
async fn enter(State(entrance): State<Arc<Entrance>>, request: Request, next: Next) -> Response {
    let (request, _place) = match entrance.limiter.admit(request) {
        Ok(admitted) => admitted,
        Err(problem) => return problem.into_response(),
    };
    if !entrance.authzen.serves(request.uri().path()) {
        return next.run(proxy::clean(request)).await;
    }
    let Ok(answer) = entrance.authzen.clone().call(request).await;
    answer.map(Body::new)
}

fn engine(module: Option<&Path>) -> Result<Engine, Failure> {
    let bytes = match module {
        Some(path) => {
            fs::read(path).map_err(|error| Failure::configuration(format!("{}: {error}", path.display())))?
        }
        None if EMBEDDED.is_empty() => {
            return Err(Failure::configuration(
                "no module is embedded; run `cargo xtask dist` and build again, or name one as `module`",
            ));
        }
        None => EMBEDDED.to_vec(),
    };
    Ok(Engine::from_wasm(&bytes, None, Limits::default())?)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path)
        .map_err(|error| Failure::configuration(format!("cannot read {}: {error}", path.display())))
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| Failure::Other(format!("cannot listen on {address}: {error}")))?;
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "listening");
    }
    Ok(listener)
}

fn announce(policy: &PolicyHandle) {
    let module: Digest = policy.digest();
    let loaded = policy.policy();
    for advice in &loaded.advice {
        tracing::warn!(path = advice.path, advice = advice.message, "advice on the policy");
    }
    if loaded.security_disabled {
        tracing::warn!("the policy switches security off: every request to a known route passes");
    }
    if let Some(bundle) = policy.bundle() {
        let manifest = bundle.manifest();
        tracing::info!(bundle = manifest.name, version = manifest.version, "the policy is a bundle's");
    }
    tracing::info!(%module, operations = loaded.operations, tenants = loaded.tenants, "the gate is up");
}

/// Ends when the process is asked to end.
async fn asked_to_stop() -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Other(format!("signals cannot be received: {error}"));
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(failed)?,
            _ = terminate.recv() => {}
        }
        Ok(())
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(failed)
}
