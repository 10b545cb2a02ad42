//! Conditions for people: mistakes below the source, values in a tree.

use portcullis_wire::call::{
    ConditionChecked, ConditionError, ConditionEvaluated, ConditionNode, ResidualView,
};

use super::eval::holds;
use crate::{
    output::{self, BAD, BOLD, DIM, PLAIN, Plain},
    table::{Cell, Table},
    tree::Lead,
};

pub(super) fn checked(expr: &str, answer: &ConditionChecked) -> String {
    let (sign, _, style) = output::verdict(answer.valid);
    if let Some(error) = &answer.error {
        return format!("{style}{sign} invalid{style:#}\n{}", marked(expr, error));
    }
    let text = Plain(answer.text.as_deref().unwrap_or_default());
    let of = answer.of.as_deref().unwrap_or_default();
    let facts: Vec<String> = answer.facts.iter().map(|fact| Plain(fact).to_string()).collect();
    let facts = if facts.is_empty() { "nothing".into() } else { facts.join(", ") };
    format!("{style}{sign} valid{style:#}  {BOLD}{of}{BOLD:#}\n  {text}\n  {DIM}reads{DIM:#} {facts}\n")
}

pub(super) fn evaluated(expr: &str, answer: &ConditionEvaluated<'_>) -> String {
    let (sign, _, style) = output::verdict(holds(answer));
    let mut text = match &answer.residual {
        Some(ResidualView::Always) => format!("{style}{sign} always{style:#}\n"),
        Some(ResidualView::Never) => format!("{style}{sign} never{style:#}\n"),
        Some(ResidualView::Depends { expr, facts }) => {
            let facts: Vec<String> = facts.iter().map(|fact| Plain(fact).to_string()).collect();
            format!("depends on {}\n  {}\n", facts.join(", "), Plain(expr))
        }
        None => match &answer.error {
            Some(error) => format!("{style}{sign} {}{style:#}\n{}", error.kind, marked(expr, error)),
            None => {
                let value = answer.explanation.as_ref().and_then(|node| node.value.as_deref());
                format!("{style}{sign} {}{style:#}\n", Plain(value.unwrap_or_default()))
            }
        },
    };
    if let Some(node) = &answer.explanation
        && answer.residual.is_none()
    {
        let mut table = Table::default();
        rows(expr, node, &Lead::default(), true, &mut table);
        text.push('\n');
        text.push_str(&table.render());
    }
    text
}

/// The source with a mark below the place of an error. Of several lines, the line of the place.
fn marked(expr: &str, error: &ConditionError) -> String {
    let offset = error.offset as usize;
    let before = expr.get(..offset).unwrap_or(expr);
    let start = before.rfind('\n').map_or(0, |line| line + 1);
    let line = expr.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
    let place = before.get(start..).unwrap_or_default();
    let mark = " ".repeat(Plain(place).to_string().chars().count());
    let (kind, message) = (&error.kind, Plain(&error.message));
    format!("  {}\n  {mark}{BAD}^{BAD:#} byte {offset}, {kind}: {message}\n", Plain(line))
}

/// A node and those below it. Constants say no more than the source does, and are left out.
fn rows(expr: &str, node: &ConditionNode, lead: &Lead, root: bool, table: &mut Table) {
    let [start, end] = node.span.map(|at| at as usize);
    let source = expr.get(start..end).unwrap_or_default();
    let source: String = source.split_whitespace().collect::<Vec<_>>().join(" ");
    let (style, outcome) = match (&node.value, &node.error) {
        (Some(value), _) => (PLAIN, Plain(value).to_string()),
        (None, Some(error)) => (BAD, Plain(&error.message).to_string()),
        (None, None) => (DIM, "not asked".into()),
    };
    let mark = if node.decided { "  ◀ decided" } else { "" };
    let lead_text = if root { "" } else { lead.as_str() };
    table.row([
        Cell::new(DIM, lead_text).and(if node.decided { BOLD } else { PLAIN }, Plain(&source).to_string()),
        Cell::new(style, outcome).and(BOLD, mark),
    ]);
    let is_told = |below: &&ConditionNode| {
        let [start, end] = below.span.map(|at| at as usize);
        below.value.as_deref() != expr.get(start..end)
            && !is_literal(expr.get(start..end).unwrap_or_default())
    };
    let below: Vec<&ConditionNode> = node.below.iter().filter(is_told).collect();
    for (at, child) in below.iter().enumerate() {
        let lead = if root { Lead::default() } else { lead.clone() };
        rows(expr, child, &lead.child(at + 1 == below.len()), false, table);
    }
}

/// Whether a piece of source is a number or a string, and nothing around it.
fn is_literal(source: &str) -> bool {
    source.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '\'' | '"'))
        && !source.contains([' ', '.', '(', '['])
}
