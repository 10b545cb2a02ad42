//! Signed bundles: what the signed line of one must be, and when it may take the place of another.
//!
//! A bundle is a signed line, a compact JWS (RFC 7515) whose payload is the *manifest*, and the
//! documents that the manifest has the digests of. This module reads the line; the digests are the
//! platform's to take, once it is known what they should be.
//!
//! Before the signature is checked, beside the rules of [`crate::jws`]:
//! 1. `typ` is exactly [`TYPE`]: nothing else that the same key signs can pass for a bundle;
//! 2. `alg` is none of the HMAC family, where whoever verifies can sign.
//!
//! After it:
//! 3. the manifest is a strict JSON object of format 1: `bundle` (the format), `name`, `version`, `policy`, and
//!    perhaps `expires`, `catalog` and `metadata`, no others, each as the format has it;
//! 4. the bundle has the name that is expected, and that of the bundle in force;
//! 5. its version is not below the least one, nor, unless an older one may come back, below that of the
//!    bundle in force; with the same version it is the same manifest, byte for byte;
//! 6. `now` is before `expires`.

use crate::{
    Family, KeySet, Rejection, base64url,
    json::{self, Json},
    jws,
};
use alloc::{string::String, vec::Vec};
use thiserror::Error;

/// The `typ` of the signed line.
pub const TYPE: &str = "portcullis-bundle+jws";

/// The largest integer that every reader of JSON has exactly.
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// The longest name, in bytes.
const MAX_NAME: usize = 128;

/// Why a bundle is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum BundleRejection {
    /// The signed line is no JWS.
    #[error("the first line is no signed manifest: {}", .0.detail())]
    Line(Rejection),
    /// The JWS is something else than a bundle's.
    #[error("`typ` of the signed line is not `portcullis-bundle+jws`")]
    Type,
    /// An algorithm that is not served, or with which whoever verifies can sign.
    #[error("bundles are signed with RS, PS, ES or EdDSA")]
    Algorithm,
    /// No key has made this signature.
    #[error("the signature cannot be relied on: {}", .0.detail())]
    Signature(Rejection),
    /// The manifest is not as it should be.
    #[error("the manifest is malformed: {0}")]
    Manifest(&'static str),
    /// A format that is not read here.
    #[error("the bundle is of another format than 1")]
    Format,
    /// Another bundle than the one expected.
    #[error("the bundle has another name")]
    Name,
    /// Older than what is asked for, or what is in force.
    #[error("the version is older than what is asked for or in force")]
    Older,
    /// Another content under the version that is in force.
    #[error("the version is in force, with another manifest")]
    Reused,
    /// It is no longer to be taken.
    #[error("the bundle has expired")]
    Expired,
}

impl BundleRejection {
    /// A stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Line(_) | Self::Manifest(_) => "BUNDLE_MALFORMED",
            Self::Type => "BUNDLE_TYPE",
            Self::Algorithm => "BUNDLE_ALGORITHM",
            Self::Signature(_) => "BUNDLE_SIGNATURE",
            Self::Format => "BUNDLE_FORMAT",
            Self::Name => "BUNDLE_NAME",
            Self::Older | Self::Reused => "BUNDLE_VERSION",
            Self::Expired => "BUNDLE_EXPIRED",
        }
    }
}

impl From<Rejection> for BundleRejection {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::TooLarge
            | Rejection::Form
            | Rejection::Encoding
            | Rejection::Header
            | Rejection::HeaderMember
            | Rejection::Extension => Self::Line(rejection),
            Rejection::Type => Self::Type,
            Rejection::AlgorithmUnsupported | Rejection::AlgorithmNotAccepted => Self::Algorithm,
            _ => Self::Signature(rejection),
        }
    }
}

/// What is asked of a bundle beyond its signature.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The time in seconds since 1970. A bundle that expires is refused by one that is not a number.
    pub now: f64,
    /// The name that it must have.
    pub name: Option<&'a str>,
    /// The least version that it may have.
    pub at_least: u64,
    /// The signed line of the bundle in force, which was verified when it was taken.
    pub in_force: Option<&'a str>,
    /// Whether it may be older than the one in force.
    pub older: bool,
}

/// A question to the platform, and the rules that wait for the answer.
#[must_use = "only `conclude` yields the manifest"]
#[derive(Debug)]
pub struct Challenge<'a>(jws::Challenge<'a>);

/// Applies the rules that come before the signature.
///
/// # Errors
/// The first rule that is broken.
pub fn challenge<'a>(line: &'a str, keys: &'a KeySet) -> Result<Challenge<'a>, BundleRejection> {
    let accepted = jws::challenge_if(line, keys, &|header| {
        if header.typ != Some(TYPE) {
            return Err(Rejection::Type);
        }
        match header.algorithm.family() {
            Family::Hmac => Err(Rejection::AlgorithmNotAccepted),
            _ => Ok(false),
        }
    });
    Ok(Challenge(accepted?.0))
}

