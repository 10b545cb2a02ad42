//! What the build needs beside cargo: the WebAssembly target, Node, and binaryen from npm.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::compile::WASM_TARGET;
use crate::{
    steps::Step,
    workspace::{Workspace, stdout},
};

/// The oldest Node that is supported: major and minor version.
const NODE: (u32, u32) = (20, 19);
/// Where the lock file for npm is.
const NPM_DIRECTORY: &str = "crates/xtask/npm";

/// The tools, all there.
pub(crate) struct Tools {
    /// The script that Node runs as wasm-opt.
    pub(super) wasm_opt: PathBuf,
    /// Versions: of rustc, and of binaryen.
    pub(super) rustc: String,
    pub(super) binaryen: String,
}

impl Tools {
    /// Looks for the tools, and installs what is missing.
    pub(crate) fn find(workspace: &Workspace, step: &mut Step) -> Result<Self> {
        check_node(workspace)?;
        let mut installed = Vec::new();
        if add_wasm_target(workspace, step)? {
            installed.push(WASM_TARGET);
        }
        if npm_install(workspace, NPM_DIRECTORY, step)? {
            installed.push("binaryen");
        }
        if !installed.is_empty() {
            step.note(format!("installed {}", installed.join(", ")));
        }
        let binaryen = workspace.path(NPM_DIRECTORY).join("node_modules/binaryen");
        let rustc = stdout(workspace.command("rustc").arg("--version"))?;
        Ok(Self {
            rustc: rustc.split(' ').nth(1).context("rustc tells no version")?.to_owned(),
            binaryen: package_version(&binaryen)?,
            wasm_opt: binaryen.join("bin/wasm-opt"),
        })
    }
}

fn check_node(workspace: &Workspace) -> Result<()> {
    let wanted = format!("Node.js {}.{} or newer, with npm, is needed: https://nodejs.org", NODE.0, NODE.1);
    let version = stdout(workspace.command("node").arg("--version")).context(wanted.clone())?;
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse::<u32>);
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
        anyhow::bail!("node tells no version: {version}");
    };
    ensure!((major, minor) >= NODE, "{wanted}; this is {version}");
    Ok(())
}

/// Whether the target had to be installed.
fn add_wasm_target(workspace: &Workspace, step: &Step) -> Result<bool> {
    let mut ask = workspace.command("rustc");
    let libraries = stdout(ask.args(["--print", "target-libdir", "--target", WASM_TARGET]))?;
    if Path::new(libraries.trim_end()).exists() {
        return Ok(false);
    }
    let mut add = workspace.command("rustup");
    step.exec(add.args(["target", "add", WASM_TARGET])).with_context(|| {
        format!("cannot install the target {WASM_TARGET}: without rustup, install it as you did Rust")
    })?;
    Ok(true)
}

/// Installs what a lock file names, unless it is there. Whether it had to.
pub(crate) fn npm_install(workspace: &Workspace, directory: &str, step: &Step) -> Result<bool> {
    let directory = workspace.path(directory);
    let lock = fs::read(directory.join("package-lock.json"))?;
    let modules = directory.join("node_modules");
    let stamp = modules.join(".installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(false);
    }
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    step.exec(npm.current_dir(directory).args(["ci", "--no-audit", "--no-fund"]))?;
    // npm makes no directory for an empty list.
    fs::create_dir_all(modules)?;
    fs::write(stamp, lock)?;
    Ok(true)
}

fn package_version(package: &Path) -> Result<String> {
    #[derive(Deserialize)]
    struct Package {
        version: String,
    }
    let text = fs::read_to_string(package.join("package.json"))?;
    Ok(serde_json::from_str::<Package>(&text)?.version)
}
