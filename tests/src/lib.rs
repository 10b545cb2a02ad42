//! What the tests of all crates share: a reference evaluator, random requests, and the comparison of
//! an engine with the reference.

pub mod differential;
pub mod random;
pub mod reference;
