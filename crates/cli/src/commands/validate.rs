//! `validate`: is a claim valid, and what is its normal form?

use std::{borrow::Cow, io};

use portcullis::Session;
use portcullis_wire::call::{Call, ClaimValidated, OnClaim};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    arguments::{Global, ValidateOptions},
    batch, context,
    failure::Failure,
    output::{self, Exit},
};

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
    let Some(claim) = &options.claim else {
        return batch::run(io::stdin().lock(), io::stdout().lock(), |line| {
            let line: Line<'_> = serde_json::from_slice(line)?;
            Ok(validate(&mut session, &line.claim)?)
        });
    };
    let answer = validate(&mut session, claim)?;
    if global.json {
        output::json(&answer)?;
    } else {
        output::text(&shown(claim, &answer))?;
    }
    Ok(Exit::allow_if(answer.valid))
}

fn validate(session: &mut Session, claim: &str) -> Result<ClaimValidated, Failure> {
    let policy = session.policy().policy;
    Ok(session.ask(&Call::ClaimValidate(OnClaim { policy, claim: Cow::Borrowed(claim) }))?)
}

/// The normal form, or the claim with a mark below its first mistake.
fn shown(claim: &str, answer: &ClaimValidated) -> String {
    let (sign, _, style) = output::verdict(answer.valid);
    match (&answer.normal, &answer.error) {
        (_, Some(error)) => {
            let before = claim.get(..error.offset as usize).unwrap_or(claim).chars().count();
            let mark = " ".repeat(before);
            let (kind, offset) = (error.kind.replace('_', " "), error.offset);
            format!(
                "{style}{sign} invalid{style:#}: {kind}\n  {claim}\n  {mark}{style}^{style:#} byte {offset}: expected {}\n",
                error.expected
            )
        }
        (normal, None) => {
            format!("{style}{sign} valid{style:#}\n  {}\n", normal.as_deref().unwrap_or_default())
        }
    }
}
