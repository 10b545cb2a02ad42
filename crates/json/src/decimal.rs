//! Decimal text to the nearest double, and a double to the shortest text that tells it from every
//! other.
//!
//! Libraries do both faster, with code and tables that every module would carry. What is short goes
//! the short way here: a few digits times or over a power of ten that a double holds exactly. The rest
//! is computed with large integers, bit by bit or digit by digit, which is exact too.

use alloc::{format, string::String, vec, vec::Vec};
use core::{cmp::Ordering, ops::RangeInclusive};

#[cfg(test)]
mod tests;

/// Digits beyond these only tell that the number is not exactly a shorter one.
const MAX_DIGITS: usize = 800;

/// The largest power of ten that a limb holds, and its exponent.
const BILLION: u32 = 1_000_000_000;
const BILLION_ZEROS: u64 = 9;

/// Up to here a double tells every whole number apart.
const EXACT: u64 = 1 << 53;

/// The largest power of ten that a double holds exactly: 5^22 has 52 bits.
const MAX_POWER: u64 = 22;

/// The nearest double, ties to even. `None` if this is not a number, or one too large to be finite;
/// infinities and not-a-number have names.
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
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
    let mut exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    if let Some(value) = short(all(), exponent) {
        return Some(value);
    }
    let mut digits = Integer(Vec::new());
    let (mut digits_read, mut more) = (0_usize, false);
    // As many digits at once as a limb holds.
    let (mut chunk, mut factor) = (0_u32, 1_u32);
    for (count, byte) in all().skip_while(|byte| *byte == b'0').enumerate() {
        if count < MAX_DIGITS {
            chunk = chunk.wrapping_mul(10).wrapping_add(u32::from(byte.wrapping_sub(b'0')));
            factor = factor.wrapping_mul(10);
            digits_read = count.saturating_add(1);
            if factor == BILLION {
                digits.multiply_add(factor, chunk);
                (chunk, factor) = (0, 1);
            }
        } else {
            more |= byte != b'0';
            exponent = exponent.checked_add(1)?;
        }
    }
    digits.multiply_add(factor, chunk);
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
    if exponent > 0 { &mut digits } else { &mut power }.times_power_of_ten(exponent.unsigned_abs());
    nearest(digits, power)
}

/// The value of digits times a power of ten, where both are exact as doubles, so that the one operation
/// rounds once (Clinger 1990).
#[expect(clippy::cast_precision_loss, reason = "that is asked first")]
fn short(digits: impl Iterator<Item = u8>, exponent: i64) -> Option<f64> {
    let power = exponent.unsigned_abs();
    let mut whole = 0_u64;
    for byte in digits {
        whole = whole.checked_mul(10)?.checked_add(u64::from(byte.wrapping_sub(b'0')))?;
    }
    if whole > EXACT || power > MAX_POWER {
        return None;
    }
    let ten = (0..power).fold(1.0, |ten, _| ten * 10.0);
    Some(if exponent < 0 { whole as f64 / ten } else { whole as f64 * ten })
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

/// The shortest digits that are nearest to a double, as text: `1.0`, `0.25`, `1e16`, `1.5e-7`, `NaN`,
/// `inf`. From 1e-4 to 1e16 without an exponent; this is what the standard library's `Debug` writes.
#[must_use]
pub fn print(value: f64) -> String {
    let text = written(value, -3..=16);
    let whole = value.is_finite() && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
    if whole { format!("{text}.0") } else { text }
}

/// [`print`] without an exponent, and without a fraction that is zero: what the standard library's
/// `Display` writes.
#[must_use]
pub fn print_plain(value: f64) -> String {
    written(value, i64::MIN..=i64::MAX)
}

/// Without an exponent if the point stands in this range, counted from the first digit.
fn written(value: f64, plain: RangeInclusive<i64>) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let positive = value.abs();
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return format!("{sign}inf");
    }
    if let Some(whole) = whole(positive) {
        return format!("{sign}{whole}");
    }
    let (digits, point) = shortest(positive);
    let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    let split = |at: i64| digits.split_at_checked(usize::try_from(at).unwrap_or(0)).unwrap_or((&digits, ""));
    if !plain.contains(&point) {
        let (first, rest) = split(1);
        let dot = if rest.is_empty() { "" } else { "." };
        format!("{sign}{first}{dot}{rest}e{}", point.saturating_sub(1))
    } else if point <= 0 {
        format!("{sign}0.{}{digits}", zeros(point.saturating_neg()))
    } else if point >= length {
        format!("{sign}{digits}{}", zeros(point.saturating_sub(length)))
    } else {
        let (before, after) = split(point);
        format!("{sign}{before}.{after}")
    }
}

/// A whole number that is printed as one.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "the range is asked for first, and what is converted back and forth must be the same"
)]
fn whole(positive: f64) -> Option<u64> {
    let whole = positive as u64;
    (whole <= EXACT && whole as f64 == positive).then_some(whole)
}

