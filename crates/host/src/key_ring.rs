//! Keys in a session: the module chooses among them, the arithmetic is done here.

use std::borrow::Cow;

use portcullis_wire::call::{Call, Challenged, Handle, KeysLoaded, SignatureChallenge};

use crate::{
    Error,
    instance::Instance,
    keys::{Verifiers, payload_of, signature_of},
    session::configuration,
};

/// A key set that one session has loaded, until it is released. Good for that session only.
#[derive(Debug)]
pub struct KeyRing {
    loaded: KeysLoaded,
    verifiers: Verifiers,
}

impl KeyRing {
    pub(crate) fn load(instance: &mut Instance, jwks: &str) -> Result<Self, Error> {
        let call = Call::KeysLoad { jwks: Cow::Borrowed(jwks) };
        let loaded: KeysLoaded = instance.ask(&call).map_err(configuration)?;
        match Verifiers::load(jwks, &loaded.usable) {
            Ok(verifiers) => Ok(Self { loaded, verifiers }),
            Err(error) => {
                instance.release(loaded.keys)?;
                Err(error)
            }
        }
    }

    /// What the module said of the keys.
    #[must_use]
    pub const fn loaded(&self) -> &KeysLoaded {
        &self.loaded
    }

    pub(crate) const fn handle(&self) -> Handle {
        self.loaded.keys
    }

    /// Does the arithmetic that the module asks for, on the token that it has read.
    pub(crate) fn is_genuine(&self, token: &str, challenge: &SignatureChallenge<'_>) -> bool {
        signature_of(token, challenge.signed_bytes).is_some_and(|(message, signature)| {
            self.verifiers.verify(challenge.key, &challenge.algorithm, message, &signature)
        })
    }

    pub(crate) fn verify_jws(
        &self,
        instance: &mut Instance,
        jws: &str,
    ) -> Result<Result<Vec<u8>, String>, Error> {
        let call = Call::JwsChallenge { keys: self.handle(), jws: Cow::Borrowed(jws) };
        let challenge = match instance.ask(&call)? {
            Challenged::Challenge(challenge) => challenge,
            Challenged::Refused(refusal) => return Ok(Err(refusal.detail.into_owned())),
            Challenged::Absent => return Err(Error::Contract("a JWS that came is absent")),
        };
        Ok(match payload_of(jws) {
            Some(payload) if self.is_genuine(jws, &challenge) => Ok(payload),
            _ => Err("signature_invalid".into()),
        })
    }
}
