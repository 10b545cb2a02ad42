//! Points and spans of time, as CEL has them: the years 1 to 9999, and nanoseconds in 64 bits.

use alloc::string::String;
use core::fmt::{self, Write as _};

#[cfg(test)]
mod tests;

const NANOS: i64 = 1_000_000_000;
const DAY: i64 = 86_400;

/// A point in time, from the start of year 1 to the end of year 9999, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    seconds: i64,
    nanos: u32,
}

/// A span of time: nanoseconds in 64 bits, some 292 years either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    nanos: i64,
}

/// A point in time on the calendar and on the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// From 1.
    pub(crate) month: i64,
    /// From 1.
    pub(crate) day: i64,
    /// From 0.
    pub(crate) day_of_year: i64,
    /// Sunday is 0.
    pub(crate) day_of_week: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
}

impl Timestamp {
    const MIN_SECONDS: i64 = -62_135_596_800;
    const MAX_SECONDS: i64 = 253_402_300_799;

    /// Seconds since the start of 1970, and nanoseconds after that; none outside the years 1 to 9999.
    #[must_use]
    pub const fn new(seconds: i64, nanos: u32) -> Option<Self> {
        if seconds < Self::MIN_SECONDS || seconds > Self::MAX_SECONDS || nanos as i64 >= NANOS {
            return None;
        }
        Some(Self { seconds, nanos })
    }

    /// Whole seconds since the start of 1970.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds after the whole second.
    #[must_use]
    pub const fn nanos(self) -> u32 {
        self.nanos
    }

    /// Reads RFC 3339 text, as `2024-05-06T07:08:09.123Z` or with `+01:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text.as_bytes() };
        let year = reader.digits(4)?;
        reader.byte(b'-')?;
        let month = reader.digits(2).filter(|month| (1..=12).contains(month))?;
        reader.byte(b'-')?;
        let day = reader.digits(2).filter(|day| (1..=days_in_month(year, month)).contains(day))?;
        reader.byte(b'T')?;
        let hour = reader.digits(2).filter(|hour| *hour < 24)?;
        reader.byte(b':')?;
        let minute = reader.digits(2).filter(|minute| *minute < 60)?;
        reader.byte(b':')?;
        let second = reader.digits(2).filter(|second| *second < 60)?;
        let nanos = reader.fraction()?;
        let zone = core::str::from_utf8(reader.rest).ok()?;
        let offset = if zone == "Z" { 0 } else { offset(zone)? };
        let days = days_before(year, month)?.checked_add(day.checked_sub(1)?)?;
        let clock = clock_seconds(hour, minute, second)?;
        let seconds = days.checked_mul(DAY)?.checked_add(clock)?.checked_sub(offset)?;
        Self::new(seconds, nanos)
    }

    /// Later by a span, or earlier where it is negative.
    pub(crate) fn plus(self, span: Duration) -> Option<Self> {
        let nanos = i64::from(self.nanos).checked_add(span.nanos.rem_euclid(NANOS))?;
        let seconds = self.seconds.checked_add(span.nanos.div_euclid(NANOS))?;
        let seconds = seconds.checked_add(nanos.div_euclid(NANOS))?;
        Self::new(seconds, u32::try_from(nanos.rem_euclid(NANOS)).ok()?)
    }

    /// The span since another point.
    pub(crate) fn since(self, other: Self) -> Option<Duration> {
        let seconds = self.seconds.checked_sub(other.seconds)?;
        let nanos = i64::from(self.nanos).checked_sub(i64::from(other.nanos))?;
        Some(Duration { nanos: seconds.checked_mul(NANOS)?.checked_add(nanos)? })
    }

    /// On the calendar and the clock of a zone this many seconds ahead of UTC.
    pub(crate) fn civil(self, offset: i64) -> Civil {
        let local = self.seconds.saturating_add(offset);
        let (days, clock) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let (year, month, day) = date(days);
        let new_year = days_before(year, 1).unwrap_or_default();
        Civil {
            year,
            month,
            day,
            day_of_year: days.saturating_sub(new_year),
            // 1 January 1970 was a Thursday.
            day_of_week: days.saturating_add(4).rem_euclid(7),
            hour: clock.div_euclid(3600),
            minute: clock.rem_euclid(3600).div_euclid(60),
            second: clock.rem_euclid(60),
        }
    }
}

/// RFC 3339, in UTC, with as many digits after the second as are needed.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second, .. } = self.civil(0);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        fraction(f, self.nanos)?;
        f.write_char('Z')
    }
}

impl Duration {
    /// This many nanoseconds.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self { nanos }
    }

    /// The whole span in nanoseconds.
    #[must_use]
    pub const fn nanos(self) -> i64 {
        self.nanos
    }

    /// Reads numbers with units, as `1h30m`, `-1.5s` or `250ms`: hours, minutes, seconds and their
    /// decimal parts down to `ns`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, mut rest) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        if rest == b"0" {
            return Some(Self { nanos: 0 });
        }
        if rest.is_empty() {
            return None;
        }
        let mut total = 0_u64;
        while !rest.is_empty() {
            let (whole, after) = digits(rest)?;
            let (part, scale, after) = match after {
                [b'.', after @ ..] => decimals(after),
                _ => (0, 1.0, after),
            };
            if after.len() == rest.len() || rest.first() == Some(&b'.') && part == 0 && scale <= 1.0 {
                return None;
            }
            let (unit, after) = unit(after)?;
            let whole = whole.checked_mul(unit)?;
            #[expect(
                clippy::cast_precision_loss,
                reason = "a unit is exact, and of a fraction 15 digits count"
            )]
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it is less than the unit"
            )]
            let part = (part as f64 * (unit as f64 / scale)) as u64;
            total = total.checked_add(whole)?.checked_add(part)?;
            rest = after;
        }
        let nanos = if negative { 0_i64.checked_sub_unsigned(total) } else { i64::try_from(total).ok() };
        nanos.map(|nanos| Self { nanos })
    }

    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        self.nanos.checked_add(other.nanos).map(Self::from_nanos)
    }

    pub(crate) fn minus(self, other: Self) -> Option<Self> {
        self.nanos.checked_sub(other.nanos).map(Self::from_nanos)
    }

    pub(crate) fn negated(self) -> Option<Self> {
        self.nanos.checked_neg().map(Self::from_nanos)
    }
}

