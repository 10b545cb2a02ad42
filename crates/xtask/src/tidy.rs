//! `tidy`: what the workspace keeps to and the compiler does not check.

mod dependencies;
mod lints;
mod sources;
mod tree;

use anyhow::{Result, bail};

use crate::{steps::Step, workspace::Workspace};

/// The crates that take bytes and numbers and touch nothing else.
const PURE: &[&str] = &["json", "claim", "condition", "rows", "token", "policy", "receipt", "guard", "wire"];

/// Finds what breaks one rule. Each problem is a line that names the place.
type Check = fn(&Workspace) -> Result<Vec<String>>;

const CHECKS: &[Check] = &[
    dependencies::pure_crates_stay_pure,
    dependencies::hosts_reach_the_engine_through_the_module,
    dependencies::wasm_bindgen_is_one_version,
    dependencies::every_workspace_is_locked,
    lints::crates_inherit_the_lints,
    lints::pure_crates_forbid_panics,
    sources::unsafe_stays_in_its_files,
    sources::files_are_short,
    sources::modules_are_documented,
    sources::no_path_of_a_machine,
    tree::the_top_level_is_known,
];

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let problems = problems(workspace)?;
    for problem in &problems {
        println!("{problem}");
    }
    match problems.len() {
        0 => Ok(()),
        count => bail!("{count} untidy places"),
    }
}

/// As [`run`], as a step of the tests.
pub(crate) fn check(workspace: &Workspace, step: &mut Step) -> Result<()> {
    let problems = problems(workspace)?;
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    step.note(format!("{} rules", CHECKS.len()));
    Ok(())
}

fn problems(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for check in CHECKS {
        problems.extend(check(workspace)?);
    }
    Ok(problems)
}
