//! Calls about claims: checked, rewritten, explained, compared, built.

use std::borrow::Cow;

use portcullis_claim::{
    self as claim, Catalog, Claim, ClaimError, Edit, Rule, Target, TenantDiff, UnknownTargets,
};
use portcullis_policy::{ClaimValue, Credential, Policy, Principal, decide};
use portcullis_wire::{
    Matched, Request, Values,
    call::{
        Change, ClaimParts, ClaimText, ClaimValidated, DiffView, EditView, EffectiveOperation,
        EffectiveTenant, EffectiveView, ExplanationView, Handle, OnClaim, OnClaims, TenantParts,
        TenantSetView,
    },
};

use crate::{
    answers::{Answer, Failure, claim_error},
    state::State,
};

pub(crate) fn validate(state: &State, on: &OnClaim<'_>) -> Result<ClaimValidated, Failure> {
    let policy = state.policy(on.policy)?;
    let checked = parse(policy, &on.claim).and_then(|claim| match policy.unknown_targets() {
        UnknownTargets::Reject => claim::normalize(&claim, policy.catalog()),
        // The normal form is a form of what the catalog knows; a rule that is passed over has none.
        UnknownTargets::Ignore => claim::normalize(&known(&claim, policy.catalog())?, policy.catalog()),
    });
    Ok(match checked {
        Ok(normal) => ClaimValidated { valid: true, normal: Some(normal.as_str().into()), error: None },
        Err(error) => ClaimValidated { valid: false, normal: None, error: Some(claim_error(&error)) },
    })
}

pub(crate) fn normalize(state: &State, on: &OnClaim<'_>) -> Result<ClaimText, Failure> {
    let policy = state.policy(on.policy)?;
    Ok(text(&claim::normalize(&parse(policy, &on.claim)?, policy.catalog())?))
}

pub(crate) fn minimize(state: &State, on: &OnClaim<'_>) -> Result<ClaimText, Failure> {
    let policy = state.policy(on.policy)?;
    Ok(text(&claim::minimize(&parse(policy, &on.claim)?, policy.catalog())?))
}

pub(crate) fn effective(state: &State, on: &OnClaim<'_>, answer: Answer<'_>) {
    let found = state.policy(on.policy).and_then(|policy| Ok((policy, parse(policy, &on.claim)?)));
    let (policy, claim) = match found {
        Ok(found) => found,
        Err(failure) => return answer.error(failure),
    };
    let catalog = policy.catalog();
    let operations = match claim::effective(&claim, catalog) {
        Ok(operations) => operations,
        Err(error) => return answer.error(error),
    };
    let tenants = policy.tenancy().tenants();
    answer.ok(&EffectiveView {
        operations: operations
            .into_iter()
            .map(|effective| EffectiveOperation {
                operation: catalog.id(effective.operation).into(),
                allowed: effective.allowed,
                rule: effective.rule.map(|rule| matched(&claim, &rule)),
            })
            .collect(),
        tenants: tenants
            .iter()
            .map(|id| EffectiveTenant {
                tenant: id.into(),
                allowed: match claim.tenant_rule() {
                    Some(rule) => rule.allows(id),
                    None => !policy.tenancy().needs_tenant_rule(),
                },
            })
            .collect(),
    });
}

pub(crate) fn explain(
    state: &State,
    policy: Handle,
    claim: &str,
    operation: &str,
    tenant: &Values<'_>,
    answer: Answer<'_>,
) {
    let found = state.policy(policy).and_then(|policy| {
        let claim = parse(policy, claim)?;
        let index = policy.catalog().operation(operation).ok_or(Failure::Operation)?;
        Ok((policy, claim, index))
    });
    let (policy, parsed, index) = match found {
        Ok(found) => found,
        Err(failure) => return answer.error(failure),
    };
    let explanation = match claim::explain(&parsed, policy.catalog(), index) {
        Ok(explanation) => explanation,
        Err(error) => return answer.error(error),
    };
    // What both halves say together is the pipeline's to decide, and nobody else's.
    let principal = Principal::assumed(policy, ClaimValue::One(claim));
    let request = Request { operation: Some(operation.into()), tenant: tenant.clone(), ..Request::default() };
    let decision = decide(policy, Credential::Principal(&principal), &request);
    let view = decision.view();
    // The tenant is told even where the operation is denied and the pipeline ends before it.
    let tenancy = policy.tenancy();
    let selected = tenancy.select(tenant).ok().and_then(|tenant| tenancy.tenants().id(tenant));
    let rules = parsed.rules();
    answer.ok(&ExplanationView {
        allowed: view.decision,
        reason: view.reason,
        operation: operation.into(),
        operation_allowed: explanation.allowed,
        rule: explanation.rule.map(|rule| matched(&parsed, &rule)),
        overridden: explanation.overridden.iter().map(|rule| matched(&parsed, rule)).collect(),
        flip: edit_view(explanation.flip),
        tenant_allowed: selected.is_some_and(|id| match parsed.tenant_rule() {
            Some(rule) => rule.allows(id),
            None => !policy.tenancy().needs_tenant_rule(),
        }),
        tenant: selected.map(Into::into),
        tenant_rule: rules
            .iter()
            .find(|rule| matches!(rule.target, Target::Tenants(_)))
            .map(|rule| matched(&parsed, rule)),
    });
}

