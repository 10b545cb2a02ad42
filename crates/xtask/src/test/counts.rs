//! How many tests passed and failed, over every runner.

use std::{fmt, process::Command};

use anyhow::{Result, bail};

use crate::steps::{Printed, Step};

/// Tests that ran.
#[derive(Default, Debug, PartialEq, Eq, Clone, Copy)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    /// How many runners failed.
    pub(super) failed_runs: u64,
}

impl Counts {
    /// Runs `cargo test` and counts what libtest says.
    pub(super) fn cargo(&mut self, step: &mut Step, command: &mut Command) -> Result<()> {
        self.run(step, command, libtest).map(drop)
    }

    /// Runs what prints TAP, such as `node --test` with that reporter, and counts what it says; the
    /// lines that it printed.
    pub(super) fn node(&mut self, step: &mut Step, command: &mut Command) -> Result<Vec<String>> {
        self.run(step, command, tap)
    }

    /// A failed run without a failed test, for instance one that did not compile, counts as one
    /// failure: the sum never looks better than the run was.
    fn run(
        &mut self,
        step: &mut Step,
        command: &mut Command,
        count: fn(&str) -> Counts,
    ) -> Result<Vec<String>> {
        let Printed { status, lines } = step.print(command)?;
        let mut run = lines.iter().map(|line| count(line)).fold(Self::default(), Self::plus);
        if !status.success() {
            run.failed = run.failed.max(1);
            run.failed_runs = 1;
        }
        *self = self.plus(run);
        if !status.success() {
            let telling: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !is_pass(line)).collect();
            bail!("{run} ({status}):\n{}", telling.join("\n"));
        }
        step.note(run.to_string());
        Ok(lines)
    }

    fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            failed_runs: self.failed_runs + other.failed_runs,
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// `test result: ok. 3 passed; 0 failed; …`
fn libtest(line: &str) -> Counts {
    let Some(result) = line.trim_start().strip_prefix("test result: ") else { return Counts::default() };
    let words: Vec<&str> = result.split([' ', ';']).filter(|word| !word.is_empty()).collect();
    let before = |what: &str| {
        words.windows(2).find(|pair| pair[1] == what).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
    };
    Counts { passed: before("passed"), failed: before("failed"), failed_runs: 0 }
}

/// `# pass 3` and `# fail 0`, at the end.
fn tap(line: &str) -> Counts {
    let number = |prefix: &str| line.strip_prefix(prefix).and_then(|rest| rest.parse().ok()).unwrap_or(0);
    let failed = number("# fail ") + number("# cancelled ");
    Counts { passed: number("# pass "), failed, failed_runs: 0 }
}

fn is_pass(line: &str) -> bool {
    (line.starts_with("test ") && line.ends_with(" ok")) || line.trim_start().starts_with("ok ")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{Counts, libtest, tap};
    use crate::steps::Steps;

    const fn counts(passed: u64, failed: u64) -> Counts {
        Counts { passed, failed, failed_runs: 0 }
    }

    #[test]
    fn summaries_are_read_and_other_lines_are_not() {
        let ok =
            "test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 7 filtered out; finished in 0.00s";
        assert_eq!(libtest(ok), counts(12, 0));
        assert_eq!(libtest("test result: FAILED. 1 passed; 2 failed; 0 ignored"), counts(1, 2));
        assert_eq!(libtest("test says_5_passed ... ok"), counts(0, 0));
        assert_eq!(libtest("note: 5 passed; 1 failed"), counts(0, 0));
        assert_eq!(tap("# pass 7"), counts(7, 0));
        assert_eq!(tap("# fail 2"), counts(0, 2));
        assert_eq!(tap("    # pass 7"), counts(0, 0));
    }

    #[test]
    fn a_run_that_fails_without_a_test_is_a_failure() {
        let (mut steps, mut sum) = (Steps::new(1), Counts::default());
        let run = steps.run("fails", |step| sum.cargo(step, Command::new("rustc").arg("--no-such-option")));
        assert!(run.is_err());
        assert_eq!(sum, Counts { passed: 0, failed: 1, failed_runs: 1 });
    }
}
