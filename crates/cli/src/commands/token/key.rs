//! `token key`: a new key.

use std::{fs, path::PathBuf};

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use portcullis::mint::{Algorithm, SigningKey};

use crate::{
    failure::Failure,
    output::{self, Exit},
};

/// Options of `token key`.
#[derive(Debug, Args)]
pub struct KeyOptions {
    /// What the key is to sign with
    #[arg(long, value_name = "ALGORITHM", value_parser = algorithm())]
    alg: Algorithm,
    /// What verifiers are to know the key by; a random name by default
    #[arg(long)]
    kid: Option<String>,
    /// Write the public half to this file, as a key set
    #[arg(long, value_name = "FILE")]
    public: Option<PathBuf>,
}

fn algorithm() -> impl TypedValueParser<Value = Algorithm> {
    let names = Algorithm::ALL.iter().map(|algorithm| algorithm.name());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Algorithm>())
}

pub(super) fn run(options: &KeyOptions) -> Result<Exit, Failure> {
    let key = SigningKey::generate(options.alg, options.kid.as_deref())?;
    if let Some(path) = &options.public {
        let Some(public) = key.public_jwk() else {
            return Err(Failure::Input(format!(
                "a key for {} has no public half: verifiers need the key itself, as secret as it is",
                options.alg
            )));
        };
        fs::write(path, format!("{{\"keys\":[{public}]}}\n"))
            .map_err(|error| Failure::Input(format!("cannot write {}: {error}", path.display())))?;
    }
    output::text(&format!("{}\n", key.private_jwk()))?;
    Ok(Exit::Allow)
}
