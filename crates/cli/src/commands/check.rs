//! `check`: does a claim allow an operation?

use std::borrow::Cow;

use portcullis::{Credential, Session};
use portcullis_wire::{Decision, Reason, Request, Stage, Values};
use serde_json::value::RawValue;

use crate::{
    arguments::{CheckOptions, Global, SINGLE_TENANT},
    claim::{self, Rule},
    context,
    failure::Failure,
    hint,
    output::{self, DIM, Exit, WARN},
};

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &CheckOptions, global: &Global) -> Result<Exit, Failure> {
    let mut session = context::claim_session(&options.choice(), global)?;
    let request = Request {
        operation: Some(Cow::Borrowed(&options.operation)),
        tenant: options.tenant(),
        ..Request::default()
    };
    let credential = Credential::Claim(Values::One(Cow::Borrowed(&options.claim)));
    let decision = session.authorize(&credential, &request, context::now())?;
    if global.json {
        output::json(&RawValue::from_string(decision.json().to_owned()).map_err(std::io::Error::from)?)?;
    } else {
        let view = decision.view()?;
        let originals = context::original_ids(&mut session, options.original)?;
        let original = originals.get(&options.operation).map(String::as_str);
        output::text(&verdict(options, &view, original))?;
        help(&mut session, options, view.reason)?;
    }
    Ok(Exit::allow_if(decision.allowed()))
}

/// The verdict in one line.
fn verdict(options: &CheckOptions, view: &Decision<'_>, original: Option<&str>) -> String {
    let mut line = output::headline(view.decision, &options.operation, original, view.reason);
    let tenant_rule = Rule::tenants(&options.claim);
    let rules = [
        view.matched
            .as_ref()
            .filter(|_| view.stage != Some(Stage::Tenant))
            .map(|matched| claim::shown(&matched.rule)),
        tenant_rule.filter(|_| view.tenant.is_some()).map(|rule| rule.shown()),
    ];
    let rules: Vec<_> = rules.into_iter().flatten().collect();
    if !rules.is_empty() {
        line.push_str(&format!("  {DIM}by {}{DIM:#}", rules.join(" and ")));
    }
    line.push('\n');
    line
}

/// What helps with a denial that may be a slip.
fn help(session: &mut Session, options: &CheckOptions, reason: Reason) -> Result<(), Failure> {
    let hint = match reason {
        Reason::OperationUnknown => hint::operation(session, &options.operation)?,
        Reason::ClaimMalformed | Reason::ClaimUnknownTarget | Reason::InputTooLarge => {
            let Some(error) = claim::validate(session, &options.claim)?.error else { return Ok(()) };
            anstream::eprint!("{}", claim::marked(&options.claim, &error));
            claim::hint(session, &options.claim, &error)?
        }
        Reason::TenantDenied if options.asks_of_single_tenant() => Some(SINGLE_TENANT.into()),
        Reason::TenantNotSpecified => Some("name a tenant with --tenant; the policy has no default".into()),
        _ => None,
    };
    if let Some(hint) = hint {
        output::note(WARN, "hint", &hint);
    }
    Ok(())
}
