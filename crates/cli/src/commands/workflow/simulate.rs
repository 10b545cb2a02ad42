//! `workflow simulate`: what a definition would do for an event.

use std::path::PathBuf;

use clap::Args;
use portcullis_wire::{
    guard::{GuardCall, WebhookReason},
    workflow::{ActionOutcome, ConditionOutcome, Outcome, Simulation},
};
use serde::Serialize;
use serde_json::{Value, value::RawValue};

use super::{
    definition,
    statement::{self, Statement},
};
use crate::{
    arguments::Global,
    context,
    failure::Failure,
    output::{self, BAD, BOLD, DIM, Exit, GOOD, Plain, WARN},
};

/// Options of `workflow simulate`.
#[derive(Debug, Args)]
pub struct SimulateOptions {
    /// The definition (JSON)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The event (JSON)
    #[arg(long, value_name = "FILE")]
    pub event: PathBuf,
    /// Who acts (JSON), in place of the event's `user`
    #[arg(long, value_name = "FILE")]
    pub user: Option<PathBuf>,
    /// Policy file (JSON or YAML)
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
}

/// The answer in JSON: the simulation, and the statement of each action that has one.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    simulation: &'a Simulation,
    statements: Vec<Option<Statement>>,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &SimulateOptions, global: &Global) -> Result<Exit, Failure> {
    let guards = context::guards(options.policy.as_deref(), global)?;
    let text = context::text(&options.file)?;
    let workflow = definition(&options.file, &text)?;
    let event = event(options)?;
    let simulation: Simulation = guards.with_session(|session| {
        session.ask(&GuardCall::WorkflowSimulate { policy: session.policy(), workflow, event: &*event })
    })?;
    let statements: Vec<Option<Statement>> =
        simulation.actions.iter().map(|action| action.database.as_ref().and_then(statement::of)).collect();
    if global.json {
        output::json(&Answer { simulation: &simulation, statements })?;
    } else {
        output::text(&shown(&simulation, &statements))?;
    }
    Ok(Exit::allow_if(simulation.outcome == Outcome::Holds))
}

/// The event, with the user of `--user` in it.
fn event(options: &SimulateOptions) -> Result<Box<RawValue>, Failure> {
    let text = context::text(&options.event)?;
    let event = definition(&options.event, &text)?;
    let Some(file) = &options.user else { return Ok(event.to_owned()) };
    let user = context::text(file)?;
    let user: Value = serde_json::from_str(definition(file, &user)?.get()).map_err(std::io::Error::from)?;
    let mut event: Value = serde_json::from_str(event.get()).map_err(std::io::Error::from)?;
    match event.as_object_mut() {
        Some(event) => event.insert("user".into(), user),
        None => return Err(Failure::Input(format!("{} is not an object", options.event.display()))),
    };
    Ok(serde_json::value::to_raw_value(&event).map_err(std::io::Error::from)?)
}

fn shown(simulation: &Simulation, statements: &[Option<Statement>]) -> String {
    let says = match simulation.outcome {
        Outcome::Holds => "the actions would run",
        Outcome::Fails => "the actions would not run",
        Outcome::Unknown => "the event does not tell whether the actions would run",
    };
    let mut text = format!("{} {says}; nothing was sent or written\n", sign(simulation.outcome));
    for trigger in &simulation.triggers {
        text.push_str(&format!("{} {BOLD}{}{BOLD:#}\n", sign(trigger.outcome), Plain(&trigger.location)));
        conditions(&trigger.conditions, 1, &mut text);
    }
    conditions(&simulation.conditions, 0, &mut text);
    for (at, one) in simulation.actions.iter().enumerate() {
        action(one, statements.get(at).and_then(Option::as_ref), &mut text);
    }
    text
}

fn sign(outcome: Outcome) -> String {
    match outcome {
        Outcome::Holds => format!("{GOOD}✓{GOOD:#}"),
        Outcome::Fails => format!("{BAD}✗{BAD:#}"),
        Outcome::Unknown => format!("{WARN}?{WARN:#}"),
    }
}

fn conditions(list: &[ConditionOutcome], depth: usize, text: &mut String) {
    for one in list {
        let value = |value: &Option<Value>| value.as_ref().map(|value| Plain(&value.to_string()).to_string());
        let mut says = one.field.as_ref().map(|field| Plain(field).to_string() + " ").unwrap_or_default();
        says.push_str(&one.operator);
        says.extend(value(&one.expected).map(|expected| format!(" {expected}")));
        if one.field.is_some() {
            let actual = value(&one.actual).unwrap_or_else(|| "nothing".into());
            says.push_str(&format!("  {DIM}is {actual}{DIM:#}"));
        }
        says.extend(one.why.as_ref().map(|why| format!("  {DIM}{why}{DIM:#}")));
        let indent = "  ".repeat(depth);
        let (sign, location) = (sign(one.outcome), Plain(&one.location));
        text.push_str(&format!("{indent}{sign} {BOLD}{location}{BOLD:#}  {says}\n"));
        conditions(&one.conditions, depth + 1, text);
    }
}

fn action(action: &ActionOutcome, statement: Option<&Statement>, text: &mut String) {
    let (sign, location) = (sign(action.outcome), Plain(&action.location));
    text.push_str(&format!("{sign} {BOLD}{location}{BOLD:#}  {}\n", Plain(&action.kind)));
    for finding in &action.refused {
        let (severity, message) = (finding.severity.word(), Plain(&finding.message));
        text.push_str(&format!("    {BAD}{severity}{BAD:#} {message} [{}]\n", finding.rule));
    }
    conditions(&action.conditions, 1, text);
    for rendered in &action.texts {
        let location = Plain(&rendered.location);
        text.push_str(&match (&rendered.output, &rendered.error) {
            (Some(output), _) => format!("    {DIM}{location}{DIM:#}  {}\n", Plain(output)),
            (None, error) => {
                let error = error.as_deref().unwrap_or("unknown");
                format!("    {DIM}{location}{DIM:#}  {BAD}no text:{BAD:#} {error}\n")
            }
        });
    }
    if let Some(webhook) = &action.webhook {
        let allowed = webhook.reason == WebhookReason::Allowed;
        let (sign, _, style) = output::verdict(allowed);
        let url = webhook.url.as_deref().unwrap_or("no URL");
        text.push_str(&format!("    {style}{sign}{style:#} {}  {}\n", Plain(url), webhook.reason.code()));
    }
    match (&action.database, statement) {
        (_, Some(Statement { sql, parameters })) => {
            let parameters: Vec<String> =
                parameters.iter().map(|value| Plain(&value.to_string()).to_string()).collect();
            text.push_str(&format!("    {sql}\n    {DIM}{}{DIM:#}\n", parameters.join(", ")));
        }
        _ if action.kind == "database" => {
            text.push_str(
                "    no statement: the policy lists no such entity or field, or a value is missing\n",
            );
        }
        _ => {}
    }
}
