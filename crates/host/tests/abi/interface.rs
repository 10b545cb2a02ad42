//! What the module exports is frozen: an export more or less is a decision, not an accident.

use std::{fs, path::Path};

use portcullis::{Engine, Guards, Limits};

use crate::raw::{rewrites, root};

/// `PORTCULLIS_REWRITE=1` writes the file anew.
#[test]
fn the_exports_are_those_that_were_agreed_on() {
    let wasm = fs::read(root().join("pkg/dist/portcullis.wasm")).expect("run `cargo xtask dist`");
    let engine = Engine::from_wasm(&wasm, None, Limits::default()).expect("the shipped module");
    let (mut exports, imports) = engine.interface();
    exports.sort();
    let found = format!("{}\n{imports} imports\n", exports.join("\n"));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports.txt");
    if rewrites() {
        fs::write(&file, &found).expect("a writable file");
    }
    let agreed = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(found, agreed, "if this is meant, run the test with PORTCULLIS_REWRITE=1");
}

/// What both modules share of the ABI, by one macro; the types are checked when a host loads either.
const SHARED: [&str; 5] =
    ["memory", "portcullis_abi_version", "portcullis_alloc", "portcullis_call", "portcullis_free"];

#[test]
fn the_guard_module_exports_what_the_modules_share_and_nothing_else() {
    let wasm = fs::read(root().join("pkg/dist/portcullis-guards.wasm")).expect("run `cargo xtask dist`");
    let guards = Guards::from_wasm(&wasm, None, Guards::limits(), None).expect("the shipped guard module");
    let (mut exports, imports) = guards.engine().interface();
    // Two globals that the linker adds to any module.
    exports.retain(|name| !matches!(name.as_str(), "__data_end" | "__heap_base"));
    exports.sort();
    assert_eq!((exports.as_slice(), imports), (SHARED.map(String::from).as_slice(), 0));
    let agreed = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports.txt"))
        .expect("the exports of the decision module");
    let agreed: Vec<&str> = agreed.lines().collect();
    assert!(SHARED.iter().all(|name| agreed.contains(name)), "{agreed:?}");
}
