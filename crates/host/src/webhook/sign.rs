//! Signatures by Standard Webhooks: HMAC-SHA-256 over `id.timestamp.body`.

use aws_lc_rs::{hmac, rand};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{Error, secret::Secret};

/// A secret that signs.
#[derive(Clone)]
pub(super) struct SigningSecret(hmac::Key);

impl SigningSecret {
    pub(super) fn new(secret: &Secret) -> Result<Self, Error> {
        let text = secret.expose();
        let bytes = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).ok();
        match bytes {
            Some(bytes) if (24..=64).contains(&bytes.len()) => {
                Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
            }
            _ => Err(Error::configuration(
                "the secret of a signed webhook must be `whsec_` and 24 to 64 bytes in base64",
            )),
        }
    }

    /// The signature, with its version.
    pub(super) fn sign(&self, id: &str, now: u64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(format!("{id}.{now}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign()))
    }
}

/// An id that nobody else has: the same for all attempts of one message.
pub(super) fn new_id() -> Result<String, Error> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| Error::configuration("the system gives no random bytes"))?;
    Ok(bytes.iter().fold(String::from("msg_"), |id, byte| format!("{id}{byte:02x}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret");
        std::fs::write(&path, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
        let place = crate::wire::policy::SecretReference::File(path.display().to_string());
        let secret = SigningSecret::new(&Secret::read(&place, "a secret").unwrap()).unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
