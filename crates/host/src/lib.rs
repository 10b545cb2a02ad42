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
//!
//! The crate has no way to decide by itself: it does not link the crates that can.

mod cache;
mod config;
mod decision;
mod document;
mod engine;
mod error;
mod guards;
mod instance;
mod key_ring;
mod keys;
pub mod mint;
mod policy;
mod pool;
mod precompiled;
mod session;

pub use config::Limits;
pub use decision::Decision;
pub use document::{PolicySource, schema, workflow_schema};
pub use engine::{Digest, Engine};
pub use error::{Error, LimitKind};
pub use guards::{GuardSession, Guards};
pub use key_ring::KeyRing;
pub use keys::Verifiers;
pub use policy::PolicyHandle;
pub use session::{Credential, Outcome, Permit, Session, Token};

pub use portcullis_wire as wire;
