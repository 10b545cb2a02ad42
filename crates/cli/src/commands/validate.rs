//! `validate`: is a claim valid, and what is its normal form?

use std::{borrow::Cow, io};

use portcullis_wire::call::ClaimValidated;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    arguments::{Global, ValidateOptions},
    batch, claim, context,
    failure::Failure,
    output::{self, Exit, WARN},
};

/// More than any policy takes as a claim.
const MAX_BYTES: usize = 1 << 20;

/// A line in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(borrow, default, rename = "id")]
    _id: Option<&'a RawValue>,
    #[serde(borrow)]
    claim: Cow<'a, str>,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &ValidateOptions, global: &Global) -> Result<Exit, Failure> {
    let mut session = context::claim_session(&options.choice, global)?;
    let Some(text) = &options.claim else {
        return batch::run(io::stdin().lock(), io::stdout().lock(), |line| {
            let line: Line<'_> = serde_json::from_slice(line)?;
            Ok(claim::validate(&mut session, head(&line.claim))?)
        });
    };
    let answer = claim::validate(&mut session, text)?;
    if global.json {
        output::json(&answer)?;
        return Ok(Exit::allow_if(answer.valid));
    }
    output::text(&shown(text, &answer))?;
    if let Some(error) = &answer.error
        && let Some(hint) = claim::hint(&mut session, text, error)?
    {
        output::note(WARN, "hint", &hint);
    }
    Ok(Exit::allow_if(answer.valid))
}

/// The claim, or enough of it to be refused as too large. A longer one would not get into the sandbox.
fn head(claim: &str) -> &str {
    let end = (0..=claim.len().min(MAX_BYTES)).rev().find(|&end| claim.is_char_boundary(end));
    &claim[..end.unwrap_or_default()]
}

/// The normal form, or the claim with a mark below its first mistake.
fn shown(claim: &str, answer: &ClaimValidated) -> String {
    let (sign, _, style) = output::verdict(answer.valid);
    match (&answer.normal, &answer.error) {
        (_, Some(error)) => {
            let kind = error.kind.replace('_', " ");
            format!("{style}{sign} invalid{style:#}: {kind}\n{}", claim::marked(claim, error))
        }
        (normal, None) => {
            format!("{style}{sign} valid{style:#}\n  {}\n", normal.as_deref().unwrap_or_default())
        }
    }
}
