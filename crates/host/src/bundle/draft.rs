//! Making bundles.

use serde_json::{Map, Value};

use super::{BundleManifest, BundlePart, MAX_BUNDLE_BYTES, MAX_LINE_BYTES, UnverifiedBundle};
use crate::{
    Digest, Error, PolicySource,
    mint::{Algorithm, SigningKey},
};

/// A bundle to be. Equal drafts make equal bytes.
#[derive(Debug, Clone)]
pub struct BundleDraft<'a> {
    /// Which bundle this is.
    pub name: &'a str,
    /// Its version.
    pub version: u64,
    /// When it is no longer to be taken, in seconds since 1970.
    pub expires: Option<u64>,
    /// What is said of it, for people.
    pub metadata: Map<String, Value>,
    /// The policy and its catalog.
    pub source: &'a PolicySource,
}

impl BundleDraft<'_> {
    /// The bundle with the bare manifest in the place of the signed line. No host takes it before it is
    /// signed.
    ///
    /// # Errors
    /// [`Error::Configuration`] if it is too long. What the manifest says is not checked here; a
    /// verification tells.
    pub fn unsigned(&self) -> Result<Vec<u8>, Error> {
        let manifest = BundleManifest {
            bundle: 1,
            name: self.name.to_owned(),
            version: self.version,
            expires: self.expires,
            policy: part(&self.source.document)?,
            catalog: self.source.catalog.as_deref().map(part).transpose()?,
            metadata: self.metadata.clone(),
        };
        let manifest = serde_json::to_string(&manifest)
            .map_err(|error| Error::configuration(format!("the manifest cannot be written: {error}")))?;
        joined(&manifest, self.source)
    }

    /// The bundle, signed.
    ///
    /// # Errors
    /// As [`BundleDraft::unsigned`] and [`UnverifiedBundle::sign`].
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, Error> {
        UnverifiedBundle::read(&self.unsigned()?)?.sign(key)
    }
}

impl UnverifiedBundle<'_> {
    /// Signs a bundle that is not signed yet. Its manifest is signed as it stands.
    ///
    /// # Errors
    /// [`Error::Configuration`] if it is signed already, its content is not what the manifest says, it is
    /// too long, or the key is one of HMAC, with which whoever verifies could sign.
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, Error> {
        if self.header().is_some() {
            return Err(Error::configuration("the bundle is signed already"));
        }
        if matches!(key.algorithm(), Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512) {
            return Err(Error::configuration(
                "bundles are not signed with HMAC: whoever verifies them could make them",
            ));
        }
        let source = self.source()?;
        let header = Map::from_iter([("typ".to_owned(), Value::from("portcullis-bundle+jws"))]);
        let line = key.sign(header, self.payload())?;
        joined(&line, &source)
    }
}

fn part(text: &str) -> Result<BundlePart, Error> {
    let bytes = u32::try_from(text.len()).map_err(|_| too_long())?;
    Ok(BundlePart { bytes, sha256: Digest::of(text.as_bytes()).to_string() })
}

fn joined(line: &str, source: &PolicySource) -> Result<Vec<u8>, Error> {
    let bytes = [line, "\n", &source.document, source.catalog.as_deref().unwrap_or_default()].concat();
    if line.len() > MAX_LINE_BYTES || bytes.len() > MAX_BUNDLE_BYTES {
        return Err(too_long());
    }
    Ok(bytes.into_bytes())
}

fn too_long() -> Error {
    Error::configuration("a bundle has at most 32 MiB, and its manifest, signed, at most 128 KiB")
}
