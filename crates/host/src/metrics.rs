//! Figures for Prometheus. Labels are words of the product, never anything that a request brings:
//! the number of series is bounded.

use std::{fmt, sync::Arc};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _},
    metrics::{
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::ConstGauge,
        histogram::Histogram,
    },
    registry::Registry,
};

use crate::{FetchOutcome, Observation, Observer, PolicyHandle, Reloaded};

/// Upper bounds of the buckets of decision time, in seconds.
const BUCKETS: [f64; 12] = [5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 1e-2, 1e-1, 1.0];

/// Counts what it is told of. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Families>);

#[derive(Default)]
struct Families {
    decisions: Family<DecisionLabels, Counter>,
    errors: Family<ErrorLabels, Counter>,
    credentials: Family<CredentialLabels, Counter>,
    fetches: Family<FetchLabels, Counter>,
    reloads: Family<ReloadLabels, Counter>,
    time: DecisionTime,
}

struct DecisionTime(Histogram);

impl Default for DecisionTime {
    fn default() -> Self {
        Self(Histogram::new(BUCKETS))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DecisionLabels {
    door: &'static str,
    decision: &'static str,
    stage: &'static str,
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ErrorLabels {
    door: &'static str,
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CredentialLabels {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FetchLabels {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReloadLabels {
    what: &'static str,
    outcome: &'static str,
}

impl Metrics {
    /// Registers every figure. `policy` is the one whose generation and lost sandboxes are told.
    #[must_use]
    pub fn register(registry: &mut Registry, policy: &Arc<PolicyHandle>) -> Self {
        let families = Families::default();
        registry.register(
            "portcullis_decisions",
            "Decisions by door, effect, stage that denied, and reason",
            families.decisions.clone(),
        );
        registry.register(
            "portcullis_errors",
            "Requests denied because there was no decision, by door and code",
            families.errors.clone(),
        );
        registry.register(
            "portcullis_credentials",
            "What became of credentials; `remembered` is a hit of the token cache",
            families.credentials.clone(),
        );
        registry.register(
            "portcullis_decision_seconds",
            "Time from the facts to the decision",
            families.time.0.clone(),
        );
        registry.register(
            "portcullis_jwks_fetches",
            "Fetches of the issuer's keys, by outcome",
            families.fetches.clone(),
        );
        registry.register(
            "portcullis_reloads",
            "Attempts to put something new in force, by outcome",
            families.reloads.clone(),
        );
        registry.register_collector(Box::new(Handle(Arc::clone(policy))));
        Self(Arc::new(families))
    }
}

impl Observer for Metrics {
    fn decided(&self, observation: &Observation<'_>) {
        let Families { decisions, errors, credentials, time, .. } = &*self.0;
        let door = observation.door.name();
        match observation.decision {
            Ok(decision) => {
                let labels = DecisionLabels {
                    door,
                    decision: if decision.decision { "allow" } else { "deny" },
                    stage: decision.stage.map_or("", crate::wire::Stage::name),
                    reason: decision.reason.code(),
                };
                decisions.get_or_create(&labels).inc();
            }
            Err(error) => {
                errors.get_or_create(&ErrorLabels { door, code: error.kind() }).inc();
            }
        }
        if let Some(credential) = observation.credential {
            credentials.get_or_create(&CredentialLabels { outcome: credential.name() }).inc();
        }
        time.0.observe(observation.time.as_secs_f64());
    }

    fn keys_fetched(&self, outcome: FetchOutcome) {
        self.0.fetches.get_or_create(&FetchLabels { outcome: outcome.name() }).inc();
    }

    fn reloaded(&self, what: Reloaded, taken: bool) {
        let outcome = if taken { "taken" } else { "refused" };
        self.0.reloads.get_or_create(&ReloadLabels { what: what.name(), outcome }).inc();
    }
}

/// What a policy handle counts by itself.
#[derive(Debug)]
struct Handle(Arc<PolicyHandle>);

impl Collector for Handle {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let replaced = ConstCounter::new(self.0.replaced_sessions());
        replaced.encode(encoder.encode_descriptor(
            "portcullis_sandboxes_replaced",
            "Sandboxes thrown away after a trap or a limit",
            None,
            replaced.metric_type(),
        )?)?;
        let generation = ConstGauge::new(self.0.generation());
        generation.encode(encoder.encode_descriptor(
            "portcullis_policy_generation",
            "How often a policy, keys or a module were put in force",
            None,
            generation.metric_type(),
        )?)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics(…)")
    }
}
