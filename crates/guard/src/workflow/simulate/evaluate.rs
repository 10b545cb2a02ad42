//! Whether conditions hold for an event. What the event does not tell is unknown, not false: a
//! simulation that guesses is worse than none.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::cmp::Ordering;

use portcullis_wire::workflow::{ConditionOutcome, Outcome};
use serde_json::Value;

use super::facts::Facts;
use crate::workflow::{
    model::{Condition, ConditionKind, Operator},
    names, read,
    truth::EVERYONE,
};

/// The outcome of each.
pub(super) fn all(conditions: &[Condition<'_>], facts: &Facts<'_>) -> Vec<ConditionOutcome> {
    conditions.iter().map(|condition| evaluate(condition, facts)).collect()
}

pub(super) fn and(outcomes: impl IntoIterator<Item = Outcome>) -> Outcome {
    outcomes.into_iter().fold(Outcome::Holds, |all, one| match (all, one) {
        (Outcome::Fails, _) | (_, Outcome::Fails) => Outcome::Fails,
        (Outcome::Unknown, _) | (_, Outcome::Unknown) => Outcome::Unknown,
        _ => Outcome::Holds,
    })
}

pub(super) fn or(outcomes: impl IntoIterator<Item = Outcome>) -> Outcome {
    not(and(outcomes.into_iter().map(not)))
}

const fn not(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Holds => Outcome::Fails,
        Outcome::Fails => Outcome::Holds,
        Outcome::Unknown => Outcome::Unknown,
    }
}

const fn known(holds: bool) -> Outcome {
    if holds { Outcome::Holds } else { Outcome::Fails }
}

/// An outcome, or why there is none.
type Told = Result<Outcome, &'static str>;

fn evaluate(condition: &Condition<'_>, facts: &Facts<'_>) -> ConditionOutcome {
    let conditions = all(&condition.children, facts);
    let constant = condition.value.as_ref().map(|value| (value.json, facts.constant(value.json)));
    let expected = constant.as_ref().and_then(|(_, value)| value.clone());
    let field = condition.field.as_ref().map(|field| field.text);
    let actual = field.and_then(|field| facts.value(field.split('.')));
    let told = match condition.kind {
        ConditionKind::Composite => composite(condition.operator, &conditions),
        ConditionKind::Field if matches!(constant, Some((_, None))) => Err("the value cannot be put in"),
        ConditionKind::Field => test(condition.operator, field, actual, expected.as_ref(), facts),
        ConditionKind::Role => role(condition.operator, expected.as_ref(), facts),
        ConditionKind::QueryMatch => query(condition, facts),
        ConditionKind::Time => Err("the time is the host's"),
        ConditionKind::Custom => Err("the host's own code decides"),
        ConditionKind::Unknown => Err("the condition is not known"),
    };
    let (outcome, why) = match told {
        Ok(outcome) => (outcome, None),
        Err(why) => (Outcome::Unknown, Some(why.into())),
    };
    ConditionOutcome {
        location: condition.node.at.clone(),
        field: field.map(String::from),
        operator: condition.operator.word().into(),
        expected: constant.and_then(|(json, value)| value.map(|value| facts.shown_constant(json, &value))),
        actual: actual.map(|actual| facts.shown(field.unwrap_or_default(), actual)),
        outcome,
        why,
        conditions,
    }
}

fn composite(operator: Operator, parts: &[ConditionOutcome]) -> Told {
    let mut outcomes = parts.iter().map(|part| part.outcome);
    match operator {
        Operator::And => Ok(and(outcomes)),
        Operator::Or => Ok(or(outcomes)),
        Operator::Not if parts.len() == 1 => outcomes.next().map(not).ok_or("nothing is negated"),
        _ => Err("hosts do not agree on how the parts are joined"),
    }
}

