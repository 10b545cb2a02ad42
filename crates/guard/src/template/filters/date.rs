//! Dates: ISO 8601 or seconds since 1970 in, a pattern of `strftime` out. Nothing is converted
//! between time zones: what the text says is what is shown.

use alloc::string::String;

use portcullis_wire::guard::RenderErrorKind as Kind;

use super::{
    super::{
        operators,
        output::write_into,
        value::{Value, restricted, undefined, wrong_type},
    },
    RenderError,
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A date and the time of day.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Date {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
}

const NOT_A_DATE: RenderError = wrong_type("expected a date: ISO 8601, or seconds since 1970");

pub(super) fn read(of: &Value<'_>) -> Result<Date, RenderError> {
    match of {
        Value::Str(_) => iso(operators::text(of)?).ok_or(NOT_A_DATE),
        Value::Int(seconds) => from_seconds(*seconds).ok_or(NOT_A_DATE),
        Value::Float(seconds) => from_seconds(*seconds as i64).ok_or(NOT_A_DATE),
        Value::Restricted(_) => Err(restricted()),
        Value::Undefined => Err(undefined()),
        _ => Err(NOT_A_DATE),
    }
}

/// `2026-11-27`, `2026-11-27T09:05:00Z`, `2026-11-27 09:05`, with or without a fraction and a zone.
fn iso(text: &str) -> Option<Date> {
    let digits = |from: usize, to: usize| -> Option<u32> {
        let part = text.get(from..to)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
        part.parse().ok()
    };
    let is = |at: usize, wanted: &[u8]| text.as_bytes().get(at).is_some_and(|byte| wanted.contains(byte));
    let mut date = Date { year: digits(0, 4)?, month: digits(5, 7)?, day: digits(8, 10)?, ..Date::default() };
    (is(4, b"-") && is(7, b"-")).then_some(())?;
    if text.len() > 10 {
        (is(10, b"Tt ") && is(13, b":")).then_some(())?;
        (date.hour, date.minute) = (digits(11, 13)?, digits(14, 16)?);
        if is(16, b":") {
            date.second = digits(17, 19)?;
        }
        let rest = text.get(if is(16, b":") { 19 } else { 16 }..)?;
        rest.bytes().all(|byte| byte.is_ascii_digit() || b".:+-Zz".contains(&byte)).then_some(())?;
    }
    let valid = (1..=12).contains(&date.month)
        && (1..=days_in(date.year, date.month)).contains(&date.day)
        && date.hour < 24
        && date.minute < 60
        && date.second <= 60;
    valid.then_some(date)
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Counted out: years have lengths. From 1970 to 9999.
fn from_seconds(seconds: i64) -> Option<Date> {
    let mut days = u32::try_from(seconds.checked_div_euclid(86_400)?).ok()?;
    let rest = u32::try_from(seconds.checked_rem_euclid(86_400)?).ok()?;
    let mut year = 1970_u32;
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        match days.checked_sub(length) {
            Some(left) => (days, year) = (left, year.checked_add(1).filter(|year| *year <= 9999)?),
            None => break,
        }
    }
    let mut month = 1_u32;
    while let Some(left) = days.checked_sub(days_in(year, month)) {
        (days, month) = (left, month.checked_add(1)?);
    }
    let (hour, rest) = (rest.checked_div(3600)?, rest.checked_rem(3600)?);
    let (minute, second) = (rest.checked_div(60)?, rest.checked_rem(60)?);
    Some(Date { year, month, day: days.checked_add(1)?, hour, minute, second })
}

impl Date {
    /// The day of the week, 0 for Sunday (Sakamoto's method).
    fn weekday(&self) -> usize {
        const SHIFTS: [u32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let year = if self.month < 3 { self.year.saturating_sub(1) } else { self.year };
        let shift = SHIFTS.get((self.month as usize).saturating_sub(1)).copied().unwrap_or(0);
        let sum = [year, year / 4, year / 400, shift, self.day].into_iter().fold(0_u32, u32::saturating_add);
        (sum.saturating_sub(year / 100) % 7) as usize
    }

    fn day_of_year(&self) -> u32 {
        (1..self.month).map(|month| days_in(self.year, month)).fold(self.day, u32::saturating_add)
    }
}

/// Writes a date by a pattern.
pub(super) fn format(date: &Date, pattern: &str) -> Result<String, RenderError> {
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        if char != '%' {
            out.push(char);
            continue;
        }
        let mut directive = chars.next();
        let bare = directive == Some('-');
        if bare {
            directive = chars.next();
        }
        let month = MONTHS.get((date.month as usize).saturating_sub(1)).copied().unwrap_or_default();
        let weekday = DAYS.get(date.weekday()).copied().unwrap_or_default();
        let hour12 = match date.hour % 12 {
            0 => 12,
            hour => hour,
        };
        let mut padded = |number: u32, width: usize| match bare {
            true => write_into(&mut out, format_args!("{number}")),
            false => write_into(&mut out, format_args!("{number:0width$}")),
        };
        match directive {
            Some('Y') => padded(date.year, 4),
            Some('y') => padded(date.year % 100, 2),
            Some('m') => padded(date.month, 2),
            Some('d') => padded(date.day, 2),
            Some('e') => write_into(&mut out, format_args!("{:2}", date.day)),
            Some('H') => padded(date.hour, 2),
            Some('I') => padded(hour12, 2),
            Some('M') => padded(date.minute, 2),
            Some('S') => padded(date.second, 2),
            Some('j') => padded(date.day_of_year(), 3),
            Some('p') => out.push_str(if date.hour < 12 { "AM" } else { "PM" }),
            Some('B') => out.push_str(month),
            Some('b') => out.push_str(month.get(..3).unwrap_or(month)),
            Some('A') => out.push_str(weekday),
            Some('a') => out.push_str(weekday.get(..3).unwrap_or(weekday)),
            Some('F') => out.push_str(&format(date, "%Y-%m-%d")?),
            Some('T') => out.push_str(&format(date, "%H:%M:%S")?),
            Some('%') => out.push('%'),
            _ => {
                return Err(RenderError::new(
                    Kind::Type,
                    "the pattern of a date has a part that there is not",
                ));
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written_by_the_pattern() {
        let date = iso("2026-11-27T09:05:03.250+01:00").unwrap();
        let shown = format(&date, "%A %-d %B %Y, %H:%M:%S %I%p %j %y %a %b %F %%").unwrap();
        assert_eq!(shown, "Friday 27 November 2026, 09:05:03 09AM 331 26 Fri Nov 2026-11-27 %");
        assert_eq!(format(&iso("2000-02-29").unwrap(), "%a %T").unwrap(), "Tue 00:00:00");
    }

    #[test]
    fn seconds_are_counted_from_1970() {
        assert_eq!(from_seconds(0), iso("1970-01-01"));
        assert_eq!(from_seconds(1_709_164_799), iso("2024-02-28 23:59:59"));
        assert_eq!(from_seconds(1_709_251_199), iso("2024-02-29 23:59:59"));
        assert_eq!(from_seconds(-1), None);
        assert_eq!(from_seconds(i64::MAX), None);
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-29",
            "2026-11-27T25:00",
            "27.11.2026",
            "2026-11-27T09:05<b>",
            "+026-11-27",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
        assert!(format(&Date::default(), "%Q").is_err());
        assert!(format(&Date::default(), "%").is_err());
    }
}
