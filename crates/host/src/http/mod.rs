//! A [tower](https://docs.rs/tower) layer that lets only allowed requests through.
//!
//! ```text
//! request ─► facts ─► PolicyHandle ─┬─ denied ──► problem+json, RFC 9457
//!            facts.rs               └─ allowed ─► forward.rs ─► inner service
//! ```
//!
//! For each request, the service
//!
//! 1. gathers the facts: method, path as it came, the values of `Authorization` and of the tenant
//!    header (more than one is never joined; what is not UTF-8 is malformed), whether it is a CORS
//!    preflight, and the time;
//! 2. where an [`AssertionVerifier`] is set, refuses what does not come through that gate;
//! 3. asks the policy. A token that names an unknown key makes it ask the [`RefreshKeys`] once, and
//!    then the policy again;
//! 4. answers a denial itself, or removes every header `Portcullis-…` that came, sets its own, puts
//!    the [`Decision`](crate::Decision) into the extensions, and calls the inner service.
//!
//! Whatever goes wrong (a limit, a trap, keys that cannot be fetched) is a denial: 503 with a code.
//!
//! # What the inner service is told
//!
//! | header | value |
//! |---|---|
//! | `Portcullis-Decision` | the reason code: `ALLOWED`, or `SECURITY_DISABLED` |
//! | `Portcullis-Operation` | the operation's id, where one was found |
//! | `Portcullis-Tenant` | the tenant's id, where one was selected |
//! | `Portcullis-Subject` | the token's `sub`, percent-encoded as by `encodeURIComponent` |
//!
//! # Deployment
//!
//! - The layer must see the path as it came: put it around a router, not inside one that takes a
//!   prefix away, and behind nothing that rewrites paths.
//! - The inner service must be reached through the layer alone, or check for itself that it was
//!   (a private network, mutual TLS, or an [`AssertionVerifier`]): anybody can send headers.
//! - A preflight that the policy lets pass has no credential. Whoever passes it on sends no body
//!   with it.

mod assertion;
#[cfg(feature = "axum")]
mod extract;
pub(crate) mod facts;
mod forward;
mod future;
mod gate;
mod layer;
mod problem;
mod service;

pub use assertion::{Assertion, AssertionError, AssertionOptions, AssertionVerifier};
#[cfg(feature = "axum")]
pub use extract::NoDecision;
pub use forward::{ASSERTION, DECISION, OPERATION, PREFIX, SUBJECT, TENANT};
pub use future::ResponseFuture;
#[cfg(feature = "authzen")]
pub(crate) use gate::no_decision;
pub use gate::{KeysRefresh, RefreshKeys};
pub use layer::PortcullisLayer;
pub use problem::Problem;
pub use service::Portcullis;
