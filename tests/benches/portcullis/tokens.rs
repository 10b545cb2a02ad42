//! Tokens: the arithmetic of the signature, all rules around it, and what a cache saves.

use criterion::Criterion;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::JwkSet};
use portcullis::{Credential, PolicyHandle, PolicySource, Session, Verifiers};
use portcullis_policy::{Principal, challenge, load};
use portcullis_tests::corpus::{self, Group};
use portcullis_token::KeySet;
use portcullis_wire::{Request, Values, call::KeyView};
use serde_json::{Map, Value};

use crate::{
    setup::{BUILT_IN, ENGINE},
    world::World,
};

/// The corpus' good RS256 token, its keys, and its time.
struct Signed {
    token: String,
    jwks: String,
    now: f64,
}

impl Signed {
    fn from_corpus() -> Self {
        let groups = corpus::read();
        let group: &Group =
            groups.iter().find(|(name, _)| name == "tokens").map(|(_, group)| group).expect("the tokens");
        let case = group.cases.iter().find(|case| case.id == "rs256").expect("a case with RS256");
        Self {
            token: case.token.clone().expect("a token"),
            jwks: group.jwks.as_ref().expect("keys").to_string(),
            now: group.now,
        }
    }
}

pub(crate) fn run(criterion: &mut Criterion) {
    let signed = Signed::from_corpus();
    verify(criterion, &signed, &BUILT_IN);
    cached(criterion, &signed, &BUILT_IN);
}

fn verify(criterion: &mut Criterion, signed: &Signed, world: &World) {
    let policy = load(&world.document, None).expect("a good policy");
    let keys = KeySet::parse(signed.jwks.as_bytes()).expect("good keys");
    let verifiers = Verifiers::load(&signed.jwks, &views(&keys)).expect("good keys");

    criterion.bench_function("RS256, signature alone/native", |bencher| {
        let asked = challenge(&policy, &keys, &signed.token).expect("a challenge");
        let jws = asked.jws();
        let (input, signature) = (jws.signing_input().as_bytes(), jws.signature());
        let (key, algorithm) = (jws.key().index() as u32, jws.algorithm().name());
        bencher.iter(|| assert!(verifiers.verify(key, algorithm, input, signature)));
    });
    criterion.bench_function("RS256, all rules/native", |bencher| {
        let now = portcullis_token::NumericDate::from_seconds_f64(signed.now).expect("a time");
        bencher.iter(|| {
            let asked = challenge(&policy, &keys, &signed.token).expect("a challenge");
            let token = asked.conclude(genuine(&verifiers, asked.jws()), now, None).expect("a good token");
            std::hint::black_box(token.claims().len())
        });
    });
    criterion.bench_function("RS256, all rules and the claim compiled/native", |bencher| {
        bencher.iter(|| {
            let asked = challenge(&policy, &keys, &signed.token).expect("a challenge");
            let genuine = genuine(&verifiers, asked.jws());
            Principal::from_token(&policy, &asked, genuine, signed.now, None).expect("a principal")
        });
    });
    criterion.bench_function("RS256, all rules and the claim compiled/wasmtime", |bencher| {
        let source = PolicySource::from_json(world.document.clone());
        let mut session = Session::new(&ENGINE, &source, Some(&signed.jwks)).expect("a session");
        bencher.iter(|| match session.verify(&signed.token, signed.now, false).expect("an outcome") {
            portcullis::Outcome::Verified(token) => session.release(token.permit()),
            _ => panic!("the token is good"),
        });
    });
    criterion.bench_function("RS256, jsonwebtoken's decode/native", |bencher| {
        let set: JwkSet = serde_json::from_value(Value::Object(only_rsa(&signed.jwks))).expect("keys");
        let key = DecodingKey::from_jwk(&set.keys[0]).expect("a key");
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&["workflow-api"]);
        validation.set_issuer(&["https://issuer.test"]);
        validation.validate_nbf = true;
        // Its clock is the machine's, and the corpus has a time of its own.
        validation.validate_exp = false;
        bencher
            .iter(|| decode::<Map<String, Value>>(&signed.token, &key, &validation).expect("a good token"));
    });
}

fn cached(criterion: &mut Criterion, signed: &Signed, world: &World) {
    let source = PolicySource::from_json(world.document.clone());
    let header = format!("Bearer {}", signed.token);
    let credential = Credential::Authorization(Values::One(header.as_str().into()));
    let request = Request {
        method: Some("POST".into()),
        path: Some("/workflow-api/rpc/resume".into()),
        tenant: Values::One("TenantA".into()),
        ..Request::default()
    };
    criterion.bench_function("authorize, cached token/wasmtime", |bencher| {
        let mut session = Session::new(&ENGINE, &source, Some(&signed.jwks)).expect("a session");
        bencher.iter(|| session.authorize(&credential, &request, signed.now).expect("a decision"));
    });
    criterion.bench_function("authorize, cached token/pool", |bencher| {
        let policy = PolicyHandle::new(&ENGINE, source.clone(), Some(&signed.jwks)).expect("a policy");
        bencher.iter(|| policy.authorize(&credential, &request, signed.now).expect("a decision"));
    });
}

fn genuine(verifiers: &Verifiers, jws: &portcullis_token::jws::Challenge<'_>) -> bool {
    let input = jws.signing_input().as_bytes();
    verifiers.verify(jws.key().index() as u32, jws.algorithm().name(), input, jws.signature())
}

fn views(keys: &KeySet) -> Vec<KeyView> {
    let view = |key: &portcullis_token::Key| KeyView {
        index: key.index() as u32,
        kid: key.kid().map(Into::into),
        algorithms: key.algorithms().iter().map(|algorithm| algorithm.name().into()).collect(),
    };
    keys.keys().iter().map(view).collect()
}

/// The key set with the key of the token alone.
fn only_rsa(jwks: &str) -> Map<String, Value> {
    let mut set: Map<String, Value> = serde_json::from_str(jwks).expect("keys");
    if let Some(Value::Array(keys)) = set.get_mut("keys") {
        keys.retain(|key| key["kid"] == "rsa");
    }
    set
}
