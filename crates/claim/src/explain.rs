//! Why an operation is allowed or denied.

use alloc::vec::Vec;

use crate::{
    Catalog, Claim, ClaimError, Edit, OperationIndex, OperationVerdict, Permit, Rule, Tenants,
    UnknownTargets, edit, sort,
};

#[cfg(test)]
mod tests;

/// One operation with its effect and the rule that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective<'a> {
    /// The operation.
    pub operation: OperationIndex,
    /// Whether the operation half of the claim allows it.
    pub allowed: bool,
    /// The deciding rule; none where no rule is about the operation.
    pub rule: Option<Rule<'a>>,
}

/// Every operation of the catalog with its effect and the rule that decided.
///
/// # Errors
/// An unknown target.
pub fn effective<'a>(claim: &'a Claim, catalog: &Catalog) -> Result<Vec<Effective<'a>>, ClaimError> {
    let permit = compile(claim, catalog)?;
    Ok(catalog.iter().map(|(operation, _)| of(claim, &permit, operation)).collect())
}

/// One operation, the rule that decided, those that it overrode, and what would change the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation<'a> {
    /// Whether the operation half of the claim allows it.
    pub allowed: bool,
    /// The deciding rule; none where no rule is about the operation.
    pub rule: Option<Rule<'a>>,
    /// The other rules that are about the operation, nearest first.
    pub overridden: Vec<Rule<'a>>,
    /// The smallest change of the claim that gives the other answer for this operation and the same
    /// answers for all others.
    pub flip: Edit,
}

/// Explains one operation.
///
/// # Errors
/// An unknown target.
pub fn explain<'a>(
    claim: &'a Claim,
    catalog: &Catalog,
    operation: OperationIndex,
) -> Result<Explanation<'a>, ClaimError> {
    let permit = compile(claim, catalog)?;
    let Effective { allowed, rule, .. } = of(claim, &permit, operation);
    let id = catalog.id(operation);
    let overridden: Vec<(usize, Rule<'a>)> = claim
        .operation_rules()
        .enumerate()
        .filter(|(_, (_, target))| {
            id.strip_prefix(target).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
        .filter_map(|(at, (_, target))| Some((target.len(), claim.operation_rule(at)?)))
        .filter(|(_, found)| rule.as_ref().is_none_or(|deciding| deciding.span != found.span))
        .collect();
    let overridden = sort::sorted_by_key(&overridden, |(length, _)| core::cmp::Reverse(*length));
    let flip = if allowed {
        edit::revoke(claim, catalog, operation)
    } else {
        edit::grant(claim, catalog, operation)
    }?;
    Ok(Explanation {
        allowed,
        rule,
        overridden: overridden.into_iter().map(|(_, rule)| rule).collect(),
        flip,
    })
}

fn compile(claim: &Claim, catalog: &Catalog) -> Result<Permit, ClaimError> {
    Permit::compile(claim, catalog, &Tenants::new(), UnknownTargets::Reject)
}

fn of<'a>(claim: &'a Claim, permit: &Permit, operation: OperationIndex) -> Effective<'a> {
    let (allowed, rule) = match permit.operation(operation) {
        OperationVerdict::Allowed(rule) => (true, Some(rule)),
        OperationVerdict::Denied(rule) => (false, Some(rule)),
        OperationVerdict::NoRule => (false, None),
    };
    Effective { operation, allowed, rule: rule.and_then(|rule| claim.operation_rule(rule)) }
}
