//! How a call answers that did not do what it says.

use portcullis_claim::ClaimError;
use portcullis_policy::PolicyError;
use portcullis_wire::call::{CallError, ClaimErrorView};

/// Why a call failed. Each kind has one stable code.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The call itself cannot be read.
    Malformed(String),
    /// A handle names nothing, or something of another kind or policy.
    Unknown(&'static str),
    /// Too many of these are kept; some must be released.
    Full(&'static str),
    /// The policy document is refused.
    Policy(PolicyError),
    /// The key set is refused.
    Keys(String),
    /// The claim is refused.
    Claim(ClaimError),
    /// The operation is not in the catalog.
    Operation,
}

impl From<ClaimError> for Failure {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

impl From<PolicyError> for Failure {
    fn from(error: PolicyError) -> Self {
        Self::Policy(error)
    }
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        let (code, message) = match &failure {
            Failure::Malformed(what) => ("CALL_MALFORMED", what.clone()),
            Failure::Unknown(what) => ("HANDLE_UNKNOWN", format!("there is no such {what}")),
            Failure::Full(what) => ("LIMIT_REACHED", format!("too many {what} are kept; release some")),
            Failure::Policy(error) => ("POLICY_INVALID", error.to_string()),
            Failure::Keys(what) => ("KEYS_INVALID", what.clone()),
            Failure::Claim(error) => ("CLAIM_INVALID", error.to_string()),
            Failure::Operation => ("OPERATION_UNKNOWN", "the catalog has no such operation".into()),
        };
        let claim = match &failure {
            Failure::Claim(error) => Some(claim_error(error)),
            _ => None,
        };
        let findings = match failure {
            Failure::Policy(error) => error.findings,
            _ => Vec::new(),
        };
        Self { code: code.into(), message, findings, claim }
    }
}

pub(crate) fn claim_error(error: &ClaimError) -> ClaimErrorView {
    ClaimErrorView {
        kind: error.kind().code().into(),
        offset: u32::try_from(error.offset()).unwrap_or(u32::MAX),
        expected: error.expected().into(),
    }
}
