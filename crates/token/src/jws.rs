//! The JWS layer (RFC 7515): a compact signature over any bytes.
//!
//! Rules, in the order in which they are applied:
//! 1. at most [`MAX_BYTES`]; three parts; each canonical base64url;
//! 2. the header is a strict JSON object: no repeated names, nested at most
//!    [`json::MAX_DEPTH`] deep;
//! 3. `alg` is a served algorithm, and `kid`, `typ` and `cty` are strings where present;
//! 4. no `crit`, `b64` or `zip`: extensions that change what is signed are not served, and one
//!    that is critical must not be passed over;
//! 5. exactly one key has the `kid` and fits `alg`. The header alone never decides the
//!    algorithm, for each key is bound to those it may serve. `jwk`, `jku`, `x5u` and `x5c` in
//!    the header are not looked at: the sender of a token does not bring its keys;
//! 6. the signature has the one length that signatures of that key have;
//! 7. the platform finds the signature genuine.

use crate::{
    Algorithm, Key, KeySet, Rejection, base64url,
    json::{self, Json},
};
use alloc::vec::Vec;
use core::fmt;

/// The longest token that is read, in bytes: 128 KiB. A claim of 64 KiB makes a token of about
/// 90 KiB.
pub const MAX_BYTES: usize = 128 * 1024;

/// A question to the platform: is this signature genuine?
#[must_use = "only `conclude` yields the payload"]
pub struct Challenge<'a> {
    key: &'a Key,
    algorithm: Algorithm,
    signing_input: &'a str,
    signature: Vec<u8>,
    payload: Vec<u8>,
}

/// Applies rules 1 to 6.
///
/// # Errors
/// The first rule that is broken.
pub fn challenge<'a>(compact: &'a str, keys: &'a KeySet) -> Result<Challenge<'a>, Rejection> {
    challenge_if(compact, keys, &|_| Ok(false)).map(|(challenge, _)| challenge)
}

/// The header members that this crate looks at.
pub(crate) struct Header<'h> {
    pub(crate) algorithm: Algorithm,
    kid: Option<&'h str>,
    pub(crate) typ: Option<&'h str>,
    pub(crate) cty: Option<&'h str>,
}

/// [`challenge`] with further rules for the header, and what they found. Not generic: it is long, and
/// every kind of JWS goes through it.
pub(crate) fn challenge_if<'a>(
    compact: &'a str,
    keys: &'a KeySet,
    accept: &dyn Fn(&Header<'_>) -> Result<bool, Rejection>,
) -> Result<(Challenge<'a>, bool), Rejection> {
    if compact.len() > MAX_BYTES {
        return Err(Rejection::TooLarge);
    }
    let (signing_input, signature) = compact.rsplit_once('.').ok_or(Rejection::Form)?;
    let (header, payload) = signing_input.split_once('.').ok_or(Rejection::Form)?;
    if payload.contains('.') {
        return Err(Rejection::Form);
    }

    let header = base64url::decode(header).ok_or(Rejection::Encoding)?;
    let header = json::parse_bytes(&header).map_err(|_| Rejection::Header)?;
    let header = Header::read(&header)?;
    let accepted = accept(&header)?;
    let key = keys.pick(header.kid, header.algorithm)?;

    let signature = base64url::decode(signature).ok_or(Rejection::Encoding)?;
    if signature.len() != key.signature_length(header.algorithm) {
        return Err(Rejection::SignatureLength);
    }
    let payload = base64url::decode(payload).ok_or(Rejection::Encoding)?;
    let challenge = Challenge { key, algorithm: header.algorithm, signing_input, signature, payload };
    Ok((challenge, accepted))
}

impl<'h> Header<'h> {
    fn read(header: &'h Json<'_>) -> Result<Self, Rejection> {
        let header = header.as_object().ok_or(Rejection::Header)?;
        let (mut alg, mut kid, mut typ, mut cty) = (None, None, None, None);
        for (name, value) in header.iter() {
            let member = match name {
                "alg" => &mut alg,
                "kid" => &mut kid,
                "typ" => &mut typ,
                "cty" => &mut cty,
                "crit" | "b64" | "zip" => return Err(Rejection::Extension),
                _ => continue,
            };
            *member = Some(value.as_str().ok_or(Rejection::HeaderMember)?);
        }
        let alg = alg.ok_or(Rejection::HeaderMember)?;
        let algorithm = Algorithm::parse(alg).ok_or(Rejection::AlgorithmUnsupported)?;
        Ok(Self { algorithm, kid, typ, cty })
    }
}

impl<'a> Challenge<'a> {
    /// The key that the signature must have been made with.
    #[must_use]
    pub const fn key(&self) -> &'a Key {
        self.key
    }

    /// The algorithm to verify with. The key serves it.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// What was signed: header and payload as they were sent, in ASCII.
    #[must_use]
    pub const fn signing_input(&self) -> &'a str {
        self.signing_input
    }

    /// The signature. For ES algorithms r and s, each as long as the field; never DER.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Takes the platform's verdict.
    ///
    /// # Errors
    /// [`Rejection::Signature`] if the signature is not genuine.
    pub fn conclude(self, genuine: bool) -> Result<VerifiedJws<'a>, Rejection> {
        self.payload_if(genuine)?;
        Ok(VerifiedJws { key: self.key, algorithm: self.algorithm, payload: self.payload })
    }

    pub(crate) fn payload_if(&self, genuine: bool) -> Result<&[u8], Rejection> {
        if genuine { Ok(&self.payload) } else { Err(Rejection::Signature) }
    }
}

impl fmt::Debug for Challenge<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Challenge")
            .field("key", &self.key.index())
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// A signed message whose signature is genuine. Made by [`Challenge::conclude`] only.
pub struct VerifiedJws<'a> {
    key: &'a Key,
    algorithm: Algorithm,
    payload: Vec<u8>,
}

impl<'a> VerifiedJws<'a> {
    /// The key it was signed with.
    #[must_use]
    pub const fn key(&self) -> &'a Key {
        self.key
    }

    /// The algorithm it was signed with.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// What was signed: any bytes, perhaps none.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload, to keep.
    #[must_use]
    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }
}

impl fmt::Debug for VerifiedJws<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VerifiedJws")
            .field("key", &self.key.index())
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
