//! `routes`: which requests are which operations?

use std::{borrow::Cow, collections::BTreeSet};

use portcullis::Session;
use portcullis_wire::{
    Decision, Request, Stage,
    call::Call,
    catalog::{CatalogDocument, OperationDocument},
};
use serde::Serialize;

use crate::{
    arguments::{Global, RoutesOptions},
    context,
    failure::Failure,
    output::{self, BAD, BOLD, DIM, Exit, GOOD, PLAIN, Plain, WARN},
    reply::Reply,
    table::{Cell, Table},
};

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &RoutesOptions, global: &Global) -> Result<Exit, Failure> {
    let (mut session, catalog) = context::catalog(&options.choice, global)?;
    match (&options.method, &options.path) {
        (Some(method), Some(path)) => find(&mut session, &catalog, method, path, global),
        _ => list(&catalog, global),
    }
}

/// One line of the list.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Route<'a> {
    path: String,
    method: &'a str,
    operation: &'a str,
}

fn list<'a>(catalog: &'a CatalogDocument, global: &Global) -> Result<Exit, Failure> {
    let base_path = catalog.base_path.as_deref().unwrap_or_default();
    let route = |operation: &'a OperationDocument| {
        let path = format!("{base_path}{}", operation.path.as_ref()?);
        Some(Route { path, method: operation.method.as_ref()?, operation: &operation.id })
    };
    let mut routes: Vec<Route<'_>> = catalog.operations.iter().filter_map(route).collect();
    routes.sort_unstable();
    if global.json {
        output::json(&routes)?;
        return Ok(Exit::Allow);
    }
    let mut table = Table::default();
    for Route { path, method, operation } in &routes {
        table.row([
            Cell::new(BOLD, *method),
            Cell::new(PLAIN, Plain(path).to_string()),
            Cell::new(DIM, *operation),
        ]);
    }
    output::text(&table.render())?;
    Ok(Exit::Allow)
}

/// What a request is.
#[derive(Serialize)]
struct Found<'a> {
    /// The operation, or several that overlap. Empty if it is none.
    operations: Vec<&'a str>,
    /// Why it is none.
    reason: Option<&'static str>,
    /// The methods that the path has instead.
    methods: BTreeSet<&'a str>,
}

fn find(
    session: &mut Session,
    catalog: &CatalogDocument,
    method: &str,
    path: &str,
    global: &Global,
) -> Result<Exit, Failure> {
    let reply = decide(session, method, path)?;
    let decision: Decision<'_> = reply.view()?;
    let operations = operations(&decision);
    let missed = operations.is_empty();
    let mut methods = BTreeSet::new();
    if missed {
        let all: BTreeSet<&str> =
            catalog.operations.iter().filter_map(|operation| operation.method.as_deref()).collect();
        for method in all {
            if !self::operations(&decide(session, method, path)?.view()?).is_empty() {
                methods.insert(method);
            }
        }
    }
    let found = Found { operations, reason: missed.then(|| decision.reason.code()), methods };
    if global.json {
        output::json(&found)?;
    } else {
        output::text(&shown(&found, &decision, method, path))?;
    }
    Ok(Exit::allow_if(!missed))
}

/// Decides the request without a credential: what it is comes before who asks.
fn decide(session: &mut Session, method: &str, path: &str) -> Result<Reply, Failure> {
    let request = Request {
        method: Some(Cow::Borrowed(method)),
        path: Some(Cow::Borrowed(path)),
        ..Request::default()
    };
    let policy = session.policy().policy;
    Reply::to(session, &Call::Decide { policy, principal: None, refused: None, request, receipt: false })
}

/// The operations that the pipeline found: one, or those that the trace names.
fn operations<'a>(decision: &'a Decision<'_>) -> Vec<&'a str> {
    if let Some(operation) = &decision.operation {
        return vec![operation];
    }
    let exposure = decision.trace.iter().find(|step| step.stage == Stage::Exposure && step.pass);
    exposure.and_then(|step| step.detail.as_deref()).map(|ids| ids.split(", ").collect()).unwrap_or_default()
}

fn shown(found: &Found<'_>, decision: &Decision<'_>, method: &str, path: &str) -> String {
    let (method_shown, path) = (Plain(method), Plain(path));
    match &*found.operations {
        [] => {
            let code = decision.reason.code();
            let mut text =
                format!("{BAD}✗{BAD:#} {BOLD}{method_shown} {path}{BOLD:#} is no operation  {code}\n");
            let detail = decision.trace.last().and_then(|step| step.detail.as_deref());
            if let Some(detail) = detail {
                text.push_str(&format!("  {detail}\n"));
            }
            if !found.methods.is_empty() {
                let methods: Vec<&str> = found.methods.iter().copied().collect();
                text.push_str(&format!("  the path has {}\n", methods.join(", ")));
            }
            text
        }
        [one] => format!("{GOOD}✓{GOOD:#} {BOLD}{method_shown} {path}{BOLD:#} is {one}\n"),
        several => {
            let count = several.len();
            let ids: String = several.iter().map(|id| format!("  {id}\n")).collect();
            format!(
                "{WARN}±{WARN:#} {BOLD}{method_shown} {path}{BOLD:#} can be {count} operations; it is allowed only if all of them are\n{ids}"
            )
        }
    }
}
