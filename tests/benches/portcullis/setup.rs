//! The hosts, ready to be asked.

use std::sync::LazyLock;

use criterion::Bencher;
use portcullis::{Engine, Limits, Permit, PolicySource, Session};
use portcullis_claim::{OperationIndex, TenantIndex};
use portcullis_policy::{ClaimValue, Policy, Principal, load};
use portcullis_tests::hosts;
use portcullis_wire::{Request, Values};

use crate::world::{Question, World};

/// The module's bytes.
pub(crate) static WASM: LazyLock<Vec<u8>> = LazyLock::new(|| {
    std::fs::read(hosts::dist().join("portcullis.wasm")).expect("the module; run `cargo xtask dist`")
});

/// The module, compiled.
pub(crate) static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::from_wasm(&WASM, None, Limits::default()).expect("a module"));

pub(crate) static BUILT_IN: LazyLock<World> = LazyLock::new(World::built_in);

/// The crates, linked in.
pub(crate) struct Native {
    pub(crate) policy: Policy,
    pub(crate) principals: Vec<Principal>,
}

impl Native {
    pub(crate) fn new(world: &World) -> Self {
        let policy = load(&world.document, None).expect("a good policy");
        let principal = |claim: &String| Principal::assumed(&policy, ClaimValue::One(claim));
        let principals: Vec<_> = world.claims.iter().map(principal).collect();
        Self { policy, principals }
    }

    pub(crate) fn indexes(&self, question: &Question) -> (OperationIndex, TenantIndex) {
        let operation = self.policy.catalog().operation(&question.operation).expect("an operation");
        (operation, self.policy.tenancy().tenants().index(&question.tenant).expect("a tenant"))
    }
}

/// A session, and a permit for each claim.
pub(crate) fn session(world: &World) -> (Session, Vec<Permit>) {
    let source = PolicySource::from_json(world.document.clone());
    let mut session = Session::new(&ENGINE, &source, None).expect("a good policy");
    let permits = world.claims.iter().map(|claim| session.permit(claim).expect("a permit")).collect();
    (session, permits)
}

/// The facts of a request by method and path.
pub(crate) fn request(question: &Question) -> Request<'_> {
    Request {
        method: Some(question.method.as_str().into()),
        path: Some(question.path.as_str().into()),
        tenant: Values::One(question.tenant.as_str().into()),
        ..Request::default()
    }
}

/// Asks the questions one after the other, and from the start when all are asked.
pub(crate) fn in_turn<Q, A>(bencher: &mut Bencher<'_>, questions: &[Q], mut ask: impl FnMut(&Q) -> A) {
    let mut next = 0;
    bencher.iter(|| {
        let question = &questions[next];
        next = if next + 1 == questions.len() { 0 } else { next + 1 };
        ask(question)
    });
}
