//! A decision as the module wrote it: the same bytes on every host.

use portcullis_wire as wire;
use serde::Deserialize;

use crate::Error;

const FRAME: &[u8] = b"{\"ok\":";
const ALLOWED: &[u8] = b"{\"ok\":{\"decision\":true,";
const DENIED: &[u8] = b"{\"ok\":{\"decision\":false,";

/// The module's answer to one request.
#[derive(Clone, PartialEq, Eq)]
pub struct Decision {
    /// The whole answer, frame included.
    bytes: Box<[u8]>,
    allowed: bool,
}

impl Decision {
    /// Takes an answer. The module always writes `decision` first, so whether the request may pass
    /// is known without reading on; anything else is an error, and so a denial.
    pub(crate) fn from_answer(bytes: &[u8]) -> Result<Self, Error> {
        let allowed = bytes.starts_with(ALLOWED);
        if allowed || bytes.starts_with(DENIED) {
            return Ok(Self { bytes: bytes.into(), allowed });
        }
        match serde_json::from_slice::<wire::call::Answer<serde::de::IgnoredAny>>(bytes) {
            Ok(wire::call::Answer::Error(error)) => Err(Error::Refused(Box::new(error))),
            _ => Err(Error::Contract("an answer that is no decision")),
        }
    }

    /// Whether the request may pass.
    #[must_use]
    pub const fn allowed(&self) -> bool {
        self.allowed
    }

    /// The decision document as JSON, byte for byte as the module wrote it.
    #[must_use]
    pub fn json(&self) -> &str {
        let document = self.bytes.get(FRAME.len()..self.bytes.len().saturating_sub(1));
        document.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
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

impl std::fmt::Debug for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decision").field("allowed", &self.allowed).finish_non_exhaustive()
    }
}
