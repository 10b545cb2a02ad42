//! `vectors`: cases of other systems' rules, translated and decided by the shipped module.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::{Args, Subcommand};

use crate::{dist, workspace::Workspace};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Rules of an application platform: exposure, authentication, conditions, privacy
    WorkflowApi(Options),
}

#[derive(Args)]
pub(crate) struct Options {
    /// The cases, a JSON file
    file: PathBuf,
}

pub(crate) fn run(workspace: &Workspace, command: &Command) -> Result<()> {
    let Command::WorkflowApi(options) = command;
    dist::run(workspace, &dist::Options::fast())?;
    let program = workspace.target("fast").join(format!("vectors{}", std::env::consts::EXE_SUFFIX));
    let status = workspace.command(program).arg(options.file.canonicalize()?).status()?;
    ensure!(status.success(), "the cases were not decided");
    Ok(())
}
