//! How many requests there may be at once, and how large their bodies.

use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
    http::{StatusCode, header::CONTENT_LENGTH},
};
use http_body_util::Limited;
use portcullis::http::Problem;
use tokio::sync::{Semaphore, SemaphorePermit};

/// What all requests share.
pub struct Limiter {
    free: Semaphore,
    body_bytes: u64,
}

impl Limiter {
    pub fn new(concurrent_requests: usize, body_bytes: u64) -> Self {
        Self { free: Semaphore::new(concurrent_requests), body_bytes }
    }

    /// Refuses what is too much; nothing waits in a queue. A request has its place until that is dropped.
    pub fn admit(&self, request: Request) -> Result<(Request, SemaphorePermit<'_>), Problem> {
        let Ok(place) = self.free.try_acquire() else {
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED"));
        };
        let announced = request
            .headers()
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > self.body_bytes) {
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "INPUT_TOO_LARGE"));
        }
        // hyper holds a body to the length that was announced; only others are counted.
        if request.body().size_hint().upper().is_some_and(|length| length <= self.body_bytes) {
            return Ok((request, place));
        }
        let most = usize::try_from(self.body_bytes).unwrap_or(usize::MAX);
        Ok((request.map(|body| Body::new(Limited::new(body, most))), place))
    }
}
