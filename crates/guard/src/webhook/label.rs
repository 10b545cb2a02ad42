//! Labels of a name: in ASCII, in letters beyond it, and how the one is written as the other.
//!
//! Of what UTS #46 allows, this reads what every client reads alike: characters that stand for
//! themselves, and capital letters. Whoever means a character that is mapped to others, that changes
//! with what stands before it, or that older readers take for two writes its label in ASCII, `xn--…`.
//! Whatever is read here is read the same by UTS #46: the tests compare the two.

use alloc::{borrow::Cow, string::String, vec::Vec};

use idna::punycode;

use super::letters::LETTERS;
use crate::case;

/// Longest label of a name in DNS.
const MAX_LABEL_BYTES: usize = 63;

/// How a label begins that stands for one beyond ASCII.
const ENCODED: &str = "xn--";

/// What a character is in a label.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It must not stand there.
    Refused,
    /// It stands for itself.
    Plain,
    /// It belongs to the one before it.
    Mark,
    /// It does, and two of them have an order.
    Ordered,
}

/// A label that was read.
pub(super) struct Label<'l> {
    /// In ASCII, lower case.
    pub(super) ascii: Cow<'l, str>,
    /// Whether it is written from right to left.
    pub(super) backward: bool,
    /// Whether it is a number in digits beyond ASCII, which some readers take for those of ASCII.
    pub(super) number: bool,
}

/// Reads a label.
pub(super) fn read(label: &str) -> Option<Label<'_>> {
    let read = if label.is_ascii() {
        let ascii: Cow<'_, str> = match label.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => label.to_ascii_lowercase().into(),
            false => label.into(),
        };
        let (backward, number) = match ascii.strip_prefix(ENCODED) {
            Some(encoded) => {
                let letters = decoded(encoded)?;
                (direction(&letters)?, is_number(&letters))
            }
            None => (false, false),
        };
        Label { ascii, backward, number }
    } else {
        // What it is in ASCII has no fewer characters; more need not be encoded.
        if label.chars().nth(MAX_LABEL_BYTES).is_some() {
            return None;
        }
        let letters = label.chars().map(lower).collect::<Option<Vec<char>>>()?;
        let backward = direction(&letters)?;
        let ascii = alloc::format!("{ENCODED}{}", punycode::encode(&letters)?);
        Label { ascii: ascii.into(), backward, number: is_number(&letters) }
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_good = (1..=MAX_LABEL_BYTES).contains(&read.ascii.len()) && read.ascii.bytes().all(is_plain);
    is_good.then_some(read)
}

/// Whether a label may stand in one name with labels that are written from right to left: those are
/// read apart only where the others begin with a letter and end with one, or with a digit.
pub(super) fn stands_beside_backward(label: &Label<'_>) -> bool {
    let ascii = label.ascii.as_bytes();
    label.backward
        || (!label.ascii.starts_with(ENCODED)
            && ascii.first().is_some_and(u8::is_ascii_alphabetic)
            && ascii.last().is_some_and(u8::is_ascii_alphanumeric))
}

/// The letters that an encoded label stands for: none that it could have been written with in ASCII,
/// and none that is written another way.
fn decoded(encoded: &str) -> Option<Vec<char>> {
    let letters = punycode::decode(encoded)?;
    let again = punycode::encode(&letters)?;
    let is_beyond = letters.iter().any(|letter| !letter.is_ascii());
    // Capital letters are small ones where they are encoded.
    let is_small =
        letters.iter().all(|letter| small(*letter) == *letter || kind(small(*letter)) == Kind::Refused);
    (again == encoded && is_beyond && is_small).then_some(letters)
}

/// A letter as it stands in the label that is asked for in DNS.
fn lower(letter: char) -> Option<char> {
    // Older readers take these two for others.
    if matches!(letter, 'ß' | 'ς') {
        return None;
    }
    if letter.is_ascii() {
        return Some(letter.to_ascii_lowercase());
    }
    // The table says of capital letters nothing that matters.
    let small = small(letter);
    let small = if kind(small) == Kind::Refused { letter } else { small };
    (small != 'ß' && kind(small) != Kind::Refused).then_some(small)
}

/// The small letter of a capital one. What becomes one of ASCII, or several, does not.
pub(super) fn small(letter: char) -> char {
    Some(case::small(letter)).filter(|small| !small.is_ascii()).unwrap_or(letter)
}

/// Whether letters are written from right to left; none if they must not stand in one label.
fn direction(letters: &[char]) -> Option<bool> {
    let is_xn = |at: usize, wanted: char| letters.get(at) == Some(&wanted);
    // `xn--` itself, or what looks like it, before letters beyond ASCII.
    if is_xn(2, '-') && is_xn(3, '-') {
        return None;
    }
    if letters.iter().copied().any(is_backward) {
        return letters
            .iter()
            .all(|letter| is_backward(*letter) && letter.is_alphabetic() && kind(*letter) == Kind::Plain)
            .then_some(true);
    }
    let mut before = None;
    for letter in letters {
        let kind = if letter.is_ascii() { Kind::Plain } else { kind(*letter) };
        match (before, kind) {
            (_, Kind::Refused)
            | (None, Kind::Mark | Kind::Ordered)
            | (Some(Kind::Ordered), Kind::Ordered) => {
                return None;
            }
            _ => before = Some(kind),
        }
    }
    Some(false)
}

fn is_number(letters: &[char]) -> bool {
    letters.iter().all(|letter| letter.is_numeric())
}

/// Scripts that are written from right to left.
const fn is_backward(letter: char) -> bool {
    matches!(
        letter,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}'
    )
}

fn kind(letter: char) -> Kind {
    let at = LETTERS.partition_point(|entry| entry >> 2 <= u32::from(letter));
    match at.checked_sub(1).and_then(|at| LETTERS.get(at)).map_or(0, |entry| entry & 3) {
        1 => Kind::Plain,
        2 => Kind::Mark,
        3 => Kind::Ordered,
        _ => Kind::Refused,
    }
}

/// The labels of a name, in ASCII, with dots between them.
pub(super) fn joined<'n>(name: &'n str, labels: &[Label<'_>]) -> Cow<'n, str> {
    let is_same = name.split('.').zip(labels).all(|(written, label)| *written == *label.ascii);
    if is_same {
        return name.into();
    }
    let mut ascii = String::with_capacity(name.len());
    for label in labels {
        if !ascii.is_empty() {
            ascii.push('.');
        }
        ascii.push_str(&label.ascii);
    }
    ascii.into()
}

#[cfg(test)]
mod tests;
