//! `bench`: criterion for what runs natively, a program of its own for other engines, Node for what runs
//! in JavaScript, and one table of all.
//!
//! A benchmark is named `work/host`, for instance `allows/wasmtime`; the table has a row for each work
//! and compares its hosts within this run. Sizes come from the manifest.

mod results;

use std::{fs, process::Command};

use anyhow::{Result, ensure};

use self::results::Results;
use crate::{
    dist::{self, Manifest, Tools, npm_install},
    steps::Steps,
    workspace::Workspace,
};

/// What is measured, in the profile `bench`: whatever the hosts of the tests are.
const MEASURED: &[&str] =
    &["--locked", "--workspace", "--exclude=xtask", "--features=portcullis/sql,portcullis/webhooks"];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Fewer samples: rough figures in a fraction of the time.
    #[arg(long)]
    quick: bool,
    /// Only benchmarks whose name holds this text.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut steps = Steps::new(3);
    let tools = steps.run("find the tools", |step| Tools::find(workspace, step))?;
    let manifest = steps.run("build the module", |step| dist::module(workspace, &tools, step))?;
    steps.run("bundle the package", |step| dist::bundle(workspace, step))?;
    // Only what this run measures may be compared.
    let results = workspace.target("bench");
    if results.exists() {
        fs::remove_dir_all(&results)?;
    }
    fs::create_dir_all(&results)?;
    native(workspace, options)?;
    peers(workspace, options)?;
    node(workspace, options)?;
    print!("\n{}", Results::read(&results)?);
    sizes(&manifest);
    Ok(())
}

fn native(workspace: &Workspace, options: &Options) -> Result<()> {
    // By name: the runner of unit tests does not know criterion's options.
    let targets = workspace.packages.iter().flat_map(|package| &package.targets);
    let mut names = targets.filter(|target| target.kind.iter().any(|kind| kind == "bench")).peekable();
    if names.peek().is_none() {
        println!("no native benchmarks");
        return Ok(());
    }
    let mut bench = workspace.cargo(&["bench"]);
    bench.args(MEASURED);
    for target in names {
        bench.args(["--bench", &target.name]);
    }
    bench.arg("--");
    if options.quick {
        bench.arg("--quick");
    }
    bench.args(&options.only).env("CRITERION_HOME", workspace.target("bench"));
    succeed(&mut bench)
}

/// Other engines on the same question, in a workspace of their own.
fn peers(workspace: &Workspace, options: &Options) -> Result<()> {
    // All of them answer one question.
    const WORK: &str = "pipeline, roles and two conditions";
    if options.only.as_ref().is_some_and(|only| !WORK.contains(only.as_str())) {
        return Ok(());
    }
    let mut peers =
        workspace.cargo(&["run", "--release", "--locked", "--manifest-path=tests/peers/Cargo.toml"]);
    peers.arg("--target-dir").arg(workspace.target("peers")).arg("--");
    if options.quick {
        peers.arg("--quick");
    }
    succeed(peers.env("PORTCULLIS_BENCH", workspace.target(results::NODE)))
}

/// Each program in `pkg/bench` measures with mitata, and appends `{"work", "host", "ns"}` to the file
/// that `PORTCULLIS_BENCH` names, one JSON object a line.
fn node(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut programs = workspace.files()?;
    programs.retain(|file| file.starts_with("pkg/bench") && file.extension().is_some_and(|end| end == "mjs"));
    if programs.is_empty() {
        println!("no benchmarks for Node");
        return Ok(());
    }
    Steps::new(1).run("find mitata and workerd", |step| {
        npm_install(workspace, "pkg", step)?;
        npm_install(workspace, "pkg/test/runtimes", step)
    })?;
    for program in programs {
        let mut node = workspace.command("node");
        node.arg("--expose-gc").arg(program);
        if options.quick {
            node.arg("--quick");
        }
        if let Some(only) = &options.only {
            node.args(["--only", only]);
        }
        succeed(node.env("PORTCULLIS_BENCH", workspace.target(results::NODE)))?;
    }
    Ok(())
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status()?;
    ensure!(status.success(), "{} failed ({status})", command.get_program().display());
    Ok(())
}

fn sizes(manifest: &Manifest) {
    let sizes = &manifest.bytes;
    println!("\n{:<24}{:>12}{:>12}{:>12}", "bytes", "raw", "gzip", "brotli");
    println!("{:<24}{:>12}{:>12}{:>12}", manifest.file, sizes.raw, sizes.gzip, sizes.brotli);
    let guards = &manifest.guards;
    let sizes = &guards.bytes;
    println!("{:<24}{:>12}{:>12}{:>12}", guards.file, sizes.raw, sizes.gzip, sizes.brotli);
}
