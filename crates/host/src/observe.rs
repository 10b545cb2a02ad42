//! What servers tell about themselves: each decision, each fetch of keys, each reload.
//!
//! Nothing here is secret or personal: no token, claim, path or subject is told.

use std::time::Duration;

use crate::{CredentialOutcome, Error, wire};

/// Who wants to be told. Every method has a body that does nothing, and none may block for long:
/// they run on the way of a request.
pub trait Observer: Send + Sync {
    /// A request was decided, or could not be.
    fn decided(&self, _observation: &Observation<'_>) {}

    /// The issuer's keys were asked for.
    fn keys_fetched(&self, _outcome: FetchOutcome) {}

    /// Something new was put in force, or refused.
    fn reloaded(&self, _what: Reloaded, _taken: bool) {}
}

/// Nobody wants to be told.
impl Observer for () {}

/// One decision.
#[derive(Debug)]
pub struct Observation<'a> {
    /// Where the question came from.
    pub door: Door,
    /// The answer, or why there is none; then the request was denied.
    pub decision: Result<&'a wire::Decision<'a>, &'a Error>,
    /// What became of the credential; unknown where there is no answer.
    pub credential: Option<&'a CredentialOutcome>,
    /// How long it took.
    pub time: Duration,
}

/// Where a question comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Door {
    /// A request on its way through the layer.
    Http,
    /// A question of another enforcement point.
    AuthZen,
}

impl Door {
    /// A stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::AuthZen => "authzen",
        }
    }
}

/// How a fetch of keys ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FetchOutcome {
    /// Other keys than before, and they are in force.
    New,
    /// The same as before.
    Same,
    /// The issuer did not answer, or not in time, or with something else than a document.
    Unreachable,
    /// The document has no key that can be used, or is too large.
    Unusable,
}

impl FetchOutcome {
    /// A stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Same => "same",
            Self::Unreachable => "unreachable",
            Self::Unusable => "unusable",
        }
    }
}

/// What can be put in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reloaded {
    /// A policy.
    Policy,
    /// A key set.
    Keys,
    /// A module.
    Module,
}

impl Reloaded {
    /// A stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Keys => "keys",
            Self::Module => "module",
        }
    }
}

/// A span for one decision, and an event in it that says what was decided; nothing, where neither is
/// compiled in.
#[derive(Debug)]
pub(crate) struct Span {
    #[cfg(feature = "tracing")]
    _entered: tracing::span::EnteredSpan,
}

#[cfg(feature = "tracing")]
impl Span {
    pub(crate) fn enter(door: Door, method: &str) -> Self {
        let span = tracing::debug_span!("portcullis.decide", door = door.name(), method);
        Self { _entered: span.entered() }
    }

    /// A denial is worth a line in most logs; what passes is told to those who ask for it, or for
    /// receipts: one that no log has is worth nothing.
    pub(crate) fn record(&self, observation: &Observation<'_>) {
        let credential = observation.credential.map(CredentialOutcome::name);
        let detail = match observation.credential {
            Some(CredentialOutcome::Refused { detail }) => Some(detail.as_str()),
            _ => None,
        };
        let decision = match observation.decision {
            Ok(decision) => decision,
            Err(error) => {
                tracing::error!(door = observation.door.name(), reason = error.code(), %error, "no decision");
                return;
            }
        };
        let receipt = decision.receipt.as_ref();
        macro_rules! tell {
            ($level:ident, $message:literal) => {
                tracing::$level!(
                    door = observation.door.name(),
                    reason = decision.reason.code(),
                    stage = decision.stage.map(wire::Stage::name),
                    operation = decision.operation.as_deref(),
                    tenant = decision.tenant.as_deref(),
                    credential,
                    detail,
                    receipt.module = receipt.map(|receipt| &*receipt.module),
                    receipt.policy = receipt.map(|receipt| &*receipt.policy),
                    receipt.claim = receipt.and_then(|receipt| receipt.claim.as_deref()),
                    receipt.facts = receipt.map(|receipt| &*receipt.facts),
                    receipt.now = receipt.and_then(|receipt| receipt.now),
                    $message
                )
            };
        }
        match (decision.decision, receipt) {
            (true, None) => tell!(debug, "allowed"),
            (true, Some(_)) => tell!(info, "allowed"),
            (false, _) => tell!(info, "denied"),
        }
    }
}

#[cfg(not(feature = "tracing"))]
impl Span {
    pub(crate) const fn enter(_door: Door, _method: &str) -> Self {
        Self {}
    }

    #[expect(clippy::unused_self, reason = "the same signature as with spans")]
    pub(crate) const fn record(&self, _observation: &Observation<'_>) {}
}
