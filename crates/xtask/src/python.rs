//! Python with what the example host needs, in a virtual environment below `target`.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{
    steps::Step,
    workspace::{Workspace, stdout},
};

/// What is installed, each at one version.
const REQUIREMENTS: &str = "host-examples/python/requirements.txt";

/// The Python of the virtual environment.
pub(crate) fn interpreter(workspace: &Workspace) -> PathBuf {
    let directory = workspace.target("python");
    if cfg!(windows) { directory.join("Scripts/python.exe") } else { directory.join("bin/python") }
}

/// Installs what the requirements name, unless it is there.
pub(crate) fn install(workspace: &Workspace, step: &mut Step) -> Result<()> {
    let requirements = fs::read(workspace.path(REQUIREMENTS))?;
    let stamp = workspace.target("python").join(".installed-requirements.txt");
    if fs::read(&stamp).is_ok_and(|installed| installed == requirements) {
        return Ok(());
    }
    let python = if cfg!(windows) { "python" } else { "python3" };
    stdout(workspace.command(python).arg("--version"))
        .context("Python 3.9 or newer, with venv, is needed")?;
    step.exec(workspace.command(python).args(["-m", "venv"]).arg(workspace.target("python")))?;
    let mut pip = workspace.command(interpreter(workspace));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]);
    step.exec(pip.args(["--no-deps", "--requirement", REQUIREMENTS]))?;
    fs::write(stamp, requirements)?;
    step.note("installed wasmtime and PyJWT");
    Ok(())
}
