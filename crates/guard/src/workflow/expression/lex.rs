//! Words, numbers, strings and marks.

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Name(&'a str),
    Number(&'a str),
    /// Without its quotes; escapes stay as they are.
    Text(&'a str),
    /// One or two characters.
    Mark(&'a str),
    /// `}}` or `%}`, with a `-` or `+` before it or not.
    Close(&'a str),
    /// What no token begins with, or a string that does not end.
    Other,
    End,
}

/// Reads tokens from the front of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexer<'a> {
    pub(super) rest: &'a str,
}

const MARKS: &[&str] = &["==", "!=", "<=", ">=", "**", "//"];

impl<'a> Lexer<'a> {
    pub(super) fn peek(mut self) -> Token<'a> {
        self.next()
    }

    pub(super) fn next(&mut self) -> Token<'a> {
        self.rest = self.rest.trim_start();
        let rest = self.rest;
        for close in ["}}", "-}}", "+}}", "%}", "-%}", "+%}"] {
            if rest.starts_with(close) {
                return Token::Close(self.take(close.len()));
            }
        }
        let Some(first) = rest.chars().next() else { return Token::End };
        if first == '_' || first.is_alphabetic() {
            let is_in = |char: char| char == '_' || char.is_alphanumeric();
            return Token::Name(self.take(rest.find(|char| !is_in(char)).unwrap_or(rest.len())));
        }
        if first.is_ascii_digit() {
            let is_in = |char: char| char == '_' || char == '.' || char.is_ascii_alphanumeric();
            return Token::Number(self.take(rest.find(|char| !is_in(char)).unwrap_or(rest.len())));
        }
        if matches!(first, '"' | '\'') {
            return self.string(first);
        }
        if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) {
            return Token::Mark(self.take(mark.len()));
        }
        let text = self.take(first.len_utf8());
        if first.is_ascii_punctuation() { Token::Mark(text) } else { Token::Other }
    }

    fn string(&mut self, quote: char) -> Token<'a> {
        self.take(quote.len_utf8());
        let mut escaped = false;
        for (at, char) in self.rest.char_indices() {
            match char {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if char == quote => {
                    let text = self.take(at);
                    self.take(quote.len_utf8());
                    return Token::Text(text);
                }
                _ => {}
            }
        }
        self.rest = "";
        Token::Other
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}
