//! From text to the tree: one pass over the text, byte by byte, except inside strings.

use super::{Json, JsonError, JsonErrorKind as Kind, MAX_DEPTH, Number, Object};
use alloc::{borrow::Cow, collections::BTreeSet, string::String, vec::Vec};

/// What to do about a name that occurs twice in one object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeats {
    Refuse,
    Mark,
}

/// Reads a whole text.
pub(super) fn document(text: &str, repeats: Repeats) -> Result<Json<'_>, JsonError> {
    if text.starts_with('\u{feff}') {
        return Err(JsonError::new(Kind::ByteOrderMark, 0));
    }
    let mut reader = Reader { text, position: 0, depth: 0, repeats, repeated: 0 };
    reader.white_space();
    let value = reader.value()?;
    reader.white_space();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.error(Kind::TrailingData)),
    }
}

struct Reader<'a> {
    text: &'a str,
    /// Always at most the text's length, and on a character boundary.
    position: usize,
    depth: usize,
    repeats: Repeats,
    /// How many repeated names have been seen so far.
    repeated: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Result<Json<'a>, JsonError> {
        match self.peek() {
            Some(b'"') => self.string().map(Json::String),
            Some(b'{') => self.object().map(Json::Object),
            Some(b'[') => self.array().map(Json::Array),
            Some(b'-' | b'0'..=b'9') => self.number().map(Json::Number),
            Some(b't') => self.literal("true", Json::Bool(true)),
            Some(b'f') => self.literal("false", Json::Bool(false)),
            Some(b'n') => self.literal("null", Json::Null),
            _ => Err(self.error(Kind::ExpectedValue)),
        }
    }

    fn literal(&mut self, word: &str, value: Json<'a>) -> Result<Json<'a>, JsonError> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.error(Kind::ExpectedValue));
        }
        self.advance(word.len());
        Ok(value)
    }

    fn array(&mut self) -> Result<Vec<Json<'a>>, JsonError> {
        self.enter()?;
        let mut elements = Vec::new();
        if !self.closes(b']') {
            loop {
                elements.push(self.value()?);
                if !self.another(b']')? {
                    break;
                }
            }
        }
        self.leave();
        Ok(elements)
    }

    fn object(&mut self) -> Result<Object<'a>, JsonError> {
        self.enter()?;
        let repeated_before = self.repeated;
        let mut members: Vec<(Cow<'a, str>, Json<'a>)> = Vec::new();
        let mut names = Names::default();
        if !self.closes(b'}') {
            // Most claims fit; but a room for eight in each of many small objects would be a way
            // to make a short text fill the memory.
            if self.depth == 1 {
                members.reserve(8);
            }
            loop {
                let start = self.position;
                if self.peek() != Some(b'"') {
                    return Err(self.error(Kind::ExpectedName));
                }
                let name = self.string()?;
                if names.holds(&members, &name) {
                    if self.repeats == Repeats::Refuse {
                        return Err(JsonError::new(Kind::RepeatedName, start));
                    }
                    self.repeated = self.repeated.wrapping_add(1);
                }
                self.white_space();
                if self.peek() != Some(b':') {
                    return Err(self.error(Kind::ExpectedColon));
                }
                self.advance(1);
                self.white_space();
                let value = self.value()?;
                members.push((name, value));
                if !self.another(b'}')? {
                    break;
                }
            }
        }
        self.leave();
        Ok(Object { members, repeats: self.repeated != repeated_before })
    }

    /// Steps over an opening bracket.
    fn enter(&mut self) -> Result<(), JsonError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error(Kind::TooDeep));
        }
        self.depth = self.depth.wrapping_add(1);
        self.advance(1);
        Ok(())
    }

    fn leave(&mut self) {
        self.depth = self.depth.wrapping_sub(1);
    }

    /// After an opening bracket: whether it is closed at once. Stops at the first element.
    fn closes(&mut self, bracket: u8) -> bool {
        self.white_space();
        let closes = self.peek() == Some(bracket);
        if closes {
            self.advance(1);
        }
        closes
    }

    /// After an element: whether another one follows. Stops at its first byte, or after the
    /// closing bracket.
    fn another(&mut self, bracket: u8) -> Result<bool, JsonError> {
        self.white_space();
        match self.peek() {
            Some(b',') => {
                self.advance(1);
                self.white_space();
                Ok(true)
            }
            Some(byte) if byte == bracket => {
                self.advance(1);
                Ok(false)
            }
            _ => Err(self.error(Kind::ExpectedCommaOrClose)),
        }
    }

    fn number(&mut self) -> Result<Number<'a>, JsonError> {
        let start = self.position;
        if self.peek() == Some(b'-') {
            self.advance(1);
        }
        if self.peek() == Some(b'0') {
            self.advance(1);
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.advance(1);
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.advance(1);
            if let Some(b'+' | b'-') = self.peek() {
                self.advance(1);
            }
            self.digits()?;
        }
        Ok(Number(self.since(start)))
    }

    /// Steps over one or more digits.
    fn digits(&mut self) -> Result<(), JsonError> {
        let count = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(self.error(Kind::Number));
        }
        self.advance(count);
        Ok(())
    }

    /// Reads a string, from its opening quote.
    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.advance(1);
        let start = self.position;
        self.plain();
        let plain = self.since(start);
        if self.peek() == Some(b'"') {
            self.advance(1);
            return Ok(Cow::Borrowed(plain));
        }
        self.unescaped(plain.into()).map(Cow::Owned)
    }

    /// Reads the rest of a string whose beginning is read. A document may come as one long string, with
    /// escapes everywhere: what is between them is copied eight bytes at a time, for a copy of any length
    /// would be a call out of the sandbox for each.
    fn unescaped(&mut self, mut bytes: Vec<u8>) -> Result<String, JsonError> {
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => match self.escape()? {
                    character if character.is_ascii() => bytes.push(character as u8),
                    character => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                },
                _ => return Err(self.error(Kind::ControlCharacter)),
            }
            for word in self.rest().as_chunks::<8>().0 {
                let plain = special_bytes(u64::from_le_bytes(*word)).trailing_zeros() >> 3;
                bytes.extend_from_slice(word);
                self.advance(plain as usize);
                if plain < 8 {
                    bytes.truncate(bytes.len().wrapping_add(plain as usize).wrapping_sub(8));
                    break;
                }
            }
            // Near the end of the text; elsewhere there is nothing left.
            while let Some(byte) = self.peek().filter(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
                bytes.push(byte);
                self.advance(1);
            }
        }
        self.advance(1);
        String::from_utf8(bytes).map_err(|_| self.error(Kind::Utf8))
    }

    /// Steps over what stands for itself in a string: everything but quotes, backslashes and
    /// control characters.
    fn plain(&mut self) {
        let (words, tail) = self.rest().as_chunks::<8>();
        for word in words {
            let special = special_bytes(u64::from_le_bytes(*word));
            if special != 0 {
                self.advance((special.trailing_zeros() >> 3) as usize);
                return;
            }
            self.advance(8);
        }
        let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | 0..=0x1f);
        self.advance(tail.iter().take_while(is_plain).count());
    }

    /// Reads an escape, from its backslash.
    fn escape(&mut self) -> Result<char, JsonError> {
        let start = self.position;
        self.advance(1);
        let character = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.advance(1);
                return self.unicode(start);
            }
            Some(_) => return Err(JsonError::new(Kind::Escape, start)),
            None => return Err(self.error(Kind::UnexpectedEnd)),
        };
        self.advance(1);
        Ok(character)
    }

    /// Reads the digits of a `\u` escape, and the second half of a surrogate pair.
    fn unicode(&mut self, start: usize) -> Result<char, JsonError> {
        let first = self.four_digits(start)?;
        if let Some(character) = char::from_u32(u32::from(first)) {
            return Ok(character);
        }
        let lone = JsonError::new(Kind::LoneSurrogate, start);
        if !self.rest().starts_with(b"\\u") {
            return Err(lone);
        }
        let second_start = self.position;
        self.advance(2);
        let second = self.four_digits(second_start)?;
        match char::decode_utf16([first, second]).next() {
            Some(Ok(character)) => Ok(character),
            _ => Err(lone),
        }
    }

    fn four_digits(&mut self, start: usize) -> Result<u16, JsonError> {
        let Some(digits) = self.rest().first_chunk::<4>() else {
            return Err(JsonError::new(Kind::Escape, start));
        };
        let mut unit = 0;
        for digit in digits {
            let Some(value) = char::from(*digit).to_digit(16) else {
                return Err(JsonError::new(Kind::Escape, start));
            };
            unit = unit << 4 | value;
        }
        self.advance(4);
        Ok(unit as u16)
    }

    fn white_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.advance(1);
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.position..).unwrap_or_default()
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.position).unwrap_or_default()
    }

    /// Only for bytes that have been seen, so that the sum stays within the text.
    fn advance(&mut self, bytes: usize) {
        self.position = self.position.wrapping_add(bytes);
    }

    /// An error here; at the end of the text, that it ends.
    fn error(&self, kind: Kind) -> JsonError {
        let kind = if self.peek().is_none() { Kind::UnexpectedEnd } else { kind };
        JsonError::new(kind, self.position)
    }
}

