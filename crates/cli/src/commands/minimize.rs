//! `minimize`: what is the shortest claim that decides alike?

use std::borrow::Cow;

use portcullis_wire::call::{Call, ClaimText, OnClaim};

use crate::{
    arguments::{ClaimOptions, Global},
    claim, context,
    failure::Failure,
    output::{self, DIM, Exit, GOOD},
};

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &ClaimOptions, global: &Global) -> Result<Exit, Failure> {
    let mut session = context::claim_session(&options.choice, global)?;
    claim::require(&mut session, &options.claim)?;
    let policy = session.policy().policy;
    let on = OnClaim { policy, claim: Cow::Borrowed(&options.claim) };
    let answer: ClaimText = session.ask(&Call::ClaimMinimize(on))?;
    if global.json {
        output::json(&answer)?;
    } else {
        output::text(&shown(&options.claim, &answer.claim))?;
    }
    Ok(Exit::Allow)
}

fn shown(before: &str, after: &str) -> String {
    let saved = match before.len().saturating_sub(after.len()) {
        0 => format!("{GOOD}✓{GOOD:#} No claim that decides alike is shorter.\n"),
        saved => format!("{GOOD}{saved} bytes saved{GOOD:#} ({} %)\n", saved * 100 / before.len()),
    };
    format!(
        "{DIM}before  {:>5} bytes{DIM:#}  {before}\n{DIM}after   {:>5} bytes{DIM:#}  {after}\n{saved}",
        before.len(),
        after.len()
    )
}
