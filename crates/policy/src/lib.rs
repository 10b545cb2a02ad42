//! The policy decision point: a document becomes a checked [`Policy`]; a [`Principal`] and the
//! facts of a request become a [`Decision`].
//!
//! ```text
//! document ─► Policy ─┐
//! claim ─► Principal ─┼─► decide ─► Decision {reason, stage, operation, tenant, trace}
//! request facts ──────┘        └─► Filter: records in, what may be found of them out;
//!                                  or which rows of a table that would be, as data
//! ```
//!
//! Reading order: [`document`](load) checks what the operator wrote, `access` what is exposed to
//! whom, [`route`] finds the operation of a request, [`Principal`] holds what a verified bearer may
//! do, `condition` says where conditions have their facts from, `privacy` what rules grant, [`decide`]
//! is the whole pipeline on one screen, `receipt` what ties an answer to its questions. The crate is pure: time is an argument, and nothing is fetched.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]
extern crate alloc;

mod access;
mod advice;
mod authzen;
mod condition;
mod credential;
mod decide;
mod document;
mod nearest;
mod parameters;
mod principal;
mod privacy;
mod reading;
mod receipt;
mod report;
mod roles;
pub mod route;
mod session;
mod tenancy;

pub use advice::advise;
pub use credential::{Presumed, Refusal, bearer, challenge};
pub use decide::{Credential, Decision, decide};
pub use document::{Policy, PolicyError, load};
pub use principal::{ClaimValue, Identity, Principal};
pub use privacy::filter::{Counts, Filter, Untranslatable};
pub use tenancy::Tenancy;
