//! Operators and tests, on the kinds of values that each is for.

use alloc::{format, string::String};
use core::cmp::Ordering;

use minijinja::machinery::ast::{BinOpKind, CompareOpKind};
use portcullis_wire::guard::RenderErrorKind as Kind;

use super::{
    RenderError,
    output::plain,
    run::Run,
    value::{List, Text, Value, restricted, undefined, wrong_type},
};

const TOO_LARGE: RenderError = RenderError::new(Kind::Limit, "a number is too large");

/// Numbers, as arithmetic takes them.
enum Numbers {
    Int(i64, i64),
    Float(f64, f64),
}

/// Arithmetic, joining of texts, and the comparisons that stand alone.
pub(super) fn binary<'r>(
    run: &mut Run<'r>,
    kind: BinOpKind,
    left: &Value<'r>,
    right: &Value<'r>,
) -> Result<Value<'r>, RenderError> {
    let comparison = match kind {
        BinOpKind::Eq => CompareOpKind::Eq,
        BinOpKind::Ne => CompareOpKind::Ne,
        BinOpKind::Lt => CompareOpKind::Lt,
        BinOpKind::Lte => CompareOpKind::Lte,
        BinOpKind::Gt => CompareOpKind::Gt,
        BinOpKind::Gte => CompareOpKind::Gte,
        BinOpKind::In => CompareOpKind::In,
        BinOpKind::Concat => {
            let mut text = String::new();
            plain(left, &mut text)?;
            plain(right, &mut text)?;
            return Value::text(text);
        }
        BinOpKind::Add if matches!((left, right), (Value::Str(_), Value::Str(_))) => {
            return binary(run, BinOpKind::Concat, left, right);
        }
        _ => return arithmetic(kind, numbers(left, right)?),
    };
    compare(run, comparison, left, right).map(Value::Bool)
}

fn numbers(left: &Value<'_>, right: &Value<'_>) -> Result<Numbers, RenderError> {
    Ok(match (left, right) {
        (Value::Int(left), Value::Int(right)) => Numbers::Int(*left, *right),
        (Value::Int(left), Value::Float(right)) => Numbers::Float(*left as f64, *right),
        (Value::Float(left), Value::Int(right)) => Numbers::Float(*left, *right as f64),
        (Value::Float(left), Value::Float(right)) => Numbers::Float(*left, *right),
        (Value::Restricted(_), _) | (_, Value::Restricted(_)) => return Err(restricted()),
        (Value::Undefined, _) | (_, Value::Undefined) => return Err(undefined()),
        // A text or a list times a number is not one of them: what it makes has no bound.
        _ => return Err(wrong_type("arithmetic is for numbers")),
    })
}

fn arithmetic<'r>(kind: BinOpKind, numbers: Numbers) -> Result<Value<'r>, RenderError> {
    let by_zero = || wrong_type("a division by zero");
    match numbers {
        Numbers::Int(left, right) => {
            let result = match kind {
                BinOpKind::Add => left.checked_add(right),
                BinOpKind::Sub => left.checked_sub(right),
                BinOpKind::Mul => left.checked_mul(right),
                // As in Jinja, always with decimals.
                BinOpKind::Div if right == 0 => return Err(by_zero()),
                BinOpKind::Div => return float(left as f64 / right as f64),
                BinOpKind::FloorDiv if right == 0 => return Err(by_zero()),
                BinOpKind::FloorDiv => floor_div(left, right),
                BinOpKind::Rem if right == 0 => return Err(by_zero()),
                BinOpKind::Rem => floor_div(left, right)
                    .and_then(|times| times.checked_mul(right))
                    .and_then(|below| left.checked_sub(below)),
                BinOpKind::Pow => match u32::try_from(right) {
                    Ok(right) => left.checked_pow(right),
                    Err(_) => return Err(wrong_type("a power is a number from 0 on")),
                },
                _ => return Err(wrong_type("the operator is not for numbers")),
            };
            result.map(Value::Int).ok_or(TOO_LARGE)
        }
        Numbers::Float(left, right) => match kind {
            BinOpKind::Add => float(left + right),
            BinOpKind::Sub => float(left - right),
            BinOpKind::Mul => float(left * right),
            BinOpKind::Div | BinOpKind::FloorDiv | BinOpKind::Rem if right == 0.0 => Err(by_zero()),
            BinOpKind::Div => float(left / right),
            BinOpKind::FloorDiv => float(floor(left / right)),
            BinOpKind::Rem => float(left - floor(left / right) * right),
            _ => Err(wrong_type("a power is of whole numbers")),
        },
    }
}

