//! `policy`.

use clap::Subcommand;

use crate::{arguments::Global, failure::Failure, output::Exit};

/// The commands below `policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Show it
    Show,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(_command: &PolicyCommand, _global: &Global) -> Result<Exit, Failure> {
    Err(Failure::Input("not there yet".into()))
}
