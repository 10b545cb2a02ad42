//! `mask`: documents in, the same documents without what a policy hides out.

use std::{io, path::PathBuf};

use clap::Args;
use portcullis_wire::guard::Masked;
use serde_json::value::RawValue;

use crate::{
    arguments::Global,
    batch, context,
    failure::Failure,
    output::{self, Exit},
};

/// Options of `mask`.
#[derive(Debug, Args)]
pub struct MaskOptions {
    /// A document (JSON)
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Policy file (JSON or YAML)
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The key of keyed hashes: a file with hexadecimal digits, at least 32
    #[arg(long, value_name = "FILE")]
    pub hash_key: Option<PathBuf>,
    /// Say what was masked and what was left out, as JSON Pointers
    #[arg(long)]
    pub report: bool,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &MaskOptions, global: &Global) -> Result<Exit, Failure> {
    let guards = context::guards(options.policy.as_deref(), global)?;
    let key = options.hash_key.as_deref().map(context::text).transpose()?;
    let key = key.as_deref().map(str::trim);
    let Some(file) = &options.file else {
        return batch::documents(io::stdin().lock(), io::stdout().lock(), |line| {
            let document: &RawValue = serde_json::from_slice(line)?;
            Ok(answer(guards.mask(document, key)?, options.report)?)
        });
    };
    let text = context::text(file)?;
    let document: &RawValue = serde_json::from_str(&text)
        .map_err(|error| Failure::Input(format!("{} is not JSON: {error}", file.display())))?;
    output::json(&answer(guards.mask(document, key)?, options.report || global.json)?)?;
    Ok(Exit::Allow)
}

fn answer(masked: Masked<Box<RawValue>>, report: bool) -> Result<Box<RawValue>, io::Error> {
    if report { Ok(serde_json::value::to_raw_value(&masked)?) } else { Ok(masked.document) }
}
