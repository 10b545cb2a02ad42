//! What source files hold, and what they must not.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::{generate, workspace::Workspace};

/// The only files that may hold `unsafe`: the boundary of the modules, and the loading of machine code.
const UNSAFE_FILES: &[&str] =
    &["crates/abi/src/buffers.rs", "crates/host/src/precompiled.rs", "crates/module/src/abi.rs"];

/// No file that people read is longer.
const MAX_LINES: usize = 600;

/// Where people's directories are. The parts are joined when this is compiled, so that this file is
/// not one of those that it looks for.
const HOME_DIRECTORIES: &[&str] = &[concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/Us", "ers/")];

pub(super) fn unsafe_stays_in_its_files(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for (file, text) in texts(workspace, &["rs"])? {
        if UNSAFE_FILES.iter().any(|allowed| file == Path::new(allowed)) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            if uses_unsafe(line) {
                problems.push(format!("{}:{}: unsafe code", file.display(), number + 1));
            }
        }
    }
    Ok(problems)
}

pub(super) fn files_are_short(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for (file, text) in texts(workspace, &["rs", "js", "mjs", "ts"])? {
        let lines = text.lines().count();
        if lines > MAX_LINES && !generate::is_generated(&file) {
            problems.push(format!("{}: {lines} lines, more than {MAX_LINES}", file.display()));
        }
    }
    Ok(problems)
}

pub(super) fn modules_are_documented(workspace: &Workspace) -> Result<Vec<String>> {
    let files = texts(workspace, &["rs"])?.into_iter();
    // The name `tests.rs`, beside what it tests, says enough.
    let undocumented = files.filter(|(file, text)| !file.ends_with("tests.rs") && !text.starts_with("//! "));
    Ok(undocumented.map(|(file, _)| format!("{}: does not begin with `//!`", file.display())).collect())
}

pub(super) fn no_path_of_a_machine(workspace: &Workspace) -> Result<Vec<String>> {
    let mut needles: Vec<String> = HOME_DIRECTORIES.iter().map(|&directory| directory.to_owned()).collect();
    needles.push(workspace.root().display().to_string());
    needles.extend(env::home_dir().map(|directory| directory.display().to_string() + "/"));
    let mut problems = Vec::new();
    for file in workspace.files()? {
        // What is not text holds nothing that people wrote.
        let Ok(text) = fs::read_to_string(workspace.path(&file)) else { continue };
        for (number, line) in text.lines().enumerate() {
            if let Some(needle) = needles.iter().find(|needle| line.contains(needle.as_str())) {
                problems.push(format!("{}:{}: a path below {needle}", file.display(), number + 1));
            }
        }
    }
    Ok(problems)
}

/// The files of some kinds, with their text.
fn texts(workspace: &Workspace, extensions: &[&str]) -> Result<Vec<(PathBuf, String)>> {
    let mut texts = Vec::new();
    for file in workspace.files()? {
        if file.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted)) {
            let text = fs::read_to_string(workspace.path(&file))?;
            texts.push((file, text));
        }
    }
    Ok(texts)
}

/// Whether a line of Rust holds the word `unsafe` outside comments and strings.
fn uses_unsafe(line: &str) -> bool {
    let line = line.replace("\\\"", "").replace("'\"'", "");
    // Every second part stands between quotes.
    let code: String = line.split('"').step_by(2).collect();
    let code = code.split("//").next().unwrap_or_default();
    let is_part_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.split(|letter| !is_part_of_word(letter)).any(|word| word == "unsafe")
}

#[cfg(test)]
mod tests {
    use super::uses_unsafe;

    #[test]
    fn the_keyword_is_told_from_its_mention() {
        assert!(uses_unsafe("    unsafe { *pointer }"));
        assert!(uses_unsafe("#[unsafe(no_mangle)]"));
        assert!(uses_unsafe("let a = \"text\"; unsafe fn f() {}"));
        assert!(!uses_unsafe("#![forbid(unsafe_code)]"));
        assert!(uses_unsafe("let a = \"https://host\"; unsafe {}"));
        assert!(!uses_unsafe("// unsafe { }"));
        assert!(!uses_unsafe("let a = \"unsafe\";"));
    }
}
