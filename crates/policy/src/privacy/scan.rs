//! Finds where the members of an object stand in a line of JSON, without making anything of them.
//!
//! It holds lines to the grammar of RFC 8259, as the strict reader does, but for names that are
//! repeated below the top level: what is shown is shown as it came.

use core::ops::Range;

/// Deepest nesting, as the strict reader has it.
const MAX_DEPTH: u32 = 64;

/// Where a member stands.
pub(super) struct Member {
    /// The name, without its quotes.
    pub(super) name: Range<usize>,
    /// Whether the name has escapes.
    pub(super) escaped: bool,
    /// The value.
    pub(super) value: Range<usize>,
    /// The member as a whole, from the name's quote to the value's end.
    pub(super) whole: Range<usize>,
}

/// The text is not one JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// Calls `member` for each member of the one object that a text is.
pub(super) fn members(
    text: &[u8],
    mut member: impl FnMut(Member) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    let mut scan = Scan { text, at: 0 };
    scan.space();
    scan.byte(b'{')?;
    scan.space();
    if scan.peek() == Some(b'}') {
        scan.step(1);
    } else {
        loop {
            let start = scan.at;
            let escaped = scan.string()?;
            let name = start.saturating_add(1)..scan.at.saturating_sub(1);
            scan.space();
            scan.byte(b':')?;
            scan.space();
            let value = scan.at;
            scan.value(1)?;
            member(Member { name, escaped, value: value..scan.at, whole: start..scan.at })?;
            scan.space();
            match scan.next()? {
                b',' => scan.space(),
                b'}' => break,
                _ => return Err(Malformed),
            }
        }
    }
    scan.space();
    if scan.peek().is_none() { Ok(()) } else { Err(Malformed) }
}

struct Scan<'t> {
    text: &'t [u8],
    at: usize,
}

impl Scan<'_> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline]
    fn step(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    #[inline]
    fn next(&mut self) -> Result<u8, Malformed> {
        let byte = self.peek().ok_or(Malformed)?;
        self.step(1);
        Ok(byte)
    }

    #[inline]
    fn byte(&mut self, expected: u8) -> Result<(), Malformed> {
        if self.next()? == expected { Ok(()) } else { Err(Malformed) }
    }

    #[inline]
    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.step(1);
        }
    }

    fn value(&mut self, depth: u32) -> Result<(), Malformed> {
        match self.peek().ok_or(Malformed)? {
            b'"' => self.string().map(drop),
            b'{' => self.nested(b'}', depth),
            b'[' => self.nested(b']', depth),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number(),
        }
    }

    fn nested(&mut self, close: u8, depth: u32) -> Result<(), Malformed> {
        if depth >= MAX_DEPTH {
            return Err(Malformed);
        }
        self.step(1);
        self.space();
        if self.peek() == Some(close) {
            self.step(1);
            return Ok(());
        }
        loop {
            if close == b'}' {
                self.string()?;
                self.space();
                self.byte(b':')?;
                self.space();
            }
            self.value(depth.saturating_add(1))?;
            self.space();
            match self.next()? {
                b',' => self.space(),
                byte if byte == close => return Ok(()),
                _ => return Err(Malformed),
            }
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Malformed> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.step(word.len());
        if rest.starts_with(word) { Ok(()) } else { Err(Malformed) }
    }

    /// Steps over a string: whether it has escapes.
    #[inline]
    fn string(&mut self) -> Result<bool, Malformed> {
        self.byte(b'"')?;
        let mut escaped = false;
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = plain(rest);
            self.step(plain);
            match self.next()? {
                b'"' => return Ok(escaped),
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return Err(Malformed),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Malformed> {
        match self.next()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => {
                let unit = self.unit()?;
                // Half a character is none: the other half must follow.
                match unit {
                    0xd800..=0xdbff => {
                        self.byte(b'\\')?;
                        self.byte(b'u')?;
                        if (0xdc00..=0xdfff).contains(&self.unit()?) { Ok(()) } else { Err(Malformed) }
                    }
                    0xdc00..=0xdfff => Err(Malformed),
                    _ => Ok(()),
                }
            }
            _ => Err(Malformed),
        }
    }

    fn unit(&mut self) -> Result<u32, Malformed> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = char::from(self.next()?).to_digit(16).ok_or(Malformed)?;
            unit = unit << 4 | digit;
        }
        Ok(unit)
    }

    fn number(&mut self) -> Result<(), Malformed> {
        if self.peek() == Some(b'-') {
            self.step(1);
        }
        match self.next()? {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return Err(Malformed),
        }
        if self.peek() == Some(b'.') {
            self.step(1);
            self.some_digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.step(1);
            if let Some(b'+' | b'-') = self.peek() {
                self.step(1);
            }
            self.some_digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.step(1);
        }
    }

    fn some_digits(&mut self) -> Result<(), Malformed> {
        let before = self.at;
        self.digits();
        if self.at == before { Err(Malformed) } else { Ok(()) }
    }
}

/// How many bytes at the start of a text stand for themselves in a string: neither a quote, nor a
/// backslash, nor a control character. Eight are looked at in one step.
#[inline]
fn plain(text: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    /// The high bit of each byte that is zero, and of none below the first of them.
    const fn zeros(word: u64) -> u64 {
        word.wrapping_sub(ONES) & !word & HIGH
    }
    let (words, _) = text.as_chunks::<8>();
    let mut at = 0_usize;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let quotes = zeros(word ^ (ONES.wrapping_mul(b'"' as u64)));
        let slashes = zeros(word ^ (ONES.wrapping_mul(b'\\' as u64)));
        let controls = word.wrapping_sub(ONES.wrapping_mul(0x20)) & !word & HIGH;
        let special = quotes | slashes | controls;
        if special != 0 {
            return at.saturating_add((special.trailing_zeros() >> 3) as usize);
        }
        at = at.saturating_add(8);
    }
    let rest = text.get(at..).unwrap_or_default();
    let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
    at.saturating_add(plain.unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests;
