//! Values of records, read from the JSON where they stand.

use alloc::vec::Vec;

use portcullis_condition::Value as CelValue;
use portcullis_token::json::{self, Json};
use portcullis_wire::{Value, policy::FieldType};

use crate::parameters::timestamp;

/// A value of a declared type; none if it is null, or of another.
pub(crate) fn typed_json(text: &str, of: FieldType) -> Option<CelValue<'_>> {
    match (of, text.as_bytes().first()?) {
        (FieldType::String | FieldType::Timestamp | FieldType::Any, b'"') => {
            let inside = text.get(1..text.len().saturating_sub(1))?;
            if of == FieldType::Timestamp {
                return timestamp(inside).map(CelValue::Timestamp);
            }
            if inside.bytes().any(|byte| byte == b'\\') {
                parsed(text)
            } else {
                Some(CelValue::string(inside))
            }
        }
        (FieldType::Bool | FieldType::Any, b't') => Some(CelValue::Bool(true)),
        (FieldType::Bool | FieldType::Any, b'f') => Some(CelValue::Bool(false)),
        (FieldType::Int | FieldType::Double | FieldType::Any, b'-' | b'0'..=b'9') => {
            match (of, number(text)?) {
                (FieldType::Double, CelValue::Int(number)) => Some(CelValue::Double(number as f64)),
                (FieldType::Int, CelValue::Double(_)) => None,
                (_, number) => Some(number),
            }
        }
        (FieldType::Strings, b'[') => {
            if let Some(plain) = plain_strings(text) {
                return Some(CelValue::list(plain));
            }
            let list = parsed(text)?;
            let CelValue::List(elements) = &list else { return None };
            elements.iter().all(|element| matches!(element, CelValue::String(_))).then_some(list)
        }
        (FieldType::List | FieldType::Any, b'[') | (FieldType::Object | FieldType::Any, b'{') => parsed(text),
        _ => None,
    }
}

/// The strings of a list that has nothing else and no escapes, where they stand.
fn plain_strings(text: &str) -> Option<Vec<CelValue<'_>>> {
    let inside = text.strip_prefix('[')?.strip_suffix(']')?;
    let mut strings = Vec::new();
    // Cut at quotes, every other piece is a string.
    for (place, piece) in inside.split('"').enumerate() {
        if place & 1 == 1 {
            if piece.bytes().any(|byte| byte == b'\\') {
                return None;
            }
            strings.push(CelValue::string(piece));
        } else if !piece.bytes().all(|byte| b", \t\r\n".contains(&byte)) {
            return None;
        }
    }
    Some(strings)
}

fn parsed(text: &str) -> Option<CelValue<'static>> {
    json_value(&json::parse(text).ok()?).map(|value| value.to_owned())
}

/// A tree as conditions see it.
pub(crate) fn json_value<'t>(tree: &'t Json<'_>) -> Option<CelValue<'t>> {
    Some(match tree {
        Json::Null => CelValue::Null,
        Json::Bool(value) => CelValue::Bool(*value),
        Json::Number(text) => number(text.as_str())?,
        Json::String(text) => CelValue::string(text),
        Json::Array(elements) => CelValue::list(elements.iter().map(json_value).collect::<Option<_>>()?),
        Json::Object(members) => {
            let members =
                members.iter().map(|(name, value)| Some((CelValue::string(name), json_value(value)?)));
            CelValue::map(members.collect::<Option<_>>()?)
        }
    })
}

/// A number without a fraction is an integer, however it is written.
fn number(text: &str) -> Option<CelValue<'static>> {
    if let Ok(number) = text.parse() {
        return Some(CelValue::Int(number));
    }
    match Value::number(portcullis_json::decimal::parse(text)?) {
        Value::Int(number) => Some(CelValue::Int(number)),
        Value::Double(number) if number.is_finite() => Some(CelValue::Double(number)),
        _ => None,
    }
}
