//! What the module exports is frozen: an export more or less is a decision, not an accident.

use std::{fs, path::Path};

use portcullis::{Engine, Limits};

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
