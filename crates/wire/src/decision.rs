//! The decision, as every host sees it.

use alloc::{borrow::Cow, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::{
    Reason, Receipt, Stage,
    policy::{Detector, Strategy},
};

/// The answer to one request. Equal inputs give equal bytes on every host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Decision<'a> {
    /// Whether the request may pass.
    pub decision: bool,
    /// The HTTP status that goes with the reason; 200 when allowed.
    pub status: u16,
    /// The stage that denied; null when allowed.
    pub stage: Option<Stage>,
    /// Why.
    pub reason: Reason,
    /// What the outside is told instead of stage and reason, where that is less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outward: Option<Outward>,
    /// The operation that the request is; null where none was found, or several overlap.
    #[serde(borrow)]
    pub operation: Option<Cow<'a, str>>,
    /// The tenant that the request selects, once known to be registered.
    #[serde(borrow)]
    pub tenant: Option<Cow<'a, str>>,
    /// Who asks; null where nobody was verified.
    #[serde(borrow)]
    pub principal: Option<PrincipalView<'a>>,
    /// The claim rule that decided the operation.
    #[serde(borrow)]
    pub matched: Option<Matched<'a>>,
    /// What each stage found, in order, up to the one that ended it.
    #[serde(borrow)]
    pub trace: Cow<'a, [Step<'a>]>,
    /// What of the data may be seen; only where data is asked for and the decision allows.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub data_scope: Option<DataScope<'a>>,
    /// What the host must still do before it lets the request pass.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<Obligation<'a>>,
    /// Digests of everything that it was made from, where the call asks for them.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt<'a>>,
}

impl Decision<'_> {
    /// The stage and the reason as the outside may know them.
    #[must_use]
    pub const fn told(&self) -> Outward {
        match self.outward {
            Some(outward) => outward,
            None => Outward { stage: self.stage, reason: self.reason },
        }
    }
}

/// Stage and reason of a denial as the outside may know them: what exists and is hidden reads exactly
/// as what does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Outward {
    /// The stage that denied.
    pub stage: Option<Stage>,
    /// Why.
    pub reason: Reason,
}

impl Outward {
    /// Of a denial by this stage for this reason; none where nothing is hidden.
    #[must_use]
    pub const fn of(stage: Option<Stage>, reason: Reason) -> Option<Self> {
        match reason {
            // Which stage found nothing would tell whether there is something.
            Reason::ResourceTenantMismatch => {
                Some(Self { stage: Some(Stage::Data), reason: Reason::NotFound })
            }
            Reason::NotFound if !matches!(stage, Some(Stage::Data)) => {
                Some(Self { stage: Some(Stage::Data), reason })
            }
            Reason::WorkflowNotExposed => Some(Self { stage, reason: Reason::WorkflowUnknown }),
            _ => None,
        }
    }
}

impl Decision<'_> {
    /// Whether what is shown or logged of the data must be masked.
    #[must_use]
    pub fn masks(&self) -> bool {
        self.obligations.iter().any(|obligation| matches!(obligation, Obligation::Mask(_)))
    }
}

/// What of the data may be seen or was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct DataScope<'a> {
    /// Whether privacy rules bind, and why if they do not.
    pub privacy: Privacy,
    /// The type that is asked for.
    #[serde(borrow, rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub type_name: Option<Cow<'a, str>>,
    /// The fields of the one thing that may be shown, in the order of their names.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<Cow<'a, str>>>,
    /// The rules of the type that matched, in the policy's order: of the thing as it is, and as it would be. None of
    /// them where `everyone_else` decided; nothing where no rule was judged, as of a search.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<Cow<'a, str>>>,
    /// Of the things to make, those that may be made, by their place in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Vec<u32>>,
    /// The others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Vec<u32>>,
}

/// Whether privacy rules bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// They bind.
    Enforced,
    /// An administrator's API token sees everything.
    AdminToken,
    /// The workflow ignores them.
    Ignored,
}

/// What the host must still do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Obligation<'a> {
    /// Leave this action of the workflow out: its condition does not hold.
    SkipAction(#[serde(borrow)] Cow<'a, str>),
    /// Count the request against this class of rate limit.
    RateLimit(#[serde(borrow)] Cow<'a, str>),
    /// Write an audit record that says this.
    Audit(Reason),
    /// Mask what is shown or logged of the data by these rules of the policy.
    Mask(#[serde(borrow)] Vec<MaskRule<'a>>),
}

/// Which values are masked, and how. It has a `name`, a `pointer` or what to `detect`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct MaskRule<'a> {
    /// The field's name, wherever it stands and however it is spelt.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Cow<'a, str>>,
    /// Where the field stands: a JSON Pointer, with `*` and `**`.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<Cow<'a, str>>,
    /// Values of this kind, wherever they stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "typescript",
        tsify(optional, type = "'card' | 'ssn' | 'iban' | 'jwt' | 'api_key' | 'email'")
    )]
    pub detect: Option<Detector>,
    /// How the values are hidden.
    #[cfg_attr(feature = "typescript", tsify(type = "'fixed' | 'last_four' | 'hash' | 'drop'"))]
    pub strategy: Strategy,
}

impl MaskRule<'_> {
    /// The same rule, without a copy of its texts.
    #[must_use]
    pub fn borrowed(&self) -> MaskRule<'_> {
        MaskRule {
            name: self.name.as_deref().map(Cow::Borrowed),
            pointer: self.pointer.as_deref().map(Cow::Borrowed),
            detect: self.detect,
            strategy: self.strategy,
        }
    }
}

/// Who was verified. It holds what a decision shows, never the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct PrincipalView<'a> {
    /// The `iss` of the token.
    #[serde(borrow)]
    pub issuer: Option<Cow<'a, str>>,
    /// The `sub` of the token.
    #[serde(borrow)]
    pub subject: Option<Cow<'a, str>>,
}

/// A rule of the claim, and where it stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Matched<'a> {
    /// The rule as written, such as `a:workflow-api.rpc`.
    #[serde(borrow)]
    pub rule: Cow<'a, str>,
    /// Its first byte in the claim, and the byte after its last.
    pub span: [u32; 2],
}

/// What one stage found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Step<'a> {
    /// The stage.
    pub stage: Stage,
    /// Whether it let the request go on.
    pub pass: bool,
    /// More about it, where there is more: a stable word, or the ids of overlapping operations.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Cow<'a, str>>,
}
