//! The permission claim: what may this bearer do?
//!
//! One JWT claim holds one string, a list of rules:
//!
//! ```text
//! value     = rule *( ";" rule )
//! rule      = effect ":" target
//! effect    = "a" / "d"                        ; allow, deny
//! target    = operation / tenants
//! operation = segment *( "." segment )         ; the first segment is the catalog's root
//! segment   = 1*( %x61-7A / DIGIT / "-" )      ; a-z 0-9 -
//! tenants   = "tenants" [ ":" tenant *( "," tenant ) ]
//! tenant    = 1*128( ALPHA / DIGIT / "." / "_" / "-" )
//! ```
//!
//! Comparison is ordinal everywhere: no trimming, no case folding, no Unicode normalisation.
//!
//! Reading order is the data flow: [`Claim::parse`] gives a [`Claim`]; a [`Catalog`] says which
//! operations exist; [`Permit::compile`] makes of both one bit per operation and a set of tenants;
//! [`Permit::operation`] and [`Permit::tenant`] answer. The algebra ([`normalize`], [`minimize`],
//! [`diff`], [`covers`], [`intersect`], [`explain`], [`grant`], [`revoke`]) works on the same bits.
//!
//! The crate is pure: no clock, no randomness, no input or output, and no panic on any input.
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

mod algebra;
mod bits;
mod build;
mod catalog;
mod diff;
mod edit;
mod error;
mod explain;
pub mod import;
mod names;
mod operations;
mod parse;
mod permit;
mod rule;
mod shape;
pub mod sort;
mod tenant;
#[cfg(test)]
mod testing;

pub use algebra::{covers, intersect};
pub use build::{ClaimBuilder, OperationsBuilder};
pub use catalog::{Catalog, CatalogProblem, CatalogProblemKind, OperationIndex, OperationSpec};
pub use diff::{Diff, TenantDiff, diff};
pub use edit::{Edit, grant, grant_tenant, revoke, revoke_tenant};
pub use error::{ClaimError, ErrorKind};
pub use explain::{Effective, Explanation, effective, explain};
pub use permit::{OperationVerdict, Permit, TenantVerdict, UnknownTargets};
pub use rule::{Claim, Effect, Rule, Target};
pub use shape::{minimize, normalize};
pub use tenant::{TenantIndex, TenantList, TenantRule, Tenants, is_tenant_id};

/// Longest claim that is read unless the caller says otherwise, in bytes.
pub const MAX_CLAIM_BYTES: usize = 64 * 1024;
/// Most operations that a catalog may hold.
pub const MAX_OPERATIONS: usize = 100_000;
/// Longest operation id of a catalog, in bytes.
pub const MAX_ID_BYTES: usize = 256;
/// Most segments of an operation id of a catalog.
pub const MAX_ID_SEGMENTS: usize = 32;
/// Most tenant ids that a registry may hold.
pub const MAX_TENANTS: usize = 100_000;
/// Longest tenant id, in bytes.
pub const MAX_TENANT_BYTES: usize = 128;
