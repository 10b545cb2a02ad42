//! `explain`: why, and what would change that?

use std::{borrow::Cow, fmt::Write};

use portcullis::{Error, Session};
use portcullis_wire::{
    Matched, Reason,
    call::{Call, Change, EditView, ExplanationView},
};
use serde::Serialize;

use crate::{
    arguments::{CheckOptions, Global, SINGLE_TENANT},
    claim::{self, Rule},
    context,
    failure::Failure,
    hint,
    output::{self, BAD, BOLD, DIM, Exit, GOOD, PLAIN, Plain, WARN},
    reply::Reply,
    table::{Cell, Table},
};

/// More rules than this are shown only where they have a part in the answer.
const MOST_RULES: usize = 12;

/// The module's answer, and the smallest edit that turns the verdict round.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    view: &'a ExplanationView<'a>,
    /// Null where no edit of the claim does that.
    change: Option<EditView>,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &CheckOptions, global: &Global) -> Result<Exit, Failure> {
    let mut session = context::claim_session(&options.choice(), global)?;
    claim::require(&mut session, &options.claim)?;
    let reply = match explain(&mut session, options, &options.claim) {
        Err(Failure::Host(Error::Refused(error))) if error.code == "OPERATION_UNKNOWN" => {
            let hint = hint::operation(&mut session, &options.operation)?;
            let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
            let operation = Plain(&options.operation);
            return Err(Failure::Input(format!("the catalog has no operation `{operation}`{hint}")));
        }
        reply => reply?,
    };
    let view: ExplanationView<'_> = reply.view()?;
    // The pipeline ends at the first denial. What it would have said of the tenant is asked with a
    // claim that allows the operation.
    let granted = match view.operation_allowed {
        true => None,
        false => Some(explain(&mut session, options, &view.flip.result)?),
    };
    let tenant = granted.as_ref().map(Reply::view::<ExplanationView<'_>>).transpose()?;
    let tenant = tenant.as_ref().unwrap_or(&view);
    let change = change(&mut session, &options.claim, &view, tenant)?;
    if global.json {
        output::json(&Answer { view: &view, change })?;
    } else {
        let originals = context::original_ids(&mut session, options.original)?;
        let original = originals.get(&options.operation).map(String::as_str);
        let parts = [
            format!("{}\n", output::headline(view.allowed, &view.operation, original, view.reason)),
            rules(&options.claim, &view, tenant),
            halves(&view, tenant),
            outlook(&view, tenant, change.as_ref()),
        ];
        output::text(&parts.join("\n"))?;
        if options.asks_of_single_tenant() && !tenant.tenant_allowed {
            output::note(WARN, "hint", SINGLE_TENANT);
        }
    }
    Ok(Exit::allow_if(view.allowed))
}

fn explain(session: &mut Session, options: &CheckOptions, claim: &str) -> Result<Reply, Failure> {
    let call = Call::ClaimExplain {
        policy: session.policy().policy,
        claim: Cow::Borrowed(claim),
        operation: Cow::Borrowed(&options.operation),
        tenant: options.tenant(),
    };
    Reply::to(session, &call)
}

/// The smallest edit of the claim that turns the verdict round, where one does. `tenant` is the
/// explanation of a claim that allows the operation.
fn change(
    session: &mut Session,
    claim: &str,
    view: &ExplanationView<'_>,
    tenant: &ExplanationView<'_>,
) -> Result<Option<EditView>, Failure> {
    if view.reason == Reason::SecurityDisabled {
        return Ok(None);
    }
    if view.allowed || tenant.allowed {
        return Ok(Some(view.flip.clone()));
    }
    // A denial is turned round only when every half that denies is.
    let Some(id) = &tenant.tenant else { return Ok(None) };
    let operation_half = Some(&view.flip).filter(|_| !view.operation_allowed);
    let call = Call::ClaimEdit {
        policy: session.policy().policy,
        claim: Cow::Borrowed(operation_half.map_or(claim, |edit| &edit.result)),
        allow: true,
        change: Change::Tenant(Cow::Borrowed(id)),
    };
    let mut edit: EditView = session.ask(&call)?;
    if let Some(EditView { remove, add, .. }) = operation_half {
        edit.remove.splice(0..0, remove.iter().cloned());
        edit.add.splice(0..0, add.iter().cloned());
    }
    Ok(Some(edit))
}

/// The claim, a rule a line, with what each rule does here.
fn rules(claim: &str, view: &ExplanationView<'_>, tenant: &ExplanationView<'_>) -> String {
    let asked = tenant.tenant.is_some();
    let is = |matched: &Matched<'_>, rule: Rule<'_>| matched.span[0] as usize == rule.start;
    let overridden = |rule: Rule<'_>| view.overridden.iter().position(|matched| is(matched, rule));
    let part = |rule: Rule<'_>| {
        if view.rule.as_ref().is_some_and(|matched| is(matched, rule)) {
            Some(("◀ decides the operation".to_owned(), effect(rule.text).underline()))
        } else if let Some(at) = overridden(rule) {
            let nearness = if view.overridden.len() > 1 { nearness(at) } else { String::new() };
            Some((format!("overridden{nearness}"), PLAIN))
        } else if view.tenant_rule.as_ref().is_some_and(|matched| is(matched, rule)) {
            let words = if asked { "◀ decides the tenant" } else { "the tenant rule" };
            Some((words.to_owned(), effect(rule.text).underline()))
        } else {
            None
        }
    };
    let all = Rule::all(claim).count() <= MOST_RULES;
    let mut table = Table::default();
    let mut left_out = 0;
    for rule in Rule::all(claim) {
        match part(rule) {
            Some((words, style)) => {
                table.row([Cell::new(PLAIN, "  ").and(style, rule.shown()), Cell::new(PLAIN, words)])
            }
            None if all => table.row([Cell::new(PLAIN, "  ").and(DIM, rule.shown())]),
            None => left_out += 1,
        }
    }
    if left_out > 0 {
        table.row([Cell::new(DIM, format!("  … and {left_out} rules about other operations"))]);
    }
    table.render()
}

