//! What a server keeps: a policy for all threads, replaced in one step.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use arc_swap::ArcSwap;
use portcullis_wire::{
    Request,
    call::{KeysLoaded, PolicyLoaded},
};

use crate::{
    Credential, CredentialOutcome, Decision, Digest, Engine, Error, PolicySource, Session,
    bundle::{Bundle, BundleTrust},
    pool::{Pool, Warm},
    session::Blueprint,
};

/// A policy with its keys and its module, for all threads.
///
/// Every call runs in a session of the newest generation. A session that traps, reaches a limit
/// within the sandbox, or has no room left for another handle is thrown away with everything it
/// knew, and the next call makes a new one.
pub struct PolicyHandle {
    current: ArcSwap<Current>,
    pool: Pool<Session>,
    /// Held while something new is checked, so that two reloads do not undo each other.
    reloading: Mutex<()>,
    replaced: AtomicU64,
}

struct Current {
    generation: u64,
    blueprint: Blueprint,
    policy: PolicyLoaded,
    tenant_header: Arc<str>,
    keys: Option<KeysLoaded>,
}

/// How many sandboxes a handle for side questions has at most. A few such handles fit beside the
/// engine's own instances.
#[cfg(feature = "tower")]
const SMALL: usize = 4;

impl PolicyHandle {
    /// Checks a policy and keys in a sandbox, and keeps them.
    ///
    /// # Errors
    /// [`Error::Configuration`], with every mistake of the policy.
    pub fn new(engine: &Engine, source: PolicySource, jwks: Option<&str>) -> Result<Self, Error> {
        let blueprint =
            Blueprint { engine: engine.clone(), source, jwks: jwks.map(Into::into), bundle: None };
        Self::with_places(blueprint, engine.limits().instances)
    }

    /// Verifies a bundle at `now`, and keeps its policy with the keys of tokens.
    ///
    /// # Errors
    /// As [`Bundle::verify`] and [`PolicyHandle::new`].
    pub fn from_bundle(
        engine: &Engine,
        bytes: &[u8],
        trust: &BundleTrust,
        jwks: Option<&str>,
        now: f64,
    ) -> Result<Self, Error> {
        let bundle = Bundle::verify(engine, bytes, trust, None, now)?;
        let blueprint = Blueprint {
            engine: engine.clone(),
            source: bundle.source().clone(),
            jwks: jwks.map(Into::into),
            bundle: Some(Arc::new(bundle)),
        };
        Self::with_places(blueprint, engine.limits().instances)
    }

    /// A handle for a side question, such as who a caller is: the same module, few sandboxes.
    ///
    /// # Errors
    /// As [`PolicyHandle::new`].
    #[cfg(feature = "tower")]
    pub(crate) fn small(engine: &Engine, source: PolicySource, jwks: Option<&str>) -> Result<Self, Error> {
        let blueprint =
            Blueprint { engine: engine.clone(), source, jwks: jwks.map(Into::into), bundle: None };
        Self::with_places(blueprint, engine.limits().instances.min(SMALL))
    }

    /// As [`PolicyHandle::small`], with this handle's module and keys.
    #[cfg(feature = "authzen")]
    pub(crate) fn small_beside(&self, source: PolicySource) -> Result<Self, Error> {
        let Blueprint { engine, jwks, .. } = &self.current.load().blueprint;
        Self::small(engine, source, jwks.as_deref())
    }

    fn with_places(blueprint: Blueprint, places: usize) -> Result<Self, Error> {
        let (current, session) = Current::check(1, blueprint)?;
        let pool = Pool::new(places);
        *pool.take() = Some(Warm { generation: 1, session });
        Ok(Self {
            current: ArcSwap::from_pointee(current),
            pool,
            reloading: Mutex::new(()),
            replaced: AtomicU64::new(0),
        })
    }

    /// Decides a request from its credential on, at `now` in seconds since 1970.
    ///
    /// # Errors
    /// What befell the sandbox; then deny.
    pub fn authorize(
        &self,
        credential: &Credential<'_>,
        request: &Request<'_>,
        now: f64,
    ) -> Result<Decision, Error> {
        self.with_session(|session| session.authorize(credential, request, now))
    }

    /// As [`PolicyHandle::authorize`], and says what became of the credential on the way.
    ///
    /// # Errors
    /// What befell the sandbox; then deny.
    pub fn authorize_with_outcome(
        &self,
        credential: &Credential<'_>,
        request: &Request<'_>,
        now: f64,
    ) -> Result<(Decision, CredentialOutcome), Error> {
        self.with_session(|session| session.authorize_with_outcome(credential, request, now))
    }

    /// As [`PolicyHandle::authorize_with_outcome`], with a receipt in the decision if the policy gives
    /// them: it does if its source is [`PolicySource::with_receipts`].
    ///
    /// # Errors
    /// What befell the sandbox; then deny.
    pub fn authorize_with_receipt(
        &self,
        credential: &Credential<'_>,
        request: &Request<'_>,
        now: f64,
    ) -> Result<(Decision, CredentialOutcome), Error> {
        self.with_session(|session| session.authorize_with_receipt(credential, request, now))
    }

