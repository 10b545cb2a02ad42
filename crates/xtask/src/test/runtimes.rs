//! The package in every runtime: one body of tests, and one hash over all decisions of the corpus.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use super::counts::Counts;
use crate::{dist::npm_install, steps::Step, workspace::Workspace};

/// The runtimes, as `pkg/test/run.mjs` names them.
const RUNTIMES: [&str; 6] = ["node", "node-24", "deno", "bun", "workerd", "chromium"];
/// Where the lock file of those is that npm brings.
const NPM_DIRECTORY: &str = "pkg/test/runtimes";
/// Where systems have Chromium.
const CHROMIUM: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/// How the random requests are named that follow the corpus in what a host writes.
const RANDOM: &str = "random-";

/// Looks for the runtimes, and installs what is missing.
pub(super) fn find(workspace: &Workspace, step: &mut Step) -> Result<PathBuf> {
    let mut installed = Vec::new();
    if npm_install(workspace, "pkg", step)? | npm_install(workspace, NPM_DIRECTORY, step)? {
        installed.push("npm packages");
    }
    let (chromium, fresh) = chromium(step)?;
    if fresh {
        installed.push("chromium");
    }
    if !installed.is_empty() {
        step.note(format!("installed {}", installed.join(", ")));
    }
    Ok(chromium)
}

/// Chromium, and whether it had to be installed: where Debian's package manager may be used.
fn chromium(step: &Step) -> Result<(PathBuf, bool)> {
    if let Some(named) = env::var_os("CHROMIUM") {
        return Ok((named.into(), false));
    }
    let there = || CHROMIUM.iter().map(Path::new).find(|path| path.exists()).map(Path::to_path_buf);
    if let Some(found) = there() {
        return Ok((found, false));
    }
    let install = ["install", "--yes", "--no-install-recommends", "chromium"];
    let installed = step
        .exec(Command::new("apt-get").arg("update"))
        .and_then(|()| step.exec(Command::new("apt-get").args(install)));
    installed.context("cannot install Chromium: install it, or name it in the variable CHROMIUM")?;
    Ok((there().context("the package `chromium` brought no Chromium")?, true))
}

/// Runs the tests in every runtime. All run the same number of tests, and all decide the corpus with
/// the bytes that the crates decide it with: `corpus` is what a native host wrote.
pub(super) fn run(
    workspace: &Workspace,
    chromium: &Path,
    corpus: &[u8],
    counts: &mut Counts,
    step: &mut Step,
) -> Result<()> {
    let wanted = transcript(corpus)?;
    let mut tests: Option<String> = None;
    for runtime in RUNTIMES {
        let mut node = workspace.command("node");
        node.arg(workspace.path("pkg/test/run.mjs")).arg(runtime).env("CHROMIUM", chromium);
        let lines = counts.node(step, &mut node).with_context(|| format!("in {runtime}"))?;
        let line = |start: &str| {
            let line = lines.iter().find_map(|line| line.strip_prefix(start));
            line.map(str::to_owned).with_context(|| format!("{runtime} prints no `{start}`"))
        };
        let found = line("# transcript ")?;
        ensure!(found == wanted, "{runtime} decides the corpus differently: {found}, not {wanted}");
        let plan = line("1..")?;
        match &tests {
            Some(first) => ensure!(*first == plan, "{runtime} ran {plan} tests, {} ran {first}", RUNTIMES[0]),
            None => tests = Some(plan),
        }
    }
    step.note(format!("{} tests in each of {}; {wanted}", tests.unwrap_or_default(), RUNTIMES.join(", ")));
    Ok(())
}

/// The number of cases and the hash of what is decided, without the random requests.
fn transcript(corpus: &[u8]) -> Result<String> {
    let mut hash = Sha256::new();
    let mut cases = 0;
    for line in corpus.split_inclusive(|&byte| byte == b'\n') {
        if !line.starts_with(RANDOM.as_bytes()) {
            hash.update(line);
            cases += 1;
        }
    }
    if cases == 0 {
        bail!("the corpus is empty");
    }
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{cases} {hash}"))
}

#[cfg(test)]
mod tests {
    use super::transcript;

    #[test]
    fn random_requests_do_not_count() {
        let corpus = b"claims/a {}\nrandom-0/1 {}\n";
        assert_eq!(transcript(corpus).unwrap(), transcript(b"claims/a {}\n").unwrap());
        assert_ne!(transcript(corpus).unwrap(), transcript(b"claims/a { }\n").unwrap());
        assert!(transcript(b"random-0/1 {}\n").is_err());
    }
}
