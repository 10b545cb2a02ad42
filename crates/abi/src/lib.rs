//! The raw ABI that the modules share: JSON in linear memory, for any language.
//!
//! A module exports four functions over the ones here, by [`exports!`]: the version, memory for input,
//! that memory given back, and calls. What a call means is the module's own.
//!
//! [`buffers`] alone has `unsafe` code: it turns addresses that the host gives into slices, and gives
//! the exports their names.
//! Addresses and lengths are checked against the allocations that were given out, so a host that is
//! wrong gets a refusal, not undefined behaviour.

pub mod buffers;
pub mod slab;

/// The version of this ABI. A host refuses a module with another one.
pub const VERSION: u32 = 1;

/// Longest input of one call, in bytes. A policy with 100,000 operations fits.
pub const MAX_INPUT_BYTES: usize = 32 << 20;
