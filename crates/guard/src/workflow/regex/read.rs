//! Reads a pattern: what it matches, and nothing of what it captures.
//!
//! What backtracking engines read is read, whichever engine it is: where they differ, the reading that
//! matches more. Characters beyond ASCII are one, as no tables are needed to tell whether two parts
//! overlap.

use alloc::{boxed::Box, vec::Vec};

use super::{Flaw, chars};

/// Groups within groups.
const MAX_DEPTH: u32 = 50;

/// A set of characters, a bit each. The last one is of everything beyond ASCII.
pub(super) type Chars = u128;

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tree {
    /// Matches the empty text: nothing, or an assertion.
    Empty,
    /// One character of a set.
    Char(Chars),
    /// One after the other.
    Concat(Vec<Self>),
    /// One of several.
    Either(Vec<Self>),
    /// So many times at least, and at most.
    Repeat(Box<Self>, u32, Option<u32>),
}

/// Reads a pattern.
pub(super) fn read(pattern: &str) -> Result<Tree, Flaw> {
    let mut reader = Reader { rest: pattern, depth: 0, flags: Flags::default() };
    let tree = reader.either()?;
    if reader.rest.is_empty() { Ok(tree) } else { Err(Flaw::Invalid) }
}

struct Reader<'p> {
    rest: &'p str,
    depth: u32,
    flags: Flags,
}

/// Flags that change what is matched, up to the end of their group.
#[derive(Clone, Copy, Default)]
struct Flags {
    /// `i`: both cases.
    folds: bool,
    /// `s`: the dot matches line ends.
    all: bool,
    /// `x`: white space and comments say nothing.
    verbose: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Passes over everything up to `end`, and over that.
    fn until(&mut self, end: char) -> Result<&str, Flaw> {
        let (before, rest) = self.rest.split_once(end).ok_or(Flaw::Invalid)?;
        self.rest = rest;
        Ok(before)
    }

    fn space(&mut self) {
        while self.flags.verbose {
            self.rest = self.rest.trim_start();
            if !self.eat("#") {
                return;
            }
            self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
        }
    }

    fn either(&mut self) -> Result<Tree, Flaw> {
        let mut parts = Vec::from([self.concat()?]);
        while self.eat("|") {
            parts.push(self.concat()?);
        }
        Ok(if parts.len() == 1 { parts.pop().unwrap_or(Tree::Empty) } else { Tree::Either(parts) })
    }

    fn concat(&mut self) -> Result<Tree, Flaw> {
        let mut parts = Vec::new();
        loop {
            self.space();
            match self.peek() {
                None | Some('|' | ')') => break,
                _ => {}
            }
            let mut part = self.atom()?;
            loop {
                self.space();
                let Some((min, max)) = self.quantifier()? else { break };
                part = Tree::Repeat(Box::new(part), min, max);
            }
            parts.push(part);
        }
        Ok(match parts.len() {
            0 => Tree::Empty,
            1 => parts.pop().unwrap_or(Tree::Empty),
            _ => Tree::Concat(parts),
        })
    }

    fn quantifier(&mut self) -> Result<Option<(u32, Option<u32>)>, Flaw> {
        let times = if self.eat("*") {
            (0, None)
        } else if self.eat("+") {
            (1, None)
        } else if self.eat("?") {
            (0, Some(1))
        } else if let Some((times, rest)) = counted(self.rest) {
            self.rest = rest;
            times
        } else {
            return Ok(None);
        };
        // Lazy, or possessive.
        let _ = self.eat("?") || self.eat("+");
        if times.1.is_some_and(|max| max < times.0) { Err(Flaw::Invalid) } else { Ok(Some(times)) }
    }

    fn atom(&mut self) -> Result<Tree, Flaw> {
        if counted(self.rest).is_some() {
            return Err(Flaw::Invalid);
        }
        match self.next() {
            Some('(') => self.group(),
            Some('[') => self.class(),
            Some('\\') => self.escape(),
            Some('.') if self.flags.all => Ok(Tree::Char(Chars::MAX)),
            Some('.') => Ok(Tree::Char(!chars::of('\n'))),
            Some('^' | '$') => Ok(Tree::Empty),
            None | Some('*' | '+' | '?') => Err(Flaw::Invalid),
            Some(char) => Ok(self.char(chars::of(char))),
        }
    }

