//! Committed files that are generated from others, and the check that they are up to date.

mod operations;

use std::fs;

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

const GENERATED: &[Generated] = &[("crates/claim/src/operations.rs", operations::generate)];

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut outdated = 0_usize;
    for (path, generate) in GENERATED {
        let wanted = generate(workspace).with_context(|| format!("cannot generate {path}"))?;
        let present = fs::read_to_string(workspace.path(path)).unwrap_or_default();
        if wanted == present {
            println!("{path}: up to date");
        } else if options.check {
            outdated += 1;
            println!("{path}: out of date\n{}", difference(&present, &wanted));
        } else {
            fs::write(workspace.path(path), wanted).with_context(|| format!("cannot write {path}"))?;
            println!("{path}: written");
        }
    }
    ensure!(outdated == 0, "{outdated} generated files are out of date: run `cargo xtask generate`");
    Ok(())
}

/// The lines that differ between two texts, without what they begin and end with alike.
fn difference(present: &str, wanted: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (present.lines().collect(), wanted.lines().collect());
    let start = old.iter().zip(&new).take_while(|(one, two)| one == two).count();
    let shorter = old.len().min(new.len()) - start;
    let end =
        old.iter().rev().zip(new.iter().rev()).take(shorter).take_while(|(one, two)| one == two).count();
    let mut text = format!("  from line {}:", start + 1);
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
        assert_eq!(difference("a\nb\nc\nz", "a\nx\nz"), "  from line 2:\n  - b\n  - c\n  + x");
        assert_eq!(difference("a\na", "a"), "  from line 2:\n  - a");
        assert_eq!(difference("", "a"), "  from line 1:\n  + a");
    }
}
