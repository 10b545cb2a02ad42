//! `demo`: shows what was built.

use anyhow::{Result, ensure};

use crate::{dist::Dist, workspace::Workspace};

/// Runs the command line that was just built.
pub(crate) fn run(workspace: &Workspace, dist: &Dist) -> Result<()> {
    println!("{}  {}", dist.manifest.file, dist.manifest.sha256);
    let status = workspace.command(&dist.portcullis).args(["module", "verify"]).status()?;
    ensure!(status.success(), "the module is not the one that was built");
    Ok(())
}
