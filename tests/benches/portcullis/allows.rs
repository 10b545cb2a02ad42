//! Compiling a claim, and the yes or no of a permit.

use std::hint::black_box;

use criterion::Criterion;
use portcullis_claim::{Claim, Permit, UnknownTargets};

use crate::{
    hand_written::{HandWritten, Known},
    setup::{BUILT_IN, Native, in_turn, session},
    world::World,
};

pub(crate) fn run(criterion: &mut Criterion) {
    let world = &*BUILT_IN;
    compile(criterion, world);
    by_indexes(criterion, world);
    by_strings(criterion, world);
}

fn compile(criterion: &mut Criterion, world: &World) {
    criterion.bench_function("compile a claim/native", |bencher| {
        let native = Native::new(world);
        let (catalog, tenants) = (native.policy.catalog(), native.policy.tenancy().tenants());
        in_turn(bencher, &world.claims, |claim| {
            let claim = Claim::parse(claim).expect("a good claim");
            Permit::compile(&claim, catalog, tenants, UnknownTargets::Reject)
        });
    });
    criterion.bench_function("compile a claim/wasmtime", |bencher| {
        let (mut session, _) = session(world);
        in_turn(bencher, &world.claims, |claim| {
            let permit = session.permit(claim).expect("a permit");
            session.release(permit)
        });
    });
}

fn by_indexes(criterion: &mut Criterion, world: &World) {
    let native = Native::new(world);
    let questions: Vec<_> =
        world.hot().iter().map(|question| (question.claim, native.indexes(question))).collect();
    criterion.bench_function("allows, indexes/native", |bencher| {
        in_turn(bencher, &questions, |&(claim, (operation, tenant))| {
            native.principals[claim].allows(&native.policy, operation, Some(tenant))
        });
    });
    criterion.bench_function("allows, indexes/wasmtime", |bencher| {
        let (mut session, permits) = session(world);
        in_turn(bencher, &questions, |&(claim, (operation, tenant))| {
            session.allows_indexes(permits[claim], operation.0, tenant.0).expect("an answer")
        });
    });
}

fn by_strings(criterion: &mut Criterion, world: &World) {
    let native = Native::new(world);
    let (mut session, permits) = session(world);
    let known = Known {
        operations: world.operations.iter().map(|operation| operation.id.as_str()).collect(),
        tenants: world.tenants.iter().map(String::as_str).collect(),
    };
    let by_hand: Vec<_> = world.claims.iter().map(|claim| HandWritten::new(claim)).collect();
    let hot = world.hot();

    let (catalog, tenants) = (native.policy.catalog(), native.policy.tenancy().tenants());
    let natively = |claim: usize, operation: &str, tenant: &str| {
        let (Some(operation), Some(tenant)) = (catalog.operation(operation), tenants.index(tenant)) else {
            return false;
        };
        native.principals[claim].allows(&native.policy, operation, Some(tenant))
    };
    // What is compared does the same.
    for question in world.random() {
        let (operation, tenant) = (&*question.operation, &*question.tenant);
        let allowed = natively(question.claim, operation, tenant);
        assert_eq!(allowed, by_hand[question.claim].allows(&known, operation, tenant));
        assert_eq!(
            allowed,
            session.allows(permits[question.claim], operation, Some(tenant)).expect("an answer")
        );
    }

    criterion.bench_function("allows, strings/native", |bencher| {
        in_turn(bencher, &hot, |it| natively(it.claim, black_box(&it.operation), black_box(&it.tenant)));
    });
    criterion.bench_function("allows, strings/wasmtime", |bencher| {
        in_turn(bencher, &hot, |it| {
            session.allows(permits[it.claim], black_box(&it.operation), Some(black_box(&it.tenant)))
        });
    });
    criterion.bench_function("allows, strings/by hand", |bencher| {
        in_turn(bencher, &hot, |it| {
            by_hand[it.claim].allows(&known, black_box(&it.operation), black_box(&it.tenant))
        });
    });
}
