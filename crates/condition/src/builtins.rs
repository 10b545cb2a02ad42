//! What operators and functions do, by the types that their arguments turn out to have.

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::{
    Function, Timestamp, Value, convert,
    error::{Code, Fault},
    evaluate::{Evaluated, Meter},
    number::{int_to_double, int_to_uint, uint_to_double},
    pattern::Pattern,
    time,
    value::Shared,
};

pub(crate) fn unary<'a>(function: Function, operand: Value<'a>, meter: &mut Meter, at: u32) -> Evaluated<'a> {
    let value = match (function, operand) {
        (Function::Not, Value::Bool(value)) => Value::Bool(!value),
        (Function::Negate, Value::Int(value)) => {
            Value::Int(value.checked_neg().ok_or(Code::Overflow.at(at))?)
        }
        (Function::Negate, Value::Double(value)) => Value::Double(-value),
        (Function::Size, operand) => size(&operand, meter, at)?,
        (Function::Type, operand) => Value::Type(operand.kind()),
        (Function::Dyn, operand) => operand,
        (Function::Not | Function::Negate, _) => return Err(Code::NoOverload.at(at)),
        (function, operand @ (Value::Timestamp(_) | Value::Duration(_))) if is_getter(function) => {
            get(function, &operand, 0).ok_or(Code::NoOverload.at(at))?
        }
        (function, operand) => convert::convert(function, operand, meter, at)?,
    };
    Ok(value)
}

pub(crate) fn binary<'a>(
    function: Function,
    one: &Value<'a>,
    other: &Value<'a>,
    meter: &mut Meter,
    at: u32,
) -> Evaluated<'a> {
    match function {
        function if is_relation(function) => relation(function, one, other, meter, at).map(Value::Bool),
        Function::Index => index(one, other, meter, at),
        Function::Add => add(one, other, meter, at),
        Function::Subtract | Function::Multiply | Function::Divide | Function::Remainder => {
            arithmetic(function, one, other).map_err(|code| code.at(at))
        }
        Function::Contains | Function::StartsWith | Function::EndsWith | Function::Matches => {
            let (Value::String(text), Value::String(part)) = (one, other) else {
                return Err(Code::NoOverload.at(at));
            };
            search(function, text, part, meter, at).map(Value::Bool)
        }
        function if is_getter(function) => {
            let (Value::Timestamp(_), Value::String(zone)) = (one, other) else {
                return Err(Code::NoOverload.at(at));
            };
            let offset = zone_offset(zone).map_err(|code| code.at(at))?;
            get(function, one, offset).ok_or(Code::NoOverload.at(at))
        }
        _ => Err(Code::NoOverload.at(at)),
    }
}

/// The operators that say true or false of two values.
pub(crate) const fn is_relation(function: Function) -> bool {
    matches!(
        function,
        Function::Equal
            | Function::NotEqual
            | Function::Less
            | Function::LessEqual
            | Function::Greater
            | Function::GreaterEqual
            | Function::In
    )
}

/// What one of [`is_relation`] says.
pub(crate) fn relation(
    function: Function,
    one: &Value<'_>,
    other: &Value<'_>,
    meter: &mut Meter,
    at: u32,
) -> Result<bool, Fault> {
    let asked: fn(Ordering) -> bool = match function {
        Function::Equal => return equal(one, other, meter, at),
        Function::NotEqual => return equal(one, other, meter, at).map(|equal| !equal),
        Function::In => return contains_value(other, one, meter, at),
        Function::Less => Ordering::is_lt,
        Function::LessEqual => Ordering::is_le,
        Function::Greater => Ordering::is_gt,
        _ => Ordering::is_ge,
    };
    order(one, other, meter, at).map(|order| order.is_some_and(asked))
}

