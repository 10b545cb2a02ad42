//! Who asks, as verified, and what their claim lets them do under one policy.

use alloc::boxed::Box;

use portcullis_claim::{
    Claim, ErrorKind, MAX_CLAIM_BYTES, OperationIndex, OperationVerdict, Permit, TenantIndex, TenantVerdict,
    UnknownTargets,
};
use portcullis_wire::{
    PrincipalFacts, Reason, Values,
    policy::{self, AuthenticationMode},
};

use crate::{Policy, roles::Permissions};

/// What a verified token, or a trusted caller, says is the permission claim.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ClaimValue<'a> {
    /// There is none.
    Missing,
    /// There is one string.
    One(&'a str),
    /// There are several; they are never merged.
    Several,
    /// There is something that is neither a string nor a list of strings.
    WrongType,
}

/// Who a principal is, as whoever has verified it says.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Identity<'a> {
    /// Who has issued the token.
    pub issuer: Option<&'a str>,
    /// Whom it is about.
    pub subject: Option<&'a str>,
    /// When it ends, in seconds since 1970, leeway included.
    pub expires: Option<f64>,
}

/// A verified bearer, with the claim compiled for one policy. Only good for that policy.
pub struct Principal {
    issuer: Option<Box<str>>,
    subject: Option<Box<str>>,
    expires: Option<f64>,
    claim: Result<(Claim, Permit), Reason>,
    /// The text of a claim that grants nothing, if there is one text.
    refused: Option<Box<str>>,
    roles: Box<[Box<str>]>,
    permissions: Permissions,
}

impl Principal {
    /// A principal that something other than a token has verified: a test, a preview, or a caller
    /// that is trusted.
    #[must_use]
    pub fn assumed(policy: &Policy, claim: ClaimValue<'_>) -> Self {
        Self::assumed_with_roles(policy, claim, core::iter::empty())
    }

    /// As [`Principal::assumed`], for one who has roles. Unknown ones grant nothing.
    #[must_use]
    pub fn assumed_with_roles<'r>(
        policy: &Policy,
        claim: ClaimValue<'_>,
        roles: impl Iterator<Item = &'r str>,
    ) -> Self {
        Self::new(policy, claim, roles.map(Into::into).collect(), Identity::default())
    }

    /// A principal that was verified before, as [`Principal::facts`] told it.
    #[must_use]
    pub fn recorded(policy: &Policy, facts: &PrincipalFacts<'_>) -> Self {
        let claim = match &facts.claim {
            Values::Absent => ClaimValue::Missing,
            Values::One(claim) => ClaimValue::One(claim),
            Values::Several => ClaimValue::Several,
        };
        let roles = facts.roles.iter().map(|role| role.as_ref().into()).collect();
        let (issuer, subject) = (facts.issuer.as_deref(), facts.subject.as_deref());
        Self::new(policy, claim, roles, Identity { issuer, subject, expires: facts.expires })
    }

    pub(crate) fn new(
        policy: &Policy,
        claim: ClaimValue<'_>,
        roles: Box<[Box<str>]>,
        identity: Identity<'_>,
    ) -> Self {
        let compiled = compile(policy, claim);
        Self {
            issuer: identity.issuer.map(Into::into),
            subject: identity.subject.map(Into::into),
            expires: identity.expires,
            refused: compiled.as_ref().err().and(refused(claim)),
            claim: compiled,
            permissions: permissions(policy, roles.iter().map(AsRef::as_ref)),
            roles,
        }
    }

    /// What makes the same principal again.
    #[must_use]
    pub fn facts(&self) -> PrincipalFacts<'_> {
        PrincipalFacts {
            claim: match (&self.claim, &self.refused) {
                (Ok((claim, _)), _) => Values::One(claim.as_str().into()),
                (Err(_), Some(text)) => Values::One(text.as_ref().into()),
                (Err(Reason::ClaimMultiple), None) => Values::Several,
                (Err(_), None) => Values::Absent,
            },
            roles: self.roles.iter().map(|role| role.as_ref().into()).collect(),
            issuer: self.issuer().map(Into::into),
            subject: self.subject().map(Into::into),
            expires: self.expires,
        }
    }

    /// What the principal's roles let it do.
    pub(crate) const fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    /// Who issued the token.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Whom the token is about.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// When the principal ends, in seconds since 1970, leeway included.
    #[must_use]
    pub const fn expires(&self) -> Option<f64> {
        self.expires
    }

    /// The claim, or why it grants nothing.
    ///
    /// # Errors
    /// The reason with which every request is denied.
    pub fn claim(&self) -> Result<&Claim, Reason> {
        self.claim.as_ref().map(|(claim, _)| claim).map_err(|reason| *reason)
    }

    /// Whether the claim allows this operation for this tenant: the operation and tenant stages,
    /// for callers that have done the others. `None` stands for a request without tenant header. An
    /// operation that depends on a condition is not allowed here: nothing is known of the request.
    #[inline]
    #[must_use]
    pub fn allows(&self, policy: &Policy, operation: OperationIndex, tenant: Option<TenantIndex>) -> bool {
        let Ok((_, permit)) = &self.claim else { return false };
        let Some(tenant) = tenant.or(policy.tenancy.default) else { return false };
        let access = policy.access.as_ref();
        let claimed = match access.map(|access| access.authentication(operation)).unwrap_or_default() {
            AuthenticationMode::UserAndAdmin => permit.allows_operation(operation),
            AuthenticationMode::None => true,
            AuthenticationMode::AdminOnly => false,
        };
        claimed
            && self.meets_requirements(policy, operation)
            && (tenant.0 as usize) < policy.tenancy.tenants.len()
            && tenant_allowed(policy, permit, tenant).is_ok()
    }

    #[inline]
    fn meets_requirements(&self, policy: &Policy, operation: OperationIndex) -> bool {
        policy.access.as_ref().is_none_or(|access| {
            access.requirements(operation).all(|it| {
                it.condition.is_none()
                    && it.permission.is_none_or(|permission| self.permissions.has(permission))
            })
        })
    }

    pub(crate) fn operation(&self, operation: OperationIndex) -> Result<usize, (Reason, Option<usize>)> {
        let (_, permit) = self.claim.as_ref().map_err(|reason| (*reason, None))?;
        match permit.operation(operation) {
            OperationVerdict::Allowed(rule) => Ok(rule),
            OperationVerdict::Denied(rule) => Err((Reason::OperationDenied, Some(rule))),
            OperationVerdict::NoRule => Err((Reason::OperationNoRule, None)),
        }
    }

    pub(crate) fn tenant(&self, policy: &Policy, tenant: TenantIndex) -> Result<(), Reason> {
        let (_, permit) = self.claim.as_ref().map_err(|reason| *reason)?;
        tenant_allowed(policy, permit, tenant)
    }
}