/// The quotient, rounded down.
fn floor_div(left: i64, right: i64) -> Option<i64> {
    let quotient = left.checked_div_euclid(right)?;
    let exact = quotient.checked_mul(right)? == left;
    // Euclid rounds the other way below zero.
    if right < 0 && !exact { quotient.checked_sub(1) } else { Some(quotient) }
}

/// The next whole number below. Beyond 2^52 every number is whole.
fn floor(number: f64) -> f64 {
    if number.abs() >= 4_503_599_627_370_496.0 {
        return number;
    }
    let whole = number as i64 as f64;
    if whole > number { whole - 1.0 } else { whole }
}

fn float<'r>(number: f64) -> Result<Value<'r>, RenderError> {
    if number.is_finite() { Ok(Value::Float(number)) } else { Err(TOO_LARGE) }
}

pub(super) fn negative<'r>(of: &Value<'r>) -> Result<Value<'r>, RenderError> {
    match of {
        Value::Int(number) => number.checked_neg().map(Value::Int).ok_or(TOO_LARGE),
        Value::Float(number) => Ok(Value::Float(-number)),
        Value::Restricted(_) => Err(restricted()),
        Value::Undefined => Err(undefined()),
        _ => Err(wrong_type("only numbers have a negative")),
    }
}

pub(super) fn compare(
    run: &mut Run<'_>,
    kind: CompareOpKind,
    left: &Value<'_>,
    right: &Value<'_>,
) -> Result<bool, RenderError> {
    Ok(match kind {
        CompareOpKind::Eq => equal(left, right)?,
        CompareOpKind::Ne => !equal(left, right)?,
        CompareOpKind::Lt => order(left, right)?.is_lt(),
        CompareOpKind::Lte => order(left, right)?.is_le(),
        CompareOpKind::Gt => order(left, right)?.is_gt(),
        CompareOpKind::Gte => order(left, right)?.is_ge(),
        CompareOpKind::In => is_in(run, left, right)?,
        CompareOpKind::NotIn => !is_in(run, left, right)?,
    })
}

fn equal(left: &Value<'_>, right: &Value<'_>) -> Result<bool, RenderError> {
    Ok(match (left, right) {
        (Value::Restricted(_), _) | (_, Value::Restricted(_)) => return Err(restricted()),
        (Value::Undefined, _) | (_, Value::Undefined) => return Err(undefined()),
        (Value::None, Value::None) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Str(left), Value::Str(right)) => left.as_str() == right.as_str(),
        (Value::Int(left), Value::Int(right)) => left == right,
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => order(left, right)?.is_eq(),
        // What they hold may be restricted.
        (Value::List(_), Value::List(_)) | (Value::Map(_), Value::Map(_)) => {
            return Err(wrong_type("lists and objects cannot be compared"));
        }
        _ => false,
    })
}

fn order(left: &Value<'_>, right: &Value<'_>) -> Result<Ordering, RenderError> {
    if let (Value::Str(left), Value::Str(right)) = (left, right) {
        return Ok(left.as_str().cmp(right.as_str()));
    }
    match numbers(left, right)? {
        Numbers::Int(left, right) => Ok(left.cmp(&right)),
        Numbers::Float(left, right) => {
            left.partial_cmp(&right).ok_or(wrong_type("what is no number has no order"))
        }
    }
}

