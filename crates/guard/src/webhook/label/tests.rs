extern crate std;

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};
use std::{env, fs, path::Path};

use icu_normalizer::properties::{
    CanonicalCombiningClassMapBorrowed, CanonicalDecompositionBorrowed, Decomposed,
};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use proptest::prelude::*;

use super::{super::host, LETTERS, small};

/// All letters there are; further on nothing may stand in a name.
fn beyond_ascii() -> impl Iterator<Item = char> {
    '\u{80}'..='\u{3ffff}'
}

/// What UTS #46 makes of a name, as clients process it.
fn uts46(name: &str) -> Option<String> {
    let ascii = Uts46::new().to_ascii(name.as_bytes(), AsciiDenyList::URL, Hyphens::Allow, DnsLength::Verify);
    ascii.ok().map(Into::into)
}

/// Whether a text is good as a label, and stands for itself.
fn stands(label: &str) -> bool {
    let (unicode, result) = Uts46::new().to_unicode(label.as_bytes(), AsciiDenyList::URL, Hyphens::Allow);
    result.is_ok() && unicode == label
}

/// The table, from the libraries' tables: where kinds of characters begin.
fn table() -> Vec<u32> {
    let parts = CanonicalDecompositionBorrowed::new();
    let classes = CanonicalCombiningClassMapBorrowed::new();
    // What composes with what stands before it: the second part of some character, or a part of a
    // syllable of Hangul.
    let mut seconds: BTreeSet<char> = ('\u{1161}'..='\u{1175}').chain('\u{11a8}'..='\u{11c2}').collect();
    seconds.extend(beyond_ascii().filter_map(|char| match parts.decompose(char) {
        Decomposed::Expansion(_, second) => Some(second),
        _ => None,
    }));
    let of = |char: char| {
        // Behind a letter of either direction, or before one.
        let behind = ["a", "\u{5d0}"].iter().any(|before| stands(&format!("{before}{char}")));
        let first = ["", "a", "\u{5d0}"].iter().any(|after| stands(&format!("{char}{after}")));
        match (first, behind, classes.get_u8(char)) {
            _ if seconds.contains(&char) => 0,
            (false, false, _) => 0,
            (true, _, 0) => 1,
            (_, _, 0) => 2,
            _ => 3,
        }
    };
    let mut table = Vec::new();
    let mut last = 0;
    for char in beyond_ascii() {
        let small = small(char);
        // Of a capital letter nobody asks.
        let kind = if small != char && of(small) != 0 { last } else { of(char) };
        if kind != last {
            table.push(u32::from(char) << 2 | kind);
            last = kind;
        }
    }
    table
}

/// `PORTCULLIS_REWRITE=1` writes the table anew.
#[test]
fn the_table_is_that_of_the_libraries() {
    let table = table();
    if env::var_os("PORTCULLIS_REWRITE").is_some() {
        let mut text = format!(
            "//! Which characters beyond ASCII may stand in a label, and as what: where each kind begins, the\n\
             //! character in the upper 30 bits, the kind in the lower two. 0 is refused, 1 stands for itself,\n\
             //! 2 is a mark, 3 a mark that has an order.\n\
             //!\n\
             //! Generated from the tables of `idna` and `icu_normalizer` by this crate's tests, with\n\
             //! `PORTCULLIS_REWRITE=1`; do not edit.\n\n\
             #[rustfmt::skip]\n\
             pub(super) static LETTERS: [u32; {}] = [\n",
            table.len()
        );
        for row in table.chunks(14) {
            let row: Vec<String> = row.iter().map(|entry| format!("{entry:#x}")).collect();
            text += &format!("    {},\n", row.join(", "));
        }
        text += "];\n";
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/webhook/letters.rs"), text).unwrap();
        return;
    }
    assert!(LETTERS.as_slice() == table, "run these tests with PORTCULLIS_REWRITE=1");
}

#[track_caller]
fn agrees(name: &str) -> bool {
    match host::name(name) {
        Ok(ours) => {
            assert_eq!(Some(ours.to_string()), uts46(name), "{name:?} {}", name.escape_unicode());
            true
        }
        Err(_) => false,
    }
}

#[test]
fn every_character_that_is_read_is_read_as_uts46_reads_it() {
    let mut read = 0;
    for char in beyond_ascii() {
        for name in [
            format!("{char}.example"),
            format!("a{char}b.example"),
            format!("{char}{char}.example"),
            format!("a1.{char}.example"),
        ] {
            read += usize::from(agrees(&name));
        }
    }
    assert!(read > 400_000, "{read}");
    for char in ['\u{40000}', '\u{e0061}', '\u{e0100}', '\u{f0000}', char::MAX] {
        assert!(!agrees(&format!("{char}.example")));
    }
}

#[test]
fn names_that_people_have_are_read() {
    for name in [
        "bücher.example",
        "BÜCHER.example",
        "пример.example",
        "例え.テスト.example",
        "한국.example",
        "ตัวอย่าง.example",
        "उदाहरण.example",
        "مثال.example",
        "דוגמה.example",
        "παράδειγμα.example",
        "ЁЛКА.example",
        "☕.example",
        "xn--bcher-kva.example",
        "XN--BCHER-KVA.example",
        "xn--fa-hia.example",
        "a--b.example",
        "_x.example",
    ] {
        assert!(agrees(name), "{name}");
    }
}

#[test]
fn what_readers_do_not_agree_on_is_refused() {
    for name in [
        "faß.example",
        "βόλος.example",
        "ⓔxample.example",
        "ｅxample.example",
        "\u{212a}ernel.example",
        "İstanbul.example",
        "bu\u{308}cher.example",
        "\u{301}a.example",
        "a\u{200d}b.example",
        "مثال1.example",
        "1a.مثال",
        "a-.مثال",
        "אa.example",
        "xn--ü.example",
        "ab--ü.example",
        "xn--example-.example",
        "xn--a.example",
        "xn--.example",
        "xn--zca.xn--999999999999999999.example",
        "example。com",
        "a..example",
        ".example",
        "",
    ] {
        assert!(host::name(name).is_err(), "{name}");
    }
    let long = format!("{}.example", "ü".repeat(64));
    assert!(host::name(&long).is_err());
    assert!(host::name(&"a.".repeat(127)).is_err() && host::name(&format!("{}a", "a.".repeat(127))).is_err());
}

/// Characters of scripts that behave in their own ways.
fn letter() -> impl Strategy<Value = char> {
    let pool: Vec<char> = "abzAZ019-_ßςüÜéяЯ例デ한ᄒัวอย่า\u{93f}\u{94d}हिמشة١۱\u{5b0}\u{651}\u{300}\u{327}\u{3099}☕ǅ\u{1e9e}\u{2126}ſ"
        .chars()
        .collect();
    prop_oneof![prop::sample::select(pool), any::<char>()]
}

proptest! {
    #[test]
    fn whatever_is_read_is_read_as_uts46_reads_it(
        labels in prop::collection::vec(prop::collection::vec(letter(), 1..6), 1..4),
    ) {
        let labels: Vec<String> = labels.into_iter().map(|label| label.into_iter().collect()).collect();
        agrees(&labels.join("."));
    }

    #[test]
    fn encoded_labels_are_those_of_uts46(encoded in "(xn--)?[a-z0-9-]{0,12}") {
        agrees(&format!("{encoded}.example"));
    }
}
