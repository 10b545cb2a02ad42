//! `test`: everything that continuous integration checks.
//!
//! A step that fails does not stop those that can do without it. All native code is compiled with
//! the profile `fast` and chosen at once ([`dist::FAST`]), so that wasmtime is built one time; clippy
//! takes the same profile, and so shares build scripts and macros with it.

mod counts;
mod examples;
mod mariadb;
mod place;
mod postgres;
mod runtimes;

use std::{
    fs,
    path::PathBuf,
    process::{Command, ExitCode},
    time::Duration,
};

use anyhow::{Result, ensure};

use self::{counts::Counts, mariadb::MariaDb, postgres::Postgres};
use crate::{
    corpus::{self, HOSTS},
    dist::{self, FAST, Profile, Tools, WASM_TARGET},
    generate, python,
    steps::{Outcome, Step, Steps, seconds},
    tidy,
    workspace::{Workspace, stdout},
};

/// The crates without input and output; their documentation must build without a warning.
const DOCUMENTED: &[&str] = &[
    "--package=portcullis-json",
    "--package=portcullis-claim",
    "--package=portcullis-condition",
    "--package=portcullis-rows",
    "--package=portcullis-token",
    "--package=portcullis-policy",
    "--package=portcullis-receipt",
    "--package=portcullis-wire",
];

/// The longest time that the whole run may take on two cores.
const BUDGET: Duration = Duration::from_secs(30 * 60);

pub(crate) fn run(workspace: &Workspace) -> ExitCode {
    let mut steps = Steps::new(23);
    let mut counts = Counts::default();
    // The outcome of a step is in `steps`; only what a later step needs is kept here.
    let _ = steps.run("format", |step| step.exec(&mut workspace.cargo(&["fmt", "--all", "--check"])));
    let _ = steps.run("generated files", |_| generate::check(workspace));
    let _ = steps.run("tidy", |step| tidy::check(workspace, step));
    let _ = steps.run("lint xtask (clippy)", |step| {
        let clippy = ["clippy", "--locked", "--package=xtask", "--all-targets", "--", "-Dwarnings"];
        step.exec(&mut workspace.cargo(&clippy))
    });
    let _ = steps.run("test xtask", |step| {
        counts.cargo(step, &mut workspace.cargo(&["test", "--locked", "--package=xtask"]))
    });

    let tools = steps.run("find the tools", |step| Tools::find(workspace, step)).ok();
    let module = needs(&mut steps, "build the module", tools.as_ref(), |tools, step| {
        dist::module(workspace, tools, step)
    });
    let package =
        needs(&mut steps, "bundle the package", module.as_ref(), |_, step| dist::bundle(workspace, step));
    let both = tools.as_ref().zip(module.as_ref());
    let _ = needs(&mut steps, "build the module elsewhere, compare", both, |(tools, module), step| {
        dist::reproduce(workspace, tools, module, step)
    });
    let _ = needs(&mut steps, "lint the module (clippy)", tools.as_ref(), |_, step| {
        let package = ["clippy", "--locked", "--profile=wasm", "--package=portcullis-module"];
        step.exec(workspace.cargo(&package).args(["--target", WASM_TARGET, "--", "-Dwarnings"]))
    });
    let _ = needs(&mut steps, "lint (clippy)", module.as_ref(), |_, step| {
        step.exec(workspace.cargo(&["clippy", "--all-targets"]).args(FAST).args(["--", "-Dwarnings"]))
    });
    let _ = steps.run("documentation", |step| {
        let mut doc = workspace.cargo(&["doc", "--locked", "--profile=fast", "--no-deps"]);
        step.exec(doc.args(DOCUMENTED).env("RUSTDOCFLAGS", "-Dwarnings"))
    });

    let native = needs(&mut steps, "build the command line and the tests", module.as_ref(), |_, step| {
        let portcullis = dist::command_line(workspace, Profile::Fast, step)?;
        dist::precompile(workspace, &portcullis, step)
    });
    let postgres = steps.run("start PostgreSQL", Postgres::start).ok();
    let mariadb = steps.run("start MariaDB", MariaDb::start).ok();
    let _ = needs(&mut steps, "test (cargo)", native.as_ref(), |_, step| {
        let mut test = workspace.cargo(&["test", "--no-fail-fast"]);
        // Without one, the test that needs it fails.
        test.envs(postgres.as_ref().map(|it| (postgres::VARIABLE, it.named())));
        test.envs(mariadb.as_ref().map(|it| (mariadb::VARIABLE, it.named())));
        counts.cargo(step, test.args(FAST))
    });
    drop((postgres, mariadb));
    let chromium = steps.run("find the runtimes", |step| runtimes::find(workspace, step)).ok();
    let both = chromium.as_ref().zip(package.as_ref());
    let _ = needs(&mut steps, "test (Node)", both, |_, step| node(workspace, &mut counts, step));
    let python = steps.run("install what Python needs", |step| python::install(workspace, step)).ok();
    let both = native.as_ref().zip(python.as_ref()).zip(package.as_ref());
    let corpus = needs(&mut steps, "corpus on every host", both, |_, step| same_corpus(workspace, step));
    let both = chromium.as_ref().zip(corpus.as_ref());
    let _ = needs(&mut steps, "test the package in every runtime", both, |(chromium, corpus), step| {
        runtimes::run(workspace, chromium, corpus, &mut counts, step)
    });
    let both = chromium.as_ref().zip(package.as_ref());
    let _ = needs(&mut steps, "test the examples", both, |(chromium, _), step| {
        examples::run(workspace, chromium, &mut counts, step)
    });
    deny(workspace, &mut steps);

    finish(&steps, counts)
}

