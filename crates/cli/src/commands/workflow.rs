//! `workflow`: what is wrong with workflow definitions.

mod sarif;
mod simulate;
mod statement;

use std::{
    io,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand, ValueEnum};
use portcullis::{Error, Guards};
use portcullis_wire::{
    guard::GuardCall,
    workflow::{LintFinding, LintReport, RuleDescription, Severity, WorkflowDocument},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    arguments::Global,
    batch, context,
    failure::Failure,
    help,
    output::{self, BAD, BOLD, DIM, Exit, PLAIN, Plain, WARN},
    table::{Cell, Table},
};

/// The commands below `workflow`.
#[derive(Debug, Subcommand)]
pub enum WorkflowCommand {
    /// What is wrong with a definition? Without FILE, answers lines of JSON
    #[command(after_help = help::WORKFLOW_LINT)]
    Lint(LintOptions),
    /// What would a definition do for an event? Nothing is sent or written
    #[command(after_help = help::WORKFLOW_SIMULATE)]
    Simulate(simulate::SimulateOptions),
    /// Print a definition of any dialect in the canonical shape
    #[command(after_help = help::WORKFLOW_CONVERT)]
    Convert(ConvertOptions),
    /// Print the JSON Schema of definitions in the canonical shape
    Schema,
    /// List what definitions are checked for
    #[command(after_help = help::WORKFLOW_RULES)]
    Rules,
}

/// Options of `workflow lint`.
#[derive(Debug, Args)]
pub struct LintOptions {
    /// The definition (JSON)
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Policy file (JSON or YAML)
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The severity from which on a finding is a failure
    #[arg(long, value_enum, default_value_t)]
    pub deny: Deny,
    /// How findings of FILE are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Options of `workflow convert`.
#[derive(Debug, Args)]
pub struct ConvertOptions {
    /// The definition (JSON)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// JSON, as --json
    Json,
    /// SARIF 2.1.0, for code hosts
    Sarif,
}

/// The severity from which on a finding is a failure.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Deny {
    /// Any finding
    Info,
    /// Low and above
    Low,
    /// Medium and above
    Medium,
    /// High and critical
    #[default]
    High,
    /// Critical
    Critical,
}

impl Deny {
    const fn severity(self) -> Severity {
        match self {
            Self::Info => Severity::Info,
            Self::Low => Severity::Low,
            Self::Medium => Severity::Medium,
            Self::High => Severity::High,
            Self::Critical => Severity::Critical,
        }
    }
}

/// A line in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(borrow, default, rename = "id")]
    _id: Option<&'a RawValue>,
    #[serde(borrow)]
    workflow: &'a RawValue,
}

/// A line out: the report, or that there is none.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Report(LintReport),
    Failed { findings: [Unanswered; 1] },
}

/// Stands where the sandbox gave up: a definition that cannot be checked is not safe.
#[derive(Serialize)]
struct Unanswered {
    rule: &'static str,
    severity: Severity,
    message: String,
    location: &'static str,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(command: &WorkflowCommand, global: &Global) -> Result<Exit, Failure> {
    match command {
        WorkflowCommand::Lint(options) => lint(options, global),
        WorkflowCommand::Simulate(options) => simulate::run(options, global),
        WorkflowCommand::Convert(options) => convert(options, global),
        WorkflowCommand::Schema => output::pretty_json(&portcullis::workflow_schema()).map(|()| Exit::Allow),
        WorkflowCommand::Rules => rules(global),
    }
}

fn convert(options: &ConvertOptions, global: &Global) -> Result<Exit, Failure> {
    let guards = context::guards(None, global)?;
    let text = context::text(&options.file)?;
    let workflow = definition(&options.file, &text)?;
    let document: WorkflowDocument =
        guards.with_session(|session| session.ask(&GuardCall::WorkflowConvert { workflow }))?;
    output::pretty_json(&document)?;
    Ok(Exit::Allow)
}

/// The JSON of a file.
fn definition<'t>(file: &Path, text: &'t str) -> Result<&'t RawValue, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::Input(format!("{} is not JSON: {error}", file.display())))
}

fn lint(options: &LintOptions, global: &Global) -> Result<Exit, Failure> {
    let guards = context::guards(options.policy.as_deref(), global)?;
    let Some(file) = &options.file else {
        return batch::run(io::stdin().lock(), io::stdout().lock(), |line| {
            let line: Line<'_> = serde_json::from_slice(line)?;
            match report(&guards, line.workflow) {
                Ok(report) => Ok(Answer::Report(report)),
                Err(error @ (Error::Configuration { .. } | Error::Refused(_))) => Err(error.into()),
                Err(error) => Ok(Answer::Failed {
                    findings: [Unanswered {
                        rule: "evaluation-limit",
                        severity: Severity::Critical,
                        message: error.to_string(),
                        location: "",
                    }],
                }),
            }
        });
    };
    let text = context::text(file)?;
    let report = report(&guards, definition(file, &text)?)?;
    let name = file.display().to_string();
    match options.format {
        Format::Sarif => output::pretty_json(&sarif::log(&name, &report, &descriptions(&guards)?))?,
        Format::Json => output::json(&report)?,
        Format::Text if global.json => output::json(&report)?,
        Format::Text => output::text(&shown(&name, &report))?,
    }
    let denied = report.findings.iter().any(|finding| finding.severity >= options.deny.severity());
    Ok(Exit::allow_if(!denied))
}

fn report(guards: &Guards, workflow: &RawValue) -> Result<LintReport, Error> {
    guards
        .with_session(|session| session.ask(&GuardCall::WorkflowLint { policy: session.policy(), workflow }))
}

fn descriptions(guards: &Guards) -> Result<Vec<RuleDescription>, Error> {
    guards.with_session(|session| session.ask(&GuardCall::WorkflowRules::<&RawValue> {}))
}

fn shown(file: &str, LintReport { findings, suppressed }: &LintReport) -> String {
    let (sign, _, style) = output::verdict(findings.is_empty());
    let count = match findings.len() {
        0 => "no findings".into(),
        1 => "1 finding".into(),
        count => format!("{count} findings"),
    };
    let mut text = format!("{style}{sign} {count}{style:#}  {BOLD}{}{BOLD:#}\n", Plain(file));
    for LintFinding { rule, severity, message, location, line, column, fix } in findings {
        let style = if *severity >= Severity::High { BAD } else { WARN };
        let word = severity.word();
        text.push_str(&format!(
            "{style}{word}{style:#} {line}:{column} {BOLD}{}{BOLD:#}: {} [{rule}]\n  {DIM}{}{DIM:#}\n",
            Plain(location),
            Plain(message),
            Plain(fix)
        ));
    }
    for suppressed in suppressed {
        let LintFinding { rule, location, .. } = &suppressed.finding;
        let (location, reason) = (Plain(location), Plain(&suppressed.reason));
        text.push_str(&format!("{DIM}suppressed {location} [{rule}]: {reason}{DIM:#}\n"));
    }
    text
}

fn rules(global: &Global) -> Result<Exit, Failure> {
    let rules = descriptions(&context::guards(None, global)?)?;
    if global.json {
        output::json(&rules)?;
    } else {
        let mut table = Table::default();
        for rule in &rules {
            table.row([
                Cell::new(BOLD, rule.id.as_ref()),
                Cell::new(PLAIN, rule.severity.word()),
                Cell::new(PLAIN, rule.summary.as_ref()),
            ]);
        }
        output::text(&table.render())?;
    }
    Ok(Exit::Allow)
}
