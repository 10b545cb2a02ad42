//! The module in another language: lines of JSON to a child process and back.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde::Serialize;
use serde_json::{Value, json};

use super::Host;
use crate::corpus::{Case, Group};

/// A process that speaks the lines of `pkg/test/corpus-host.mjs`.
pub struct Program {
    name: &'static str,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Program {
    /// The module in Node, through the npm package.
    ///
    /// # Errors
    /// If there is no Node.
    pub fn node() -> Result<Self, String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pkg/test/corpus-host.mjs");
        Self::start("node", Command::new("node").arg(script))
    }

    /// The module in Python, through its raw ABI.
    ///
    /// # Errors
    /// If the Python is missing that `cargo xtask corpus` installs.
    pub fn python(module: &Path) -> Result<Self, String> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let venv = std::env::var_os("PORTCULLIS_PYTHON");
        let python =
            venv.ok_or("PORTCULLIS_PYTHON does not say where Python is; `cargo xtask corpus` does")?;
        let script = workspace.join("host-examples/python/host.py");
        Self::start("python", Command::new(python).arg(script).arg(module.join("portcullis.wasm")))
    }

    fn start(name: &'static str, command: &mut Command) -> Result<Self, String> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot run {name}: {error}"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(format!("{name} has no standard input or output"));
        };
        Ok(Self { name, child, input, output: BufReader::new(output) })
    }

    fn ask(&mut self, question: &impl Serialize) -> Result<String, String> {
        let mut line = serde_json::to_string(question).map_err(|error| error.to_string())?;
        line.push('\n');
        self.input.write_all(line.as_bytes()).map_err(|error| error.to_string())?;
        let mut answer = String::new();
        self.output.read_line(&mut answer).map_err(|error| error.to_string())?;
        let answer = answer.trim_end_matches('\n');
        match answer.strip_prefix("ok ") {
            Some(text) => Ok(text.to_owned()),
            None => Err(format!("{}: {answer}", self.name)),
        }
    }
}

impl Host for Program {
    fn load(&mut self, group: &Group) -> Result<(), String> {
        let jwks = group.jwks.clone().unwrap_or(Value::Null);
        self.ask(&json!({ "policy": group.policy, "jwks": jwks, "receipts": group.receipts })).map(drop)
    }

    fn decide(&mut self, case: &Case, now: f64) -> Result<String, String> {
        self.ask(&json!({ "case": case, "now": now }))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
