//! The configuration file.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use axum::http::Uri;
use portcullis::jwks::JwksOptions;
use serde::Deserialize;

use crate::{
    report::Failure,
    source::{Place, SignedBundle, Source},
};

/// What the operator writes. Paths are relative to the file's folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where clients come in.
    pub listen: SocketAddr,
    /// Where health, readiness and metrics are told: not for the outside.
    pub internal: SocketAddr,
    /// What allowed requests are forwarded to, such as `http://127.0.0.1:3000`.
    #[serde(deserialize_with = "origin")]
    pub origin: Uri,
    /// The policy file. A change of it is put in force at once.
    #[serde(default)]
    policy: Option<PathBuf>,
    /// In its place, a signed bundle with a policy and its catalog.
    #[serde(default)]
    bundle: Option<SignedBundle>,
    /// The module; the embedded one unless said otherwise.
    #[serde(default)]
    pub module: Option<PathBuf>,
    /// Where the issuer's keys come from. Without them no token is good.
    #[serde(default)]
    pub jwks: Option<Jwks>,
    /// When they are fetched, where they have an address.
    #[serde(default)]
    pub fetching: Fetching,
    /// Lets through only what an edge gate vouches for.
    #[serde(default)]
    pub assertion: Option<Assertion>,
    /// What one request may use.
    #[serde(default)]
    pub limits: Limits,
    /// How logs are written.
    #[serde(default)]
    pub log: Log,
    /// Whether decisions carry receipts: in the log, where every decision then has a line, and in
    /// answers to other enforcement points.
    #[serde(default)]
    pub receipts: bool,
}

/// Where the issuer's keys come from.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Jwks {
    /// An address: `https`, or this machine.
    Url(String),
    /// A file. A change of it is put in force at once.
    File(PathBuf),
}

/// When keys are fetched, in seconds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fetching {
    /// Least time between two attempts.
    pub cooldown_s: u64,
    /// When keys are fetched again.
    pub max_age_s: u64,
    /// How long older keys stay in force while the issuer does not answer.
    pub stale_s: u64,
}

impl Default for Fetching {
    fn default() -> Self {
        let options = JwksOptions::default();
        Self {
            cooldown_s: options.cooldown.as_secs(),
            max_age_s: options.max_age.as_secs(),
            stale_s: options.stale_for.as_secs(),
        }
    }
}

impl Fetching {
    /// As the client takes them.
    pub fn options(&self) -> JwksOptions {
        JwksOptions {
            cooldown: Duration::from_secs(self.cooldown_s),
            max_age: Duration::from_secs(self.max_age_s),
            stale_for: Duration::from_secs(self.stale_s),
            ..JwksOptions::default()
        }
    }
}

/// Whose assertions are believed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// The edge gate's public keys, in a file.
    pub jwks: PathBuf,
    /// The edge gate's name.
    pub issuer: String,
    /// This host's name.
    pub audience: String,
    /// The signature algorithms that the edge gate uses.
    pub algorithms: Vec<String>,
}

/// What one request may use.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Request line and headers together, in bytes. A token of 128 KiB fits by default.
    pub header_bytes: usize,
    /// The body, in bytes.
    pub body_bytes: u64,
    /// Requests at once; beyond them, 503.
    pub concurrent_requests: usize,
    /// Seconds for the headers of a request to come in.
    pub header_s: u64,
    /// Seconds for the origin to begin its answer.
    pub origin_s: u64,
    /// Seconds for requests to end after a shutdown is asked for.
    pub shutdown_s: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_bytes: 192 << 10,
            body_bytes: 64 << 20,
            concurrent_requests: 1024,
            header_s: 10,
            origin_s: 60,
            shutdown_s: 10,
        }
    }
}

impl Limits {
    /// See [`Self::origin_s`].
    pub const fn origin_time(&self) -> Duration {
        Duration::from_secs(self.origin_s)
    }
}

/// How logs are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Log {
    /// One JSON object a line.
    #[default]
    Json,
    /// For people.
    Text,
}

impl Config {
    /// Reads a configuration file.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(path)
            .map_err(|error| Failure::configuration(format!("cannot read {}: {error}", path.display())))?;
        let mut config: Self = serde_saphyr::from_str(&text)
            .map_err(|error| Failure::configuration(format!("{}: {error}", path.display())))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let (bundle, bundle_keys) =
            config.bundle.as_mut().map(|bundle| (&mut bundle.file, &mut bundle.jwks)).unzip();
        let files = [
            config.policy.as_mut(),
            bundle,
            bundle_keys,
            config.module.as_mut(),
            match &mut config.jwks {
                Some(Jwks::File(file)) => Some(file),
                _ => None,
            },
            config.assertion.as_mut().map(|assertion| &mut assertion.jwks),
        ];
        for file in files.into_iter().flatten() {
            *file = folder.join(&*file);
        }
        Ok(config)
    }

    /// Where the policy comes from.
    pub fn source(&self) -> Result<Source, Failure> {
        let place = match (&self.policy, &self.bundle) {
            (Some(policy), None) => Place::File(policy.clone()),
            (None, Some(bundle)) => Place::Bundle(bundle.clone()),
            _ => return Err(Failure::configuration("expected either a `policy` or a `bundle`")),
        };
        Ok(Source { place, receipts: self.receipts })
    }
}

/// An address with scheme and authority, and nothing behind.
fn origin<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Uri, D::Error> {
    use serde::de::Error;
    let text = String::deserialize(deserializer)?;
    let uri: Uri = text.parse().map_err(|_| D::Error::custom("the origin is no URL"))?;
    if uri.scheme_str() != Some("http") || uri.authority().is_none() || !matches!(uri.path(), "" | "/") {
        return Err(D::Error::custom("expected an origin such as http://127.0.0.1:3000, without a path"));
    }
    Ok(uri)
}
