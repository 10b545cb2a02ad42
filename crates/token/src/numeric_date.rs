//! Points in time, exact to the nanosecond (NumericDate, RFC 7519 section 2).

use crate::json::Number;
use core::time::Duration;

const SECOND: i128 = 1_000_000_000;

/// The start of the year 10000, in nanoseconds since 1970.
const END: i128 = 253_402_300_800_000_000_000;

/// A point in time, counted from 1970-01-01T00:00:00Z without leap seconds, before the year
/// 10000 and as far before 1970. Later dates are refused: they are milliseconds by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumericDate {
    nanoseconds: i128,
}

impl NumericDate {
    /// From nanoseconds. `None` outside the range.
    #[must_use]
    pub const fn from_nanoseconds(nanoseconds: i128) -> Option<Self> {
        if -END < nanoseconds && nanoseconds < END { Some(Self { nanoseconds }) } else { None }
    }

    /// From whole seconds. `None` outside the range.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Option<Self> {
        match (seconds as i128).checked_mul(SECOND) {
            Some(nanoseconds) => Self::from_nanoseconds(nanoseconds),
            None => None,
        }
    }

    /// From seconds with a fraction, as clocks in JavaScript give them; rounded to the nearest
    /// nanosecond. `None` for what is not finite, negative, or outside the range.
    #[must_use]
    pub fn from_seconds_f64(seconds: f64) -> Option<Self> {
        Duration::try_from_secs_f64(seconds)
            .ok()
            .and_then(|since_1970| i128::try_from(since_1970.as_nanos()).ok())
            .and_then(Self::from_nanoseconds)
    }

    /// From seconds as a number in JSON: integer, with a fraction, or with an exponent. Nothing
    /// is lost on the way through a binary fraction. `None` outside the range.
    ///
    /// Digits beyond the nanosecond round up. With a clock that counts in nanoseconds, every
    /// comparison with the rounded date has the same answer as with the exact one.
    #[must_use]
    pub fn from_number(number: Number<'_>) -> Option<Self> {
        let text = number.as_str();
        if let Ok(seconds) = text.parse() {
            return Self::from_seconds(seconds);
        }
        let (negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (decimal, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));

        let digits = whole.bytes().chain(fraction.bytes());
        let zeros = digits.clone().take_while(|digit| *digit == b'0').count();
        let mut digits = digits.skip(zeros).map(|digit| digit.wrapping_sub(b'0')).peekable();
        if digits.peek().is_none() {
            return Self::from_nanoseconds(0);
        }

        // How many of the remaining digits stand before the decimal point: the value is below
        // ten to this power, and not below a tenth of that.
        let point = i64::try_from(whole.len())
            .ok()?
            .checked_sub(i64::try_from(zeros).ok()?)?
            .checked_add(bounded_exponent(exponent))?;
        if point > 12 {
            return None;
        }
        let kept = point.checked_add(9)?.max(0);
        let mut nanoseconds: i128 = 0;
        for _ in 0..kept {
            let digit = digits.next().unwrap_or(0);
            nanoseconds = nanoseconds.checked_mul(10)?.checked_add(i128::from(digit))?;
        }
        let remainder = digits.any(|digit| digit != 0);
        Self::from_nanoseconds(match (negative, remainder) {
            (true, _) => nanoseconds.checked_neg()?,
            (false, true) => nanoseconds.checked_add(1)?,
            (false, false) => nanoseconds,
        })
    }

    /// Nanoseconds since 1970.
    #[must_use]
    pub const fn nanoseconds(self) -> i128 {
        self.nanoseconds
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        // The range of dates fits by far.
        self.nanoseconds.div_euclid(SECOND) as i64
    }

    /// This date, later by some seconds.
    pub(crate) const fn plus(self, seconds: u32) -> Self {
        let seconds = (seconds as i128).saturating_mul(SECOND);
        Self { nanoseconds: self.nanoseconds.saturating_add(seconds) }
    }
}

/// The exponent; one that is far outside any date's range stays so, whatever its length.
fn bounded_exponent(text: &str) -> i64 {
    const FAR: i64 = 1 << 40;
    match text.parse::<i64>() {
        Ok(exponent) => exponent.clamp(-FAR, FAR),
        Err(_) if text.starts_with('-') => -FAR,
        Err(_) => FAR,
    }
}

