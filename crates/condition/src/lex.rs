//! Source to tokens.

use alloc::{string::String, vec::Vec};

use portcullis_json::decimal;

use crate::{Error, ErrorKind};

/// A token, with where it starts and ends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token<'s> {
    pub(crate) kind: TokenKind<'s>,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind<'s> {
    /// An identifier, reserved or not.
    Name(&'s str),
    /// A field's name between backticks.
    Quoted(&'s str),
    /// Digits of an integer, without a sign.
    Int(u64),
    Uint(u64),
    Double(f64),
    String(String),
    Bytes(Vec<u8>),
    /// An operator or a bracket of one character.
    Sign(u8),
    /// An operator of two characters, by the first: `&&`, `||`, and what ends in `=`.
    Pair(u8),
    End,
}

pub(crate) struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Lexer<'s> {
    pub(crate) const fn new(source: &'s str) -> Self {
        Self { source, at: 0 }
    }

    pub(crate) fn next(&mut self) -> Result<Token<'s>, Error> {
        self.skip_blank();
        let start = self.at;
        let kind = self.token()?;
        Ok(Token { kind, start: offset(start), end: offset(self.at) })
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.source.as_bytes().get(self.at.saturating_add(ahead)).copied()
    }

    const fn step(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    fn fail<T>(&self, message: &'static str) -> Result<T, Error> {
        Err(Error::new(ErrorKind::Parse, offset(self.at), message))
    }

    fn skip_blank(&mut self) {
        loop {
            while let Some(b'\t' | b'\n' | b'\x0c' | b'\r' | b' ') = self.peek(0) {
                self.step(1);
            }
            if self.peek(0) != Some(b'/') || self.peek(1) != Some(b'/') {
                return;
            }
            self.take_while(|byte| !matches!(byte, b'\n' | b'\r'));
        }
    }

    /// Takes the bytes that `accept` accepts.
    fn take_while(&mut self, accept: impl Fn(u8) -> bool) -> &'s str {
        let rest = self.rest();
        let length = rest.bytes().position(|byte| !accept(byte)).unwrap_or(rest.len());
        self.step(length);
        rest.get(..length).unwrap_or_default()
    }

    fn token(&mut self) -> Result<TokenKind<'s>, Error> {
        let Some(first) = self.peek(0) else { return Ok(TokenKind::End) };
        let second = self.peek(1);
        match first {
            b'0'..=b'9' => return self.number(),
            b'.' if matches!(second, Some(b'0'..=b'9')) => return self.number(),
            b'"' | b'\'' => return self.text(false, false),
            b'r' | b'R' if matches!(second, Some(b'"' | b'\'')) => {
                self.step(1);
                return self.text(false, true);
            }
            b'b' | b'B' if matches!(second, Some(b'"' | b'\'')) => {
                self.step(1);
                return self.text(true, false);
            }
            b'b' | b'B' if matches!((second, self.peek(2)), (Some(b'r' | b'R'), Some(b'"' | b'\''))) => {
                self.step(2);
                return self.text(true, true);
            }
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                return Ok(TokenKind::Name(
                    self.take_while(|byte| byte == b'_' || byte.is_ascii_alphanumeric()),
                ));
            }
            b'`' => return self.quoted(),
            _ => {}
        }
        let (kind, length) = match (first, second) {
            (b'&', Some(b'&')) | (b'|', Some(b'|')) | (b'=' | b'!' | b'<' | b'>', Some(b'=')) => {
                (TokenKind::Pair(first), 2)
            }
            (
                b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'!' | b'?' | b':' | b'.' | b',' | b'('
                | b')' | b'[' | b']' | b'{' | b'}',
                _,
            ) => (TokenKind::Sign(first), 1),
            _ => return self.fail("this character has no meaning here"),
        };
        self.step(length);
        Ok(kind)
    }

    fn quoted(&mut self) -> Result<TokenKind<'s>, Error> {
        self.step(1);
        let name = self.take_while(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/' | b' ')
        });
        if name.is_empty() || self.peek(0) != Some(b'`') {
            return self.fail("expected letters, digits, `_ . - /`, spaces, and a closing backtick");
        }
        self.step(1);
        Ok(TokenKind::Quoted(name))
    }

    fn number(&mut self) -> Result<TokenKind<'s>, Error> {
        let start = self.at;
        let is_digit = |byte: u8| byte.is_ascii_digit();
        let hexadecimal = self.peek(0) == Some(b'0')
            && matches!(self.peek(1), Some(b'x'))
            && self.peek(2).is_some_and(is_hex);
        let parsed = if hexadecimal {
            self.step(2);
            u64::from_str_radix(self.take_while(is_hex), 16)
        } else {
            let digits = self.take_while(is_digit);
            let mut double = false;
            if self.peek(0) == Some(b'.') && self.peek(1).is_some_and(is_digit) {
                double = true;
                self.step(1);
                self.take_while(is_digit);
            }
            if matches!(self.peek(0), Some(b'e' | b'E')) {
                let sign = usize::from(matches!(self.peek(1), Some(b'+' | b'-')));
                if self.peek(sign.saturating_add(1)).is_some_and(is_digit) {
                    double = true;
                    self.step(sign.saturating_add(2));
                    self.take_while(is_digit);
                }
            }
            if double {
                let text = self.source.get(start..self.at).unwrap_or_default();
                return match decimal::parse(text) {
                    Some(value) => Ok(TokenKind::Double(value)),
                    None => Err(Error::new(ErrorKind::Parse, offset(start), "this number is out of range")),
                };
            }
            digits.parse()
        };
        let Ok(value) = parsed else {
            self.at = start;
            return self.fail("this integer has more than 64 bits");
        };
        if matches!(self.peek(0), Some(b'u' | b'U')) {
            self.step(1);
            return Ok(TokenKind::Uint(value));
        }
        Ok(TokenKind::Int(value))
    }

    /// A string or bytes literal; the prefix is read already.
    fn text(&mut self, bytes: bool, raw: bool) -> Result<TokenKind<'s>, Error> {
        let rest = self.rest();
        let triple = rest.starts_with("\"\"\"") || rest.starts_with("'''");
        let quote = rest.get(..if triple { 3 } else { 1 }).unwrap_or_default();
        self.step(quote.len());
        let mut value = Vec::new();
        loop {
            let rest = self.rest();
            if rest.starts_with(quote) {
                self.step(quote.len());
                break;
            }
            match rest.chars().next() {
                None => return self.fail("this literal is not closed"),
                Some('\n' | '\r') if !triple => {
                    return self.fail("a literal in single quotes ends on its line");
                }
                Some('\\') if !raw => self.escape(bytes, &mut value)?,
                // In a raw literal a backslash stands for itself, and never before the closing quote.
                Some(char) => {
                    push(&mut value, char);
                    self.step(char.len_utf8());
                }
            }
        }
        if bytes {
            return Ok(TokenKind::Bytes(value));
        }
        match String::from_utf8(value) {
            Ok(text) => Ok(TokenKind::String(text)),
            Err(_) => self.fail("this literal is not UTF-8"),
        }
    }

    fn escape(&mut self, bytes: bool, value: &mut Vec<u8>) -> Result<(), Error> {
        let start = self.at;
        let wrong = |at| Err(Error::new(ErrorKind::Parse, offset(at), "there is no such escape"));
        let Some(letter) = self.peek(1) else { return wrong(start) };
        self.step(2);
        let plain = match letter {
            b'\\' | b'?' | b'"' | b'\'' | b'`' => letter,
            b'a' => 0x07,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 0x0b,
            b'x' | b'X' | b'u' | b'U' | b'0'..=b'3' => {
                let (digits, radix) = match letter {
                    b'x' | b'X' => (2, 16),
                    b'u' => (4, 16),
                    b'U' => (8, 16),
                    _ => {
                        self.at = start.saturating_add(1);
                        (3, 8)
                    }
                };
                let text = self.source.get(self.at..self.at.saturating_add(digits)).unwrap_or_default();
                let all_digits = text.len() == digits && text.chars().all(|char| char.is_digit(radix));
                let number = u32::from_str_radix(text, radix).ok().filter(|_| all_digits);
                self.step(digits);
                let is_char = matches!(letter, b'u' | b'U');
                match (number, bytes) {
                    (Some(_), true) if is_char => return wrong(start),
                    (Some(number), true) => value.push(u8::try_from(number).unwrap_or(u8::MAX)),
                    (Some(number), false) => match char::from_u32(number) {
                        Some(char) => push(value, char),
                        None => return wrong(start),
                    },
                    (None, _) => return wrong(start),
                }
                return Ok(());
            }
            _ => return wrong(start),
        };
        value.push(plain);
        Ok(())
    }
}

const fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

fn push(value: &mut Vec<u8>, char: char) {
    value.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Sources are short, so offsets fit.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
