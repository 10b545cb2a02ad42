//! Health, readiness and metrics, on an address of their own.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
    routing::get,
};
use portcullis::PolicyHandle;
use prometheus_client::{encoding::text::encode, registry::Registry};

/// What is told.
#[derive(Clone)]
pub struct Internal {
    pub policy: Arc<PolicyHandle>,
    /// Whether tokens are to be verified, so that there must be keys.
    pub needs_keys: bool,
    pub stopping: Arc<AtomicBool>,
    pub registry: Arc<Registry>,
}

/// `/healthz`: it runs. `/readyz`: it can decide. `/metrics`: figures.
pub fn router(internal: Internal) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(internal)
}

async fn ready(State(internal): State<Internal>) -> (StatusCode, &'static str) {
    if internal.stopping.load(Ordering::Relaxed) {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else if internal.needs_keys && internal.policy.keys().is_none() {
        (StatusCode::SERVICE_UNAVAILABLE, "the issuer's keys are not there\n")
    } else {
        (StatusCode::OK, "ready\n")
    }
}

async fn metrics(State(internal): State<Internal>) -> impl IntoResponse {
    let mut text = String::new();
    match encode(&mut text, &internal.registry) {
        Ok(()) => Ok(([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}
