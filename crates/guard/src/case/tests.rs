extern crate std;

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use std::{env, fs, path::Path};

use super::{Run, lower, push_lower, push_upper, small, upper};

fn beyond_ascii() -> impl Iterator<Item = char> {
    '\u{80}'..=char::MAX
}

/// The runs of letters that become one other.
fn runs(map: impl Fn(char) -> String) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for letter in beyond_ascii() {
        let mapped = map(letter);
        let mut chars = mapped.chars();
        let (Some(to), None) = (chars.next(), chars.next()) else { continue };
        if to == letter {
            continue;
        }
        let number = u32::from(letter);
        let by = i32::try_from(i64::from(u32::from(to)) - i64::from(number)).unwrap();
        match runs.last_mut() {
            Some(run) if run.by == by && number - run.last <= 2 => {
                let step = number - run.last;
                if run.first == run.last || run.step == step {
                    (run.step, run.last) = (step, number);
                    continue;
                }
            }
            _ => {}
        }
        runs.push(Run { first: number, last: number, step: 1, by });
    }
    runs
}

fn written(name: &str, what: &str, runs: &[Run]) -> String {
    let mut text =
        format!("\n/// {what}\n#[rustfmt::skip]\npub(super) static {name}: [Run; {}] = [\n", runs.len());
    for row in runs.chunks(2) {
        let row = row.iter().map(|Run { first, last, step, by }| {
            format!("Run {{ first: {first:#x}, last: {last:#x}, step: {step}, by: {by} }},")
        });
        text += &format!("    {}\n", row.collect::<Vec<_>>().join(" "));
    }
    text + "];\n"
}

/// `PORTCULLIS_REWRITE=1` writes the tables anew.
#[test]
fn every_letter_is_mapped_as_the_standard_library_maps_it() {
    if env::var_os("PORTCULLIS_REWRITE").is_some() {
        let several: Vec<String> = beyond_ascii()
            .filter(|letter| letter.to_uppercase().count() > 1)
            .map(|letter| {
                let to: String =
                    letter.to_uppercase().map(|to| format!("\\u{{{:x}}}", u32::from(to))).collect();
                format!("('\\u{{{:x}}}', \"{to}\"),", u32::from(letter))
            })
            .collect();
        let text = format!(
            "//! Letters and what they become. Generated from the standard library's tables by this crate's tests,\n\
             //! with `PORTCULLIS_REWRITE=1`; do not edit.\n\nuse super::Run;\n{}{}\n\
             /// Small letters that become several capital ones.\n#[rustfmt::skip]\n\
             pub(super) static SEVERAL: [(char, &str); {}] = [\n{}];\n",
            written("LOWER", "Capital letters.", &runs(|letter| letter.to_lowercase().to_string())),
            written("UPPER", "Small letters.", &runs(|letter| letter.to_uppercase().to_string())),
            several.len(),
            several.chunks(3).map(|row| format!("    {}\n", row.join(" "))).collect::<String>(),
        );
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/case/table.rs"), text).unwrap();
        return;
    }
    for letter in '\0'..=char::MAX {
        let (mut small, mut capital) = (String::new(), String::new());
        push_lower(letter, &mut small);
        push_upper(letter, &mut capital);
        assert_eq!((small, capital), (letter.to_lowercase().to_string(), letter.to_uppercase().to_string()));
    }
}

#[test]
fn texts_are_mapped_letter_by_letter() {
    for text in ["", "Straße", "ΟΔΥΣΣΕΥΣ ΣΟΦΟΣ.", "ÇA İstanbul ǆ ﬁ", "Ä Ö ß ẞ"] {
        assert_eq!((lower(text), upper(text)), (text.to_lowercase(), text.to_uppercase()), "{text}");
    }
    assert_eq!((small('Ä'), small('İ'), small('1')), ('ä', 'İ', '1'));
}
