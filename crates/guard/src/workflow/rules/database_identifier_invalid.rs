//! **What**: an entity or field name that is no identifier, that a template decides, or that names
//! the database's own tables.
//!
//! **Why**: identifiers cannot be parameters of a statement; what is not checked is pasted.
//!
//! ```text
//! bad:  "target_entity": "users; drop table x"     "target_entity": "{{type}}"
//! good: "target_entity": "inventory"
//! ```

use alloc::format;

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule, shown};
use crate::workflow::{
    model::{ActionKind, Condition},
    names,
    node::{Node, Text},
    read,
    subject::Subject,
};

pub(crate) const RULE: Rule = Rule {
    id: "database.identifier_invalid",
    severity: Severity::Critical,
    summary: "an entity or field is not named by a plain identifier",
    fix: "Write the name out: letters, digits and `_`, not beginning with a digit, at most 63.",
    check,
};

/// Where databases keep what they know of themselves.
const CATALOGS: &[&str] =
    &["information_schema", "pg_catalog", "sqlite_master", "sqlite_schema", "mysql", "sys"];

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for action in subject.actions(ActionKind::Database) {
        if let Some(target) = action.get("target_entity") {
            match target.text() {
                Some(text) if is_entity(text.text) => {}
                None if target.json.is_blank() => {}
                _ => report(
                    "the entity",
                    &target.text().unwrap_or(Text { text: "", at: target.at.clone() }),
                    findings,
                ),
            }
        }
        for field in &action.fields {
            match field.name {
                "field_mapping" => mapping(&field.node, findings),
                "filter" => {
                    read::filter(&field.node).iter().for_each(|condition| fields(condition, findings))
                }
                _ => {}
            }
        }
    }
}

/// The fields that are written: names of members, or `target` of a list.
fn mapping(node: &Node<'_>, findings: &mut Findings<'_>) {
    for (name, value) in node.members() {
        check_field(&Text { text: name, at: value.at }, findings);
    }
    for element in node.elements() {
        if let Some(text) = element
            .any(&["target", "target_field", "to", "field", "column", "name"])
            .and_then(|node| node.text())
        {
            check_field(&text, findings);
        }
    }
}

fn fields(condition: &Condition<'_>, findings: &mut Findings<'_>) {
    if let Some(field) = &condition.field {
        check_field(field, findings);
    }
    condition.children.iter().for_each(|child| fields(child, findings));
}

fn check_field(text: &Text<'_>, findings: &mut Findings<'_>) {
    // `$where` and its like are text, which is another rule's.
    if !text.text.starts_with('$') && !text.text.split('.').all(is_identifier) {
        report("a field", text, findings);
    }
}

fn report(what: &str, text: &Text<'_>, findings: &mut Findings<'_>) {
    findings.push(
        &RULE,
        &text.at,
        format!("{what} is not named by a plain identifier: `{}`", shown(text.text)),
    );
}

/// An entity, or one of a schema.
fn is_entity(name: &str) -> bool {
    let own = name.split('.').any(|part| names::one_of(part, CATALOGS) || part.starts_with("pg_"));
    name.split('.').count() <= 2 && name.split('.').all(is_identifier) && !own
}

fn is_identifier(name: &str) -> bool {
    let plain = |char: char| char == '_' || char.is_ascii_alphanumeric();
    !name.is_empty()
        && name.len() <= 63
        && name.chars().all(plain)
        && !name.starts_with(|char: char| char.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::{super::testing::*, RULE};

    #[test]
    fn entities_that_are_no_identifiers_are_found() {
        for name in [
            "users; drop table x",
            "{{type}}",
            "pg_catalog.pg_user",
            "a.b.c",
            "1a",
            "a b",
            "information_schema.tables",
            "a\\\"b",
        ] {
            let action =
                format!(r#"{{"type":"database","operation":"update","table":"{name}","filter":{{"a":1}}}}"#);
            finds(&RULE, &with_action(&action), "/actions/0/table");
        }
    }

    #[test]
    fn fields_that_are_no_identifiers_are_found() {
        let action = |members: &str| {
            with_action(&format!(r#"{{"type":"database","operation":"update","table":"t",{members}}}"#))
        };
        finds(
            &RULE,
            &action(r#""field_mapping":{"a = 1; --":"x"},"filter":{"a":1}"#),
            "/actions/0/field_mapping/a = 1; --",
        );
        finds(&RULE, &action(r#""filter":{"1=1 or a":1}"#), "/actions/0/filter/1=1 or a");
        finds(
            &RULE,
            &action(r#""filter":[{"field":"{{f}}","operator":"eq","value":1}]"#),
            "/actions/0/filter/0/field",
        );
        finds(&RULE, &action(r#""filter":{"or":[{"a'":1},{"b":2}]}"#), "/actions/0/filter/or/0/a'");
    }

    #[test]
    fn plain_names_pass() {
        let action = r#"{"type":"database","operation":"update","target_entity":"public.order_lines",
            "field_mapping":{"status":"x","customer.id":"{{id}}"},"filter":{"and":[{"a":1},{"b":{"gte":2}}]}}"#;
        passes(&RULE, &with_action(action));
    }
}
