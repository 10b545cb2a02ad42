//! Conversions: `int(x)`, `string(x)` and their like.

use alloc::string::ToString;

use portcullis_json::decimal;

use crate::{
    Duration, Function, Timestamp, Value,
    error::{Code, Fault},
    evaluate::{Evaluated, Meter},
    number::{double_to_int, double_to_uint},
    value::Shared,
};

pub(crate) fn convert<'a>(function: Function, value: Value<'a>, meter: &mut Meter, at: u32) -> Evaluated<'a> {
    if let Value::String(text) = &value {
        meter.read(text.len(), at)?;
        if function == Function::Double {
            // Exact, by large integers: the work grows with the square of the digits.
            meter.visit((text.len().saturating_mul(text.len()) >> 5).saturating_add(256), at)?;
        }
    }
    let converted = match function {
        Function::Bool => to_bool(value),
        Function::Int => to_int(&value),
        Function::Uint => to_uint(&value),
        Function::Double => to_double(&value),
        Function::String => return to_string(value, meter, at),
        Function::Bytes => to_bytes(value),
        Function::Timestamp => to_timestamp(&value),
        Function::Duration => to_duration(&value),
        _ => Err(Code::NoOverload),
    };
    converted.map_err(|code| code.at(at))
}

/// A number as a place in a list.
pub(crate) fn place(number: &Value<'_>) -> Option<usize> {
    match number {
        Value::Int(number) => usize::try_from(*number).ok(),
        Value::Uint(number) => usize::try_from(*number).ok(),
        #[expect(clippy::cast_precision_loss, reason = "what is lost makes the two unequal")]
        Value::Double(number) => {
            let whole =
                double_to_uint(*number).filter(|whole| (*whole as f64).total_cmp(&number.abs()).is_eq())?;
            usize::try_from(whole).ok()
        }
        _ => None,
    }
}

fn to_bool(value: Value<'_>) -> Result<Value<'_>, Code> {
    match &value {
        Value::Bool(_) => Ok(value),
        Value::String(text) => match &**text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Value::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Value::Bool(false)),
            _ => Err(Code::Conversion),
        },
        _ => Err(Code::NoOverload),
    }
}

fn to_int<'a>(value: &Value<'_>) -> Result<Value<'a>, Code> {
    Ok(Value::Int(match value {
        Value::Int(value) => *value,
        Value::Uint(value) => i64::try_from(*value).map_err(|_| Code::Range)?,
        Value::Double(value) => double_to_int(*value).ok_or(Code::Range)?,
        Value::String(text) => text.parse().map_err(|_| Code::Conversion)?,
        Value::Timestamp(value) => value.seconds(),
        _ => return Err(Code::NoOverload),
    }))
}

fn to_uint<'a>(value: &Value<'_>) -> Result<Value<'a>, Code> {
    Ok(Value::Uint(match value {
        Value::Uint(value) => *value,
        Value::Int(value) => u64::try_from(*value).map_err(|_| Code::Range)?,
        Value::Double(value) => double_to_uint(*value).ok_or(Code::Range)?,
        Value::String(text) => text.parse().map_err(|_| Code::Conversion)?,
        _ => return Err(Code::NoOverload),
    }))
}

#[expect(clippy::cast_precision_loss, reason = "the nearest double is meant")]
fn to_double<'a>(value: &Value<'_>) -> Result<Value<'a>, Code> {
    Ok(Value::Double(match value {
        Value::Double(value) => *value,
        Value::Int(value) => *value as f64,
        Value::Uint(value) => *value as f64,
        Value::String(text) => decimal::parse(text).ok_or(Code::Conversion)?,
        _ => return Err(Code::NoOverload),
    }))
}

fn to_string<'a>(value: Value<'a>, meter: &mut Meter, at: u32) -> Result<Value<'a>, Fault> {
    let text = match value {
        Value::String(_) => return Ok(value),
        Value::Bytes(bytes) => {
            meter.make_bytes(bytes.len(), at)?;
            return match bytes {
                Shared::Borrowed(bytes) => core::str::from_utf8(bytes).map(Value::string),
                Shared::Owned(bytes) => {
                    core::str::from_utf8(&bytes).map(|text| Value::String(Shared::Owned(text.into())))
                }
            }
            .map_err(|_| Code::Encoding.at(at));
        }
        Value::Bool(value) => return Ok(Value::string(if value { "true" } else { "false" })),
        Value::Int(value) => value.to_string(),
        Value::Uint(value) => value.to_string(),
        Value::Double(value) => {
            meter.charge(decimal_steps(value), at)?;
            double_text(value)
        }
        Value::Timestamp(value) => value.to_string(),
        Value::Duration(value) => value.to_string(),
        _ => return Err(Code::NoOverload.at(at)),
    };
    Ok(Value::String(Shared::Owned(text.into())))
}

/// Steps that it takes to find the digits of a double. They are found with large integers, the larger the
/// farther the double is from one; whole numbers that are not large have them at hand.
#[expect(clippy::cast_precision_loss, reason = "what is lost makes the two unequal")]
pub(crate) fn decimal_steps(value: f64) -> u32 {
    const BIAS: u64 = 1023;
    const LEAST: u32 = 16;
    let whole = double_to_int(value).filter(|whole| whole.unsigned_abs() <= 1 << 53);
    if !value.is_finite() || whole.is_some_and(|whole| (whole as f64).total_cmp(&value).is_eq()) {
        return 1;
    }
    let exponent = (value.to_bits() >> 52 & 0x7ff).abs_diff(BIAS);
    u32::try_from(exponent >> 3).unwrap_or(u32::MAX).saturating_add(LEAST)
}

/// Without an exponent, in as few digits as tell it from every other double.
fn double_text(value: f64) -> alloc::string::String {
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.into();
    }
    decimal::print_plain(value)
}

fn to_bytes(value: Value<'_>) -> Result<Value<'_>, Code> {
    match value {
        Value::Bytes(_) => Ok(value),
        Value::String(Shared::Borrowed(text)) => Ok(Value::Bytes(Shared::Borrowed(text.as_bytes()))),
        Value::String(Shared::Owned(text)) => Ok(Value::Bytes(Shared::Owned(text.into()))),
        _ => Err(Code::NoOverload),
    }
}

fn to_timestamp<'a>(value: &Value<'_>) -> Result<Value<'a>, Code> {
    Ok(Value::Timestamp(match value {
        Value::Timestamp(value) => *value,
        Value::String(text) => Timestamp::parse(text).ok_or(Code::Conversion)?,
        Value::Int(seconds) => Timestamp::new(*seconds, 0).ok_or(Code::Range)?,
        _ => return Err(Code::NoOverload),
    }))
}

fn to_duration<'a>(value: &Value<'_>) -> Result<Value<'a>, Code> {
    Ok(Value::Duration(match value {
        Value::Duration(value) => *value,
        Value::String(text) => Duration::parse(text).ok_or(Code::Conversion)?,
        _ => return Err(Code::NoOverload),
    }))
}
