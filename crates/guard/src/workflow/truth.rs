//! Conditions that never hold, and conditions that always do.
//!
//! Only what is sure is said: conditions are brought into a form with negations at the tests, tests
//! of one field with constants are put together, and everything else may hold or not. A condition
//! always holds if its opposite never does.

mod domain;
#[cfg(test)]
mod tests;

use alloc::{vec, vec::Vec};

use super::{
    expression,
    json::Json,
    model::{Condition, ConditionKind, Operator},
    names,
};
use domain::Domains;

/// A condition, negations at the tests.
enum Formula<'t> {
    True,
    False,
    /// It may hold or not.
    Open,
    Test(Test<'t>),
    All(Vec<Formula<'t>>),
    Any(Vec<Formula<'t>>),
}

/// A field compared with a constant.
struct Test<'t> {
    field: &'t str,
    operator: Operator,
    value: Option<&'t Json>,
}

/// What the templates in a condition are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// The record whose fields are tested.
    SameRecord,
    /// The event, while the fields are those of rows.
    Rows,
}

/// Whether the conditions never hold together.
pub(super) fn never<'c, 't: 'c>(conditions: impl IntoIterator<Item = &'c Condition<'t>>) -> bool {
    let formulas: Vec<Formula<'t>> =
        conditions.into_iter().map(|condition| formula(condition, false, Scope::SameRecord)).collect();
    is_false(formulas.iter().collect(), &Domains::default())
}

/// Whether a condition holds whatever the facts are.
pub(super) fn always(condition: &Condition<'_>) -> bool {
    is_false(vec![&formula(condition, true, Scope::SameRecord)], &Domains::default())
}

/// Whether a condition of a filter holds for every row.
pub(super) fn every_row(condition: &Condition<'_>) -> bool {
    is_false(vec![&formula(condition, true, Scope::Rows)], &Domains::default())
}

fn is_false<'f, 't: 'f>(mut parts: Vec<&'f Formula<'t>>, outside: &Domains<'t>) -> bool {
    let mut domains = outside.clone();
    let mut choices = Vec::new();
    while let Some(part) = parts.pop() {
        match part {
            Formula::False => return true,
            Formula::True | Formula::Open => {}
            Formula::Test(test) => {
                if !domains.narrow(test) {
                    return true;
                }
            }
            Formula::All(all) => parts.extend(all),
            Formula::Any(any) => choices.push(any),
        }
    }
    choices.into_iter().any(|any| any.iter().all(|one| is_false(vec![one], &domains)))
}

fn formula<'t>(condition: &Condition<'t>, negated: bool, scope: Scope) -> Formula<'t> {
    match condition.kind {
        ConditionKind::Composite => composite(condition, negated, scope),
        ConditionKind::Field => field(condition, negated, scope),
        ConditionKind::Role => role(condition, negated),
        ConditionKind::Custom | ConditionKind::Unknown => constant(condition, negated),
        ConditionKind::Time | ConditionKind::QueryMatch => Formula::Open,
    }
}

const fn known(holds: bool, negated: bool) -> Formula<'static> {
    if holds == negated { Formula::False } else { Formula::True }
}

fn composite<'t>(condition: &Condition<'t>, negated: bool, scope: Scope) -> Formula<'t> {
    let parts = |negated: bool| {
        condition.children.iter().map(|child| formula(child, negated, scope)).collect::<Vec<_>>()
    };
    match (condition.operator, &condition.children[..]) {
        (Operator::And, []) => known(true, negated),
        (Operator::Or, []) => known(false, negated),
        (Operator::And, _) if negated => Formula::Any(parts(true)),
        (Operator::And, _) => Formula::All(parts(false)),
        (Operator::Or, _) if negated => Formula::All(parts(true)),
        (Operator::Or, _) => Formula::Any(parts(false)),
        (Operator::Not, [only]) => formula(only, !negated, scope),
        // Hosts do not agree on what the negation of several is.
        _ => Formula::Open,
    }
}

