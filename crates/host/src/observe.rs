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

/// A span for one decision, where spans are compiled in. What was decided is recorded in it.
#[derive(Debug)]
pub(crate) struct Span(#[cfg(feature = "tracing")] tracing::Span);

impl Span {
    #[cfg(feature = "tracing")]
    pub(crate) fn new(door: Door, method: &str) -> Self {
        use tracing::field::Empty;
        Self(tracing::info_span!(
            "portcullis.decide",
            door = door.name(),
            method,
            operation = Empty,
            tenant = Empty,
            decision = Empty,
            stage = Empty,
            reason = Empty,
            credential = Empty,
            detail = Empty,
        ))
    }

    #[cfg(not(feature = "tracing"))]
    pub(crate) const fn new(_door: Door, _method: &str) -> Self {
        Self()
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn record(&self, observation: &Observation<'_>) {
        if self.0.is_disabled() {
            return;
        }
        if let Some(credential) = observation.credential {
            self.0.record("credential", credential.name());
            if let CredentialOutcome::Refused { detail } = credential {
                self.0.record("detail", detail.as_str());
            }
        }
        match observation.decision {
            Ok(decision) => {
                self.0.record("decision", decision.decision);
                self.0.record("reason", decision.reason.code());
                if let Some(operation) = &decision.operation {
                    self.0.record("operation", operation.as_ref());
                }
                if let Some(tenant) = &decision.tenant {
                    self.0.record("tenant", tenant.as_ref());
                }
                if let Some(stage) = decision.stage {
                    self.0.record("stage", stage.name());
                }
                let _within = self.0.enter();
                tracing::debug!("decided");
            }
            Err(error) => {
                self.0.record("decision", false);
                self.0.record("reason", error.code());
                let _within = self.0.enter();
                tracing::error!(%error, "no decision");
            }
        }
    }

    #[cfg(not(feature = "tracing"))]
    #[expect(clippy::unused_self, reason = "the same signature as with spans")]
    pub(crate) const fn record(&self, _observation: &Observation<'_>) {}
}
