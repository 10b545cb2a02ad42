use alloc::{format, string::String};

use super::*;
use crate::{Condition, Declarations, Type};

fn declarations() -> Declarations {
    ["a", "b", "c", "d"].iter().fold(Declarations::new(), |all, name| all.variable(name, Type::Dyn))
}

fn printed(source: &str) -> String {
    format!(
        "{}",
        Condition::compile(source, &declarations()).unwrap_or_else(|error| panic!("{source}: {error}"))
    )
}

fn refused(source: &str) -> (ErrorKind, usize) {
    let error = Condition::compile(source, &declarations()).expect_err(source);
    (error.kind(), error.offset())
}

#[test]
fn operators_bind_as_in_cel() {
    for (source, expected) in [
        ("a||b&&c", "a || b && c"),
        ("(a||b)&&c", "(a || b) && c"),
        ("a && b && c", "a && b && c"),
        ("a && (b && c)", "a && (b && c)"),
        ("a ? b : c ? d : a", "a ? b : c ? d : a"),
        ("(a ? b : c) ? d : a", "(a ? b : c) ? d : a"),
        ("a+b*c-d", "a + b * c - d"),
        ("(a+b)*(c-d)", "(a + b) * (c - d)"),
        ("a-(b-c)", "a - (b - c)"),
        ("a == b in c", "a == b in c"),
        ("!a.b[c]", "!a.b[c]"),
        ("!(a && b)", "!(a && b)"),
        ("!!a", "!!a"),
        ("!(-a)", "!(-a)"),
        ("-(1)", "-(1)"),
        ("- 1", "-1"),
        ("--1", "-(-1)"),
        ("-(-1)", "-(-1)"),
        ("a - -1", "a - -1"),
        ("(a + b).c", "(a + b).c"),
        ("a ? [b] : [{'k': c}]", "a ? [b] : [{\"k\": c}]"),
        ("a ? .b : c", "a ? b : c"),
        ("[1, 2,]", "[1, 2]"),
        ("matches(a, 'x')", "a.matches(\"x\")"),
        ("size(a)", "a.size()"),
        ("a.`b-c`.`d`", "a.`b-c`.d"),
        ("a['b']", "a.b"),
        ("a['\\n']", "a[\"\\n\"]"),
        ("a.in_ // why\n + b", "a.in_ + b"),
        ("a.as.let", "a.as.let"),
        ("a.map(x, x > 1, x.b)", "a.map(x, x > 1, x.b)"),
        ("a.existsOne(x, x)", "a.exists_one(x, x)"),
        ("[].all(x, x.all(y, y == x))", "[].all(x, x.all(y, y == x))"),
    ] {
        assert_eq!(printed(source), expected, "{source}");
    }
}

#[test]
fn mistakes_are_told_at_their_place() {
    use ErrorKind::{Check, Parse, Unsupported};
    for (source, kind, offset) in [
        ("", Parse, 0),
        ("a +", Parse, 3),
        ("a b", Parse, 2),
        ("(a", Parse, 2),
        ("a ? b", Parse, 5),
        ("a.1", Parse, 1),
        ("a.true", Parse, 2),
        ("[a", Parse, 2),
        ("size(a,)", Parse, 7),
        ("has(a)", Parse, 0),
        ("has(a[0])", Parse, 0),
        ("for", Parse, 0),
        ("a.all(1, true)", Parse, 6),
        ("!-a", Parse, 1),
        ("'a", Parse, 2),
        ("'a\n'", Parse, 2),
        ("'\\q'", Parse, 1),
        ("'\\ud800'", Parse, 1),
        ("b'\\u0041'", Parse, 2),
        ("'\\400'", Parse, 1),
        ("'\\x4'", Parse, 1),
        ("9223372036854775808", Parse, 0),
        ("18446744073709551616u", Parse, 0),
        ("a # b", Parse, 2),
        ("a.`b", Parse, 4),
        ("nope(a)", Check, 0),
        ("a.nope()", Check, 2),
        ("a.?b", Unsupported, 1),
        ("a[?b]", Unsupported, 1),
        ("[?a]", Unsupported, 1),
        ("{?a: b}", Unsupported, 1),
        ("a{}", Unsupported, 1),
        ("a.b{c: d}", Unsupported, 3),
        ("math.greatest(a, b)", Unsupported, 5),
        ("cel.bind(x, a, x)", Unsupported, 4),
        ("a.lowerAscii()", Unsupported, 2),
        ("a.all(i, x, true)", Unsupported, 2),
    ] {
        assert_eq!(refused(source), (kind, offset), "{source}");
    }
}

#[test]
fn sources_are_bounded_in_length_and_depth() {
    let long = format!("'{}'", "x".repeat(MAX_SOURCE_BYTES));
    assert_eq!(refused(&long), (ErrorKind::Limit, MAX_SOURCE_BYTES));
    for (open, close) in
        [("(", ")"), ("[", "]"), ("a[", "]"), ("size(", ")"), ("{1: ", "}"), ("true ? 1 : ", "")]
    {
        let nested = |depth: usize| format!("{}a{}", open.repeat(depth), close.repeat(depth));
        assert_eq!(refused(&nested(1000)).0, ErrorKind::Limit, "{open}");
        assert!(parse(&nested(60)).is_ok(), "{open}");
    }
    for chained in [".b", "[0]", " + a", " == a"] {
        assert_eq!(refused(&format!("a{}", chained.repeat(64))).0, ErrorKind::Limit, "{chained}");
        assert!(parse(&format!("a{}", chained.repeat(63))).is_ok(), "{chained}");
    }
    for sign in ["!", "-"] {
        assert_eq!(refused(&format!("{}a", sign.repeat(64))).0, ErrorKind::Limit, "{sign}");
    }
    // A row of operands is one level.
    let row = format!("a{}", " || a".repeat(1000));
    assert!(parse(&row).is_ok());
}
