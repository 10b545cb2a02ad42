//! The arithmetic of signatures. Which key, which algorithm, and what it all means is the module's.
//!
//! `jsonwebtoken` verifies too, but parses the public key anew for every token; so verifiers with
//! the parsed key are kept here, on the same `aws-lc-rs`.

use std::{borrow::Cow, collections::HashMap};

use aws_lc_rs::{
    hmac,
    signature::{self, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis_wire::call::KeyView;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Error;

/// A verifier for each usable key of a set and each algorithm that it serves.
pub struct Verifiers(HashMap<(u32, String), Verifier>);

enum Verifier {
    Hmac(Box<hmac::Key>),
    PublicKey(ParsedPublicKey),
}

/// Members that nobody looks at are not read: the module has found the rest to be good JSON.
#[derive(Deserialize)]
struct KeyList<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

/// The members that are numbers and points; the module has checked all others, and of these the ones
/// that the key's type has. A member of another type's keys may hold anything, so none is read before
/// it is needed.
#[derive(Deserialize)]
struct Material<'a> {
    #[serde(borrow)]
    n: Member<'a>,
    #[serde(borrow)]
    e: Member<'a>,
    #[serde(borrow)]
    x: Member<'a>,
    #[serde(borrow)]
    y: Member<'a>,
    #[serde(borrow)]
    k: Member<'a>,
}

type Member<'a> = Option<&'a RawValue>;

impl Verifiers {
    /// Parses the keys that the module found usable.
    ///
    /// # Errors
    /// [`Error::Configuration`] if a key does not serve an algorithm after all.
    pub fn load(jwks: &str, usable: &[KeyView]) -> Result<Self, Error> {
        let unreadable = || Error::configuration("the key set cannot be read");
        let keys = match serde_json::from_str::<KeyList<'_>>(jwks) {
            Ok(list) => list.keys,
            Err(_) => vec![serde_json::from_str(jwks).map_err(|_| unreadable())?],
        };
        let mut verifiers = HashMap::new();
        for view in usable {
            let key = keys.get(view.index as usize).ok_or_else(unreadable)?;
            let material: Material<'_> = serde_json::from_str(key.get()).map_err(|_| unreadable())?;
            for algorithm in &view.algorithms {
                let verifier = Verifier::new(algorithm, &material).ok_or_else(|| {
                    let kid = view.kid.as_deref().unwrap_or("without kid");
                    Error::configuration(format!("key {} ({kid}) does not serve {algorithm}", view.index))
                })?;
                verifiers.insert((view.index, algorithm.clone().into_owned()), verifier);
            }
        }
        Ok(Self(verifiers))
    }

    /// Whether the signature is genuine. A key or algorithm that is not known is not.
    #[must_use]
    pub fn verify(&self, key: u32, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        match self.0.get(&(key, algorithm.to_owned())) {
            Some(Verifier::Hmac(key)) => hmac::verify(key, message, signature).is_ok(),
            Some(Verifier::PublicKey(key)) => key.verify_sig(message, signature).is_ok(),
            None => false,
        }
    }
}

impl std::fmt::Debug for Verifiers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifiers({})", self.0.len())
    }
}

impl Verifier {
    fn new(algorithm: &str, material: &Material<'_>) -> Option<Self> {
        let rsa = |parameters: &'static RsaParameters| {
            let components = RsaPublicKeyComponents { n: number(material.n)?, e: number(material.e)? };
            components.to_parsed_public_key(parameters).ok().map(Self::PublicKey)
        };
        let point = |parameters: &'static dyn VerificationAlgorithm| {
            let point = [vec![0x04], bytes(material.x)?, bytes(material.y)?].concat();
            ParsedPublicKey::new(parameters, point).ok().map(Self::PublicKey)
        };
        let secret = |parameters| Some(Self::Hmac(Box::new(hmac::Key::new(parameters, &bytes(material.k)?))));
        match algorithm {
            "HS256" => secret(hmac::HMAC_SHA256),
            "HS384" => secret(hmac::HMAC_SHA384),
            "HS512" => secret(hmac::HMAC_SHA512),
            "RS256" => rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
            "RS384" => rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
            "RS512" => rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
            "PS256" => rsa(&signature::RSA_PSS_2048_8192_SHA256),
            "PS384" => rsa(&signature::RSA_PSS_2048_8192_SHA384),
            "PS512" => rsa(&signature::RSA_PSS_2048_8192_SHA512),
            "ES256" => point(&signature::ECDSA_P256_SHA256_FIXED),
            "ES384" => point(&signature::ECDSA_P384_SHA384_FIXED),
            "ES512" => point(&signature::ECDSA_P521_SHA512_FIXED),
            "EdDSA" => {
                ParsedPublicKey::new(&signature::ED25519, bytes(material.x)?).ok().map(Self::PublicKey)
            }
            _ => None,
        }
    }
}

/// A number without the zero bytes that some issuers put before it, and the module passes over.
fn number(member: Member<'_>) -> Option<Vec<u8>> {
    let bytes = bytes(member)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    Some(bytes[zeros..].to_vec())
}

fn bytes(member: Member<'_>) -> Option<Vec<u8>> {
    let text: Cow<'_, str> = serde_json::from_str(member?.get()).ok()?;
    URL_SAFE_NO_PAD.decode(&*text).ok()
}

/// The signature of a compact token whose first `signed` bytes are signed.
pub(crate) fn signature_of(token: &str, signed: u32) -> Option<(&[u8], Vec<u8>)> {
    let (input, rest) = token.split_at_checked(signed as usize)?;
    Some((input.as_bytes(), URL_SAFE_NO_PAD.decode(rest.strip_prefix('.')?).ok()?))
}

/// The payload of a compact token.
pub(crate) fn payload_of(token: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7517, section 4: members that are not understood are ignored.
    #[test]
    fn a_member_of_another_type_of_keys_may_hold_anything() {
        let secret = [7; 32];
        let jwks = format!(
            r#"{{"keys":[{{"kty":"oct","k":"{}","n":1,"e":[2],"x":{{"a":1e999}},"y":null}}]}}"#,
            URL_SAFE_NO_PAD.encode(secret)
        );
        let usable = [KeyView { index: 0, kid: None, algorithms: vec!["HS256".into()] }];
        let verifiers = Verifiers::load(&jwks, &usable).unwrap();
        let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), b"message");
        assert!(verifiers.verify(0, "HS256", b"message", signature.as_ref()));
        assert!(!verifiers.verify(0, "HS256", b"massage", signature.as_ref()));
    }
}
