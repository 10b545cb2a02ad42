//! **What**: a member that the language does not have.
//!
//! **Why**: an engine passes over it. Where it is a guard spelled wrong, there is no guard.
//!
//! ```text
//! bad:  "fliter": { "id": 1 }     "conditons": [ … ]
//! ```
//!
//! Milder: anything but a guard spelled wrong (low). Members that begin with `x-` are anyone's.

use alloc::{format, vec, vec::Vec};

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule, shown};
use crate::workflow::{model::ActionKind, names, node::Pointer, read, subject::Subject};

pub(crate) const RULE: Rule = Rule {
    id: "definition.unknown_field",
    severity: Severity::High,
    summary: "a member is not known, so it has no effect",
    fix: "Correct the name, or leave the member out.",
    check,
};

const DEFINITION: &[&str] = &[
    "actions",
    "action",
    "category",
    "condition",
    "conditions",
    "created_at",
    "created_by",
    "description",
    "enabled",
    "id",
    "is_active",
    "labels",
    "metadata",
    "name",
    "owner",
    "priority",
    "rate_class",
    "rate_limit",
    "rate_limit_class",
    "rate_limits",
    "recipients",
    "retry_policy",
    "schema",
    "settings",
    "status",
    "tags",
    "tenant",
    "tenant_id",
    "throttle",
    "timeout",
    "trigger",
    "triggers",
    "updated_at",
    "updated_by",
    "variables",
    "version",
    "workflow_id",
    "$schema",
];
const TRIGGER: &[&str] = &[
    "conditions",
    "description",
    "field_conditions",
    "fields",
    "id",
    "name",
    "priority",
    "tenant",
    "tenant_id",
    "timezone",
    "type",
    "watch_fields",
];
const CONDITION: &[&str] = &[
    "attribute",
    "column",
    "comparison",
    "children",
    "clauses",
    "condition",
    "condition_config",
    "condition_type",
    "conditions",
    "config",
    "description",
    "end",
    "end_time",
    "expected",
    "expression",
    "field",
    "field_name",
    "from",
    "id",
    "is_active",
    "logic",
    "logical_operator",
    "max",
    "min",
    "name",
    "op",
    "operator",
    "order",
    "path",
    "pattern",
    "permission",
    "permissions",
    "query",
    "query_id",
    "role",
    "roles",
    "rules",
    "start",
    "start_time",
    "timezone",
    "to",
    "type",
    "unit",
    "value",
    "values",
    "script",
    "code",
    "function",
    "formula",
    "days",
    "negate",
    "case_sensitive",
];

/// Members without which something is not guarded.
const GUARDS: &[&str] = &[
    "auth_config",
    "conditions",
    "field_conditions",
    "filter",
    "filter_condition",
    "operator",
    "recipients",
    "record_id",
    "retry_policy",
    "secret_ref",
    "tenant_id",
    "trigger",
];

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let workflow = &subject.workflow;
    for (name, value) in workflow.root.members() {
        known(name, &value.at, &[DEFINITION], findings);
    }
    for trigger in &workflow.triggers {
        for (name, value) in trigger.node.members() {
            known(
                name,
                &value.at,
                &[TRIGGER, read::ENTITY, read::OPERATIONS, read::SCHEDULE, read::ACTIVE],
                findings,
            );
        }
    }
    let mut open: Vec<_> = workflow.conditions.iter().collect();
    while let Some(condition) = open.pop() {
        open.extend(&condition.children);
        for (name, value) in condition.node.members() {
            known(name, &value.at, &[CONDITION], findings);
        }
    }
    for action in workflow
        .actions
        .iter()
        .filter(|action| !matches!(action.kind, ActionKind::Custom | ActionKind::Unknown))
    {
        for field in action.fields.iter().filter(|field| !field.known) {
            known(field.name, &field.node.at, &[], findings);
        }
    }
}

fn known(name: &str, at: &Pointer, lists: &[&[&str]], findings: &mut Findings<'_>) {
    if name.starts_with("x-") || name.starts_with("x_") || lists.iter().any(|list| names::one_of(name, list))
    {
        return;
    }
    let lower = name.to_ascii_lowercase();
    let close = |guard: &&&str| {
        let edits = distance(&lower, guard);
        let one_or_many = lower.trim_end_matches('s') == guard.trim_end_matches('s');
        !one_or_many && (edits == 1 || (edits == 2 && guard.len() >= 8))
    };
    match GUARDS.iter().find(close) {
        Some(guard) => findings.push(&RULE, at, format!("`{}` is not known; is it `{guard}`?", shown(name))),
        None => findings.push_as(&RULE, Severity::Low, at, format!("`{}` is not known", shown(name))),
    }
}

/// How many letters are missing, added, wrong, or swapped with the next one.
fn distance(one: &str, other: &str) -> usize {
    const LONGEST: usize = 32;
    let (one, other): (Vec<char>, Vec<char>) =
        (one.chars().take(LONGEST).collect(), other.chars().take(LONGEST).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, char) in one.iter().enumerate() {
        let mut next = vec![at.saturating_add(1)];
        for (column, wanted) in other.iter().enumerate() {
            let cell = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX);
            let substituted = cell(&row, column).saturating_add(usize::from(char != wanted));
            let added = cell(&next, column).saturating_add(1);
            let missing = cell(&row, column.saturating_add(1)).saturating_add(1);
            let mut least = substituted.min(added).min(missing);
            let swapped = at.checked_sub(1).and_then(|at| one.get(at)) == Some(wanted)
                && column.checked_sub(1).and_then(|column| other.get(column)) == Some(char);
            if swapped && let Some(column) = column.checked_sub(1) {
                least = least.min(cell(&before, column).saturating_add(1));
            }
            next.push(least);
        }
        before = core::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE, distance};

    #[test]
    fn edits_are_counted() {
        for (one, other, edits) in [
            ("filter", "filter", 0),
            ("fliter", "filter", 1),
            ("filtr", "filter", 1),
            ("conditons", "conditions", 1),
            ("", "ab", 2),
            ("abc", "xyz", 3),
        ] {
            assert_eq!(distance(one, other), edits, "{one} {other}");
        }
    }

    #[test]
    fn a_guard_spelled_wrong_is_found() {
        finds(
            &RULE,
            &with_action(r#"{"type":"database","operation":"update","table":"t","fliter":{"a":1}}"#),
            "/actions/0/fliter",
        );
        finds(
            &RULE,
            &with_action(r#"{"type":"email","body":"x"}"#).replace("\"conditions\"", "\"conditons\""),
            "/conditons",
        );
    }

    #[test]
    fn other_names_are_milder_and_extensions_are_free() {
        assert_eq!(
            found(&RULE, &with_action(r#"{"type":"email","body":"x","colour":"red"}"#)),
            [("/actions/0/colour".into(), Severity::Low)]
        );
        passes(&RULE, &with_action(r#"{"type":"email","body":"x","x-note":"red"}"#));
        passes(&RULE, &with_action(r#"{"type":"custom","executor_type":"score","anything":1}"#));
        let several = found(&RULE, &webhook_with(r#""filters":1,"auto":true,"path":"x""#));
        assert!(several.iter().all(|(_, severity)| *severity == Severity::Low), "{several:?}");
    }
}
