//! Token rules, without input or output.
//!
//! This crate reads a compact JWS (RFC 7515) or JWT (RFC 7519), picks the key, and applies every
//! rule except the arithmetic of the signature. That one step is handed to the platform, which
//! does it several times faster than code in a sandbox:
//!
//! ```text
//! key set document ──► KeySet ─┐
//! token ───────────────────────┼─► challenge {key, algorithm, signing input, signature}
//! rules ──► Rules ─────────────┘        │ the platform answers: genuine or not
//! now, confirmation ────────────────────┴─► conclude ──► VerifiedToken, or a Rejection
//! ```
//!
//! Reading order: [`json`], [`base64url`], [`Algorithm`], [`Key`], [`KeySet`], [`jws`],
//! [`Rules`], [`verify`].
//!
//! A [`jws::VerifiedJws`] and a [`verify::VerifiedToken`] have no public constructor: holding one
//! proves that the rules were applied. Nothing a token claims is read before its signature has
//! been found genuine, so a rejection tells nothing about the claims of a forged token.
//!
//! No clock, randomness, network or file is touched, and no input makes the crate panic.

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
#[cfg(test)]
extern crate std;

mod algorithm;
pub mod base64url;
pub mod bundle;
mod curve;
mod error;
pub mod json;
pub mod jws;
mod key;
mod key_set;
mod numeric_date;
mod rules;
#[cfg(test)]
mod testing;
pub mod verify;

pub use algorithm::{Algorithm, Algorithms, Family};
pub use error::{ConfigurationError, KeyProblem, KeyWarning, Rejection, RulesMistake};
pub use key::{EcCurve, Key, KeyMaterial};
pub use key_set::{KeySet, MAX_KEY_SET_BYTES};
pub use numeric_date::NumericDate;
pub use rules::{IdTokens, Rules, RulesOptions};
