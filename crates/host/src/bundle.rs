//! Signed bundles: a policy, its catalog and what is said of them, in one file.
//!
//! # Format 1
//!
//! A bundle is bytes:
//!
//! ```text
//! signed line      a compact JWS (RFC 7515) in ASCII, at most 131,072 bytes
//! one byte 0x0A    the first in the file
//! policy           JSON text, as many bytes as the manifest says
//! catalog          JSON text, as many bytes as the manifest says; none if the manifest names none
//! ```
//!
//! Nothing is between, before or behind these, and all of it has at most 33,554,432 bytes. The header of
//! the JWS has the `typ` `portcullis-bundle+jws` and an `alg` of RS, PS, ES or EdDSA. Its payload is the
//! *manifest*, a strict JSON object of these members and no others:
//!
//! | member | is | |
//! |---|---|---|
//! | `bundle` | `1` | the format |
//! | `name` | 1 to 128 characters of ASCII that show, no space | which bundle this is, so that one for another place is not taken |
//! | `version` | an integer from 1 to 2⁵³ − 1 | larger for what is newer; never goes back |
//! | `expires` | an integer, seconds since 1970 | optional: when it is no longer to be taken |
//! | `policy` | `{"bytes", "sha256"}` | length and SHA-256 of the policy, in 64 hexadecimal digits of lower case |
//! | `catalog` | `{"bytes", "sha256"}` | the same of the catalog, where the policy names a catalog file |
//! | `metadata` | an object | optional: for people; nothing is decided by it |
//!
//! Integers are digits alone, without sign, fraction or exponent.
//!
//! # Checks
//!
//! In this order; the first that fails is the answer, and what is in force stays. Nothing behind the first
//! line is looked at before its digest is known to be signed, and nothing of it is parsed before the digest
//! is found right.
//!
//! 1. The file is not too long, and has a line break among its first 131,073 bytes. *Host*:
//!    `BUNDLE_MALFORMED`.
//! 2. `keys.load` with the trusted keys, which are never the bundle's. *Module*: `KEYS_INVALID`.
//! 3. `jws.challenge` with the signed line. If the answer is a challenge, the host does its arithmetic, and
//!    the line is `genuine` or not. If it is `refused`, the line is not genuine; step 4 says why.
//! 4. `bundle.conclude` with the line, `genuine`, `now`, and what is asked of the bundle. *Module*:
//!    - `BUNDLE_MALFORMED`: no compact JWS, or a header with `crit`, `b64` or `zip`
//!    - `BUNDLE_TYPE`: `typ` is another, or missing
//!    - `BUNDLE_ALGORITHM`: HMAC, `none`, or not known
//!    - `BUNDLE_SIGNATURE`: no one trusted key fits, or the signature is not genuine
//!    - `BUNDLE_FORMAT`: `bundle` is another integer than 1
//!    - `BUNDLE_MALFORMED`: a manifest that is not as above
//!    - `BUNDLE_NAME`: not the `name` that is asked for, or not that of the bundle in force
//!    - `BUNDLE_VERSION`: below `at_least`; below the version in force, unless `older`; or the version in
//!      force with another manifest
//!    - `BUNDLE_EXPIRED`: `now` is not before `expires`
//!
//!    Otherwise it answers with the `manifest` as JSON text, exactly as it was signed, and whether it is
//!    `unchanged`: that of the bundle in force.
//! 5. What follows the line is exactly as long as the parts, and each has its digest and is UTF-8 (a byte
//!    order mark is kept, and then refused by step 6). *Host*: `BUNDLE_CONTENT`.
//! 6. `policy.load` with the policy and the catalog. *Module*: `POLICY_INVALID`, with every mistake.
//! 7. The new policy takes the place of the old one in one step, and the signed line is kept as the next
//!    `in_force`. If step 4 says `unchanged` and the policy in force is the bundle's, steps 5 to 7 may be
//!    left out.
//!
//! A host that starts anew has nothing in force: `at_least` is the version below which it does not go, or
//! the last good bundle is verified first.
//!
//! The signature vouches for the bundle, and for nothing that the policy says of tokens: the keys of bundles
//! and those of tokens are different keys.
//!
//! # In a server
//!
//! ```no_run
//! use portcullis::{Engine, Error, PolicyHandle, bundle::BundleTrust};
//!
//! # fn serve(engine: &Engine, keys: &str, jwks: &str, bundle: &[u8], newer: &[u8], now: f64) -> Result<(), Error> {
//! let trust = BundleTrust { name: Some("shop/live".into()), ..BundleTrust::new(keys) };
//! let policy = PolicyHandle::from_bundle(engine, bundle, &trust, Some(jwks), now)?;
//! // Whenever the file is another; an error leaves the policy in force, and so does the same bundle.
//! if policy.reload_bundle(newer, &trust, now)? {
//!     println!("version {}", policy.bundle().map_or(0, |bundle| bundle.manifest().version));
//! }
//! # Ok(())
//! # }
//! ```

mod draft;
mod unverified;

use std::borrow::Cow;

use portcullis_wire::call::{BundleConcluded, Call, CallError, OnBundle};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Digest, Engine, Error, PolicySource, instance::Instance, key_ring::KeyRing};

pub use draft::BundleDraft;
pub use unverified::UnverifiedBundle;

/// Longest bundle, in bytes.
pub const MAX_BUNDLE_BYTES: usize = 32 << 20;

/// Longest signed line, in bytes.
const MAX_LINE_BYTES: usize = 128 << 10;

