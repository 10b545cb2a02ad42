//! The JWT layer (RFC 7519, RFC 8725, RFC 9068): an access token, by the rules of a policy.
//!
//! Before the signature is checked, beside the rules of [`crate::jws`]:
//! 1. the policy accepts `alg` and `typ`, and `cty` does not announce a token in the token.
//!
//! After it, so that nothing is said about the claims of a forged token:
//! 2. the claims are a strict JSON object, and not those of an ID token;
//! 3. `iss`, `aud` and `sub` are of the right type where present, and accepted where the policy
//!    lists values;
//! 4. `exp` is there, and `exp`, `nbf` and `iat` are dates;
//! 5. every claim that the policy requires is there;
//! 6. a token that is bound to a key (`cnf`, RFC 7800) comes with the proof of that key;
//! 7. `iat` and `nbf` do not lie in the future, by more than the leeway;
//! 8. `now` is before `exp` plus the leeway. This comes last: a token is called expired only if
//!    nothing else is wrong with it, so that a client knows that a fresh one will do.

use crate::{
    Algorithm, IdTokens, Key, KeySet, NumericDate, Rejection, Rules,
    json::{self, Json, Object},
    jws,
    rules::is_media_type,
};
use core::fmt;

/// A question to the platform, and the rules that wait for the answer.
#[must_use = "only `conclude` yields the token"]
#[derive(Debug)]
pub struct Challenge<'a> {
    jws: jws::Challenge<'a>,
    rules: &'a Rules,
    is_access_token: bool,
}

/// Applies the rules that come before the signature.
///
/// # Errors
/// The first rule that is broken.
pub fn challenge<'a>(token: &'a str, keys: &'a KeySet, rules: &'a Rules) -> Result<Challenge<'a>, Rejection> {
    let (jws, is_access_token) = jws::challenge_if(token, keys, &|header| {
        if !rules.algorithms.contains(header.algorithm) {
            return Err(Rejection::AlgorithmNotAccepted);
        }
        if header.cty.is_some_and(|cty| is_media_type(cty, "JWT")) {
            return Err(Rejection::Nested);
        }
        if !rules.accept_type(header.typ) {
            return Err(Rejection::Type);
        }
        Ok(header.typ.is_some_and(|typ| is_media_type(typ, "at+jwt")))
    })?;
    Ok(Challenge { jws, rules, is_access_token })
}

impl<'a> Challenge<'a> {
    /// What to verify: key, algorithm, signing input, signature.
    pub const fn jws(&self) -> &jws::Challenge<'a> {
        &self.jws
    }

    /// Takes the platform's verdict and applies the remaining rules. The token borrows its
    /// claims from this challenge.
    ///
    /// `confirmation` is the thumbprint of a key whose possession the host has verified for
    /// this request: of a DPoP proof (RFC 9449, `jkt`) or a client certificate (RFC 8705,
    /// `x5t#S256`), in base64url.
    ///
    /// # Errors
    /// [`Rejection::Signature`], or the first rule that is broken.
    pub fn conclude(
        &self,
        genuine: bool,
        now: NumericDate,
        confirmation: Option<&str>,
    ) -> Result<VerifiedToken<'_>, Rejection> {
        let payload = self.jws.payload_if(genuine)?;
        let text = core::str::from_utf8(payload).map_err(|_| Rejection::Claims)?;
        let Ok(Json::Object(claims)) = json::parse(text) else {
            return Err(Rejection::Claims);
        };
        let expires = self.check(&claims, now, confirmation)?;
        Ok(VerifiedToken { challenge: &self.jws, text, claims, expires })
    }

    fn check(
        &self,
        claims: &Object<'_>,
        now: NumericDate,
        confirmation: Option<&str>,
    ) -> Result<NumericDate, Rejection> {
        let rules = self.rules;
        let registered = Registered::find(claims);
        if registered.marks_id_token && !self.is_access_token && rules.id_tokens == IdTokens::Reject {
            return Err(Rejection::IdToken);
        }
        check_issuer(registered.iss, rules)?;
        check_audience(registered.aud, rules)?;
        if registered.sub.is_some_and(|sub| sub.as_str().is_none()) {
            return Err(Rejection::SubjectInvalid);
        }
        let expires = date(registered.exp, Rejection::ExpiryInvalid)?.ok_or(Rejection::ExpiryMissing)?;
        let not_before = date(registered.nbf, Rejection::NotBeforeInvalid)?;
        let issued_at = date(registered.iat, Rejection::IssuedAtInvalid)?;
        for name in &rules.required {
            if claims.get(name).is_none_or(Json::is_null) {
                return Err(Rejection::ClaimMissing);
            }
        }
        check_confirmation(registered.cnf, confirmation)?;

        let in_future = |date: NumericDate| date > now.plus(rules.leeway_s);
        if issued_at.is_some_and(in_future) {
            return Err(Rejection::IssuedInFuture);
        }
        if not_before.is_some_and(in_future) {
            return Err(Rejection::NotYetValid);
        }
        if now >= expires.plus(rules.leeway_s) {
            return Err(Rejection::Expired);
        }
        Ok(expires)
    }
}