/// The shortest digits between the middles to the doubles beside this one, and of those the nearest to
/// it, with where the point stands: `0.digits` times ten to the `point` (Steele and White 1990).
fn shortest(positive: f64) -> (String, i64) {
    let bits = positive.to_bits();
    let (fraction, stored) = (bits & ((1 << 52) - 1), i64::from(low(bits >> 52)));
    // The value is `mantissa` times two to the `exponent`.
    let (mantissa, exponent) = match stored {
        0 => (fraction, -1074_i64),
        _ => (fraction | 1 << 52, stored.saturating_sub(1075)),
    };
    let even = mantissa & 1 == 0;
    // The double below is half as far away where the exponent changes.
    let narrow = fraction == 0 && stored > 1;
    // All are multiples of a quarter of the last bit: value, and half the way up and down.
    let mut value = Integer::from(mantissa);
    value.shift(2);
    let mut up = Integer::from(2);
    let mut down = Integer::from(if narrow { 1 } else { 2 });
    let mut unit = Integer::from(4);
    if exponent >= 0 {
        for number in [&mut value, &mut up, &mut down] {
            number.shift(exponent);
        }
    } else {
        unit.shift(exponent.saturating_neg());
    }
    // The first powers of ten at once, as many as are told by the bits: the value has so many before the
    // point, or is that far below it. Ten is more than 2^3.32192, and less than 2^3.32196.
    let bits = i64::from(mantissa.checked_ilog2().unwrap_or(0)).saturating_add(exponent);
    let mut point = if bits >= 0 {
        let powers = bits.saturating_mul(30_102).div_euclid(100_000);
        unit.times_power_of_ten(powers.unsigned_abs());
        powers
    } else {
        // With the way up it is below two to the `bits + 2`.
        let powers =
            bits.saturating_add(2).min(0).saturating_neg().saturating_mul(30_102).div_euclid(100_000);
        for number in [&mut value, &mut up, &mut down] {
            number.times_power_of_ten(powers.unsigned_abs());
        }
        powers.saturating_neg()
    };
    // The value and the way up are below one unit.
    while at_least(&value, &up, &unit, even) {
        unit.multiply_add(10, 0);
        point = point.saturating_add(1);
    }
    loop {
        let mut next = [value.clone(), up.clone(), down.clone()];
        for number in &mut next {
            number.multiply_add(10, 0);
        }
        let [ten, above, below] = next;
        if point > 0 || at_least(&ten, &above, &unit, even) {
            break;
        }
        (value, up, down) = (ten, above, below);
        point = point.saturating_sub(1);
    }
    let mut digits = String::new();
    loop {
        for number in [&mut value, &mut up, &mut down] {
            number.multiply_add(10, 0);
        }
        let mut digit = 0_u8;
        while value.compare(&unit).is_ge() {
            value.subtract(&unit);
            digit = digit.saturating_add(1);
        }
        let ends_below = match value.compare(&down) {
            Ordering::Less => true,
            Ordering::Equal => even,
            Ordering::Greater => false,
        };
        let ends_above = at_least(&value, &up, &unit, even);
        if ends_below || ends_above {
            let mut twice = value.clone();
            twice.shift(1);
            // As the standard library: what is as near to both goes up.
            let round_up = ends_above && (!ends_below || twice.compare(&unit).is_ge());
            digits.push(char::from(b'0'.saturating_add(digit).saturating_add(u8::from(round_up))));
            return (digits, point);
        }
        digits.push(char::from(b'0'.saturating_add(digit)));
    }
}

/// Whether a value and the way up from it reach one unit.
fn at_least(value: &Integer, up: &Integer, unit: &Integer, even: bool) -> bool {
    let mut sum = value.clone();
    sum.add(up);
    match sum.compare(unit) {
        Ordering::Less => false,
        Ordering::Equal => even,
        Ordering::Greater => true,
    }
}

/// A natural number, its lowest 32 bits first, without zeros at its end.
#[derive(Clone)]
struct Integer(Vec<u32>);

impl From<u64> for Integer {
    fn from(value: u64) -> Self {
        let mut limbs = vec![low(value), low(value >> 32)];
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        Self(limbs)
    }
}

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

    fn times_power_of_ten(&mut self, power: u64) {
        for _ in 0..power.div_euclid(BILLION_ZEROS) {
            self.multiply_add(BILLION, 0);
        }
        for _ in 0..power.rem_euclid(BILLION_ZEROS) {
            self.multiply_add(10, 0);
        }
    }

    fn shift(&mut self, bits: i64) {
        let limbs = usize::try_from(bits.div_euclid(32)).unwrap_or(0);
        if limbs > 0 {
            self.0.splice(0..0, core::iter::repeat_n(0, limbs));
        }
        self.multiply_add(1_u32.wrapping_shl(low(bits.rem_euclid(32).unsigned_abs())), 0);
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    fn add(&mut self, other: &Self) {
        self.0.resize(self.0.len().max(other.0.len()), 0);
        let mut carry = false;
        for (index, limb) in self.0.iter_mut().enumerate() {
            let (sum, one) = limb.overflowing_add(other.0.get(index).copied().unwrap_or(0));
            let (sum, two) = sum.overflowing_add(u32::from(carry));
            (*limb, carry) = (sum, one || two);
        }
        if carry {
            self.0.push(1);
        }
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
