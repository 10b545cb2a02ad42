//! `condition`: check and evaluate conditions on their own.

mod eval;
mod facts;
mod help;
mod shown;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use portcullis::Session;
use portcullis_wire::call::{Call, ConditionChecked};

use crate::{
    arguments::{Global, PolicyChoice},
    context,
    failure::Failure,
    output::{self, Exit},
};

/// The commands below `condition`.
#[derive(Debug, Subcommand)]
pub enum ConditionCommand {
    /// Is a condition right, of which type is it, and which facts does it read?
    #[command(after_help = help::CHECK)]
    Check(CheckOptions),
    /// What is a condition's value, and what decided? Without EXPR, answers lines of JSON
    #[command(after_help = help::EVAL)]
    Eval(eval::EvalOptions),
}

/// Options of `condition check`.
#[derive(Debug, Args)]
pub struct CheckOptions {
    /// The condition
    #[arg(value_name = "EXPR")]
    expr: String,
    /// The types of its variables (JSON file)
    #[arg(long, value_name = "FILE")]
    types: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(command: &ConditionCommand, global: &Global) -> Result<Exit, Failure> {
    match command {
        ConditionCommand::Check(options) => check(options, global),
        ConditionCommand::Eval(options) => eval::run(options, global),
    }
}

fn check(options: &CheckOptions, global: &Global) -> Result<Exit, Failure> {
    let types = options.types.as_deref().map(facts::types).transpose()?.unwrap_or_default();
    let call = Call::ConditionCheck { expr: options.expr.as_str().into(), types };
    let answer: ConditionChecked = session(global)?.ask(&call)?;
    if global.json {
        output::json(&answer)?;
    } else {
        output::text(&shown::checked(&options.expr, &answer))?;
    }
    Ok(Exit::allow_if(answer.valid))
}

/// A session. Conditions on their own need no policy, so any will do.
fn session(global: &Global) -> Result<Session, Failure> {
    context::claim_session(&PolicyChoice::default(), global)
}
