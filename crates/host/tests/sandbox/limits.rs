//! Time, memory and sizes have an end.

use portcullis::{
    Error, LimitKind, Limits,
    wire::{Request, Values},
};

use crate::stub::{FOREVER, Stub, ask, limits, policy, request};

/// Takes memory until it gets no more, and stops itself.
const GREEDY: &str =
    "(loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (unreachable)";

#[track_caller]
fn limit<T: std::fmt::Debug>(outcome: Result<T, Error>) -> LimitKind {
    match outcome {
        Err(Error::Limit(kind)) => kind,
        other => panic!("expected a limit: {other:?}"),
    }
}

#[test]
fn an_endless_loop_ends_at_the_deadline() {
    for part in ["decide", "release"] {
        let handle = Stub::new().with(part, FOREVER).handle();
        assert_eq!(limit(ask(&handle, "op")), LimitKind::Time, "{part}");
        assert_eq!(handle.replaced_sessions(), 1, "{part}");
    }
    let handle = Stub::new().with("permit", FOREVER).handle();
    assert_eq!(limit(handle.with_session(|session| session.permit("a:op"))), LimitKind::Time);
    let handle = Stub::new().with("allows", FOREVER).handle();
    let allows = handle.with_session(|session| {
        let permit = session.permit("a:op")?;
        session.allows(permit, "op", Some("t"))
    });
    assert_eq!(limit(allows), LimitKind::Time);
    // Inputs that are longer than the kept buffer get one of their own.
    let long = "x".repeat(20_000);
    let handle = Stub::new().with("free", FOREVER).handle();
    assert_eq!(limit(ask(&handle, &long)), LimitKind::Time);
    let alloc =
        format!("(if (i32.gt_u (local.get $length) (i32.const 16384)) (then {FOREVER})) (i32.const 65536)");
    let handle = Stub::new().with("alloc", &alloc).handle();
    assert_eq!(limit(ask(&handle, &long)), LimitKind::Time);
    assert!(ask(&handle, "op").is_ok_and(|decision| decision.allowed()));
}

#[test]
fn an_endless_recursion_ends() {
    let deep = "(func $deep (result i64) (i64.add (call $deep) (i64.const 1)))";
    let handle = Stub::new().with("more", deep).with("decide", "(call $deep)").handle();
    assert!(matches!(ask(&handle, "op"), Err(Error::Trap(_))));
}

#[test]
fn a_module_that_does_not_get_ready_cannot_be_used() {
    let start = format!("(func $start {FOREVER}) (start $start)");
    for stub in [
        Stub::new().with("more", &start),
        Stub::new().with("version", FOREVER),
        Stub::new().with("alloc", FOREVER),
        Stub::new().with("alloc", GREEDY),
        Stub::new().with("alloc", "(i32.const 0)"),
        Stub::new().with("alloc", "(unreachable)"),
    ] {
        let refused = stub.engine(limits());
        let Err(Error::Configuration { message, .. }) = refused else { panic!("{refused:?}") };
        assert!(message.starts_with("the module cannot be used: "), "{message}");
    }
}

#[test]
fn memory_growth_ends_at_the_limit() {
    let handle = Stub::new().with("decide", GREEDY).handle();
    assert_eq!(limit(ask(&handle, "op")), LimitKind::Memory);
    assert_eq!(handle.replaced_sessions(), 1);
    let alloc = "(if (i32.gt_u (local.get $length) (i32.const 16384))
        (then (drop (memory.grow (i32.const 65535))) (return (i32.const 0)))) (i32.const 65536)";
    let handle = Stub::new().with("alloc", alloc).handle();
    assert_eq!(limit(ask(&handle, &"x".repeat(20_000))), LimitKind::Memory);
}

#[test]
fn a_module_that_begins_with_more_memory_than_the_limit_cannot_be_used() {
    let pages = limits().memory_bytes / 65_536;
    let memory = |pages: usize| Stub::new().with("memory", &format!(r#"(memory (export "memory") {pages})"#));
    assert!(memory(pages).engine(limits()).is_ok());
    let refused = memory(pages + 1).engine(limits());
    assert!(matches!(refused, Err(Error::Configuration { .. })), "{refused:?}");
}

#[test]
fn a_refused_growth_is_not_blamed_for_a_later_trap() {
    let grow = "(drop (memory.grow (i32.const 65535)))";
    let decide = format!("{grow} {}", crate::stub::chosen());
    let handle = Stub::new().with("decide", &decide).at('!', "(unreachable)").handle();
    assert!(ask(&handle, "op").is_ok_and(|decision| decision.allowed()));
    assert!(matches!(ask(&handle, "!"), Err(Error::Trap(_))));
}

#[test]
fn input_over_the_limit_is_refused_before_it_crosses() {
    // Whatever this module is given more than 1,000 bytes of, it stops.
    let alloc =
        "(if (i32.gt_u (local.get $length) (i32.const 16384)) (then (unreachable))) (i32.const 65536)";
    let engine = Stub::new().with("alloc", alloc).engine(Limits { input_bytes: 1_000, ..limits() }).unwrap();
    let handle = portcullis::PolicyHandle::new(&engine, policy(), None).unwrap();
    for length in [1_001, 20_000, 10_000_000] {
        assert_eq!(limit(ask(&handle, &"x".repeat(length))), LimitKind::Input);
        let claim = "x".repeat(length);
        assert_eq!(limit(handle.with_session(|session| session.permit(&claim))), LimitKind::Input);
        let credential = portcullis::Credential::Claim(Values::One(claim.into()));
        assert_eq!(limit(handle.authorize(&credential, &Request::default(), 0.0)), LimitKind::Input);
    }
    assert_eq!(handle.replaced_sessions(), 0);
    assert!(ask(&handle, "op").is_ok_and(|decision| decision.allowed()));
}

#[test]
fn there_are_never_more_instances_than_the_limit_and_its_spare() {
    let engine = Stub::new().engine(limits()).unwrap();
    let mut sessions = Vec::new();
    let refused = loop {
        match portcullis::Session::new(&engine, &policy(), None) {
            Ok(session) => sessions.push(session),
            Err(error) => break error,
        }
        assert!(sessions.len() < 100);
    };
    assert_eq!(limit::<()>(Err(refused)), LimitKind::Instances);
    sessions.pop();
    let mut session = portcullis::Session::new(&engine, &policy(), None).unwrap();
    let permit = session.permit("a:op").unwrap();
    assert!(session.decide(permit, &request("op")).unwrap().allowed());
}
