//! Canonical base64url, as JOSE uses it (RFC 7515 section 2, RFC 4648 section 5).
//!
//! Every byte string has exactly one encoding here: no padding, no white space, no line breaks,
//! and zero bits after the last whole byte. Without that rule one signature would have several
//! spellings, and a token could be altered without breaking it.

use alloc::{string::String, vec, vec::Vec};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The mark of a byte outside the alphabet; no six-bit value has this bit.
const INVALID: u8 = 0x80;

/// From a byte to its six-bit value.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, where an error stops the build")]
const VALUES: [u8; 256] = {
    let mut values = [INVALID; 256];
    let mut index = 0;
    while index < ALPHABET.len() {
        values[ALPHABET[index] as usize] = index as u8;
        index += 1;
    }
    values
};

fn value(byte: u8) -> u8 {
    VALUES.get(usize::from(byte)).copied().unwrap_or(INVALID)
}

fn digit(six_bits: u32) -> char {
    let index = usize::from((six_bits & 0x3f) as u8);
    ALPHABET.get(index).copied().map_or('A', char::from)
}

/// Decodes canonical base64url. `None` for everything else: padding, white space, foreign bytes,
/// an impossible length, or trailing bits that are not zero.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let (quads, rest) = text.as_bytes().as_chunks::<4>();
    let tail_length: usize = match rest.len() {
        0 => 0,
        2 => 1,
        3 => 2,
        _ => return None,
    };
    let length = quads.len().checked_mul(3)?.checked_add(tail_length)?;
    let mut decoded = vec![0; length];
    let (triples, tail) = decoded.as_chunks_mut::<3>();

    // The marks of invalid bytes are gathered, so that the loop has no branch.
    let mut marks = 0;
    for (quad, triple) in quads.iter().zip(triples) {
        let [a, b, c, d] = quad.map(value);
        marks |= a | b | c | d;
        let [_, first, second, third] =
            (u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d)).to_be_bytes();
        *triple = [first, second, third];
    }
    match (rest, tail) {
        (&[a, b], [first]) => {
            let (a, b) = (value(a), value(b));
            marks |= a | b;
            *first = a << 2 | b >> 4;
            if b & 0x0f != 0 {
                return None;
            }
        }
        (&[a, b, c], [first, second]) => {
            let (a, b, c) = (value(a), value(b), value(c));
            marks |= a | b | c;
            *first = a << 2 | b >> 4;
            *second = b << 4 | c >> 2;
            if c & 0x03 != 0 {
                return None;
            }
        }
        _ => {}
    }
    (marks & INVALID == 0).then_some(decoded)
}

/// Encodes bytes; the reverse of [`decode`].
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    let (triples, rest) = bytes.as_chunks::<3>();
    for &[a, b, c] in triples {
        let word = u32::from_be_bytes([0, a, b, c]);
        text.extend([word >> 18, word >> 12, word >> 6, word].map(digit));
    }
    match *rest {
        [a] => {
            let word = u32::from_be_bytes([0, a, 0, 0]);
            text.extend([word >> 18, word >> 12].map(digit));
        }
        [a, b] => {
            let word = u32::from_be_bytes([0, a, b, 0]);
            text.extend([word >> 18, word >> 12, word >> 6].map(digit));
        }
        _ => {}
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{ALPHABET, decode, encode};
    use alloc::{format, string::String, vec::Vec};
    use proptest::prelude::*;

    #[test]
    fn agrees_with_the_examples_of_rfc_4648_section_10_without_padding() {
        for (plain, text) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(encode(&[3, 236, 255, 224, 193]), "A-z_4ME");
    }

    #[test]
    fn refuses_padding_space_foreign_alphabet_and_impossible_lengths() {
        for text in [
            "Zg==", "Zm8=", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v\r\n", "+/+/", "Zg=", "=", "A", "AAAAA",
            "Zm9v.", "Zm\u{e9}", "Zm9v\0", "Zm?",
        ] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }

    #[test]
    fn refuses_trailing_bits_that_are_not_zero() {
        assert_eq!(decode("AA").as_deref(), Some(&[0][..]));
        assert_eq!(decode("AB"), None);
        assert_eq!(decode("AP"), None);
        assert_eq!(decode("AAA").as_deref(), Some(&[0, 0][..]));
        assert_eq!(decode("AAB"), None);
        assert_eq!(decode("AAD"), None);
    }

    proptest! {
        #[test]
        fn decode_reverses_encode(bytes: Vec<u8>) {
            let text = encode(&bytes);
            prop_assert_eq!(decode(&text), Some(bytes));
        }

        #[test]
        fn whatever_decodes_is_the_one_spelling_of_its_bytes(text in "[A-Za-z0-9_-]{0,40}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }

        #[test]
        fn any_byte_outside_the_alphabet_is_refused(bytes: Vec<u8>, at: prop::sample::Index, foreign: char) {
            prop_assume!(!foreign.is_ascii() || !ALPHABET.contains(&(foreign as u8)));
            let text = encode(&bytes);
            let (head, tail) = text.split_at(at.index(text.len() + 1));
            let altered: String = format!("{head}{foreign}{tail}");
            prop_assert_eq!(decode(&altered), None);
        }
    }
}
