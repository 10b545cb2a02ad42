//! Parameters of workflows: are they there, and of their types?

use portcullis_wire::{
    Request, Value,
    policy::{FieldType, ParameterSection, ParameterSource},
};

/// A parameter that is missing (and may not be), or of another type, by its place.
pub(crate) fn wrong(parameters: &[ParameterSection], request: &Request<'_>) -> Option<usize> {
    parameters.iter().position(|parameter| match given(parameter, request) {
        None => !parameter.optional,
        Some((value, source)) => !fits(value, parameter, source),
    })
}

/// What was given for a parameter, and where. Null is nothing.
pub(crate) fn given<'r>(
    parameter: &ParameterSection,
    request: &'r Request<'_>,
) -> Option<(&'r Value<'r>, ParameterSource)> {
    let source = parameter.from.unwrap_or(match request.method.as_deref() {
        Some("GET" | "HEAD") => ParameterSource::Query,
        _ => ParameterSource::Body,
    });
    let values = match source {
        ParameterSource::Body => request.params.as_deref(),
        ParameterSource::Query => request.query.as_deref(),
    };
    let value = values?.get(&parameter.name).filter(|value| !value.is_null())?;
    Some((value, source))
}

fn fits(value: &Value<'_>, parameter: &ParameterSection, source: ParameterSource) -> bool {
    let textual = source == ParameterSource::Query;
    let of_type = |value: &Value<'_>| is_a(value, parameter.parameter_type, textual);
    match (parameter.list, value) {
        (true, Value::List(elements)) => elements.iter().all(of_type),
        (true, _) => false,
        (false, value) => of_type(value),
    }
}

/// Whether a value is of a type. In a query everything is text.
pub(crate) fn is_a(value: &Value<'_>, of: FieldType, textual: bool) -> bool {
    match (of, value) {
        (FieldType::Any, _)
        | (FieldType::String | FieldType::Timestamp, Value::String(_))
        | (FieldType::Int | FieldType::Double, Value::Int(_))
        | (FieldType::Double, Value::Double(_))
        | (FieldType::Bool, Value::Bool(_))
        | (FieldType::List, Value::List(_))
        | (FieldType::Object, Value::Object(_)) => match (of, value) {
            (FieldType::Timestamp, Value::String(text)) => timestamp(text).is_some(),
            _ => true,
        },
        (FieldType::Strings, Value::List(elements)) => {
            elements.iter().all(|element| matches!(element, Value::String(_)))
        }
        (FieldType::Int, Value::String(text)) if textual => text.parse::<i64>().is_ok(),
        (FieldType::Double, Value::String(text)) if textual => double(text).is_some(),
        (FieldType::Bool, Value::String(text)) if textual => matches!(text.as_ref(), "true" | "false"),
        _ => false,
    }
}

/// The number that a text is: digits with a sign, a fraction and an exponent at most, as in JSON.
pub(crate) fn double(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    portcullis_json::decimal::parse(text).filter(|_| plain)
}

/// The point in time that a text is (RFC 3339).
pub(crate) fn timestamp(text: &str) -> Option<portcullis_condition::Timestamp> {
    portcullis_condition::Timestamp::parse(text)
}
