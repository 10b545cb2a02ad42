//! Cedar.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};
use serde_json::{Value, json};

use crate::{Case, Question};

const POLICY: &str = r#"
permit(principal in Permission::"workflow:execute", action in Action::"workflow-api.rpc", resource)
when {
    ["A", "B"].contains(context.tenant) && context.user.age >= 18 && context.resource.state != "archived" &&
    (context.resource.owner == context.user.id || context.resource.regions.contains(context.user.region))
};
forbid(principal, action == Action::"workflow-api.rpc.delete-instance", resource);
"#;

pub fn run(question: &Question, run: &mut dyn FnMut(&str, &mut dyn FnMut(usize) -> bool)) {
    let policies: PolicySet = POLICY.parse().expect("a good policy");
    let authorizer = Authorizer::new();
    let roles = roles(&question.operation);
    let texts: Vec<(String, String)> =
        question.cases.iter().map(|case| (case.roles.join(","), facts(case).to_string())).collect();
    let whole = |at: usize| {
        let (names, text) = &texts[at];
        (request(question, text), entities(&roles, names))
    };
    let decide = |(request, entities): &(Request, Entities)| {
        authorizer.is_authorized(request, &policies, entities).decision() == Decision::Allow
    };
    run("cedar", &mut |at| decide(&whole(at)));
    let made: Vec<_> = (0..texts.len()).map(whole).collect();
    run("cedar, input made before", &mut |at| decide(&made[at]));
}

fn uid(kind: &str, id: &str) -> EntityUid {
    static KINDS: LazyLock<HashMap<&str, EntityTypeName>> = LazyLock::new(|| {
        let kinds = ["Action", "Instance", "Permission", "Role", "User"];
        kinds.map(|kind| (kind, kind.parse().expect("a type"))).into()
    });
    EntityUid::from_type_name_and_id(KINDS[kind].clone(), EntityId::new(id))
}

/// What does not change: which roles have which permissions, and which operations a branch has.
fn roles(operation: &str) -> Vec<Entity> {
    let entity = |uid: EntityUid, parents: &[EntityUid]| {
        Entity::new_no_attrs(uid, parents.iter().cloned().collect::<HashSet<_>>())
    };
    let branch = uid("Action", "workflow-api.rpc");
    vec![
        entity(uid("Role", "viewer"), &[uid("Permission", "report:read")]),
        entity(uid("Role", "editor"), &[uid("Role", "viewer"), uid("Permission", "workflow:execute")]),
        entity(uid("Action", operation), &[branch]),
    ]
}

fn entities(fixed: &[Entity], roles: &str) -> Entities {
    let roles = roles.split(',').filter(|role| !role.is_empty()).map(|role| uid("Role", role));
    let caller = Entity::new_no_attrs(uid("User", "caller"), roles.collect());
    Entities::from_entities(fixed.iter().cloned().chain([caller]), None).expect("entities")
}

fn facts(case: &Case) -> Value {
    json!({ "tenant": case.tenant, "user": case.user, "resource": case.resource })
}

fn request(question: &Question, facts: &str) -> Request {
    let facts: Value = serde_json::from_str(facts).expect("JSON");
    let context = Context::from_pairs(
        facts.as_object().expect("an object").iter().map(|(name, value)| (name.clone(), expression(value))),
    );
    let (principal, action) = (uid("User", "caller"), uid("Action", &question.operation));
    Request::new(principal, action, uid("Instance", "one"), context.expect("a context"), None)
        .expect("a request")
}

fn expression(value: &Value) -> RestrictedExpression {
    match value {
        Value::String(text) => RestrictedExpression::new_string(text.clone()),
        Value::Number(number) => RestrictedExpression::new_long(number.as_i64().expect("a whole number")),
        Value::Array(elements) => RestrictedExpression::new_set(elements.iter().map(expression)),
        Value::Object(members) => {
            let fields = members.iter().map(|(name, value)| (name.clone(), expression(value)));
            RestrictedExpression::new_record(fields).expect("a record")
        }
        other => unreachable!("no fact of the question: {other}"),
    }
}
