//! A decision as the module wrote it: the same bytes on every host.

use portcullis_wire as wire;
use serde::Deserialize;

use crate::Error;

const FRAME: &str = "{\"ok\":";
const ALLOWED: &[u8] = b"{\"ok\":{\"decision\":true,";
const DENIED: &[u8] = b"{\"ok\":{\"decision\":false,";

/// The module's answer to one request.
#[derive(Clone, PartialEq, Eq)]
pub struct Decision {
    /// The whole answer, frame included.
    answer: Box<str>,
    allowed: bool,
}

impl Decision {
    /// Takes an answer. The module always writes `decision` first, so whether the request may pass
    /// is known without reading on; an answer that is anything else, or is cut off, is an error, and
    /// so a denial.
    pub(crate) fn from_answer(bytes: &[u8]) -> Result<Self, Error> {
        let allowed = bytes.starts_with(ALLOWED);
        let whole = (allowed || bytes.starts_with(DENIED)) && bytes.ends_with(b"}}");
        if whole && let Ok(answer) = std::str::from_utf8(bytes) {
            return Ok(Self { answer: answer.into(), allowed });
        }
        match serde_json::from_slice::<wire::call::Answer<serde::de::IgnoredAny>>(bytes) {
            Ok(wire::call::Answer::Error(error)) => Err(Error::Refused(Box::new(error))),
            _ => Err(Error::Contract("an answer that is no decision")),
        }
    }

    /// A decision that was a part of an answer.
    pub(crate) fn from_view(view: &wire::Decision<'_>) -> Result<Self, Error> {
        let json =
            serde_json::to_string(view).map_err(|_| Error::Contract("an answer that is no decision"))?;
        Ok(Self { answer: format!("{FRAME}{json}}}").into(), allowed: view.decision })
    }

    /// Whether the request may pass.
    #[must_use]
    pub const fn allowed(&self) -> bool {
        self.allowed
    }

    /// The decision document as JSON, byte for byte as the module wrote it.
    #[must_use]
    pub fn json(&self) -> &str {
        self.answer.get(FRAME.len()..self.answer.len().saturating_sub(1)).unwrap_or_default()
    }

    /// The decision's members.
    ///
    /// # Errors
    /// [`Error::Contract`] if the module's answer is not a decision; then deny.
    pub fn view(&self) -> Result<wire::Decision<'_>, Error> {
        wire::Decision::deserialize(&mut serde_json::Deserializer::from_str(self.json()))
            .map_err(|_| Error::Contract("an answer that is no decision"))
    }
}

/// What became of the credential on the way to a decision: for logs and metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialOutcome {
    /// No token came.
    Absent,
    /// The claim of a principal that something else has verified.
    Assumed,
    /// A token that was verified before, and is still good.
    Remembered,
    /// A token that was verified now.
    Verified,
    /// The token is refused.
    Refused {
        /// A stable word, never a part of the token.
        detail: String,
    },
}

impl CredentialOutcome {
    /// Whether the token names a key that the key set does not have: the issuer may have new ones.
    #[must_use]
    pub fn names_unknown_key(&self) -> bool {
        matches!(self, Self::Refused { detail } if detail == "kid_unknown")
    }

    /// A stable word.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Assumed => "assumed",
            Self::Remembered => "remembered",
            Self::Verified => "verified",
            Self::Refused { .. } => "refused",
        }
    }
}

impl std::fmt::Debug for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decision").field("allowed", &self.allowed).finish_non_exhaustive()
    }
}
