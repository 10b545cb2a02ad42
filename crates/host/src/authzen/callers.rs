//! Who asks: an enforcement point that is trusted, or nobody.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use portcullis_wire::{Reason, Values, policy::AuthzenCallers};
use serde_json::json;

use crate::{
    Digest, Error, Outcome, PolicyHandle, PolicySource,
    secret::{Secret, describe},
};

/// A secret that is shorter can be found by trying.
const MIN_SECRET_BYTES: usize = 32;

/// How callers prove who they are.
pub(super) enum Callers {
    /// By a secret, of which the digest is kept.
    Secret(Digest),
    /// By a token.
    Token,
}

/// Why a caller is sent away.
pub(super) enum Refused {
    /// It did not prove who it is.
    Caller(Reason),
    /// A token cannot be verified now: there may be new keys.
    Keys,
    /// It could not be found out.
    Host(Error),
}

impl Callers {
    pub(super) fn new(callers: &AuthzenCallers) -> Result<Self, Error> {
        let AuthzenCallers::Secret(place) = callers else { return Ok(Self::Token) };
        let secret = Secret::read(place, "the secret of AuthZEN callers")?;
        if secret.expose().len() < MIN_SECRET_BYTES {
            let place = describe(place);
            return Err(Error::configuration(format!(
                "the secret of AuthZEN callers in the {place} is shorter than {MIN_SECRET_BYTES} bytes"
            )));
        }
        Ok(Self::Secret(Digest::of(secret.expose().as_bytes())))
    }

    /// Whether the `Authorization` header is that of a caller.
    pub(super) fn check(
        &self,
        rules: &PolicyHandle,
        authorization: &Values<'_>,
        now: f64,
    ) -> Result<(), Refused> {
        let Values::One(value) = authorization else {
            return Err(Refused::Caller(match authorization {
                Values::Absent => Reason::AuthenticationRequired,
                _ => Reason::CredentialInvalid,
            }));
        };
        let credential = match value.split_once(' ') {
            Some((scheme, credential)) if scheme.eq_ignore_ascii_case("bearer") => credential.trim_start(),
            _ => return Err(Refused::Caller(Reason::CredentialInvalid)),
        };
        match self {
            // Of equal length whatever came, so the time says nothing of the secret.
            Self::Secret(digest) => {
                verify_slices_are_equal(Digest::of(credential.as_bytes()).bytes(), digest.bytes())
                    .map_err(|_| Refused::Caller(Reason::CredentialInvalid))
            }
            Self::Token => verify(rules, credential, now),
        }
    }
}

fn verify(rules: &PolicyHandle, token: &str, now: f64) -> Result<(), Refused> {
    let outcome = rules.with_session(|session| {
        let outcome = session.verify(token, now, false)?;
        if let Outcome::Verified(token) = &outcome {
            session.release(token.permit())?;
        }
        Ok(outcome)
    });
    match outcome {
        Ok(Outcome::Verified(_)) => Ok(()),
        Ok(Outcome::Absent) => Err(Refused::Caller(Reason::AuthenticationRequired)),
        Ok(Outcome::Refused { detail, .. }) if detail == "kid_unknown" => Err(Refused::Keys),
        Ok(Outcome::Refused { reason, .. }) => Err(Refused::Caller(reason)),
        Err(Error::NoKeys) => Err(Refused::Keys),
        Err(error) => Err(Refused::Host(error)),
    }
}

/// A policy that knows the token rules of callers and nothing else.
pub(super) fn rules(callers: Option<&AuthzenCallers>) -> PolicySource {
    let token = match callers {
        Some(AuthzenCallers::Token(rules)) => Some(rules),
        _ => None,
    };
    PolicySource::from_json(json!({ "portcullis": 1, "token": token }).to_string())
}
