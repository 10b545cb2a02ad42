//! The raw ABI of the module that is shipped, as any host meets it: through wasmtime alone.

mod buffers;
mod calls;
mod document;
mod handles;
mod interface;
mod raw;