/// Whether two values are equal: numbers as points on one line, other values of different types never.
pub(crate) fn equal(one: &Value<'_>, other: &Value<'_>, meter: &mut Meter, at: u32) -> Result<bool, Fault> {
    Ok(match (one, other) {
        (Value::String(one), Value::String(other)) => {
            meter.read(one.len().min(other.len()), at)?;
            one.as_bytes() == other.as_bytes()
        }
        (Value::Bytes(one), Value::Bytes(other)) => {
            meter.read(one.len().min(other.len()), at)?;
            **one == **other
        }
        (Value::Null, Value::Null) => true,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Timestamp(one), Value::Timestamp(other)) => one == other,
        (Value::Duration(one), Value::Duration(other)) => one == other,
        (Value::Type(one), Value::Type(other)) => one == other,
        (Value::List(one), Value::List(other)) => {
            if one.len() != other.len() {
                return Ok(false);
            }
            for (one, other) in one.iter().zip(other.iter()) {
                meter.charge(1, at)?;
                if !equal(one, other, meter, at)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Map(one), Value::Map(other)) => {
            if one.len() != other.len() {
                return Ok(false);
            }
            for (key, value) in one.iter() {
                match find(other, key, meter, at)? {
                    Some(found) if equal(value, found, meter, at)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        (one, other) => numbers(one, other) == Some(Some(Ordering::Equal)),
    })
}

/// How two numbers compare, not-a-number with nothing; none, if they are no numbers.
fn numbers(one: &Value<'_>, other: &Value<'_>) -> Option<Option<Ordering>> {
    Some(match (one, other) {
        (Value::Int(one), Value::Int(other)) => Some(one.cmp(other)),
        (Value::Uint(one), Value::Uint(other)) => Some(one.cmp(other)),
        (Value::Double(one), Value::Double(other)) => one.partial_cmp(other),
        (Value::Int(one), Value::Uint(other)) => Some(int_to_uint(*one, *other)),
        (Value::Uint(one), Value::Int(other)) => Some(int_to_uint(*other, *one).reverse()),
        (Value::Int(one), Value::Double(other)) => int_to_double(*one, *other),
        (Value::Double(one), Value::Int(other)) => int_to_double(*other, *one).map(Ordering::reverse),
        (Value::Uint(one), Value::Double(other)) => uint_to_double(*one, *other),
        (Value::Double(one), Value::Uint(other)) => uint_to_double(*other, *one).map(Ordering::reverse),
        _ => return None,
    })
}

fn order(one: &Value<'_>, other: &Value<'_>, meter: &mut Meter, at: u32) -> Result<Option<Ordering>, Fault> {
    Ok(Some(match (one, other) {
        (Value::String(one), Value::String(other)) => {
            meter.read(one.len().min(other.len()), at)?;
            // The order of UTF-8 is that of code points.
            one.as_bytes().cmp(other.as_bytes())
        }
        (Value::Bytes(one), Value::Bytes(other)) => {
            meter.read(one.len().min(other.len()), at)?;
            one.cmp(other)
        }
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        (Value::Timestamp(one), Value::Timestamp(other)) => one.cmp(other),
        (Value::Duration(one), Value::Duration(other)) => one.cmp(other),
        (one, other) => return numbers(one, other).ok_or(Code::NoOverload.at(at)),
    }))
}

/// The value of a key.
fn find<'v, 'a>(
    entries: &'v [(Value<'a>, Value<'a>)],
    key: &Value<'_>,
    meter: &mut Meter,
    at: u32,
) -> Result<Option<&'v Value<'a>>, Fault> {
    for (known, value) in entries {
        meter.charge(1, at)?;
        if equal(known, key, meter, at)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

pub(crate) fn select<'a>(operand: &Value<'a>, field: &str, meter: &mut Meter, at: u32) -> Evaluated<'a> {
    let Value::Map(entries) = operand else { return Err(Code::NoOverload.at(at)) };
    find(entries, &Value::string(field), meter, at)?.cloned().ok_or(Code::NoSuchKey.at(at))
}

pub(crate) fn has<'a>(operand: &Value<'a>, field: &str, meter: &mut Meter, at: u32) -> Evaluated<'a> {
    let Value::Map(entries) = operand else { return Err(Code::NoOverload.at(at)) };
    Ok(Value::Bool(find(entries, &Value::string(field), meter, at)?.is_some()))
}

/// Whether this may be one more key of a map.
pub(crate) fn new_key(
    entries: &[(Value<'_>, Value<'_>)],
    key: &Value<'_>,
    meter: &mut Meter,
    at: u32,
) -> Result<(), Fault> {
    if !matches!(key, Value::String(_) | Value::Bool(_) | Value::Int(_) | Value::Uint(_)) {
        return Err(Code::KeyType.at(at));
    }
    match find(entries, key, meter, at)? {
        Some(_) => Err(Code::RepeatedKey.at(at)),
        None => Ok(()),
    }
}

fn contains_value(range: &Value<'_>, wanted: &Value<'_>, meter: &mut Meter, at: u32) -> Result<bool, Fault> {
    match range {
        Value::List(elements) => {
            for element in elements.iter() {
                meter.charge(1, at)?;
                if equal(element, wanted, meter, at)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Value::Map(entries) => Ok(find(entries, wanted, meter, at)?.is_some()),
        _ => Err(Code::NoOverload.at(at)),
    }
}

fn index<'a>(operand: &Value<'a>, index: &Value<'_>, meter: &mut Meter, at: u32) -> Evaluated<'a> {
    match operand {
        Value::List(elements) => {
            let place = match index {
                Value::Int(_) | Value::Uint(_) | Value::Double(_) => convert::place(index),
                _ => return Err(Code::NoOverload.at(at)),
            };
            place.and_then(|place| elements.get(place)).cloned().ok_or(Code::NoSuchIndex.at(at))
        }
        Value::Map(entries) => match index {
            Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Double(_) | Value::String(_) => {
                find(entries, index, meter, at)?.cloned().ok_or(Code::NoSuchKey.at(at))
            }
            _ => Err(Code::NoOverload.at(at)),
        },
        _ => Err(Code::NoOverload.at(at)),
    }
}

fn add<'a>(one: &Value<'a>, other: &Value<'a>, meter: &mut Meter, at: u32) -> Evaluated<'a> {
    let overflow = Code::Overflow.at(at);
    Ok(match (one, other) {
        (Value::Int(one), Value::Int(other)) => Value::Int(one.checked_add(*other).ok_or(overflow)?),
        (Value::Uint(one), Value::Uint(other)) => Value::Uint(one.checked_add(*other).ok_or(overflow)?),
        (Value::Double(one), Value::Double(other)) => Value::Double(one + other),
        (Value::String(one), Value::String(other)) => {
            meter.make_bytes(one.len().saturating_add(other.len()), at)?;
            Value::String(Shared::Owned([&**one, &**other].concat().into()))
        }
        (Value::Bytes(one), Value::Bytes(other)) => {
            meter.make_bytes(one.len().saturating_add(other.len()), at)?;
            Value::Bytes(Shared::Owned([&**one, &**other].concat().into()))
        }
        (Value::List(one), Value::List(other)) => {
            meter.make_elements(one.len().saturating_add(other.len()), at)?;
            Value::list(one.iter().chain(other.iter()).cloned().collect::<Vec<_>>())
        }
        (Value::Timestamp(one), Value::Duration(other)) | (Value::Duration(other), Value::Timestamp(one)) => {
            Value::Timestamp(one.plus(*other).ok_or(overflow)?)
        }
        (Value::Duration(one), Value::Duration(other)) => Value::Duration(one.plus(*other).ok_or(overflow)?),
        _ => return Err(Code::NoOverload.at(at)),
    })
}

fn arithmetic<'a>(function: Function, one: &Value<'a>, other: &Value<'a>) -> Result<Value<'a>, Code> {
    use Function::{Divide, Multiply, Remainder, Subtract};
    let overflow = Code::Overflow;
    Ok(match (function, one, other) {
        (Divide | Remainder, Value::Int(_), Value::Int(0))
        | (Divide | Remainder, Value::Uint(_), Value::Uint(0)) => {
            return Err(Code::DivideByZero);
        }
        (_, Value::Int(one), Value::Int(other)) => Value::Int(
            match function {
                Subtract => one.checked_sub(*other),
                Multiply => one.checked_mul(*other),
                Divide => one.checked_div(*other),
                _ => one.checked_rem(*other),
            }
            .ok_or(overflow)?,
        ),
        (_, Value::Uint(one), Value::Uint(other)) => Value::Uint(
            match function {
                Subtract => one.checked_sub(*other),
                Multiply => one.checked_mul(*other),
                Divide => one.checked_div(*other),
                _ => one.checked_rem(*other),
            }
            .ok_or(overflow)?,
        ),
        (Subtract, Value::Double(one), Value::Double(other)) => Value::Double(one - other),
        (Multiply, Value::Double(one), Value::Double(other)) => Value::Double(one * other),
        (Divide, Value::Double(one), Value::Double(other)) => Value::Double(one / other),
        (Subtract, Value::Timestamp(one), Value::Timestamp(other)) => {
            Value::Duration(one.since(*other).ok_or(overflow)?)
        }
        (Subtract, Value::Timestamp(one), Value::Duration(other)) => {
            let earlier = other.negated().and_then(|back| one.plus(back));
            Value::Timestamp(earlier.ok_or(overflow)?)
        }
        (Subtract, Value::Duration(one), Value::Duration(other)) => {
            Value::Duration(one.minus(*other).ok_or(overflow)?)
        }
        _ => return Err(Code::NoOverload),
    })
}

fn size<'a>(operand: &Value<'_>, meter: &mut Meter, at: u32) -> Evaluated<'a> {
    let size = match operand {
        Value::String(text) => {
            meter.read(text.len(), at)?;
            text.chars().count()
        }
        Value::Bytes(bytes) => bytes.len(),
        Value::List(elements) => elements.len(),
        Value::Map(entries) => entries.len(),
        _ => return Err(Code::NoOverload.at(at)),
    };
    i64::try_from(size).map(Value::Int).map_err(|_| Code::Overflow.at(at))
}

fn search(function: Function, text: &str, part: &str, meter: &mut Meter, at: u32) -> Result<bool, Fault> {
    match function {
        Function::StartsWith | Function::EndsWith => meter.read(part.len().min(text.len()), at)?,
        Function::Contains => meter.read(text.len().saturating_add(part.len()), at)?,
        _ => {}
    }
    Ok(match function {
        Function::StartsWith => text.as_bytes().starts_with(part.as_bytes()),
        Function::EndsWith => text.as_bytes().ends_with(part.as_bytes()),
        Function::Contains => text.contains(part),
        _ => {
            // A pattern that comes with the facts is compiled each time, and pays for that, even if it
            // is none: what one costs is known afterwards, and is bounded.
            let (pattern, steps) = Pattern::costing(part);
            meter.charge(steps, at)?;
            let pattern = pattern.ok_or(Code::Pattern.at(at))?;
            meter.charge(pattern.steps(text.len()), at)?;
            pattern.is_match(text)
        }
    })
}

const fn is_getter(function: Function) -> bool {
    matches!(
        function,
        Function::FullYear
            | Function::Month
            | Function::Date
            | Function::DayOfMonth
            | Function::DayOfWeek
            | Function::DayOfYear
            | Function::Hours
            | Function::Minutes
            | Function::Seconds
            | Function::Milliseconds
    )
}

/// A part of a point in time, in a zone this far ahead of UTC; or a span in a unit.
fn get<'a>(function: Function, of: &Value<'_>, offset: i64) -> Option<Value<'a>> {
    const MILLI: i64 = 1_000_000;
    let value = match of {
        Value::Timestamp(timestamp) => part(function, *timestamp, offset)?,
        Value::Duration(duration) => {
            let nanos = duration.nanos();
            match function {
                Function::Hours => nanos.checked_div(3_600_000 * MILLI)?,
                Function::Minutes => nanos.checked_div(60_000 * MILLI)?,
                Function::Seconds => nanos.checked_div(1_000 * MILLI)?,
                Function::Milliseconds => nanos.checked_div(MILLI)?.checked_rem(1_000)?,
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(Value::Int(value))
}

fn part(function: Function, timestamp: Timestamp, offset: i64) -> Option<i64> {
    let civil = timestamp.civil(offset);
    Some(match function {
        Function::FullYear => civil.year,
        Function::Month => civil.month.checked_sub(1)?,
        Function::Date => civil.day,
        Function::DayOfMonth => civil.day.checked_sub(1)?,
        Function::DayOfWeek => civil.day_of_week,
        Function::DayOfYear => civil.day_of_year,
        Function::Hours => civil.hour,
        Function::Minutes => civil.minute,
        Function::Seconds => civil.second,
        Function::Milliseconds => i64::from(timestamp.nanos()).checked_div(1_000_000)?,
        _ => return None,
    })
}

fn zone_offset(zone: &str) -> Result<i64, Code> {
    if zone == "UTC" {
        return Ok(0);
    }
    if zone.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Err(Code::NamedZone);
    }
    time::offset(zone).ok_or(Code::TimeZone)
}
