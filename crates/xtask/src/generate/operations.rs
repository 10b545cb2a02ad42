//! `crates/claim/data/operations.json` to a table in Rust: the built-in catalog.

use std::{collections::BTreeSet, fmt::Write as _, fs};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::workspace::Workspace;

const DATA: &str = "crates/claim/data/operations.json";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    root: String,
    base_path: String,
    operations: Vec<Operation>,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
}

pub(super) fn generate(workspace: &Workspace) -> Result<String> {
    let text = fs::read_to_string(workspace.path(DATA)).with_context(|| format!("cannot read {DATA}"))?;
    let mut data: Data = serde_json::from_str(&text).with_context(|| format!("cannot parse {DATA}"))?;
    data.operations.sort();
    check(&data)?;
    Ok(source(&data))
}

fn check(data: &Data) -> Result<()> {
    let mut ids = BTreeSet::new();
    let mut routes = BTreeSet::new();
    for operation in &data.operations {
        let Operation { id, method, path, summary } = operation;
        let below_root = id.strip_prefix(&data.root).is_some_and(|rest| rest.starts_with('.'));
        ensure!(below_root, "{id} is not below the root {}", data.root);
        ensure!(path.starts_with('/'), "the path of {id} does not begin with `/`");
        ensure!(!summary.is_empty(), "{id} has no summary");
        ensure!(ids.insert(id), "{id} is listed twice");
        ensure!(routes.insert((method, path)), "{method} {path} is listed twice");
    }
    Ok(())
}

fn source(data: &Data) -> String {
    let Data { root, base_path, operations } = data;
    let mut text = format!(
        "//! The operations of the built-in catalog, sorted by id.\n\
         //!\n\
         //! Generated from `data/operations.json` by `cargo xtask generate`; do not edit.\n\n\
         /// The first segment of every id.\n\
         pub(crate) const ROOT: &str = {root:?};\n\
         /// Where the paths begin unless the policy says otherwise.\n\
         pub(crate) const BASE_PATH: &str = {base_path:?};\n\n\
         /// Id, HTTP method, path template below the base path, summary.\n\
         #[rustfmt::skip]\n\
         pub(crate) static OPERATIONS: [(&str, &str, &str, &str); {}] = [\n",
        operations.len()
    );
    for Operation { id, method, path, summary } in operations {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    ({id:?}, {method:?}, {path:?}, {summary:?}),");
    }
    text.push_str("];\n");
    text
}