/// Marks, in the highest bit of each byte, the quotes, backslashes and control characters among
/// eight bytes, the first of which is the lowest. The lowest mark is exact; above it, a borrow
/// may leave false ones.
pub(crate) const fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    const fn below(word: u64, limit: u64) -> u64 {
        word.wrapping_sub(ONES.wrapping_mul(limit)) & !word
    }
    let quotes = below(word ^ ONES.wrapping_mul(b'"' as u64), 1);
    let backslashes = below(word ^ ONES.wrapping_mul(b'\\' as u64), 1);
    (quotes | backslashes | below(word, 0x20)) & ONES.wrapping_mul(0x80)
}

/// The names of one object. Few are compared one by one, many are looked up in a tree, so that
/// an object of many members does not cost its square. Of many that come in order, the last tells.
#[derive(Default)]
struct Names<'a> {
    tree: BTreeSet<Cow<'a, str>>,
    in_order: bool,
}

impl<'a> Names<'a> {
    const FEW: usize = 16;

    /// Whether the name is among those of the members; remembers it.
    #[expect(clippy::ptr_arg, reason = "a borrowed name is kept without copying it")]
    fn holds(&mut self, members: &[(Cow<'a, str>, Json<'a>)], name: &Cow<'a, str>) -> bool {
        if members.len() < Self::FEW {
            return members.iter().any(|(member, _)| member == name);
        }
        self.holds_beside_many(members, name)
    }

    #[inline(never)]
    #[expect(clippy::ptr_arg, reason = "a borrowed name is kept without copying it")]
    fn holds_beside_many(&mut self, members: &[(Cow<'a, str>, Json<'a>)], name: &Cow<'a, str>) -> bool {
        if members.len() == Self::FEW {
            self.in_order = members.is_sorted_by(|(one, _), (other, _)| one < other);
        }
        self.in_order &= members.last().is_some_and(|(last, _)| last < name);
        if self.in_order {
            return false;
        }
        if self.tree.is_empty() {
            self.tree.extend(members.iter().map(|(member, _)| member.clone()));
        }
        !self.tree.insert(name.clone())
    }
}
