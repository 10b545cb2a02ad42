//! `minimize`.

use crate::{
    arguments::{ClaimOptions, Global},
    failure::Failure,
    output::Exit,
};

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(_options: &ClaimOptions, _global: &Global) -> Result<Exit, Failure> {
    Err(Failure::Input("not there yet".into()))
}
