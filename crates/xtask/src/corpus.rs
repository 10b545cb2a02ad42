//! `corpus`: what every host decides on the same cases, as bytes that can be compared.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;

use crate::{
    dist, python,
    steps::{Step, Steps},
    workspace::Workspace,
};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// What decides.
    #[arg(long, value_enum)]
    host: Host,
    /// Where to write instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What decides.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Host {
    /// The crates, linked into the runner.
    Native,
    /// The module, in wasmtime.
    Wasmtime,
    /// The module, in Node.
    Node,
    /// The module, in Python, by its raw ABI.
    Python,
}

pub(crate) const HOSTS: [Host; 4] = [Host::Native, Host::Wasmtime, Host::Node, Host::Python];

impl Host {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Wasmtime => "wasmtime",
            Self::Node => "node",
            Self::Python => "python",
        }
    }
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    dist::run(workspace, &dist::Options::fast())?;
    if matches!(options.host, Host::Python) {
        Steps::new(1).run("install what Python needs", |step| python::install(workspace, step))?;
    }
    let mut runner = runner(workspace, options.host);
    if let Some(out) = &options.out {
        runner.stdout(create(out)?);
    }
    ensure!(runner.status()?.success(), "the corpus did not run on {}", options.host.name());
    Ok(())
}

/// Runs the corpus on a built host, into a file.
pub(crate) fn write(workspace: &Workspace, host: Host, step: &Step) -> Result<PathBuf> {
    let out = workspace.target("corpus").join(host.name());
    std::fs::create_dir_all(workspace.target("corpus"))?;
    step.exec_into(&mut runner(workspace, host), create(&out)?)?;
    Ok(out)
}

fn runner(workspace: &Workspace, host: Host) -> Command {
    let program = workspace.target("fast").join(format!("corpus{}", std::env::consts::EXE_SUFFIX));
    let mut runner = workspace.command(program);
    runner.args(["--host", host.name()]).env("PORTCULLIS_PYTHON", python::interpreter(workspace));
    runner
}

fn create(file: &Path) -> Result<Stdio> {
    let file = File::create(file).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file.into())
}
