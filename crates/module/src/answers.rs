//! How a call answers: with what it says, or why it did not do that.

use portcullis_claim::ClaimError;
use portcullis_policy::{PolicyError, Untranslatable};
use portcullis_token::bundle::BundleRejection;
use portcullis_wire::call::{CallError, ClaimErrorView};
use serde::Serialize;

/// The buffer of one answer. The frame is that of [`portcullis_wire::call::Answer`].
pub(crate) struct Answer<'a>(&'a mut Vec<u8>);

impl<'a> Answer<'a> {
    /// An answer into an empty buffer.
    pub(crate) const fn new(buffer: &'a mut Vec<u8>) -> Self {
        Self(buffer)
    }

    pub(crate) fn ok(self, value: &impl Serialize) {
        self.write(b"{\"ok\":", value);
    }

    pub(crate) fn error(self, failure: impl Into<Failure>) {
        self.write(b"{\"error\":", &CallError::from(failure.into()));
    }

    pub(crate) fn ok_or(self, result: Result<impl Serialize, impl Into<Failure>>) {
        match result {
            Ok(value) => self.ok(&value),
            Err(failure) => self.error(failure),
        }
    }

    fn write(self, open: &[u8], value: &impl Serialize) {
        self.0.extend_from_slice(open);
        if portcullis_json::write(self.0, value).is_ok() {
            self.0.push(b'}');
        } else {
            // Answers hold strings and finite numbers, so this is never reached; and were it, then
            // what stands there must not look like an answer.
            self.0.clear();
        }
    }
}

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
    /// The bundle is refused.
    Bundle(BundleRejection),
    /// The operation is not in the catalog.
    Operation,
    /// A rule cannot be told of the rows of a table.
    Untranslatable(Untranslatable),
}

impl From<ClaimError> for Failure {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

impl From<BundleRejection> for Failure {
    fn from(rejection: BundleRejection) -> Self {
        Self::Bundle(rejection)
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
            Failure::Bundle(rejection) => (rejection.code(), rejection.to_string()),
            Failure::Untranslatable(Untranslatable(finding)) => {
                ("FILTER_UNTRANSLATABLE", format!("{}: {}", finding.path, finding.message))
            }
            Failure::Operation => ("OPERATION_UNKNOWN", "the catalog has no such operation".into()),
        };
        let claim = match &failure {
            Failure::Claim(error) => Some(claim_error(error)),
            _ => None,
        };
        let findings = match failure {
            Failure::Policy(error) => error.findings,
            Failure::Untranslatable(Untranslatable(finding)) => vec![finding],
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
