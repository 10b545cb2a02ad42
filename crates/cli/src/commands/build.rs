//! `build`: a claim in normal form.

use std::borrow::Cow;

use portcullis::{Error, Session};
use portcullis_wire::call::{Call, ClaimParts, ClaimText, TenantParts};

use crate::{
    arguments::{BuildOptions, Global, PartsOptions},
    context,
    failure::Failure,
    hint,
    output::{self, Exit, Plain},
};

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &BuildOptions, global: &Global) -> Result<Exit, Failure> {
    let mut session = context::claim_session(&options.choice, global)?;
    let policy = session.policy().policy;
    let answer: ClaimText = match session.ask(&Call::ClaimBuild { policy, parts: parts(&options.parts) }) {
        Ok(answer) => answer,
        Err(error) => return Err(mistake(&mut session, &options.parts, error)?),
    };
    if global.json {
        output::json(&answer)?;
    } else {
        output::text(&format!("{}\n", answer.claim))?;
    }
    Ok(Exit::Allow)
}

/// What goes into the claim, as the module takes it.
pub(super) fn parts(options: &PartsOptions) -> ClaimParts<'_> {
    fn all(ids: &[String]) -> Vec<Cow<'_, str>> {
        ids.iter().map(|id| Cow::Borrowed(id.as_str())).collect()
    }
    let tenants = match (&options.tenants, &options.tenants_except) {
        (Some(ids), _) => Some(TenantParts::NoneExcept(all(ids))),
        (None, Some(ids)) => Some(TenantParts::AllExcept(all(ids))),
        (None, None) if options.all_tenants => Some(TenantParts::AllExcept(Vec::new())),
        (None, None) if options.no_tenants => Some(TenantParts::NoneExcept(Vec::new())),
        (None, None) => None,
    };
    ClaimParts {
        allow_all_operations: options.allow_all,
        allow: all(&options.allow),
        deny: all(&options.deny),
        tenants,
    }
}

/// Names the option that the module refused, where it is one that the catalog does not have.
pub(super) fn mistake(
    session: &mut Session,
    options: &PartsOptions,
    error: Error,
) -> Result<Failure, Failure> {
    let Error::Refused(refused) = &error else { return Ok(error.into()) };
    let Some(wrong) = &refused.claim else {
        return Ok(Failure::Input(format!("no claim can be built: {}", refused.message)));
    };
    if wrong.kind == "unknown_tenant" {
        let ids = options.tenants.iter().chain(&options.tenants_except).flatten();
        for id in ids {
            if let Some(hint) = hint::unknown_tenant(session, id)? {
                return Ok(Failure::Input(hint));
            }
        }
    }
    if wrong.kind != "unknown_target" {
        // A place in a claim that nobody wrote would tell nothing.
        let kind = wrong.kind.replace('_', " ");
        return Ok(Failure::Input(format!("no claim can be built: {kind}: expected {}", wrong.expected)));
    }
    for target in options.allow.iter().chain(&options.deny) {
        if !hint::has_target(session, target)? {
            let hint = hint::target(session, target)?.map(|hint| format!("; {hint}")).unwrap_or_default();
            let target = Plain(target);
            return Ok(Failure::Input(format!("the catalog has no operation or branch `{target}`{hint}")));
        }
    }
    Ok(error.into())
}
