//! The guard module in sandboxes of its own: masking, templates, webhook verdicts, workflow lint.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use portcullis_wire::{
    call::{CallError, Handle},
    guard::{GuardCall, GuardPolicyLoaded, Masked},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    Decision, Digest, Engine, Error, Limits, PolicySource,
    instance::{CallsOnly, Instance},
    pool::{Pool, Warm},
    session::configuration,
};

/// The guard module, compiled once, and a sandbox for each thread that asks at once.
///
/// Templates are written by people who may be hostile, so a sandbox that traps or reaches a limit is
/// thrown away with everything it knew, and the next call makes a new one. The thread that asked
/// gets an error and goes on.
pub struct Guards {
    engine: Engine,
    policy: Option<Arc<str>>,
    pool: Pool<GuardSession>,
    replaced: AtomicU64,
}

/// One sandbox of the guard module with a policy loaded. One thread at a time.
pub struct GuardSession {
    instance: Instance<CallsOnly>,
    policy: Option<Handle>,
}

impl Guards {
    /// Limits that suit the guard module: a quarter of a second and 64 MiB for one call.
    #[must_use]
    pub fn limits() -> Limits {
        Limits { memory_bytes: 64 << 20, call_time: Duration::from_millis(250), ..Limits::default() }
    }

    /// Compiles the guard module from the bytes of its `.wasm` file; with `expected`, only if that is
    /// their digest. `policy` has the sections that guards read; without one, webhooks are blocked,
    /// and fields are hidden by their names alone.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the module cannot be used, or with every mistake of the policy.
    pub fn from_wasm(
        wasm: &[u8],
        expected: Option<Digest>,
        limits: Limits,
        policy: Option<&PolicySource>,
    ) -> Result<Self, Error> {
        Self::new(Engine::calls_only(wasm, expected, limits)?, policy)
    }

    /// As [`Guards::from_wasm`], from what [`Engine::precompile`] wrote. The caution of
    /// [`Engine::from_precompiled`] applies.
    ///
    /// # Errors
    /// As above.
    pub fn from_precompiled(
        bytes: &[u8],
        expected: Option<Digest>,
        limits: Limits,
        policy: Option<&PolicySource>,
    ) -> Result<Self, Error> {
        Self::new(Engine::calls_only_precompiled(bytes, expected, limits)?, policy)
    }

    fn new(engine: Engine, policy: Option<&PolicySource>) -> Result<Self, Error> {
        let policy: Option<Arc<str>> = policy.map(|source| source.document().into());
        let pool = Pool::new(engine.limits().instances);
        // Checked now: a policy with mistakes is the operator's to hear of, not the first caller's.
        let session = GuardSession::new(&engine, policy.as_deref())?;
        *pool.take() = Some(Warm { generation: 0, session });
        Ok(Self { engine, policy, pool, replaced: AtomicU64::new(0) })
    }

    /// The module that runs.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// How many sandboxes were thrown away because they trapped or reached a limit.
    #[must_use]
    pub fn replaced(&self) -> u64 {
        self.replaced.load(Ordering::Relaxed)
    }

    /// Runs something in a sandbox of this thread.
    ///
    /// # Errors
    /// What the closure gives, or that no sandbox can be made.
    pub fn with_session<T>(
        &self,
        run: impl FnOnce(&mut GuardSession) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut place = self.pool.take();
        let mut session = match place.take() {
            Some(warm) => warm.session,
            None => GuardSession::new(&self.engine, self.policy.as_deref())?,
        };
        // Out of the pool while it runs: a panic in `run` cannot leave it half-way there.
        let outcome = run(&mut session);
        match &outcome {
            Err(error) if error.poisons() => {
                self.replaced.fetch_add(1, Ordering::Relaxed);
            }
            _ => *place = Some(Warm { generation: 0, session }),
        }
        outcome
    }
}

impl Guards {
    /// A document without what the policy hides. `hash_key` has at least 32 hexadecimal digits, and is
    /// needed where the policy hides by keyed hash.
    ///
    /// # Errors
    /// What befell the sandbox, or [`Error::Refused`] where the key is missing; then show nothing.
    pub fn mask(&self, document: &RawValue, hash_key: Option<&str>) -> Result<Masked<Box<RawValue>>, Error> {
        self.with_session(|session| {
            let (policy, hash_key) = (session.policy(), hash_key.map(Cow::Borrowed));
            session.ask(&GuardCall::Mask { policy, hash_key, document })
        })
    }

    /// What may be shown or logged of a body under a decision: the body as it is, or masked where the
    /// decision obliges to it. The guards have the policy of the decision.
    ///
    /// # Errors
    /// As [`Guards::mask`]; where the body must be masked and is no JSON; and where the decision denies,
    /// for then nothing may be shown.
    pub fn shown<'b>(
        &self,
        decision: &Decision,
        body: &'b str,
        hash_key: Option<&str>,
    ) -> Result<Cow<'b, str>, Error> {
        let view = decision.view()?;
        if !view.decision {
            return Err(refused("the decision denies"));
        }
        if view.masks() {
            // What is wrong with it is not told: it may hold what must not be shown.
            let document: &RawValue = serde_json::from_str(body).map_err(|_| refused("not JSON"))?;
            let masked = self.mask(document, hash_key)?.document;
            return Ok(Cow::Owned(String::from(Box::<str>::from(masked))));
        }
        Ok(Cow::Borrowed(body))
    }
}

fn refused(message: &str) -> Error {
    Error::Refused(Box::new(CallError {
        code: "CALL_MALFORMED".into(),
        message: message.into(),
        findings: Vec::new(),
        claim: None,
    }))
}

impl GuardSession {
    fn new(engine: &Engine, policy: Option<&str>) -> Result<Self, Error> {
        let mut instance = Instance::new(engine)?;
        let policy = match policy {
            Some(document) => {
                let call = GuardCall::PolicyLoad::<&RawValue> { document: Cow::Borrowed(document) };
                let loaded: GuardPolicyLoaded = instance.ask(&call).map_err(configuration)?;
                Some(loaded.policy)
            }
            None => None,
        };
        Ok(Self { instance, policy })
    }

    /// The policy, for calls.
    #[must_use]
    pub const fn policy(&self) -> Option<Handle> {
        self.policy
    }

    /// Makes any call of the module. `policy` in it is [`GuardSession::policy`].
    ///
    /// # Errors
    /// [`Error::Refused`] with the module's own words, or what befell the sandbox.
    pub fn ask<'a, J: Serialize, T: Deserialize<'a>>(
        &'a mut self,
        call: &GuardCall<'_, J>,
    ) -> Result<T, Error> {
        self.instance.ask(call)
    }
}
