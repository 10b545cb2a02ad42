//! What is sent, and what comes back.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode, header};

use super::{Credential, WebhookError};

/// The header of the IETF draft by which a receiver recognises a request that it has seen.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Headers that say how the message is framed, or whom it is for: the client's own.
const OWN_HEADERS: &[HeaderName] = &[
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
    header::TE,
    header::TRAILER,
    header::EXPECT,
    header::PROXY_AUTHORIZATION,
];

/// One request. `Debug` shows neither the URL nor a value.
#[derive(Clone)]
pub struct WebhookRequest {
    /// The method: `POST` unless said otherwise.
    pub method: Method,
    /// Where it goes.
    pub url: String,
    /// Headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How the sender proves who it is.
    pub credential: Option<Credential>,
    /// By which the receiver recognises a request that it has seen: sent as `Idempotency-Key`, and as
    /// `webhook-id` where requests are signed. Only with it is a request sent again that may have
    /// arrived.
    pub idempotency_key: Option<String>,
}

impl WebhookRequest {
    /// A `POST` of some JSON.
    #[must_use]
    pub fn json(url: impl Into<String>, body: impl Into<Bytes>) -> Self {
        let json = header::HeaderValue::from_static("application/json");
        Self {
            method: Method::POST,
            url: url.into(),
            headers: HeaderMap::from_iter([(header::CONTENT_TYPE, json)]),
            body: body.into(),
            credential: None,
            idempotency_key: None,
        }
    }

    pub(super) fn check(&self, max_body_bytes: usize) -> Result<(), WebhookError> {
        if self.method == Method::CONNECT || self.method == Method::TRACE {
            return Err(WebhookError::Request("the method is not one of webhooks"));
        }
        if self.body.len() > max_body_bytes {
            return Err(WebhookError::Request("the body is too large"));
        }
        if self.headers.keys().any(is_own) {
            return Err(WebhookError::Request("a header is the client's own to write"));
        }
        Ok(())
    }
}

/// Whether a header is the client's own.
pub(super) fn is_own(name: &HeaderName) -> bool {
    OWN_HEADERS.contains(name)
}

impl fmt::Debug for WebhookRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookRequest")
            .field("method", &self.method)
            .field("headers", &self.headers.keys().map(HeaderName::as_str).collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}

/// What the receiver said last, whatever its status. `Debug` shows neither headers nor body.
#[derive(Clone)]
pub struct WebhookResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as far as it is within the limit.
    pub body: Bytes,
    /// Whether the body was longer: the rest was not read.
    pub is_cut: bool,
    /// How many attempts it took.
    pub attempts: u32,
}

impl fmt::Debug for WebhookResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookResponse")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .field("is_cut", &self.is_cut)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
