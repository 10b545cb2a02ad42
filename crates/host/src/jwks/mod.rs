//! The issuer's keys: fetched over HTTP, kept fresh, put in force in one step.
//!
//! - Keys are fetched again when they are [`JwksOptions::max_age`] old.
//! - A token that names an unknown key makes them be fetched at once, but never within
//!   [`JwksOptions::cooldown`] of the last attempt, so a flood of such tokens costs one fetch. Whoever
//!   asks while a fetch is under way waits for that one.
//! - Where a fetch fails, the last good keys stay in force until they are
//!   [`JwksOptions::stale_for`] beyond their age; then no token is good until a fetch succeeds.
//! - Redirects are not followed, and what is too large or too slow is given up.

mod fetch;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use self::fetch::Fetcher;
use crate::{Error, FetchOutcome, Observer, PolicyHandle, Reloaded};

/// How keys are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwksOptions {
    /// Least time between two attempts. 30 seconds unless said otherwise.
    pub cooldown: Duration,
    /// When keys are fetched again. 10 minutes unless said otherwise.
    pub max_age: Duration,
    /// How long keys beyond their age stay in force while the issuer does not answer. One hour
    /// unless said otherwise.
    pub stale_for: Duration,
    /// When a fetch is given up. 5 seconds unless said otherwise.
    pub timeout: Duration,
    /// Largest document, in bytes. 512 KiB unless said otherwise.
    pub max_bytes: usize,
    /// Whether keys may come unencrypted, from a host that is not this machine. Anybody on the way
    /// could then put in keys of their own.
    pub allow_http: bool,
}

impl Default for JwksOptions {
    fn default() -> Self {
        Self {
            cooldown: Duration::from_secs(30),
            max_age: Duration::from_secs(600),
            stale_for: Duration::from_secs(3600),
            timeout: Duration::from_secs(5),
            max_bytes: 512 << 10,
            allow_http: false,
        }
    }
}

/// Keeps the keys of some policies fresh. Cheap to clone; it works until the last clone is gone.
#[derive(Clone)]
pub struct JwksClient(Arc<Inner>);

struct Inner {
    fetcher: Fetcher,
    options: JwksOptions,
    observer: Arc<dyn Observer>,
    policies: Vec<Arc<PolicyHandle>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// When the last attempt began.
    attempted: Option<Instant>,
    /// When the keys in force were fetched.
    fetched: Option<Instant>,
    /// The document whose keys are in force.
    document: Option<Arc<str>>,
    /// The attempt that is under way: it is told when it ends.
    running: Option<watch::Receiver<()>>,
}

