//! Committed files that are generated from others, and the check that they are up to date.

mod addresses;
mod operations;

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Change nothing; fail with the difference if a file is out of date.
    #[arg(long)]
    check: bool,
}

/// A generated file: its path, and what makes its text.
type Generated = (&'static str, fn(&Workspace) -> Result<String>);

const GENERATED: &[Generated] = &[
    ("crates/claim/src/operations.rs", operations::generate),
    ("crates/guard/src/webhook/registry.rs", addresses::generate),
];

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if options.check {
        return check(workspace);
    }
    for (path, generate) in GENERATED {
        let (present, wanted) = texts(workspace, path, *generate)?;
        if wanted == present {
            println!("{path}: up to date");
        } else {
            fs::write(workspace.path(path), wanted).with_context(|| format!("cannot write {path}"))?;
            println!("{path}: written");
        }
    }
    Ok(())
}

/// Fails with what differs if a file is out of date.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut outdated = String::new();
    for (path, generate) in GENERATED {
        let (present, wanted) = texts(workspace, path, *generate)?;
        if wanted != present {
            outdated.push_str(&format!("\n{path}, {}", difference(&present, &wanted)));
        }
    }
    ensure!(outdated.is_empty(), "out of date, run `cargo xtask generate`:{outdated}");
    Ok(())
}

/// Whether a file, named relative to the root, is generated.
pub(crate) fn is_generated(path: &Path) -> bool {
    GENERATED.iter().any(|(generated, _)| path == Path::new(generated))
}

/// What is in the file, and what should be.
fn texts(
    workspace: &Workspace,
    path: &str,
    generate: fn(&Workspace) -> Result<String>,
) -> Result<(String, String)> {
    let wanted = generate(workspace).with_context(|| format!("cannot generate {path}"))?;
    Ok((fs::read_to_string(workspace.path(path)).unwrap_or_default(), wanted))
}

/// The lines that differ between two texts, without what they begin and end with alike.
fn difference(present: &str, wanted: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (present.lines().collect(), wanted.lines().collect());
    let start = old.iter().zip(&new).take_while(|(one, two)| one == two).count();
    let shorter = old.len().min(new.len()) - start;
    let end =
        old.iter().rev().zip(new.iter().rev()).take(shorter).take_while(|(one, two)| one == two).count();
    let mut text = format!("from line {}:", start + 1);
    for (sign, lines) in [('-', &old), ('+', &new)] {
        for line in &lines[start..lines.len() - end] {
            text.push_str(&format!("\n  {sign} {line}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn a_difference_names_the_first_line_and_both_sides() {
        assert_eq!(difference("a\nb\nc\nz", "a\nx\nz"), "from line 2:\n  - b\n  - c\n  + x");
        assert_eq!(difference("a\na", "a"), "from line 2:\n  - a");
        assert_eq!(difference("", "a"), "from line 1:\n  + a");
    }
}
