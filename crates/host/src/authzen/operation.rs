//! From action and resource to the id of an operation.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use portcullis_wire::catalog::CatalogDocument;

use super::message::Evaluation;

/// The type of a resource that is an OpenAPI path template; the action is its method.
const ROUTE: &str = "route";

/// No operation has this id: what is asked for is denied as unknown.
const NONE: &str = "";

/// The operations of a catalog, and how questions name them.
pub(super) struct Operations {
    ids: HashSet<String>,
    /// Ids by path template, with and without what comes before all of them, and method.
    routes: HashMap<String, HashMap<String, String>>,
    template: Option<String>,
}

impl Operations {
    pub(super) fn new(catalog: CatalogDocument, base_path: Option<&str>, template: Option<String>) -> Self {
        let mut routes: HashMap<String, HashMap<String, String>> = HashMap::new();
        let mut ids = HashSet::new();
        for operation in catalog.operations {
            if let (Some(method), Some(path)) = (operation.method, operation.path) {
                let whole = format!("{}{path}", base_path.unwrap_or_default().trim_end_matches('/'));
                for path in [path, whole] {
                    routes.entry(path).or_default().insert(method.clone(), operation.id.clone());
                }
            }
            ids.insert(operation.id);
        }
        Self { ids, routes, template }
    }

    /// The id that a question is about. It may be one that the catalog does not have.
    pub(super) fn of<'a>(&'a self, question: &Evaluation<'a>) -> Cow<'a, str> {
        if question.resource.kind == ROUTE {
            let id = self.routes.get(question.resource.id).and_then(|methods| methods.get(question.action));
            return Cow::Borrowed(id.map_or(NONE, String::as_str));
        }
        match &self.template {
            Some(template) if !self.ids.contains(question.action) => {
                fill(template, question).map_or(Cow::Borrowed(NONE), Cow::Owned)
            }
            _ => Cow::Borrowed(question.action),
        }
    }
}

/// An id made of a template. What is filled in is one segment or a part of one: with a dot in it, a
/// question could name an operation elsewhere in the tree.
fn fill(template: &str, question: &Evaluation<'_>) -> Option<String> {
    let mut id = String::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once('{') {
        let (part, after) = after.split_once('}')?;
        let value = match part {
            "resource.type" => question.resource.kind,
            "resource.id" => question.resource.id,
            "action.name" => question.action,
            _ => return None,
        };
        if value.is_empty() || value.contains('.') {
            return None;
        }
        id.push_str(text);
        id.push_str(value);
        rest = after;
    }
    id.push_str(rest);
    Some(id)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn operations(template: Option<&str>) -> Operations {
        let catalog = json!({ "root": "app", "operations": [
            { "id": "app.record.read", "method": "GET", "path": "/records/{id}" },
            { "id": "app.record.write" },
        ] });
        Operations::new(serde_json::from_value(catalog).unwrap(), Some("/v1/"), template.map(Into::into))
    }

    fn id(operations: &Operations, action: &str, kind: &str, id: &str) -> String {
        let question = json!({
            "subject": { "type": "user", "id": "alice" },
            "action": { "name": action },
            "resource": { "type": kind, "id": id },
        });
        operations.of(&Evaluation::read(question.as_object().unwrap(), None).unwrap()).into_owned()
    }

    #[test]
    fn an_action_is_an_id_or_fills_a_template() {
        let plain = operations(None);
        assert_eq!(id(&plain, "app.record.read", "record", "1"), "app.record.read");
        assert_eq!(id(&plain, "read", "record", "1"), "read");
        let filled = operations(Some("app.{resource.type}.{action.name}"));
        assert_eq!(id(&filled, "read", "record", "1"), "app.record.read");
        assert_eq!(id(&filled, "app.record.read", "other", "1"), "app.record.read");
        assert_eq!(id(&filled, "record.read", "record", "1"), "");
        assert_eq!(id(&filled, "read", "", "1"), "");
        assert_eq!(
            id(&operations(Some("app.record.{action.name}{resource.id}")), "re", "x", "ad"),
            "app.record.read"
        );
    }

    #[test]
    fn a_route_is_found_by_method_and_template_with_or_without_the_base_path() {
        let operations = operations(Some("app.{resource.type}.{action.name}"));
        assert_eq!(id(&operations, "GET", "route", "/records/{id}"), "app.record.read");
        assert_eq!(id(&operations, "GET", "route", "/v1/records/{id}"), "app.record.read");
        assert_eq!(id(&operations, "POST", "route", "/records/{id}"), "");
        assert_eq!(id(&operations, "get", "route", "/records/{id}"), "");
        assert_eq!(id(&operations, "GET", "route", "/records/1"), "");
    }
}
