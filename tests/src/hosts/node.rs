//! The module in Node, through the npm package: lines of JSON to a child process and back.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde::Serialize;
use serde_json::{Value, json};

use super::Host;
use crate::corpus::{Case, Group};

/// A Node process that runs `pkg/test/corpus-host.mjs`.
pub struct Node {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Node {
    /// Starts it.
    ///
    /// # Errors
    /// If there is no Node.
    pub fn start() -> Result<Self, String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pkg/test/corpus-host.mjs");
        let mut child = Command::new("node")
            .arg(&script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot run node: {error}"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("node has no standard input or output".into());
        };
        Ok(Self { child, input, output: BufReader::new(output) })
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
            None => Err(format!("node: {answer}")),
        }
    }
}

impl Host for Node {
    fn load(&mut self, group: &Group) -> Result<(), String> {
        let jwks = group.jwks.clone().unwrap_or(Value::Null);
        self.ask(&json!({ "policy": group.policy, "jwks": jwks })).map(drop)
    }

    fn decide(&mut self, case: &Case, now: f64) -> Result<String, String> {
        self.ask(&json!({ "case": case, "now": now }))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