impl Challenge<'_> {
    /// Takes the platform's verdict and applies the remaining rules.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn conclude(&self, genuine: bool, expected: &Expected<'_>) -> Result<Manifest<'_>, BundleRejection> {
        let payload = self.0.payload_if(genuine)?;
        let text = core::str::from_utf8(payload).map_err(|_| NO_OBJECT)?;
        let facts = Facts::read(text)?;
        if expected.name.is_some_and(|name| name != facts.name) {
            return Err(BundleRejection::Name);
        }
        if facts.version < expected.at_least {
            return Err(BundleRejection::Older);
        }
        let mut unchanged = false;
        if let Some(line) = expected.in_force {
            let before = payload_of(line).ok_or(BundleRejection::Manifest("`in_force` is no bundle"))?;
            let before_text = core::str::from_utf8(&before).map_err(|_| NO_OBJECT)?;
            let before = Facts::read(before_text)?;
            unchanged = before_text == text;
            if before.name != facts.name {
                return Err(BundleRejection::Name);
            }
            if facts.version < before.version && !expected.older {
                return Err(BundleRejection::Older);
            }
            if facts.version == before.version && !unchanged {
                return Err(BundleRejection::Reused);
            }
        }
        // A time that is not a number is before no end.
        if facts.expires.is_none_or(|expires| expected.now < expires as f64) {
            Ok(Manifest { text, unchanged })
        } else {
            Err(BundleRejection::Expired)
        }
    }
}

const NO_OBJECT: BundleRejection = BundleRejection::Manifest("not a strict JSON object");

fn payload_of(line: &str) -> Option<Vec<u8>> {
    base64url::decode(line.split('.').nth(1)?)
}

/// What a bundle says of itself. Made from genuine bundles that keep every rule only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manifest<'c> {
    text: &'c str,
    unchanged: bool,
}

impl<'c> Manifest<'c> {
    /// The manifest, as JSON exactly as it was signed.
    #[must_use]
    pub const fn text(&self) -> &'c str {
        self.text
    }

    /// Whether this is the manifest of the bundle in force.
    #[must_use]
    pub const fn unchanged(&self) -> bool {
        self.unchanged
    }
}

/// What the rules look at.
struct Facts {
    name: String,
    version: u64,
    expires: Option<u64>,
}

impl Facts {
    fn read(manifest: &str) -> Result<Self, BundleRejection> {
        let malformed = BundleRejection::Manifest;
        let Ok(Json::Object(members)) = json::parse(manifest) else { return Err(NO_OBJECT) };
        // First, as another format may have other members.
        if members.get("bundle").and_then(integer).ok_or(malformed("`bundle`"))? != 1 {
            return Err(BundleRejection::Format);
        }
        let (mut name, mut version, mut expires, mut policy) = (None, None, None, false);
        for (member, value) in members.iter() {
            let good = match member {
                "bundle" => true,
                "name" => {
                    name = shown(value);
                    name.is_some()
                }
                "version" => {
                    version = integer(value).filter(|version| *version != 0);
                    version.is_some()
                }
                "expires" => {
                    expires = integer(value);
                    expires.is_some()
                }
                "policy" => {
                    policy = is_part(value);
                    policy
                }
                "catalog" => is_part(value),
                "metadata" => value.as_object().is_some(),
                _ => false,
            };
            if !good {
                return Err(malformed("a member that is not known, or not as it should be"));
            }
        }
        match (name, version, policy) {
            (Some(name), Some(version), true) => Ok(Self { name, version, expires }),
            _ => Err(malformed("`name`, `version` or `policy` is missing")),
        }
    }
}

/// A number that is written as digits alone, and that every reader has exactly.
fn integer(value: &Json<'_>) -> Option<u64> {
    value.as_number()?.as_str().parse().ok().filter(|number| *number <= MAX_INTEGER)
}

/// ASCII that shows, so that a name can be told anywhere.
fn shown(value: &Json<'_>) -> Option<String> {
    let name = value.as_str()?;
    let shows = name.bytes().all(|byte| byte.is_ascii_graphic());
    (shows && (1..=MAX_NAME).contains(&name.len())).then(|| name.into())
}

/// Whether this says how long a document is, and what its digest is in hexadecimal digits.
fn is_part(value: &Json<'_>) -> bool {
    let Some(members) = value.as_object() else { return false };
    let bytes = members.get("bytes").and_then(integer);
    let sha256 = members.get("sha256").and_then(Json::as_str);
    members.len() == 2
        && bytes.is_some_and(|bytes| bytes <= u64::from(u32::MAX))
        && sha256.is_some_and(|sha256| {
            sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
}

#[cfg(test)]
mod tests;
