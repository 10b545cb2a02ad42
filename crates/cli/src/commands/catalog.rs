//! `catalog`.

use clap::Subcommand;

use crate::{arguments::Global, failure::Failure, output::Exit};

/// The commands below `catalog`.
#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// Show it
    Show,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(_command: &CatalogCommand, _global: &Global) -> Result<Exit, Failure> {
    Err(Failure::Input("not there yet".into()))
}
