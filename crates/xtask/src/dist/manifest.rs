//! `pkg/dist/manifest.json`: what the modules are, byte for byte, and what they were made with.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::workspace::{Workspace, stdout};

/// Where the module, its glue and the manifest are written.
pub(crate) const DIRECTORY: &str = "pkg/dist";
/// The module's file name.
pub(crate) const WASM: &str = "portcullis.wasm";
/// The guard module's file name.
pub(crate) const GUARDS_WASM: &str = "portcullis-guards.wasm";
/// The glue that wasm-bindgen writes, as this package names it.
pub(super) const GLUE: [&str; 2] = ["glue.js", "glue.d.ts"];
/// The module again, as text in a script.
pub(super) const EMBEDDED: &str = "embedded.js";
/// The module's digest, for scripts.
pub(super) const DIGEST: &str = "digest.js";
const FILE: &str = "pkg/dist/manifest.json";

/// The manifest.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// The version of the workspace.
    pub(crate) version: String,
    /// The file name of the module.
    pub(crate) file: String,
    /// The module's SHA-256, in lower-case hexadecimal.
    pub(crate) sha256: String,
    pub(crate) bytes: Sizes,
    /// SHA-256 of the files that go with the module.
    pub(crate) glue: BTreeMap<String, String>,
    /// The guard module.
    pub(crate) guards: Guards,
    pub(crate) source: Source,
}

/// The guard module.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Guards {
    /// Its file name.
    pub(crate) file: String,
    /// Its SHA-256, in lower-case hexadecimal.
    pub(crate) sha256: String,
    pub(crate) bytes: Sizes,
}

/// A module's size in bytes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sizes {
    pub(crate) raw: u64,
    /// At level 9.
    pub(crate) gzip: u64,
    /// At quality 11.
    pub(crate) brotli: u64,
}

/// What the module was made of: what rustc wrote, and the tools. Equal sources give equal modules.
#[derive(Serialize, Deserialize, PartialEq, Eq, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    /// SHA-256 of the file that rustc wrote.
    pub(crate) sha256: String,
    /// The same of the guard module.
    pub(crate) guards_sha256: String,
    pub(crate) rustc: String,
    pub(crate) wasm_bindgen: String,
    pub(crate) binaryen: String,
    /// The options of wasm-opt.
    pub(crate) wasm_opt: String,
}

impl Manifest {
    /// The manifest of what is in `pkg/dist`.
    pub(crate) fn read(workspace: &Workspace) -> Result<Self> {
        let text = fs::read_to_string(workspace.path(FILE))
            .with_context(|| format!("cannot read {FILE}: run `cargo xtask dist`"))?;
        serde_json::from_str(&text).with_context(|| format!("cannot parse {FILE}"))
    }

    /// The manifest, if all that it names is there and was made of this source.
    pub(super) fn current(workspace: &Workspace, source: &Source) -> Option<Self> {
        let manifest = Self::read(workspace).ok()?;
        let directory = workspace.path(DIRECTORY);
        let is = |file: &str, hash: &str| sha256_of(&directory.join(file)).is_ok_and(|found| found == hash);
        let current = manifest.source == *source
            && manifest.version == crate::VERSION
            && is(&manifest.file, &manifest.sha256)
            && is(&manifest.guards.file, &manifest.guards.sha256)
            && files().all(|file| manifest.glue.get(file).is_some_and(|hash| is(file, hash)));
        current.then_some(manifest)
    }

    /// Measures what is in `pkg/dist`, and writes the manifest.
    pub(super) fn write(workspace: &Workspace, source: Source) -> Result<Self> {
        let directory = workspace.path(DIRECTORY);
        let mut glue = BTreeMap::new();
        for file in files() {
            glue.insert(file.to_owned(), sha256_of(&directory.join(file))?);
        }
        let (wasm, guards) = (directory.join(WASM), directory.join(GUARDS_WASM));
        let manifest = Self {
            version: crate::VERSION.to_owned(),
            file: WASM.to_owned(),
            sha256: sha256_of(&wasm)?,
            bytes: sizes(workspace, &wasm)?,
            glue,
            guards: Guards {
                file: GUARDS_WASM.to_owned(),
                sha256: sha256_of(&guards)?,
                bytes: sizes(workspace, &guards)?,
            },
            source,
        };
        fs::write(workspace.path(FILE), serde_json::to_string_pretty(&manifest)? + "\n")?;
        Ok(manifest)
    }
}

/// What goes with the module.
fn files() -> impl Iterator<Item = &'static str> {
    GLUE.into_iter().chain([EMBEDDED, DIGEST])
}

/// Node compresses as well as any library, and is there.
fn sizes(workspace: &Workspace, file: &Path) -> Result<Sizes> {
    const SCRIPT: &str = "
        const zlib = require('node:zlib');
        const bytes = require('node:fs').readFileSync(process.argv[1]);
        const gzip = zlib.gzipSync(bytes, { level: 9 }).length;
        const quality = { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 };
        const brotli = zlib.brotliCompressSync(bytes, { params: quality }).length;
        console.log(JSON.stringify({ raw: bytes.length, gzip, brotli }));";
    let text = stdout(workspace.command("node").args(["-e", SCRIPT]).arg(file))?;
    serde_json::from_str(&text).context("node tells no sizes")
}

pub(super) fn sha256_of(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}
