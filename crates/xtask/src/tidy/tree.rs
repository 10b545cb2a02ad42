//! The top level of the repository.

use std::{collections::BTreeSet, path::Path};

use anyhow::Result;

use crate::workspace::Workspace;

/// What the layout names, and what tools and code hosts look for at the top. Files whose names begin
/// with a dot may be there too.
const TOP_LEVEL: &[&str] = &[
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "crates",
    "deny.toml",
    "host-examples",
    "pkg",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "tests",
];

pub(super) fn the_top_level_is_known(workspace: &Workspace) -> Result<Vec<String>> {
    let files = workspace.files()?;
    let entries: BTreeSet<_> = files.iter().filter_map(|file| file.iter().next()).collect();
    let is_known = |entry: &Path| {
        TOP_LEVEL.iter().any(|known| entry == Path::new(known)) || entry.to_string_lossy().starts_with('.')
    };
    let unknown = entries.into_iter().map(Path::new).filter(|entry| !is_known(entry));
    Ok(unknown.map(|entry| format!("{}: not a part of the layout", entry.display())).collect())
}
