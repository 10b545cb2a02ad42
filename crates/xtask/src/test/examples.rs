//! The examples that are npm projects: each is built, and tested as its own `npm test` does.

use std::path::Path;

use anyhow::{Context, Result};

use super::counts::Counts;
use crate::{dist::npm_install, steps::Step, workspace::Workspace};

const EXAMPLES: [&str; 3] = ["host-examples/admin-ui", "host-examples/edge-worker", "host-examples/kysely"];

pub(super) fn run(
    workspace: &Workspace,
    chromium: &Path,
    counts: &mut Counts,
    step: &mut Step,
) -> Result<()> {
    for example in EXAMPLES {
        npm_install(workspace, example, step)?;
        let mut test = workspace.command(if cfg!(windows) { "npm.cmd" } else { "npm" });
        test.current_dir(workspace.path(example)).args(["test", "--silent"]);
        // `node --test` within it writes for machines.
        test.env("NODE_OPTIONS", "--test-reporter=tap").env("CHROMIUM", chromium);
        counts.node(step, &mut test).with_context(|| format!("in {example}"))?;
    }
    step.note(EXAMPLES.join(", "));
    Ok(())
}