    fn char(&self, set: Chars) -> Tree {
        Tree::Char(if self.flags.folds { chars::folded(set) } else { set })
    }

    fn group(&mut self) -> Result<Tree, Flaw> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(Flaw::TooLong);
        }
        let outside = self.flags;
        if self.eat("*") {
            return Err(Flaw::Invalid);
        }
        if self.eat("?") && !self.opened()? {
            // Flags for what comes behind, or a comment: the group has ended.
            self.depth = self.depth.saturating_sub(1);
            return Ok(Tree::Empty);
        }
        let tree = self.either()?;
        self.flags = outside;
        self.depth = self.depth.saturating_sub(1);
        if self.eat(")") { Ok(tree) } else { Err(Flaw::Invalid) }
    }

    /// What stands behind `(?`. False if the group ended there.
    fn opened(&mut self) -> Result<bool, Flaw> {
        if ["=", "!", "<=", "<!"].iter().any(|look| self.rest.starts_with(look)) {
            return Err(Flaw::LookAround);
        }
        if self.eat("P=") {
            return Err(Flaw::BackReference);
        }
        if self.eat("#") {
            return self.until(')').map(|_| false);
        }
        if self.eat(":") || self.eat(">") {
            return Ok(true);
        }
        if self.eat("P<") || self.eat("<") {
            return self.until('>').map(|_| true);
        }
        if self.eat("'") {
            return self.until('\'').map(|_| true);
        }
        let mut on = true;
        loop {
            match self.next() {
                Some('i') => self.flags.folds = on,
                Some('s') => self.flags.all = on,
                Some('x') => self.flags.verbose = on,
                Some('m' | 'n' | 'u' | 'U' | 'R' | 'J') => {}
                Some('-') if on => on = false,
                Some(':') => return Ok(true),
                Some(')') => return Ok(false),
                _ => return Err(Flaw::Invalid),
            }
        }
    }

    fn escape(&mut self) -> Result<Tree, Flaw> {
        match self.peek() {
            Some('b' | 'B' | 'A' | 'z' | 'Z' | 'G' | '<' | '>') => {
                self.next();
                Ok(Tree::Empty)
            }
            Some('1'..='9' | 'k' | 'g') => Err(Flaw::BackReference),
            _ => self.escaped().map(|set| self.char(set)),
        }
    }

    /// What may stand behind a backslash inside a class, too.
    fn escaped(&mut self) -> Result<Chars, Flaw> {
        Ok(match self.next().ok_or(Flaw::Invalid)? {
            'd' => chars::DIGITS,
            'D' => !chars::DIGITS,
            'w' => chars::WORD,
            'W' => !chars::WORD,
            's' => chars::SPACE,
            'S' => !chars::SPACE,
            'a' => chars::of('\u{7}'),
            'b' => chars::of('\u{8}'),
            'e' => chars::of('\u{1b}'),
            'f' => chars::of('\u{c}'),
            'n' => chars::of('\n'),
            'r' => chars::of('\r'),
            't' => chars::of('\t'),
            'v' => chars::of('\u{b}'),
            'c' => {
                let letter = self.next().ok_or(Flaw::Invalid)?;
                u8::try_from(letter)
                    .map(|letter| chars::of(char::from(letter & 0x1f)))
                    .map_err(|_| Flaw::Invalid)?
            }
            '0' => self.code(8, 2),
            'x' => self.code(16, 2),
            'u' => self.code(16, 4),
            'U' => self.code(16, 8),
            kind @ ('p' | 'P') => self.property(kind == 'P')?,
            char => chars::of(char),
        })
    }

    /// A character by its number: in braces, or so many digits at most.
    fn code(&mut self, radix: u32, digits: usize) -> Chars {
        let braced = self.rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        if let Some((number, rest)) = braced {
            self.rest = rest;
            return chars::numbered(u32::from_str_radix(number, radix).unwrap_or(u32::MAX));
        }
        let mut number = 0_u32;
        for _ in 0..digits {
            let Some(digit) = self.peek().and_then(|char| char.to_digit(radix)) else { break };
            number = number.saturating_mul(radix).saturating_add(digit);
            self.next();
        }
        chars::numbered(number)
    }

    /// A class by its name in Unicode: letters, digits, or whatever it is.
    fn property(&mut self, negated: bool) -> Result<Chars, Flaw> {
        let first = match self.next() {
            Some('{') => {
                let name = self.until('}')?.trim_start_matches(['^', 'I', 's']);
                name.rsplit('=').next().unwrap_or(name).chars().next()
            }
            letter => letter,
        };
        let set = match first {
            None => return Err(Flaw::Invalid),
            _ if negated => Chars::MAX,
            Some('L' | 'l') => chars::LETTERS | chars::BEYOND,
            Some('N' | 'n') => chars::DIGITS | chars::BEYOND,
            Some(_) => Chars::MAX,
        };
        Ok(set)
    }

    /// What stands between brackets. A bracket in there is a character like others, unless it names
    /// a class.
    fn class(&mut self) -> Result<Tree, Flaw> {
        let negated = self.eat("^");
        let mut set: Chars = 0;
        let mut first = true;
        loop {
            if self.eat("]") {
                if !first {
                    break;
                }
                set |= self.upto(']')?;
            } else if let Some((named, rest)) = named(self.rest) {
                self.rest = rest;
                set |= named;
            } else if self.eat("\\") {
                let one = self.escaped()?;
                set |= if one.count_ones() == 1 { self.range(one)? } else { one };
            } else {
                let char = self.next().ok_or(Flaw::Invalid)?;
                set |= self.upto(char)?;
            }
            first = false;
        }
        if self.flags.folds {
            set = chars::folded(set);
        }
        // Of what is beyond ASCII some is left, whatever is taken away.
        Ok(Tree::Char(if negated { !set | chars::BEYOND } else { set }))
    }

    fn upto(&mut self, from: char) -> Result<Chars, Flaw> {
        self.range(chars::of(from))
    }

    /// A character of a class, or all up to another one.
    fn range(&mut self, from: Chars) -> Result<Chars, Flaw> {
        let Some(behind) =
            self.rest.strip_prefix('-').filter(|rest| !rest.is_empty() && !rest.starts_with(']'))
        else {
            return Ok(from);
        };
        let before = self.rest;
        self.rest = behind;
        let to = if self.eat("\\") { self.escaped()? } else { chars::of(self.next().ok_or(Flaw::Invalid)?) };
        if to.count_ones() != 1 {
            // `[a-\d]`: the dash stands for itself.
            self.rest = before.strip_prefix('-').unwrap_or(before);
            return Ok(from | chars::of('-'));
        }
        if to < from { Err(Flaw::Invalid) } else { Ok(to | to.wrapping_sub(from)) }
    }
}

/// `{2}`, `{2,}`, `{2,5}` or `{,5}`, and what is behind. Other braces stand for themselves.
fn counted(text: &str) -> Option<((u32, Option<u32>), &str)> {
    let (inside, rest) = text.strip_prefix('{')?.split_once('}')?;
    let number = |text: &str| {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse().unwrap_or(u32::MAX))
    };
    let times = match inside.split_once(',') {
        None => number(inside).map(|times| (times, Some(times)))?,
        Some(("", max)) => (0, Some(number(max)?)),
        Some((min, "")) => (number(min)?, None),
        Some((min, max)) => (number(min)?, Some(number(max)?)),
    };
    Some((times, rest))
}

/// `[:alpha:]` and its like, inside a class.
fn named(text: &str) -> Option<(Chars, &str)> {
    let (name, rest) = text.strip_prefix("[:")?.split_once(":]")?;
    let (negated, name) = name.strip_prefix('^').map_or((false, name), |name| (true, name));
    let set = chars::named(name)?;
    Some((if negated { !set } else { set }, rest))
}