/// How near the rule at this place of the overridden ones is.
fn nearness(at: usize) -> String {
    match at + 1 {
        1 => ", nearest".into(),
        2 => ", 2nd nearest".into(),
        3 => ", 3rd nearest".into(),
        number => format!(", {number}th nearest"),
    }
}

fn effect(rule: &str) -> anstyle::Style {
    if rule.starts_with('a') { GOOD } else { BAD }
}

/// What each half of the claim says.
fn halves(view: &ExplanationView<'_>, tenant: &ExplanationView<'_>) -> String {
    let mut table = Table::default();
    let mut half = |name: &str, allowed: bool, why: String| {
        let (sign, word, style) = output::verdict(allowed);
        table.row([Cell::new(BOLD, name), Cell::new(style, format!("{sign} {word}")), Cell::new(PLAIN, why)]);
    };
    let why = match &view.rule {
        Some(matched) => {
            let over: Vec<&str> = view.overridden.iter().map(|matched| &*matched.rule).collect();
            let over = if over.is_empty() { String::new() } else { format!(" over {}", over.join(", ")) };
            format!("{}{over}", matched.rule)
        }
        None => "no rule is about it".into(),
    };
    half("operation", view.operation_allowed, why);
    let why = match &tenant.tenant {
        None => match tenant.reason {
            Reason::TenantNotSpecified => "no tenant was named, and there is no default".into(),
            Reason::TenantUnknown => "this tenant is not registered".into(),
            Reason::TenantInvalid => "this is no tenant id".into(),
            _ => "not asked".into(),
        },
        Some(id) => match &tenant.tenant_rule {
            Some(matched) => format!("{id} by {}", claim::shown(&matched.rule)),
            None => format!("{id}; the claim has no tenant rule"),
        },
    };
    half("tenant", tenant.tenant_allowed, why);
    table.render()
}

/// What would turn the verdict round.
fn outlook(view: &ExplanationView<'_>, tenant: &ExplanationView<'_>, change: Option<&EditView>) -> String {
    let Some(change) = change else {
        let why = if view.reason == Reason::SecurityDisabled {
            "the policy switches security off"
        } else if tenant.tenant.is_none() {
            "the request has to name a registered tenant"
        } else {
            "this is not the claim's to decide"
        };
        return format!("No change of the claim gives another answer: {why}.\n");
    };
    let mut text =
        format!("The smallest change that {} it:\n", if view.allowed { "denies" } else { "allows" });
    // Writing to a string never fails.
    for rule in &change.remove {
        let _ = writeln!(text, "  {BAD}- {}{BAD:#}", claim::shown(rule));
    }
    for rule in &change.add {
        let _ = writeln!(text, "  {GOOD}+ {}{GOOD:#}", claim::shown(rule));
    }
    let _ = writeln!(text, "  {DIM}={DIM:#} {}", change.result);
    text
}
