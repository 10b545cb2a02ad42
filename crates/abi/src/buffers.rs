//! Memory that the host may write, and the answer that it may read.
#![expect(unsafe_code, reason = "linear memory is shared with the host by address")]

use std::{alloc::Layout, cell::RefCell};

use crate::MAX_INPUT_BYTES;

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

/// Memory for `length` bytes of input; 0 if it is too much, or none is left.
#[must_use]
pub fn alloc(length: usize) -> usize {
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

/// Gives back what [`alloc`] gave. Anything else is passed over.
pub fn free(address: usize, length: usize) {
    BUFFERS.with_borrow_mut(|buffers| {
        let buffer = Buffer { address, length };
        if let (Some(at), Some(layout)) = (buffers.iter().position(|known| *known == buffer), layout(length))
        {
            buffers.swap_remove(at);
            // SAFETY: the buffer was allocated above with this layout, and is forgotten now. Nobody
            // reads it: what reads buffers holds `BUFFERS`, and would have made this borrow panic.
            unsafe { std::alloc::dealloc(address as *mut u8, layout) };
        }
    });
}

/// Answers one call: `run` has the input, `length` bytes at `address` within one buffer, and an
/// empty answer to fill.
///
/// The result packs where the answer is: its address in the upper half, its length in the lower.
/// The answer stands until the next call. 0 means that the input is not within a buffer.
pub fn call(address: usize, length: usize, run: impl FnOnce(&[u8], &mut Vec<u8>)) -> u64 {
    try_call(address, length, |input, answer| {
        run(input, answer);
        true
    })
}

/// As [`call`]; 0 also where `run` says that there is no answer.
pub fn try_call(address: usize, length: usize, run: impl FnOnce(&[u8], &mut Vec<u8>) -> bool) -> u64 {
    with_input(address, length, |input| {
        ANSWER.with_borrow_mut(|answer| {
            answer.clear();
            answer.shrink_to(KEPT_ANSWER_BYTES);
            if !run(input, answer) {
                return 0;
            }
            (answer.as_ptr() as u64) << 32 | answer.len() as u64 & 0xffff_ffff
        })
    })
    .unwrap_or(0)
}

/// Runs over the bytes from `address` on, if they all lie within one buffer that was given out.
pub fn with_input<T>(address: usize, length: usize, run: impl FnOnce(&[u8]) -> T) -> Option<T> {
    let end = address.checked_add(length)?;
    BUFFERS.with_borrow(|buffers| {
        let within =
            buffers.iter().any(|buffer| address >= buffer.address && end <= buffer.address + buffer.length);
        // SAFETY: the range lies within a live allocation, which was zeroed when it was made. It stays
        // alive for as long as `buffers` is borrowed, and the module runs alone until it returns:
        // nobody writes to the buffer meanwhile.
        within.then(|| run(unsafe { core::slice::from_raw_parts(address as *const u8, length) }))
    })
}

fn layout(length: usize) -> Option<Layout> {
    if length == 0 || length > MAX_INPUT_BYTES { None } else { Layout::from_size_align(length, 1).ok() }
}

/// Exports the four functions that every module has, over the ones of this file. `$run` answers a
/// call: it has the input, and an empty answer to fill.
#[macro_export]
macro_rules! exports {
    ($run:path) => {
        /// The version of this ABI.
        #[unsafe(no_mangle)]
        pub extern "C" fn portcullis_abi_version() -> u32 {
            $crate::VERSION
        }

        /// Memory for `length` bytes of input; 0 if it is too much, or none is left.
        #[unsafe(no_mangle)]
        pub extern "C" fn portcullis_alloc(length: usize) -> usize {
            $crate::buffers::alloc(length)
        }

        /// Gives back what [`portcullis_alloc`] gave. Anything else is passed over.
        #[unsafe(no_mangle)]
        pub extern "C" fn portcullis_free(address: usize, length: usize) {
            $crate::buffers::free(address, length);
        }

        /// Answers one call. The input is `length` bytes of JSON at `address`, within one buffer.
        ///
        /// The result packs where the answer is: its address in the upper half, its length in the
        /// lower. The answer is the module's, and stands until the next call. 0 means that the input
        /// is not within a buffer.
        #[unsafe(no_mangle)]
        pub extern "C" fn portcullis_call(address: usize, length: usize) -> u64 {
            $crate::buffers::call(address, length, $run)
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_is_read_from_within_one_buffer_only() {
        let address = alloc(16);
        assert_ne!(address, 0);
        let read = |address, length| with_input(address, length, <[u8]>::len);
        assert_eq!(read(address, 16), Some(16));
        assert_eq!(read(address + 4, 12), Some(12));
        assert_eq!(read(address + 4, 13), None);
        assert_eq!(read(address - 1, 4), None);
        assert_eq!(read(usize::MAX, 2), None);
        free(address, 15);
        assert_eq!(read(address, 16), Some(16), "another length names no buffer");
        free(address, 16);
        assert_eq!(read(address, 16), None);
        free(address, 16);
    }

    #[test]
    fn buffers_are_bounded_in_size_and_number() {
        assert_eq!((alloc(0), alloc(MAX_INPUT_BYTES + 1)), (0, 0));
        let buffers: Vec<usize> = (0..MAX_BUFFERS).map(|_| alloc(8)).collect();
        assert!(buffers.iter().all(|address| *address != 0));
        assert_eq!(alloc(8), 0);
        free(buffers[0], 8);
        assert_ne!(alloc(8), 0);
    }
}
