//! **What**: a database action on an entity, or a written field, that the policy does not list.
//!
//! **Why**: a definition gets the tables that its purpose needs, not all there are.
//!
//! ```text
//! policy: "definitions": { "entities": { "inventory": ["status"] } }
//! bad:    { "operation": "update", "target_entity": "users", … }
//! ```

use alloc::format;

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule, shown};
use crate::workflow::{
    model::{ActionKind, Operation},
    names,
    subject::Subject,
};

pub(crate) const RULE: Rule = Rule {
    id: "database.entity_not_allowed",
    severity: Severity::High,
    summary: "the policy does not allow the entity, or a field that is written",
    fix: "Use a listed entity and field, or have it added to `workflows.entities` of the policy.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let Some(entities) = &subject.options.definitions.entities else { return };
    for action in subject.actions(ActionKind::Database) {
        let Some(target) = action.target() else { continue };
        let Some((_, fields)) = entities.iter().find(|(entity, _)| names::same(target.text, entity)) else {
            findings.push(
                &RULE,
                &target.at,
                format!("the policy does not allow the entity `{}`", shown(target.text)),
            );
            continue;
        };
        let writes =
            matches!(action.operation(), Some(Operation::Create | Operation::Update | Operation::Upsert));
        if fields.is_empty() || !writes {
            continue;
        }
        for (name, value) in action.get("field_mapping").iter().flat_map(|node| node.members()) {
            if !fields.iter().any(|field| names::same(name, field)) {
                findings.push(
                    &RULE,
                    &value.at,
                    format!("the policy does not allow to write `{}`", shown(name)),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::{string::String, vec::Vec};

    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    #[test]
    fn only_listed_entities_and_fields_may_be_written() {
        let mut policy = document();
        let listed =
            [(String::from("inventory"), Vec::from([String::from("status")])), ("log".into(), Vec::new())];
        policy.definitions.entities = Some(listed.into_iter().collect());
        let on = |table: &str, field: &str| {
            let action = alloc::format!(
                r#"{{"type":"database","operation":"update","table":"{table}","fields":{{"{field}":1}},"filter":{{"a":1}}}}"#
            );
            found_with(&RULE, &with_action(&action), &policy)
        };
        assert_eq!(on("users", "name"), [("/actions/0/table".into(), Severity::High)]);
        assert_eq!(on("inventory", "price"), [("/actions/0/fields/price".into(), Severity::High)]);
        assert_eq!(on("Inventory", "status"), []);
        assert_eq!(on("log", "anything"), []);
    }
}
