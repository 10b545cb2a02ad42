//! The two passes that every request path takes, eight bytes at a time.
//!
//! A word has a byte of the path in each of its lanes, the first in the lowest. A test sets the
//! highest bit of each lane in which it holds. It may also set that of a lane above one in which it
//! holds, because the subtraction borrows, but neither of one below nor any if it holds nowhere.

use super::path::MAX_SEGMENTS;

type Word = u64;

/// The same byte in every lane.
const fn every(byte: u8) -> Word {
    Word::from_ne_bytes([byte; 8])
}

const HIGHEST: Word = every(0x80);

/// Lanes below `limit`, which is at most 128. The other bits mean nothing.
fn below(word: Word, limit: u8) -> Word {
    word.wrapping_sub(every(limit)) & !word
}

/// Lanes equal to `byte`. The other bits mean nothing.
fn equal(word: Word, byte: u8) -> Word {
    below(word ^ every(byte), 1)
}

/// Whether a path has nothing to decode and nothing to refuse, so that its text is its segments:
/// no query, no escape, no character but printable ASCII, no segment that begins with a dot, and no
/// danger of too many. No is no verdict.
pub(super) fn is_simple(path: &str) -> bool {
    let path = path.as_bytes();
    let (Some(b'/'), Some(last)) = (path.first(), path.last_chunk()) else {
        return false;
    };
    let words = path.as_chunks().0;
    // Each lane counts its slashes, and has room for no more.
    if words.len() >= 255 {
        return false;
    }
    let mut odd = 0;
    let mut slashes: Word = 0;
    // Set if the byte before the word is a slash.
    let mut carry = 0;
    for word in words {
        let word = Word::from_le_bytes(*word);
        let slash = slashes_in(word);
        odd |= oddities(word, slash, carry);
        slashes = slashes.wrapping_add(slash >> 7);
        carry = slash >> 56;
    }
    // What is left is less than a word, so this one begins among bytes seen before, which only
    // counts some slashes twice.
    let last = Word::from_le_bytes(*last);
    odd |= oddities(last, slashes_in(last), 0);
    slashes = slashes.wrapping_add(slashes_in(last) >> 7);
    let slashes: usize = slashes.to_ne_bytes().map(usize::from).into_iter().sum();
    odd & HIGHEST == 0 && slashes <= MAX_SEGMENTS
}

fn slashes_in(word: Word) -> Word {
    equal(word, b'/') & HIGHEST
}

fn oddities(word: Word, slash: Word, carry: Word) -> Word {
    let hidden = ((slash << 8) | carry) & equal(word, b'.');
    // '?' and DEL differ in one bit, '#' and '%' in two, with '!' and '\'' between them.
    let pairs = equal(word | every(0x40), 0x7f) | equal(word | every(0x06), 0x27);
    word | below(word, b' ') | pairs | equal(word, b'\\') | hidden
}

/// How many bytes there are before the first slash, or all if there is none.
#[inline]
pub(super) fn until_slash(path: &[u8]) -> usize {
    let (words, rest) = path.as_chunks();
    let mut length = 0_usize;
    for word in words {
        let slash = equal(Word::from_le_bytes(*word), b'/') & HIGHEST;
        if slash != 0 {
            // Eight bits a lane.
            return length.saturating_add(slash.trailing_zeros() as usize / 8);
        }
        length = length.saturating_add(8);
    }
    let more = rest.iter().take_while(|byte| **byte != b'/').count();
    length.saturating_add(more)
}
