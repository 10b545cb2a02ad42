//! Stages of the pipeline and reason codes: stable, clients switch on them.

use portcullis_json::Read;
use serde::{Deserialize, Serialize};

/// Declares the reason codes once: name, stage, HTTP status, what it means.
macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal, $status:literal;)+) => {
        /// Why the decision is what it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Read)]
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
    /// A parameter is missing, or of another type.
    ParameterInvalid = "PARAMETER_INVALID", 400;
    /// Something is written to a field that is not there, or that nobody writes.
    FieldUnknown = "FIELD_UNKNOWN", 400;

    /// The sandbox stopped the evaluation at one of its limits, or it trapped.
    EvaluationLimit = "EVALUATION_LIMIT", 503;

    /// The Workflow API is switched off.
    WorkflowApiDisabled = "WORKFLOW_API_DISABLED", 404;
    /// There is no such workflow.
    WorkflowUnknown = "WORKFLOW_UNKNOWN", 404;
    /// The workflow is there, and not for the outside.
    WorkflowNotExposed = "WORKFLOW_NOT_EXPOSED", 404;
    /// The Data API is switched off.
    DataApiDisabled = "DATA_API_DISABLED", 404;
    /// There is no such type, or not for the outside.
    TypeNotExposed = "TYPE_NOT_EXPOSED", 404;
    /// No route of the catalog has this path.
    RouteUnknown = "ROUTE_UNKNOWN", 404;
    /// A route has this path, or a workflow this name, but not for this method.
    MethodMismatch = "METHOD_MISMATCH", 404;

    /// A credential is needed and none came.
    AuthenticationRequired = "AUTHENTICATION_REQUIRED", 401;
    /// The credential is malformed, not genuine, or not meant for this use.
    CredentialInvalid = "CREDENTIAL_INVALID", 401;
    /// The credential was good and is not any more.
    CredentialExpired = "CREDENTIAL_EXPIRED", 401;
    /// The credential was taken back.
    CredentialRevoked = "CREDENTIAL_REVOKED", 401;
    /// The credential is not good on this branch of the application.
    CredentialWrongBranch = "CREDENTIAL_WRONG_BRANCH", 401;
    /// Only an administrator's API token is enough.
    AdminCredentialRequired = "ADMIN_CREDENTIAL_REQUIRED", 401;

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
    /// No role of the caller has the permission that is needed.
    RolePermissionMissing = "ROLE_PERMISSION_MISSING", 403;

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
    /// The resource is another tenant's. Outside, it is not found.
    ResourceTenantMismatch = "RESOURCE_TENANT_MISMATCH", 404;

    /// A condition does not hold.
    ConditionNotMet = "CONDITION_NOT_MET", 400;
    /// A condition could not be judged: a fact is missing, or it failed.
    ConditionError = "CONDITION_ERROR", 403;
    /// The condition of one action does not hold; the others run.
    ActionSkipped = "ACTION_SKIPPED", 200;

    /// There is no such thing, or it is hidden from the caller.
    NotFound = "NOT_FOUND", 404;
    /// The field is hidden from the caller.
    FieldHidden = "FIELD_HIDDEN", 403;
    /// Things of the type cannot be found by the caller, whatever they are.
    SearchNotAllowed = "SEARCH_NOT_ALLOWED", 403;
    /// The search is narrowed by a field that the caller may not look at.
    ConstraintNotAllowed = "CONSTRAINT_NOT_ALLOWED", 403;
    /// Files of the thing are closed to the caller.
    FileDenied = "FILE_DENIED", 403;
    /// The field may not be bound to an input of the caller.
    AutobindDenied = "AUTOBIND_DENIED", 403;
    /// The caller may not make the thing.
    CreateDenied = "CREATE_DENIED", 401;
    /// The caller may not change the thing.
    ModifyDenied = "MODIFY_DENIED", 401;
    /// The caller may change the thing, and could not any more after this change.
    ModifySelfLockout = "MODIFY_SELF_LOCKOUT", 401;
    /// The caller may not remove the thing.
    DeleteDenied = "DELETE_DENIED", 401;
    /// Privacy rules were not asked.
    PrivacyBypassed = "PRIVACY_BYPASSED", 200;
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
    /// Does this route, workflow or type exist for the outside?
    Exposure,
    /// Is the credential good, and enough here?
    Authentication,
    /// Do the claim and the caller's roles allow the operation?
    Operation,
    /// Which tenant is it, and does the claim allow it?
    Tenant,
    /// Does what the policy makes it depend on hold?
    Condition,
    /// What of the data may be seen or changed?
    Data,
    /// What must the host still do?
    Obligation,
}

impl Stage {
    /// How many stages there are.
    pub const COUNT: usize = 8;

    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Exposure => "exposure",
            Self::Authentication => "authentication",
            Self::Operation => "operation",
            Self::Tenant => "tenant",
            Self::Condition => "condition",
            Self::Data => "data",
            Self::Obligation => "obligation",
        }
    }
}
