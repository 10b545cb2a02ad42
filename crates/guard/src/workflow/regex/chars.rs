//! Sets of characters, as patterns name them.

use super::read::Chars;

/// Everything beyond ASCII.
pub(super) const BEYOND: Chars = 1 << 127;
pub(super) const DIGITS: Chars = range(b'0', b'9');
pub(super) const LETTERS: Chars = range(b'a', b'z') | range(b'A', b'Z');
pub(super) const WORD: Chars = LETTERS | DIGITS | range(b'_', b'_');
pub(super) const SPACE: Chars = range(9, 13) | range(b' ', b' ');

/// How far a lower-case letter is behind its upper-case one.
const CASE: u32 = 32;

const fn range(from: u8, to: u8) -> Chars {
    let mut set = 0;
    let mut at = from;
    while at <= to {
        set |= 1 << at;
        at = at.wrapping_add(1);
    }
    set
}

/// One character.
pub(super) fn of(char: char) -> Chars {
    numbered(u32::from(char))
}

/// One character by its number.
pub(super) fn numbered(number: u32) -> Chars {
    1_u128.checked_shl(number).unwrap_or(BEYOND)
}

/// Both cases of every letter.
pub(super) const fn folded(set: Chars) -> Chars {
    let (lower, upper) = (set & range(b'a', b'z'), set & range(b'A', b'Z'));
    set | lower >> CASE | upper << CASE
}

/// A class of POSIX by its name.
pub(super) fn named(name: &str) -> Option<Chars> {
    let graphic = range(b'!', b'~');
    Some(match name {
        "alnum" => LETTERS | DIGITS,
        "alpha" => LETTERS,
        "ascii" => !BEYOND | 1 << 127,
        "blank" => of(' ') | of('\t'),
        "cntrl" => range(0, 31) | 1 << 127,
        "digit" => DIGITS,
        "graph" => graphic,
        "lower" => range(b'a', b'z'),
        "print" => graphic | of(' '),
        "punct" => graphic & !(LETTERS | DIGITS),
        "space" => SPACE,
        "upper" => range(b'A', b'Z'),
        "word" => WORD,
        "xdigit" => DIGITS | range(b'a', b'f') | range(b'A', b'F'),
        _ => return None,
    })
}
