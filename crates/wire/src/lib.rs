//! What crosses guest, host and JavaScript: requests and decisions, reason codes, documents.
//!
//! Plain serde types without behaviour beyond what their names promise. Semantics live elsewhere.
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

pub mod call;
pub mod catalog;
pub mod facts;
pub mod guard;
pub mod policy;
pub mod workflow;

mod decision;
mod reason;
mod receipt;
mod request;
mod value;

pub use decision::{
    DataScope, Decision, MaskRule, Matched, Obligation, Outward, PrincipalView, Privacy, Step,
};
pub use reason::{Reason, Stage};
pub use receipt::{DecisionFacts, PrincipalFacts, Receipt};
pub use request::{Request, Values};
pub use value::Value;
