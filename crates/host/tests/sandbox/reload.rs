//! Policy, keys and module are replaced in one step, or not at all.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

use portcullis::{
    Credential, Engine, Error, LimitKind, Limits, PolicyHandle, PolicySource,
    wire::{Reason, policy::Finding},
};
use serde_json::json;

use crate::shipped::{CLAIM, ENGINE, NOW, OPERATION, claim, jwks, policy, reason, request, token, wasm};

fn handle() -> PolicyHandle {
    PolicyHandle::new(&ENGINE, policy(&["TenantA"]), Some(&jwks(1))).expect("a policy")
}

fn decide(handle: &PolicyHandle) -> Reason {
    reason(handle.authorize(&claim(CLAIM), &request(OPERATION), NOW))
}

#[track_caller]
fn findings(outcome: Result<(), Error>) -> Vec<Finding> {
    match outcome {
        Err(Error::Configuration { findings, .. }) => findings,
        other => panic!("expected a refusal: {other:?}"),
    }
}

/// The shipped module with another digest: a section that nobody reads, at its end.
fn other_module() -> Engine {
    let wasm = [wasm().as_slice(), b"\x00\x06\x05other"].concat();
    Engine::from_wasm(&wasm, None, Limits { instances: 3, ..Limits::default() }).expect("a module")
}

#[test]
fn a_bad_policy_leaves_the_good_one_in_force_and_tells_every_mistake() {
    let handle = handle();
    let bad = json!({
        "portcullis": 2,
        "catalogue": "workflow-api",
        "tenancy": { "mode": "many", "tenants": ["TenantA", "", "TenantA"] },
        "claim": { "max_bytes": 0 },
        "token": { "algorithms": ["none"], "leeway_s": "30" },
    });
    let found = findings(handle.reload_policy(PolicySource::from_json(bad.to_string())));
    let mut paths: Vec<&str> = found.iter().map(|finding| finding.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "/catalogue",
            "/claim/max_bytes",
            "/portcullis",
            "/tenancy/mode",
            "/tenancy/tenants/1",
            "/tenancy/tenants/2",
            "/token/algorithms/0",
            "/token/leeway_s",
        ],
        "{found:#?}"
    );
    assert_eq!((handle.generation(), decide(&handle)), (1, Reason::Allowed));
    assert_eq!(findings(handle.reload_policy(PolicySource::from_json("{"))).len(), 1);
    assert_eq!((handle.generation(), decide(&handle)), (1, Reason::Allowed));
    assert!(matches!(
        PolicyHandle::new(&ENGINE, PolicySource::from_json(""), None),
        Err(Error::Configuration { .. })
    ));
}

#[test]
fn bad_keys_leave_the_good_ones_in_force() {
    let handle = handle();
    let token = token(1, &json!({}));
    let verify = || reason(handle.authorize(&Credential::Token(Some(&token)), &request(OPERATION), NOW));
    assert_eq!(verify(), Reason::Allowed);
    for bad in ["", "{", "[]", "{}", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"oct","k":"AA"}]}"#] {
        assert!(matches!(handle.reload_keys(bad), Err(Error::Configuration { .. })), "{bad}");
        assert_eq!((handle.generation(), verify()), (1, Reason::Allowed));
    }
}

#[test]
fn a_module_that_does_not_take_the_policy_is_not_taken() {
    let handle = handle();
    let narrow = Engine::from_wasm(&wasm(), None, Limits { input_bytes: 16, ..Limits::default() });
    assert!(matches!(handle.reload_module(&narrow.unwrap()), Err(Error::Limit(LimitKind::Input))));
    assert_eq!((handle.generation(), decide(&handle)), (1, Reason::Allowed));
}

#[test]
fn what_is_reloaded_is_in_force_at_once() {
    let handle = handle();
    let token = token(1, &json!({}));
    let verify = || reason(handle.authorize(&Credential::Token(Some(&token)), &request(OPERATION), NOW));
    assert_eq!((verify(), decide(&handle)), (Reason::Allowed, Reason::Allowed));
    handle.reload_policy(policy(&["TenantB"])).unwrap();
    // A token that was verified before is remembered under the former policy only.
    assert_eq!((verify(), decide(&handle)), (Reason::TenantUnknown, Reason::TenantUnknown));
    assert_eq!(handle.policy().tenants, 1);
    handle.reload_policy(policy(&["TenantA"])).unwrap();
    handle.reload_keys(&jwks(2)).unwrap();
    assert_eq!((verify(), decide(&handle)), (Reason::CredentialInvalid, Reason::Allowed));
    handle.reload_keys(&jwks(1)).unwrap();
    let other = other_module();
    assert_ne!(handle.digest(), other.digest());
    handle.reload_module(&other).unwrap();
    assert_eq!(handle.digest(), other.digest());
    assert_eq!((verify(), decide(&handle)), (Reason::Allowed, Reason::Allowed));
    assert_eq!((handle.generation(), handle.replaced_sessions()), (6, 0));
}

#[test]
fn reloading_never_disturbs_those_who_ask_and_reaches_all_of_them() {
    const THREADS: usize = 4;
    let handle = handle();
    let (token, other) = (token(1, &json!({})), other_module());
    let (settled, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let ask_on = || {
        let mut since = 0;
        while since < 50 {
            let is_settled = settled.load(Ordering::SeqCst);
            let verified = handle.authorize(&Credential::Token(Some(&token)), &request(OPERATION), NOW);
            let (assumed, verified) = (decide(&handle), reason(verified));
            if is_settled {
                assert_eq!((assumed, verified), (Reason::TenantUnknown, Reason::CredentialInvalid));
                since += 1;
            } else {
                assert!([Reason::Allowed, Reason::TenantUnknown].contains(&assumed));
                assert!(
                    [Reason::Allowed, Reason::TenantUnknown, Reason::CredentialInvalid].contains(&verified)
                );
            }
            asked.fetch_add(1, Ordering::SeqCst);
        }
    };
    let reload = |odd: bool| {
        handle.reload_policy(policy(&[if odd { "TenantB" } else { "TenantA" }]))?;
        handle.reload_keys(&jwks(if odd { 2 } else { 1 }))?;
        handle.reload_module(if odd { &other } else { &ENGINE })
    };
    let reloaded: Vec<Result<(), Error>> = thread::scope(|scope| {
        let threads = [(); THREADS].map(|()| scope.spawn(ask_on));
        let rounds = (0..40).map(|round| {
            // Every reload meets some who ask, and a failed one between is nothing to them.
            let before = asked.load(Ordering::SeqCst);
            let outcome = reload(round % 2 == 1);
            let refused = handle.reload_policy(PolicySource::from_json("{}"));
            while asked.load(Ordering::SeqCst) < before + THREADS
                && !threads.iter().any(|thread| thread.is_finished())
            {
                thread::yield_now();
            }
            outcome.and(if refused.is_ok() { Err(Error::Contract("taken")) } else { Ok(()) })
        });
        let reloaded = rounds.collect();
        settled.store(true, Ordering::SeqCst);
        reloaded
    });
    assert!(reloaded.iter().all(Result::is_ok), "{reloaded:?}");
    assert_eq!((handle.generation(), handle.replaced_sessions()), (121, 0));
}
