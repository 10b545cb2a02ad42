//! `bundle verify`: what a host would say of a bundle.

use std::path::{Path, PathBuf};

use clap::Args;
use portcullis::{
    Engine, Error, Session,
    bundle::{Bundle, BundleManifest, BundleTrust},
};
use portcullis_wire::policy::Finding;
use serde::Serialize;

use crate::{
    arguments::Global,
    context,
    failure::{Failure, listed},
    output::{self, BAD, BOLD, Exit, GOOD, Plain},
};

/// Options of `bundle verify`.
#[derive(Debug, Args)]
pub struct VerifyOptions {
    /// Signed bundle; `-` reads it from standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The keys that are trusted to sign bundles (JWK Set or JWK)
    #[arg(long, value_name = "FILE")]
    jwks: PathBuf,
    /// The name that it must have
    #[arg(long)]
    name: Option<String>,
    /// The least version that it may have
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    at_least: u64,
    /// The bundle in force, signed by a trusted key: another name or an older version is refused
    #[arg(long, value_name = "FILE")]
    in_force: Option<PathBuf>,
    /// Let it be older than the one in force
    #[arg(long, requires = "in_force")]
    older: bool,
    /// The time, in seconds since 1970; the clock's by default
    #[arg(long, value_name = "SECONDS", value_parser = context::seconds)]
    now: Option<f64>,
}

/// What came of a bundle.
#[derive(Serialize)]
struct Verified {
    valid: bool,
    code: Option<String>,
    message: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Finding>,
    manifest: Option<BundleManifest>,
    /// Whether it has the manifest of the bundle in force.
    unchanged: bool,
}

pub(super) fn run(options: &VerifyOptions, global: &Global) -> Result<Exit, Failure> {
    let engine = context::engine(global)?;
    let trust = BundleTrust {
        jwks: context::text(&options.jwks)?,
        name: options.name.clone(),
        at_least: options.at_least,
        older: options.older,
        receipts: false,
    };
    let in_force = options.in_force.as_deref().map(|path| in_force(&engine, path, &trust)).transpose()?;
    let bytes = context::data(&options.file)?;
    let now = options.now.unwrap_or_else(context::now);
    let verified = Bundle::verify(&engine, &bytes, &trust, in_force.as_ref(), now).and_then(|bundle| {
        Session::new(&engine, bundle.source(), None)?;
        Ok(bundle)
    });
    let verified = match verified {
        Ok(bundle) => Verified {
            valid: true,
            code: None,
            message: None,
            findings: Vec::new(),
            manifest: Some(bundle.manifest().clone()),
            unchanged: bundle.unchanged(),
        },
        Err(error) => refused(error)?,
    };
    if global.json {
        output::json(&verified)?;
    } else {
        output::text(&shown(&verified))?;
    }
    Ok(Exit::allow_if(verified.valid))
}

/// The bundle in force is genuine whenever it was signed: it may have expired since.
fn in_force(engine: &Engine, path: &Path, trust: &BundleTrust) -> Result<Bundle, Failure> {
    let trust = BundleTrust::new(trust.jwks.clone());
    Bundle::verify(engine, &context::data(path)?, &trust, None, 0.0).map_err(|error| match error {
        Error::Refused(error) => {
            Failure::Input(format!("the bundle in force is refused: {} [{}]", error.message, error.code))
        }
        other => other.into(),
    })
}

/// A bundle that is refused is an answer; keys that cannot be used are none.
fn refused(error: Error) -> Result<Verified, Failure> {
    let (code, message, findings) = match error {
        Error::Refused(error) => (error.code.into_owned(), error.message, error.findings),
        Error::Configuration { message, findings } if !findings.is_empty() => {
            ("POLICY_INVALID".to_owned(), message, findings)
        }
        other => return Err(other.into()),
    };
    Ok(Verified {
        valid: false,
        code: Some(code),
        message: Some(message),
        findings,
        manifest: None,
        unchanged: false,
    })
}

fn shown(verified: &Verified) -> String {
    if let Some(BundleManifest { name, version, expires, .. }) = &verified.manifest {
        let expires = expires.map(|expires| format!(", until {expires}")).unwrap_or_default();
        let unchanged = if verified.unchanged { ", in force already" } else { "" };
        return format!(
            "{GOOD}✓ genuine{GOOD:#}  {BOLD}{}{BOLD:#}  version {version}{expires}{unchanged}\n",
            Plain(name)
        );
    }
    let code = verified.code.as_deref().unwrap_or_default();
    let message = verified.message.as_deref().unwrap_or_default();
    let findings = listed(&verified.findings);
    format!("{BAD}✗ refused{BAD:#}  {code}: {}\n{findings}", Plain(message))
}
