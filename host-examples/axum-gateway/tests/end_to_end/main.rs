//! The gateway as it is run: the built program, real sockets, an origin, and an issuer of keys.

mod bad_input;
mod bundles;
mod keys;
mod lifecycle;
mod proxying;
mod questions;
mod support;
