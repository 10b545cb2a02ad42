//! `dist`: the module with its JavaScript glue in `pkg/dist`, the command line that embeds it, and
//! the module compiled ahead of time for this machine.

mod compile;
mod manifest;
mod optimise;
mod tools;

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use clap::ValueEnum;

pub(crate) use self::{
    compile::WASM_TARGET,
    manifest::Manifest,
    tools::{Tools, npm_install},
};
use crate::{
    steps::{Step, Steps},
    workspace::Workspace,
};

/// What `--profile fast` builds: all that tests need, chosen at once. Cargo unifies
/// the features of what is chosen together; another choice could compile wasmtime a second time.
pub(crate) const FAST: &[&str] = &[
    "--profile=fast",
    "--locked",
    "--workspace",
    "--exclude=xtask",
    "--features=portcullis/sql,portcullis/webhooks",
];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How the command line is built.
    #[arg(long, value_enum, default_value_t)]
    profile: Profile,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(crate) enum Profile {
    /// What users run.
    #[default]
    Release,
    /// What tests run, and the tests with it.
    Fast,
}

/// What was built.
pub(crate) struct Dist {
    pub(crate) manifest: Manifest,
    /// The command line. Beside it stands `portcullis.cwasm`, the module compiled for this machine.
    pub(crate) portcullis: PathBuf,
}

impl Options {
    pub(crate) fn release() -> Self {
        Self { profile: Profile::Release }
    }

    pub(crate) fn fast() -> Self {
        Self { profile: Profile::Fast }
    }
}

/// Builds everything, step by step.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<Dist> {
    let mut steps = Steps::new(7);
    let tools = steps.run("find the tools", |step| Tools::find(workspace, step))?;
    let compiled = steps.run("build the module (cargo)", |step| compile::run(workspace, step))?;
    let bound = steps.run("bind it to JavaScript (wasm-bindgen)", |step| {
        optimise::bind(workspace, &tools, compiled, step)
    })?;
    let manifest = steps
        .run("optimise the module (wasm-opt)", |step| optimise::optimise(workspace, &tools, bound, step))?;
    steps.run("bundle the package (esbuild)", |step| bundle(workspace, step))?;
    let portcullis =
        steps.run("build the command line (cargo)", |step| command_line(workspace, options.profile, step))?;
    steps.run("compile the module for this machine", |step| precompile(workspace, &portcullis, step))?;
    Ok(Dist { manifest, portcullis })
}

/// The module alone, as one step.
pub(crate) fn module(workspace: &Workspace, tools: &Tools, step: &mut Step) -> Result<Manifest> {
    let compiled = compile::run(workspace, step)?;
    let bound = optimise::bind(workspace, tools, compiled, step)?;
    optimise::optimise(workspace, tools, bound, step)
}

/// The scripts of the package, each entry with what it needs, beside the modules.
pub(crate) fn bundle(workspace: &Workspace, step: &mut Step) -> Result<()> {
    if npm_install(workspace, "pkg", step)? {
        step.note("installed npm packages");
    }
    step.exec(workspace.command("node").arg(workspace.path("pkg/build.mjs")))
}

/// Builds the module again from a copy of the sources in another directory: the bytes must not
/// depend on where they are built.
pub(crate) fn reproduce(
    workspace: &Workspace,
    tools: &Tools,
    manifest: &Manifest,
    step: &mut Step,
) -> Result<()> {
    let directory = std::env::temp_dir().join(format!("portcullis-reproduce-{}", std::process::id()));
    let again = workspace.copy_to(&directory).and_then(|copy| module(&copy, tools, step));
    std::fs::remove_dir_all(&directory)?;
    let again = again?;
    for (here, there) in [(&manifest.sha256, &again.sha256), (&manifest.guards.sha256, &again.guards.sha256)]
    {
        ensure!(here == there, "a module differs: {here} here, {there} from {}", directory.display());
    }
    step.note(&again.sha256);
    Ok(())
}

/// The command line, which embeds the module.
pub(crate) fn command_line(workspace: &Workspace, profile: Profile, step: &mut Step) -> Result<PathBuf> {
    let directory = match profile {
        Profile::Release => {
            step.exec(&mut workspace.cargo(&["build", "--release", "--locked", "--package=portcullis-cli"]))?;
            "release"
        }
        Profile::Fast => {
            step.exec(workspace.cargo(&["build", "--lib", "--bins", "--tests"]).args(FAST))?;
            "fast"
        }
    };
    Ok(workspace.target(directory).join(format!("portcullis{}", std::env::consts::EXE_SUFFIX)))
}

/// Compiles the modules ahead of time; the files stand beside the command line.
pub(crate) fn precompile(workspace: &Workspace, portcullis: &Path, step: &mut Step) -> Result<()> {
    for (module, file) in [(None, "portcullis.cwasm"), (Some("--guards"), "portcullis-guards.cwasm")] {
        let mut precompile = workspace.command(portcullis);
        precompile.args(["module", "precompile"]).args(module);
        step.exec(precompile.arg("--out").arg(portcullis.with_file_name(file)))?;
    }
    Ok(())
}
