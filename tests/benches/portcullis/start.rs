//! From nothing to the first decision, as in a process that has just started.

use criterion::Criterion;
use portcullis::{Engine, Limits, PolicySource, Session};

use crate::setup::{BUILT_IN, WASM, request};

pub(crate) fn run(criterion: &mut Criterion) {
    let world = &*BUILT_IN;
    let question = world.hot().remove(0);
    let source = PolicySource::from_json(world.document.clone());
    let first_decision = |engine: &Engine| {
        let mut session = Session::new(engine, &source, None).expect("a good policy");
        let permit = session.permit(&world.claims[question.claim]).expect("a permit");
        session.decide(permit, &request(&question)).expect("a decision")
    };
    let limits = Limits::default;
    let mut group = criterion.benchmark_group("cold start");
    group.sample_size(10);
    group.bench_function("precompiled file/wasmtime", |bencher| {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(&file, Engine::precompile(&WASM, &limits()).expect("a module")).expect("a file");
        bencher.iter(|| {
            let bytes = std::fs::read(&file).expect("a file");
            first_decision(&Engine::from_precompiled(&bytes, None, limits()).expect("a module"))
        });
    });
    group.bench_function("bytes/wasmtime", |bencher| {
        bencher.iter(|| first_decision(&Engine::from_wasm(&WASM, None, limits()).expect("a module")));
    });
    group.finish();
}
