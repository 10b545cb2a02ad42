//! Which types functions take, and of which type their results are.

use crate::{Function, Type};
use Function as F;

/// The type of the result; none where no overload takes these arguments.
pub(crate) fn result(function: Function, arguments: &[Type]) -> Option<Type> {
    match (function, arguments) {
        (F::And | F::Or, operands) => operands.iter().all(|of| of.agrees(&Type::Bool)).then_some(Type::Bool),
        (F::Not, [of]) => of.agrees(&Type::Bool).then_some(Type::Bool),
        (F::Conditional, [condition, yes, no]) => {
            (condition.agrees(&Type::Bool) && yes.agrees(no)).then(|| yes.clone().join(no.clone()))
        }
        (F::Equal | F::NotEqual, [one, other]) => one.agrees(other).then_some(Type::Bool),
        (F::Less | F::LessEqual | F::Greater | F::GreaterEqual, [one, other]) => {
            (is_ordered(one) && is_ordered(other) && one.agrees(other)).then_some(Type::Bool)
        }
        (F::In, [element, range]) => {
            member(range).is_some_and(|member| element.agrees(&member)).then_some(Type::Bool)
        }
        (F::Add | F::Subtract | F::Multiply | F::Divide | F::Remainder, [one, other]) => {
            arithmetic(function, one.present(), other.present())
        }
        (F::Negate, [of]) => one_of(of, &[Type::Int, Type::Double]),
        (F::Index, [operand, index]) => index_result(operand.present(), index),
        (F::Size, [of]) => matches!(
            of.present(),
            Type::Dyn | Type::String | Type::Bytes | Type::List(_) | Type::Map(..) | Type::Record(_)
        )
        .then_some(Type::Int),
        (F::Type, [_]) => Some(Type::Type),
        (F::Dyn, [_]) => Some(Type::Dyn),
        (F::Bool, [of]) => conversion(of, &[Type::Bool, Type::String], Type::Bool),
        (F::Int, [of]) => {
            conversion(of, &[Type::Int, Type::Uint, Type::Double, Type::String, Type::Timestamp], Type::Int)
        }
        (F::Uint, [of]) => conversion(of, &[Type::Int, Type::Uint, Type::Double, Type::String], Type::Uint),
        (F::Double, [of]) => {
            conversion(of, &[Type::Int, Type::Uint, Type::Double, Type::String], Type::Double)
        }
        (F::String, [of]) => conversion(
            of,
            &[
                Type::Int,
                Type::Uint,
                Type::Double,
                Type::String,
                Type::Bytes,
                Type::Bool,
                Type::Timestamp,
                Type::Duration,
            ],
            Type::String,
        ),
        (F::Bytes, [of]) => conversion(of, &[Type::Bytes, Type::String], Type::Bytes),
        (F::Timestamp, [of]) => conversion(of, &[Type::Timestamp, Type::String, Type::Int], Type::Timestamp),
        (F::Duration, [of]) => conversion(of, &[Type::Duration, Type::String], Type::Duration),
        (F::Contains | F::StartsWith | F::EndsWith | F::Matches, [text, part]) => {
            (text.agrees(&Type::String) && part.agrees(&Type::String)).then_some(Type::Bool)
        }
        (F::FullYear | F::Month | F::Date | F::DayOfMonth | F::DayOfWeek | F::DayOfYear, [of]) => {
            conversion(of, &[Type::Timestamp], Type::Int)
        }
        (F::Hours | F::Minutes | F::Seconds | F::Milliseconds, [of]) => {
            conversion(of, &[Type::Timestamp, Type::Duration], Type::Int)
        }
        (
            F::FullYear
            | F::Month
            | F::Date
            | F::DayOfMonth
            | F::DayOfWeek
            | F::DayOfYear
            | F::Hours
            | F::Minutes
            | F::Seconds
            | F::Milliseconds,
            [of, zone],
        ) => (of.agrees(&Type::Timestamp) && zone.agrees(&Type::String)).then_some(Type::Int),
        _ => None,
    }
}

fn conversion(of: &Type, from: &[Type], to: Type) -> Option<Type> {
    from.iter().any(|from| of.agrees(from)).then_some(to)
}

/// The type itself, if it is one of these.
fn one_of(of: &Type, types: &[Type]) -> Option<Type> {
    let of = of.present();
    (*of == Type::Dyn || types.contains(of)).then(|| of.clone())
}

fn is_ordered(of: &Type) -> bool {
    matches!(
        of.present(),
        Type::Dyn
            | Type::Bool
            | Type::Int
            | Type::Uint
            | Type::Double
            | Type::String
            | Type::Bytes
            | Type::Timestamp
            | Type::Duration
    )
}

/// What `in` looks for: an element of a list, a key of a map.
fn member(range: &Type) -> Option<Type> {
    Some(match range.present() {
        Type::Dyn => Type::Dyn,
        Type::List(element) => (**element).clone(),
        Type::Map(key, _) => (**key).clone(),
        Type::Record(_) => Type::String,
        _ => return None,
    })
}

fn arithmetic(function: Function, one: &Type, other: &Type) -> Option<Type> {
    use Type::{Bytes, Double, Duration, Dyn, Int, List, String, Timestamp, Uint};
    let adds = function == F::Add;
    let moves = matches!(function, F::Add | F::Subtract);
    match (one, other) {
        (Dyn, Dyn) => Some(Dyn),
        (Int, Int) => Some(Int),
        (Uint, Uint) => Some(Uint),
        (Double, Double) => (function != F::Remainder).then_some(Double),
        (String, String) => adds.then_some(String),
        (Bytes, Bytes) => adds.then_some(Bytes),
        (List(_), List(_)) => (adds && one.agrees(other)).then(|| one.clone().join(other.clone())),
        (Timestamp, Duration) => moves.then_some(Timestamp),
        (Duration, Timestamp) => adds.then_some(Timestamp),
        (Duration, Duration) => moves.then_some(Duration),
        (Timestamp, Timestamp) => (function == F::Subtract).then_some(Duration),
        // One side tells; what the other one is, is asked when the condition is evaluated.
        (Dyn, known) | (known, Dyn) => match known {
            Int | Uint => Some(known.clone()),
            Double => (function != F::Remainder).then_some(Double),
            String | Bytes | List(_) => adds.then(|| known.clone()),
            Timestamp | Duration => moves.then_some(Dyn),
            _ => None,
        },
        _ => None,
    }
}

fn index_result(operand: &Type, index: &Type) -> Option<Type> {
    match operand {
        Type::Dyn => Some(Type::Dyn),
        Type::List(element) => index.agrees(&Type::Int).then(|| (**element).clone()),
        Type::Map(key, value) => index.agrees(key).then(|| (**value).clone()),
        _ => None,
    }
}
