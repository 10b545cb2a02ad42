//! How a call answers: with what it says, or why it did not do that.

use portcullis_guard::mask::Masked;
use portcullis_wire::{call::CallError, policy::Finding};
use serde::Serialize;

/// The buffer of one answer. The frame is that of [`portcullis_wire::call::Answer`].
pub(crate) struct Answer<'a>(&'a mut Vec<u8>);

impl<'a> Answer<'a> {
    /// An answer into an empty buffer.
    pub(crate) const fn new(buffer: &'a mut Vec<u8>) -> Self {
        Self(buffer)
    }

    pub(crate) fn ok_or(self, result: Result<impl Serialize, Failure>) {
        match result {
            Ok(value) => self.write(b"{\"ok\":", &value),
            Err(failure) => self.write(b"{\"error\":", &CallError::from(failure)),
        }
    }

    /// The answer to `mask`. The document is JSON already, and large: it is not gone through again.
    pub(crate) fn masked(self, masked: &Masked) {
        let buffer = self.0;
        buffer.extend_from_slice(b"{\"ok\":{\"document\":");
        buffer.extend_from_slice(masked.document.as_bytes());
        for (open, pointers) in
            [(&b",\"masked\":"[..], &masked.masked), (&b",\"erased\":"[..], &masked.erased)]
        {
            buffer.extend_from_slice(open);
            if serde_json::to_writer(&mut *buffer, pointers).is_err() {
                return buffer.clear();
            }
        }
        buffer.extend_from_slice(b"}}");
    }

    fn write(self, open: &[u8], value: &impl Serialize) {
        self.0.extend_from_slice(open);
        if serde_json::to_writer(&mut *self.0, value).is_ok() {
            self.0.push(b'}');
        } else {
            // Never reached; and were it, then what stands there must not look like an answer.
            self.0.clear();
        }
    }
}

/// Why a call failed. Each kind has one stable code.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The call itself cannot be read.
    Malformed(String),
    /// A handle names nothing.
    Unknown,
    /// Too many policies are kept.
    Full,
    /// A key is missing or too short.
    Key(&'static str),
    /// The policy document is refused.
    Policy(Vec<Finding>),
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        let (code, message) = match &failure {
            Failure::Malformed(what) => ("CALL_MALFORMED", what.clone()),
            Failure::Unknown => ("HANDLE_UNKNOWN", "there is no such policy".into()),
            Failure::Full => ("LIMIT_REACHED", "too many policies are kept; release some".into()),
            Failure::Key(what) => ("KEYS_INVALID", (*what).into()),
            Failure::Policy(findings) => {
                ("POLICY_INVALID", format!("the policy has {} mistakes", findings.len()))
            }
        };
        let findings = match failure {
            Failure::Policy(findings) => findings,
            _ => Vec::new(),
        };
        Self { code: code.into(), message, findings, claim: None }
    }
}