impl JwksClient {
    /// A client for these policies, which share an issuer. Nothing is fetched yet: ask it to
    /// [`refresh`](Self::refresh), and let it [`keep_fresh`](Self::keep_fresh).
    ///
    /// # Errors
    /// [`Error::Configuration`] if the address is not one that keys may come from.
    pub fn new(
        address: &str,
        options: JwksOptions,
        policies: Vec<Arc<PolicyHandle>>,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, Error> {
        let fetcher = Fetcher::new(address, &options)?;
        Ok(Self(Arc::new(Inner { fetcher, options, observer, policies, state: Mutex::default() })))
    }

    /// Fetches the keys, unless it is too early to. It ends when they are in force, or will not be.
    /// `None`: the last attempt was within the cool-down.
    ///
    /// Must be called within a tokio runtime; the fetch goes on when nobody waits for it any more.
    #[must_use]
    pub fn refresh(&self) -> Option<impl Future<Output = ()> + Send + use<>> {
        let mut running = self.begin()?;
        Some(async move {
            // An attempt that ended, or was dropped with its runtime, is over either way.
            let _ = running.changed().await;
        })
    }

    /// The attempt that is under way, or a new one.
    fn begin(&self) -> Option<watch::Receiver<()>> {
        let mut state = self.state();
        if let Some(running) = &state.running {
            return Some(running.clone());
        }
        let now = Instant::now();
        if state.attempted.is_some_and(|attempted| now < attempted + self.0.options.cooldown) {
            return None;
        }
        let (done, running) = watch::channel(());
        state.attempted = Some(now);
        state.running = Some(running.clone());
        drop(state);
        let client = self.clone();
        tokio::spawn(async move {
            let attempt = Attempt { client: &client, _done: done };
            let outcome = attempt.client.attempt(now).await;
            client.0.observer.keys_fetched(outcome);
        });
        Some(running)
    }

    async fn attempt(&self, began: Instant) -> FetchOutcome {
        let document: Arc<str> = match self.0.fetcher.fetch().await {
            Ok(document) => document.into(),
            Err(outcome) => return outcome,
        };
        if self.state().document.as_ref() == Some(&document) {
            self.state().fetched = Some(began);
            return FetchOutcome::Same;
        }
        // Checking keys means making sandboxes: not on a thread that serves requests.
        let (client, keys) = (self.clone(), Arc::clone(&document));
        let taken = tokio::task::spawn_blocking(move || client.put_in_force(&keys)).await;
        let taken = taken.is_ok_and(|taken| taken);
        self.0.observer.reloaded(Reloaded::Keys, taken);
        if !taken {
            return FetchOutcome::Unusable;
        }
        let mut state = self.state();
        state.fetched = Some(began);
        state.document = Some(document);
        FetchOutcome::New
    }

    fn put_in_force(&self, keys: &str) -> bool {
        self.0.policies.iter().all(|policy| policy.reload_keys(keys).is_ok())
    }

    /// Fetches the keys whenever it is time to, and takes them away when they are too old. It never
    /// ends; spawn it.
    pub async fn keep_fresh(self) {
        loop {
            let (next, expires) = self.schedule();
            sleep_until(next).await;
            if let Some(attempt) = self.refresh() {
                attempt.await;
            }
            if expires.is_some_and(|expires| Instant::now() >= expires) {
                self.drop_if_expired().await;
            }
        }
    }

    /// When to ask next, and when the keys in force are too old.
    fn schedule(&self) -> (Instant, Option<Instant>) {
        let state = self.state();
        let options = &self.0.options;
        let expires = state.fetched.map(|fetched| fetched + options.max_age + options.stale_for);
        let due = state.fetched.map(|fetched| fetched + options.max_age);
        let earliest = state.attempted.map(|attempted| attempted + options.cooldown);
        let now = Instant::now();
        (due.unwrap_or(now).max(earliest.unwrap_or(now)), expires)
    }

    async fn drop_if_expired(&self) {
        let gone = {
            let mut state = self.state();
            let options = &self.0.options;
            let expired = state
                .fetched
                .is_some_and(|fetched| Instant::now() >= fetched + options.max_age + options.stale_for);
            if expired {
                (state.fetched, state.document) = (None, None);
            }
            expired
        };
        if gone {
            let client = self.clone();
            let drop_keys = move || client.0.policies.iter().all(|policy| policy.drop_keys().is_ok());
            let taken = tokio::task::spawn_blocking(drop_keys).await.is_ok_and(|taken| taken);
            self.0.observer.reloaded(Reloaded::Keys, taken);
        }
    }

    /// What is left of the cool-down; `None` before the first attempt, and while one is under way.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let state = self.state();
        let earliest = state.attempted.filter(|_| state.running.is_none())? + self.0.options.cooldown;
        Some(earliest.saturating_duration_since(Instant::now()))
    }

    /// Whether keys are in force that this client has fetched.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        self.state().document.is_some()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt that is over when this is dropped, even if it panicked: whoever waits for it is told,
/// and the next one may begin.
struct Attempt<'a> {
    client: &'a JwksClient,
    _done: watch::Sender<()>,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.client.state().running = None;
    }
}

#[cfg(feature = "tower")]
impl crate::http::RefreshKeys for JwksClient {
    fn refresh(&self) -> Option<crate::http::KeysRefresh> {
        Self::refresh(self).map(|attempt| Box::pin(attempt) as crate::http::KeysRefresh)
    }

    fn retry_after(&self) -> Option<Duration> {
        Self::retry_after(self)
    }
}

impl fmt::Debug for JwksClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwksClient").field("options", &self.0.options).finish_non_exhaustive()
    }
}
