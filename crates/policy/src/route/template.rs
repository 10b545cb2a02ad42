//! Path templates and their segments.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::path::{self, MAX_SEGMENTS, is_dot_segment, is_escape};

/// One segment of a template. Parameter names are gone: they do not matter to matching.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    Literal(Box<str>),
    Mixed(Mixed),
    Parameter,
    Multi,
}

/// A segment of literal text and parameters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mixed {
    /// The text before the first parameter.
    prefix: Box<str>,
    /// The text between parameters, in order.
    inner: Box<[Piece]>,
    /// The last parameters and the text behind them.
    last: Piece,
}

/// Parameters and the text that follows them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    /// How many parameters stand side by side, which is how many characters they need.
    parameters: usize,
    text: Box<str>,
}

impl Mixed {
    /// Whether `segment` can be split so that every parameter has at least one character.
    ///
    /// A parameter has no upper limit, so taking each text where it first occurs leaves the most
    /// for the rest, and nothing has to be tried twice.
    pub(super) fn matches(&self, segment: &str) -> bool {
        let Some(mut rest) =
            segment.strip_prefix(&*self.prefix).and_then(|rest| rest.strip_suffix(&*self.last.text))
        else {
            return false;
        };
        for piece in &self.inner {
            let Some((_, found)) =
                after(rest, piece.parameters).and_then(|rest| rest.split_once(&*piece.text))
            else {
                return false;
            };
            rest = found;
        }
        after(rest, self.last.parameters).is_some()
    }

    /// Whether some segment matches both.
    ///
    /// Two prefixes agree if one begins with the other, and suffixes likewise; the parameters
    /// between them have room for the texts of both.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let (a, b) = (&*self.prefix, &*other.prefix);
        let (y, z) = (&*self.last.text, &*other.last.text);
        (a.starts_with(b) || b.starts_with(a)) && (y.ends_with(z) || z.ends_with(y))
    }
}

/// What follows the first `count` characters, if there are so many.
fn after(text: &str, count: usize) -> Option<&str> {
    let mut chars = text.chars();
    // `nth` counts from 0, and every piece has a parameter.
    chars.nth(count.checked_sub(1)?)?;
    Some(chars.as_str())
}

pub(super) const NO_SLASH: &str = "it does not begin with '/'";
pub(super) const BRACES: &str = "braces that do not pair";
pub(super) const NAME: &str = "a parameter that is no plain name";
pub(super) const MULTI_BESIDE_TEXT: &str = "a multi-segment parameter that is not alone in its segment";
pub(super) const TWO_MULTIS: &str = "more than one multi-segment parameter";
pub(super) const EMPTY: &str = "an empty segment that is not the last";
pub(super) const TOO_MANY: &str = "more than 64 segments";
pub(super) const ENCODED: &str = "a percent escape: write the character itself";
pub(super) const DELIMITER: &str = "a '?' or '#'";
pub(super) const TRAILING_SLASH: &str = "a trailing slash";
pub(super) const NOT_LITERAL: &str = "a parameter";

/// Reads a base path: empty, or literal segments without a trailing slash.
pub(super) fn parse_base(base: &str) -> Result<Vec<Segment>, &'static str> {
    if base.is_empty() {
        return Ok(Vec::new());
    }
    if base.ends_with('/') {
        return Err(TRAILING_SLASH);
    }
    let segments = parse(&[], base)?;
    if segments.iter().any(|segment| !matches!(segment, Segment::Literal(_))) {
        return Err(NOT_LITERAL);
    }
    Ok(segments)
}

/// Reads the template below `base`. A template that no request could match is an error.
pub(super) fn parse(base: &[Segment], template: &str) -> Result<Vec<Segment>, &'static str> {
    let below = template.strip_prefix('/').ok_or(NO_SLASH)?;
    let mut segments = base.to_vec();
    for text in below.split('/') {
        if segments.len() > base.len() && segments.last().is_some_and(Segment::is_empty) {
            return Err(EMPTY);
        }
        if segments.len() == MAX_SEGMENTS {
            return Err(TOO_MANY);
        }
        segments.push(Segment::parse(text)?);
    }
    if segments.iter().filter(|segment| **segment == Segment::Multi).count() > 1 {
        return Err(TWO_MULTIS);
    }
    Ok(segments)
}

impl Segment {
    fn is_empty(&self) -> bool {
        matches!(self, Self::Literal(text) if text.is_empty())
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        if is_dot_segment(text) {
            return Err(path::DOT_SEGMENT);
        }
        let mut rest = text;
        let prefix = literal(&mut rest)?;
        if rest.is_empty() {
            return Ok(Self::Literal(prefix));
        }
        let mut pieces: Vec<Piece> = Vec::new();
        while let Some(open) = rest.strip_prefix('{') {
            let (name, behind) = open.split_once('}').ok_or(BRACES)?;
            if let Some(name) = name.strip_prefix('+') {
                check_name(name)?;
                let alone = prefix.is_empty() && pieces.is_empty() && behind.is_empty();
                return if alone { Ok(Self::Multi) } else { Err(MULTI_BESIDE_TEXT) };
            }
            check_name(name)?;
            rest = behind;
            let text = literal(&mut rest)?;
            match pieces.last_mut() {
                Some(piece) if piece.text.is_empty() => {
                    piece.parameters = piece.parameters.saturating_add(1);
                    piece.text = text;
                }
                _ => pieces.push(Piece { parameters: 1, text }),
            }
        }
        let last = pieces.pop().ok_or(BRACES)?;
        if prefix.is_empty() && pieces.is_empty() && last.text.is_empty() && last.parameters == 1 {
            return Ok(Self::Parameter);
        }
        Ok(Self::Mixed(Mixed { prefix, inner: pieces.into(), last }))
    }
}

/// Takes the literal text up to the next parameter. What a decoded request segment cannot have in
/// it, the text cannot have either.
fn literal(rest: &mut &str) -> Result<Box<str>, &'static str> {
    let (text, behind) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
    let problem = if text.contains('}') {
        BRACES
    } else if text.contains(['?', '#']) {
        DELIMITER
    } else if text.contains('\\') {
        path::BACKSLASH
    } else if text.contains(char::is_control) {
        path::CONTROL
    } else if text.as_bytes().windows(3).any(is_escape) {
        ENCODED
    } else {
        *rest = behind;
        return Ok(String::from(text).into_boxed_str());
    };
    Err(problem)
}

/// Refuses the empty name, and expressions of RFC 6570 (sections 2.2, 2.3 and 2.4) and of server
/// frameworks that ask for more than one value of at least one character.
fn check_name(name: &str) -> Result<(), &'static str> {
    let operator = name.starts_with(['+', '#', '.', '/', ';', '?', '&', '=', ',', '!', '@', '|']);
    if name.is_empty() || operator || name.contains(['{', '*', ':', ',', '?']) {
        return Err(NAME);
    }
    Ok(())
}
