//! Cases of an application platform's rules, translated: each becomes a policy, facts and a request,
//! and the shipped module decides it.
//!
//! The platform's expressions know no errors: what is empty equals nothing. Ours do, so what a
//! translated condition reads it asks for first.

mod credential;
mod expression;
mod policy;
mod run;

use std::io::Write;

use portcullis::{Engine, Limits};
use serde::Deserialize;
use serde_json::{Map, Value};

/// One case, as its file has it.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// `workflow_api`, `privacy` or `data_api`.
    pub surface: String,
    /// What is switched on.
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// Records of users by id.
    #[serde(default)]
    pub users: Map<String, Value>,
    /// The workflow.
    #[serde(default)]
    pub workflow: Option<Map<String, Value>>,
    /// Rules by type.
    #[serde(default)]
    pub rules: Map<String, Value>,
    /// What is stored, by type.
    #[serde(default)]
    pub things: Map<String, Value>,
    /// What is asked.
    pub request: Map<String, Value>,
}

/// Decides every case of a file, one JSON line each.
///
/// # Errors
/// If the file is not of this shape, or a translated policy is refused.
pub fn run(module: &[u8], cases: &str, out: &mut impl Write) -> Result<(), String> {
    let cases: Vec<Case> = serde_json::from_str(cases).map_err(|error| error.to_string())?;
    let engine = Engine::from_wasm(module, None, Limits::default()).map_err(|error| error.to_string())?;
    for case in &cases {
        let answer = run::answer(&engine, case).map_err(|error| format!("{}: {error}", case.id))?;
        writeln!(out, "{answer}").map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The things of a type.
fn things<'c>(case: &'c Case, of: &str) -> &'c [Value] {
    case.things.get(of).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The type that is meant where none is named: the only one.
fn default_type(case: &Case) -> Option<&str> {
    case.things.keys().chain(case.rules.keys()).next().map(String::as_str)
}
