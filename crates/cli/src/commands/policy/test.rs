//! `policy test`: cases beside a policy, decided by the module.

use std::path::{Path, PathBuf};

use clap::Args;
use portcullis::{Error, PolicySource, Session};
use portcullis_wire::Stage;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::coverage::{Coverage, Tally};
use crate::{
    arguments::Global,
    batch,
    commands::decide::{self, Line},
    context,
    failure::Failure,
    output::{self, BAD, BOLD, DIM, Exit, GOOD, Plain},
};

/// What a case may expect: the members of a decision, and the text of the deciding rule.
const EXPECTED: [&str; 12] = [
    "decision",
    "status",
    "stage",
    "reason",
    "operation",
    "tenant",
    "principal",
    "matched",
    "rule",
    "trace",
    "data_scope",
    "obligations",
];

/// Options of `policy test`.
#[derive(Debug, Args)]
pub struct TestOptions {
    /// Files of cases (JSON or YAML)
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Policy file, instead of the one that each file names
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Key set (JWK Set), instead of the one that each file names
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// The time of cases that have none, in seconds since 1970; the file's or the clock's by default
    #[arg(long, value_name = "SECONDS", value_parser = context::seconds)]
    now: Option<f64>,
}

/// A file of cases.
struct Suite {
    policy: PathBuf,
    jwks: Option<PathBuf>,
    now: f64,
    cases: Vec<Case>,
}

/// One case: the line that `decide` would take, and what is expected of the decision.
struct Case {
    name: String,
    request: Map<String, Value>,
    expect: Map<String, Value>,
}

/// What came of a file.
#[derive(Serialize)]
struct Tested {
    file: String,
    policy: String,
    passed: usize,
    failed: usize,
    cases: Vec<Outcome>,
    coverage: Coverage,
}

/// What came of a case.
#[derive(Serialize)]
struct Outcome {
    name: String,
    passed: bool,
    differences: Vec<Difference>,
}