/// Shows nothing of who it is.
impl core::fmt::Debug for Principal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Principal").field("claim", &self.claim.as_ref().map(|_| "…")).finish_non_exhaustive()
    }
}

fn tenant_allowed(policy: &Policy, permit: &Permit, tenant: TenantIndex) -> Result<(), Reason> {
    match (permit.tenant(tenant), policy.tenancy.mode) {
        (TenantVerdict::Allowed, _) | (TenantVerdict::NoRule, policy::TenancyMode::Single) => Ok(()),
        (TenantVerdict::NoRule, policy::TenancyMode::Multi) => Err(Reason::TenantPermissionMissing),
        (TenantVerdict::Denied, _) => Err(Reason::TenantDenied),
    }
}

fn permissions<'r>(policy: &Policy, roles: impl Iterator<Item = &'r str>) -> Permissions {
    policy.access.as_ref().map(|access| access.roles.of(roles)).unwrap_or_default()
}

/// What is kept of a claim that grants nothing: as much of it as is refused for the same reason.
fn refused(claim: ClaimValue<'_>) -> Option<Box<str>> {
    let text = match claim {
        ClaimValue::One(text) => text,
        // It is refused as a text is that is no claim.
        ClaimValue::WrongType => "not a string",
        ClaimValue::Missing | ClaimValue::Several => return None,
    };
    let mut end = text.len().min(MAX_CLAIM_BYTES.saturating_add(1));
    while !text.is_char_boundary(end) {
        end = end.saturating_add(1);
    }
    text.get(..end).map(Into::into)
}

fn compile(policy: &Policy, claim: ClaimValue<'_>) -> Result<(Claim, Permit), Reason> {
    let text = match claim {
        ClaimValue::Missing => return Err(Reason::ClaimMissing),
        ClaimValue::Several => return Err(Reason::ClaimMultiple),
        ClaimValue::WrongType => return Err(Reason::ClaimMalformed),
        ClaimValue::One(text) => text,
    };
    let claim = Claim::parse_within(text, policy.max_claim_bytes).map_err(|error| match error.kind() {
        ErrorKind::Missing => Reason::ClaimMissing,
        ErrorKind::TooLarge => Reason::InputTooLarge,
        _ => Reason::ClaimMalformed,
    })?;
    let permit = Permit::compile(&claim, &policy.catalog, &policy.tenancy.tenants, policy.unknown_targets)
        .map_err(|_| Reason::ClaimUnknownTarget)?;
    Ok((claim, permit))
}

pub(crate) const fn unknown_targets(policy: policy::UnknownTargets) -> UnknownTargets {
    match policy {
        policy::UnknownTargets::Reject => UnknownTargets::Reject,
        policy::UnknownTargets::Ignore => UnknownTargets::Ignore,
    }
}

/// Text for a rule as the decision shows it.
pub(crate) fn rule_text(claim: &Claim, rule: usize) -> Option<(&str, [u32; 2])> {
    let rule = claim.operation_rule(rule)?;
    let span = [rule.span.start, rule.span.end].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
    Some((claim.as_str().get(rule.span)?, span))
}
