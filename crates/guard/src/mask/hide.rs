//! What stands where a hidden value stood.

use alloc::{string::String, vec::Vec};
use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use portcullis_wire::policy::Strategy;
use sha2::Sha256;

/// What stands for any value.
pub(super) const STARS: &str = "****";

/// Shortest value of which anything is shown.
const MIN_SHOWN: usize = 8;

/// Shortest key of keyed hashes, in bytes.
const MIN_KEY_BYTES: usize = 16;

/// The key of keyed hashes.
#[derive(Clone)]
pub struct HashKey(Hmac<Sha256>);

/// The key stays out of logs.
impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey(…)")
    }
}

impl HashKey {
    /// A key of at least 16 bytes.
    #[must_use]
    pub fn new(key: &[u8]) -> Option<Self> {
        if key.len() < MIN_KEY_BYTES {
            return None;
        }
        Hmac::new_from_slice(key).ok().map(Self)
    }

    /// A key of at least 32 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digit = |byte: &u8| (*byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let pairs = text.as_bytes().chunks_exact(2);
        if !pairs.remainder().is_empty() {
            return None;
        }
        let byte = |pair: &[u8]| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        };
        Self::new(&pairs.map(byte).collect::<Option<Vec<u8>>>()?)
    }

    /// 128 bits of the hash, as 32 hexadecimal digits. Text and numbers of the same letters differ.
    fn hash(&self, kind: u8, value: &[u8], out: &mut String) {
        let mut mac = self.0.clone();
        mac.update(&[kind]);
        mac.update(value);
        for byte in mac.finalize().into_bytes().iter().take(16) {
            for half in [byte >> 4, byte & 0x0f] {
                out.extend(char::from_digit(u32::from(half), 16));
            }
        }
    }
}

/// A value that is hidden.
pub(super) enum Hidden<'v> {
    /// A string, without its escapes.
    Text(&'v str),
    /// A number, a literal, an object or a list, as it stands.
    Other(&'v str),
}

/// Writes what stands for a value, as JSON.
pub(super) fn write(strategy: Strategy, value: &Hidden<'_>, key: Option<&HashKey>, out: &mut String) {
    out.push('"');
    match (strategy, value, key) {
        (Strategy::Hash, value, Some(key)) => {
            out.push_str("hmac:");
            match value {
                Hidden::Text(text) => key.hash(b'"', text.as_bytes(), out),
                Hidden::Other(text) => key.hash(b'#', text.as_bytes(), out),
            }
        }
        (Strategy::LastFour, Hidden::Text(text), _) => {
            out.push_str(STARS);
            push_last_four(text, out);
        }
        (Strategy::LastFour, Hidden::Other(text), _) if !text.starts_with(['{', '[']) => {
            out.push_str(STARS);
            push_last_four(text, out);
        }
        _ => out.push_str(STARS),
    }
    out.push('"');
}

/// The last four characters, of values that are long enough for four to say little. What would have
/// to be escaped is not shown.
fn push_last_four(text: &str, out: &mut String) {
    let is_shown = |char: &char| char.is_alphanumeric() || matches!(char, '-' | '.' | '_' | '@' | ' ');
    if text.chars().nth(MIN_SHOWN.saturating_sub(1)).is_none() {
        return;
    }
    let start = text.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    let last = text.get(start..).unwrap_or_default();
    if last.chars().all(|char| is_shown(&char)) {
        out.push_str(last);
    }
}
