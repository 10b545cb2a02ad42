//! Conditions: lists of them, composites, and maps from fields to what they must be.

use alloc::{vec, vec::Vec};

use crate::workflow::{
    json::Json,
    model::{Condition, ConditionKind, Operator},
    names,
    node::{Node, Text},
};

pub(crate) const CONFIG: &[&str] = &["condition_config", "config"];
const TYPE: &[&str] = &["type", "condition_type"];
const FIELD: &[&str] = &["field", "field_name", "attribute", "column", "path"];
const OPERATOR: &[&str] = &["operator", "op", "comparison", "logic", "logical_operator"];
const VALUE: &[&str] =
    &["value", "values", "roles", "role", "permission", "permissions", "pattern", "expected", "expression"];
const CHILDREN: &[&str] = &["conditions", "children", "rules", "clauses"];

/// A list of conditions, or one.
pub(super) fn list<'t>(node: &Node<'t>) -> Vec<Condition<'t>> {
    node.one_or_many()
        .into_iter()
        .filter(|node| matches!(node.json, Json::Object(_)))
        .map(condition)
        .collect()
}

fn condition(node: Node<'_>) -> Condition<'_> {
    let config = node.any(CONFIG);
    let part = |names: &[&str]| {
        let own = node.any(names).filter(|found| !matches!(found.json, Json::Null));
        own.or_else(|| config.as_ref().and_then(|config| config.any(names)))
    };
    let type_node = part(TYPE);
    let operator_node = part(OPERATOR);
    let written = type_node.as_ref().and_then(|node| node.json.as_str());
    let mut operator = operator_node
        .as_ref()
        .map_or(Operator::Absent, |node| node.json.as_str().map_or(Operator::Unknown, Operator::read));
    let mut children = part(CHILDREN).map(|node| list(&node)).unwrap_or_default();
    let field = part(FIELD).and_then(|node| node.text());
    let kind = match written {
        Some(word) => ConditionKind::read(word),
        None if !children.is_empty() => ConditionKind::Composite,
        None if field.is_some() => ConditionKind::Field,
        None if part(&["roles", "role"]).is_some() => ConditionKind::Role,
        None => ConditionKind::Unknown,
    };
    if kind == ConditionKind::Composite {
        if operator == Operator::Absent {
            operator = match Operator::read(written.unwrap_or_default()) {
                Operator::Unknown => Operator::And,
                named => named,
            };
        }
        children.extend(part(&["condition"]).map(|node| list(&node)).unwrap_or_default());
    } else if kind == ConditionKind::Role && operator == Operator::Absent {
        operator = Operator::HasAnyRole;
    } else if kind == ConditionKind::Field && operator == Operator::Absent && part(VALUE).is_some() {
        operator = Operator::Eq;
    }
    let value = part(VALUE).or_else(|| bounds(&part));
    Condition { kind, type_node, field, operator, operator_node, value, children, node }
}

/// Bounds written apart, as time conditions do: the first is where the value is.
fn bounds<'t>(part: &impl Fn(&[&str]) -> Option<Node<'t>>) -> Option<Node<'t>> {
    part(&["start", "start_time", "from", "min"]).or_else(|| part(&["end", "end_time", "to", "max"]))
}

/// A filter, or the conditions of a trigger's fields: a list of conditions, one, a composite, or a
/// map from fields to values, or to operators with values.
#[must_use]
pub fn filter<'t>(node: &Node<'t>) -> Vec<Condition<'t>> {
    match node.json {
        Json::Array(_) => node.elements().flat_map(|element| filter(&element)).collect(),
        Json::Object(_)
            if node.any(OPERATOR).is_some() && node.any(FIELD).or_else(|| node.any(CHILDREN)).is_some() =>
        {
            list(node)
        }
        Json::Object(_) if node.any(FIELD).is_some() && node.any(&["value", "values"]).is_some() => {
            list(node)
        }
        Json::Object(_) => node.members().flat_map(|(name, value)| entry(name, value)).collect(),
        _ => Vec::new(),
    }
}

/// One member of a map: a field, or a word that joins.
fn entry<'t>(name: &'t str, value: Node<'t>) -> Vec<Condition<'t>> {
    let joins = match Operator::read(name.trim_start_matches('$')) {
        joins @ (Operator::And | Operator::Or | Operator::Not) => Some(joins),
        _ if names::one_of(name, CHILDREN) => Some(Operator::And),
        _ => None,
    };
    if let Some(operator) = joins
        && matches!(value.json, Json::Object(_) | Json::Array(_))
    {
        let children = value.one_or_many().iter().map(|part| joined(part, filter(part))).collect();
        return vec![Condition { kind: ConditionKind::Composite, operator, children, ..bare(value) }];
    }
    let field = Some(Text { text: name, at: value.at.clone() });
    let test = |operator, value: Node<'t>| Condition { field: field.clone(), operator, ..tested(value) };
    match value.json {
        Json::Null => vec![test(Operator::IsNull, value)],
        Json::Array(_) => vec![test(Operator::In, value)],
        Json::Object(_) if value.any(OPERATOR).is_some() => {
            let mut one = condition(value.clone());
            one.kind = ConditionKind::Field;
            one.field = field;
            vec![one]
        }
        Json::Object(_) if value.any(&["old", "new", "from", "to"]).is_some() => {
            vec![test(Operator::Changed, value)]
        }
        Json::Object(members) if members.iter().all(|(name, _)| is_operator(name)) => value
            .members()
            .map(|(name, operand)| match (Operator::read(name.trim_start_matches('$')), operand.json) {
                // The opposite, asked for by name.
                (Operator::IsNull, Json::Bool(false)) => test(Operator::IsNotNull, operand),
                (Operator::IsNotNull, Json::Bool(false)) => test(Operator::IsNull, operand),
                (operator, _) => test(operator, operand),
            })
            .collect(),
        _ => vec![test(Operator::Eq, value)],
    }
}

fn is_operator(name: &str) -> bool {
    Operator::read(name.trim_start_matches('$')) != Operator::Unknown
}

/// The conditions of one part of a composite, as one condition.
fn joined<'t>(part: &Node<'t>, mut conditions: Vec<Condition<'t>>) -> Condition<'t> {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        Some(last) => {
            conditions.push(last);
            Condition {
                kind: ConditionKind::Composite,
                operator: Operator::And,
                children: conditions,
                ..bare(part.clone())
            }
        }
        // A part that asks for nothing: every row is one.
        None if matches!(part.json, Json::Object(_) | Json::Array(_)) => {
            Condition { kind: ConditionKind::Composite, operator: Operator::And, ..bare(part.clone()) }
        }
        None => bare(part.clone()),
    }
}

fn tested(value: Node<'_>) -> Condition<'_> {
    Condition { kind: ConditionKind::Field, value: Some(value.clone()), ..bare(value) }
}

const fn bare(node: Node<'_>) -> Condition<'_> {
    Condition {
        kind: ConditionKind::Unknown,
        type_node: None,
        field: None,
        operator: Operator::Absent,
        operator_node: None,
        value: None,
        children: Vec::new(),
        node,
    }
}
