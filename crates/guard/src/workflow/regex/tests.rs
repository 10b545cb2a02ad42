use alloc::{boxed::Box, format, string::String};

use proptest::prelude::*;
use regex_syntax::{
    ast::{Ast, RepetitionKind, RepetitionRange},
    hir::{Class, HirKind, translate::TranslatorBuilder},
};

use super::{
    read::{Chars, Tree},
    *,
};

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
        "(?i)(a|A)*$",
        "((?i:a)|A)*$",
        "(?:a++)+$",
        r"(\p{L}|\w)*$",
        "(?s)(.|\\n)*$",
        r"([[:alpha:]]|[^\d\W])*!",
        r"(\x61|\u{61})*$",
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
        r"^[^[]+$",
        "a{,3}b{c}",
        r"(?P<year>\d{4})-(?'month'\d\d)(?#day)",
        r"^\p{Lu}(\p{N})*$",
        "(?x) ^ (ab # one\n | cd)+ $",
    ] {
        assert_eq!(flaw(pattern), None, "{pattern}");
    }
}

#[test]
fn what_only_backtracking_engines_read_is_named() {
    assert_eq!(flaw(r"(a)\1"), Some(Flaw::BackReference));
    assert_eq!(flaw("(?=a)b"), Some(Flaw::LookAround));
    assert_eq!(flaw(r"(?P<a>b)\k<a>"), Some(Flaw::BackReference));
    assert_eq!(flaw("(?<!a)b"), Some(Flaw::LookAround));
    for pattern in ["(", ")", "[a", "*a", "a{3,1}", "[z-a]", "(?y)", "(*FAIL)", "\\", "(?P>a)", "{2}", "(?<a"]
    {
        assert_eq!(flaw(pattern), Some(Flaw::Invalid), "{pattern}");
    }
    assert_eq!(flaw(&"a".repeat(MAX_PATTERN_BYTES + 1)), Some(Flaw::TooLong));
}

#[test]
fn large_patterns_end() {
    for unit in ["(a*)", "(a|b|c)*", "a?", "[ab]+", "((a{4}){4}){4}"] {
        let _ = flaw(&unit.repeat(MAX_PATTERN_BYTES / unit.len()));
    }
    // Rounds within rounds multiply, also where nothing is matched.
    for inner in ["a", ""] {
        let nested = format!("{}({inner}){}", "(".repeat(49), "{3,4})".repeat(49));
        assert_eq!(flaw(&nested), Some(Flaw::TooLong), "{nested}");
    }
    assert_eq!(flaw(&format!("{}a{}", "(".repeat(51), ")".repeat(51))), Some(Flaw::TooLong));
}

#[test]
fn a_pattern_does_not_hide_behind_another() {
    assert_eq!(flaw(&format!("{}(a+)+$", "b".repeat(400))), Some(Flaw::Exponential));
    assert_eq!(flaw(&format!("{}(a+)+$", "b".repeat(600))), Some(Flaw::TooLong));
}

/// What another reader makes of a pattern.
fn expected(pattern: &str, tree: &Ast) -> Tree {
    let all = |parts: &[Ast]| parts.iter().map(|part| expected(pattern, part)).collect();
    match tree {
        Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => Tree::Empty,
        Ast::Group(group) => expected(pattern, &group.ast),
        Ast::Concat(concat) => Tree::Concat(all(&concat.asts)),
        Ast::Alternation(alternation) => Tree::Either(all(&alternation.asts)),
        Ast::Repetition(repetition) => {
            let (min, max) = match repetition.op.kind {
                RepetitionKind::ZeroOrOne => (0, Some(1)),
                RepetitionKind::ZeroOrMore => (0, None),
                RepetitionKind::OneOrMore => (1, None),
                RepetitionKind::Range(RepetitionRange::Exactly(times)) => (times, Some(times)),
                RepetitionKind::Range(RepetitionRange::AtLeast(min)) => (min, None),
                RepetitionKind::Range(RepetitionRange::Bounded(min, max)) => (min, Some(max)),
            };
            Tree::Repeat(Box::new(expected(pattern, &repetition.ast)), min, max)
        }
        char => {
            let mut translator = TranslatorBuilder::new().unicode(false).utf8(false).build();
            let hir = translator.translate(pattern, char).unwrap();
            let of = |byte: u8| 1_u128.checked_shl(byte.into()).unwrap_or(1 << 127);
            let set: Chars = match hir.kind() {
                HirKind::Literal(literal) => literal.0.iter().fold(0, |set, byte| set | of(*byte)),
                HirKind::Class(Class::Bytes(class)) => class
                    .iter()
                    .flat_map(|range| range.start()..=range.end())
                    .fold(0, |set, byte| set | of(byte)),
                other => panic!("{other:?}"),
            };
            Tree::Char(set)
        }
    }
}

fn pattern() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        "[a-c0-2_ ,@-]",
        r"\\[dwsDWSntr.*+\[(]",
        r"\[\^?([a-cX0-2_.]|[a-c]-[d-f]|\\[dwsn]|\[:(alpha|digit|punct|xdigit):\]){1,3}\]",
        r"[.^$]|\\[bBAz]|\\x4[0-9a-f]|\\u\{6[0-9a-f]\}",
    ];
    let quantifier = prop_oneof!["", "", "[*+?]\\??", "\\{[0-3](,[3-6]?)?\\}\\??"];
    (one, quantifier.clone()).prop_map(|(one, times)| one + &times).prop_recursive(4, 24, 3, move |inner| {
        let parts = prop::collection::vec(inner, 0..3);
        (parts.clone(), parts, "(\\?:|\\?P<n>|)", quantifier.clone(), any::<bool>()).prop_map(
            |(one, other, open, times, either)| {
                let bar = if either { "|" } else { "" };
                format!("({open}{}{bar}{}){times}", one.concat(), other.concat())
            },
        )
    })
}

proptest! {
    #[test]
    fn a_pattern_is_read_as_others_read_it(pattern in pattern()) {
        // Names of groups are repeated, which others refuse.
        let unnamed = pattern.replace("?P<n>", "");
        if let Ok(tree) = regex_syntax::ast::parse::Parser::new().parse(&unnamed) {
            prop_assert_eq!(read::read(&pattern), Ok(expected(&unnamed, &tree)), "{}", pattern);
        }
    }

    #[test]
    fn any_text_is_answered(pattern in r"[a-c(){}\[\]|*+?.^$\\0-9:<>=!,#ipxé-]{0,40}") {
        let _ = flaw(&pattern);
    }
}
