//! Is this content or traffic safe to let out? Four questions, each a module of its own:
//!
//! ```text
//! document          ─► mask     ─► the document without what it must not show
//! template, context ─► template ─► findings, or a text within limits
//! URL, addresses    ─► webhook  ─► the addresses to connect to, or the reason against it
//! definition        ─► workflow ─► findings
//! ```
//!
//! The crate is pure: no network, no clock, no randomness. Names are resolved, keys are fetched and
//! requests are sent by the host.
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

mod case;
pub mod fields;
pub mod mask;
pub mod names;
mod policy;
pub mod template;
pub mod webhook;
pub mod workflow;

pub use policy::Policy;
