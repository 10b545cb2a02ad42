//! Plain JSON to values with their types.

use std::{borrow::Cow, collections::BTreeMap, path::Path};

use portcullis_wire::call::{DeclaredTypes, TaggedValue};
use serde_json::Value;

use crate::{context, failure::Failure};

/// Facts by the names of variables.
pub(super) type Facts = BTreeMap<Cow<'static, str>, TaggedValue<'static>>;

/// The types in a file.
pub(super) fn types(path: &Path) -> Result<DeclaredTypes, Failure> {
    let text = context::text(path)?;
    serde_json::from_str(&text).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        Failure::Input(format!("{}: not a JSON object of types ({place})", path.display()))
    })
}

/// The facts in a file, and those that are set one by one, which come later and stand.
pub(super) fn facts(file: Option<&Path>, set: &[String]) -> Result<Facts, Failure> {
    let mut facts = Facts::new();
    if let Some(path) = file {
        match serde_json::from_str(&context::text(path)?) {
            Ok(Value::Object(members)) => {
                facts.extend(members.into_iter().map(|(name, value)| (name.into(), tagged(value))));
            }
            _ => return Err(Failure::Input(format!("{}: not a JSON object of facts", path.display()))),
        }
    }
    for fact in set {
        let read =
            fact.split_once('=').and_then(|(name, json)| Some((name, serde_json::from_str(json).ok()?)));
        let Some((name, value)) = read else {
            return Err(Failure::Input("--set takes NAME=JSON, as user={\"id\":\"u1\"}".into()));
        };
        facts.insert(name.to_owned().into(), tagged(value));
    }
    Ok(facts)
}

fn tagged(value: Value) -> TaggedValue<'static> {
    match value {
        Value::Null => TaggedValue::Null(()),
        Value::Bool(value) => TaggedValue::Bool(value),
        Value::Number(number) if number.is_i64() => TaggedValue::Int(number.to_string().into()),
        Value::Number(number) if number.is_u64() => TaggedValue::Uint(number.to_string().into()),
        Value::Number(number) => TaggedValue::Double(number.to_string().into()),
        Value::String(text) => TaggedValue::String(text.into()),
        Value::Array(elements) => TaggedValue::List(elements.into_iter().map(tagged).collect()),
        Value::Object(members) => TaggedValue::Map(
            members
                .into_iter()
                .map(|(key, value)| (TaggedValue::String(key.into()), tagged(value)))
                .collect(),
        ),
    }
}
