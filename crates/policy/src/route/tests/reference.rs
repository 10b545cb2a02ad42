//! The routing rules once more, as slow and literal as they can be written, sharing no code with
//! the router: a template is a list of segments that was never text.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::RouteMiss;

#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) operation: u32,
    pub(super) method: &'static str,
    pub(super) segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    Literal(&'static str),
    /// Literal text, or `None` for a parameter.
    Mixed(Vec<Option<&'static str>>),
    Parameter,
    Multi,
}

impl Template {
    /// The template as a catalog has it.
    pub(super) fn text(&self) -> String {
        let segment = |segment: &Segment| match segment {
            Segment::Literal(text) => text.to_string(),
            Segment::Mixed(parts) => parts.iter().map(|part| part.unwrap_or("{p}")).collect(),
            Segment::Parameter => "{p}".into(),
            Segment::Multi => "{+p}".into(),
        };
        self.segments.iter().map(|it| String::from("/") + &segment(it)).collect()
    }

    /// How specific the template is in each segment of `path`, if it matches.
    pub(super) fn matches(&self, path: &[String]) -> Option<Vec<u8>> {
        matches(&self.segments, path)
    }
}

fn matches(template: &[Segment], path: &[String]) -> Option<Vec<u8>> {
    let Some((segment, rest)) = template.split_first() else {
        return path.is_empty().then(Vec::new);
    };
    for taken in 1..=path.len() {
        let (these, those) = path.split_at(taken);
        let rank = match segment {
            Segment::Multi if these.iter().all(|it| !it.is_empty()) => 0,
            Segment::Parameter if taken == 1 && !these[0].is_empty() => 1,
            Segment::Mixed(parts) if taken == 1 && splits(parts, &these[0]) => 2,
            Segment::Literal(text) if taken == 1 && these[0] == *text => 3,
            _ => continue,
        };
        if let Some(tail) = matches(rest, those) {
            return Some([alloc::vec![rank; taken], tail].concat());
        }
    }
    None
}

fn splits(parts: &[Option<&str>], text: &str) -> bool {
    match parts {
        [] => text.is_empty(),
        [Some(literal), rest @ ..] => text.strip_prefix(literal).is_some_and(|text| splits(rest, text)),
        [None, rest @ ..] => {
            let mut ends = text.char_indices().map(|(at, it)| at + it.len_utf8());
            ends.any(|end| splits(rest, &text[end..]))
        }
    }
}

pub(super) fn beats(a: &[u8], b: &[u8]) -> bool {
    a.iter().zip(b).all(|(a, b)| a >= b) && a.iter().zip(b).any(|(a, b)| a > b)
}

/// The templates that take part in requests of `method`.
pub(super) fn with_method<'a>(templates: &'a [Template], method: &str) -> Vec<&'a Template> {
    let has_head =
        |it: &Template| templates.iter().any(|other| other.method == "HEAD" && other.segments == it.segments);
    let takes_part =
        |it: &&Template| it.method == method || (method == "HEAD" && it.method == "GET" && !has_head(it));
    templates.iter().filter(takes_part).collect()
}

/// What `Router::find` should answer, the operations in order.
pub(super) fn find(templates: &[Template], method: &str, target: &str) -> Result<Vec<u32>, RouteMiss> {
    let path = segments(target).ok_or(RouteMiss::Malformed(""))?;
    let rows: Vec<_> = with_method(templates, method)
        .into_iter()
        .filter_map(|it| Some((it.operation, it.matches(&path)?)))
        .collect();
    let unbeaten = rows.iter().filter(|(_, row)| !rows.iter().any(|(_, other)| beats(other, row)));
    let mut operations: Vec<_> = unbeaten.map(|(operation, _)| *operation).collect();
    operations.sort_unstable();
    operations.dedup();
    if !operations.is_empty() {
        Ok(operations)
    } else if templates.iter().any(|it| it.matches(&path).is_some()) {
        Err(RouteMiss::WrongMethod)
    } else {
        Err(RouteMiss::UnknownPath)
    }
}

/// The decoded segments of a path, or nothing if it is malformed.
fn segments(target: &str) -> Option<Vec<String>> {
    let path = target.split('?').next()?.strip_prefix('/')?;
    path.split('/').map(decode).collect()
}

fn decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = segment.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let digits = core::str::from_utf8(tail.get(..2)?).ok()?;
            if !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
                return None;
            }
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else if *first == b'#' {
            return None;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    let twice = text.char_indices().any(|(at, it)| {
        let mut next = text[at..].chars().skip(1);
        let mut hex = || next.next().is_some_and(|it| it.is_ascii_hexdigit());
        it == '%' && hex() && hex()
    });
    let bad = |it: char| it == '/' || it == '\\' || it.is_control();
    let dots = matches!(text.split(';').next(), Some("." | ".."));
    (!twice && !dots && !text.contains(bad)).then_some(text)
}
