use alloc::string::ToString;

use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect(text)
}

#[test]
fn every_day_of_the_calendar_is_found_again() {
    // From the first day of year 1, counted by hand.
    let (mut year, mut month, mut day) = (1, 1, 1);
    for days in -719_162..2_932_897 {
        assert_eq!(date(days), (year, month, day));
        assert_eq!(days_before(year, month).unwrap() + day - 1, days);
        day += 1;
        if day > days_in_month(year, month) {
            (month, day) = (month + 1, 1);
        }
        if month > 12 {
            (year, month) = (year + 1, 1);
        }
    }
    assert_eq!((year, month, day), (10_000, 1, 1));
}

#[test]
fn text_is_rfc_3339() {
    for (text, seconds, nanos) in [
        ("1970-01-01T00:00:00Z", 0, 0),
        ("2000-02-29T23:59:59.5Z", 951_868_799, 500_000_000),
        ("1969-12-31T23:59:59.000000001Z", -1, 1),
        ("2024-03-10T09:30:00+05:45", 1_710_042_300, 0),
        ("2024-03-10T09:30:00-02:30", 1_710_072_000, 0),
        ("0001-01-01T00:00:00Z", Timestamp::MIN_SECONDS, 0),
        ("9999-12-31T23:59:59.999999999Z", Timestamp::MAX_SECONDS, 999_999_999),
    ] {
        let timestamp = at(text);
        assert_eq!((timestamp.seconds(), timestamp.nanos()), (seconds, nanos), "{text}");
        if text.ends_with('Z') {
            assert_eq!(timestamp.to_string(), text);
        }
    }
    for text in [
        "",
        "2024-03-10",
        "2024-03-10T09:30Z",
        "2024-03-10 09:30:00Z",
        "2024-03-10t09:30:00z",
        "2024-03-10T09:30:00",
        "2024-02-30T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-00-01T00:00:00Z",
        "2024-01-00T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T23:60:00Z",
        "2024-01-01T23:59:60Z",
        "2024-01-01T00:00:00.Z",
        "2024-01-01T00:00:00.1234567890Z",
        "2024-01-01T00:00:00+24:00",
        "0000-12-31T23:59:59Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "+2024-01-01T00:00:00Z",
        "2024-01-01T00:00:00Zx",
    ] {
        assert_eq!(Timestamp::parse(text), None, "{text}");
    }
}

#[test]
fn spans_are_numbers_with_units() {
    for (text, nanos, shown) in [
        ("0", 0, "0s"),
        ("-0s", 0, "0s"),
        ("1h30m", 5_400_000_000_000, "5400s"),
        ("-1.5s", -1_500_000_000, "-1.5s"),
        ("+250ms", 250_000_000, "0.25s"),
        ("1us1\u{b5}s1\u{3bc}s1ns", 3_001, "0.000003001s"),
        ("1.s", 1_000_000_000, "1s"),
        (".5m", 30_000_000_000, "30s"),
        ("0.0000000009s", 0, "0s"),
        ("9223372036.854775807s", i64::MAX, "9223372036.854775807s"),
        ("-9223372036854775808ns", i64::MIN, "-9223372036.854775808s"),
    ] {
        let duration = Duration::parse(text).expect(text);
        assert_eq!(duration.nanos(), nanos, "{text}");
        assert_eq!(duration.to_string(), shown);
        assert_eq!(Duration::parse(shown), Some(duration));
    }
    for text in [
        "",
        "+",
        "1",
        "s",
        ".s",
        "1x",
        "1s1",
        "--1s",
        "1 s",
        "9223372036854775808ns",
        "1d",
        "99999999999999999999s",
    ] {
        assert_eq!(Duration::parse(text), None, "{text}");
    }
}

#[test]
fn sums_stay_within_the_years() {
    let second = Duration::from_nanos(NANOS);
    let nano = Duration::from_nanos(1);
    let (first, last) = (at("0001-01-01T00:00:00Z"), at("9999-12-31T23:59:59.999999999Z"));
    assert_eq!(last.plus(nano), None);
    assert_eq!(first.plus(Duration::from_nanos(-1)), None);
    assert_eq!(first.plus(nano).unwrap().to_string(), "0001-01-01T00:00:00.000000001Z");
    assert_eq!(at("2024-02-28T23:59:59.9Z").plus(second).unwrap().to_string(), "2024-02-29T00:00:00.9Z");
    assert_eq!(last.since(first), None, "more than 292 years");
    let (one, other) = (at("2024-01-01T00:00:00.25Z"), at("2024-01-01T00:00:01Z"));
    assert_eq!(one.since(other), Some(Duration::from_nanos(-750_000_000)));
    assert_eq!(other.since(one), Some(Duration::from_nanos(750_000_000)));
}

#[test]
fn zones_are_offsets() {
    assert_eq!(offset("+01:00"), Some(3600));
    assert_eq!(offset("-02:30"), Some(-9000));
    assert_eq!(offset("05:45"), Some(20_700));
    for zone in ["", "+1:00", "+01", "+01:60", "+24:00", "+01:00x", "UTC", "+-1:00"] {
        assert_eq!(offset(zone), None, "{zone}");
    }
    let civil = at("2024-12-31T23:30:00Z").civil(3600);
    assert_eq!((civil.year, civil.month, civil.day, civil.hour), (2025, 1, 1, 0));
    assert_eq!((civil.day_of_year, civil.day_of_week), (0, 3));
}
