//! `policy`: check, test, tabulate, compare and format policies.

mod coverage;
mod diff;
mod edits;
mod fmt;
mod help;
mod matrix;
mod subject;
mod test;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use portcullis::{Error, PolicySource, Session};
use portcullis_wire::{call::PolicyLoaded, policy::Finding};
use serde::Serialize;

use crate::{
    arguments::Global,
    context,
    failure::{Failure, listed},
    help as common,
    output::{self, BAD, BOLD, Exit, GOOD, WARN},
};

/// The commands below `policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Check a policy: every mistake at once, and advice
    Check(CheckOptions),
    /// Run the cases that stand beside a policy, and tell what they exercise
    #[command(after_help = help::TEST)]
    Test(test::TestOptions),
    /// Show what a policy decides: operations, tenants and roles as a table
    #[command(after_help = help::MATRIX)]
    Matrix(matrix::MatrixOptions),
    /// What changes from one policy to another?
    #[command(after_help = help::DIFF)]
    Diff(diff::DiffOptions),
    /// Print a policy in one form, or say whether it has it
    #[command(after_help = help::FMT)]
    Fmt(fmt::FmtOptions),
    /// Print the JSON Schema of policies
    #[command(after_help = common::POLICY_SCHEMA)]
    Schema,
}

/// Options of `policy check`.
#[derive(Debug, Args)]
#[command(after_help = common::POLICY_CHECK)]
pub struct CheckOptions {
    /// Policy file (JSON or YAML)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Take advice for a reason to fail
    #[arg(long)]
    pub strict: bool,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(command: &PolicyCommand, global: &Global) -> Result<Exit, Failure> {
    match command {
        PolicyCommand::Check(options) => check(options, global),
        PolicyCommand::Test(options) => test::run(options, global),
        PolicyCommand::Matrix(options) => matrix::run(options, global),
        PolicyCommand::Diff(options) => diff::run(options, global),
        PolicyCommand::Fmt(options) => fmt::run(options, global),
        PolicyCommand::Schema => output::pretty_json(&portcullis::schema()).map(|()| Exit::Allow),
    }
}

#[derive(Serialize)]
struct Checked {
    valid: bool,
    mistakes: Vec<Finding>,
    advice: Vec<Finding>,
}

fn check(options: &CheckOptions, global: &Global) -> Result<Exit, Failure> {
    let source = PolicySource::read(&options.file)?;
    let session = Session::new(&context::engine(global)?, &source, None);
    let of_guards = guards_mistakes(&options.file, global)?;
    let loaded = match &session {
        Ok(session) if of_guards.is_empty() => Ok(session.policy()),
        Ok(_) => Err(of_guards),
        Err(Error::Configuration { findings, .. }) if !findings.is_empty() => {
            // What both modules read, both find wrong.
            let more = of_guards.into_iter().filter(|finding| !findings.contains(finding));
            Err(findings.iter().cloned().chain(more).collect())
        }
        Err(_) => return session.map(|_| Exit::Allow).map_err(Failure::from),
    };
    let exit = match &loaded {
        Ok(policy) => Exit::allow_if(!options.strict || policy.advice.is_empty()),
        Err(_) => Exit::BadInput,
    };
    if global.json {
        let checked = match loaded {
            Ok(policy) => Checked { valid: true, mistakes: Vec::new(), advice: policy.advice.clone() },
            Err(mistakes) => Checked { valid: false, mistakes, advice: Vec::new() },
        };
        output::json(&checked)?;
    } else {
        output::text(&match loaded {
            Ok(policy) => valid(&options.file, policy),
            Err(mistakes) => invalid(&options.file, &mistakes),
        })?;
    }
    Ok(exit)
}

/// The mistakes in the sections that the guard module reads. A module that was named is the decision
/// module: then they are not looked for.
fn guards_mistakes(file: &Path, global: &Global) -> Result<Vec<Finding>, Failure> {
    if global.module.is_some() {
        return Ok(Vec::new());
    }
    match context::guards(Some(file), global) {
        Ok(_) => Ok(Vec::new()),
        // What is wrong with the document as a whole, the decision module says better.
        Err(Failure::Host(Error::Configuration { findings, .. })) if !findings.is_empty() => {
            Ok(findings.into_iter().filter(|finding| finding.path.len() > 1).collect())
        }
        Err(failure) => Err(failure),
    }
}

fn valid(file: &Path, policy: &PolicyLoaded) -> String {
    let PolicyLoaded { operations, tenants, tenant_header, advice, .. } = policy;
    let file = file.display();
    let tenant_ids = if *tenants == 1 { "tenant id" } else { "tenant ids" };
    let mut text = format!(
        "{GOOD}✓ valid{GOOD:#}  {BOLD}{file}{BOLD:#}  {operations} operations, {tenants} {tenant_ids} selected by {tenant_header}\n"
    );
    if !advice.is_empty() {
        text.push_str(&format!("{WARN}advice:{WARN:#}\n{}", listed(advice)));
    }
    text
}

fn invalid(file: &Path, mistakes: &[Finding]) -> String {
    let count = if mistakes.len() == 1 { "1 mistake".into() } else { format!("{} mistakes", mistakes.len()) };
    format!("{BAD}✗ invalid{BAD:#}  {BOLD}{}{BOLD:#}  {count}\n{}", file.display(), listed(mistakes))
}
