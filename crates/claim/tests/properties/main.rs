//! What holds for every claim: random claims on random small catalogs, held against loops over
//! strings and against brute force.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod algebra;
mod edits;
mod forms;
mod naive;
mod permits;
mod text;
mod world;
