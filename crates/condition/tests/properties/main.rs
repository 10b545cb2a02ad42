//! What holds for every condition: random sources over random facts, well typed and not.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod cel_crate;
mod evaluation;
mod partial;
mod source;
mod text;
mod world;