#[cfg(test)]
mod tests {
    use super::{END, NumericDate};
    use crate::json;
    use alloc::{format, string::String};
    use proptest::prelude::*;

    fn read(text: &str) -> Option<i128> {
        let number = json::parse(text).unwrap().as_number().unwrap();
        NumericDate::from_number(number).map(NumericDate::nanoseconds)
    }

    #[test]
    fn integers_fractions_and_exponents_are_exact() {
        for (text, nanoseconds) in [
            ("0", 0),
            ("-0", 0),
            ("-0.0e99", 0),
            ("1", 1_000_000_000),
            ("0.5", 500_000_000),
            ("1300819380", 1_300_819_380_000_000_000),
            ("1300819380.5", 1_300_819_380_500_000_000),
            ("1300819380.0", 1_300_819_380_000_000_000),
            ("1.30081938e9", 1_300_819_380_000_000_000),
            ("1.3008193805E+9", 1_300_819_380_500_000_000),
            ("13008193805e-1", 1_300_819_380_500_000_000),
            ("0.0000013008193805e15", 1_300_819_380_500_000_000),
            ("0.1", 100_000_000),
            ("0.3", 300_000_000),
            ("4503599627370497.5e-7", 450_359_962_737_049_750),
            ("-1.5", -1_500_000_000),
        ] {
            assert_eq!(read(text), Some(nanoseconds), "{text}");
        }
    }

    #[test]
    fn what_is_finer_than_a_nanosecond_rounds_up() {
        assert_eq!(read("1.0000000001"), Some(1_000_000_001));
        assert_eq!(read("1.00000000000000000000"), Some(1_000_000_000));
        assert_eq!(read("1e-10"), Some(1));
        assert_eq!(read("1e-999999999999999999999999"), Some(1));
        assert_eq!(read("-1.0000000001"), Some(-1_000_000_000));
        assert_eq!(read("-1e-10"), Some(0));
    }

    #[test]
    fn dates_beyond_the_year_9999_are_refused() {
        assert_eq!(read("253402300799"), Some(END - 1_000_000_000));
        assert_eq!(read("253402300799.999999999"), Some(END - 1));
        for text in [
            "253402300800",
            "253402300799.9999999999",
            "1300819380000",
            "2.534023008e11",
            "1e12",
            "1e400",
            "1e99999999999999999999999999",
            "-253402300800",
            "-1e300",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(NumericDate::from_seconds(253_402_300_800).is_none());
        assert!(NumericDate::from_seconds(i64::MIN).is_none());
    }

    #[test]
    fn very_long_numbers_are_read_in_full() {
        let padded = format!("0.{}13e{}", "0".repeat(50_000), 50_002);
        assert_eq!(read(&padded), Some(13_000_000_000));
        let long = format!("13{}e-50000", "0".repeat(50_000));
        assert_eq!(read(&long), Some(13_000_000_000));
    }

    #[test]
    fn a_clock_in_floating_point_is_read_and_nonsense_refused() {
        let read = |seconds| NumericDate::from_seconds_f64(seconds).map(NumericDate::nanoseconds);
        assert_eq!(read(1_300_819_380.5), Some(1_300_819_380_500_000_000));
        assert_eq!(read(0.0), Some(0));
        for nonsense in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 253_402_300_800.0, 1e300] {
            assert_eq!(read(nonsense), None);
        }
    }

    #[test]
    fn seconds_round_down() {
        for (nanoseconds, seconds) in [(1_999_999_999, 1), (-1, -1), (0, 0)] {
            assert_eq!(NumericDate::from_nanoseconds(nanoseconds).unwrap().seconds(), seconds);
        }
    }

    proptest! {
        #[test]
        fn moving_the_decimal_point_into_the_exponent_changes_nothing(
            nanoseconds in 0..END,
            shift in -40_i64..40,
        ) {
            let digits = format!("{nanoseconds:0>64}");
            let at = usize::try_from(32 + shift / 2).unwrap();
            let (whole, fraction) = digits.split_at(at);
            let whole = match whole.trim_start_matches('0') {
                "" => "0",
                whole => whole,
            };
            let fraction = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
            let exponent = 64 - at as i64 - 9;
            let text = format!("{whole}{fraction}e{exponent}");
            prop_assert_eq!(read(&text), Some(nanoseconds));
        }
    }
}
