//! Whole decisions: a request by method, path and tenant in, the decision document out.

use criterion::Criterion;
use portcullis::{Credential as HostCredential, PolicyHandle, PolicySource};
use portcullis_policy::{Credential, decide};
use portcullis_wire::Values;

use crate::{
    setup::{BUILT_IN, ENGINE, Native, in_turn, request, session},
    world::World,
};

pub(crate) fn run(criterion: &mut Criterion) {
    let world = &*BUILT_IN;
    by_permit(criterion, world);
    by_claim(criterion, world);
}

fn by_permit(criterion: &mut Criterion, world: &World) {
    let hot = world.hot();
    criterion.bench_function("decide, verdict/native", |bencher| {
        let native = Native::new(world);
        in_turn(bencher, &hot, |it| {
            let credential = Credential::Principal(&native.principals[it.claim]);
            decide(&native.policy, credential, &request(it)).allowed()
        });
    });
    criterion.bench_function("decide, document/native", |bencher| {
        let native = Native::new(world);
        in_turn(bencher, &hot, |it| {
            let credential = Credential::Principal(&native.principals[it.claim]);
            let decision = decide(&native.policy, credential, &request(it));
            std::hint::black_box(&decision.view());
        });
    });
    criterion.bench_function("decide, document as JSON/native", |bencher| {
        let native = Native::new(world);
        let mut json = Vec::new();
        in_turn(bencher, &hot, |it| {
            let credential = Credential::Principal(&native.principals[it.claim]);
            let decision = decide(&native.policy, credential, &request(it));
            json.clear();
            serde_json::to_writer(&mut json, &decision.view()).expect("JSON");
            json.len()
        });
    });
    criterion.bench_function("decide, document as JSON/wasmtime", |bencher| {
        let (mut session, permits) = session(world);
        in_turn(bencher, &hot, |it| session.decide(permits[it.claim], &request(it)).expect("a decision"));
    });
    criterion.bench_function("decide, document/wasmtime", |bencher| {
        let (mut session, permits) = session(world);
        in_turn(bencher, &hot, |it| {
            let decision = session.decide(permits[it.claim], &request(it)).expect("a decision");
            std::hint::black_box(&decision.view().expect("a document"));
        });
    });
}

fn by_claim(criterion: &mut Criterion, world: &World) {
    let hot = world.hot();
    let credential = |claim: usize| HostCredential::Claim(Values::One(world.claims[claim].as_str().into()));
    criterion.bench_function("authorize, claim/wasmtime", |bencher| {
        let (mut session, _) = session(world);
        in_turn(bencher, &hot, |it| {
            session.authorize(&credential(it.claim), &request(it), 0.0).expect("a decision")
        });
    });
    criterion.bench_function("authorize, claim/pool", |bencher| {
        let source = PolicySource::from_json(world.document.clone());
        let policy = PolicyHandle::new(&ENGINE, source, None).expect("a good policy");
        in_turn(bencher, &hot, |it| {
            policy.authorize(&credential(it.claim), &request(it), 0.0).expect("a decision")
        });
    });
}
