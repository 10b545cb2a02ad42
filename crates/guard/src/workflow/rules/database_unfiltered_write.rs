//! **What**: an update or deletion without a filter, or with one that every row passes.
//!
//! **Why**: it reaches every row of the entity.
//!
//! ```text
//! bad:  { "operation": "delete", "target_entity": "inventory", "filter": {} }
//! good: { "operation": "delete", "target_entity": "inventory", "filter": { "id": "{{id}}" } }
//! ```
//!
//! Milder: a filter by tenant alone (high), which reaches every row of the tenant.

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{
    json::Json,
    model::{Action, ActionKind, Condition, ConditionKind, Operation, Operator},
    names,
    node::Node,
    read,
    subject::Subject,
    truth,
};

pub(crate) const RULE: Rule = Rule {
    id: "database.unfiltered_write",
    severity: Severity::Critical,
    summary: "an update or deletion reaches every row",
    fix: "Give a `filter` with the fields that choose the rows, or a `record_id`.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for action in subject.actions(ActionKind::Database) {
        match action.operation() {
            Some(Operation::Wipe) => {
                let at = action.get("operation").map_or_else(|| action.at(), |node| &node.at);
                findings.push(&RULE, at, "the operation reaches every row".into());
            }
            Some(Operation::Update | Operation::Delete) => write(action, findings),
            _ => {}
        }
    }
}

fn write(action: &Action<'_>, findings: &mut Findings<'_>) {
    let says = |name: &str| action.get(name).filter(|node| !node.json.is_blank());
    if let Some(record) = says("record_id") {
        if record.json.as_str().is_some_and(is_wildcard) {
            findings.push(&RULE, &record.at, "the record id stands for every row".into());
        }
        return;
    }
    let Some(filter) = says("filter") else {
        let at = action.get("filter").map_or_else(|| action.at(), |node: &Node<'_>| &node.at);
        findings.push(&RULE, at, "there is no filter, so every row is reached".into());
        return;
    };
    // Text is another rule's.
    if matches!(filter.json, Json::String(_) | Json::Unreadable(_)) {
        return;
    }
    let conditions = read::filter(filter);
    if conditions.iter().all(passes_every_row) {
        findings.push(&RULE, &filter.at, "every row passes the filter".into());
    } else if conditions.iter().all(|condition| passes_every_row(condition) || is_tenant(condition)) {
        let message = "the filter is by tenant alone, so every row of the tenant is reached";
        findings.push_as(&RULE, Severity::High, &filter.at, message.into());
    }
}

fn is_tenant(condition: &Condition<'_>) -> bool {
    condition.field.as_ref().is_some_and(|field| names::one_of(field.text, &["tenant_id", "tenant"]))
}

/// Whether a condition chooses nothing.
fn passes_every_row(condition: &Condition<'_>) -> bool {
    let value = condition.value.as_ref().map(|value| value.json);
    let is_key =
        condition.field.as_ref().is_some_and(|field| names::one_of(field.text, &["id", "uuid", "pk"]));
    match condition.operator {
        _ if condition.kind == ConditionKind::Composite && condition.children.is_empty() => true,
        Operator::Or if condition.kind == ConditionKind::Composite => {
            truth::every_row(condition) || condition.children.iter().any(passes_every_row)
        }
        Operator::And if condition.kind == ConditionKind::Composite => {
            condition.children.iter().all(passes_every_row)
        }
        // What is not nothing is nothing or everything, as the database reads it.
        Operator::Not if condition.kind == ConditionKind::Composite => {
            let asks_nothing =
                |part: &Condition<'_>| part.kind == ConditionKind::Composite && part.children.is_empty();
            truth::every_row(condition) || condition.children.iter().any(asks_nothing)
        }
        // A key is never null, and never compared with nothing.
        Operator::IsNotNull => is_key,
        Operator::Ne => is_key && value.is_none_or(|value| value.is_blank() || value.as_f64() == Some(0.0)),
        Operator::Gt | Operator::Gte => is_key && value.and_then(Json::as_f64).is_some_and(|low| low <= 0.0),
        Operator::Eq => value.and_then(Json::as_str).is_some_and(is_wildcard) || truth::every_row(condition),
        Operator::Unknown | Operator::Contains if value.and_then(Json::as_str).is_some_and(is_wildcard) => {
            true
        }
        _ => truth::every_row(condition),
    }
}

fn is_wildcard(text: &str) -> bool {
    matches!(text.trim(), "*" | "%" | "%%" | "all" | "ALL")
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    fn delete(members: &str) -> alloc::string::String {
        with_action(&format!(
            r#"{{"type":"DATABASE","config":{{"operation":"DELETE","table":"t"{members}}}}}"#
        ))
    }

    #[test]
    fn writes_that_reach_every_row_are_found() {
        finds(&RULE, &delete(""), "/actions/0");
        finds(&RULE, &delete(r#","filter":{}"#), "/actions/0/config/filter");
        finds(&RULE, &delete(r#","filter":null,"filter_condition":"""#), "/actions/0/config/filter");
        for filter in [
            r#"{"1":1}"#,
            r#"{"id":"*"}"#,
            r#"{"id":{"ne":null}}"#,
            r#"{"name":{"matches":".*"}}"#,
            r#"{"and":[]}"#,
            r#"{"or":[{"a":1},{"1":1}]}"#,
            r#"{"or":[{"a":1},{}]}"#,
            r#"{"not":{}}"#,
            r#"[{"field":"id","operator":"gt","value":0}]"#,
            r#"{"name":{"like":"%"}}"#,
            r#"{"or":[{"a":{"gt":1}},{"a":{"lte":1}}]}"#,
            r#"{"id":{"is_null":false}}"#,
        ] {
            finds(&RULE, &delete(&format!(r#","filter":{filter}"#)), "/actions/0/config/filter");
        }
        finds(&RULE, &delete(r#","record_id":"*""#), "/actions/0/config/record_id");
        let truncate = r#"{"type":"database","operation":"truncate","table":"t","filter":{"a":1}}"#;
        finds(&RULE, &with_action(truncate), "/actions/0/operation");
        let by_tenant = found(&RULE, &delete(r#","filter":{"tenant_id":"{{tenant_id}}"}"#));
        assert_eq!(by_tenant, [("/actions/0/config/filter".into(), Severity::High)]);
    }

    #[test]
    fn writes_to_chosen_rows_pass() {
        for members in [
            r#","filter":{"product_id":"{{product_id}}"}"#,
            r#","record_id":"{{id}}""#,
            r#","filter":{"a":{"is_null":true}}"#,
            r#","where":[{"field":"a","operator":"lt","value":5}]"#,
            r#","filter":{"tenant_id":"TenantA","a":1}"#,
            r#","filter":{"status":["draft","void"]}"#,
            r#","filter":{"and":[{"a":1},{}]}"#,
            r#","filter":{"not":{"a":1}}"#,
        ] {
            passes(&RULE, &delete(members));
        }
        passes(
            &RULE,
            &with_action(r#"{"type":"database","operation":"create","table":"t","fields":{"a":1}}"#),
        );
    }
}
