//! Who may depend on whom. Cargo answers for each package alone, with the features that it asks for
//! itself, and without dependencies of tests and of build scripts.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use super::PURE;
use crate::{
    dist::WASM_TARGET,
    workspace::{Workspace, stdout},
};

/// What the pure crates may be linked with: nothing that reads a clock, randomness, a network or files.
const PURE_DEPENDENCIES: &[&str] = &[
    "block-buffer",
    "cfg-if",
    "cmov",
    "const-oid",
    "cpufeatures",
    "crypto-common",
    "ctutils",
    "digest",
    "equivalent",
    "foldhash",
    "hashbrown",
    "hmac",
    "hybrid-array",
    "icu_collections",
    "icu_locale_core",
    "icu_normalizer",
    "icu_normalizer_data",
    "icu_properties",
    "icu_properties_data",
    "icu_provider",
    "idna",
    "idna_adapter",
    "itoa",
    "litemap",
    "memchr",
    "memo-map",
    "minijinja",
    "portcullis-claim",
    "portcullis-condition",
    "portcullis-guard",
    "portcullis-json",
    "portcullis-policy",
    "portcullis-receipt",
    "portcullis-rows",
    "portcullis-token",
    "portcullis-wire",
    "potential_utf",
    "regex-lite",
    "ryu",
    "serde",
    "serde_core",
    "serde_json",
    "serde_path_to_error",
    "sha2",
    "smallvec",
    "stable_deref_trait",
    "thiserror",
    "tinystr",
    "typenum",
    "utf8_iter",
    "utf_types",
    "writeable",
    "yoke",
    "zerofrom",
    "zerotrie",
    "zerovec",
    "zmij",
];

/// What decides. A host has it in the module, and must not have a second copy beside it.
const ENGINE: &[&str] = &[
    "portcullis-claim",
    "portcullis-condition",
    "portcullis-guard",
    "portcullis-policy",
    "portcullis-receipt",
    "portcullis-rows",
    "portcullis-token",
];

/// What runs the module.
const HOSTS: &[&str] = &["portcullis", "portcullis-cli", "axum-gateway"];

/// Workspaces that nothing builds in a test run: their lock files would fall behind unseen.
const OTHER_WORKSPACES: &[&str] = &["tests/fuzz", "tests/peers"];

pub(super) fn pure_crates_stay_pure(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for name in PURE {
        let package = format!("portcullis-{name}");
        for (dependency, _) in linked(workspace, &package, Some(WASM_TARGET))? {
            if !PURE_DEPENDENCIES.contains(&dependency.as_str()) {
                problems.push(format!("{package}: depends on {dependency}, which is not known to be pure"));
            }
        }
    }
    Ok(problems)
}

pub(super) fn hosts_reach_the_engine_through_the_module(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for host in HOSTS {
        for (dependency, _) in linked(workspace, host, None)? {
            if ENGINE.contains(&dependency.as_str()) {
                problems.push(format!("{host}: is linked with {dependency}, past the sandbox"));
            }
        }
    }
    Ok(problems)
}

/// What a lock file lacks here would be chosen anew, and unseen, by whoever builds there next.
pub(super) fn every_workspace_is_locked(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for folder in OTHER_WORKSPACES {
        let manifest = format!("--manifest-path={folder}/Cargo.toml");
        let locked =
            workspace.cargo(&["update", "--quiet", "--workspace", "--locked", &manifest]).output()?;
        if !locked.status.success() {
            let said = String::from_utf8_lossy(&locked.stderr);
            let said = said.lines().find(|line| line.starts_with("error")).unwrap_or("error");
            problems.push(format!("{folder}/Cargo.lock: {said}; run `cargo update --workspace {manifest}`"));
        }
    }
    Ok(problems)
}

/// The generator refuses a module that was made with another version of the library; this says so
/// before anything is built.
pub(super) fn wasm_bindgen_is_one_version(workspace: &Workspace) -> Result<Vec<String>> {
    let version = |package, target, wanted: &str| -> Result<Option<String>> {
        let found = linked(workspace, package, target)?.into_iter().find(|(name, _)| name == wanted);
        Ok(found.map(|(_, version)| version))
    };
    let library = version("portcullis-module", Some(WASM_TARGET), "wasm-bindgen")?;
    let generator = version("xtask", None, "wasm-bindgen-cli-support")?;
    Ok(match (library, generator) {
        (Some(library), Some(generator)) if library == generator => Vec::new(),
        (library, generator) => vec![format!(
            "Cargo.lock: wasm-bindgen is {}, wasm-bindgen-cli-support {}",
            library.as_deref().unwrap_or("absent"),
            generator.as_deref().unwrap_or("absent")
        )],
    })
}

/// The name and version of everything that is linked with a package, the package itself included.
fn linked(workspace: &Workspace, package: &str, target: Option<&str>) -> Result<BTreeSet<(String, String)>> {
    let mut tree = workspace.cargo(&["tree", "--locked", "--prefix=none", "--format={p}"]);
    tree.args(["--edges=normal,no-proc-macro", "--package", package]);
    tree.args(target.map(|target| format!("--target={target}")));
    let tree = stdout(&mut tree)?;
    let linked: BTreeSet<_> = tree
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned()))
        })
        .collect();
    ensure!(linked.iter().any(|(name, _)| name == package), "cargo tree does not name {package}");
    Ok(linked)
}
