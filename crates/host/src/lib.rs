//! Runs the Portcullis module in a wasmtime sandbox.
//!
//! ```text
//! Engine ─► Instance ─► Session ─► PolicyHandle
//! bytes     one sandbox  a policy   sessions for all threads,
//! checked   with limits  and keys   policy and module replaced in one step
//!                        loaded in
//! ```
//!
//! - An [`Engine`] is a compiled module whose digest was checked.
//! - A [`Session`] is one sandbox with a policy and keys loaded. It belongs to one thread at a time
//!   and is the fastest way to ask.
//! - A [`PolicyHandle`] is what a server keeps: it is `Send + Sync`, holds a session for each thread
//!   that asks at once, replaces sessions that trapped, and reloads policy, keys and module in one
//!   step. On failure the last good ones stay.
//! - A [`bundle::Bundle`] is a policy with its catalog that came signed, and was verified.
//!
//! The crate has no way to decide by itself: it does not link the crates that can.

#[cfg(feature = "authzen")]
pub mod authzen;
pub mod bundle;
mod cache;
mod config;
mod credential;
mod decision;
mod document;
mod engine;
mod error;
mod guards;
#[cfg(feature = "tower")]
pub mod http;
mod instance;
#[cfg(feature = "jwks")]
pub mod jwks;
mod key_ring;
mod keys;
#[cfg(feature = "metrics")]
mod metrics;
pub mod mint;
#[cfg(any(feature = "tower", feature = "jwks", feature = "authzen", feature = "metrics"))]
mod observe;
mod policy;
mod pool;
mod precompiled;
mod receipt;
#[cfg(any(feature = "authzen", feature = "webhooks"))]
mod secret;
mod session;
#[cfg(feature = "sql")]
pub mod sql;
#[cfg(feature = "webhooks")]
pub mod webhook;

pub use config::Limits;
pub use credential::{Credential, Outcome, Permit, Token};
pub use decision::{CredentialOutcome, Decision};
pub use document::{PolicySource, schema, workflow_schema};
pub use engine::{Digest, Engine};
pub use error::{Error, LimitKind};
pub use guards::{GuardSession, Guards};
pub use key_ring::KeyRing;
pub use keys::Verifiers;
#[cfg(feature = "metrics")]
pub use metrics::Metrics;
#[cfg(any(feature = "tower", feature = "jwks", feature = "authzen", feature = "metrics"))]
pub use observe::{Door, FetchOutcome, Observation, Observer, Reloaded};
pub use policy::PolicyHandle;
pub use receipt::{Part, changed};
pub use session::{RecordFilter, Session};

pub use portcullis_wire as wire;
