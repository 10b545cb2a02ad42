//! Stages of the pipeline and reason codes: stable, clients switch on them.

use serde::{Deserialize, Serialize};

/// Declares the reason codes once: name, stage, HTTP status, what it means.
macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal, $status:literal;)+) => {
        /// Why the decision is what it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
        #[non_exhaustive]
        pub enum Reason {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $variant,)+
        }

        impl Reason {
            /// Every reason, in the order of the pipeline.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The reason with this code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|reason| reason.code() == code)
            }

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The HTTP status that a denial for this reason answers with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }
        }
    };
}

reasons! {
    /// Every stage passed.
    Allowed = "ALLOWED", 200;
    /// The policy switches security off.
    SecurityDisabled = "SECURITY_DISABLED", 200;

    /// The request's method or path is not well formed, or facts contradict each other.
    RequestMalformed = "REQUEST_MALFORMED", 400;
    /// A part of the input is over its limit; it was not read.
    InputTooLarge = "INPUT_TOO_LARGE", 400;

    /// The sandbox stopped the evaluation at one of its limits, or it trapped.
    EvaluationLimit = "EVALUATION_LIMIT", 503;

    /// No route of the catalog has this path.
    RouteUnknown = "ROUTE_UNKNOWN", 404;
    /// A route has this path, but not for this method.
    MethodMismatch = "METHOD_MISMATCH", 404;

    /// A credential is needed and none came.
    AuthenticationRequired = "AUTHENTICATION_REQUIRED", 401;
    /// The credential is malformed, not genuine, or not meant for this use.
    CredentialInvalid = "CREDENTIAL_INVALID", 401;
    /// The credential was good and is not any more.
    CredentialExpired = "CREDENTIAL_EXPIRED", 401;

    /// The principal has no permission claim, or an empty one.
    ClaimMissing = "CLAIM_MISSING", 403;
    /// The principal has several permission claims; they are never merged.
    ClaimMultiple = "CLAIM_MULTIPLE", 403;
    /// The permission claim is outside its grammar.
    ClaimMalformed = "CLAIM_MALFORMED", 403;
    /// The permission claim has a target that the catalog does not have.
    ClaimUnknownTarget = "CLAIM_UNKNOWN_TARGET", 403;
    /// The requested id is not an operation of the catalog.
    OperationUnknown = "OPERATION_UNKNOWN", 403;
    /// No rule of the claim is about the operation.
    OperationNoRule = "OPERATION_NO_RULE", 403;
    /// A rule of the claim denies the operation.
    OperationDenied = "OPERATION_DENIED", 403;

    /// No tenant was selected and the policy has no default.
    TenantNotSpecified = "TENANT_NOT_SPECIFIED", 403;
    /// The tenant header is empty, repeated or malformed.
    TenantInvalid = "TENANT_INVALID", 403;
    /// The tenant is not registered.
    TenantUnknown = "TENANT_UNKNOWN", 403;
    /// The claim has no tenant rule, and several tenants are served.
    TenantPermissionMissing = "TENANT_PERMISSION_MISSING", 403;
    /// The tenant rule of the claim denies the tenant.
    TenantDenied = "TENANT_DENIED", 403;
}

impl Reason {
    /// Whether a decision with this reason lets the request through.
    #[must_use]
    pub const fn allows(self) -> bool {
        matches!(self, Self::Allowed | Self::SecurityDisabled)
    }
}

/// The stages of the pipeline, in order. The first that denies ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// Is the request well formed and within limits?
    Request,
    /// Does this route exist for the outside?
    Exposure,
    /// Is the credential good, and enough here?
    Authentication,
    /// Does the claim allow the operation?
    Operation,
    /// Which tenant is it, and does the claim allow it?
    Tenant,
}

impl Stage {
    /// How many stages there are.
    pub const COUNT: usize = 5;

    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Exposure => "exposure",
            Self::Authentication => "authentication",
            Self::Operation => "operation",
            Self::Tenant => "tenant",
        }
    }
}
