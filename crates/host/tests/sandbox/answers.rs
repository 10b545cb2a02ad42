//! An answer is what the contract says, or it is an error, and so a denial.

use portcullis::{Error, LimitKind};

use crate::stub::{ALLOWED, Stub, ask, packed};

/// The stub that answers `!` with this and everything else well.
fn answering(decide: &str) -> Stub {
    Stub::new().at('!', decide)
}

/// Asks for the bad answer, and then for a good one, from which nothing must be missing.
#[track_caller]
fn error(stub: &Stub) -> Error {
    let handle = stub.handle();
    let error = ask(&handle, "!").expect_err("an error");
    assert_eq!(handle.replaced_sessions(), 1, "the instance is thrown away");
    assert!(ask(&handle, "op").is_ok_and(|decision| decision.allowed() && decision.view().is_ok()));
    assert_eq!(handle.replaced_sessions(), 1);
    error
}

#[test]
fn an_answer_outside_of_memory_is_an_error() {
    for (address, length) in
        [(0xffff_ff00, 100), (0xffff_ffff, 1), (2 * 65_536 - 1, 2), (2 * 65_536, 1), (0x7fff_ffff, 4_096)]
    {
        let error = error(&answering(&packed(address, length)));
        assert!(matches!(error, Error::Contract(_)), "{address:x}+{length}: {error:?}");
    }
}

#[test]
fn a_missing_answer_is_an_error() {
    assert!(matches!(error(&answering("(i64.const 0)")), Error::Contract("no answer")));
    assert!(matches!(error(&answering(&packed(4096, 0))), Error::Contract(_)));
}

#[test]
fn an_answer_over_the_limit_is_not_read() {
    for length in [4_097, 2 * 65_536, 0xffff_ffff] {
        let error = error(&answering(&packed(0, length)));
        assert!(matches!(error, Error::Limit(LimitKind::Output)), "{length}: {error:?}");
    }
}

#[test]
fn an_answer_that_is_no_decision_is_an_error() {
    let cut_off = &ALLOWED[..ALLOWED.len() - 1];
    let no_text = [&ALLOWED.as_bytes()[..ALLOWED.len() - 5], b"\xff}}"].concat();
    let answers: [&[u8]; 14] = [
        b"",
        b"nonsense",
        b"null",
        b"true",
        b"{}",
        b"{\"ok\":true}",
        b"{\"ok\":null}",
        b"{\"ok\":{\"decision\":\"true\"}}",
        b"{\"ok\":{\"principal\":7}}",
        b"{\"ok\":{\"status\":200,\"decision\":true}}",
        b"{\"error\":{}}",
        b"{\"ok\":{\"decision\":true,\"status\":200",
        cut_off.as_bytes(),
        &no_text,
    ];
    for answer in answers {
        let handle = Stub::new().answering(answer).handle();
        let outcome = ask(&handle, "op");
        assert!(matches!(outcome, Err(Error::Contract(_))), "{}: {outcome:?}", answer.escape_ascii());
        assert_eq!(handle.replaced_sessions(), 1);
    }
}

#[test]
fn what_begins_like_a_decision_and_is_none_has_no_view() {
    let answer = r#"{"ok":{"decision":true,"status":200,"and":"so on"}}"#;
    let decision = ask(&Stub::new().answering(answer).handle(), "op").unwrap();
    assert!(matches!(decision.view(), Err(Error::Contract(_))));
}

#[test]
fn an_error_of_the_module_is_a_refusal_and_the_instance_goes_on() {
    let answer = r#"{"error":{"code":"HANDLE_UNKNOWN","message":"there is no such principal"}}"#;
    let handle = Stub::new().answering(answer).handle();
    let refused = ask(&handle, "op").unwrap_err();
    assert_eq!(refused.code(), "HANDLE_UNKNOWN");
    assert!(matches!(refused, Error::Refused(_)));
    assert_eq!(handle.replaced_sessions(), 0);
}

#[test]
fn an_answer_to_another_call_is_an_error() {
    // Everything but the loading of a policy is answered with what belongs to that.
    let stub = Stub::new().with("permit", "(i32.const 7)").answering(ALLOWED);
    let handle = stub.handle();
    let outcome = handle.with_session(|session| {
        let call = portcullis::wire::call::Call::Release { handle: 7 };
        session.ask::<portcullis::wire::call::KeysLoaded>(&call)
    });
    assert!(matches!(outcome, Err(Error::Contract(_))), "{outcome:?}");
    assert_eq!(handle.replaced_sessions(), 1);
}

#[test]
fn a_buffer_outside_of_memory_is_not_written() {
    let engine = Stub::new().with("alloc", "(i32.const -65536)").engine(crate::stub::limits()).unwrap();
    let refused = portcullis::PolicyHandle::new(&engine, crate::stub::policy(), None);
    assert!(matches!(refused, Err(Error::Contract("a buffer outside of memory"))), "{refused:?}");
    for address in [-65_536, -1, 2 * 65_536, 2 * 65_536 - 16_384] {
        let alloc = format!(
            "(if (i32.gt_u (local.get $length) (i32.const 16384)) (then (return (i32.const {address}))))
             (i32.const 65536)"
        );
        let handle = Stub::new().with("alloc", &alloc).handle();
        let outcome = ask(&handle, &"x".repeat(20_000));
        assert!(matches!(outcome, Err(Error::Contract(_))), "{address}: {outcome:?}");
        assert_eq!(handle.replaced_sessions(), 1);
    }
}

#[test]
fn a_number_that_is_not_one_does_not_allow() {
    for (answer, allowed) in [(1, true), (0, false), (2, false), (-1, false), (256, false)] {
        let handle = Stub::new().with("allows", &format!("(i32.const {answer})")).handle();
        let outcome = handle.with_session(|session| {
            let permit = session.permit("a:op")?;
            session.allows(permit, "op", Some("t"))
        });
        assert!(matches!(outcome, Ok(found) if found == allowed), "{answer}: {outcome:?}");
    }
    let handle = Stub::new().with("permit", "(i32.const 0)").handle();
    assert!(matches!(handle.with_session(|session| session.permit("a:op")), Err(Error::Refused(_))));
}

#[test]
fn ids_that_the_module_did_not_name_are_denied_without_asking_it() {
    let handle = Stub::new().with("allows", "(unreachable)").handle();
    let outcome = handle.with_session(|session| {
        let permit = session.permit("a:op")?;
        Ok([
            session.allows(permit, "other", Some("t"))?,
            session.allows(permit, "op", Some("other"))?,
            session.allows(permit, "other", None)?,
        ])
    });
    assert!(matches!(outcome, Ok([false, false, false])), "{outcome:?}");
}
