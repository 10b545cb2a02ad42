//! **What**: an action that gives out rights, or works around them, in a definition that does not
//! ask who acts.
//!
//! **Why**: whoever may change the record that triggers it gets the rights.
//!
//! ```text
//! bad:  update of `users` that writes `role`, `"run_as": "system"`, without a role condition
//! good: the same behind { "type": "role", "operator": "has_any_role", "roles": ["admin"] }
//! ```
//!
//! Milder: a deletion of other rows (medium), the host's own code (low).

use alloc::{format, string::String};

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{
    json::Json,
    model::{Action, ActionKind, Condition, ConditionKind, Operation, Operator},
    names,
    node::Pointer,
    subject::Subject,
    truth,
};

pub(crate) const RULE: Rule = Rule {
    id: "role.privileged_action",
    severity: Severity::High,
    summary: "an action gives out rights, or works around them, whoever acts",
    fix: "Add a role condition that names the roles which may cause this.",
    check,
};

/// Entities that say who may do what.
const PRIVILEGED_ENTITIES: &[&str] = &[
    "access_control",
    "access_token",
    "acl",
    "admin_user",
    "api_key",
    "api_token",
    "credential",
    "permission",
    "access_policy",
    "role",
    "role_assignment",
    "role_permission",
    "secret",
    "user_permission",
    "user_role",
    "workflow_definition",
];

/// Fields that say who may do what.
const PRIVILEGED_FIELDS: &[&str] = &[
    "admin",
    "is_admin",
    "is_staff",
    "is_superuser",
    "password",
    "password_hash",
    "permission",
    "permissions",
    "privileges",
    "role",
    "role_id",
    "roles",
    "superuser",
    "user_role",
    "access_level",
    "group_id",
    "groups",
    "scopes",
];

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    if asks_who(&subject.workflow.conditions) {
        return;
    }
    for action in subject.workflow.actions.iter().filter(|action| !asks_who(&action.conditions)) {
        if let Some((severity, at, message)) = privileged(action, subject) {
            findings.push_as(&RULE, severity, &at, message);
        }
    }
}

fn privileged(action: &Action<'_>, subject: &Subject<'_, '_>) -> Option<(Severity, Pointer, String)> {
    if let Some(run_as) = action.get("run_as")
        && !matches!(run_as.json, Json::Bool(false) | Json::Null)
    {
        return Some((
            Severity::High,
            run_as.at.clone(),
            "the action works around the rights of whoever acts".into(),
        ));
    }
    match (action.kind, action.operation()) {
        (ActionKind::Database, Some(Operation::Select)) => None,
        (ActionKind::Database, operation) => {
            if let Some(target) = action.target()
                && is_privileged(target.text, subject)
            {
                return Some((Severity::High, target.at, "the entity says who may do what".into()));
            }
            let written = action.get("field_mapping").into_iter().flat_map(|mapping| mapping.members());
            let field = written.into_iter().find(|(name, _)| names::one_of(name, PRIVILEGED_FIELDS));
            if let Some((name, value)) = field
                && action.target().is_some_and(|target| is_people(target.text))
            {
                return Some((Severity::High, value.at, format!("`{name}` says what a user may do")));
            }
            let deletes = matches!(operation, Some(Operation::Delete | Operation::Wipe));
            if deletes && let Some(target) = action.target().filter(|target| is_people(target.text)) {
                return Some((Severity::High, target.at, "whoever acts, users are deleted".into()));
            }
            deletes.then(|| (Severity::Medium, action.at().clone(), "whoever acts, rows are deleted".into()))
        }
        (ActionKind::Custom, _)
            if action.get("executor_type").is_some_and(|node| gives_rights(node.json)) =>
        {
            let at = action.get("executor_type").map_or_else(|| action.at(), |node| &node.at);
            Some((Severity::High, at.clone(), "the executor gives out rights".into()))
        }
        (ActionKind::Custom, _) => {
            Some((Severity::Low, action.at().clone(), "whoever acts, the host's own code runs".into()))
        }
        _ => None,
    }
}

/// Whether an executor is named after rights.
fn gives_rights(executor: &Json) -> bool {
    const RIGHTS: &[&str] =
        &["admin", "grant", "impersonate", "permission", "privilege", "role", "root", "sudo"];
    let words = executor.as_str().map(names::words).unwrap_or_default();
    words.iter().any(|word| RIGHTS.contains(&word.strip_suffix('s').unwrap_or(word)))
}