    /// Runs something in a session of this thread. Permits that it makes and does not release end
    /// with the session.
    ///
    /// # Errors
    /// What the closure gives, or that no session can be made.
    pub fn with_session<T>(&self, run: impl FnOnce(&mut Session) -> Result<T, Error>) -> Result<T, Error> {
        let mut place = self.pool.take();
        // After the wait, if there was one: what was put in force meanwhile counts.
        let current = self.current.load();
        let warm = match place.take() {
            Some(warm) if warm.generation == current.generation => warm,
            stale => {
                // Its memory is free before the new one's is taken.
                drop(stale);
                let session = Session::from_blueprint(&current.blueprint)?;
                Warm { generation: current.generation, session }
            }
        };
        // Out of the pool while it runs: a panic in `run` cannot leave it half-way there.
        let Warm { generation, mut session } = warm;
        let outcome = run(&mut session);
        match &outcome {
            Err(error) if error.poisons() || error.is_full() => {
                self.replaced.fetch_add(1, Ordering::Relaxed);
            }
            _ => *place = Some(Warm { generation, session }),
        }
        outcome
    }

    /// Replaces the policy. On failure the one in force stays.
    ///
    /// # Errors
    /// [`Error::Configuration`], with every mistake.
    pub fn reload_policy(&self, source: PolicySource) -> Result<(), Error> {
        self.reload(|blueprint| blueprint.source = source)
    }

    /// Verifies a bundle at `now`, and puts its policy in the place of the one in force, whose name it has
    /// and whose version is not newer. False if the same bundle was in force already. On failure the one
    /// in force stays.
    ///
    /// # Errors
    /// As [`Bundle::verify`]; [`Error::Configuration`] with every mistake of the policy.
    pub fn reload_bundle(&self, bytes: &[u8], trust: &BundleTrust, now: f64) -> Result<bool, Error> {
        // Held from the look at what is in force on: of two bundles at once, the older one loses.
        let _one_at_a_time = self.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        let Blueprint { engine, source, bundle, .. } = self.current.load().blueprint.clone();
        let new = Bundle::verify(&engine, bytes, trust, bundle.as_deref(), now)?;
        // Another policy may have been put in force since.
        if new.unchanged() && *new.source() == source {
            return Ok(false);
        }
        self.replace(|blueprint| {
            blueprint.source = new.source().clone();
            blueprint.bundle = Some(Arc::new(new));
        })?;
        Ok(true)
    }

    /// The newest bundle that was put in force, if one was.
    #[must_use]
    pub fn bundle(&self) -> Option<Arc<Bundle>> {
        self.current.load().blueprint.bundle.clone()
    }

    /// Replaces the key set. On failure the one in force stays.
    ///
    /// # Errors
    /// [`Error::Configuration`].
    pub fn reload_keys(&self, jwks: &str) -> Result<(), Error> {
        self.reload(|blueprint| blueprint.jwks = Some(jwks.into()))
    }

    /// Takes the keys away: from now on no token is good. For keys that are too old to be relied on.
    ///
    /// # Errors
    /// What befell the sandbox.
    pub fn drop_keys(&self) -> Result<(), Error> {
        self.reload(|blueprint| blueprint.jwks = None)
    }

    /// Replaces the module. On failure the one in force stays.
    ///
    /// # Errors
    /// [`Error::Configuration`], if the new module refuses the policy or the keys.
    pub fn reload_module(&self, engine: &Engine) -> Result<(), Error> {
        self.reload(|blueprint| blueprint.engine = engine.clone())
    }

    fn reload(&self, change: impl FnOnce(&mut Blueprint)) -> Result<(), Error> {
        let _one_at_a_time = self.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        self.replace(change)
    }

    /// With the lock held.
    fn replace(&self, change: impl FnOnce(&mut Blueprint)) -> Result<(), Error> {
        let before = self.current.load();
        let mut blueprint = before.blueprint.clone();
        change(&mut blueprint);
        let (current, _session) = Current::check(before.generation + 1, blueprint)?;
        self.current.store(Arc::new(current));
        Ok(())
    }

    /// The policy in force, as it was given.
    #[must_use]
    pub fn source(&self) -> PolicySource {
        self.current.load().blueprint.source.clone()
    }

    /// The name of the header that selects the tenant, under the policy in force.
    #[must_use]
    pub fn tenant_header(&self) -> Arc<str> {
        Arc::clone(&self.current.load().tenant_header)
    }

    /// What the module said of the policy in force.
    #[must_use]
    pub fn policy(&self) -> PolicyLoaded {
        self.current.load().policy.clone()
    }

    /// What the module said of the keys in force.
    #[must_use]
    pub fn keys(&self) -> Option<KeysLoaded> {
        self.current.load().keys.clone()
    }

    /// The digest of the module in force.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.current.load().blueprint.engine.digest()
    }

    /// How often something was put in force: 1 at the start, one more for each reload.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.current.load().generation
    }

    /// How many sessions were thrown away after a trap or a limit.
    #[must_use]
    pub fn replaced_sessions(&self) -> u64 {
        self.replaced.load(Ordering::Relaxed)
    }
}

impl Current {
    fn check(generation: u64, blueprint: Blueprint) -> Result<(Self, Session), Error> {
        let session = Session::from_blueprint(&blueprint)?;
        let (policy, keys) = (session.policy().clone(), session.keys().cloned());
        let tenant_header = policy.tenant_header.as_str().into();
        Ok((Self { generation, blueprint, policy, tenant_header, keys }, session))
    }
}

impl std::fmt::Debug for PolicyHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PolicyHandle")
            .field("module", &self.digest())
            .field("generation", &self.generation())
            .finish_non_exhaustive()
    }
}
