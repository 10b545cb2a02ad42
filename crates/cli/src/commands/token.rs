//! `token`: keys, minting, verification.

mod help;
mod key;
mod mint;
mod verify;
mod verify_jws;

use std::path::Path;

use clap::Subcommand;

use crate::{arguments::Global, context, failure::Failure, output::Exit};

/// The commands below `token`.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a new key to sign tokens with
    #[command(after_help = help::KEY)]
    Key(key::KeyOptions),
    /// Make a token, for tests and small deployments
    #[command(after_help = help::MINT)]
    Mint(Box<mint::MintOptions>),
    /// Is a token good by a policy's rules? Without TOKEN, answers lines of JSON
    #[command(after_help = help::VERIFY)]
    Verify(verify::VerifyOptions),
    /// Is a signature genuine, whatever was signed? Without JWS, answers lines of JSON
    #[command(after_help = help::VERIFY_JWS)]
    VerifyJws(verify_jws::VerifyJwsOptions),
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(command: &TokenCommand, global: &Global) -> Result<Exit, Failure> {
    match command {
        TokenCommand::Key(options) => key::run(options),
        TokenCommand::Mint(options) => mint::run(options, global),
        TokenCommand::Verify(options) => verify::run(options, global),
        TokenCommand::VerifyJws(options) => verify_jws::run(options, global),
    }
}

/// A token from the command line, or from standard input where it is `-`: there, nobody reads it
/// from the list of processes.
fn given(token: &str) -> Result<String, Failure> {
    match token {
        "-" => Ok(context::text(Path::new(token))?.trim().to_owned()),
        token => Ok(token.to_owned()),
    }
}
