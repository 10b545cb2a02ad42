//! Embeds the modules, if they have been built: `cargo xtask dist` puts them into `pkg/dist`.
//!
//! Without it the command line still compiles, and says at run time what to do.

use std::{env, fs, path::PathBuf};

fn main() {
    let from = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../pkg/dist");
    let to = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    for file in ["portcullis.wasm", "portcullis-guards.wasm"] {
        let module = from.join(file);
        println!("cargo::rerun-if-changed={}", module.display());
        let bytes = fs::read(&module).unwrap_or_default();
        let out = to.join(file);
        if let Err(error) = fs::write(&out, bytes) {
            println!("cargo::error=cannot write {}: {error}", out.display());
        }
    }
}
