//! Embeds the module, if it has been built: `cargo xtask dist` puts it into `pkg/dist`.
//!
//! Without it the gateway still compiles, and says at run time what to do.

use std::{env, fs, path::PathBuf};

fn main() {
    let module = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default())
        .join("../../pkg/dist/portcullis.wasm");
    println!("cargo::rerun-if-changed={}", module.display());
    let bytes = fs::read(&module).unwrap_or_default();
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("portcullis.wasm");
    if let Err(error) = fs::write(&out, bytes) {
        println!("cargo::error=cannot write {}: {error}", out.display());
    }
}
