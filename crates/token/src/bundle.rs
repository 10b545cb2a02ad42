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
//! 3. the manifest is a strict JSON object of format 1, with the members of [`Manifest`] and no others;
//! 4. the bundle has the name that is expected, and that of the bundle in force;
//! 5. its version is not below the least one, nor, unless an older one may come back, below that of the
//!    bundle in force; with the same version it is the same manifest, byte for byte;
//! 6. `now` is before `expires`.

use crate::{
    Family, KeySet, Rejection, base64url,
    json::{self, Json, Object},
    jws,
};
use alloc::{string::String, vec::Vec};
use thiserror::Error;

/// The `typ` of the signed line.
pub const TYPE: &str = "portcullis-bundle+jws";

/// The largest version: the largest integer that every reader of JSON has exactly.
pub const MAX_VERSION: u64 = (1 << 53) - 1;

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
    let accepted = jws::challenge_if(line, keys, |header| {
        if header.typ != Some(TYPE) {
            return Err(Rejection::Type);
        }
        match header.algorithm.family() {
            Family::Hmac => Err(Rejection::AlgorithmNotAccepted),
            _ => Ok(()),
        }
    });
    Ok(Challenge(accepted?.0))
}

impl Challenge<'_> {
    /// Takes the platform's verdict and applies the remaining rules.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn conclude(&self, genuine: bool, expected: &Expected<'_>) -> Result<Manifest, BundleRejection> {
        let payload = self.0.payload_if(genuine)?;
        let mut manifest = Manifest::read(payload)?;
        if expected.name.is_some_and(|name| name != manifest.name) {
            return Err(BundleRejection::Name);
        }
        if manifest.version < expected.at_least {
            return Err(BundleRejection::Older);
        }
        if let Some(line) = expected.in_force {
            let before = payload_of(line).ok_or(BundleRejection::Manifest("in_force is no bundle"))?;
            manifest.unchanged = before == payload;
            let before = Manifest::read(&before)?;
            if before.name != manifest.name {
                return Err(BundleRejection::Name);
            }
            if manifest.version < before.version && !expected.older {
                return Err(BundleRejection::Older);
            }
            if manifest.version == before.version && !manifest.unchanged {
                return Err(BundleRejection::Reused);
            }
        }
        // Written so that a time that is not a number is no time before the end.
        match manifest.expires {
            Some(expires) if !(expected.now < expires as f64) => Err(BundleRejection::Expired),
            _ => Ok(manifest),
        }
    }
}

fn payload_of(line: &str) -> Option<Vec<u8>> {
    base64url::decode(line.split('.').nth(1)?)
}

/// What a bundle says of itself. Made from genuine bundles only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// `name`: which bundle this is, so that one for another place is not taken.
    pub name: String,
    /// `version`: from 1, larger for what is newer.
    pub version: u64,
    /// `expires`: in seconds since 1970, when it is no longer to be taken.
    pub expires: Option<u64>,
    /// `policy`: the policy document.
    pub policy: Part,
    /// `catalog`: the catalog that the policy names.
    pub catalog: Option<Part>,
    /// Whether this is the manifest of the bundle in force.
    pub unchanged: bool,
}

/// A document of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// `bytes`: how long it is.
    pub bytes: u32,
    /// `sha256`: its digest, in hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    fn read(payload: &[u8]) -> Result<Self, BundleRejection> {
        let malformed = BundleRejection::Manifest;
        let Ok(Json::Object(members)) = json::parse_bytes(payload) else {
            return Err(malformed("not a strict JSON object"));
        };
        // First, as another format may have other members.
        if integer(members.get("bundle")).ok_or(malformed("`bundle` is no integer"))? != 1 {
            return Err(BundleRejection::Format);
        }
        let known = ["bundle", "name", "version", "expires", "policy", "catalog", "metadata"];
        if members.iter().any(|(name, _)| !known.contains(&name)) {
            return Err(malformed("a member that is not known"));
        }
        if members.get("metadata").is_some_and(|metadata| metadata.as_object().is_none()) {
            return Err(malformed("`metadata` is no object"));
        }
        Ok(Self {
            name: name(members.get("name")).ok_or(malformed("`name`"))?.into(),
            version: integer(members.get("version"))
                .filter(|version| (1..=MAX_VERSION).contains(version))
                .ok_or(malformed("`version`"))?,
            expires: match members.get("expires") {
                None => None,
                expires => Some(
                    integer(expires)
                        .filter(|expires| *expires <= MAX_VERSION)
                        .ok_or(malformed("`expires`"))?,
                ),
            },
            policy: part(members.get("policy")).ok_or(malformed("`policy`"))?,
            catalog: match members.get("catalog") {
                None => None,
                catalog => Some(part(catalog).ok_or(malformed("`catalog`"))?),
            },
            unchanged: false,
        })
    }
}

/// A number that is written as digits alone.
fn integer(member: Option<&Json<'_>>) -> Option<u64> {
    member?.as_number()?.as_str().parse().ok()
}

/// ASCII that shows, so that a name can be told anywhere.
fn name<'a>(member: Option<&'a Json<'_>>) -> Option<&'a str> {
    let name = member?.as_str()?;
    let shows = name.bytes().all(|byte| byte.is_ascii_graphic());
    (shows && (1..=MAX_NAME).contains(&name.len())).then_some(name)
}

fn part(member: Option<&Json<'_>>) -> Option<Part> {
    let members: &Object<'_> = member?.as_object()?;
    let bytes = u32::try_from(integer(members.get("bytes"))?).ok()?;
    let sha256 = members.get("sha256")?.as_str()?;
    let is_digest =
        sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (members.len() == 2 && is_digest).then(|| Part { bytes, sha256: sha256.into() })
}

#[cfg(test)]
mod tests;
