//! `bundle build`: a policy and its catalog in one file.

use std::path::PathBuf;

use clap::Args;
use portcullis::{
    PolicySource, Session,
    bundle::{Bundle, BundleDraft, BundleTrust},
    mint::{Algorithm, SigningKey},
};
use serde_json::{Map, Value};

use crate::{
    arguments::Global,
    context,
    failure::Failure,
    output::{Exit, Plain},
};

/// Options of `bundle build`.
#[derive(Debug, Args)]
pub struct BuildOptions {
    /// Policy file (JSON or YAML); the catalog file that it names goes into the bundle too
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// Which bundle this is: hosts take no bundle of another name
    #[arg(long)]
    name: String,
    /// Its version, from 1: hosts do not go back to a smaller one
    #[arg(long, value_name = "NUMBER")]
    version: u64,
    /// When it is no longer to be taken, in seconds since 1970
    #[arg(long, value_name = "SECONDS")]
    expires: Option<u64>,
    /// Something to say of it, for people; may be given several times
    #[arg(long, value_name = "NAME=TEXT", value_parser = named)]
    metadata: Vec<(String, String)>,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn named(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected a name, `=`, and a text".into()),
    }
}

pub(super) fn run(options: &BuildOptions, global: &Global) -> Result<Exit, Failure> {
    let mut metadata = Map::new();
    for (name, text) in &options.metadata {
        if metadata.insert(name.clone(), Value::from(text.as_str())).is_some() {
            return Err(Failure::Input(format!("the metadata `{}` are given twice", Plain(name))));
        }
    }
    // What no host could use is not put into a bundle; both modules are asked.
    let engine = context::engine(global)?;
    let source = PolicySource::read(&options.policy)?;
    Session::new(&engine, &source, None)?;
    if global.module.is_none() {
        context::guards(Some(&options.policy), global)?;
    }
    let draft = BundleDraft {
        name: &options.name,
        version: options.version,
        expires: options.expires,
        metadata,
        source: &source,
    };
    // What a manifest may say is the module's to judge, of a bundle that is signed.
    let key = SigningKey::generate(Algorithm::EdDsa, None)?;
    let trust = BundleTrust::new(key.public_jwk().unwrap_or_default());
    Bundle::verify(&engine, &draft.sign(&key)?, &trust, None, 0.0)?;
    super::write(&draft.unsigned()?, options.out.as_deref())?;
    Ok(Exit::Allow)
}
