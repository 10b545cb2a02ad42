//! How many requests there may be at once, and how large their bodies.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header::CONTENT_LENGTH},
    middleware::Next,
    response::Response,
};
use http_body_util::Limited;
use portcullis::http::Problem;
use tokio::sync::Semaphore;

/// What all requests share.
#[derive(Clone)]
pub struct Limiter {
    free: Arc<Semaphore>,
    body_bytes: u64,
}

impl Limiter {
    pub fn new(concurrent_requests: usize, body_bytes: u64) -> Self {
        Self { free: Arc::new(Semaphore::new(concurrent_requests)), body_bytes }
    }
}

/// Refuses what is too much; nothing waits in a queue.
pub async fn limit(State(limiter): State<Limiter>, request: Request, next: Next) -> Response {
    let Ok(_place) = limiter.free.try_acquire() else {
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED").into_response();
    };
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limiter.body_bytes) {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "INPUT_TOO_LARGE").into_response();
    }
    let most = usize::try_from(limiter.body_bytes).unwrap_or(usize::MAX);
    next.run(request.map(|body| Body::new(Limited::new(body, most)))).await
}