fn is_in(run: &mut Run<'_>, needle: &Value<'_>, whole: &Value<'_>) -> Result<bool, RenderError> {
    match (needle, whole) {
        (Value::Restricted(_), _) | (_, Value::Restricted(_)) => Err(restricted()),
        (Value::Undefined, _) | (_, Value::Undefined) => Err(undefined()),
        (Value::Str(part), Value::Str(whole)) => Ok(whole.as_str().contains(part.as_str())),
        (Value::Str(name), Value::Map(members)) => {
            Ok(members.iter().any(|member| member.name == name.as_str()))
        }
        (needle, Value::List(list)) => {
            for value in list.iter() {
                run.step()?;
                if let Value::Str(text) = &value {
                    run.read(text.as_str().len())?;
                }
                if equal(needle, &value)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => Err(wrong_type("`in` looks into a text, a list or an object")),
    }
}

/// A part of a text, in characters, or of a list.
pub(super) fn slice<'r>(
    whole: &Value<'r>,
    start: Option<i64>,
    stop: Option<i64>,
) -> Result<Value<'r>, RenderError> {
    let place = |at: i64, length: usize| match usize::try_from(at) {
        Ok(at) => at.min(length),
        Err(_) => length.saturating_sub(usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX)),
    };
    let ends = |length: usize| {
        let start = start.map_or(0, |at| place(at, length));
        let stop = stop.map_or(length, |at| place(at, length));
        (start, stop.saturating_sub(start))
    };
    match whole {
        Value::Str(text) => {
            let (skip, take) = ends(text.as_str().chars().count());
            Value::text(text.as_str().chars().skip(skip).take(take).collect())
        }
        Value::List(list) => {
            let (skip, take) = ends(list.len());
            Ok(Value::List(match list {
                List::Borrowed(list) => {
                    List::Borrowed(list.get(skip..skip.saturating_add(take)).unwrap_or_default())
                }
                made @ List::Made(_) => List::Made(made.iter().skip(skip).take(take).collect()),
            }))
        }
        Value::Restricted(_) => Err(restricted()),
        Value::Undefined => Err(undefined()),
        _ => Err(wrong_type("only texts and lists have parts")),
    }
}

const TESTS: &[&str] = &[
    "boolean",
    "defined",
    "divisibleby",
    "eq",
    "equalto",
    "even",
    "false",
    "float",
    "ge",
    "gt",
    "in",
    "integer",
    "le",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sequence",
    "string",
    "true",
    "undefined",
];

pub(super) fn is_test(name: &str) -> bool {
    TESTS.contains(&name)
}

/// Whether a test holds.
pub(super) fn test<'r>(
    run: &mut Run<'r>,
    name: &str,
    of: &Value<'r>,
    arguments: &[(Option<&str>, Value<'r>)],
) -> Result<bool, RenderError> {
    match (name, of) {
        ("defined", of) => return Ok(!matches!(of, Value::Undefined)),
        ("undefined", of) => return Ok(matches!(of, Value::Undefined)),
        ("none", of) => return Ok(matches!(of, Value::None)),
        (_, Value::Restricted(_)) => return Err(restricted()),
        (_, Value::Undefined) => return Err(undefined()),
        _ => {}
    }
    let argument = || match arguments {
        [(None, argument)] => Ok(argument),
        _ => Err(wrong_type("the test takes one value")),
    };
    let remainder = |by: i64| match of {
        Value::Int(number) => number.checked_rem_euclid(by).ok_or(wrong_type("a division by zero")),
        _ => Err(wrong_type("the test is for whole numbers")),
    };
    let comparison = match name {
        "boolean" => return Ok(matches!(of, Value::Bool(_))),
        "true" => return Ok(matches!(of, Value::Bool(true))),
        "false" => return Ok(matches!(of, Value::Bool(false))),
        "integer" => return Ok(matches!(of, Value::Int(_))),
        "float" => return Ok(matches!(of, Value::Float(_))),
        "number" => return Ok(matches!(of, Value::Int(_) | Value::Float(_))),
        "string" => return Ok(matches!(of, Value::Str(_))),
        "mapping" => return Ok(matches!(of, Value::Map(_))),
        "sequence" => return Ok(matches!(of, Value::List(_))),
        "odd" => return Ok(remainder(2)? == 1),
        "even" => return Ok(remainder(2)? == 0),
        "divisibleby" => match argument()? {
            Value::Int(by) => return Ok(remainder(*by)? == 0),
            _ => return Err(wrong_type("the test is for whole numbers")),
        },
        "eq" | "equalto" => CompareOpKind::Eq,
        "ne" => CompareOpKind::Ne,
        "gt" => CompareOpKind::Gt,
        "ge" => CompareOpKind::Gte,
        "lt" => CompareOpKind::Lt,
        "le" => CompareOpKind::Lte,
        "in" => CompareOpKind::In,
        _ => {
            return Err(RenderError {
                kind: Kind::NotAllowed,
                detail: format!("there is no test `{name}`").into(),
                offset: 0,
            });
        }
    };
    compare(run, comparison, of, argument()?)
}

/// A text of the template or the context, without an operation.
pub(super) fn text<'v>(value: &'v Value<'_>) -> Result<&'v str, RenderError> {
    match value {
        Value::Str(text @ (Text::Borrowed(_) | Text::Made(_))) => Ok(text.as_str()),
        Value::Restricted(_) => Err(restricted()),
        Value::Undefined => Err(undefined()),
        _ => Err(wrong_type("expected a text")),
    }
}
