//! Where the policy comes from: a file, or a signed bundle.

use std::{
    fs,
    path::{Path, PathBuf},
};

use portcullis::{
    Engine, Error, PolicyHandle, PolicySource,
    authzen::AuthZen,
    bundle::{Bundle, BundleTrust},
};
use serde::Deserialize;

use crate::report::Failure;

/// A policy that is read again whenever its files change.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its files.
    pub place: Place,
    /// Whether decisions carry receipts.
    pub receipts: bool,
}

/// The files that hold a policy.
#[derive(Debug, Clone)]
pub enum Place {
    /// The policy's own file.
    File(PathBuf),
    /// A bundle.
    Bundle(SignedBundle),
}

/// A signed bundle, and what it must be to be taken.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedBundle {
    /// The bundle. A change of it is put in force at once.
    pub file: PathBuf,
    /// The public keys that bundles are signed with, in a file. They are never those of tokens.
    pub jwks: PathBuf,
    /// The name that a bundle must have.
    pub name: String,
    /// The least version that is taken. Beyond it, none is taken that is older than the one in force;
    /// what was in force before a start is not known.
    #[serde(default)]
    pub at_least: u64,
}

/// What the files hold: names and times can stay the same where a file was replaced.
#[derive(PartialEq)]
pub enum Held {
    File(Option<PolicySource>),
    Bundle([Option<Vec<u8>>; 2]),
}

impl Source {
    /// Loads the policy for the first time, with the keys of tokens.
    pub fn open(&self, engine: &Engine, jwks: Option<&str>) -> Result<PolicyHandle, Failure> {
        match &self.place {
            Place::File(path) => Ok(PolicyHandle::new(engine, self.read(path)?, jwks)?),
            Place::Bundle(bundle) => {
                let (bytes, trust) = bundle.read(self.receipts)?;
                Ok(PolicyHandle::from_bundle(engine, &bytes, &trust, jwks, now())?)
            }
        }
    }

    /// Puts what the files hold now in force, with the surface for other enforcement points. False if
    /// it was in force already. On failure the last good one stays.
    pub fn reload(&self, engine: &Engine, handle: &PolicyHandle, authzen: &AuthZen) -> Result<bool, Error> {
        match &self.place {
            Place::File(path) => {
                let source = self.read(path)?;
                let surface = authzen.prepare(&source)?;
                handle.reload_policy(source)?;
                authzen.put_in_force(surface)?;
            }
            Place::Bundle(bundle) => {
                let (bytes, trust) = bundle.read(self.receipts)?;
                let (now, in_force) = (now(), handle.bundle());
                let verified = Bundle::verify(engine, &bytes, &trust, in_force.as_deref(), now)?;
                let surface = authzen.prepare(verified.source())?;
                if !handle.reload_bundle(&bytes, &trust, now)? {
                    return Ok(false);
                }
                authzen.put_in_force(surface)?;
            }
        }
        Ok(true)
    }

    fn read(&self, policy: &Path) -> Result<PolicySource, Error> {
        let source = PolicySource::read(policy)?;
        Ok(if self.receipts { source.with_receipts() } else { source })
    }

    /// What the files hold.
    pub fn look(&self) -> Held {
        match &self.place {
            Place::File(path) => Held::File(PolicySource::read(path).ok()),
            Place::Bundle(SignedBundle { file, jwks, .. }) => {
                Held::Bundle([file, jwks].map(|path| fs::read(path).ok()))
            }
        }
    }

    /// The files that are named. The catalog that a policy names is beside it, or below.
    pub fn files(&self) -> Vec<&Path> {
        match &self.place {
            Place::File(path) => vec![path],
            Place::Bundle(SignedBundle { file, jwks, .. }) => vec![file, jwks],
        }
    }
}

impl SignedBundle {
    fn read(&self, receipts: bool) -> Result<(Vec<u8>, BundleTrust), Error> {
        let read = |path: &Path| {
            fs::read(path).map_err(|error| Error::Configuration {
                message: format!("cannot read {}: {error}", path.display()),
                findings: Vec::new(),
            })
        };
        let keys = String::from_utf8(read(&self.jwks)?).map_err(|_| Error::Configuration {
            message: format!("{} is not UTF-8", self.jwks.display()),
            findings: Vec::new(),
        })?;
        let name = Some(self.name.clone());
        let trust = BundleTrust { name, at_least: self.at_least, receipts, ..BundleTrust::new(keys) };
        Ok((read(&self.file)?, trust))
    }
}

/// Seconds since 1970. A clock that stands before that tells no time, and no bundle is taken.
fn now() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(f64::NAN, |since| since.as_secs_f64())
}
