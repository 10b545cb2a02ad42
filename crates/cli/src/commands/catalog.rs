//! `catalog`: make a catalog from OpenAPI documents, or show one.

mod import;
mod show;

use clap::Subcommand;

use crate::{arguments::Global, failure::Failure, output::Exit};

/// The commands below `catalog`.
#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// Make a catalog from OpenAPI documents (3.0, 3.1, 3.2; JSON or YAML)
    Import(import::ImportOptions),
    /// Show the operations of a catalog, with their routes
    Show(show::ShowOptions),
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(command: &CatalogCommand, global: &Global) -> Result<Exit, Failure> {
    match command {
        CatalogCommand::Import(options) => import::run(options, global),
        CatalogCommand::Show(options) => show::run(options, global),
    }
}
