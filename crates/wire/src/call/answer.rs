//! Answers to the calls, and the frame around them.

use alloc::{borrow::Cow, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::Handle;
use crate::{Matched, Reason, policy::Finding};

/// Every answer has this frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer<T> {
    /// The call did what it says.
    Ok(T),
    /// It did not.
    Error(CallError),
}

/// Why a call did not do what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct CallError {
    /// A stable code: `CALL_MALFORMED`, `HANDLE_UNKNOWN`, `LIMIT_REACHED`, `POLICY_INVALID`,
    /// `KEYS_INVALID`, `CLAIM_INVALID`, `OPERATION_UNKNOWN`, `FILTER_UNTRANSLATABLE`, `INPUT_TOO_LARGE` or one
    /// of `BUNDLE_…`.
    pub code: Cow<'static, str>,
    /// What is wrong, for people.
    pub message: String,
    /// With `POLICY_INVALID`, every mistake; with `FILTER_UNTRANSLATABLE`, what cannot be told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// With `CLAIM_INVALID`, what is wrong with the claim, and where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimErrorView>,
}

/// Answer to `version`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Version {
    /// The version of the raw ABI.
    pub abi: u32,
    /// The version of the module.
    pub version: Cow<'static, str>,
}

/// Answer to `policy.load`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct PolicyLoaded {
    /// The policy.
    pub policy: Handle,
    /// How many operations its catalog has.
    pub operations: u32,
    /// How many tenant ids it registers.
    pub tenants: u32,
    /// The name of the header that selects the tenant.
    pub tenant_header: String,
    /// Whether it switches security off.
    pub security_disabled: bool,
    /// What is not wrong and still worth knowing.
    pub advice: Vec<Finding>,
}

/// Answer to `policy.table`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct PolicyTable {
    /// Operation ids by index.
    pub operations: Vec<String>,
    /// Tenant ids by index.
    pub tenants: Vec<String>,
}

/// Answer to `keys.load`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct KeysLoaded {
    /// The key set.
    pub keys: Handle,
    /// The keys that can verify.
    pub usable: Vec<KeyView>,
    /// The keys that are left out, and why. The rest works.
    pub warnings: Vec<KeyWarning>,
}

/// A key that can verify.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct KeyView {
    /// Its place in the set, from 0.
    pub index: u32,
    /// Its `kid`.
    pub kid: Option<String>,
    /// The algorithms it serves.
    pub algorithms: Vec<Cow<'static, str>>,
}

/// A key, or all keys with one kid, that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct KeyWarning {
    /// Its place in the set, from 0.
    pub index: u32,
    /// Its `kid`.
    pub kid: Option<String>,
    /// Why, for people.
    pub message: String,
}

/// Answer to `token.challenge` and `jws.challenge`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Challenged<'a> {
    /// No credential came.
    Absent,
    /// The credential is refused without a look at its signature.
    Refused(#[serde(borrow)] Refusal<'a>),
    /// The host verifies the signature, and concludes.
    Challenge(#[serde(borrow)] SignatureChallenge<'a>),
}

/// What the host has to verify. The token is the one of the call: the input is its first
/// `signed_bytes` bytes, the signature what follows the dot after them, in base64url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct SignatureChallenge<'a> {
    /// The key's place in the set.
    pub key: u32,
    /// The algorithm: the key's, which the token agrees with.
    #[serde(borrow)]
    pub algorithm: Cow<'a, str>,
    /// Where the token begins in the header value of the call; 0 where the call gave the token.
    pub token_start: u32,
    /// How many bytes of the token are signed.
    pub signed_bytes: u32,
}

/// A refused credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Refusal<'a> {
    /// The reason that the caller is told.
    pub reason: Reason,
    /// More, for the log: a stable word, never a part of the token.
    #[serde(borrow)]
    pub detail: Cow<'a, str>,
}

/// Answer to `token.conclude`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Concluded<'a> {
    /// The token is refused.
    Refused(#[serde(borrow)] Refusal<'a>),
    /// The token is good.
    Verified(#[serde(borrow)] Verified<'a>),
}

/// Answer to `token.presume`: nothing, where the token is refused whatever its signature is. Only
/// `token.conclude` says why, so that nothing is told of a forged token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Presumed {
    /// Whom the token would stand for.
    pub presumed: Option<Handle>,
    /// When it would end, in seconds since 1970, leeway included.
    pub expires: Option<f64>,
}

/// A good token.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Verified<'a> {
    /// The principal.
    pub principal: Handle,
    /// When it ends, in seconds since 1970, leeway included.
    pub expires: f64,
    /// The token's claims as JSON text, numbers as they came, where the call asked for them.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Cow<'a, str>>,
}

