//! A reverse proxy that asks Portcullis before it forwards a request.
//!
//! ```text
//! client ─► server ─► limits ─► PortcullisLayer ─► proxy ─► origin
//!                                  ▲        ▲
//!           policy file or bundle ─┘        └─ issuer's keys
//! ```
//!
//! Exit codes: 0 after a shutdown that was asked for, 2 if the configuration or the policy cannot be
//! used, 3 if something else failed.
#![forbid(unsafe_code)]

mod config;
mod gateway;
mod internal;
mod limits;
mod log;
mod proxy;
mod reload;
mod report;
mod server;
mod source;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

use crate::{config::Config, report::Failure};

#[derive(Parser)]
#[command(about, version)]
struct Arguments {
    /// The configuration, as YAML or JSON.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Check the configuration and the policy, and end.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            failure.exit_code()
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = Config::read(&arguments.config)?;
    let gate = gateway::Gate::open(&config)?;
    if arguments.check {
        println!("the configuration and the policy are good");
        return Ok(());
    }
    log::start(config.log);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Other(format!("no runtime: {error}")))?;
    runtime.block_on(gateway::serve(config, gate))
}
