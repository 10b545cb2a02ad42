//! From what rustc wrote to what is shipped: wasm-bindgen, then wasm-opt.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::{
    manifest::{DIRECTORY, GLUE, INLINE, Manifest, Source, WASM, sha256_of},
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
    Fresh { directory: PathBuf, source: Source },
}

/// Writes the module and its glue into a directory of their own.
pub(super) fn bind(workspace: &Workspace, tools: &Tools, compiled: &Path, step: &mut Step) -> Result<Bound> {
    let source = Source {
        sha256: sha256_of(compiled)?,
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
        .input_path(compiled)
        .out_name("portcullis")
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        // After a trap the package starts a new instance from the module that it kept.
        .reset_state_function(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&directory)?;
    Ok(Bound::Fresh { directory, source })
}

/// Writes the optimised module, the glue and the manifest into `pkg/dist`.
pub(super) fn optimise(
    workspace: &Workspace,
    tools: &Tools,
    bound: Bound,
    step: &mut Step,
) -> Result<Manifest> {
    let (from, source) = match bound {
        Bound::Fresh { directory, source } => (directory, source),
        Bound::UpToDate(manifest) => {
            step.note(sizes(&manifest));
            return Ok(manifest);
        }
    };
    let to = workspace.path(DIRECTORY);
    fs::create_dir_all(&to)?;
    let mut wasm_opt = workspace.command("node");
    wasm_opt.arg(&tools.wasm_opt).arg(from.join("portcullis_bg.wasm")).arg("--output").arg(to.join(WASM));
    step.exec(wasm_opt.args(WASM_OPT))?;
    for (made, named) in ["portcullis.js", "portcullis.d.ts"].into_iter().zip(GLUE) {
        fs::copy(from.join(made), to.join(named)).with_context(|| format!("cannot copy {made}"))?;
    }
    inline(workspace, &to)?;
    let manifest = Manifest::write(workspace, source)?;
    step.note(sizes(&manifest));
    Ok(manifest)
}

/// The module as text in a script, for the entry that loads no file.
fn inline(workspace: &Workspace, directory: &Path) -> Result<()> {
    const SCRIPT: &str = "
        const { readFileSync, writeFileSync } = require('node:fs');
        const { deflateRawSync } = require('node:zlib');
        const bytes = readFileSync(process.argv[1]);
        const text = deflateRawSync(bytes, { level: 9 }).toString('base64url');
        writeFileSync(process.argv[2], `export const size = ${bytes.length};\nexport const deflated = '${text}';\n`);";
    let mut node = workspace.command("node");
    stdout(node.args(["-e", SCRIPT]).arg(directory.join(WASM)).arg(directory.join(INLINE))).map(drop)
}

fn sizes(manifest: &Manifest) -> String {
    let sizes = &manifest.bytes;
    format!("{} bytes, {} gzip, {} brotli", sizes.raw, sizes.gzip, sizes.brotli)
}

/// The version that `Cargo.lock` holds for the library and the generator both.
fn wasm_bindgen_version(workspace: &Workspace) -> Result<String> {
    let lock = fs::read_to_string(workspace.path("Cargo.lock"))?;
    let mut lines = lock.lines().skip_while(|line| *line != "name = \"wasm-bindgen-cli-support\"");
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = "));
    Ok(version.context("Cargo.lock holds no wasm-bindgen-cli-support")?.trim_matches('"').to_owned())
}