fn field<'t>(condition: &Condition<'t>, negated: bool, scope: Scope) -> Formula<'t> {
    let (Some(field), value) = (&condition.field, condition.value.as_ref()) else { return Formula::Open };
    let json = value.map(|value| value.json);
    if let Some(text) = json.and_then(Json::as_str)
        && expression::is_template(text)
    {
        let template = expression::read(text);
        let same = scope == Scope::SameRecord
            && matches!(&template.outputs[..], [only] if only.filters.is_empty() && only.dotted() == field.text);
        return match condition.operator {
            Operator::Eq | Operator::Gte | Operator::Lte if same => known(true, negated),
            Operator::Ne | Operator::Gt | Operator::Lt if same => known(false, negated),
            _ => Formula::Open,
        };
    }
    if let (Ok(number), Some(constant)) = (field.text.trim().parse::<f64>(), json)
        && matches!(condition.operator, Operator::Eq | Operator::Ne)
    {
        let same =
            domain::same(constant, &serde_json::Number::from_f64(number).map_or(Json::Null, Json::Number));
        return known(same == (condition.operator == Operator::Eq), negated);
    }
    let text = json.and_then(Json::as_str);
    let elements = match json {
        Some(Json::Array(elements)) => Some(elements.len()),
        _ => None,
    };
    match condition.operator {
        Operator::Matches if text.is_some_and(matches_everything) => return known(true, negated),
        Operator::Contains | Operator::StartsWith | Operator::EndsWith if text == Some("") => {
            return known(true, negated);
        }
        Operator::In if elements == Some(0) => return known(false, negated),
        Operator::NotIn if elements == Some(0) => return known(true, negated),
        Operator::Between => return between(field.text, json, negated),
        _ => {}
    }
    match if negated { opposite(condition.operator) } else { Some(condition.operator) } {
        Some(operator) => Formula::Test(Test { field: field.text, operator, value: json }),
        None => Formula::Open,
    }
}

fn matches_everything(pattern: &str) -> bool {
    let inside = pattern.strip_prefix('^').unwrap_or(pattern);
    let inside = inside.strip_suffix('$').unwrap_or(inside);
    matches!(inside, "" | ".*" | ".*?" | "(.*)" | ".*.*" | "[\\s\\S]*") && pattern != "^$"
}

fn between<'t>(field: &'t str, value: Option<&'t Json>, negated: bool) -> Formula<'t> {
    let Some(Json::Array(bounds)) = value else { return Formula::Open };
    let [low, high] = &bounds[..] else { return Formula::Open };
    let test = |operator, value| Formula::Test(Test { field, operator, value: Some(value) });
    if negated {
        Formula::Any(vec![test(Operator::Lt, low), test(Operator::Gt, high)])
    } else {
        Formula::All(vec![test(Operator::Gte, low), test(Operator::Lte, high)])
    }
}

const fn opposite(operator: Operator) -> Option<Operator> {
    Some(match operator {
        Operator::Eq => Operator::Ne,
        Operator::Ne => Operator::Eq,
        Operator::Gt => Operator::Lte,
        Operator::Gte => Operator::Lt,
        Operator::Lt => Operator::Gte,
        Operator::Lte => Operator::Gt,
        Operator::In => Operator::NotIn,
        Operator::NotIn => Operator::In,
        Operator::IsNull => Operator::IsNotNull,
        Operator::IsNotNull => Operator::IsNull,
        Operator::Contains => Operator::NotContains,
        Operator::NotContains => Operator::Contains,
        _ => return None,
    })
}

/// Names that stand for everyone.
pub(super) const EVERYONE: &[&str] =
    &["*", "any", "all", "everyone", "anyone", "public", "anonymous", "authenticated"];

fn role<'t>(condition: &Condition<'t>, negated: bool) -> Formula<'t> {
    let roles = condition.value.as_ref().map(|value| value.one_or_many()).unwrap_or_default();
    let is_everyone = |json: &Json| json.as_str().is_some_and(|role| names::one_of(role.trim(), EVERYONE));
    match condition.operator {
        Operator::HasAnyRole if roles.iter().any(|role| is_everyone(role.json)) => known(true, negated),
        Operator::HasAllRoles if roles.iter().all(|role| is_everyone(role.json)) => known(true, negated),
        _ => Formula::Open,
    }
}

/// A word or an expression of constants.
fn constant<'t>(condition: &Condition<'t>, negated: bool) -> Formula<'t> {
    if let Some(word) = condition.type_node.as_ref().and_then(|node| node.json.as_str()) {
        if names::same(word, "always") {
            return known(true, negated);
        }
        if names::same(word, "never") {
            return known(false, negated);
        }
    }
    match condition.value.as_ref().map(|value| value.json) {
        Some(Json::Bool(value)) if condition.field.is_none() => known(*value, negated),
        Some(Json::String(text)) if condition.field.is_none() => {
            let plain: alloc::string::String = text.chars().filter(|char| !char.is_whitespace()).collect();
            match plain.to_ascii_lowercase().as_str() {
                "true" | "1" | "1=1" | "1==1" | "true==true" | "1===1" => known(true, negated),
                "false" | "0" | "1=0" | "1==0" | "1=2" | "1==2" | "0=1" | "0==1" => known(false, negated),
                _ => Formula::Open,
            }
        }
        _ => Formula::Open,
    }
}
