//! Calls into the module, and their answers.
//!
//! A call is a JSON object with one member: its name is the call's, its value the call's
//! parameters. The answer is `{"ok": …}` or `{"error": {…}}`:
//!
//! ```text
//! {"decide":{"policy":1,"principal":65537,"request":{"method":"GET","path":"/liveness","tenant":null}}}
//! {"ok":{"decision":true,"status":200,"stage":null,"reason":"ALLOWED",…}}
//! ```
//!
//! Things that live in the module (policies, key sets, principals) are named by
//! handles: numbers that the module gives out and takes back with `release`. A verification needs none:
//! the host gives the credential twice, before and after it has looked at the signature.

use alloc::{borrow::Cow, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::{Matched, Reason, Request, Values, catalog::ImportRequest, policy::Finding};

/// Names something that lives in the module. 0 names nothing.
pub type Handle = u32;

/// Every call that the module answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub enum Call<'a> {
    /// Which version is this? Answer: [`Version`].
    #[serde(rename = "version")]
    Version {},

    /// Checks a policy and keeps it. Answer: [`PolicyLoaded`]; error `POLICY_INVALID`.
    #[serde(rename = "policy.load")]
    PolicyLoad {
        /// The document as JSON text.
        #[serde(borrow)]
        document: Cow<'a, str>,
        /// The content of the catalog file that the document names, as JSON text.
        #[serde(borrow, default)]
        catalog: Option<Cow<'a, str>>,
    },
    /// The ids behind operation and tenant indexes. Answer: [`PolicyTable`].
    #[serde(rename = "policy.table")]
    PolicyTable {
        /// The policy.
        policy: Handle,
    },
    /// The catalog in force. Answer: [`crate::catalog::CatalogDocument`].
    #[serde(rename = "policy.catalog")]
    PolicyCatalog {
        /// The policy.
        policy: Handle,
    },
    /// Ids for the operations of published documents. Answer: [`crate::catalog::ImportAnswer`].
    #[serde(rename = "catalog.map")]
    CatalogMap(ImportRequest),

    /// Checks a JWK Set, or one JWK, and keeps it. Answer: [`KeysLoaded`]; error `KEYS_INVALID`.
    #[serde(rename = "keys.load")]
    KeysLoad {
        /// The set as JSON text.
        #[serde(borrow)]
        jwks: Cow<'a, str>,
    },
    /// Reads a credential up to its signature. Answer: [`Challenged`].
    #[serde(rename = "token.challenge")]
    TokenChallenge {
        /// The policy whose token rules apply.
        policy: Handle,
        /// The issuer's keys.
        keys: Handle,
        /// Where the credential is.
        #[serde(borrow)]
        credential: TokenSource<'a>,
    },
    /// Applies the token rules once the host has done the arithmetic. Answer: [`Concluded`].
    #[serde(rename = "token.conclude")]
    TokenConclude {
        /// The policy of the challenge.
        policy: Handle,
        /// The keys of the challenge.
        keys: Handle,
        /// The credential of the challenge.
        #[serde(borrow)]
        credential: TokenSource<'a>,
        /// Whether the signature is genuine.
        genuine: bool,
        /// The time in seconds since 1970.
        now: f64,
        /// The thumbprint of the key that the caller has proved to hold, verified by the host.
        #[serde(borrow, default)]
        confirmation: Option<Cow<'a, str>>,
        /// Whether to answer with the token's claims too.
        #[serde(default)]
        claims: bool,
    },
    /// Reads a JWS up to its signature, whatever its payload. Answer: [`Challenged`].
    #[serde(rename = "jws.challenge")]
    JwsChallenge {
        /// The keys.
        keys: Handle,
        /// The compact serialization.
        #[serde(borrow)]
        jws: Cow<'a, str>,
    },
    /// A principal that something other than a token has verified. Answer: [`PrincipalMade`].
    #[serde(rename = "principal.assume")]
    PrincipalAssume {
        /// The policy to compile the claim for.
        policy: Handle,
        /// The permission claim: null, one string, or a list.
        #[serde(borrow, default)]
        #[cfg_attr(feature = "typescript", tsify(type = "string | string[] | null"))]
        claim: Values<'a>,
    },
    /// Decides one request. Answer: [`crate::Decision`].
    #[serde(rename = "decide")]
    Decide {
        /// The policy.
        policy: Handle,
        /// Who asks: a principal of this policy. None: no credential came.
        #[serde(default)]
        principal: Option<Handle>,
        /// Why the credential that came was refused, if it was.
        #[serde(default)]
        refused: Option<Reason>,
        /// The facts.
        #[serde(borrow)]
        request: Request<'a>,
    },

    /// Checks a claim as a builder would. Answer: [`ClaimValidated`].
    #[serde(rename = "claim.validate")]
    ClaimValidate(#[serde(borrow)] OnClaim<'a>),
    /// The normal form. Answer: [`ClaimText`].
    #[serde(rename = "claim.normalize")]
    ClaimNormalize(#[serde(borrow)] OnClaim<'a>),
    /// The shortest claim that decides alike. Answer: [`ClaimText`].
    #[serde(rename = "claim.minimize")]
    ClaimMinimize(#[serde(borrow)] OnClaim<'a>),
    /// Every operation with its effect. Answer: [`EffectiveView`].
    #[serde(rename = "claim.effective")]
    ClaimEffective(#[serde(borrow)] OnClaim<'a>),
    /// Why one operation is allowed or denied. Answer: [`ExplanationView`].
    #[serde(rename = "claim.explain")]
    ClaimExplain {
        /// The policy.
        policy: Handle,
        /// The claim.
        #[serde(borrow)]
        claim: Cow<'a, str>,
        /// The operation.
        #[serde(borrow)]
        operation: Cow<'a, str>,
        /// The tenant header.
        #[serde(borrow, default)]
        #[cfg_attr(feature = "typescript", tsify(type = "string | string[] | null"))]
        tenant: Values<'a>,
    },
    /// What changes from one claim to another. Answer: [`DiffView`].
    #[serde(rename = "claim.diff")]
    ClaimDiff(#[serde(borrow)] OnClaims<'a>),
    /// The claim that allows what both allow. Answer: [`ClaimText`].
    #[serde(rename = "claim.intersect")]
    ClaimIntersect(#[serde(borrow)] OnClaims<'a>),
    /// The smallest edit that changes one answer. Answer: [`EditView`].
    #[serde(rename = "claim.edit")]
    ClaimEdit {
        /// The policy.
        policy: Handle,
        /// The claim.
        #[serde(borrow)]
        claim: Cow<'a, str>,
        /// Whether to grant, or to revoke.
        allow: bool,
        /// The operation to change, or the tenant.
        #[serde(borrow)]
        change: Change<'a>,
    },
    /// Builds a claim, in normal form. Answer: [`ClaimText`].
    #[serde(rename = "claim.build")]
    ClaimBuild {
        /// The policy: its catalog, and its tenants where it registers any.
        policy: Handle,
        /// What goes into the claim.
        #[serde(borrow)]
        parts: ClaimParts<'a>,
    },

    /// Gives back a policy, key set or principal. Answer: null.
    #[serde(rename = "release")]
    Release {
        /// What to give back. A policy takes its principals with it.
        handle: Handle,
    },
}

/// One claim under one policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct OnClaim<'a> {
    /// The policy.
    pub policy: Handle,
    /// The claim.
    #[serde(borrow)]
    pub claim: Cow<'a, str>,
}

/// Two claims under one policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct OnClaims<'a> {
    /// The policy.
    pub policy: Handle,
    /// The one.
    #[serde(borrow)]
    pub first: Cow<'a, str>,
    /// The other.
    #[serde(borrow)]
    pub second: Cow<'a, str>,
}

/// What an edit changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Change<'a> {
    /// This operation.
    Operation(#[serde(borrow)] Cow<'a, str>),
    /// This tenant.
    Tenant(#[serde(borrow)] Cow<'a, str>),
}

/// Where a credential is.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum TokenSource<'a> {
    /// In the `Authorization` header: its values as they came.
    #[cfg_attr(feature = "typescript", tsify(type = "string | string[] | null"))]
    Authorization(#[serde(borrow)] Values<'a>),
    /// Here: the token itself, or null.
    Token(#[serde(borrow)] Option<Cow<'a, str>>),
}

/// Credentials stay out of logs.
impl core::fmt::Debug for TokenSource<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Authorization(_) => "Authorization(…)",
            Self::Token(_) => "Token(…)",
        })
    }
}

/// What a claim is built from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct ClaimParts<'a> {
    /// Whether operations without a rule are allowed.
    #[serde(default)]
    pub allow_all_operations: bool,
    /// Operations and branches to allow.
    #[serde(borrow, default)]
    pub allow: Vec<Cow<'a, str>>,
    /// Operations and branches to deny.
    #[serde(borrow, default)]
    pub deny: Vec<Cow<'a, str>>,
    /// The tenant half; null for none.
    #[serde(borrow, default)]
    pub tenants: Option<TenantParts<'a>>,
}

/// The tenant half of a claim to build.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum TenantParts<'a> {
    /// All tenants but these.
    AllExcept(#[serde(borrow)] Vec<Cow<'a, str>>),
    /// No tenants but these.
    NoneExcept(#[serde(borrow)] Vec<Cow<'a, str>>),
}

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
    /// `KEYS_INVALID`, `CLAIM_INVALID`, `OPERATION_UNKNOWN` or `INPUT_TOO_LARGE`.
    pub code: Cow<'static, str>,
    /// What is wrong, for people.
    pub message: String,
    /// With `POLICY_INVALID`, every mistake.
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
