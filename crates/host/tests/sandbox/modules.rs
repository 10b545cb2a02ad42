//! Bytes that are no good module are refused when they are loaded, in words for the operator.

use portcullis::{Digest, Engine, Error, Limits};

use crate::stub::{Stub, limits};

#[track_caller]
fn refused(outcome: Result<Engine, Error>) -> String {
    match outcome {
        Err(Error::Configuration { message, findings }) => {
            assert!(!message.is_empty() && findings.is_empty());
            message
        }
        other => panic!("expected a refusal: {other:?}"),
    }
}

#[test]
fn another_version_of_the_abi_is_refused() {
    for version in ["0", "2", "-1"] {
        let message =
            refused(Stub::new().with("version", &format!("(i32.const {version})")).engine(limits()));
        assert!(message.contains("ABI") && message.contains("expected 1"), "{message}");
    }
    // Even if nothing else is as it should be.
    let other = Stub::new().with("version", "(i32.const 2)").without("alloc").without("decide");
    assert!(refused(other.engine(limits())).contains("speaks ABI 2"));
}

#[test]
fn a_missing_export_is_named() {
    for (part, export) in [
        ("version", "portcullis_abi_version"),
        ("alloc", "portcullis_alloc"),
        ("free", "portcullis_free"),
        ("decide", "portcullis_call"),
        ("permit", "portcullis_permit"),
        ("allows", "portcullis_allows"),
        ("release", "portcullis_release"),
        ("filter", "portcullis_filter"),
    ] {
        let message = refused(Stub::new().without(part).engine(limits()));
        assert!(message.contains(export), "{message}");
    }
    let message = refused(Stub::new().with("memory", "(memory 2)").engine(limits()));
    assert!(message.contains("memory"), "{message}");
}

#[test]
fn an_export_with_another_signature_is_refused() {
    let other = r#"(func (export "portcullis_release") (param i64) (result i32) (i32.const 1))"#;
    let message = refused(Stub::new().without("release").with("more", other).engine(limits()));
    assert!(message.contains("portcullis_release"), "{message}");
    let other = r#"(global (export "portcullis_release") i32 (i32.const 1))"#;
    refused(Stub::new().without("release").with("more", other).engine(limits()));
}

#[test]
fn damaged_bytes_are_refused() {
    let wasm = Stub::new().wasm();
    refused(Engine::from_wasm(b"", None, limits()));
    refused(Engine::from_wasm(b"no module at all", None, limits()));
    refused(Engine::from_wasm(b"\0asm\x01\0\0\0", None, limits()));
    for length in [4, 8, wasm.len() / 2, wasm.len() - 1] {
        refused(Engine::from_wasm(&wasm[..length], None, limits()));
    }
}

#[test]
fn bytes_with_another_digest_than_expected_are_refused() {
    let wasm = Stub::new().wasm();
    let (digest, other) = (Digest::of(&wasm), Digest::of(b"other"));
    let engine = Engine::from_wasm(&wasm, Some(digest), limits()).unwrap();
    assert_eq!(engine.digest(), digest);
    let message = refused(Engine::from_wasm(&wasm, Some(other), limits()));
    assert!(message.contains(&digest.to_string()) && message.contains(&other.to_string()), "{message}");
    let cwasm = Engine::precompile(&wasm, &limits()).unwrap();
    assert_eq!(Engine::from_precompiled(&cwasm, Some(digest), limits()).unwrap().digest(), digest);
    refused(Engine::from_precompiled(&cwasm, Some(other), limits()));
    assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
    for wrong in ["", "00", &"g".repeat(64), &"+1".repeat(32), &"é".repeat(32)] {
        assert!(wrong.parse::<Digest>().is_err(), "{wrong}");
    }
}

#[test]
fn a_precompiled_file_with_one_bit_changed_anywhere_is_refused() {
    let cwasm = Engine::precompile(&Stub::new().wasm(), &limits()).unwrap();
    assert!(Engine::from_precompiled(&cwasm, None, limits()).is_ok());
    // All of the frame, and of the machine code every 101st byte.
    for at in (0..80).chain((80..cwasm.len()).step_by(101)) {
        let mut flipped = cwasm.clone();
        flipped[at] ^= 1 << (at % 8);
        refused(Engine::from_precompiled(&flipped, None, limits()));
    }
}

#[test]
fn a_precompiled_file_that_is_cut_off_or_too_long_is_refused() {
    let cwasm = Engine::precompile(&Stub::new().wasm(), &limits()).unwrap();
    for length in [0, 1, 8, 40, 71, 72, cwasm.len() / 2, cwasm.len() - 1] {
        refused(Engine::from_precompiled(&cwasm[..length], None, limits()));
    }
    refused(Engine::from_precompiled(&[cwasm.as_slice(), b"\0"].concat(), None, limits()));
    refused(Engine::from_precompiled(&Stub::new().wasm(), None, limits()));
    refused(Engine::from_wasm(&cwasm, None, limits()));
}

#[test]
fn nothing_can_be_precompiled_but_a_module() {
    assert!(matches!(Engine::precompile(b"no module", &limits()), Err(Error::Configuration { .. })));
}

#[test]
fn the_import_of_a_module_is_a_trap() {
    let import = r#"(import "host" "secret" (func $secret (result i64)))"#;
    let stub = Stub::new().with("memory", &format!(r#"{import} (memory (export "memory") 2)"#));
    let handle = stub.at('!', "(call $secret)").handle();
    assert!(matches!(crate::stub::ask(&handle, "!"), Err(Error::Trap(_))));
    assert!(crate::stub::ask(&handle, "op").is_ok());
}

#[test]
fn limits_of_nothing_are_no_panic() {
    let nothing = Limits { instances: 0, cached_tokens: 0, input_bytes: 0, output_bytes: 0, ..limits() };
    let engine = Stub::new().engine(nothing).unwrap();
    let refused = portcullis::PolicyHandle::new(&engine, crate::stub::policy(), None);
    assert!(matches!(refused, Err(Error::Limit(portcullis::LimitKind::Input))), "{refused:?}");
    let none = Limits { memory_bytes: 0, ..limits() };
    assert!(matches!(Stub::new().engine(none), Err(Error::Configuration { .. })));
}
