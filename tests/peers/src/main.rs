//! Other engines on the question of `tests/benches/pipeline.json`, each with the policy in its own
//! language. Whoever answers a case other than expected is not timed.
//!
//! An engine is timed twice: from the facts as text, and with its input made before. What it measures
//! is appended to the file that `PORTCULLIS_BENCH` names, a JSON object a line, as the programs for Node do.

mod cedar;
mod rego;

use std::{
    env, fs,
    hint::black_box,
    io::Write,
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::{Value, json};

const WORK: &str = "pipeline, roles and two conditions";
const QUESTION: &str = include_str!("../../benches/pipeline.json");

/// The question.
#[derive(Deserialize)]
struct Question {
    operation: String,
    cases: Vec<Case>,
}

/// One case of it.
#[derive(Deserialize)]
struct Case {
    allowed: bool,
    roles: Vec<String>,
    tenant: String,
    user: Value,
    resource: Value,
}

fn main() {
    let question: Question = serde_json::from_str(QUESTION).expect("the question");
    let quick = env::args().any(|argument| argument == "--quick");
    let time = if quick { Duration::from_millis(300) } else { Duration::from_secs(3) };
    let mut measured = Vec::new();
    let mut run = |host: &str, ask: &mut dyn FnMut(usize) -> bool| {
        for (at, case) in question.cases.iter().enumerate() {
            assert_eq!(ask(at), case.allowed, "{host}, case {at}");
        }
        let ns = median(time, question.cases.len(), ask);
        println!("{WORK}/{host}  {ns:.0} ns");
        measured.push(json!({ "work": WORK, "host": host, "ns": ns }).to_string() + "\n");
    };
    rego::run(&question, &mut run);
    cedar::run(&question, &mut run);
    if let Some(file) = env::var_os("PORTCULLIS_BENCH") {
        let mut file = fs::File::options().create(true).append(true).open(file).expect("a writable file");
        file.write_all(measured.concat().as_bytes()).expect("a writable file");
    }
}

/// The median of what a case takes, over rounds of a thousand.
fn median(time: Duration, cases: usize, ask: &mut dyn FnMut(usize) -> bool) -> f64 {
    const ROUND: usize = 1_000;
    let (mut rounds, started) = (Vec::new(), Instant::now());
    while started.elapsed() < time {
        let round = Instant::now();
        for number in 0..ROUND {
            black_box(ask(black_box(number % cases)));
        }
        rounds.push(round.elapsed().as_nanos() as f64 / ROUND as f64);
    }
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}
