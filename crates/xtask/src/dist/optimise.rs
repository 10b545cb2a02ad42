//! From what rustc wrote to what is shipped: wasm-bindgen, then wasm-opt.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::{
    compile::Compiled,
    manifest::{DIGEST, DIRECTORY, EMBEDDED, GLUE, GUARDS_WASM, Manifest, Sizes, Source, WASM, sha256_of},
    tools::Tools,
};
use crate::{
    steps::Step,
    workspace::{Workspace, stdout},
};

/// The options of wasm-opt: how hard it tries, what it may use (what rustc emits, no more, so that
/// no host meets a feature that the compiler did not choose), and what is left out.
const WASM_OPT: &[&str] = &[
    "-O3",
    // Engines compile a function when it is first called. Where every call is inlined into the one
    // function that answers calls, the first one waits for all of them.
    "--one-caller-inline-max-function-size=50",
    "--mvp-features",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// What wasm-bindgen made, or the news that nothing changed.
pub(super) enum Bound {
    UpToDate(Manifest),
    Fresh { directory: PathBuf, guards: PathBuf, source: Source },
}

/// Writes the decision module and its glue into a directory of their own. The guard module has
/// nothing to be bound to.
pub(super) fn bind(
    workspace: &Workspace,
    tools: &Tools,
    compiled: Compiled,
    step: &mut Step,
) -> Result<Bound> {
    let Compiled { module, guards } = compiled;
    let source = Source {
        sha256: sha256_of(&module)?,
        guards_sha256: sha256_of(&guards)?,
        rustc: tools.rustc.clone(),
        wasm_bindgen: wasm_bindgen_version(workspace)?,
        binaryen: tools.binaryen.clone(),
        wasm_opt: WASM_OPT.join(" "),
    };
    if let Some(manifest) = Manifest::current(workspace, &source) {
        step.note("up to date");
        return Ok(Bound::UpToDate(manifest));
    }
    let directory = workspace.target("bindgen");
    // The web glue takes a compiled module, so it serves every runtime, not only browsers.
    Bindgen::new()
        .input_path(&module)
        .out_name("portcullis")
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        // After a trap the package starts a new instance from the module that it kept.
        .reset_state_function(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&directory)?;
    Ok(Bound::Fresh { directory, guards, source })
}

/// Writes the optimised modules, the glue and the manifest into `pkg/dist`.
pub(super) fn optimise(
    workspace: &Workspace,
    tools: &Tools,
    bound: Bound,
    step: &mut Step,
) -> Result<Manifest> {
    let (from, guards, source) = match bound {
        Bound::Fresh { directory, guards, source } => (directory, guards, source),
        Bound::UpToDate(manifest) => {
            note_sizes(&manifest, step);
            return Ok(manifest);
        }
    };
    let to = workspace.path(DIRECTORY);
    fs::create_dir_all(&to)?;
    for (made, named) in [(from.join("portcullis_bg.wasm"), WASM), (guards, GUARDS_WASM)] {
        let mut wasm_opt = workspace.command("node");
        wasm_opt.arg(&tools.wasm_opt).arg(made).arg("--output").arg(to.join(named));
        step.exec(wasm_opt.args(WASM_OPT))?;
    }
    for (made, named) in ["portcullis.js", "portcullis.d.ts"].into_iter().zip(GLUE) {
        fs::copy(from.join(made), to.join(named)).with_context(|| format!("cannot copy {made}"))?;
    }
    embed(workspace, &to)?;
    digest(&to)?;
    let manifest = Manifest::write(workspace, source)?;
    note_sizes(&manifest, step);
    Ok(manifest)
}

/// The module as text in a script, for the entry that loads no file.
fn embed(workspace: &Workspace, directory: &Path) -> Result<()> {
    const SCRIPT: &str = "
        const { readFileSync, writeFileSync } = require('node:fs');
        const { deflateRawSync } = require('node:zlib');
        const bytes = readFileSync(process.argv[1]);
        const text = deflateRawSync(bytes, { level: 9 }).toString('base64url');
        writeFileSync(process.argv[2], `export const size = ${bytes.length};\nexport const deflated = '${text}';\n`);";
    let mut node = workspace.command("node");
    stdout(node.args(["-e", SCRIPT]).arg(directory.join(WASM)).arg(directory.join(EMBEDDED))).map(drop)
}

/// What receipts say of the module: a script cannot tell the digest of what it was given compiled.
fn digest(directory: &Path) -> Result<()> {
    let script = format!("export const sha256 = '{}';\n", sha256_of(&directory.join(WASM))?);
    fs::write(directory.join(DIGEST), script).with_context(|| format!("cannot write {DIGEST}"))
}

fn note_sizes(manifest: &Manifest, step: &mut Step) {
    let told = |Sizes { raw, gzip, brotli }: &Sizes| format!("{raw} bytes, {gzip} gzip, {brotli} brotli");
    step.note(format!("{}; guards {}", told(&manifest.bytes), told(&manifest.guards.bytes)));
}

/// The version that `Cargo.lock` holds for the library and the generator both.
fn wasm_bindgen_version(workspace: &Workspace) -> Result<String> {
    let lock = fs::read_to_string(workspace.path("Cargo.lock"))?;
    let mut lines = lock.lines().skip_while(|line| *line != "name = \"wasm-bindgen-cli-support\"");
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = "));
    Ok(version.context("Cargo.lock holds no wasm-bindgen-cli-support")?.trim_matches('"').to_owned())
}
