//! What the command line is made of.
//!
//! [`arguments`] says what can be asked, [`run`] asks it, each command in a module of its own under
//! [`commands`]. Whatever the question is about, the answer comes from the module, in the sandbox.
#![forbid(unsafe_code)]

pub mod arguments;
pub mod batch;
pub mod claim;
pub mod commands;
pub mod context;
pub mod failure;
pub mod help;
pub mod hint;
pub mod openapi;
pub mod output;
pub mod reply;
pub mod table;
pub mod tree;

use arguments::{Arguments, Command};
use failure::Failure;
use output::Exit;

/// Runs a command.
///
/// # Errors
/// What kept the command from an answer.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let global = &arguments.global;
    match &arguments.command {
        Command::Check(options) => commands::check::run(options, global),
        Command::Explain(options) => commands::explain::run(options, global),
        Command::Effective(options) => commands::effective::run(options, global),
        Command::Diff(options) => commands::diff::run(options, global),
        Command::Minimize(options) => commands::minimize::run(options, global),
        Command::Build(options) => commands::build::run(options, global),
        Command::Validate(options) => commands::validate::run(options, global),
        Command::Routes(options) => commands::routes::run(options, global),
        Command::Catalog(command) => commands::catalog::run(command, global),
        Command::Decide(options) => commands::decide::run(options, global),
        Command::Replay(options) => commands::replay::run(options, global),
        Command::Token(command) => commands::token::run(command, global),
        Command::Webhook(command) => commands::webhook::run(command, global),
        Command::Template(command) => commands::template::run(command, global),
        Command::Workflow(command) => commands::workflow::run(command, global),
        Command::Mask(options) => commands::mask::run(options, global),
        Command::Condition(command) => commands::condition::run(command, global),
        Command::Policy(command) => commands::policy::run(command, global),
        Command::Bundle(command) => commands::bundle::run(command, global),
        Command::Privacy(command) => commands::privacy::run(command, global),
        Command::Module(command) => commands::module::run(command, global),
    }
}
