//! Why there is no answer to a webhook.

use portcullis_wire::guard::WebhookReason;
use thiserror::Error;

use crate::Error;

/// Why there is no answer. None of them holds the URL, a header or a part of a body: a URL can be as
/// secret as a password.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The verdict: nothing may be sent there. Of a redirect, too.
    #[error("the webhook may not be sent: {}", .0.code())]
    Rejected(WebhookReason),
    /// The guard module gave no verdict, so nothing was sent.
    #[error("no verdict on the webhook: {0}")]
    Guard(#[from] Error),
    /// The request cannot be sent as it is.
    #[error("the request cannot be sent: {0}")]
    Request(&'static str),
    /// The host could not be looked up.
    #[error("the host could not be looked up")]
    Lookup,
    /// None of the addresses took the connection.
    #[error("no address of the host took the connection")]
    Connect,
    /// The server did not prove that it is the host, or does not speak TLS.
    #[error("no trusted TLS connection to the host")]
    Tls,
    /// Time ran out.
    #[error("time ran out {0}")]
    Timeout(Stage),
    /// The connection broke after the request may have arrived.
    #[error("the exchange broke off")]
    Exchange,
    /// What came is not a response, or its headers are beyond the limits.
    #[error("the response is not HTTP, or its headers are too large")]
    Response,
    /// The server sent the request elsewhere, and it does not go there.
    #[error("a redirect was not followed")]
    Redirect,
}

/// How far an attempt came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// No connection yet: the request did not leave.
    Connecting,
    /// The request may have arrived.
    Exchanging,
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Connecting => "before there was a connection",
            Self::Exchanging => "before the response was whole",
        })
    }
}

impl WebhookError {
    /// A stable code for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Rejected(_) => "WEBHOOK_REJECTED",
            Self::Guard(error) => error.code(),
            Self::Request(_) => "WEBHOOK_REQUEST_INVALID",
            Self::Lookup => "WEBHOOK_LOOKUP_FAILED",
            Self::Connect => "WEBHOOK_UNREACHABLE",
            Self::Tls => "WEBHOOK_TLS_FAILED",
            Self::Timeout(_) => "WEBHOOK_TIMEOUT",
            Self::Exchange => "WEBHOOK_INTERRUPTED",
            Self::Response => "WEBHOOK_RESPONSE_INVALID",
            Self::Redirect => "WEBHOOK_REDIRECTED",
        }
    }

    /// Whether another attempt may succeed, and cannot make the receiver act twice. `repeatable`: it
    /// may receive the request twice.
    pub(super) const fn is_transient(&self, repeatable: bool) -> bool {
        match self {
            Self::Lookup | Self::Connect | Self::Timeout(Stage::Connecting) => true,
            Self::Timeout(Stage::Exchanging) | Self::Exchange => repeatable,
            // A certificate that is wrong now is an attack or a mistake, and no load of the moment.
            Self::Tls
            | Self::Rejected(_)
            | Self::Guard(_)
            | Self::Request(_)
            | Self::Response
            | Self::Redirect => false,
        }
    }
}
