//! Progress: one line a step, with its time; what commands print is shown only where they fail.

use std::{
    fmt,
    io::{BufRead, BufReader, IsTerminal, Read, Write},
    process::{Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// How often the line of a running step is drawn anew on a terminal.
const REDRAW: Duration = Duration::from_millis(250);
/// How much of a command's last line is shown beside it.
const NOTE_CHARS: usize = 50;

/// The steps of one command, numbered.
pub(crate) struct Steps {
    total: usize,
    done: Vec<Done>,
}

/// A step that ended.
pub(crate) struct Done {
    pub(crate) title: String,
    pub(crate) time: Duration,
    pub(crate) outcome: Outcome,
}

/// How a step ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    Skipped,
}

/// A step that is running.
pub(crate) struct Step {
    label: String,
    start: Instant,
    terminal: bool,
    note: Option<String>,
}

/// What a command printed, and how it ended.
pub(crate) struct Printed {
    pub(crate) status: ExitStatus,
    pub(crate) lines: Vec<String>,
}

impl Steps {
    pub(crate) fn new(total: usize) -> Self {
        Self { total, done: Vec::with_capacity(total) }
    }

    /// Runs a step. Why it failed is printed at once; the error names the step only.
    pub(crate) fn run<T>(&mut self, title: &str, work: impl FnOnce(&mut Step) -> Result<T>) -> Result<T> {
        let mut step = Step {
            label: self.label(title),
            start: Instant::now(),
            terminal: std::io::stderr().is_terminal(),
            note: None,
        };
        eprint!("{} … ", step.label);
        let result = work(&mut step);
        let time = step.start.elapsed();
        if step.terminal {
            eprint!("\r\x1b[2K{} … ", step.label);
        }
        match (&result, &step.note) {
            (Err(error), _) => eprintln!("failed after {}\n{error:#}\n", seconds(time)),
            (Ok(_), Some(note)) => eprintln!("{} ({note})", seconds(time)),
            (Ok(_), None) => eprintln!("{}", seconds(time)),
        }
        let outcome = if result.is_ok() { Outcome::Passed } else { Outcome::Failed };
        self.done.push(Done { title: title.to_owned(), time, outcome });
        result.map_err(|_| anyhow::anyhow!("step failed: {title}"))
    }

    /// Leaves a step out, and says why.
    pub(crate) fn skip(&mut self, title: &str, why: &str) {
        eprintln!("{} … skipped: {why}", self.label(title));
        self.done.push(Done {
            title: format!("{title} ({why})"),
            time: Duration::ZERO,
            outcome: Outcome::Skipped,
        });
    }

    /// The steps that ended, in order.
    pub(crate) fn done(&self) -> &[Done] {
        &self.done
    }

    fn label(&self, title: &str) -> String {
        debug_assert!(self.done.len() < self.total, "more than {} steps", self.total);
        format!("[{}/{}] {title}", self.done.len() + 1, self.total)
    }
}

impl Step {
    /// A remark that stands behind the step's time.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.note = Some(note.into());
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// The command cannot be started, or fails; then the error holds what it printed.
    pub(crate) fn exec(&self, command: &mut Command) -> Result<()> {
        self.exec_into(command, Stdio::piped())
    }

    /// As [`Step::exec`], with the standard output elsewhere.
    pub(crate) fn exec_into(&self, command: &mut Command, stdout: Stdio) -> Result<()> {
        let printed = self.watch(command, stdout)?;
        if !printed.status.success() {
            let program = command.get_program().to_string_lossy();
            let program = program.rsplit(['/', '\\']).next().unwrap_or_default();
            bail!("{program} failed ({}):\n{printed}", printed.status);
        }
        Ok(())
    }

    /// Runs a command to its end and gives the lines that it printed to either stream.
    ///
    /// # Errors
    /// The command cannot be started.
    pub(crate) fn print(&self, command: &mut Command) -> Result<Printed> {
        self.watch(command, Stdio::piped())
    }

    fn watch(&self, command: &mut Command, stdout: Stdio) -> Result<Printed> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {}", command.get_program().display()))?;
        let (sender, received) = mpsc::channel();
        forward(child.stdout.take(), sender.clone());
        forward(child.stderr.take(), sender);
        let mut lines: Vec<String> = Vec::new();
        let mut drawn = Instant::now();
        loop {
            match received.recv_timeout(REDRAW) {
                Ok(line) => lines.push(line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if self.terminal && drawn.elapsed() >= REDRAW {
                drawn = Instant::now();
                self.redraw(lines.last().map_or("", String::as_str));
            }
        }
        Ok(Printed { status: child.wait()?, lines })
    }

    fn redraw(&self, last_line: &str) {
        let note: String = last_line.trim().chars().take(NOTE_CHARS).collect();
        eprint!("\r\x1b[2K{} … {:.0} s  {note}", self.label, self.start.elapsed().as_secs_f32());
        // A terminal that is gone is no reason to stop.
        let _ = std::io::stderr().flush();
    }
}

/// What was printed, without the lines in which cargo tells its progress.
impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const PROGRESS: [&str; 5] = ["Checking ", "Compiling ", "Documenting ", "Download", "Running "];
        let is_progress = |line: &&String| PROGRESS.iter().any(|verb| line.trim_start().starts_with(verb));
        self.lines.iter().filter(|line| !is_progress(line)).try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Sends every line of a stream, until it ends.
fn forward(stream: Option<impl Read + Send + 'static>, sender: Sender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            if sender.send(String::from_utf8_lossy(&line).trim_end().to_owned()).is_err() {
                return;
            }
        }
    });
}

/// A time for people: `0.4 s`, `12.3 s`, `2 min 5 s`.
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0..100 => format!("{:.1} s", time.as_secs_f32()),
        whole => format!("{} min {} s", whole / 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use std::{process::Command, time::Duration};

    use super::{Outcome, Steps, seconds};

    #[test]
    fn a_command_that_fails_gives_what_it_printed() {
        let mut steps = Steps::new(3);
        steps.run("good", |step| step.exec(Command::new("rustc").arg("--version"))).unwrap();
        let mut why = String::new();
        let bad = steps.run("bad", |step| {
            step.exec(Command::new("rustc").arg("--no-such-option"))
                .inspect_err(|error| why = error.to_string())
        });
        assert_eq!(bad.unwrap_err().to_string(), "step failed: bad");
        assert!(why.starts_with("rustc failed") && why.contains("no-such-option"), "{why}");
        steps.skip("left out", "not wanted");
        let outcomes: Vec<Outcome> = steps.done().iter().map(|done| done.outcome).collect();
        assert!(outcomes == [Outcome::Passed, Outcome::Failed, Outcome::Skipped]);
    }

    #[test]
    fn times_are_for_people() {
        assert_eq!(seconds(Duration::from_millis(430)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 5 s");
    }
}
