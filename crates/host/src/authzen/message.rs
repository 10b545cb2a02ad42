//! Questions: what has to be there, and of which type. Members that nobody knows are passed over.

use serde_json::{Map, Value};

pub(super) type Object = Map<String, Value>;

/// A question that is not one: where it is wrong, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) String);

/// One question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evaluation<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) action: &'a str,
    pub(super) action_properties: Option<&'a Object>,
    pub(super) context: Option<&'a Object>,
    pub(super) resource: Resource<'a>,
}

/// Who wants to do it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) kind: &'a str,
    pub(super) id: &'a str,
    pub(super) properties: Option<&'a Object>,
}

/// To what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resource<'a> {
    pub(super) kind: &'a str,
    pub(super) id: &'a str,
    pub(super) properties: Option<&'a Object>,
}

/// When a batch stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Semantic {
    ExecuteAll,
    DenyOnFirstDeny,
    PermitOnFirstPermit,
}

/// The members that a question has, and that a batch gives as defaults.
const MEMBERS: [&str; 4] = ["subject", "action", "resource", "context"];

impl<'a> Evaluation<'a> {
    /// A question whose members are in one object, or else in the other: a member of the first
    /// replaces the whole of the second's.
    pub(super) fn read(own: &'a Object, defaults: Option<&'a Object>) -> Result<Self, Malformed> {
        let member = |name: &str| own.get(name).or_else(|| defaults?.get(name));
        let entity = |name: &'static str| match member(name) {
            Some(value) => object(name, value),
            None => Err(Malformed(format!("{name}: it is missing"))),
        };
        let (subject, action, resource) = (entity("subject")?, entity("action")?, entity("resource")?);
        Ok(Self {
            subject: Subject {
                kind: text("subject", subject, "type")?,
                id: text("subject", subject, "id")?,
                properties: properties("subject", subject)?,
            },
            action: text("action", action, "name")?,
            action_properties: properties("action", action)?,
            context: member("context").map(|context| object("context", context)).transpose()?,
            resource: Resource {
                kind: text("resource", resource, "type")?,
                id: text("resource", resource, "id")?,
                properties: properties("resource", resource)?,
            },
        })
    }
}

/// The questions of a batch; `None` where it is a single one.
pub(super) fn evaluations(body: &Object) -> Result<Option<&[Value]>, Malformed> {
    for name in MEMBERS {
        if let Some(value) = body.get(name) {
            object(name, value)?;
        }
    }
    match body.get("evaluations") {
        None => Ok(None),
        Some(Value::Array(list)) if list.is_empty() => Ok(None),
        Some(Value::Array(list)) => Ok(Some(list)),
        Some(_) => Err(Malformed("evaluations: expected a list".into())),
    }
}

impl Semantic {
    pub(super) fn read(body: &Object) -> Result<Self, Malformed> {
        let Some(options) = body.get("options") else { return Ok(Self::ExecuteAll) };
        match object("options", options)?.get("evaluations_semantic") {
            None => Ok(Self::ExecuteAll),
            Some(Value::String(name)) => match name.as_str() {
                "execute_all" => Ok(Self::ExecuteAll),
                "deny_on_first_deny" => Ok(Self::DenyOnFirstDeny),
                "permit_on_first_permit" => Ok(Self::PermitOnFirstPermit),
                _ => Err(Malformed("options.evaluations_semantic: it is not known".into())),
            },
            Some(_) => Err(Malformed("options.evaluations_semantic: expected a string".into())),
        }
    }

    /// Whether a batch ends after an answer.
    pub(super) const fn ends_after(self, decision: bool) -> bool {
        match self {
            Self::ExecuteAll => false,
            Self::DenyOnFirstDeny => !decision,
            Self::PermitOnFirstPermit => decision,
        }
    }
}

pub(super) fn object<'a>(name: &str, value: &'a Value) -> Result<&'a Object, Malformed> {
    value.as_object().ok_or_else(|| Malformed(format!("{name}: expected an object")))
}

fn text<'a>(entity: &str, object: &'a Object, name: &str) -> Result<&'a str, Malformed> {
    match object.get(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Malformed(format!("{entity}.{name}: expected a string"))),
        None => Err(Malformed(format!("{entity}.{name}: it is missing"))),
    }
}

fn properties<'a>(entity: &str, object: &'a Object) -> Result<Option<&'a Object>, Malformed> {
    match object.get("properties") {
        None => Ok(None),
        Some(Value::Object(properties)) => Ok(Some(properties)),
        Some(_) => Err(Malformed(format!("{entity}.properties: expected an object"))),
    }
}
