//! What tests leave of a field's values.

use alloc::vec::Vec;

use super::{Operator, Test};
use crate::workflow::json::Json;

/// What is left of the values of each field.
#[derive(Clone, Default)]
pub(super) struct Domains<'t> {
    fields: Vec<(&'t str, Domain<'t>)>,
}

#[derive(Clone, Default)]
struct Domain<'t> {
    /// The only values that are left, if so few are.
    only: Option<Vec<&'t Json>>,
    /// Values that are out.
    without: Vec<&'t Json>,
    /// Lowest number, and whether it is out itself.
    low: Option<(f64, bool)>,
    /// Highest number, and whether it is out itself.
    high: Option<(f64, bool)>,
    /// Whether it is null.
    null: Option<bool>,
    /// Parts that a text has: the operator says where.
    parts: Vec<(Operator, &'t str)>,
}

impl<'t> Domains<'t> {
    /// Puts a test in; false if no value is left.
    pub(super) fn narrow(&mut self, test: &Test<'t>) -> bool {
        let at = self.fields.iter().position(|(name, _)| name.eq_ignore_ascii_case(test.field));
        let mut domain = at.map(|at| self.fields.swap_remove(at).1).unwrap_or_default();
        let left = domain.narrow(test);
        self.fields.push((test.field, domain));
        left
    }
}

impl<'t> Domain<'t> {
    fn narrow(&mut self, test: &Test<'t>) -> bool {
        let number = test.value.and_then(Json::as_f64);
        let elements: Vec<&'t Json> = match test.value {
            Some(Json::Array(elements)) => elements.iter().collect(),
            Some(value) => [value].into(),
            None => Vec::new(),
        };
        match test.operator {
            Operator::Eq if matches!(test.value, Some(Json::Null)) => return self.set_null(true),
            Operator::Ne if matches!(test.value, Some(Json::Null)) => return self.set_null(false),
            // Whether a list equals a list is the host's affair.
            Operator::Eq | Operator::Ne
                if matches!(test.value, Some(Json::Array(_) | Json::Object(_)) | None) => {}
            Operator::Eq | Operator::In => {
                let left = |value: &&'t Json| {
                    self.only.as_ref().is_none_or(|only| only.iter().any(|one| same(one, value)))
                };
                self.only = Some(elements.into_iter().filter(left).collect());
            }
            Operator::Ne | Operator::NotIn => self.without.extend(elements),
            Operator::Gt | Operator::Gte => {
                let strict = test.operator == Operator::Gt;
                self.low = tighter(self.low, number.map(|number| (number, strict)), |new, old| new > old);
            }
            Operator::Lt | Operator::Lte => {
                let strict = test.operator == Operator::Lt;
                self.high = tighter(self.high, number.map(|number| (number, strict)), |new, old| new < old);
            }
            Operator::IsNull => return self.set_null(true),
            Operator::IsNotNull => return self.set_null(false),
            Operator::StartsWith | Operator::EndsWith | Operator::Contains | Operator::NotContains => {
                self.parts.extend(test.value.and_then(Json::as_str).map(|part| (test.operator, part)));
            }
            _ => {}
        }
        self.is_left()
    }

    fn set_null(&mut self, null: bool) -> bool {
        if self.null.is_some_and(|before| before != null) {
            return false;
        }
        self.null = Some(null);
        self.is_left()
    }

    fn is_left(&self) -> bool {
        if let (Some((low, without_low)), Some((high, without_high))) = (self.low, self.high)
            && (low > high || (low >= high && (without_low || without_high)))
        {
            return false;
        }
        // Nothing compares with null.
        if self.null == Some(true) && (self.low.is_some() || self.high.is_some()) {
            return false;
        }
        match &self.only {
            Some(only) => only.iter().any(|value| self.holds(value)),
            None => true,
        }
    }

    fn holds(&self, value: &Json) -> bool {
        let is_null = matches!(value, Json::Null);
        let in_bounds = value.as_f64().is_none_or(|number| {
            self.low.is_none_or(|(low, without)| number > low || (number >= low && !without))
                && self.high.is_none_or(|(high, without)| number < high || (number <= high && !without))
        });
        let in_parts = value.as_str().is_none_or(|text| {
            self.parts.iter().all(|(operator, part)| match operator {
                Operator::StartsWith => text.starts_with(part),
                Operator::EndsWith => text.ends_with(part),
                Operator::NotContains => !text.contains(part),
                _ => text.contains(part),
            })
        });
        self.null.is_none_or(|null| null == is_null)
            && in_bounds
            && in_parts
            && !self.without.iter().any(|out| same(out, value))
    }
}

fn tighter(
    old: Option<(f64, bool)>,
    new: Option<(f64, bool)>,
    is_tighter: fn(f64, f64) -> bool,
) -> Option<(f64, bool)> {
    match (old, new) {
        (Some(old), Some(new)) if is_tighter(new.0, old.0) => Some(new),
        #[expect(clippy::float_cmp, reason = "the bounds are constants of the definition")]
        (Some(old), Some(new)) if new.0 == old.0 => Some((old.0, old.1 || new.1)),
        (Some(old), _) => Some(old),
        (None, new) => new,
    }
}

/// Whether two constants are the same to a host that reads `"1"` and 1 alike.
pub(super) fn same(one: &Json, other: &Json) -> bool {
    fn number(value: &Json) -> Option<f64> {
        value.as_f64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
    }
    fn truth(value: &Json) -> Option<bool> {
        match value {
            Json::Bool(value) => Some(*value),
            Json::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Json::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }
    #[expect(clippy::float_cmp, reason = "both are constants of the definition")]
    let numbers = matches!((number(one), number(other)), (Some(one), Some(other)) if one == other);
    numbers
        || matches!((truth(one), truth(other)), (Some(one), Some(other)) if one == other)
        || matches!((one.as_str(), other.as_str()), (Some(one), Some(other)) if one.eq_ignore_ascii_case(other))
        || one == other
}