fn test(
    operator: Operator,
    field: Option<&str>,
    actual: Option<&Value>,
    expected: Option<&Value>,
    facts: &Facts<'_>,
) -> Told {
    let actual = actual.unwrap_or(&Value::Null);
    let expected = expected.unwrap_or(&Value::Null);
    let is_null = actual.is_null();
    let text = |holds: fn(&str, &str) -> bool| match (actual, expected) {
        (Value::String(actual), Value::String(expected)) => known(holds(actual, expected)),
        _ => Outcome::Fails,
    };
    let order = |holds: fn(Ordering) -> bool| known(compared(actual, expected).is_some_and(holds));
    Ok(match operator {
        Operator::Eq => known(same(actual, expected)),
        Operator::Ne => known(!same(actual, expected)),
        Operator::Gt => order(Ordering::is_gt),
        Operator::Gte => order(Ordering::is_ge),
        Operator::Lt => order(Ordering::is_lt),
        Operator::Lte => order(Ordering::is_le),
        Operator::In => known(has(expected, actual)),
        Operator::NotIn => known(!has(expected, actual)),
        Operator::Contains if actual.is_array() => known(has(actual, expected)),
        Operator::Contains => text(|actual, expected| actual.contains(expected)),
        Operator::NotContains if actual.is_array() => known(!has(actual, expected)),
        Operator::NotContains => text(|actual, expected| !actual.contains(expected)),
        Operator::StartsWith => text(|actual, expected| actual.starts_with(expected)),
        Operator::EndsWith => text(|actual, expected| actual.ends_with(expected)),
        Operator::IsNull => known(is_null),
        Operator::IsNotNull => known(!is_null),
        Operator::Between => {
            let bounds = expected.as_array().and_then(|bounds| Some((bounds.first()?, bounds.get(1)?)));
            known(bounds.is_some_and(|(low, high)| {
                compared(actual, low).is_some_and(Ordering::is_ge)
                    && compared(actual, high).is_some_and(Ordering::is_le)
            }))
        }
        Operator::Changed | Operator::Increased | Operator::Decreased => {
            let previous = facts.event.previous.as_ref().ok_or("the event does not say what was before")?;
            let before = field.and_then(|field| previous.get(field)).unwrap_or(&Value::Null);
            match operator {
                Operator::Increased => known(compared(actual, before).is_some_and(Ordering::is_gt)),
                Operator::Decreased => known(compared(actual, before).is_some_and(Ordering::is_lt)),
                _ => known(!same(actual, before)),
            }
        }
        Operator::Matches => return Err("patterns are not matched in a simulation"),
        _ => return Err("the operator does not compare a field"),
    })
}

fn role(operator: Operator, expected: Option<&Value>, facts: &Facts<'_>) -> Told {
    let Some(user) = &facts.event.user else { return Ok(Outcome::Fails) };
    let of_user = |name: &str| user.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let wanted = match expected {
        Some(Value::Array(wanted)) => wanted.clone(),
        Some(wanted) => Vec::from([wanted.clone()]),
        None => Vec::new(),
    };
    let has_role = |wanted: &Value| {
        let everyone = wanted.as_str().is_some_and(|wanted| names::one_of(wanted, EVERYONE));
        everyone || of_user("roles").contains(wanted)
    };
    match operator {
        Operator::HasAnyRole | Operator::Eq | Operator::In => Ok(known(wanted.iter().any(has_role))),
        Operator::HasAllRoles => Ok(known(wanted.iter().all(has_role))),
        Operator::HasPermission => Ok(known(wanted.iter().all(|one| of_user("permissions").contains(one)))),
        Operator::Ne | Operator::NotIn => Ok(known(!wanted.iter().any(has_role))),
        _ => Err("the operator does not look at roles"),
    }
}

fn query(condition: &Condition<'_>, facts: &Facts<'_>) -> Told {
    let config = condition.node.any(read::CONDITION_CONFIG);
    let id = condition.node.get("query_id").or_else(|| config.and_then(|config| config.get("query_id")));
    let id = match id.map(|id| id.json.to_value()) {
        Some(Value::String(id)) => id,
        Some(other) => other.to_string(),
        None => return Err("no query is named"),
    };
    facts
        .event
        .queries
        .get(&id)
        .and_then(Value::as_bool)
        .map(known)
        .ok_or("the event does not say what the query finds")
}

fn has(list: &Value, one: &Value) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|element| same(element, one)))
}

/// Whether two values are the same; 1 and 1.0 are.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(_), Some(_)) => compared(one, other) == Some(Ordering::Equal),
        _ => one == other,
    }
}

/// The order of two numbers, or of two texts, as of dates.
fn compared(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}
