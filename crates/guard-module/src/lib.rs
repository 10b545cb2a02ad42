//! The guard module: masking, templates, webhook verdicts and workflow lint, on every host.
//!
//! It is a file of its own because it alone carries a template parser and reads URLs: whoever only
//! decides does not load them. Its one door is the raw ABI of the decision module; `calls` answers,
//! over the policies that handles name.
//!
//! The module imports nothing. Everything it needs is gathered before the call.

pub mod abi;
mod answers;
mod calls;
mod state;
