//! The policy of a case.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    Case, default_type,
    expression::{Search, Translator, paths},
    things,
};

/// The policy, and the searches that its conditions look at.
pub(super) fn of(case: &Case) -> Result<(Value, Vec<Search>), String> {
    let setting = |name: &str| case.settings.get(name).and_then(Value::as_bool).unwrap_or(false);
    let mode = case.request.get("mode").or_else(|| case.settings.get("search_privacy_mode"));
    let exposed = case.settings.get("exposed_types").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut types = Map::new();
    for name in case.things.keys().chain(case.rules.keys()).collect::<BTreeSet<_>>() {
        types.insert(name.clone(), type_section(case, name, exposed.contains(&json!(name)))?);
    }
    let mut searches = Vec::new();
    let mut workflows = Map::new();
    if let Some(workflow) = &case.workflow {
        workflows.insert(workflow_name(workflow).into(), workflow_section(case, workflow, &mut searches)?);
    }
    let user: Map<String, Value> = users(case).into_iter().map(|name| (name, json!("any"))).collect();
    let policy = json!({
        "portcullis": 1,
        "surfaces": {
            "workflow_api": setting("workflow_api_enabled"),
            "data_api": setting("data_api_enabled"),
            "constraints": mode.cloned().unwrap_or_else(|| json!("strict")),
        },
        "types": types,
        "workflows": workflows,
        "declarations": { "user": user },
    });
    Ok((policy, searches))
}

pub(super) fn workflow_name(workflow: &Map<String, Value>) -> &str {
    workflow.get("name").and_then(Value::as_str).unwrap_or("workflow")
}

/// What is known of users: the fields of any of them, and whatever an expression asks for.
fn users(case: &Case) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = BTreeSet::from(["id".into()]);
    for user in case.users.values().filter_map(Value::as_object) {
        names.extend(user.keys().cloned());
    }
    names.extend(asked(case, "user."));
    names
}

/// The first fields of all paths that begin so.
fn asked(case: &Case, start: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut found = |path: &str| {
        if let Some(rest) = path.strip_prefix(start) {
            names.insert(rest.split('.').next().unwrap_or_default().to_owned());
        }
    };
    case.rules.values().for_each(|rules| paths(rules, &mut found));
    case.workflow.iter().flat_map(Map::values).for_each(|part| paths(part, &mut found));
    names
}

fn type_section(case: &Case, name: &str, exposed: bool) -> Result<Value, String> {
    let mut names = asked(case, "thing.");
    names.extend(asked(case, "search.first."));
    for thing in things(case, name).iter().filter_map(Value::as_object) {
        names.extend(thing.keys().cloned());
    }
    let rules = case.rules.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for fields in rules.iter().flat_map(|rule| ["view", "autobind", "constrain"].map(|list| &rule[list])) {
        names.extend(fields.as_array().into_iter().flatten().filter_map(Value::as_str).map(Into::into));
    }
    let fields: Map<String, Value> = names
        .into_iter()
        .map(|name| {
            let field = match name.as_str() {
                "id" | "created" | "created_at" | "modified" | "modified_at" => {
                    json!({ "type": "any", "written": "never" })
                }
                "creator" => json!({ "type": "any", "written": "creator" }),
                "slug" => json!({ "type": "any", "always_constrainable": true }),
                _ => json!("any"),
            };
            (name, field)
        })
        .collect();
    let mut named = Vec::new();
    let mut everyone_else = json!({});
    for rule in rules {
        let grant = grant(rule);
        if rule["when"] == "everyone_else" {
            everyone_else = grant;
            continue;
        }
        let mut none = Vec::new();
        let mut translator = Translator { default_type: None, around: None, searches: &mut none };
        named.push(
            json!({ "name": rule["name"], "when": translator.condition(&rule["when"])?, "grant": grant }),
        );
    }
    Ok(json!({ "exposed": exposed, "fields": fields, "rules": named, "everyone_else": everyone_else }))
}

fn grant(rule: &Value) -> Value {
    let flag = |name: &str| rule[name].as_bool().unwrap_or(false);
    let set = |fields: &Value| if fields == "none" || fields.is_null() { json!([]) } else { fields.clone() };
    let mut grant = json!({
        "find": flag("find"),
        "view": set(&rule["view"]),
        "files": flag("files"),
        "autobind": set(&rule["autobind"]),
        "create": flag("create"),
        "modify": flag("modify"),
        "delete": flag("delete"),
    });
    if let Some(constrain) = rule.get("constrain").filter(|fields| !fields.is_null()) {
        grant["constrain"] = set(constrain);
    }
    grant
}

fn workflow_section(
    case: &Case,
    workflow: &Map<String, Value>,
    searches: &mut Vec<Search>,
) -> Result<Value, String> {
    let flag = |name: &str| workflow.get(name).and_then(Value::as_bool).unwrap_or(false);
    let authentication = match (workflow.get("auth"), workflow.get("run_without_authentication")) {
        (Some(Value::String(mode)), _) => mode.as_str(),
        (_, Some(Value::Bool(true))) => "none",
        _ => "user_and_admin",
    };
    let list =
        |name: &str| workflow.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut condition = |expression: Option<&Value>, around: Option<&Value>| {
        let Some(expression) = expression.filter(|expression| !expression.is_null()) else {
            return Ok(Value::Null);
        };
        let default_type = default_type(case);
        Translator { default_type, around, searches: &mut *searches }.condition(expression).map(Value::String)
    };
    let only_when = condition(workflow.get("only_when"), workflow.get("search"))?;
    let mut actions = Vec::new();
    for action in list("actions") {
        let around = action.get("search").or_else(|| workflow.get("search"));
        actions.push(json!({ "id": action["id"], "condition": condition(action.get("only_when"), around)? }));
    }
    let parameters: Vec<Value> = list("params").iter().map(parameter).collect();
    let by_name: Map<String, Value> = searches.iter().map(|it| (it.name.clone(), json!(it.of))).collect();
    Ok(json!({
        // Nothing is exposed unless it says so.
        "exposed": flag("exposed"),
        "authentication": authentication,
        "methods": [workflow.get("method").and_then(Value::as_str).unwrap_or("POST")],
        "parameters": parameters,
        "condition": only_when,
        "unmet": if flag("return_200_if_condition_not_met") { "succeed" } else { "reject" },
        "searches": by_name,
        "actions": actions,
        "ignore_privacy_rules": flag("ignore_privacy_rules"),
    }))
}

fn parameter(parameter: &Value) -> Value {
    let of = match parameter["type"].as_str().unwrap_or_default() {
        "text" | "string" => "string",
        "number" => "double",
        "integer" | "int" => "int",
        "boolean" | "bool" | "yes_no" | "yes/no" => "bool",
        "date" | "datetime" | "timestamp" => "timestamp",
        "object" => "object",
        _ => "any",
    };
    let flag = |name: &str| parameter[name].as_bool().unwrap_or(false);
    json!({ "name": parameter["name"], "type": of, "list": flag("list"), "optional": flag("optional") })
}
