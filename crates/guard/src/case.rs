//! Capital and small letters, beyond ASCII too.
//!
//! The mappings are the standard library's, whose tables are for speed and make a large part of a small
//! module. Here a run of letters that are mapped alike is one entry.

mod table;

use alloc::string::String;

use table::{LOWER, SEVERAL, UPPER};

/// Letters from `first` to `last`, each `step`th of which is mapped to the one `by` further on.
pub(crate) struct Run {
    first: u32,
    last: u32,
    step: u32,
    by: i32,
}

/// The one small letter of a letter: itself, if it is none that has one, or it becomes several.
pub(crate) fn small(letter: char) -> char {
    if letter.is_ascii() { letter.to_ascii_lowercase() } else { mapped(&LOWER, letter) }
}

/// A text in small letters.
pub(crate) fn lower(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        // The one letter that looks different at the end of a word.
        let ends = letter == 'Σ'
            && before.is_some_and(char::is_alphabetic)
            && !rest.clone().next().is_some_and(char::is_alphabetic);
        if ends {
            out.push('ς')
        } else {
            push_lower(letter, &mut out)
        }
        before = Some(letter);
    }
    out
}

/// A text in capital letters.
pub(crate) fn upper(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|letter| push_upper(letter, &mut out));
    out
}

/// Writes a letter in small.
pub(crate) fn push_lower(letter: char, out: &mut String) {
    match letter {
        'İ' => out.push_str("i\u{307}"),
        letter => out.push(small(letter)),
    }
}

/// Writes a letter as a capital, which may be several.
pub(crate) fn push_upper(letter: char, out: &mut String) {
    if letter.is_ascii() {
        return out.push(letter.to_ascii_uppercase());
    }
    match SEVERAL.binary_search_by(|(known, _)| known.cmp(&letter)).ok().and_then(|at| SEVERAL.get(at)) {
        Some((_, several)) => out.push_str(several),
        None => out.push(mapped(&UPPER, letter)),
    }
}

fn mapped(runs: &[Run], letter: char) -> char {
    let number = u32::from(letter);
    let behind = runs.partition_point(|run| run.first <= number);
    let run = behind.checked_sub(1).and_then(|at| runs.get(at));
    run.filter(|run| number <= run.last)
        .filter(|run| number.wrapping_sub(run.first).checked_rem(run.step) == Some(0))
        .and_then(|run| char::from_u32(number.wrapping_add_signed(run.by)))
        .unwrap_or(letter)
}

#[cfg(test)]
mod tests;
