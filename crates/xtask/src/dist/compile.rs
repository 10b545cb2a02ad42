//! The modules as rustc makes them, with the same bytes wherever they are built.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    steps::Step,
    workspace::{Workspace, stdout},
};

/// What the module is compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Separates the flags in `CARGO_ENCODED_RUSTFLAGS`, so that paths may hold spaces.
const FLAG_SEPARATOR: &str = "\x1f";

/// The files that rustc wrote.
pub(super) struct Compiled {
    /// The decision module.
    pub(super) module: PathBuf,
    /// The guard module.
    pub(super) guards: PathBuf,
}

/// Builds the modules, one after the other and each by its own profile: cargo unifies the features of
/// what is chosen together, and neither module must hold what only the other one needs.
pub(super) fn run(workspace: &Workspace, step: &mut Step) -> Result<Compiled> {
    let flags = rust_flags(workspace)?.join(FLAG_SEPARATOR);
    for [package, profile] in [
        ["--package=portcullis-module", "--profile=wasm"],
        ["--package=portcullis-guard-module", "--profile=guards"],
    ] {
        // Where a crate is a library for Rust, too, cargo leaves link-time optimisation out.
        let build =
            ["rustc", "--lib", "--crate-type=cdylib", "--locked", profile, package, "--target", WASM_TARGET];
        // With `--target` these flags reach the module alone, not what is built for this machine.
        step.exec(workspace.cargo(&build).env("CARGO_ENCODED_RUSTFLAGS", &flags))?;
    }
    let made = workspace.target(WASM_TARGET);
    Ok(Compiled {
        module: made.join("wasm/portcullis_module.wasm"),
        guards: made.join("guards/portcullis_guard_module.wasm"),
    })
}

/// Messages of panics name source files; these flags give every directory a fixed name. Where
/// several match a path, rustc takes the last.
fn rust_flags(workspace: &Workspace) -> Result<Vec<String>> {
    let mut names = vec![
        (workspace.root().to_path_buf(), "/portcullis".to_owned()),
        (workspace.target(""), "/target".to_owned()),
    ];
    let cargo_home = match env::var_os("CARGO_HOME") {
        Some(directory) => PathBuf::from(directory),
        None => env::home_dir().context("there is no home directory")?.join(".cargo"),
    };
    // The directory of a registry carries a hash of its address: a mirror must not change the bytes.
    let registries = fs::read_dir(cargo_home.join("registry/src")).into_iter().flatten();
    let registries: Vec<PathBuf> = registries.flatten().map(|entry| entry.path()).collect();
    names.push((cargo_home, "/cargo".to_owned()));
    names.extend(registries.into_iter().map(|directory| (directory, "/cargo/registry".to_owned())));
    names.push(rust_sources(workspace)?);
    let mut flags: Vec<String> = names
        .into_iter()
        .map(|(directory, name)| format!("--remap-path-prefix={}={name}", without_slash(&directory)))
        .collect();
    // A fifth of the code, and half the speed: digests are for receipts, and hashes for masks.
    flags.extend(["--cfg".to_owned(), "sha2_backend_soft=\"compact\"".to_owned()]);
    Ok(flags)
}

/// Where `rust-src` is installed rustc names the standard library's files there, and elsewhere
/// `/rustc/<commit>/…`; this makes it the latter everywhere.
fn rust_sources(workspace: &Workspace) -> Result<(PathBuf, String)> {
    let sysroot = stdout(workspace.command("rustc").args(["--print", "sysroot"]))?;
    let version = stdout(workspace.command("rustc").arg("-vV"))?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: "));
    let commit = commit.context("rustc does not tell its commit")?;
    Ok((Path::new(sysroot.trim_end()).join("lib/rustlib/src/rust"), format!("/rustc/{commit}")))
}

fn without_slash(directory: &Path) -> String {
    directory.display().to_string().trim_end_matches('/').to_owned()
}
