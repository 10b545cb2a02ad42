//! Decimal text to the nearest double.
//!
//! The standard library does this faster, with 20 KB of code and tables, which every module would
//! carry. Conditions read few doubles, and short ones: a quotient of two large integers, computed bit
//! by bit and rounded once, is exact too.

use alloc::{vec, vec::Vec};
use core::cmp::Ordering;

#[cfg(test)]
mod tests;

/// Digits beyond these only tell that the number is not exactly a shorter one.
const MAX_DIGITS: usize = 800;

/// The nearest double, ties to even. `None` if this is not a number, or one too large to be finite;
/// infinities and not-a-number have names.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let (negative, text) = match text.as_bytes() {
        [b'-', ..] => (true, text.get(1..)?),
        [b'+', ..] => (false, text.get(1..)?),
        _ => (false, text),
    };
    let named = |name| text.eq_ignore_ascii_case(name);
    let value = if named("nan") {
        f64::NAN
    } else if named("inf") || named("infinity") {
        f64::INFINITY
    } else {
        positive(text)?
    };
    Some(if negative { -value } else { value })
}

fn positive(text: &str) -> Option<f64> {
    let (decimal, exponent) = match text.split_once(['e', 'E']) {
        Some((decimal, exponent)) => (decimal, read_exponent(exponent)?),
        None => (text, 0),
    };
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let all = || whole.bytes().chain(fraction.bytes());
    if all().next().is_none() || !all().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut digits = Integer(Vec::new());
    let mut exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    let (mut digits_read, mut more) = (0_usize, false);
    for (count, byte) in all().skip_while(|byte| *byte == b'0').enumerate() {
        if count < MAX_DIGITS {
            digits.multiply_add(10, u32::from(byte.wrapping_sub(b'0')));
            digits_read = count.saturating_add(1);
        } else {
            more |= byte != b'0';
            exponent = exponent.checked_add(1)?;
        }
    }
    if more {
        digits.multiply_add(10, 1);
        exponent = exponent.checked_sub(1)?;
        digits_read = digits_read.saturating_add(1);
    }
    if digits.bits() == 0 {
        return Some(0.0);
    }
    // Far from all doubles there is nothing to compute. A number of `length` digits is below ten to
    // the `length`, and not below a tenth of that.
    let length = i64::try_from(digits_read).unwrap_or(i64::MAX);
    match length.saturating_add(exponent) {
        ..=-330 => return Some(0.0),
        311.. => return None,
        _ => {}
    }
    let mut power = Integer(vec![1]);
    for _ in 0..exponent.unsigned_abs() {
        if exponent > 0 { digits.multiply_add(10, 0) } else { power.multiply_add(10, 0) }
    }
    nearest(digits, power)
}

/// An exponent; one that is longer than any that matters is as good as the longest that does.
fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.trim_start_matches('0');
    let size = if size.len() > 8 { 100_000_000 } else { size.parse().unwrap_or(0) };
    Some(if text.starts_with('-') { 0_i64.saturating_sub(size) } else { size })
}

/// The double nearest to a quotient that is not zero.
fn nearest(mut above: Integer, mut below: Integer) -> Option<f64> {
    // Shifted, so that the quotient is at least 1 and less than 2, times two to the `exponent`.
    let mut exponent = above.bits().checked_sub(below.bits())?;
    if exponent > 0 {
        below.shift(exponent)
    } else {
        above.shift(exponent.checked_neg()?)
    }
    if above.compare(&below).is_lt() {
        above.shift(1);
        exponent = exponent.checked_sub(1)?;
    }
    if exponent > 1023 {
        return None;
    }
    // Doubles below two to the -1022 have fewer bits.
    let bits = exponent.saturating_add(1075).clamp(-1, 53);
    if bits < 0 {
        return Some(0.0);
    }
    let mut mantissa = 0_u64;
    for _ in 0..bits {
        mantissa = mantissa.wrapping_shl(1);
        if above.compare(&below).is_ge() {
            above.subtract(&below);
            mantissa |= 1;
        }
        above.shift(1);
    }
    let up = match above.compare(&below) {
        Ordering::Less => 0,
        Ordering::Equal => mantissa & 1,
        Ordering::Greater => 1,
    };
    // The first bit of a mantissa of 53 is not stored: it adds one to the exponent, and so does a
    // rounding that overflows.
    let stored = u64::try_from(exponent.saturating_add(1022).max(0)).ok()?;
    let value = f64::from_bits(stored.wrapping_shl(52).checked_add(mantissa)?.checked_add(up)?);
    value.is_finite().then_some(value)
}

/// A natural number, its lowest 32 bits first, without zeros at its end.
struct Integer(Vec<u32>);

impl Integer {
    fn bits(&self) -> i64 {
        let Some(last) = self.0.last() else { return 0 };
        let whole = i64::try_from(self.0.len()).unwrap_or(i64::MAX).saturating_mul(32);
        whole.saturating_sub(i64::from(last.leading_zeros()))
    }

    fn multiply_add(&mut self, factor: u32, term: u32) {
        let mut carry = term;
        for limb in &mut self.0 {
            let product = u64::from(*limb).wrapping_mul(u64::from(factor)).wrapping_add(u64::from(carry));
            (*limb, carry) = (low(product), low(product >> 32));
        }
        if carry != 0 {
            self.0.push(carry);
        }
    }

    fn shift(&mut self, bits: i64) {
        for _ in 0..bits.div_euclid(32) {
            self.0.insert(0, 0);
        }
        self.multiply_add(1_u32.wrapping_shl(low(bits.rem_euclid(32).unsigned_abs())), 0);
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    /// Takes away what is not larger.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (index, limb) in self.0.iter_mut().enumerate() {
            let (difference, one) = limb.overflowing_sub(other.0.get(index).copied().unwrap_or(0));
            let (difference, two) = difference.overflowing_sub(u32::from(borrow));
            (*limb, borrow) = (difference, one || two);
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
const fn low(value: u64) -> u32 {
    value as u32
}
