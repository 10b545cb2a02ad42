//! `webhook`: where webhooks may be sent.

use std::{borrow::Cow, io, path::PathBuf};

use clap::{Args, Subcommand};
use portcullis::{Error, Guards};
use portcullis_wire::guard::{Allowance, GuardCall, WebhookReason, WebhookVerdict};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    arguments::Global,
    batch, context,
    failure::Failure,
    help,
    output::{self, BOLD, Exit, Plain},
};

/// The commands below `webhook`.
#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// May a request be sent to a URL? Without URL, answers lines of JSON
    #[command(after_help = help::WEBHOOK_CHECK)]
    Check(CheckOptions),
}

/// Options of `webhook check`.
#[derive(Debug, Args)]
pub struct CheckOptions {
    /// The URL
    pub url: Option<String>,
    /// What its host was resolved to
    #[arg(value_name = "ADDRESS")]
    pub addresses: Vec<String>,
    /// Policy file (JSON or YAML)
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
}

/// A line in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(borrow, default, rename = "id")]
    _id: Option<&'a RawValue>,
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(borrow, default)]
    resolved_ips: Option<Vec<Cow<'a, str>>>,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(command: &WebhookCommand, global: &Global) -> Result<Exit, Failure> {
    let WebhookCommand::Check(options) = command;
    let guards = context::guards(Some(&options.policy), global)?;
    let Some(url) = &options.url else {
        return batch::run(io::stdin().lock(), io::stdout().lock(), |line| {
            let line: Line<'_> = serde_json::from_slice(line)?;
            Ok(check(&guards, line.url, line.resolved_ips)?)
        });
    };
    let addresses = options.addresses.iter().map(Into::into).collect();
    let answer = check(&guards, url.into(), Some(addresses))?;
    if global.json {
        output::json(&answer)?;
    } else {
        output::text(&shown(url, &answer))?;
    }
    Ok(Exit::allow_if(answer.verdict == Allowance::Allow))
}

fn check(
    guards: &Guards,
    url: Cow<'_, str>,
    addresses: Option<Vec<Cow<'_, str>>>,
) -> Result<WebhookVerdict, Error> {
    let verdict = guards.with_session(|session| {
        session.ask(&GuardCall::WebhookCheck::<&RawValue> { policy: session.policy(), url, addresses })
    });
    match verdict {
        Err(error @ (Error::Configuration { .. } | Error::Refused(_))) => Err(error),
        // The sandbox gave up on this URL. That blocks it, and says nothing of the next.
        Err(_) => Ok(WebhookVerdict {
            verdict: Allowance::Block,
            reason: WebhookReason::EvaluationLimit,
            connect: Vec::new(),
            host: None,
            port: None,
        }),
        verdict => verdict,
    }
}

fn shown(url: &str, answer: &WebhookVerdict) -> String {
    let allowed = answer.verdict == Allowance::Allow;
    let (sign, _, style) = output::verdict(allowed);
    let word = if allowed { "allow" } else { "block" };
    let mut text =
        format!("{style}{sign} {word}{style:#}  {BOLD}{}{BOLD:#}  {}\n", Plain(url), answer.reason.code());
    for address in &answer.connect {
        text.push_str(&format!("  connect to {address}\n"));
    }
    text
}
