use alloc::{format, string::String};

use proptest::prelude::*;

use super::*;

/// The standard library's answer, where a number too large is none.
fn expected(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

fn agrees(text: &str) {
    assert_eq!(parse(text).map(f64::to_bits), expected(text).map(f64::to_bits), "{text}");
}

#[test]
fn numbers_at_the_edges_are_rounded_once() {
    for text in [
        "0",
        "-0",
        "0.0e5",
        "1",
        ".5",
        "5.",
        "1e0",
        "0.1",
        "123.456",
        "1e23",
        "9007199254740993",
        "9007199254740992.5",
        "9007199254740993.00000000000000000000000000000000000001",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "179769313486231580793e289",
        "1e308",
        "1e309",
        "2.2250738585072014e-308",
        "2.2250738585072011e-308",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1e-324",
        "3e-324",
        "5e-400",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "0e99999999999999999999",
        "+1.5",
        "1E+05",
        "1e-05",
        "18446744073709551615",
        "",
        ".",
        "e5",
        "1e",
        "1e+",
        "1.2.3",
        "0x10",
        "1_0",
        " 1",
        "--1",
        "1f",
    ] {
        agrees(text);
    }
    agrees(&format!("{}e-900", "9".repeat(1000)));
    agrees(&format!("0.{}1", "0".repeat(900)));
    // Halfway between two doubles, and a digit beyond all that are kept.
    let half = format!("{:.1074}", 4.5 * f64::from_bits(1));
    agrees(&half);
    agrees(&format!("{half}1"));
    agrees(&format!("9007199254740993.{}1", "0".repeat(900)));
}

#[test]
fn what_is_no_number_has_a_name() {
    assert_eq!(parse("-Infinity"), Some(f64::NEG_INFINITY));
    assert_eq!(parse("+inf"), Some(f64::INFINITY));
    assert!(parse("NaN").is_some_and(f64::is_nan));
    assert_eq!(parse("infinit"), None);
}

proptest! {
    #[test]
    fn every_double_is_found_again(bits: u64) {
        let value = f64::from_bits(bits);
        prop_assume!(value.is_finite());
        for text in [format!("{value}"), format!("{value:e}"), format!("{value:.30e}")] {
            prop_assert_eq!(parse(&text).map(f64::to_bits), expected(&text).map(f64::to_bits), "{}", text);
        }
    }

    #[test]
    fn every_decimal_is_rounded_as_by_the_standard_library(
        text in "[0-9]{0,25}(\\.[0-9]{0,25})?(e[-+]?[0-9]{1,3})?", more in "[0-9]{0,60}"
    ) {
        let text: String = format!("{more}{text}");
        prop_assert_eq!(parse(&text).map(f64::to_bits), expected(&text).map(f64::to_bits), "{}", text);
    }

    #[test]
    fn every_double_is_printed_as_by_the_standard_library(bits: u64) {
        let value = f64::from_bits(bits);
        prop_assert_eq!(print(value), format!("{value:?}"));
        prop_assert_eq!(print_plain(value), format!("{value}"));
    }

    #[test]
    fn short_numbers_are_printed_as_by_the_standard_library(whole in 0_u64..1 << 60, shift in 0_i32..40) {
        let value = whole as f64 / 10_f64.powi(shift);
        prop_assert_eq!(print(value), format!("{value:?}"));
        prop_assert_eq!(print_plain(-value), format!("{}", -value));
    }
}

#[test]
fn doubles_at_the_edges_are_printed_as_by_the_standard_library() {
    let edges = [0.0, 1.0, 0.1, 0.3, 1e-5, 9.999e-6, 1e15, 1e16, 1e17, 1e23, 5e-324, 2.2250738585072014e-308];
    let more =
        [f64::MAX, f64::MIN_POSITIVE, f64::EPSILON, 9007199254740993.0, f64::INFINITY, f64::NAN, 4.35, 9.5];
    for value in edges.into_iter().chain(more) {
        for value in [value, -value] {
            if !value.is_nan() {
                assert_eq!(print(value), format!("{value:?}"));
                assert_eq!(print_plain(value), format!("{value}"));
            }
        }
    }
    assert_eq!(print(f64::NAN), "NaN");
}
