//! The raw door: numbers and JSON in linear memory, for any language. `ABI.md` is its contract.
//!
//! This file alone in the module has `unsafe` code: it turns addresses that the host gives into
//! slices. Addresses and lengths are checked against the allocations that [`portcullis_alloc`] gave
//! out, so a host that is wrong gets a refusal, not undefined behaviour.
#![expect(unsafe_code, reason = "linear memory is shared with the host by address")]

use std::{alloc::Layout, cell::RefCell};

use crate::{calls, state};

/// The version of this ABI. A host refuses a module with another one.
pub(crate) const VERSION: u32 = 1;

/// Longest input of one call, in bytes. A policy with 100,000 operations fits.
pub(crate) const MAX_INPUT_BYTES: usize = 32 << 20;

/// How much of a large answer's memory is kept for the next.
const KEPT_ANSWER_BYTES: usize = 1 << 16;

/// Most buffers that may be out at once.
const MAX_BUFFERS: usize = 64;

/// A buffer that the host may write: where it is, and how long.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Buffer {
    address: usize,
    length: usize,
}

thread_local! {
    static BUFFERS: RefCell<Vec<Buffer>> = const { RefCell::new(Vec::new()) };
    /// The answer to the last call. It stays until the next one, so answers cost the host no call
    /// to give them back, and their memory is used again.
    static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The version of this ABI.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_abi_version() -> u32 {
    VERSION
}

/// Memory for `length` bytes of input; 0 if it is too much, or none is left.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_alloc(length: usize) -> usize {
    let Some(layout) = layout(length) else { return 0 };
    BUFFERS.with_borrow_mut(|buffers| {
        if buffers.len() >= MAX_BUFFERS {
            return 0;
        }
        // SAFETY: the layout's size is not zero.
        let address = unsafe { std::alloc::alloc_zeroed(layout) } as usize;
        if address != 0 {
            buffers.push(Buffer { address, length });
        }
        address
    })
}

/// Gives back what [`portcullis_alloc`] gave. Anything else is passed over.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_free(address: usize, length: usize) {
    BUFFERS.with_borrow_mut(|buffers| {
        let buffer = Buffer { address, length };
        if let (Some(at), Some(layout)) = (buffers.iter().position(|known| *known == buffer), layout(length))
        {
            buffers.swap_remove(at);
            // SAFETY: the buffer was allocated above with this layout, and is forgotten now.
            unsafe { std::alloc::dealloc(address as *mut u8, layout) };
        }
    });
}

/// Answers one call. The input is `length` bytes of JSON at `address`, within one buffer.
///
/// The result packs where the answer is: its address in the upper half, its length in the lower.
/// The answer is the module's, and stands until the next call. 0 means that the input is not
/// within a buffer.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_call(address: usize, length: usize) -> u64 {
    let Some(input) = input(address, length) else { return 0 };
    ANSWER.with_borrow_mut(|answer| {
        answer.clear();
        answer.shrink_to(KEPT_ANSWER_BYTES);
        calls::run(input, answer);
        (answer.as_ptr() as u64) << 32 | answer.len() as u64 & 0xffff_ffff
    })
}

/// Filters records: `length` bytes of whole lines at `address`, each a JSON object. The result packs
/// where the lines that are shown are, as that of [`portcullis_call`] does. 0 means that there is no
/// such filter, or that the input is not within a buffer.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_filter(filter: u32, address: usize, length: usize) -> u64 {
    let Some(lines) = input(address, length) else { return 0 };
    ANSWER.with_borrow_mut(|answer| {
        answer.clear();
        if !state::filter(filter, lines, answer) {
            return 0;
        }
        (answer.as_ptr() as u64) << 32 | answer.len() as u64 & 0xffff_ffff
    })
}

/// Compiles a claim, `length` bytes of UTF-8 at `address`, for a policy. A principal's handle; 0 if
/// the policy is unknown, the input is not within a buffer or not UTF-8, or too many are kept.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_permit(policy: u32, address: usize, length: usize) -> u32 {
    let Some(claim) = input(address, length).and_then(|bytes| core::str::from_utf8(bytes).ok()) else {
        return 0;
    };
    state::permit(policy, claim)
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

fn layout(length: usize) -> Option<Layout> {
    if length == 0 || length > MAX_INPUT_BYTES { None } else { Layout::from_size_align(length, 1).ok() }
}

/// The bytes from `address` on, if they all lie within one buffer that was given out.
fn input<'a>(address: usize, length: usize) -> Option<&'a [u8]> {
    let end = address.checked_add(length)?;
    let within = BUFFERS.with_borrow(|buffers| {
        buffers.iter().any(|buffer| address >= buffer.address && end <= buffer.address + buffer.length)
    });
    // SAFETY: the range lies within a live allocation, which was zeroed when it was made, and the
    // module runs alone until it returns: nobody writes to or frees the buffer meanwhile.
    within.then(|| unsafe { core::slice::from_raw_parts(address as *const u8, length) })
}
