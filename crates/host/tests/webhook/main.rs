//! What the webhook client guarantees, against TLS servers on loopback.
//!
//! The verdict is the shipped module's and never weakened: loopback is blocked. Where a test needs a
//! connection, the resolver gives a public address, and the connector below the verdict takes that
//! address, and no other, to the server of the test.

mod delivery;
mod limits;
mod support;
mod verdict;
