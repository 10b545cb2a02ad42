//! `bundle sign`: the signed line in the place of the bare manifest.

use std::path::PathBuf;

use clap::Args;
use portcullis::{
    bundle::{Bundle, BundleTrust, UnverifiedBundle},
    mint::SigningKey,
};

use crate::{arguments::Global, context, failure::Failure, output::Exit};

/// Options of `bundle sign`.
#[derive(Debug, Args)]
pub struct SignOptions {
    /// Bundle, as `bundle build` writes it; `-` reads it from standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Private key (JWK), as `token key` writes it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(options: &SignOptions, global: &Global) -> Result<Exit, Failure> {
    let key = SigningKey::from_jwk(&context::text(&options.key)?)?;
    let unsigned = context::data(&options.file)?;
    let signed = UnverifiedBundle::read(&unsigned)?.sign(&key)?;
    // One that no host would take now is not given out.
    let trust = BundleTrust::new(key.public_jwk().unwrap_or_default());
    Bundle::verify(&context::engine(global)?, &signed, &trust, None, context::now())?;
    super::write(&signed, options.out.as_deref())?;
    Ok(Exit::Allow)
}
