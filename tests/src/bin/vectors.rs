//! Decides cases of an application platform's rules in the shipped module, one JSON line each.

use std::{
    io::{BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use portcullis_tests::{hosts, vectors};

#[derive(Parser)]
struct Options {
    /// The cases
    file: PathBuf,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let read =
        |path: &std::path::Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    let module = read(&hosts::dist().join("portcullis.wasm"))?;
    let cases = String::from_utf8(read(&options.file)?).map_err(|error| error.to_string())?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    vectors::run(&module, &cases, &mut out)?;
    out.flush().map_err(|error| error.to_string())
}
