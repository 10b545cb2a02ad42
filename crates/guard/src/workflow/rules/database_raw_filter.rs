//! **What**: a condition or statement for the database that is written as text.
//!
//! **Why**: text is pasted into SQL, together with whatever a template puts into it.
//!
//! ```text
//! bad:  "filter_condition": "id = '{{id}}'"     "sql": "DELETE FROM t"     { "$where": "…" }
//! good: "filter": { "id": "{{id}}" }
//! ```

use alloc::format;

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{
    json::Json,
    model::{ActionKind, Condition, ConditionKind},
    names,
    node::Node,
    subject::Subject,
};

pub(crate) const RULE: Rule = Rule {
    id: "database.raw_filter",
    severity: Severity::Critical,
    summary: "a condition or statement for the database is written as text",
    fix: "Write the filter as an object: fields with their values.",
    check,
};

/// Members that hold text for the database, wherever they stand.
const RAW: &[&str] =
    &["$where", "$expr", "$function", "$accumulator", "raw", "raw_sql", "sql", "where_raw", "expression_sql"];

/// Members that hold such text where it reads like one, and are names of fields where it does not.
const TEXT: &[&str] = &["where", "where_clause", "clause", "expression", "query", "having"];

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for action in subject.actions(ActionKind::Database) {
        for field in &action.fields {
            match field.name {
                "filter" => filter(&field.node, findings),
                "raw_query" if !field.node.json.is_blank() => {
                    findings.push(&RULE, &field.node.at, "a statement is written as text".into());
                }
                name if names::one_of(name, RAW) && !field.node.json.is_blank() => {
                    findings.push(&RULE, &field.node.at, format!("`{name}` is text for the database"));
                }
                _ => {}
            }
        }
    }
    for recipient in subject.workflow.actions.iter().flat_map(|action| &action.recipients) {
        for value in recipient.value.iter().flat_map(Node::strings).filter(|value| is_statement(value.text)) {
            findings.push(&RULE, &value.at, "recipients are asked for by a statement written as text".into());
        }
    }
    subject.workflow.conditions.iter().for_each(|condition| query(condition, findings));
}

fn filter(node: &Node<'_>, findings: &mut Findings<'_>) {
    match node.json {
        Json::String(text) | Json::Unreadable(text) if !text.trim().is_empty() => {
            findings.push(&RULE, &node.at, "the filter is text instead of fields and values".into());
        }
        Json::Array(_) => {
            // A list of conditions, not of texts.
            node.elements().for_each(|element| filter(&element, findings));
        }
        Json::Object(_) => {
            for (name, value) in node.members() {
                let compares = |text: &str| text.contains(['=', '<', '>', '(']);
                let is_text = names::one_of(name, TEXT) && value.json.as_str().is_some_and(compares);
                if names::one_of(name, RAW) || is_text {
                    findings.push(&RULE, &value.at, format!("`{name}` is text for the database"));
                } else if matches!(value.json, Json::Object(_)) {
                    filter(&value, findings);
                } else {
                    // Texts in a list are values, and parts of a filter are objects.
                    let parts = value.elements().filter(|part| matches!(part.json, Json::Object(_)));
                    parts.for_each(|part| filter(&part, findings));
                }
            }
        }
        _ => {}
    }
}

/// A stored query is named; one that is written out is text for the database.
fn query(condition: &Condition<'_>, findings: &mut Findings<'_>) {
    let config = condition.node.any(&["condition_config", "config"]);
    let parts = [Some(&condition.node), config.as_ref()];
    if matches!(condition.kind, ConditionKind::QueryMatch | ConditionKind::Custom | ConditionKind::Unknown) {
        for text in
            parts.into_iter().flatten().filter_map(|node| node.any(&["query", "sql", "raw_query", "value"]))
        {
            if text.json.as_str().is_some_and(is_statement) {
                findings.push(&RULE, &text.at, "a query is written as text".into());
            }
        }
    }
    condition.children.iter().for_each(|child| query(child, findings));
}

/// Whether a text begins like a statement of SQL.
fn is_statement(text: &str) -> bool {
    let mut words = text.split_whitespace().map(str::to_ascii_lowercase);
    let first = words.next().unwrap_or_default();
    match first.as_str() {
        "select" => words.any(|word| word == "from"),
        "delete" | "insert" | "drop" | "truncate" | "alter" | "with" | "exec" | "execute" | "merge" => {
            words.next().is_some()
        }
        "update" => words.any(|word| word == "set"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    fn database(members: &str) -> alloc::string::String {
        with_action(&alloc::format!(r#"{{"type":"database","operation":"update","table":"t",{members}}}"#))
    }

    #[test]
    fn text_for_the_database_is_found() {
        finds(
            &RULE,
            &database(r#""filter":null,"filter_condition":"id = '{{id}}'""#),
            "/actions/0/filter_condition",
        );
        finds(&RULE, &database(r#""filter":["a = 1"]"#), "/actions/0/filter/0");
        finds(&RULE, &database(r#""filter":{"a":1,"$where":"this.a"}"#), "/actions/0/filter/$where");
        finds(&RULE, &database(r#""filter":{"and":[{"a":1},{"raw":"1=1"}]}"#), "/actions/0/filter/and/1/raw");
        finds(&RULE, &database(r#""filter":{"where":"1=1"}"#), "/actions/0/filter/where");
        finds(&RULE, &database(r#""sql":"UPDATE t SET a = 1","filter":{"a":1}"#), "/actions/0/sql");
        finds(
            &RULE,
            &with_action(
                r#"{"type":"email","body":"x","recipients":[{"type":"query","value":"SELECT email FROM users"}]}"#,
            ),
            "/actions/0/recipients/0/value",
        );
        finds(
            &RULE,
            &with(
                r#"[{"condition_type":"query_match","condition_config":{"query":"select 1 from t"}}]"#,
                r#"{"type":"email","body":"x"}"#,
            ),
            "/conditions/0/condition_config/query",
        );
    }

    #[test]
    fn fields_with_values_pass() {
        passes(&RULE, &database(r#""filter":{"product_id":"{{product_id}}","n":{"gt":1}}"#));
        passes(&RULE, &database(r#""filter":{"query":"shoes","status":["draft = 1","void"]}"#));
        passes(
            &RULE,
            &database(r#""filter":[{"field":"a","operator":"eq","value":"select from the menu"}]"#),
        );
        passes(
            &RULE,
            &with_action(
                r#"{"type":"email","body":"x","recipients":[{"type":"query","value":"active-managers"}]}"#,
            ),
        );
    }
}