/// Runs a step if there is what it needs.
fn needs<N, T>(
    steps: &mut Steps,
    title: &str,
    needed: Option<N>,
    work: impl FnOnce(N, &mut Step) -> Result<T>,
) -> Option<T> {
    match needed {
        Some(needed) => steps.run(title, |step| work(needed, step)).ok(),
        None => {
            steps.skip(title, "a step before it failed");
            None
        }
    }
}

fn node(workspace: &Workspace, counts: &mut Counts, step: &mut Step) -> Result<()> {
    let mut files: Vec<PathBuf> = workspace.files()?;
    files.retain(|file| file.starts_with("pkg/test") && file.to_string_lossy().contains(".test."));
    if files.is_empty() {
        step.note("there are none");
        return Ok(());
    }
    counts.node(step, workspace.command("node").args(["--test", "--test-reporter=tap"]).args(files)).map(drop)
}

/// What every host decides, as all of them write it.
fn same_corpus(workspace: &Workspace, step: &mut Step) -> Result<Vec<u8>> {
    let mut first: Option<(&str, Vec<u8>)> = None;
    for host in HOSTS {
        let decided = fs::read(corpus::write(workspace, host, step)?)?;
        match &first {
            None => first = Some((host.name(), decided)),
            Some((name, bytes)) => {
                let line = bytes.split(|&byte| byte == b'\n').zip(decided.split(|&byte| byte == b'\n'));
                let same = line.take_while(|(one, two)| one == two).count();
                ensure!(*bytes == decided, "{name} and {} differ from line {}", host.name(), same + 1);
            }
        }
    }
    let bytes = first.map_or_else(Vec::new, |(_, bytes)| bytes);
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count();
    ensure!(lines > 0, "the corpus is empty");
    step.note(format!("{lines} lines, equal on {} hosts", HOSTS.len()));
    Ok(bytes)
}

/// cargo-deny takes long to build, so it is not installed here. Advisories need the network.
fn deny(workspace: &Workspace, steps: &mut Steps) {
    const TITLE: &str = "licences and bans (cargo-deny)";
    if stdout(Command::new("cargo-deny").arg("--version")).is_err() {
        steps.skip(TITLE, "not installed: `cargo install cargo-deny`");
        return;
    }
    let _ = steps.run(TITLE, |step| {
        step.exec(&mut workspace.cargo(&["deny", "--offline", "check", "bans", "licenses", "sources"]))
    });
}

/// Prints every step with its time and, last, one line of counts. A step that failed and is no run of
/// tests counts as one failure, so the line never looks better than the run was.
fn finish(steps: &Steps, counts: Counts) -> ExitCode {
    println!();
    for done in steps.done() {
        let how = match done.outcome {
            Outcome::Passed => seconds(done.time),
            Outcome::Failed => format!("FAILED after {}", seconds(done.time)),
            Outcome::Skipped => "skipped".to_owned(),
        };
        println!("{how:>20}  {}", done.title);
    }
    let time = steps.done().iter().map(|done| done.time).sum();
    println!("{:>20}  in all", seconds(time));
    if time > BUDGET {
        println!("this took longer than the {} that it should take at most", seconds(BUDGET));
    }
    let failed_steps = steps.done().iter().filter(|done| done.outcome == Outcome::Failed).count() as u64;
    let failed = counts.failed + failed_steps.saturating_sub(counts.failed_runs);
    println!("\n{} passed, {failed} failed", counts.passed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