/// In seconds, as `90s` or `-0.25s`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.nanos.unsigned_abs();
        let second = NANOS.unsigned_abs();
        let sign = if self.nanos < 0 { "-" } else { "" };
        write!(f, "{sign}{}", nanos.div_euclid(second))?;
        fraction(f, u32::try_from(nanos.rem_euclid(second)).unwrap_or_default())?;
        f.write_char('s')
    }
}

/// Seconds that a fixed zone is ahead of UTC: `+01:00`, `-02:30`, `05:45`.
pub(crate) fn offset(zone: &str) -> Option<i64> {
    let (negative, rest) = match zone.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let mut reader = Reader { rest };
    let hours = reader.digits(2).filter(|hours| *hours < 24)?;
    reader.byte(b':')?;
    let minutes = reader.digits(2).filter(|minutes| *minutes < 60)?;
    let seconds = clock_seconds(hours, minutes, 0).filter(|_| reader.rest.is_empty())?;
    if negative { seconds.checked_neg() } else { Some(seconds) }
}

/// `.` and the digits that are not zero, or nothing.
fn fraction(f: &mut fmt::Formatter<'_>, nanos: u32) -> fmt::Result {
    if nanos == 0 {
        return Ok(());
    }
    let mut text = String::new();
    write!(text, "{nanos:09}")?;
    write!(f, ".{}", text.trim_end_matches('0'))
}

struct Reader<'t> {
    rest: &'t [u8],
}

impl Reader<'_> {
    fn byte(&mut self, wanted: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[wanted])?;
        Some(())
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        digits.iter().try_fold(0_i64, |value, byte| {
            let digit = char::from(*byte).to_digit(10)?;
            value.checked_mul(10)?.checked_add(i64::from(digit))
        })
    }

    /// `.` and one to nine digits as nanoseconds, or nothing.
    fn fraction(&mut self) -> Option<u32> {
        if self.byte(b'.').is_none() {
            return Some(0);
        }
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let zeros = 9_usize.checked_sub(count).filter(|_| count > 0)?;
        let digits = u32::try_from(self.digits(count)?).ok()?;
        digits.checked_mul(10_u32.checked_pow(u32::try_from(zeros).ok()?)?)
    }
}

/// Digits as a number, and what follows; none if there are too many.
fn digits(text: &[u8]) -> Option<(u64, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(count)?;
    let value = digits.iter().try_fold(0_u64, |value, byte| {
        value.checked_mul(10)?.checked_add(u64::from(byte.wrapping_sub(b'0')))
    })?;
    Some((value, rest))
}

/// The digits after a decimal point as a number to divide by the second one. Digits after the
/// fifteenth change nothing.
fn decimals(text: &[u8]) -> (u64, f64, &[u8]) {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (mut value, mut scale) = (0_u64, 1.0);
    for byte in text.iter().take(count.min(15)) {
        value = value.saturating_mul(10).saturating_add(u64::from(byte.wrapping_sub(b'0')));
        scale *= 10.0;
    }
    (value, scale, text.get(count..).unwrap_or_default())
}

/// The nanoseconds of a unit, and what follows.
fn unit(text: &[u8]) -> Option<(u64, &[u8])> {
    const UNITS: &[(&str, u64)] = &[
        ("ns", 1),
        ("us", 1_000),
        ("\u{b5}s", 1_000),
        ("\u{3bc}s", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];
    UNITS.iter().find_map(|(name, nanos)| Some((*nanos, text.strip_prefix(name.as_bytes())?)))
}

fn clock_seconds(hours: i64, minutes: i64, seconds: i64) -> Option<i64> {
    hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)
}

const fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from the start of 1970 to the start of a month of the proleptic Gregorian calendar.
fn days_before(year: i64, month: i64) -> Option<i64> {
    const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let last = year.checked_sub(1)?;
    let leaps = last.div_euclid(4).checked_sub(last.div_euclid(100))?.checked_add(last.div_euclid(400))?;
    let months = *BEFORE.get(usize::try_from(month.checked_sub(1)?).ok()?)?;
    let leap = i64::from(month > 2 && is_leap(year));
    // 719,162 days lie between the start of year 1 and that of 1970.
    last.checked_mul(365)?.checked_add(leaps)?.checked_add(months)?.checked_add(leap)?.checked_sub(719_162)
}

/// Year, month and day of a day counted from the start of 1970.
fn date(days: i64) -> (i64, i64, i64) {
    // 400 years have 146,097 days. The guess is never too late, and a year too early at most.
    let since_year_one = days.saturating_add(719_162);
    let mut year = since_year_one.saturating_mul(400).div_euclid(146_097);
    while days_before(year.saturating_add(1), 1).is_some_and(|start| start <= days) {
        year = year.saturating_add(1);
    }
    let mut month = 12;
    while month > 1 && days_before(year, month).is_some_and(|start| start > days) {
        month = month.saturating_sub(1);
    }
    let start = days_before(year, month).unwrap_or_default();
    (year, month, days.saturating_sub(start).saturating_add(1))
}