pub(crate) fn diff<'s>(state: &'s State, on: &OnClaims<'_>) -> Result<DiffView<'s>, Failure> {
    let policy = state.policy(on.policy)?;
    let catalog = policy.catalog();
    let (first, second) = (parse(policy, &on.first)?, parse(policy, &on.second)?);
    let diff = claim::diff(&first, &second, catalog)?;
    let ids = |operations: Vec<claim::OperationIndex>| -> Vec<Cow<'s, str>> {
        operations.into_iter().map(|operation| catalog.id(operation).into()).collect()
    };
    Ok(DiffView {
        gained: ids(diff.gained),
        lost: ids(diff.lost),
        tenants_gained: tenant_set(diff.tenants_gained),
        tenants_lost: tenant_set(diff.tenants_lost),
        tenant_rule_differs: diff.tenant_rule_differs,
        first_covers_second: claim::covers(&first, &second, catalog)?,
        second_covers_first: claim::covers(&second, &first, catalog)?,
    })
}

pub(crate) fn intersect(state: &State, on: &OnClaims<'_>) -> Result<ClaimText, Failure> {
    let policy = state.policy(on.policy)?;
    let (first, second) = (parse(policy, &on.first)?, parse(policy, &on.second)?);
    Ok(text(&claim::intersect(&first, &second, policy.catalog())?))
}

pub(crate) fn edit(
    state: &State,
    policy: Handle,
    claim: &str,
    allow: bool,
    change: &Change<'_>,
) -> Result<EditView, Failure> {
    let policy = state.policy(policy)?;
    let claim = parse(policy, claim)?;
    let edit = match change {
        Change::Operation(id) => {
            let operation = policy.catalog().operation(id).ok_or(Failure::Operation)?;
            let edit = if allow { claim::grant } else { claim::revoke };
            edit(&claim, policy.catalog(), operation)
        }
        Change::Tenant(id) => {
            let edit = if allow { claim::grant_tenant } else { claim::revoke_tenant };
            edit(&claim, id)
        }
    };
    Ok(edit_view(edit?))
}

pub(crate) fn build(state: &State, policy: Handle, parts: &ClaimParts<'_>) -> Result<ClaimText, Failure> {
    let policy = state.policy(policy)?;
    let mut builder = Claim::builder(policy.catalog());
    if policy.tenancy().needs_tenant_rule() && !policy.tenancy().tenants().is_empty() {
        builder = builder.with_tenants(policy.tenancy().tenants());
    }
    let operations = if parts.allow_all_operations {
        builder.allow_all_operations()
    } else {
        builder.deny_all_operations()
    };
    let operations =
        operations.allow(parts.allow.iter().map(AsRef::as_ref)).deny(parts.deny.iter().map(AsRef::as_ref));
    let claim = match &parts.tenants {
        None => operations.value(),
        Some(TenantParts::AllExcept(ids)) => {
            operations.allow_all_tenants_except(ids.iter().map(AsRef::as_ref)).value()
        }
        Some(TenantParts::NoneExcept(ids)) => {
            operations.deny_all_tenants_except(ids.iter().map(AsRef::as_ref)).value()
        }
    };
    Ok(text(&claim?))
}

fn parse(policy: &Policy, claim: &str) -> Result<Claim, ClaimError> {
    Claim::parse_within(claim, policy.max_claim_bytes())
}

/// The claim without the rules that a policy with `unknown_targets: ignore` passes over.
fn known(claim: &Claim, catalog: &Catalog) -> Result<Claim, ClaimError> {
    let rules = claim.rules();
    let kept = rules.iter().filter(|rule| match rule.target {
        Target::Operation(id) => catalog.has_target(id),
        Target::Tenants(_) => true,
    });
    let texts: Vec<&str> = kept.filter_map(|rule| claim.as_str().get(rule.span.clone())).collect();
    if texts.is_empty() {
        return Claim::parse(&format!("d:{}", catalog.root()));
    }
    Claim::parse(&texts.join(";"))
}

fn text(claim: &Claim) -> ClaimText {
    ClaimText { claim: claim.as_str().into() }
}

fn matched<'c>(claim: &'c Claim, rule: &Rule<'_>) -> Matched<'c> {
    let span = [rule.span.start, rule.span.end].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
    Matched { rule: claim.as_str().get(rule.span.clone()).unwrap_or_default().into(), span }
}

fn edit_view(edit: Edit) -> EditView {
    EditView { remove: edit.remove, add: edit.add, result: edit.result.as_str().into() }
}

fn tenant_set(diff: TenantDiff) -> TenantSetView {
    TenantSetView { ids: diff.ids, all_but: diff.all_but }
}