fn is_privileged(entity: &str, subject: &Subject<'_, '_>) -> bool {
    let entity = entity.rsplit('.').next().unwrap_or(entity);
    let singular = entity
        .strip_suffix("ies")
        .map_or_else(|| entity.strip_suffix(['s', 'S']).unwrap_or(entity).into(), |stem| format!("{stem}y"));
    names::one_of(&singular, PRIVILEGED_ENTITIES)
        || names::one_of(entity, PRIVILEGED_ENTITIES)
        || subject.options.definitions.privileged_entities.iter().any(|listed| names::same(entity, listed))
}

/// Whether rows of an entity are people who act.
fn is_people(entity: &str) -> bool {
    names::words(entity).iter().any(|word| {
        matches!(
            word.trim_end_matches('s'),
            "user"
                | "account"
                | "member"
                | "membership"
                | "employee"
                | "person"
                | "people"
                | "profile"
                | "identity"
                | "staff"
        )
    })
}

/// Whether the conditions hold only for some of those who may act.
fn asks_who(conditions: &[Condition<'_>]) -> bool {
    conditions.iter().any(|condition| match condition.kind {
        ConditionKind::Role => !truth::always(condition),
        ConditionKind::Composite => match condition.operator {
            Operator::And => asks_who(&condition.children),
            Operator::Or => {
                !condition.children.is_empty()
                    && condition.children.iter().all(|child| asks_who(core::slice::from_ref(child)))
            }
            _ => false,
        },
        ConditionKind::Field => condition.field.as_ref().is_some_and(|field| {
            let words = names::words(field.text);
            let of_actor =
                words.first().is_some_and(|word| matches!(word.as_str(), "user" | "actor" | "current"));
            of_actor
                && words
                    .iter()
                    .any(|word| matches!(word.trim_end_matches('s'), "role" | "permission" | "group"))
        }),
        _ => matches!(
            condition.operator,
            Operator::HasAnyRole | Operator::HasAllRoles | Operator::HasPermission
        ),
    })
}

#[cfg(test)]
mod tests {
    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    const GRANT: &str = r#"{"type":"database","operation":"update","table":"users","fields":{"role":"admin"},"filter":{"id":"{{id}}"}}"#;
    const ROLES: &str = r#"{"type":"database","operation":"create","table":"user_roles","fields":{"a":1}}"#;

    #[test]
    fn giving_out_rights_without_a_role_is_found() {
        finds(&RULE, &with_action(GRANT), "/actions/0/fields/role");
        finds(&RULE, &with_action(ROLES), "/actions/0/table");
        finds(&RULE, &with_action(&ROLES.replace("user_roles", "AccessPolicies")), "/actions/0/table");
        finds(&RULE, &webhook_with(r#""run_as":"system""#), "/actions/0/run_as");
        let anyone = r#"[{"type":"role","operator":"has_any_role","roles":["*"]}]"#;
        finds(&RULE, &with(anyone, GRANT), "/actions/0/fields/role");
        let or = r#"[{"type":"composite","operator":"or","conditions":[{"type":"role","roles":["admin"]},{"type":"field","field":"a","operator":"eq","value":1}]}]"#;
        finds(&RULE, &with(or, ROLES), "/actions/0/table");
    }

    #[test]
    fn deleting_users_and_executors_that_give_rights_are_found() {
        let delete = GRANT.replace("update", "delete").replace("\"role\"", "\"a\"");
        finds(&RULE, &with_action(&delete), "/actions/0/table");
        finds(
            &RULE,
            &with_action(r#"{"type":"custom","executor_type":"grant_admin"}"#),
            "/actions/0/executor_type",
        );
    }

    #[test]
    fn milder_cases() {
        let delete = GRANT.replace("update", "delete").replace("users", "carts");
        assert_eq!(found(&RULE, &with_action(&delete)), [("/actions/0".into(), Severity::Medium)]);
        assert_eq!(
            found(&RULE, &with_action(r#"{"type":"custom","executor_type":"score"}"#)),
            [("/actions/0".into(), Severity::Low)]
        );
    }

    #[test]
    fn a_role_condition_is_enough() {
        let and = r#"[{"type":"composite","operator":"and","conditions":[{"type":"field","field":"a","operator":"eq","value":1},{"type":"role","operator":"has_any_role","roles":["admin"]}]}]"#;
        passes(&RULE, &with(and, GRANT));
        passes(
            &RULE,
            &with(
                r#"[{"condition_type":"ROLE_BASED","condition_config":{"operator":"HAS_ALL_ROLES","value":["hr"]}}]"#,
                ROLES,
            ),
        );
        passes(
            &RULE,
            &with(r#"[{"type":"field","field":"user.role","operator":"eq","value":"admin"}]"#, ROLES),
        );
        passes(&RULE, &with_action(&GRANT.replace("\"role\"", "\"nickname\"")));
    }
}
