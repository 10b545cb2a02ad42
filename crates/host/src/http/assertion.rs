//! The signed assertion of an edge gate: that this request came through it, and what it decided.
//!
//! A JSON Web Token in the header `Portcullis-Assertion`, of type `portcullis+jwt`, good for at most
//! 30 seconds, with these claims besides `iss`, `aud`, `iat` and `exp`:
//!
//! | claim | value |
//! |---|---|
//! | `method` | the request's method |
//! | `path` | the request's path as it was forwarded, not decoded, without the query |
//! | `decision` | the reason code that let it pass |
//! | `tenant` | the tenant's id, where one was selected |
//! | `sub` | the token's `sub`, where there was one |
//!
//! It is bound to one request but can be sent again while it is good: it proves the way that a
//! request took, not that it is the first of its kind.

use std::{fmt, sync::Arc};

use http::HeaderMap;
use serde::Deserialize;
use serde_json::json;

use super::{ASSERTION, Problem, facts::Facts};
use crate::{Engine, Error, Outcome, PolicyHandle, PolicySource, wire};

/// The type in the header of an assertion.
const TYPE: &str = "portcullis+jwt";
/// Longest time for which an assertion may be good, in seconds.
const LIFETIME_S: f64 = 30.0;
/// How far the clocks of the two gates may differ, in seconds.
const LEEWAY_S: u32 = 5;

/// Whose assertions are believed.
#[derive(Debug, Clone)]
pub struct AssertionOptions {
    /// The edge gate's name, as it stands in `iss`.
    pub issuer: String,
    /// This host's name, as it stands in `aud`.
    pub audience: String,
    /// The signature algorithms that the edge gate uses, such as `ES256`.
    pub algorithms: Vec<String>,
}

/// Verifies assertions, in sandboxes of its own. Cheap to clone.
#[derive(Clone)]
pub struct AssertionVerifier {
    rules: Arc<PolicyHandle>,
}

/// What an edge gate says of a request. Only [`AssertionVerifier::verify`] makes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Assertion {
    reason: String,
    tenant: Option<String>,
    subject: Option<String>,
}

/// Why an assertion is not believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AssertionError {
    /// None came.
    #[error("no assertion came")]
    Missing,
    /// Several came.
    #[error("several assertions came")]
    Several,
    /// It is no good: a stable word for the log.
    #[error("the assertion is refused: {0}")]
    Refused(String),
    /// It is good, for another request.
    #[error("the assertion is of another request")]
    OtherRequest,
    /// It could not be verified.
    #[error(transparent)]
    Host(#[from] Error),
}

#[derive(Deserialize)]
struct Claims {
    iat: f64,
    exp: f64,
    method: String,
    path: String,
    decision: String,
    tenant: Option<String>,
    sub: Option<String>,
}

impl AssertionVerifier {
    /// A verifier with the edge gate's public keys: a JWK Set, or one JWK.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the options or the keys cannot be used.
    pub fn new(engine: &Engine, jwks: &str, options: &AssertionOptions) -> Result<Self, Error> {
        let rules = json!({
            "portcullis": 1,
            "token": {
                "issuers": [options.issuer],
                "audiences": [options.audience],
                "algorithms": options.algorithms,
                "types": [TYPE],
                "required": ["iat", "method", "path", "decision"],
                "leeway_s": LEEWAY_S,
            },
        });
        let rules = PolicyHandle::small(engine, PolicySource::from_json(rules.to_string()), Some(jwks))?;
        Ok(Self { rules: Arc::new(rules) })
    }

    /// What the assertion of a request says, at `now` in seconds since 1970.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn verify_parts(&self, parts: &http::request::Parts, now: f64) -> Result<Assertion, AssertionError> {
        self.verify(parts.into(), now)
    }

    pub(super) fn verify(&self, facts: Facts<'_>, now: f64) -> Result<Assertion, AssertionError> {
        let token = header(facts.headers)?;
        let claims = self.rules.with_session(|session| match session.verify(token, now, true)? {
            Outcome::Absent => Ok(Err("absent".to_owned())),
            Outcome::Refused { detail, .. } => Ok(Err(detail)),
            Outcome::Verified(token) => {
                session.release(token.permit())?;
                Ok(Ok(token.claims().unwrap_or_default().to_owned()))
            }
        })?;
        let claims = claims.map_err(AssertionError::Refused)?;
        let claims: Claims = serde_json::from_str(&claims)
            .map_err(|_| AssertionError::Refused("claims_of_wrong_type".into()))?;
        if claims.exp - claims.iat > LIFETIME_S {
            return Err(AssertionError::Refused("lifetime_too_long".into()));
        }
        if claims.method != facts.method || claims.path != facts.path {
            return Err(AssertionError::OtherRequest);
        }
        Ok(Assertion { reason: claims.decision, tenant: claims.tenant, subject: claims.sub })
    }
}

fn header(headers: &HeaderMap) -> Result<&str, AssertionError> {
    let mut all = headers.get_all(ASSERTION).iter();
    match (all.next(), all.next()) {
        (None, _) => Err(AssertionError::Missing),
        (Some(value), None) => value.to_str().map_err(|_| AssertionError::Refused("not_ascii".into())),
        _ => Err(AssertionError::Several),
    }
}

impl Assertion {
    /// The reason code of the edge gate's decision.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The tenant that the edge gate found.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// Who asks, as the edge gate knows.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// Whether it is about the same decision.
    pub(super) fn is_of(&self, decision: &wire::Decision<'_>) -> bool {
        let subject = decision.principal.as_ref().and_then(|principal| principal.subject.as_deref());
        self.reason == decision.reason.code()
            && self.tenant() == decision.tenant.as_deref()
            && self.subject() == subject
    }
}

impl AssertionError {
    pub(super) fn problem(&self) -> Problem {
        match self {
            Self::Host(error) => Problem::of_error(error),
            Self::Missing => Problem::of_credential(wire::Reason::AuthenticationRequired),
            _ => Problem::of_credential(wire::Reason::CredentialInvalid),
        }
    }
}

/// Subjects are personal.
impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assertion").field("reason", &self.reason).finish_non_exhaustive()
    }
}

impl fmt::Debug for AssertionVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AssertionVerifier(…)")
    }
}
