//! What ties a decision to everything that it was made from, and who asked as a record keeps it.

use alloc::{borrow::Cow, vec::Vec};

use serde::{Deserialize, Serialize, Serializer};

use crate::{Reason, Request, Values};

/// Digests of everything that a decision was made from: SHA-256, as 64 lower-case hexadecimal digits.
///
/// It holds no fact itself, and is no signature: whoever can write both the facts and the receipt
/// can write a receipt for other facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Receipt<'a> {
    /// Of the module's file, as the host that loaded it says.
    #[serde(borrow)]
    pub module: Cow<'a, str>,
    /// Of the policy document, and of the catalog file beside it.
    #[serde(borrow)]
    pub policy: Cow<'a, str>,
    /// Of the permission claim; null where there is not one text.
    #[serde(borrow)]
    pub claim: Option<Cow<'a, str>>,
    /// Of everything else that is known of the caller and the request, the time aside.
    #[serde(borrow)]
    pub facts: Cow<'a, str>,
    /// The time of the request, in seconds since 1970.
    #[serde(serialize_with = "seconds")]
    pub now: Option<f64>,
}

impl Receipt<'_> {
    /// A copy that borrows nothing.
    #[must_use]
    pub fn to_static(&self) -> Receipt<'static> {
        let owned = |text: &Cow<'_, str>| Cow::Owned(text.as_ref().into());
        Receipt {
            module: owned(&self.module),
            policy: owned(&self.policy),
            claim: self.claim.as_ref().map(owned),
            facts: owned(&self.facts),
            now: self.now,
        }
    }
}

/// Whole seconds are written without a fraction, as JavaScript writes them: until 2106, after which
/// they have one.
fn seconds<S: Serializer>(now: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match *now {
        None => serializer.serialize_none(),
        Some(now) if now % 1.0 == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&now) => {
            serializer.serialize_u32(now as u32)
        }
        Some(now) => serializer.serialize_f64(now),
    }
}

/// A principal as a record keeps it: what `principal.assume` takes to make the same one again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct PrincipalFacts<'a> {
    /// The permission claim: null, one string, or a list.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "typescript", tsify(type = "string | string[] | null"))]
    pub claim: Values<'a>,
    /// The principal's roles.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Cow<'a, str>>,
    /// Who issued the token.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Cow<'a, str>>,
    /// Whom the token is about.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Cow<'a, str>>,
    /// When the principal ends, in seconds since 1970, leeway included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<f64>,
}

/// What a decision was made from, as a record keeps it: with the same module and policy it is decided
/// again from this. It holds no token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionFacts<'a> {
    /// Who asked. None where no credential came, or the one that came was refused.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalFacts<'a>>,
    /// Why the credential that came was refused, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Reason>,
    /// The facts of the request, with the time.
    #[serde(borrow)]
    pub request: Request<'a>,
}
