//! The decision as an argument of axum's handlers.

use axum_core::{
    body::Body,
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{StatusCode, request::Parts};

use super::Problem;
use crate::Decision;

/// No decision was made: the handler is not behind a
/// [`PortcullisLayer`](super::PortcullisLayer). It is a mistake of the server's, and denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the handler is not behind a gate")]
pub struct NoDecision;

impl IntoResponse for NoDecision {
    fn into_response(self) -> Response {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "GATE_MISSING").into_response::<Body>()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.into_response::<Body>()
    }
}

impl<S: Sync> FromRequestParts<S> for Decision {
    type Rejection = NoDecision;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or(NoDecision)
    }
}
