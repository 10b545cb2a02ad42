use super::*;

#[test]
fn patterns_with_two_ways_around_a_loop_are_found() {
    for pattern in [
        "(a+)+$",
        "(a*)*",
        "(a|a)*b",
        "(a|aa)+$",
        r"^(\w+\s?)*$",
        r"(.*a){12}",
        r"([a-zA-Z]+)*\d",
        r"(\d+)+x",
        "(x+x+)+y",
        r"^(([a-z])+.)+[A-Z]([a-z])+$",
        "((a+)b?)+c",
        r"(\w|\d)+z",
        "(a{1,3})+$",
        "(é+)+ü",
        r"(a*b*)*c",
        r"^(\s*,?\s*)*$",
        r"([^,]*,?)*$",
    ] {
        assert_eq!(flaw(pattern), Some(Flaw::Exponential), "{pattern}");
    }
}

#[test]
fn patterns_with_one_way_are_not() {
    for pattern in [
        r"^[A-Z]{2}\d+$",
        r"^(\d+,)*\d+$",
        r"^(\w+\.)*\w+$",
        r".*foo.*",
        r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$",
        "(ab|cd)+",
        "a{1000}",
        r"^(\d{4}-){3}\d{4}$",
        r"^SO-[0-9]+$",
        "(a{2})+$",
        "",
        r"^\+?\d{1,15}$",
        "(foo|bar)*baz",
        r"\p{L}+",
        r"^([a-z]{1,63}\.)+com$",
        "^(?i)urgent",
        "^ü+$",
    ] {
        assert_eq!(flaw(pattern), None, "{pattern}");
    }
}

#[test]
fn what_only_backtracking_engines_read_is_named() {
    assert_eq!(flaw(r"(a)\1"), Some(Flaw::BackReference));
    assert_eq!(flaw("(?=a)b"), Some(Flaw::LookAround));
    assert_eq!(flaw("("), Some(Flaw::Invalid));
    assert_eq!(flaw(&"a".repeat(MAX_PATTERN_BYTES + 1)), Some(Flaw::TooLong));
}

#[test]
fn large_patterns_end() {
    for unit in ["(a*)", "(a|b|c)*", "a?", "[ab]+", "((a{4}){4}){4}"] {
        let _ = flaw(&unit.repeat(MAX_PATTERN_BYTES / unit.len()));
    }
}
