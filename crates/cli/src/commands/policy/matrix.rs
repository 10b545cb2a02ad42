//! `policy matrix`: operations, tenants and roles as a table, for review.

use std::{collections::BTreeMap, path::PathBuf};

use clap::{Args, ValueEnum};
use portcullis::{PolicySource, Session};
use portcullis_wire::call::{Call, PolicyTable};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::subject::{Bearer, Subject, SubjectOptions, Tenants};
use crate::{
    arguments::Global,
    context,
    failure::Failure,
    output::{self, BAD, BOLD, DIM, Exit, GOOD, PLAIN, Plain, WARN},
    table::{Cell, Table},
};

/// Options of `policy matrix`.
#[derive(Debug, Args)]
pub struct MatrixOptions {
    /// Policy file (JSON or YAML)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Who asks.
    #[command(flatten)]
    subjects: SubjectOptions,
    /// A tenant, as the header gives it; may be given several times, those registered by default
    #[arg(long, value_name = "ID")]
    tenant: Vec<String>,
    /// How the table is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Columns below each other
    Text,
    /// A table of GitHub Flavored Markdown, in which a line changes only if an answer does
    Markdown,
}

/// One line of the table: an operation, and tenants that have the same answers.
#[derive(Serialize)]
struct Row {
    operation: String,
    tenants: Tenants,
    verdicts: Vec<&'static str>,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub(super) fn run(options: &MatrixOptions, global: &Global) -> Result<Exit, Failure> {
    let source = PolicySource::read(&options.file)?;
    let subjects = options.subjects.subjects(&[&source])?;
    let mut session = context::session_of(&source, None, global)?;
    let policy = session.policy().policy;
    let PolicyTable { mut operations, tenants } = session.ask(&Call::PolicyTable { policy })?;
    operations.sort_unstable();
    let mut tenants = if options.tenant.is_empty() { tenants } else { options.tenant.clone() };
    tenants.sort_unstable();
    tenants.dedup();
    // Where there are none, a request has none.
    let asked: Vec<Option<&str>> =
        if tenants.is_empty() { vec![None] } else { tenants.iter().map(|id| Some(&**id)).collect() };
    let bearers =
        subjects.iter().map(|subject| Bearer::new(&mut session, subject)).collect::<Result<Vec<_>, _>>()?;
    let mut rows = Vec::new();
    for operation in &operations {
        rows.extend(rows_of(&mut session, operation, &asked, &bearers)?);
    }
    if global.json {
        output::json(&as_json(&subjects, &tenants, &rows))?;
    } else {
        output::text(&match options.format {
            Format::Text => text(&subjects, &rows),
            Format::Markdown => markdown(&subjects, &rows),
        })?;
    }
    Ok(Exit::Allow)
}

/// The lines of an operation, in the order of their first tenants.
fn rows_of(
    session: &mut Session,
    operation: &str,
    tenants: &[Option<&str>],
    bearers: &[Bearer],
) -> Result<Vec<Row>, Failure> {
    let mut places: BTreeMap<Vec<&'static str>, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<Option<&str>>> = Vec::new();
    for tenant in tenants {
        let verdict = |bearer: &Bearer| bearer.verdict(session, operation, *tenant);
        let verdicts: Vec<_> = bearers.iter().map(verdict).collect::<Result<_, _>>()?;
        let at = *places.entry(verdicts).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Vec::new());
        }
        groups[at].push(*tenant);
    }
    let mut rows: Vec<(usize, Row)> = places
        .into_iter()
        .map(|(verdicts, at)| {
            let tenants = Tenants::of(groups[at].iter().copied(), tenants.len());
            (at, Row { operation: operation.to_owned(), tenants, verdicts })
        })
        .collect();
    rows.sort_unstable_by_key(|(at, _)| *at);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

fn as_json(subjects: &[Subject], tenants: &[String], rows: &[Row]) -> Value {
    let row = |row: &Row| {
        let verdicts: Map<String, Value> = subjects
            .iter()
            .zip(&row.verdicts)
            .map(|(subject, verdict)| (subject.name.clone(), json!(verdict)))
            .collect();
        json!({ "operation": row.operation, "tenants": row.tenants, "verdicts": verdicts })
    };
    json!({ "subjects": subjects, "tenants": tenants, "rows": rows.iter().map(row).collect::<Vec<_>>() })
}

fn text(subjects: &[Subject], rows: &[Row]) -> String {
    let mut table = Table::default();
    let head = |name: &str| Cell::new(DIM, Plain(name).to_string());
    let names = subjects.iter().map(|subject| head(&subject.name));
    table.row([head("operation"), head("tenants")].into_iter().chain(names));
    let mut last = "";
    for row in rows {
        let operation = if row.operation == last { "" } else { &row.operation };
        last = &row.operation;
        let verdicts = row.verdicts.iter().map(|verdict| Cell::new(style(verdict), verdict));
        let ids = [Cell::new(BOLD, Plain(operation).to_string()), Cell::new(PLAIN, row.tenants.to_string())];
        table.row(ids.into_iter().chain(verdicts));
    }
    table.render()
}

/// The colour of a verdict.
pub(super) fn style(verdict: &str) -> anstyle::Style {
    match verdict {
        "allow" => GOOD,
        "condition" => WARN,
        _ => BAD,
    }
}

fn markdown(subjects: &[Subject], rows: &[Row]) -> String {
    let mut text = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = String>| {
        for cell in cells {
            let cell = Plain(&cell).to_string().replace('\\', "\\\\").replace('|', "\\|").replace('*', "\\*");
            text.push_str("| ");
            text.push_str(&cell);
            text.push(' ');
        }
        text.push_str("|\n");
    };
    let names = subjects.iter().map(|subject| subject.name.clone());
    line(&mut ["operation", "tenants"].map(String::from).into_iter().chain(names));
    line(&mut std::iter::repeat_n("---".to_owned(), subjects.len() + 2));
    for row in rows {
        let ids = [row.operation.clone(), row.tenants.to_string()];
        line(&mut ids.into_iter().chain(row.verdicts.iter().map(|verdict| (*verdict).to_owned())));
    }
    text
}
