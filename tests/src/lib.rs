//! What the tests of all crates share: the corpus and one runner per host, a reference evaluator,
//! random requests, and the comparison of an engine with the reference.

pub mod corpus;
pub mod differential;
pub mod hostile;
pub mod hosts;
pub mod random;
pub mod reference;
pub mod vectors;
