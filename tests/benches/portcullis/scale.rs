//! The same work in a small and in a large world: it should cost the same.
//!
//! Each is measured twice: with a few questions that are asked again and again, and with questions
//! drawn at random over all ids. The second measures, in a large world, how long memory takes to
//! answer that is in none of the processor's nearer caches.

use std::{hint::black_box, sync::LazyLock};

use criterion::Criterion;
use portcullis_policy::{Credential, decide};

use crate::{
    setup::{Native, in_turn, request, session},
    world::{Question, World},
};

/// The sizes: operations and tenants.
static WORLDS: LazyLock<[(&str, World); 2]> = LazyLock::new(|| {
    [
        ("114 operations, 1 tenant", World::generated(114, 1)),
        ("100,000 operations, 100,000 tenants", World::generated(100_000, 100_000)),
    ]
});

static ROUTES: LazyLock<[(&str, World); 2]> = LazyLock::new(|| {
    [("114 routes", World::generated(114, 1)), ("10,000 routes", World::generated(10_000, 1))]
});

pub(crate) fn run(criterion: &mut Criterion) {
    for (size, world) in &*WORLDS {
        for (draw, questions) in [("hot", world.hot()), ("random", world.random())] {
            allows(criterion, &format!("allows, strings, {draw}, {size}"), world, &questions);
            decisions(criterion, &format!("decide, document as JSON, {draw}, {size}"), world, &questions);
        }
    }
    for (size, world) in &*ROUTES {
        for (draw, questions) in [("hot", world.hot()), ("random", world.random())] {
            let name = format!("find the route, {draw}, {size}/native");
            criterion.bench_function(&name, |bencher| {
                let native = Native::new(world);
                let router = native.policy.router();
                in_turn(bencher, &questions, |it| router.find(black_box(&it.method), black_box(&it.path)));
            });
        }
    }
}

fn allows(criterion: &mut Criterion, name: &str, world: &World, questions: &[Question]) {
    criterion.bench_function(&format!("{name}/native"), |bencher| {
        let native = Native::new(world);
        let (catalog, tenants) = (native.policy.catalog(), native.policy.tenancy().tenants());
        in_turn(bencher, questions, |it| {
            let operation = catalog.operation(black_box(&it.operation));
            let tenant = tenants.index(black_box(&it.tenant));
            operation.is_some_and(|operation| native.principals[0].allows(&native.policy, operation, tenant))
        });
    });
    criterion.bench_function(&format!("{name}/wasmtime"), |bencher| {
        let (mut session, permits) = session(world);
        in_turn(bencher, questions, |it| {
            session.allows(permits[0], black_box(&it.operation), Some(black_box(&it.tenant)))
        });
    });
}

fn decisions(criterion: &mut Criterion, name: &str, world: &World, questions: &[Question]) {
    criterion.bench_function(&format!("{name}/native"), |bencher| {
        let native = Native::new(world);
        let mut json = Vec::new();
        in_turn(bencher, questions, |it| {
            let decision = decide(&native.policy, Credential::Principal(&native.principals[0]), &request(it));
            json.clear();
            serde_json::to_writer(&mut json, &decision.view()).expect("JSON");
            json.len()
        });
    });
    criterion.bench_function(&format!("{name}/wasmtime"), |bencher| {
        let (mut session, permits) = session(world);
        in_turn(bencher, questions, |it| session.decide(permits[0], &request(it)).expect("a decision"));
    });
}
