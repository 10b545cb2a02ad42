//! Prints what a host decides on the corpus, one line a case, and on random requests: equal bytes
//! on every host.

use std::{
    io::{BufWriter, Write},
    process::ExitCode,
};

use clap::Parser;
use portcullis_tests::{
    corpus::{self, Case, Group},
    hosts,
    random::{self, Random},
};
use serde_json::Value;

#[derive(Parser)]
struct Options {
    /// native, wasmtime, node or python
    #[arg(long)]
    host: String,
    /// How many random requests follow the corpus
    #[arg(long, default_value_t = 2_000)]
    random: u64,
    /// The seed of the random requests
    #[arg(long, default_value_t = 1)]
    seed: u64,
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
    let mut host = hosts::by_name(&options.host, &hosts::dist())?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut groups = corpus::read();
    let mut random = Random::new(options.seed);
    for number in 0..options.random.div_ceil(100) {
        groups.push((format!("random-{number}"), random_group(&mut random)));
    }
    for (name, group) in &groups {
        host.load(group).map_err(|error| format!("{name}: {error}"))?;
        for case in &group.cases {
            let decision = host
                .decide(case, case.now.unwrap_or(group.now))
                .map_err(|error| format!("{name}/{}: {error}", case.id))?;
            writeln!(out, "{name}/{} {decision}", case.id).map_err(|error| error.to_string())?;
        }
    }
    out.flush().map_err(|error| error.to_string())
}

fn random_group(random: &mut Random) -> Group {
    let world = random::world(random);
    let cases = (0..100).map(|number| {
        let case = random::case(random, &world);
        Case {
            id: number.to_string(),
            claim: Some(case.claim.map_or(Value::Null, Value::String)),
            operation: Some(case.operation),
            tenant: case.tenant.map_or(Value::Null, Value::String),
            ..Case::default()
        }
    });
    let cases = cases.collect();
    Group { why: String::new(), policy: world.policy(), jwks: None, now: 0.0, receipts: false, cases }
}