/// Claims are personal.
impl core::fmt::Debug for Verified<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Verified").field("principal", &self.principal).finish_non_exhaustive()
    }
}

/// Answer to `principal.assume`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct PrincipalMade {
    /// The principal.
    pub principal: Handle,
}

/// Answer to `filter.open`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct FilterOpened<'a> {
    /// Whether the search is allowed, and why.
    #[serde(borrow)]
    pub decision: crate::Decision<'a>,
    /// The filter, if it is.
    pub filter: Option<Handle>,
}

/// Answer to `filter.counts`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct FilterCounts {
    /// How many records came.
    pub records: u64,
    /// How many of them are shown.
    pub shown: u64,
    /// How many could not be judged: a rule failed on them. They are not shown.
    pub failed: u64,
    /// How many are no JSON object, or say one thing twice. They are not shown.
    pub malformed: u64,
}

/// Answer to `claim.validate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ClaimValidated {
    /// Whether the claim is valid.
    pub valid: bool,
    /// Its normal form, if valid.
    pub normal: Option<String>,
    /// What is wrong with it, if not.
    pub error: Option<ClaimErrorView>,
}

/// What is wrong with a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ClaimErrorView {
    /// A stable word.
    pub kind: Cow<'static, str>,
    /// Where, in bytes from the start.
    pub offset: u32,
    /// What would have been right there.
    pub expected: Cow<'static, str>,
}

/// A claim as an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ClaimText {
    /// The claim.
    pub claim: String,
}

/// Answer to `claim.effective`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct EffectiveView<'a> {
    /// Every operation, in the order of the tree.
    #[serde(borrow)]
    pub operations: Vec<EffectiveOperation<'a>>,
    /// The registered tenants.
    #[serde(borrow)]
    pub tenants: Vec<EffectiveTenant<'a>>,
}

/// One operation with its effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct EffectiveOperation<'a> {
    /// The operation.
    #[serde(borrow)]
    pub operation: Cow<'a, str>,
    /// Whether the claim allows it.
    pub allowed: bool,
    /// The rule that decided; null where none is about it.
    #[serde(borrow)]
    pub rule: Option<Matched<'a>>,
}

/// One registered tenant with its effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct EffectiveTenant<'a> {
    /// The tenant id.
    #[serde(borrow)]
    pub tenant: Cow<'a, str>,
    /// Whether the claim allows it in the policy's tenancy mode.
    pub allowed: bool,
}

/// Answer to `claim.explain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ExplanationView<'a> {
    /// Whether both halves allow.
    pub allowed: bool,
    /// Why.
    pub reason: Reason,
    /// The operation.
    #[serde(borrow)]
    pub operation: Cow<'a, str>,
    /// Whether the operation half allows.
    pub operation_allowed: bool,
    /// The rule that decided the operation.
    #[serde(borrow)]
    pub rule: Option<Matched<'a>>,
    /// The other rules that are about it, nearest first.
    #[serde(borrow)]
    pub overridden: Vec<Matched<'a>>,
    /// The smallest change that gives the other answer for this operation, and for nothing else.
    pub flip: EditView,
    /// The tenant that the header selects, if it is registered.
    #[serde(borrow)]
    pub tenant: Option<Cow<'a, str>>,
    /// Whether the tenant half allows.
    pub tenant_allowed: bool,
    /// The tenant rule.
    #[serde(borrow)]
    pub tenant_rule: Option<Matched<'a>>,
}

/// Answer to `claim.edit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct EditView {
    /// Rules that go.
    pub remove: Vec<String>,
    /// Rules that come.
    pub add: Vec<String>,
    /// The claim after the edit.
    pub result: String,
}

/// Answer to `claim.diff`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct DiffView<'a> {
    /// Operations that only the second claim allows.
    #[serde(borrow)]
    pub gained: Vec<Cow<'a, str>>,
    /// Operations that only the first claim allows.
    #[serde(borrow)]
    pub lost: Vec<Cow<'a, str>>,
    /// Tenants that only the second claim allows, in multi-tenant mode.
    pub tenants_gained: TenantSetView,
    /// Tenants that only the first claim allows, in multi-tenant mode.
    pub tenants_lost: TenantSetView,
    /// Whether only one of the claims has a tenant rule.
    pub tenant_rule_differs: bool,
    /// Whether the first claim allows all that the second allows.
    pub first_covers_second: bool,
    /// Whether the second claim allows all that the first allows.
    pub second_covers_first: bool,
}

/// A set of tenants: the ids, or everything except them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct TenantSetView {
    /// Tenant ids, in byte order.
    pub ids: Vec<String>,
    /// Whether the set is everything except them.
    pub all_but: bool,
}
