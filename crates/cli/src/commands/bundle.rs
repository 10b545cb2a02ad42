//! `bundle`: make, sign, verify and show signed bundles.

mod build;
mod help;
mod inspect;
mod sign;
mod verify;

use std::{fs, path::Path};

use clap::Subcommand;

use crate::{
    arguments::Global,
    failure::Failure,
    output::{self, Exit},
};

/// The commands below `bundle`.
#[derive(Debug, Subcommand)]
pub enum BundleCommand {
    /// Put a policy and its catalog into a bundle that is to be signed
    #[command(after_help = help::BUILD, disable_version_flag = true)]
    Build(build::BuildOptions),
    /// Sign a bundle
    #[command(after_help = help::SIGN)]
    Sign(sign::SignOptions),
    /// Would a host take this bundle?
    #[command(after_help = help::VERIFY)]
    Verify(verify::VerifyOptions),
    /// Show what a bundle says of itself, without verifying anything
    #[command(after_help = help::INSPECT)]
    Inspect(inspect::InspectOptions),
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(command: &BundleCommand, global: &Global) -> Result<Exit, Failure> {
    match command {
        BundleCommand::Build(options) => build::run(options, global),
        BundleCommand::Sign(options) => sign::run(options, global),
        BundleCommand::Verify(options) => verify::run(options, global),
        BundleCommand::Inspect(options) => inspect::run(options, global),
    }
}

/// Writes a bundle to a file, or to standard output.
fn write(bytes: &[u8], out: Option<&Path>) -> Result<(), Failure> {
    match out {
        Some(path) => fs::write(path, bytes)
            .map_err(|error| Failure::Input(format!("cannot write {}: {error}", path.display()))),
        None => output::bytes(bytes),
    }
}
