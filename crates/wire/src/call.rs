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
//! Things that live in the module (policies, key sets, principals, filters) are named by
//! handles: numbers that the module gives out and takes back with `release`. A verification needs none:
//! the host gives the credential twice, before and after it has looked at the signature.

use alloc::{borrow::Cow, vec::Vec};

use portcullis_json::Read;
use serde::{Deserialize, Serialize};

use crate::{Reason, Request, Values, catalog::ImportRequest};

mod answer;
mod bundle;
mod condition;
mod rows;

pub use answer::{
    Answer, CallError, Challenged, ClaimErrorView, ClaimText, ClaimValidated, Concluded, DiffView, EditView,
    EffectiveOperation, EffectiveTenant, EffectiveView, ExplanationView, FilterCounts, FilterOpened, KeyView,
    KeyWarning, KeysLoaded, PolicyLoaded, PolicyTable, Presumed, PrincipalMade, Refusal, SignatureChallenge,
    TenantSetView, Verified, Version,
};
pub use bundle::{BundleConcluded, OnBundle};
pub use condition::{
    ConditionChecked, ConditionError, ConditionEvaluated, ConditionNode, DeclaredType, DeclaredTypes,
    Evaluation, ResidualView, TaggedValue,
};
pub use rows::{Column, Relation, RowTest, Rows};

/// Names something that lives in the module. 0 names nothing.
pub type Handle = u32;

/// Every call that the module answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Read)]
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
        /// The SHA-256 of the module's file, which the host knows: 64 lower-case hexadecimal digits.
        /// With it, decisions under this policy can carry receipts.
        #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
        module: Option<Cow<'a, str>>,
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
        /// The time in seconds since 1970. Without one, no token is good.
        #[serde(default)]
        now: Option<f64>,
        /// The thumbprint of the key that the caller has proved to hold, verified by the host.
        #[serde(borrow, default)]
        confirmation: Option<Cow<'a, str>>,
        /// Whether to answer with the token's claims too.
        #[serde(default)]
        claims: bool,
    },
    /// Applies the token rules while the host is still doing the arithmetic: what comes of it is nobody until
    /// `token.confirm`, and is given back if the signature is not genuine. Answer: [`Presumed`].
    #[serde(rename = "token.presume")]
    TokenPresume {
        /// The policy of the challenge.
        policy: Handle,
        /// The keys of the challenge.
        keys: Handle,
        /// The credential of the challenge.
        #[serde(borrow)]
        credential: TokenSource<'a>,
        /// As in `token.conclude`.
        #[serde(default)]
        now: Option<f64>,
        /// As in `token.conclude`.
        #[serde(borrow, default)]
        confirmation: Option<Cow<'a, str>>,
    },
    /// Says that the signature of a presumed principal's token is genuine. Answer: [`PrincipalMade`].
    #[serde(rename = "token.confirm")]
    TokenConfirm {
        /// What was presumed; its handle is gone.
        presumed: Handle,
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
    /// Applies the rules of bundles once the host has done the arithmetic for their signed line.
    /// Answer: [`BundleConcluded`]; errors `BUNDLE_…`.
    #[serde(rename = "bundle.conclude")]
    BundleConclude(#[serde(borrow)] OnBundle<'a>),
    /// A principal that something other than a token has verified. Answer: [`PrincipalMade`].
    #[serde(rename = "principal.assume")]
    PrincipalAssume {
        /// The policy to compile the claim for.
        policy: Handle,
        /// The permission claim: null, one string, or a list.
        #[serde(borrow, default)]
        #[cfg_attr(feature = "typescript", tsify(type = "string | string[] | null"))]
        claim: Values<'a>,
        /// The principal's roles.
        #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
        roles: Vec<Cow<'a, str>>,
        /// Who verified them.
        #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
        issuer: Option<Cow<'a, str>>,
        /// Who they are.
        #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
        subject: Option<Cow<'a, str>>,
        /// When they end, in seconds since 1970; without it, when they are released.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires: Option<f64>,
    },
    /// What `principal.assume` takes to make the same principal again: for records of decisions.
    /// Answer: [`crate::PrincipalFacts`].
    #[serde(rename = "principal.facts")]
    PrincipalFacts {
        /// The policy.
        policy: Handle,
        /// The principal.
        principal: Handle,
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
        /// Whether the decision carries a receipt. The policy was loaded with `module` then.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        receipt: bool,
    },
    /// Decides a search, and opens a filter for its records if it is allowed. Answer:
    /// [`FilterOpened`].
    #[serde(rename = "filter.open")]
    FilterOpen {
        /// The policy.
        policy: Handle,
        /// Who asks, as in `decide`.
        #[serde(default)]
        principal: Option<Handle>,
        /// Why the credential that came was refused, if it was.
        #[serde(default)]
        refused: Option<Reason>,
        /// The facts, with `data` that searches.
        #[serde(borrow)]
        request: Request<'a>,
        /// Whether the decision carries a receipt, as in `decide`.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        receipt: bool,
    },
    /// Which rows of a table a filter would show, if records were made of them. Answer: [`Rows`]; error
    /// `FILTER_UNTRANSLATABLE`.
    #[serde(rename = "filter.rows")]
    FilterRows {
        /// The filter.
        filter: Handle,
    },
    /// What became of the records of a filter so far. Answer: [`FilterCounts`].
    #[serde(rename = "filter.counts")]
    FilterCounts {
        /// The filter.
        filter: Handle,
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

    /// Checks a condition. Answer: [`ConditionChecked`].
    #[serde(rename = "condition.check")]
    ConditionCheck {
        /// The condition.
        #[serde(borrow)]
        expr: Cow<'a, str>,
        /// The types of its variables.
        #[serde(default)]
        #[cfg_attr(feature = "typescript", tsify(type = "Record<string, DeclaredType>"))]
        types: DeclaredTypes,
    },
    /// Evaluates a condition. Answer: [`ConditionEvaluated`].
    #[serde(rename = "condition.eval")]
    ConditionEval(#[serde(borrow)] Evaluation<'a>),

    /// Gives back a policy, key set, principal or filter. Answer: null.
    #[serde(rename = "release")]
    Release {
        /// What to give back. A policy takes its principals and filters with it.
        handle: Handle,
    },
}

/// One claim under one policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct OnClaim<'a> {
    /// The policy.
    pub policy: Handle,
    /// The claim.
    #[serde(borrow)]
    pub claim: Cow<'a, str>,
}

/// Two claims under one policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Read)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Change<'a> {
    /// This operation.
    Operation(#[serde(borrow)] Cow<'a, str>),
    /// This tenant.
    Tenant(#[serde(borrow)] Cow<'a, str>),
}

/// Where a credential is.
#[derive(Clone, PartialEq, Serialize, Deserialize, Read)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Read)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum TenantParts<'a> {
    /// All tenants but these.
    AllExcept(#[serde(borrow)] Vec<Cow<'a, str>>),
    /// No tenants but these.
    NoneExcept(#[serde(borrow)] Vec<Cow<'a, str>>),
}
