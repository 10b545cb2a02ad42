//! The module: the one artifact that decides, on every host.
//!
//! It has two doors to the same calls. The [`abi`] takes and gives JSON in linear memory, for any
//! language that can load WebAssembly; `js` takes and gives JavaScript values. Neither knows what
//! the calls mean: [`calls`] answers them, over the [`state`] that handles name.
//!
//! The module imports nothing that acts. Everything it needs is gathered before the call.

pub mod abi;
mod answers;
mod calls;
mod claims;
mod conditions;
mod filters;
mod js;
mod state;
mod tokens;
