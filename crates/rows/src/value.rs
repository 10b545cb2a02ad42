//! From a value that is known to what a column is compared with.

use alloc::{borrow::Cow, format, vec::Vec};
use core::{cmp::Ordering, fmt::Display};

use portcullis_condition::{Timestamp, Value};
use portcullis_wire::{
    call::{Relation, TaggedValue},
    policy::{FieldType, Storage},
};

/// What the comparison of a field comes to, where the field is there.
pub(crate) enum Compared {
    /// It fails.
    Fails,
    /// It is this, whatever the field holds.
    Decided(bool),
    /// It stands in this relation to this value.
    Relation(Relation, TaggedValue<'static>),
}

/// A value beside a field.
enum Beside {
    /// What a column that holds the field may hold.
    Same(TaggedValue<'static>),
    /// Not in what the field may be, but in order with it: all that it may be is less, or greater.
    Beyond(Ordering),
    /// Between two of what the field may be: after this one.
    Between(TaggedValue<'static>),
    /// Not a number.
    Nowhere,
    /// A value of another type.
    Other,
}

/// How a field compares with a value; none, where databases compare such numbers otherwise.
pub(crate) fn compared(
    of: FieldType,
    stored: Storage,
    relation: Relation,
    value: &Value<'_>,
) -> Option<Compared> {
    use Relation::{Eq, Ge, Gt, Le, Lt, Ne};
    Some(match (beside(of, stored, value)?, relation) {
        (Beside::Same(value), relation) => {
            let text = of == FieldType::String;
            if text || matches!(relation, Eq | Ne | Lt | Le | Gt | Ge) {
                Compared::Relation(relation, value)
            } else {
                Compared::Fails
            }
        }
        (_, Eq) => Compared::Decided(false),
        (_, Ne) => Compared::Decided(true),
        (Beside::Beyond(order), Lt | Le) => Compared::Decided(order.is_lt()),
        (Beside::Beyond(order), Gt | Ge) => Compared::Decided(order.is_gt()),
        (Beside::Between(before), Lt | Le) => Compared::Relation(Le, before),
        (Beside::Between(before), Gt | Ge) => Compared::Relation(Gt, before),
        (Beside::Nowhere, Lt | Le | Gt | Ge) => Compared::Decided(false),
        _ => Compared::Fails,
    })
}

/// Whether a field is one of these; none, as for [`compared`].
pub(crate) fn one_of(of: FieldType, stored: Storage, values: &[Value<'_>]) -> Option<Compared> {
    let mut same = Vec::with_capacity(values.len());
    for value in values {
        if let Beside::Same(value) = beside(of, stored, value)? {
            same.push(value);
        }
    }
    if same.is_empty() {
        return Some(Compared::Decided(false));
    }
    Some(Compared::Relation(Relation::In, TaggedValue::List(same)))
}

fn beside(of: FieldType, stored: Storage, value: &Value<'_>) -> Option<Beside> {
    Some(match (of, value) {
        (FieldType::String, Value::String(text)) => Beside::Same(TaggedValue::String(written(&&**text))),
        (FieldType::Bool, Value::Bool(value)) => Beside::Same(TaggedValue::Bool(*value)),
        (FieldType::Int, Value::Int(number)) => Beside::Same(TaggedValue::Int(written(number))),
        (FieldType::Double, Value::Double(number)) => double(*number),
        // As the evaluator compares them: with the nearest double.
        (FieldType::Double, Value::Int(number)) => double(*number as f64),
        (FieldType::Double, Value::Uint(number)) => double(*number as f64),
        (FieldType::Int, Value::Uint(number)) => match i64::try_from(*number) {
            Ok(number) => Beside::Same(TaggedValue::Int(written(&number))),
            Err(_) => Beside::Beyond(Ordering::Less),
        },
        (FieldType::Int, Value::Double(number)) => integer(*number)?,
        (FieldType::Timestamp, Value::Timestamp(time)) => timestamp(stored, *time)?,
        _ => Beside::Other,
    })
}

fn double(number: f64) -> Beside {
    if number.is_finite() {
        Beside::Same(TaggedValue::Double(written(&format_args!("{number:?}"))))
    } else if number.is_nan() {
        Beside::Nowhere
    } else {
        Beside::Beyond(if number > 0.0 { Ordering::Less } else { Ordering::Greater })
    }
}

/// From here on one double stands for several integers, and for the evaluator equals them all.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A double beside integers.
fn integer(number: f64) -> Option<Beside> {
    if !number.is_finite() {
        return Some(double(number));
    }
    if number <= -EXACT || number >= EXACT {
        return None;
    }
    let whole = number as i64;
    let floor = if whole as f64 > number { whole.checked_sub(1)? } else { whole };
    let value = TaggedValue::Int(written(&floor));
    Some(if floor as f64 == number { Beside::Same(value) } else { Beside::Between(value) })
}

/// A point in time as a column holds it. Columns are not as fine as the evaluator's nanoseconds.
fn timestamp(stored: Storage, time: Timestamp) -> Option<Beside> {
    let (units, nanos) = match stored {
        Storage::UnixS => (1_i64, 1_000_000_000),
        Storage::UnixMs => (1_000, 1_000_000),
        _ => (1_000_000, 1_000_u32),
    };
    let within = time.nanos().checked_div(nanos)?;
    let value = if stored == Storage::Timestamp {
        let floor = Timestamp::new(time.seconds(), within.checked_mul(nanos)?)?;
        TaggedValue::Timestamp(written(&floor))
    } else {
        let whole = time.seconds().checked_mul(units)?.checked_add(i64::from(within))?;
        TaggedValue::Int(written(&whole))
    };
    let even = time.nanos().checked_rem(nanos)? == 0;
    Some(if even { Beside::Same(value) } else { Beside::Between(value) })
}

fn written(value: &dyn Display) -> Cow<'static, str> {
    Cow::Owned(format!("{value}"))
}
