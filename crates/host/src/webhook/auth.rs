//! How the sender proves who it is.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use portcullis_wire::policy::SecretReference;
use serde::Deserialize;

use super::{WebhookError, request::is_own, sign::SigningSecret};
use crate::{Error, secret::Secret};

/// How the sender proves who it is, as a configuration says it: secrets by reference.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum WebhookAuth {
    /// A user name and a password.
    Basic {
        /// The user name.
        user: String,
        /// The password.
        password: SecretReference,
    },
    /// A token, as `Authorization: Bearer`.
    Bearer {
        /// The token.
        token: SecretReference,
    },
    /// A key in a header of its own.
    ApiKey {
        /// The header's name.
        header: String,
        /// The key.
        key: SecretReference,
    },
    /// A signature over id, time and body, by Standard Webhooks: `webhook-id`, `webhook-timestamp`
    /// and `webhook-signature`.
    Signed {
        /// `whsec_` and 24 to 64 bytes in base64, each. While a secret is replaced there are two, and
        /// a signature by each.
        secrets: Vec<SecretReference>,
    },
}

/// Secrets that were read, ready to be used. `Debug` does not show them.
#[derive(Clone)]
pub struct Credential(Kind);

#[derive(Clone)]
enum Kind {
    Header(HeaderName, HeaderValue),
    Signed(Vec<SigningSecret>),
}

impl Credential {
    /// Reads the secrets from where they are. A secret that is replaced there counts once it is read
    /// again.
    ///
    /// # Errors
    /// [`Error::Configuration`] if one cannot be read or used. It names the place, not the secret.
    pub fn read(auth: &WebhookAuth) -> Result<Self, Error> {
        let unusable = |what: &str| Error::configuration(format!("{what} cannot be used for a webhook"));
        let kind = match auth {
            WebhookAuth::Basic { user, password } => {
                if user.contains(':') || user.chars().any(char::is_control) {
                    return Err(unusable("a user name with a colon or a control character"));
                }
                let password = Secret::read(password, "the password of a webhook")?;
                let pair = STANDARD.encode(format!("{user}:{}", password.expose()));
                Kind::Header(header::AUTHORIZATION, sensitive(&format!("Basic {pair}"))?)
            }
            WebhookAuth::Bearer { token } => {
                let token = Secret::read(token, "the token of a webhook")?;
                if token.expose().is_empty() {
                    return Err(unusable("an empty token"));
                }
                Kind::Header(header::AUTHORIZATION, sensitive(&format!("Bearer {}", token.expose()))?)
            }
            WebhookAuth::ApiKey { header, key } => {
                let name =
                    HeaderName::try_from(header.as_str()).map_err(|_| unusable("a key in such a header"))?;
                if is_own(&name) {
                    return Err(unusable("a key in such a header"));
                }
                let key = Secret::read(key, "the key of a webhook")?;
                if key.expose().is_empty() {
                    return Err(unusable("an empty key"));
                }
                Kind::Header(name, sensitive(key.expose())?)
            }
            WebhookAuth::Signed { secrets } if secrets.is_empty() => {
                return Err(unusable("a signature without a secret"));
            }
            WebhookAuth::Signed { secrets } => {
                let read = |place| SigningSecret::new(&Secret::read(place, "the secret of a webhook")?);
                Kind::Signed(secrets.iter().map(read).collect::<Result<_, _>>()?)
            }
        };
        Ok(Self(kind))
    }

    /// Puts the proof into the headers. `id` and `now` (seconds since 1970) are signed.
    pub(super) fn prove(
        &self,
        headers: &mut HeaderMap,
        id: &str,
        now: u64,
        body: &[u8],
    ) -> Result<(), WebhookError> {
        match &self.0 {
            Kind::Header(name, value) => {
                headers.insert(name.clone(), value.clone());
            }
            Kind::Signed(secrets) => {
                let signatures: Vec<_> = secrets.iter().map(|secret| secret.sign(id, now, body)).collect();
                let signatures = HeaderValue::try_from(signatures.join(" "));
                let id = HeaderValue::try_from(id);
                let (Ok(signatures), Ok(id)) = (signatures, id) else {
                    return Err(WebhookError::Request("the id does not fit a header"));
                };
                headers.insert("webhook-id", id);
                headers.insert("webhook-timestamp", now.into());
                headers.insert("webhook-signature", signatures);
            }
        }
        Ok(())
    }
}

fn sensitive(value: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::try_from(value)
        .map_err(|_| Error::configuration("a secret with a control character cannot be sent in a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Header(..) => "Credential(header)",
            Kind::Signed(_) => "Credential(signed)",
        })
    }
}
