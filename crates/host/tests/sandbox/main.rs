//! What the sandbox guarantees, each test named after the guarantee.
//!
//! [`stub`] makes small modules that speak the raw ABI, well or badly; [`shipped`] is the real one.

mod answers;
mod bundles;
mod guards;
mod limits;
mod modules;
mod reload;
mod sessions;
mod shipped;
mod stub;
