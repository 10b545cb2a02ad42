//! What is known: the event, and what templates see of it.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use portcullis_wire::workflow::EventDocument;
use serde_json::{Map, Value};

use crate::workflow::{Options, expression, json::Json, model::Workflow, sensitive};

pub(super) struct Facts<'a> {
    pub event: &'a EventDocument,
    pub options: &'a Options<'a>,
    /// The definition's tenant.
    pub tenant: String,
    /// What templates see, as a value and as text.
    values: Map<String, Value>,
    pub context: String,
}

impl<'a> Facts<'a> {
    pub(super) fn new(event: &'a EventDocument, workflow: &Workflow<'_>, options: &'a Options<'a>) -> Self {
        let tenant = match workflow.tenant.as_ref().map(|tenant| tenant.json) {
            Some(Json::String(tenant)) => tenant.clone(),
            Some(Json::Number(tenant)) => tenant.to_string(),
            _ => String::new(),
        };
        let mut values = event.record.clone();
        let record = Value::Object(event.record.clone());
        // A record's own field goes before a name of the language.
        let mut offer = |name: &str, value: Value| {
            values.entry(name).or_insert(value);
        };
        for name in [event.entity_type.as_str(), "entity", "record", "new"] {
            offer(name, record.clone());
        }
        if let Some(previous) = &event.previous {
            offer("previous", Value::Object(previous.clone()));
            offer("old", Value::Object(previous.clone()));
        }
        if let Some(user) = &event.user {
            offer("user", Value::Object(user.clone()));
        }
        offer("tenant_id", Value::String(tenant.clone()));
        let mut about = Map::new();
        about.insert("entity_type".into(), event.entity_type.as_str().into());
        about.insert("operation".into(), event.operation.as_str().into());
        offer("event", Value::Object(about));
        let context = serde_json::to_string(&values).unwrap_or_default();
        Self { event, options, tenant, values, context }
    }

    /// The value of a path into what templates see.
    pub(super) fn value<'p>(&self, path: impl IntoIterator<Item = &'p str>) -> Option<&Value> {
        let mut path = path.into_iter();
        let mut value = self.values.get(path.next()?)?;
        for step in path {
            value = value.get(step)?;
        }
        Some(value)
    }

    /// The value that a constant of the definition stands for: a path keeps its type, other
    /// templates become text; none if it cannot be rendered.
    pub(super) fn constant(&self, json: &Json) -> Option<Value> {
        match json {
            Json::String(text) if expression::is_template(text) => {
                let template = expression::read(text);
                let whole = text.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
                match (&template.outputs[..], whole) {
                    ([only], Some(_)) if only.filters.is_empty() && template.problems.is_empty() => {
                        self.value(only.path.iter().map(String::as_str)).cloned()
                    }
                    _ => self.render(text, portcullis_wire::guard::Channel::Text).ok().map(Value::String),
                }
            }
            Json::Array(elements) => elements.iter().map(|element| self.constant(element)).collect(),
            other => Some(other.to_value()),
        }
    }

    /// A value as it may be shown: stars in place of what is restricted by its own name, or by the
    /// name of what it is in.
    pub(super) fn shown(&self, path: &str, value: &Value) -> Value {
        let path: Vec<String> = path.split('.').map(String::from).collect();
        if sensitive::is_restricted(&path, self.options.fields()) {
            return Value::String("****".into());
        }
        match value {
            Value::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), self.shown(name, value))).collect()
            }
            Value::Array(elements) => elements.iter().map(|element| self.shown("", element)).collect(),
            other => other.clone(),
        }
    }

    /// A constant as it may be shown: a template that names a restricted field as stars, in a list too.
    pub(super) fn shown_constant(&self, json: &Json, value: &Value) -> Value {
        match (json, value) {
            (Json::Array(constants), Value::Array(values)) => {
                let shown = constants.iter().zip(values);
                shown.map(|(constant, value)| self.shown_constant(constant, value)).collect()
            }
            (Json::String(text), value) if expression::is_template(text) => {
                let outputs = expression::read(text).outputs;
                let fields = self.options.fields();
                match outputs.iter().any(|output| sensitive::is_restricted(&output.path, fields)) {
                    true => Value::String("****".into()),
                    false => self.shown("", value),
                }
            }
            (_, value) => self.shown("", value),
        }
    }
}
