//! Making tokens, for tests and small deployments. Issuers of any size have a server of their own.
//!
//! ```text
//! SigningKey ──────────────────────────────┐
//! TokenRequest ─► permission claim ─► claims ─► mint ─► token
//!                 by the module
//! ```
//!
//! The permission claim is never put together here: the module builds it from its parts, or checks
//! and normalises the text that it is given as.

mod algorithm;
mod key;
mod rsa;

use std::borrow::Cow;

use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis_wire::{
    call::{Call, CallError, ClaimParts, ClaimText, ClaimValidated, OnClaim},
    policy::PolicyDocument,
};
use serde_json::{Map, Value};

use crate::{Error, PolicySource, Session};

pub use algorithm::Algorithm;
pub use key::SigningKey;

/// The last second of the year 9999, beyond which a date is taken for milliseconds and refused.
const LAST_SECOND: f64 = 253_402_300_799.0;

/// What a token is to say.
///
/// The members of RFC 9068 section 2.2 that only the caller knows, `sub` and `client_id`, are the
/// caller's to give: the one here, the other among the extra claims.
#[derive(Clone)]
pub struct TokenRequest<'a> {
    /// `iss`.
    pub issuer: Option<String>,
    /// `sub`.
    pub subject: Option<String>,
    /// `aud`: one is written as a string, several as a list.
    pub audience: Vec<String>,
    /// How long the token is good, in seconds: `exp` is that much later than `iat`.
    pub lifetime_s: u32,
    /// `nbf`, in seconds since 1970.
    pub not_before: Option<u64>,
    /// `typ` of the header; empty for none.
    pub typ: String,
    /// The name of the permission claim.
    pub claim_name: String,
    /// The permission claim.
    pub permissions: Permissions<'a>,
    /// Further claims. One that is set by another member of the request is an error.
    pub extra: Map<String, Value>,
}

/// Where the permission claim comes from.
#[derive(Debug, Clone)]
pub enum Permissions<'a> {
    /// There is none.
    Absent,
    /// The module's builder makes it.
    Build(ClaimParts<'a>),
    /// It is given as text, and goes into the token in normal form.
    Text(Cow<'a, str>),
}

/// A token, and what it says.
#[derive(Clone)]
pub struct MintedToken {
    /// The token, as the `Authorization` header carries it.
    pub token: String,
    /// Its claims.
    pub claims: Map<String, Value>,
}

impl TokenRequest<'_> {
    /// A request for a token that the policy accepts: its first issuer, its first audience, its name
    /// for the permission claim, good for an hour, of type `at+jwt` (RFC 9068), no permissions.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the document cannot be read.
    pub fn for_policy(source: &PolicySource) -> Result<Self, Error> {
        let document: PolicyDocument = serde_json::from_str(source.document())
            .map_err(|error| Error::configuration(format!("the policy cannot be read: {error}")))?;
        let (issuers, audiences) =
            document.token.map(|token| (token.issuers, token.audiences)).unwrap_or_default();
        Ok(Self {
            issuer: issuers.into_iter().next(),
            subject: None,
            audience: audiences.into_iter().take(1).collect(),
            lifetime_s: 3600,
            not_before: None,
            typ: "at+jwt".into(),
            claim_name: document.claim.name,
            permissions: Permissions::Absent,
            extra: Map::new(),
        })
    }

    fn claims(&self, permissions: Option<String>, now: f64) -> Result<Map<String, Value>, Error> {
        if !(0.0..=LAST_SECOND).contains(&now) {
            return Err(Error::configuration("the time is not in seconds from 1970 to the year 9999"));
        }
        let issued_at = now as u64;
        let audience = match self.audience.as_slice() {
            [] => None,
            [one] => Some(Value::from(one.as_str())),
            several => Some(Value::from(several)),
        };
        let members = [
            ("iss", self.issuer.as_deref().map(Value::from)),
            ("sub", self.subject.as_deref().map(Value::from)),
            ("aud", audience),
            ("iat", Some(issued_at.into())),
            ("nbf", self.not_before.map(Value::from)),
            ("exp", Some((issued_at + u64::from(self.lifetime_s)).into())),
            ("jti", Some(random_text()?.into())),
            (self.claim_name.as_str(), permissions.map(Value::from)),
        ];
        let mut claims = self.extra.clone();
        for (name, value) in members {
            if let Some(value) = value
                && claims.insert(name.to_owned(), value).is_some()
            {
                return Err(Error::configuration(format!("the claim `{name}` is given twice")));
            }
        }
        Ok(claims)
    }
}

/// Makes a token, at `now` in seconds since 1970.
///
/// Whether the policy accepts it is not asked: a token that is refused has its uses in tests.
///
/// # Errors
/// [`Error::Refused`] with code `CLAIM_INVALID` or `OPERATION_UNKNOWN` if the permission claim cannot
/// be made; [`Error::Configuration`] if claims contradict each other or the key cannot sign; or what
/// befell the sandbox.
pub fn mint(
    session: &mut Session,
    key: &SigningKey,
    request: &TokenRequest<'_>,
    now: f64,
) -> Result<MintedToken, Error> {
    let permissions = permission_claim(session, &request.permissions)?;
    let claims = request.claims(permissions, now)?;
    let mut header = Map::new();
    if !request.typ.is_empty() {
        header.insert("typ".into(), request.typ.as_str().into());
    }
    let payload = Value::from(claims.clone()).to_string();
    Ok(MintedToken { token: key.sign(header, payload.as_bytes())?, claims })
}

fn permission_claim(session: &mut Session, permissions: &Permissions<'_>) -> Result<Option<String>, Error> {
    let policy = session.policy().policy;
    match permissions {
        Permissions::Absent => Ok(None),
        Permissions::Build(parts) => {
            let built: ClaimText = session.ask(&Call::ClaimBuild { policy, parts: parts.clone() })?;
            Ok(Some(built.claim))
        }
        Permissions::Text(claim) => {
            let checked: ClaimValidated =
                session.ask(&Call::ClaimValidate(OnClaim { policy, claim: Cow::Borrowed(claim) }))?;
            match checked.normal {
                Some(normal) if checked.valid => Ok(Some(normal)),
                _ => Err(Error::Refused(Box::new(CallError {
                    code: "CLAIM_INVALID".into(),
                    message: "the permission claim is not valid".into(),
                    findings: Vec::new(),
                    claim: checked.error,
                }))),
            }
        }
    }
}

/// 128 random bits, as text.
fn random_text() -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(random::<16>()?))
}

fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    match rand::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_) => Err(Error::configuration("the system gives no random numbers")),
    }
}

/// Claims are personal.
impl std::fmt::Debug for TokenRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenRequest").field("typ", &self.typ).finish_non_exhaustive()
    }
}

/// Whoever has the token can use it.
impl std::fmt::Debug for MintedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MintedToken(…)")
    }
}

#[cfg(test)]
mod tests;
