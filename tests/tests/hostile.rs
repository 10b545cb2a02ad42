//! Whatever is asked of conditions, the module answers: a value, or why there is none.

use std::{
    fs,
    time::{Duration, Instant},
};

use portcullis::{Engine, Limits, PolicySource, Session};
use portcullis_tests::{hostile, hosts};
use portcullis_wire::call::{Call, ConditionEvaluated, Evaluation};
use serde::Deserialize as _;

/// What an answer may take on a machine that has other work: the figure to reach is the benchmarks'.
const PATIENCE: Duration = Duration::from_secs(2);

#[test]
fn no_condition_traps_or_runs_on() {
    let wasm = fs::read(hosts::dist().join("portcullis.wasm")).expect("run `cargo xtask dist`");
    let limits = Limits { call_time: PATIENCE, ..Limits::default() };
    let engine = Engine::from_wasm(&wasm, None, limits).expect("a module");
    let policy = PolicySource::from_json(r#"{"portcullis": 1}"#);
    let mut session = Session::new(&engine, &policy, None).expect("a policy");
    for hostile::Hostile { name, evaluation } in hostile::conditions() {
        for explain in [false, true] {
            let mut evaluation = Evaluation::deserialize(&evaluation).expect("an evaluation");
            evaluation.explain = explain;
            let start = Instant::now();
            let answer: ConditionEvaluated<'_> = session
                .ask(&Call::ConditionEval(evaluation))
                .unwrap_or_else(|error| panic!("{name}, explain {explain}: {error}"));
            let time = start.elapsed();
            let kind = answer.error.as_ref().map(|error| error.kind.as_ref());
            println!("{name:45} explain {explain:5} {time:12.2?} {:?}", kind.unwrap_or("value"));
            assert!(answer.value.is_some() != answer.error.is_some(), "{name}");
            let known = ["parse", "check", "evaluation", "limit", "unsupported"];
            assert!(kind.is_none_or(|kind| known.contains(&kind)), "{name}: {kind:?}");
        }
    }
}
