//! A look into a bundle without keys: to show it, or to sign it. Nothing here is proof of anything.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::{BundleManifest, refused, split};
use crate::{Error, PolicySource};

/// A bundle of which nothing is verified.
#[derive(Debug)]
pub struct UnverifiedBundle<'a> {
    header: Option<Map<String, Value>>,
    payload: Cow<'a, [u8]>,
    manifest: BundleManifest,
    content: &'a [u8],
}

impl<'a> UnverifiedBundle<'a> {
    /// Reads a bundle, signed or not yet.
    ///
    /// # Errors
    /// [`Error::Refused`] with `BUNDLE_MALFORMED` if it has no manifest of format 1.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let malformed = || refused("BUNDLE_MALFORMED", "the first line has no manifest of a bundle");
        let (line, content) = split(bytes)?;
        let (header, payload) = if line.starts_with('{') {
            (None, Cow::Borrowed(line.as_bytes()))
        } else {
            let mut parts = line.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok());
            let (Some(Some(header)), Some(Some(payload)), Some(Some(_)), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                return Err(malformed());
            };
            let header = serde_json::from_slice(&header).map_err(|_| malformed())?;
            (Some(header), Cow::Owned(payload))
        };
        let manifest = serde_json::from_slice(&payload).map_err(|_| malformed())?;
        Ok(Self { header, payload, manifest, content })
    }

    /// The header of the signed line, if it is signed.
    #[must_use]
    pub const fn header(&self) -> Option<&Map<String, Value>> {
        self.header.as_ref()
    }

    /// The manifest.
    #[must_use]
    pub const fn manifest(&self) -> &BundleManifest {
        &self.manifest
    }

    /// The policy, and the catalog that it names.
    ///
    /// # Errors
    /// [`Error::Refused`] with `BUNDLE_CONTENT` if they are not what the manifest says.
    pub fn source(&self) -> Result<PolicySource, Error> {
        self.manifest.source_in(self.content)
    }

    pub(super) fn payload(&self) -> &[u8] {
        &self.payload
    }
}