/// A member of the decision that is not as expected.
#[derive(Serialize)]
struct Difference {
    member: String,
    expected: Value,
    found: Value,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub(super) fn run(options: &TestOptions, global: &Global) -> Result<Exit, Failure> {
    // Every file is read before the first is run: a mistake in the last is no surprise at the end.
    let suites: Vec<Suite> =
        options.files.iter().map(|file| suite(file, options)).collect::<Result<_, Failure>>()?;
    let mut files = Vec::new();
    for (file, suite) in options.files.iter().zip(suites) {
        let tested = tested(file, suite, global)?;
        if !global.json {
            output::text(&shown(&tested))?;
        }
        files.push(tested);
    }
    let (passed, failed) =
        files.iter().fold((0, 0), |(passed, failed), file| (passed + file.passed, failed + file.failed));
    if global.json {
        output::json(&json!({ "passed": passed, "failed": failed, "files": files }))?;
    } else {
        let (sign, style) = if failed == 0 { ("✓", GOOD) } else { ("✗", BAD) };
        output::text(&format!("{style}{sign} {passed} passed, {failed} failed{style:#}\n"))?;
    }
    Ok(Exit::allow_if(failed == 0))
}

/// Reads a file of cases.
fn suite(file: &Path, options: &TestOptions) -> Result<Suite, Failure> {
    let wrong = |what: &str| Failure::Input(format!("{}: {what}", file.display()));
    let source = PolicySource::read(file)?;
    let document: Value = serde_json::from_str(source.document())
        .map_err(|error| wrong(&format!("it is not JSON (line {})", error.line())))?;
    let Value::Object(mut members) = document else { return Err(wrong("an object is expected")) };
    let mut beside = |member: &str, given: Option<&PathBuf>| match (members.remove(member), given) {
        (_, Some(given)) => Ok(Some(given.clone())),
        (None, None) => Ok(None),
        (Some(Value::String(name)), None) => Ok(Some(file.with_file_name(name))),
        (Some(_), None) => Err(wrong(&format!("`{member}` names a file"))),
    };
    let policy = beside("policy", options.policy.as_ref())?;
    let jwks = beside("jwks", options.jwks.as_ref())?;
    let now = match members.remove("now") {
        None => None,
        Some(now) => Some(now.as_f64().ok_or_else(|| wrong("`now` is a number"))?),
    };
    let Some(Value::Array(cases)) = members.remove("cases") else {
        return Err(wrong("`cases` is a list, and must be there"));
    };
    if let Some(member) = members.keys().next() {
        return Err(wrong(&format!("unknown member `{}`", Plain(member))));
    }
    if cases.is_empty() {
        return Err(wrong("there are no cases"));
    }
    let case = |(at, case)| case_of(case).map_err(|what| wrong(&format!("/cases/{at}: {what}")));
    let cases: Vec<Case> = cases.into_iter().enumerate().map(case).collect::<Result<_, Failure>>()?;
    for (at, case) in cases.iter().enumerate() {
        if cases[..at].iter().any(|other| other.name == case.name) {
            return Err(wrong(&format!("/cases/{at}: another case has its name")));
        }
    }
    let policy = policy.ok_or_else(|| wrong("name a policy, in `policy` or with --policy"))?;
    Ok(Suite { policy, jwks, now: options.now.or(now).unwrap_or_else(context::now), cases })
}

fn case_of(case: Value) -> Result<Case, String> {
    let Value::Object(mut request) = case else { return Err("a case is an object".into()) };
    let name = match request.remove("name") {
        Some(Value::String(name)) if !name.is_empty() => name,
        _ => return Err("a case has a `name`".into()),
    };
    // A case that expects nothing could not fail.
    let expect = match request.remove("expect") {
        Some(Value::Object(expect)) if !expect.is_empty() => expect,
        _ => return Err("a case has members to `expect`".into()),
    };
    if let Some(member) = expect.keys().find(|member| !EXPECTED.contains(&member.as_str())) {
        return Err(format!("a decision has no member `{}`", Plain(member)));
    }
    let text = Value::Object(request.clone()).to_string();
    serde_json::from_str::<Line<'_>>(&text).map_err(|error| batch::told(&error))?;
    Ok(Case { name, request, expect })
}

fn tested(file: &Path, suite: Suite, global: &Global) -> Result<Tested, Failure> {
    let open = || context::session(&suite.policy, suite.jwks.as_deref(), global);
    let mut session = open()?;
    let mut tally = Tally::of(&mut session, &suite.policy)?;
    let mut cases = Vec::new();
    for case in suite.cases {
        let decision = match decided(&mut session, &case, suite.now) {
            Ok(decision) => decision,
            Err(Failure::Host(error @ (Error::Limit(_) | Error::Trap(_)))) => {
                session = open()?;
                let reason = batch::denial(&error);
                json!({ "decision": false, "status": reason.status(), "stage": Stage::Request, "reason": reason })
            }
            Err(failure) => return Err(failure),
        };
        tally.count(&case.request, &decision);
        let differences = differences(case.expect, &decision);
        cases.push(Outcome { name: case.name, passed: differences.is_empty(), differences });
    }
    let passed = cases.iter().filter(|case| case.passed).count();
    Ok(Tested {
        file: file.display().to_string(),
        policy: suite.policy.display().to_string(),
        passed,
        failed: cases.len() - passed,
        cases,
        coverage: tally.coverage(),
    })
}

fn decided(session: &mut Session, case: &Case, now: f64) -> Result<Value, Failure> {
    let text = serde_json::to_string(&case.request).map_err(std::io::Error::from)?;
    let line: Line<'_> = serde_json::from_str(&text).map_err(std::io::Error::from)?;
    let now = line.now.unwrap_or(now);
    let decision = decide::decide(session, line, now)?;
    Ok(serde_json::from_str(decision.json()).map_err(std::io::Error::from)?)
}

fn differences(expect: Map<String, Value>, decision: &Value) -> Vec<Difference> {
    let difference = |(member, expected): (String, Value)| {
        let found = match member.as_str() {
            "rule" => &decision["matched"]["rule"],
            _ => &decision[&member],
        };
        (expected != *found).then(|| Difference { found: found.clone(), member, expected })
    };
    expect.into_iter().filter_map(difference).collect()
}

fn shown(tested: &Tested) -> String {
    let (file, policy) = (Plain(&tested.file), Plain(&tested.policy));
    let mut text = format!("{BOLD}{file}{BOLD:#}  {DIM}{policy}{DIM:#}\n");
    for case in &tested.cases {
        let (sign, style) = if case.passed { ("✓", GOOD) } else { ("✗", BAD) };
        text.push_str(&format!("{style}{sign}{style:#} {}\n", Plain(&case.name)));
        for Difference { member, expected, found } in &case.differences {
            text.push_str(&format!("    {BOLD}{member}{BOLD:#}: expected {expected}, found {found}\n"));
        }
    }
    text.push_str(&tested.coverage.shown());
    text
}
