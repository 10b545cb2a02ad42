//! What is left after something went wrong in a session.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use portcullis::{Error, LimitKind, Session};

use crate::stub::{FOREVER, Stub, ask, limits, policy, request};

#[test]
fn after_a_trap_the_next_call_is_right() {
    let handle = Stub::new().at('!', "(unreachable)").handle();
    for round in 0..100 {
        assert!(matches!(ask(&handle, "!"), Err(Error::Trap(_))));
        assert_eq!(handle.replaced_sessions(), round + 1);
        assert!(ask(&handle, "op").is_ok_and(|decision| decision.allowed()));
    }
    assert_eq!(handle.replaced_sessions(), 100);
}

#[test]
fn a_trap_in_one_thread_is_nothing_to_the_others() {
    let handle = Stub::new().at('!', "(unreachable)").handle();
    let trapping = AtomicBool::new(true);
    // More threads than places: some find the session of another one, whole or not at all.
    let asked: u32 = thread::scope(|scope| {
        let ask_on = || {
            let mut asked = 0;
            while trapping.load(Ordering::Relaxed) || asked < 100 {
                assert!(ask(&handle, "op").is_ok_and(|decision| decision.allowed()));
                asked += 1;
            }
            asked
        };
        let threads = [scope.spawn(ask_on), scope.spawn(ask_on), scope.spawn(ask_on)];
        for _ in 0..200 {
            assert!(matches!(ask(&handle, "!"), Err(Error::Trap(_))));
        }
        trapping.store(false, Ordering::Relaxed);
        threads.map(|thread| thread.join().unwrap()).iter().sum()
    });
    assert!(asked >= 300);
    assert_eq!(handle.replaced_sessions(), 200);
}

#[test]
fn a_panic_of_the_caller_costs_its_session_and_nothing_else() {
    let handle = Stub::new().handle();
    for _ in 0..10 {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            handle.with_session(|_| -> Result<(), Error> { panic!("in the caller's own code") })
        }));
        assert!(panicked.is_err());
        assert!(ask(&handle, "op").is_ok_and(|decision| decision.allowed()));
    }
}

#[test]
fn a_sandbox_that_stopped_answers_no_more() {
    for (decide, first) in [("(unreachable)", None), (FOREVER, Some(LimitKind::Time))] {
        let engine = Stub::new().at('!', decide).engine(limits()).unwrap();
        let mut session = Session::new(&engine, &policy(), None).unwrap();
        let permit = session.permit("a:op").unwrap();
        assert!(session.decide(permit, &request("op")).unwrap().allowed());
        match (session.decide(permit, &request("!")), first) {
            (Err(Error::Trap(_)), None) => {}
            (Err(Error::Limit(found)), Some(kind)) if found == kind => {}
            (other, _) => panic!("{other:?}"),
        }
        assert!(matches!(session.decide(permit, &request("op")), Err(Error::Trap(_))));
        assert!(matches!(session.allows(permit, "op", Some("t")), Err(Error::Trap(_))));
        assert!(matches!(session.permit("a:op"), Err(Error::Trap(_))));
        assert!(matches!(session.release(permit), Err(Error::Trap(_))));
    }
}

#[test]
fn the_first_thing_that_went_wrong_is_told() {
    let stub = Stub::new().with("release", "(unreachable)").at('!', FOREVER);
    assert!(matches!(ask(&stub.handle(), "!"), Err(Error::Limit(LimitKind::Time))));
    assert!(matches!(ask(&stub.handle(), "op"), Err(Error::Trap(_))));
}

#[test]
fn a_session_without_room_for_another_handle_is_replaced() {
    let full = r#"{"error":{"code":"LIMIT_REACHED","message":"too many principals are kept"}}"#;
    let handle = Stub::new().answering(full).handle();
    assert_eq!(ask(&handle, "op").unwrap_err().code(), "LIMIT_REACHED");
    assert_eq!(handle.replaced_sessions(), 1);
}

#[test]
fn errors_have_stable_codes() {
    let code = |stub: &Stub| ask(&stub.handle(), "!").unwrap_err().code().to_owned();
    assert_eq!(code(&Stub::new().at('!', "(unreachable)")), "MODULE_TRAP");
    assert_eq!(code(&Stub::new().at('!', FOREVER)), "EVALUATION_LIMIT");
    assert_eq!(code(&Stub::new().at('!', "(i64.const 0)")), "MODULE_CONTRACT");
    assert_eq!(Stub::new().without("free").engine(limits()).unwrap_err().code(), "CONFIGURATION");
}
