//! The raw door: numbers and JSON in linear memory, for any language.
#![expect(unsafe_code, reason = "names of exports are the whole program's")]

use portcullis_abi::buffers;

use crate::calls;

/// The version of the ABI.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_abi_version() -> u32 {
    portcullis_abi::VERSION
}

/// Memory for `length` bytes of input; 0 if it is too much, or none is left.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_alloc(length: usize) -> usize {
    buffers::alloc(length)
}

/// Gives back what [`portcullis_alloc`] gave. Anything else is passed over.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_free(address: usize, length: usize) {
    buffers::free(address, length);
}

/// Answers one call: where the answer is, its address in the upper half, its length in the lower.
/// 0 means that the input is not within a buffer.
#[unsafe(no_mangle)]
pub extern "C" fn portcullis_call(address: usize, length: usize) -> u64 {
    buffers::call(address, length, calls::run)
}
