//! What a database action would do, with names of the policy's list and values apart from them.

use alloc::{string::ToString, vec::Vec};

use portcullis_wire::workflow::{DatabasePlan, FilterPlan};
use serde_json::Value;

use super::facts::Facts;
use crate::workflow::{
    json::Json,
    model::{Action, Condition, ConditionKind, Operation, Operator},
    names, read,
};

/// The plan; none if the policy lists no such entity, or a value cannot be put in.
pub(super) fn of(action: &Action<'_>, facts: &Facts<'_>) -> Option<DatabasePlan> {
    let operation = action.operation()?;
    if matches!(operation, Operation::Tick | Operation::Wipe | Operation::Unknown) || facts.tenant.is_empty()
    {
        return None;
    }
    let target = action.target()?;
    // The spelling of the list, not the definition's.
    let entities = facts.options.workflows.entities.as_ref()?;
    let (entity, fields) = entities.iter().find(|(entity, _)| names::same(target.text, entity))?;
    let name = |name: &str| match fields.iter().find(|field| names::same(name, field)) {
        Some(field) => Some(field.clone()),
        None => (fields.is_empty() && is_identifier(name)).then(|| name.to_string()),
    };

    let mut set = Vec::new();
    for (field, value) in action.get("field_mapping").into_iter().flat_map(|mapping| mapping.members()) {
        if !is_tenant(field) {
            set.push((name(field)?, shown(facts, field, value.json)?));
        }
    }
    let mut filter = Vec::new();
    for condition in action.get("filter").map(read::filter).unwrap_or_default() {
        filter.extend(part(&condition, facts)?);
    }
    if let Some(record) = action.get("record_id").filter(|record| !record.json.is_blank()) {
        let value = shown(facts, "id", record.json).filter(|value| !value.is_null())?;
        filter.push(FilterPlan::Test { field: "id".into(), operator: Operator::Eq.word().into(), value });
    }
    let writes = matches!(operation, Operation::Update | Operation::Delete);
    // A value that is missing must not become a filter that finds nothing, or everything.
    if writes && filter.is_empty() {
        return None;
    }
    Some(DatabasePlan {
        operation: operation.word().into(),
        entity: entity.clone(),
        tenant: facts.tenant.clone(),
        set,
        filter,
    })
}

/// A value as it may be shown.
fn shown(facts: &Facts<'_>, field: &str, json: &Json) -> Option<Value> {
    let value = facts.constant(json)?;
    Some(facts.shown(field, &facts.shown_constant(json, &value)))
}

/// A part of the filter; nothing for a test of the tenant, which every filter has anyway.
fn part(condition: &Condition<'_>, facts: &Facts<'_>) -> Option<Option<FilterPlan>> {
    if condition.kind == ConditionKind::Composite {
        let mut parts = Vec::new();
        for child in &condition.children {
            parts.extend(part(child, facts)?);
        }
        return match condition.operator {
            Operator::And => Some(Some(FilterPlan::And(parts))),
            Operator::Or => Some(Some(FilterPlan::Or(parts))),
            Operator::Not => Some(Some(FilterPlan::Not(parts))),
            _ => None,
        };
    }
    let field = condition.field.as_ref()?.text;
    if is_tenant(field) {
        return Some(None);
    }
    if !is_identifier(field) {
        return None;
    }
    let value = match &condition.value {
        Some(value) => shown(facts, field, value.json)?,
        None => Value::Null,
    };
    let test = |operator: Operator, value: Value| FilterPlan::Test {
        field: field.into(),
        operator: operator.word().into(),
        value,
    };
    match condition.operator {
        // A missing value compares with nothing, and its filter is no filter.
        Operator::Eq
            if value.is_null()
                && condition.value.as_ref().is_some_and(|value| value.json.as_str().is_some()) =>
        {
            None
        }
        Operator::Between => match value {
            Value::Array(bounds) => {
                let (low, high) = (bounds.first()?.clone(), bounds.get(1)?.clone());
                Some(Some(FilterPlan::And([test(Operator::Gte, low), test(Operator::Lte, high)].into())))
            }
            _ => None,
        },
        operator @ (Operator::Eq
        | Operator::Ne
        | Operator::Gt
        | Operator::Gte
        | Operator::Lt
        | Operator::Lte
        | Operator::In
        | Operator::NotIn
        | Operator::Contains
        | Operator::StartsWith
        | Operator::EndsWith
        | Operator::IsNull
        | Operator::IsNotNull) => Some(Some(test(operator, value))),
        _ => None,
    }
}

fn is_tenant(field: &str) -> bool {
    names::one_of(field, &["tenant_id", "tenant"])
}

fn is_identifier(name: &str) -> bool {
    let plain = |char: char| char == '_' || char.is_ascii_alphanumeric();
    !name.is_empty()
        && name.len() <= 63
        && name.chars().all(plain)
        && !name.starts_with(|char: char| char.is_ascii_digit())
}
