//! The lints that the design rests on are switched on.

use std::fs;

use anyhow::Result;

use super::PURE;
use crate::workspace::Workspace;

/// What every pure crate denies outside its tests: whatever could panic on input.
const NO_PANIC: &[&str] = &[
    "clippy::arithmetic_side_effects",
    "clippy::expect_used",
    "clippy::indexing_slicing",
    "clippy::panic",
    "clippy::unreachable",
    "clippy::unwrap_used",
];

pub(super) fn crates_inherit_the_lints(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for package in &workspace.packages {
        let manifest = fs::read_to_string(&package.manifest_path)?;
        if !manifest.contains("\n[lints]\nworkspace = true\n") {
            problems.push(format!("{}: its manifest does not inherit the workspace's lints", package.name));
        }
    }
    Ok(problems)
}

pub(super) fn pure_crates_forbid_panics(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for name in PURE {
        let file = format!("crates/{name}/src/lib.rs");
        let source: String = fs::read_to_string(workspace.path(&file))?.split_whitespace().collect();
        let denied =
            source.split_once("#![cfg_attr(not(test),deny(").and_then(|(_, rest)| rest.split_once("))]"));
        let denied: Vec<&str> = denied.map(|(lints, _)| lints.split(',').collect()).unwrap_or_default();
        for lint in NO_PANIC {
            if !denied.contains(lint) {
                problems.push(format!("{file}: does not deny {lint} outside tests"));
            }
        }
        for attribute in ["#![no_std]", "#![forbid(unsafe_code)]"] {
            if !source.contains(attribute) {
                problems.push(format!("{file}: does not say {attribute}"));
            }
        }
    }
    Ok(problems)
}
