//! From what a request carries to a principal: the bearer token in the `Authorization` header, and
//! the token rules of the policy.

use portcullis_token::{KeySet, NumericDate, Rejection, json::Json, verify};
use portcullis_wire::{Reason, Values};

use crate::{ClaimValue, Identity, Policy, Principal};

/// Why a credential is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The reason that the caller is told.
    pub reason: Reason,
    /// More, for the log: a stable word, never a part of the credential.
    pub detail: &'static str,
}

impl Refusal {
    const fn invalid(detail: &'static str) -> Self {
        Self { reason: Reason::CredentialInvalid, detail }
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        let reason = match rejection {
            Rejection::Expired => Reason::CredentialExpired,
            // A token that is too large is a credential that is not good, whatever else it is.
            _ => Reason::CredentialInvalid,
        };
        Self { reason, detail: rejection.detail() }
    }
}

/// The bearer token of a request (RFC 6750, section 2.1), from the values of its `Authorization`
/// header. `None`: no credential came.
///
/// # Errors
/// Several headers, another scheme than `Bearer`, or nothing after it.
pub fn bearer<'a>(authorization: &'a Values<'_>) -> Result<Option<&'a str>, Refusal> {
    let value = match authorization {
        Values::Absent => return Ok(None),
        Values::Several => return Err(Refusal::invalid("several_credentials")),
        Values::One(value) => value.as_ref(),
    };
    // Schemes are compared without case (RFC 9110, section 11.1).
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::invalid("not_a_bearer_token"));
    }
    let token = token.trim_start_matches(' ');
    if token.is_empty() { Err(Refusal::invalid("bearer_token_missing")) } else { Ok(Some(token)) }
}

/// Applies the token rules that come before the signature.
///
/// # Errors
/// The first rule that is broken; every token, where the policy has no token rules.
pub fn challenge<'a>(
    policy: &'a Policy,
    keys: &'a KeySet,
    token: &'a str,
) -> Result<verify::Challenge<'a>, Refusal> {
    let rules = policy.token_rules.as_ref().ok_or(Refusal::invalid("policy_has_no_token_rules"))?;
    Ok(verify::challenge(token, keys, rules)?)
}

impl Principal {
    /// The bearer of a token, once the host has verified its signature.
    ///
    /// # Errors
    /// The first token rule that is broken.
    pub fn from_token(
        policy: &Policy,
        challenge: &verify::Challenge<'_>,
        genuine: bool,
        now: f64,
        confirmation: Option<&str>,
    ) -> Result<Self, Refusal> {
        let now = NumericDate::from_seconds_f64(now).ok_or(Refusal::invalid("now_invalid"))?;
        let token = challenge.conclude(genuine, now, confirmation)?;
        let claim = match token.claim(&policy.claim_name) {
            None | Some(Json::Null) => ClaimValue::Missing,
            Some(Json::String(claim)) => ClaimValue::One(claim),
            Some(Json::Array(claims)) => match claims.as_slice() {
                [] => ClaimValue::Missing,
                [Json::String(claim)] => ClaimValue::One(claim),
                [_] => ClaimValue::WrongType,
                _ => ClaimValue::Several,
            },
            Some(_) => ClaimValue::WrongType,
        };
        let roles = policy.access.as_ref().and_then(|access| access.roles.claim());
        let roles = match roles.and_then(|name| token.claim(name)) {
            Some(Json::Array(roles)) => roles.as_slice(),
            Some(role) => core::slice::from_ref(role),
            None => &[],
        };
        let roles = roles.iter().filter_map(Json::as_str).map(Into::into).collect();
        let expires = Some(seconds(token.expires()) + f64::from(policy.token_leeway_s));
        let identity = Identity { issuer: token.issuer(), subject: token.subject(), expires };
        Ok(Self::new(policy, claim, roles, identity))
    }
}

/// The bearer of a token whose signature is still being verified: nobody, until it is confirmed.
pub struct Presumed(Principal);

impl Presumed {
    /// Applies all token rules as if the signature were genuine.
    ///
    /// # Errors
    /// The first token rule that is broken. It is not to be told before the signature is known.
    pub fn from_token(
        policy: &Policy,
        challenge: &verify::Challenge<'_>,
        now: f64,
        confirmation: Option<&str>,
    ) -> Result<Self, Refusal> {
        Principal::from_token(policy, challenge, true, now, confirmation).map(Self)
    }

    /// When the principal would end.
    #[must_use]
    pub const fn expires(&self) -> Option<f64> {
        self.0.expires()
    }

    /// The principal: the signature is genuine.
    #[must_use]
    pub fn confirm(self) -> Principal {
        self.0
    }
}

/// Dates end with the year 9999, so seconds fit a double with microseconds to spare.
fn seconds(date: NumericDate) -> f64 {
    date.nanoseconds() as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: &str) -> Values<'_> {
        Values::One(value.into())
    }

    #[test]
    fn the_scheme_is_bearer_in_any_case() {
        assert_eq!(bearer(&one("Bearer abc")), Ok(Some("abc")));
        assert_eq!(bearer(&one("bEARER  abc")), Ok(Some("abc")));
        assert_eq!(bearer(&one("Basic abc")), Err(Refusal::invalid("not_a_bearer_token")));
        assert_eq!(bearer(&one("")), Err(Refusal::invalid("not_a_bearer_token")));
    }

    #[test]
    fn a_scheme_without_a_token_is_refused() {
        assert_eq!(bearer(&one("Bearer")), Err(Refusal::invalid("bearer_token_missing")));
        assert_eq!(bearer(&one("Bearer ")), Err(Refusal::invalid("bearer_token_missing")));
    }

    #[test]
    fn several_headers_are_refused_and_none_is_no_credential() {
        assert_eq!(bearer(&Values::Several), Err(Refusal::invalid("several_credentials")));
        assert_eq!(bearer(&Values::Absent), Ok(None));
    }
}