/// What a bundle is verified with.
#[derive(Clone)]
pub struct BundleTrust {
    /// The keys that bundles are signed with, as a JWK Set or JWK.
    pub jwks: String,
    /// The name that a bundle must have; any, if none is said. One in force is only replaced by one of
    /// its own name, in any case.
    pub name: Option<String>,
    /// The least version that is taken.
    pub at_least: u64,
    /// Whether a bundle may be older than the one in force: for going back on purpose.
    pub older: bool,
}

impl BundleTrust {
    /// These keys, and nothing else is asked.
    #[must_use]
    pub fn new(jwks: impl Into<String>) -> Self {
        Self { jwks: jwks.into(), name: None, at_least: 0, older: false }
    }
}

/// What the keys are is no secret, and no line for a log either.
impl std::fmt::Debug for BundleTrust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BundleTrust")
            .field("name", &self.name)
            .field("at_least", &self.at_least)
            .field("older", &self.older)
            .finish_non_exhaustive()
    }
}

/// A bundle that is genuine, and has the content that was signed. Made by verification only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    line: String,
    manifest: BundleManifest,
    unchanged: bool,
    source: PolicySource,
}

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleManifest {
    /// The format; 1.
    pub bundle: u64,
    /// Which bundle this is.
    pub name: String,
    /// Its version.
    pub version: u64,
    /// When it is no longer to be taken, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    /// The policy document.
    pub policy: BundlePart,
    /// The catalog that the policy names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog: Option<BundlePart>,
    /// What is said of it, for people.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
}

/// A document of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundlePart {
    /// How long it is.
    pub bytes: u32,
    /// Its digest, in hexadecimal digits of lower case.
    pub sha256: String,
}

impl Bundle {
    /// Verifies a bundle, at `now` in seconds since 1970. `in_force` is the one that it is to replace.
    /// Whether its policy can be used is the next question, to [`crate::Session`] or
    /// [`crate::PolicyHandle`].
    ///
    /// # Errors
    /// [`Error::Refused`] with one of the codes above; [`Error::Configuration`] if the keys cannot be
    /// used; or what befell the sandbox.
    pub fn verify(
        engine: &Engine,
        bytes: &[u8],
        trust: &BundleTrust,
        in_force: Option<&Self>,
        now: f64,
    ) -> Result<Self, Error> {
        let (line, content) = split(bytes)?;
        let mut instance: Instance = Instance::new(engine)?;
        let keys = KeyRing::load(&mut instance, &trust.jwks)?;
        let genuine = keys.verify_jws(&mut instance, line)?.is_ok();
        let concluded: BundleConcluded<'_> = instance.ask(&Call::BundleConclude(OnBundle {
            keys: keys.handle(),
            line: Cow::Borrowed(line),
            genuine,
            // JSON has no word for a time that is not a number: the module gets none.
            now: Some(now).filter(|now| now.is_finite()),
            name: trust.name.as_deref().map(Cow::Borrowed),
            at_least: trust.at_least,
            in_force: in_force.map(|bundle| Cow::Borrowed(&*bundle.line)),
            older: trust.older,
        }))?;
        let manifest: BundleManifest = serde_json::from_str(&concluded.manifest)
            .map_err(|_| Error::Contract("a manifest that is none"))?;
        let source = manifest.source_in(content)?;
        Ok(Self { line: line.to_owned(), unchanged: concluded.unchanged, manifest, source })
    }

    /// What the bundle says of itself.
    #[must_use]
    pub const fn manifest(&self) -> &BundleManifest {
        &self.manifest
    }

    /// Whether it has the manifest of the bundle that it is to replace.
    #[must_use]
    pub const fn unchanged(&self) -> bool {
        self.unchanged
    }

    /// The policy and its catalog.
    #[must_use]
    pub const fn source(&self) -> &PolicySource {
        &self.source
    }
}

impl BundleManifest {
    /// The documents in what follows the signed line.
    fn source_in(&self, content: &[u8]) -> Result<PolicySource, Error> {
        let length = |part: &BundlePart| part.bytes as usize;
        let (policy, catalog) = content
            .split_at_checked(length(&self.policy))
            .filter(|(_, rest)| rest.len() == self.catalog.as_ref().map_or(0, length))
            .ok_or_else(|| refused("BUNDLE_CONTENT", "the content has another length than was signed"))?;
        let document = text("policy", policy, &self.policy)?;
        let catalog = self.catalog.as_ref().map(|part| text("catalog", catalog, part)).transpose()?;
        Ok(PolicySource { document, catalog })
    }
}

/// The signed line, and what follows it.
fn split(bytes: &[u8]) -> Result<(&str, &[u8]), Error> {
    let malformed = |what| refused("BUNDLE_MALFORMED", what);
    if bytes.len() > MAX_BUNDLE_BYTES {
        return Err(malformed("the bundle is longer than 32 MiB"));
    }
    let end = bytes.iter().take(MAX_LINE_BYTES + 1).position(|byte| *byte == b'\n');
    let (line, rest) = end
        .and_then(|end| bytes.split_at_checked(end))
        .ok_or_else(|| malformed("there is no first line, or it is longer than 128 KiB"))?;
    let line = std::str::from_utf8(line).map_err(|_| malformed("the first line is not UTF-8"))?;
    Ok((line, &rest[1..]))
}

fn text(name: &str, bytes: &[u8], part: &BundlePart) -> Result<String, Error> {
    let other = |what: &str| refused("BUNDLE_CONTENT", format!("the {name} {what}"));
    if Digest::of(bytes).to_string() != part.sha256 {
        return Err(other("is not the one that was signed"));
    }
    String::from_utf8(bytes.to_vec()).map_err(|_| other("is not UTF-8"))
}

fn refused(code: &'static str, message: impl Into<String>) -> Error {
    let message = message.into();
    Error::Refused(Box::new(CallError { code: code.into(), message, findings: Vec::new(), claim: None }))
}
