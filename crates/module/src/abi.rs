//! The raw door: numbers and JSON in linear memory, for any language. `ABI.md` is its contract.
//!
//! Names for what the host calls; [`portcullis_abi`] has the memory behind them.
#![expect(unsafe_code, reason = "names of exports are the whole program's")]

use portcullis_abi::buffers;

use crate::{calls, state};

portcullis_abi::exports!(calls::run);

/// Filters records: `length` bytes of whole lines at `address`, each a JSON object. The result packs
/// where the lines that are shown are, as that of [`portcullis_call`] does. 0 means that there is no
/// such filter, or that the input is not within a buffer.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_filter(filter: u32, address: usize, length: usize) -> u64 {
    buffers::try_call(address, length, |lines, answer| state::filter(filter, lines, answer))
}

/// Compiles a claim, `length` bytes of UTF-8 at `address`, for a policy. A principal's handle; 0 if
/// the policy is unknown, the input is not within a buffer or not UTF-8, or too many are kept.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_permit(policy: u32, address: usize, length: usize) -> u32 {
    let permit = |bytes: &[u8]| Some(state::permit(policy, core::str::from_utf8(bytes).ok()?));
    buffers::with_input(address, length, permit).flatten().unwrap_or(0)
}

/// Whether a principal's claim allows an operation for a tenant, both by index: 1 or 0. The tenant
/// index `0xffffffff` stands for a request without the tenant header. Anything unknown is 0.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_allows(principal: u32, operation: u32, tenant: u32) -> u32 {
    u32::from(state::allows(principal, operation, tenant))
}

/// Gives a handle back: 1 if it named something.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_release(handle: u32) -> u32 {
    u32::from(state::release(handle))
}