/// The claims that rules look at, found in one pass.
#[derive(Default)]
struct Registered<'c, 'a> {
    iss: Option<&'c Json<'a>>,
    sub: Option<&'c Json<'a>>,
    aud: Option<&'c Json<'a>>,
    exp: Option<&'c Json<'a>>,
    nbf: Option<&'c Json<'a>>,
    iat: Option<&'c Json<'a>>,
    cnf: Option<&'c Json<'a>>,
    marks_id_token: bool,
}

impl<'c, 'a> Registered<'c, 'a> {
    fn find(claims: &'c Object<'a>) -> Self {
        let mut found = Self::default();
        for (name, value) in claims.iter() {
            let claim = match name {
                "iss" => &mut found.iss,
                "sub" => &mut found.sub,
                "aud" => &mut found.aud,
                "exp" => &mut found.exp,
                "nbf" => &mut found.nbf,
                "iat" => &mut found.iat,
                "cnf" => &mut found.cnf,
                "nonce" | "at_hash" | "c_hash" | "s_hash" => {
                    found.marks_id_token = true;
                    continue;
                }
                _ => continue,
            };
            *claim = Some(value);
        }
        found
    }
}

fn check_issuer(iss: Option<&Json<'_>>, rules: &Rules) -> Result<(), Rejection> {
    let Some(iss) = iss else {
        return if rules.issuers.is_empty() { Ok(()) } else { Err(Rejection::IssuerMissing) };
    };
    let iss = iss.as_str().ok_or(Rejection::IssuerInvalid)?;
    if rules.issuers.is_empty() || rules.issuers.iter().any(|accepted| accepted == iss) {
        Ok(())
    } else {
        Err(Rejection::IssuerNotAccepted)
    }
}

fn check_audience(aud: Option<&Json<'_>>, rules: &Rules) -> Result<(), Rejection> {
    let Some(aud) = aud else {
        return if rules.audiences.is_empty() { Ok(()) } else { Err(Rejection::AudienceMissing) };
    };
    let aud = match aud {
        Json::Array(list) => list,
        single => core::slice::from_ref(single),
    };
    // All of the list is read, for one wrong entry spoils it wherever it stands.
    let mut accepted = rules.audiences.is_empty();
    for entry in aud {
        let entry = entry.as_str().ok_or(Rejection::AudienceInvalid)?;
        accepted |= rules.audiences.iter().any(|audience| audience == entry);
    }
    if accepted { Ok(()) } else { Err(Rejection::AudienceNotAccepted) }
}

/// Reads a date; what is present and no date is an error, never absent.
fn date(claim: Option<&Json<'_>>, invalid: Rejection) -> Result<Option<NumericDate>, Rejection> {
    match claim {
        None => Ok(None),
        Some(value) => value.as_number().and_then(NumericDate::from_number).map(Some).ok_or(invalid),
    }
}

/// A bound token must hold exactly one thumbprint of a kind that hosts verify; anything beside
/// it would be a condition that nobody has checked.
fn check_confirmation(cnf: Option<&Json<'_>>, confirmation: Option<&str>) -> Result<(), Rejection> {
    let Some(cnf) = cnf else {
        return Ok(());
    };
    let mut members = cnf.as_object().ok_or(Rejection::ConfirmationInvalid)?.iter();
    let thumbprint = match (members.next(), members.next()) {
        (Some(("jkt" | "x5t#S256", Json::String(thumbprint))), None) if !thumbprint.is_empty() => thumbprint,
        _ => return Err(Rejection::ConfirmationInvalid),
    };
    match confirmation {
        None => Err(Rejection::ConfirmationMissing),
        Some(verified) if verified == thumbprint => Ok(()),
        Some(_) => Err(Rejection::ConfirmationMismatch),
    }
}

/// An access token that is genuine and keeps every rule. Made by [`Challenge::conclude`] only,
/// and good at the `now` that was given there.
pub struct VerifiedToken<'c> {
    challenge: &'c jws::Challenge<'c>,
    text: &'c str,
    claims: Object<'c>,
    expires: NumericDate,
}

impl<'c> VerifiedToken<'c> {
    /// The issuer, `iss`.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.claims.get("iss").and_then(Json::as_str)
    }

    /// The subject, `sub`.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.claims.get("sub").and_then(Json::as_str)
    }

    /// The expiry, `exp`, without leeway.
    #[must_use]
    pub const fn expires(&self) -> NumericDate {
        self.expires
    }

    /// A claim by its exact name.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Json<'c>> {
        self.claims.get(name)
    }

    /// All claims.
    #[must_use]
    pub const fn claims(&self) -> &Object<'c> {
        &self.claims
    }

    /// All claims, as JSON exactly as it was signed.
    #[must_use]
    pub const fn claims_text(&self) -> &'c str {
        self.text
    }

    /// The key it was signed with.
    #[must_use]
    pub const fn key(&self) -> &'c Key {
        self.challenge.key()
    }

    /// The algorithm it was signed with.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.challenge.algorithm()
    }
}

impl fmt::Debug for VerifiedToken<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VerifiedToken")
            .field("key", &self.key().index())
            .field("algorithm", &self.algorithm())
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
