//! The module's answer to a call, kept while more is asked.

use portcullis::{Error, Session};
use portcullis_wire::call::Call;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::failure::Failure;

/// The module's answer as it wrote it.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Reply(Box<RawValue>);

impl Reply {
    /// Makes a call.
    ///
    /// # Errors
    /// As [`Session::ask`].
    pub fn to(session: &mut Session, call: &Call<'_>) -> Result<Self, Failure> {
        Ok(Self(session.ask(call)?))
    }

    /// The answer's members.
    ///
    /// # Errors
    /// If the answer is not of the call.
    pub fn view<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Failure> {
        serde_json::from_str(self.0.get())
            .map_err(|_| Error::Contract("an answer that is not of the call").into())
    }
}
