//! The layer: what all requests have in common.

use std::sync::Arc;

use tower_layer::Layer;

use super::{
    AssertionVerifier, Portcullis,
    gate::{Gate, RefreshKeys},
};
use crate::{Observer, PolicyHandle};

/// Puts [`Portcullis`] around a service. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PortcullisLayer {
    gate: Arc<Gate>,
}

impl PortcullisLayer {
    /// A layer that asks this policy.
    #[must_use]
    pub fn new(policy: Arc<PolicyHandle>) -> Self {
        Self { gate: Arc::new(Gate::new(policy)) }
    }

    /// Whom to ask for keys when a token names one that is not known.
    #[must_use]
    pub fn keys(self, keys: Arc<dyn RefreshKeys>) -> Self {
        self.with(|gate| gate.keys = Some(keys))
    }

    /// Whom to tell of each decision.
    #[must_use]
    pub fn observer(self, observer: Arc<dyn Observer>) -> Self {
        self.with(|gate| gate.observer = observer)
    }

    /// Lets through only what carries the assertion of an edge gate, which must speak of the same
    /// request and of the same tenant and subject as the decision here.
    #[must_use]
    pub fn require_assertion(self, verifier: AssertionVerifier) -> Self {
        self.with(|gate| gate.assertions = Some(verifier))
    }

    /// Where the time comes from, in seconds since 1970; the system's clock unless said otherwise.
    #[must_use]
    pub fn clock(self, clock: fn() -> f64) -> Self {
        self.with(|gate| gate.clock = clock)
    }

    fn with(self, change: impl FnOnce(&mut Gate)) -> Self {
        let mut gate = Arc::unwrap_or_clone(self.gate);
        change(&mut gate);
        Self { gate: Arc::new(gate) }
    }
}

impl<S> Layer<S> for PortcullisLayer {
    type Service = Portcullis<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Portcullis::new(Arc::clone(&self.gate), inner)
    }
}
