//! `diff`: what changes from one claim to another?

use std::{borrow::Cow, collections::HashSet};

use anstyle::Style;
use portcullis_wire::call::{Call, DiffView, OnClaims, PolicyTable};

use crate::{
    arguments::{DiffOptions, Global},
    claim, context,
    failure::Failure,
    output::{self, BAD, BOLD, DIM, Exit, GOOD, PLAIN, WARN},
    reply::Reply,
    table::{Cell, Table},
    tree::{Lead, Node, tree},
};

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &DiffOptions, global: &Global) -> Result<Exit, Failure> {
    let mut session = context::claim_session(&options.choice, global)?;
    for claim in [&options.first, &options.second] {
        claim::require(&mut session, claim)?;
    }
    let policy = session.policy().policy;
    let (first, second) = (Cow::Borrowed(&*options.first), Cow::Borrowed(&*options.second));
    let reply = Reply::to(&mut session, &Call::ClaimDiff(OnClaims { policy, first, second }))?;
    let view: DiffView<'_> = reply.view()?;
    if global.json {
        output::json(&view)?;
    } else {
        let table: PolicyTable = session.ask(&Call::PolicyTable { policy })?;
        output::text(&shown(&view, &table.operations))?;
    }
    Ok(Exit::allow_if(alike(&view)))
}

/// Whether the claims decide alike, everywhere.
fn alike(view: &DiffView<'_>) -> bool {
    view.first_covers_second && view.second_covers_first && !view.tenant_rule_differs
}

fn shown(view: &DiffView<'_>, catalog: &[String]) -> String {
    if alike(view) {
        return format!("{GOOD}={GOOD:#} The claims decide alike.\n");
    }
    let mut text = operations(view, catalog);
    let mut table = Table::default();
    for (sign, style, set) in [("+", GOOD, &view.tenants_gained), ("-", BAD, &view.tenants_lost)] {
        if let Some(words) = claim::set_in_words(set) {
            table.row([Cell::new(style, sign).and(BOLD, " tenants"), Cell::new(PLAIN, words)]);
        }
    }
    text.push_str(&table.render());
    if view.tenant_rule_differs {
        text.push_str(&format!("{WARN}±{WARN:#} Only one of them has a tenant rule, which binds where a single tenant is served too.\n"));
    }
    let covers = match (view.first_covers_second, view.second_covers_first) {
        (true, true) => "Each allows all that the other allows.",
        (true, false) => "The first allows all that the second allows, and more: this takes away only.",
        (false, true) => "The second allows all that the first allows, and more: this adds only.",
        (false, false) => "Neither allows all that the other allows.",
    };
    text.push_str(&format!(
        "\n{GOOD}+{}{GOOD:#} {BAD}-{}{BAD:#} of {} operations. {covers}\n",
        view.gained.len(),
        view.lost.len(),
        catalog.len()
    ));
    text
}

/// The operations that change, as a tree; a branch that changes as a whole is one line.
fn operations(view: &DiffView<'_>, catalog: &[String]) -> String {
    let gained: HashSet<&str> = view.gained.iter().map(AsRef::as_ref).collect();
    let lost: HashSet<&str> = view.lost.iter().map(AsRef::as_ref).collect();
    let ids: Vec<&str> = catalog.iter().map(String::as_str).collect();
    let changes = ids.iter().map(|id| match (gained.contains(id), lost.contains(id)) {
        (true, _) => Change::Gained,
        (_, true) => Change::Lost,
        _ => Change::None,
    });
    let changes: Vec<Change> = changes.collect();
    let mut table = Table::default();
    for root in tree(&ids).iter().filter(|root| changes_in(root, &changes)) {
        node(root, &changes, &Lead::default(), &mut table);
    }
    table.render()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    None,
    Gained,
    Lost,
}

impl Change {
    const fn sign(self) -> (&'static str, Style) {
        match self {
            Self::None => (" ", PLAIN),
            Self::Gained => ("+", GOOD),
            Self::Lost => ("-", BAD),
        }
    }
}

fn changes_in(node: &Node<'_>, changes: &[Change]) -> bool {
    changes[node.operations.clone()].iter().any(|change| *change != Change::None)
}

fn node(node: &Node<'_>, changes: &[Change], lead: &Lead, table: &mut Table) {
    let here = &changes[node.operations.clone()];
    let count = |wanted| here.iter().filter(|change| **change == wanted).count();
    let (gained, lost) = (count(Change::Gained), count(Change::Lost));
    let whole = [Change::Gained, Change::Lost].into_iter().find(|change| count(*change) == here.len());
    let (sign, style) = whole.unwrap_or(Change::None).sign();
    let how_many = match whole {
        _ if node.children.is_empty() => String::new(),
        Some(_) => format!("all {}", here.len()),
        None => [("+", gained), ("-", lost)]
            .map(|(sign, count)| if count > 0 { format!("{sign}{count} ") } else { String::new() })
            .concat(),
    };
    let name = if whole.is_some() { style } else { BOLD };
    table.row([
        Cell::new(style, sign).and(DIM, format!(" {}", lead.as_str())).and(name, node.name),
        Cell::new(DIM, how_many.trim_end()),
    ]);
    if whole.is_some() {
        return;
    }
    let children: Vec<&Node<'_>> = node.children.iter().filter(|child| changes_in(child, changes)).collect();
    if node.is_operation && here[0] != Change::None {
        let (sign, style) = here[0].sign();
        let lead = lead.child(children.is_empty());
        table.row([Cell::new(style, sign).and(DIM, format!(" {}", lead.as_str())).and(style, "(itself)")]);
    }
    for (at, child) in children.iter().enumerate() {
        self::node(child, changes, &lead.child(at + 1 == children.len()), table);
    }
}
