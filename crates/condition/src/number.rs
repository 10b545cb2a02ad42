//! Numbers of different types, compared as points on one line.

use core::cmp::Ordering;

/// The first double above all values of `i64`.
const INT_END: f64 = 9_223_372_036_854_775_808.0;
/// The first double above all values of `u64`.
const UINT_END: f64 = 18_446_744_073_709_551_616.0;

pub(crate) fn int_to_uint(int: i64, uint: u64) -> Ordering {
    u64::try_from(int).map_or(Ordering::Less, |int| int.cmp(&uint))
}

/// None for not-a-number. As in CEL's own implementations, a double within the range of integers is
/// compared with the nearest double to the integer.
#[expect(clippy::cast_precision_loss, reason = "that is what comparing with a double means in CEL")]
pub(crate) fn int_to_double(int: i64, double: f64) -> Option<Ordering> {
    (int as f64).partial_cmp(&double)
}

/// As [`int_to_double`].
#[expect(clippy::cast_precision_loss, reason = "that is what comparing with a double means in CEL")]
pub(crate) fn uint_to_double(uint: u64, double: f64) -> Option<Ordering> {
    (uint as f64).partial_cmp(&double)
}

/// Towards zero; none out of range. CEL leaves out both ends of the range, which no double meets but
/// by rounding.
#[expect(clippy::cast_possible_truncation, reason = "the range is asked for first")]
pub(crate) fn double_to_int(double: f64) -> Option<i64> {
    (double > -INT_END && double < INT_END).then_some(double as i64)
}

/// Towards zero; none out of range.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is asked for first")]
pub(crate) fn double_to_uint(double: f64) -> Option<u64> {
    (0.0..UINT_END).contains(&double).then_some(double as u64)
}
