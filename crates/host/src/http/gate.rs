//! One request, asked and answered; nothing here waits.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use http::Request;

use super::{
    AssertionVerifier, Problem,
    assertion::Assertion,
    facts::{self, Facts},
    forward,
};
use crate::{
    CredentialOutcome, Decision, Error, Observer, PolicyHandle,
    observe::{Door, Observation, Span},
    wire,
};

/// A fetch of keys that is under way. It ends once new keys are in force, or will not be.
pub type KeysRefresh = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Whoever can bring keys that are not known yet.
pub trait RefreshKeys: Send + Sync {
    /// A token named an unknown key. `None`: it is too early to ask again, so the token is refused.
    fn refresh(&self) -> Option<KeysRefresh>;

    /// How long it is until it may ask again. `None`: that is not known.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

/// What a request is answered with where there is no decision.
pub(crate) fn no_decision(error: &Error, keys: Option<&Arc<dyn RefreshKeys>>) -> Problem {
    let problem = Problem::of_error(error);
    // Without keys nothing changes before they may be asked for again.
    let after = keys.filter(|_| matches!(error, Error::NoKeys)).and_then(|keys| keys.retry_after());
    match after {
        Some(after) => problem.with_retry_after(after),
        None => problem,
    }
}

/// What all requests have in common.
#[derive(Clone)]
pub(crate) struct Gate {
    policy: Arc<PolicyHandle>,
    pub(super) keys: Option<Arc<dyn RefreshKeys>>,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) assertions: Option<AssertionVerifier>,
    pub(super) clock: fn() -> f64,
}

/// What is to become of a request.
pub(super) enum Verdict {
    /// It goes on, with the decision in its extensions and headers.
    Pass,
    /// It is answered.
    Refuse(Problem),
    /// New keys may change the answer.
    Wait(KeysRefresh),
}

impl Gate {
    pub(super) fn new(policy: Arc<PolicyHandle>) -> Self {
        Self { policy, keys: None, observer: Arc::new(()), assertions: None, clock: facts::now }
    }

    /// Decides a request, and makes it ready to go on if it may. `last`: do not wait for keys.
    pub(super) fn decide<B>(&self, request: &mut Request<B>, last: bool) -> Verdict {
        let start = Instant::now();
        let now = (self.clock)();
        let span = Span::enter(Door::Http, request.method().as_str());
        let facts = Facts::from(&*request);
        let assertion = match self.assertions.as_ref().map(|verifier| verifier.verify(facts, now)) {
            None => None,
            Some(Ok(assertion)) => Some(assertion),
            Some(Err(error)) => return Verdict::Refuse(error.problem()),
        };
        let tenant_header = self.policy.tenant_header();
        let asked = facts::request(facts, &tenant_header);
        let answer = self.policy.authorize_with_receipt(&facts::credential(facts.headers), &asked, now);
        if !last && let Some(refresh) = self.refresh_for(&answer) {
            return Verdict::Wait(refresh);
        }
        let told = answer.and_then(|(decision, credential)| {
            let enforced = {
                let view = decision.view()?;
                let observation = Observation {
                    door: Door::Http,
                    decision: Ok(&view),
                    credential: Some(&credential),
                    time: start.elapsed(),
                };
                span.record(&observation);
                self.observer.decided(&observation);
                enforce(request, &view, assertion.as_ref(), &tenant_header)
            };
            Ok(enforced.map(|()| decision))
        });
        match told {
            Ok(Ok(decision)) => {
                request.extensions_mut().insert(decision);
                Verdict::Pass
            }
            Ok(Err(problem)) => Verdict::Refuse(problem),
            Err(error) => {
                let observation = Observation {
                    door: Door::Http,
                    decision: Err(&error),
                    credential: None,
                    time: start.elapsed(),
                };
                span.record(&observation);
                self.observer.decided(&observation);
                Verdict::Refuse(no_decision(&error, self.keys.as_ref()))
            }
        }
    }

    fn refresh_for(&self, answer: &Result<(Decision, CredentialOutcome), Error>) -> Option<KeysRefresh> {
        let wanted = match answer {
            Ok((_, credential)) => credential.names_unknown_key(),
            Err(error) => matches!(error, Error::NoKeys),
        };
        if wanted { self.keys.as_ref()?.refresh() } else { None }
    }
}

/// Refuses a request, or writes into its headers what the inner service is told.
fn enforce<B>(
    request: &mut Request<B>,
    decision: &wire::Decision<'_>,
    assertion: Option<&Assertion>,
    tenant_header: &str,
) -> Result<(), Problem> {
    if !decision.decision {
        return Err(Problem::of_decision(decision));
    }
    if assertion.is_some_and(|assertion| !assertion.is_of(decision)) {
        return Err(Problem::of_credential(wire::Reason::CredentialInvalid));
    }
    forward::strip(request.headers_mut(), tenant_header);
    if forward::set(request.headers_mut(), decision) {
        Ok(())
    } else {
        Err(Problem::of_error(&Error::Contract("a decision that no header can hold")))
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("policy", &self.policy).finish_non_exhaustive()
    }
}
