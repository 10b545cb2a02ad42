//! `cargo xtask`: build, test, demonstrate and measure the workspace.
//!
//! Each command is one module; `cargo xtask help` lists them.
#![forbid(unsafe_code)]

mod bench;
mod corpus;
mod demo;
mod dist;
mod generate;
mod python;
mod steps;
mod test;
mod tidy;
mod vectors;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// The version of the workspace.
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the module, its JavaScript glue and the command line.
    Dist(dist::Options),
    /// Build everything and show what it does.
    Demo,
    /// Check everything, as continuous integration does.
    Test,
    /// Measure, and print ratios within this run.
    Bench(bench::Options),
    /// Run the corpus on one host and print what it decides.
    Corpus(corpus::Options),
    /// Decide cases of other systems' rules, translated, in the shipped module.
    #[command(subcommand)]
    Vectors(vectors::Command),
    /// Write the committed generated files anew.
    Generate(generate::Options),
    /// Check what the sources and manifests must keep to.
    Tidy,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match command {
        Command::Dist(options) => drop(dist::run(&workspace, &options)?),
        Command::Demo => demo::run(&workspace, &dist::run(&workspace, &dist::Options::release())?)?,
        Command::Test => return Ok(test::run(&workspace)),
        Command::Bench(options) => bench::run(&workspace, &options)?,
        Command::Corpus(options) => corpus::run(&workspace, &options)?,
        Command::Vectors(command) => vectors::run(&workspace, &command)?,
        Command::Generate(options) => generate::run(&workspace, &options)?,
        Command::Tidy => tidy::run(&workspace)?,
    }
    Ok(ExitCode::SUCCESS)
}
