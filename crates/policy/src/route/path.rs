//! A request path, checked, cut at its slashes and decoded.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::RouteMiss;
use super::scan::is_simple;

/// The longest request path, in bytes as sent, the query apart.
pub const MAX_PATH_BYTES: usize = 8 * 1024;

/// The most segments that a request path or a template may have.
pub const MAX_SEGMENTS: usize = 64;

pub(super) const DOT_SEGMENT: &str = "a segment is '.' or '..'";
pub(super) const BACKSLASH: &str = "a backslash";
pub(super) const CONTROL: &str = "a control character";
const NO_SLASH: &str = "it does not begin with '/'";
const FRAGMENT: &str = "a '#'";
const ESCAPE: &str = "a '%' without two hexadecimal digits";
const ENCODED_SLASH: &str = "an encoded '/'";
const NOT_UTF8: &str = "escapes that do not decode to UTF-8";
const TWICE_ENCODED: &str = "a percent escape that is itself encoded";

/// Checks and decodes the path of a request target, which ends before the first `?`.
///
/// The result begins with `/` and has at most [`MAX_SEGMENTS`] segments. Decoding happens here and
/// nowhere else, and what servers are known to decode or resolve differently is refused.
pub(super) fn parse(target: &str) -> Result<Cow<'_, str>, RouteMiss> {
    // Most targets have no query, and what is simple has none.
    if is_simple(target) {
        return Ok(Cow::Borrowed(target));
    }
    let path = without_query(target)?;
    if is_simple(path) { Ok(Cow::Borrowed(path)) } else { parse_closely(path) }
}

/// The same for a path without a query and no longer than [`MAX_PATH_BYTES`], with all checks.
pub(super) fn parse_closely(path: &str) -> Result<Cow<'_, str>, RouteMiss> {
    if path.contains('#') {
        return Err(RouteMiss::Malformed(FRAGMENT));
    }
    let text = if path.contains('%') { Cow::Owned(decode(path)?) } else { Cow::Borrowed(path) };
    // An encoded slash is refused, so the decoded text has the segments that were sent.
    let Some(below) = text.strip_prefix('/') else {
        return Err(RouteMiss::Malformed(NO_SLASH));
    };
    if text.contains('\\') {
        return Err(RouteMiss::Malformed(BACKSLASH));
    }
    if text.contains(char::is_control) {
        return Err(RouteMiss::Malformed(CONTROL));
    }
    if text.as_bytes().windows(3).any(is_escape) {
        return Err(RouteMiss::Malformed(TWICE_ENCODED));
    }
    if below.split('/').any(is_dot_segment) {
        return Err(RouteMiss::Malformed(DOT_SEGMENT));
    }
    if below.split('/').count() > MAX_SEGMENTS {
        return Err(RouteMiss::TooLong);
    }
    Ok(text)
}

/// The path of a request target.
fn without_query(target: &str) -> Result<&str, RouteMiss> {
    let all = target.as_bytes();
    let bytes = all.get(..=MAX_PATH_BYTES).unwrap_or(all);
    // Most targets have none, and `contains` looks at more than one byte at a time.
    let end = if bytes.contains(&b'?') { bytes.iter().position(|byte| *byte == b'?') } else { None };
    let end = end.unwrap_or(bytes.len());
    target.get(..end).filter(|_| end <= MAX_PATH_BYTES).ok_or(RouteMiss::TooLong)
}

/// Whether `segment` steps to the same or the upper folder (RFC 3986, section 5.2.4), with or
/// without path parameters (section 3.3), which some servers drop before they resolve it.
pub(super) fn is_dot_segment(segment: &str) -> bool {
    let Some(rest) = segment.strip_prefix('.') else {
        return false;
    };
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    rest.is_empty() || rest.starts_with(';')
}

/// Whether `text` begins with a percent escape.
pub(super) fn is_escape(text: &[u8]) -> bool {
    matches!(text, [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

/// Decodes the percent escapes of a path (RFC 3986, section 2.1).
fn decode(path: &str) -> Result<String, RouteMiss> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(RouteMiss::Malformed(ESCAPE));
        };
        match high << 4 | low {
            b'/' => return Err(RouteMiss::Malformed(ENCODED_SLASH)),
            byte => decoded.push(byte),
        }
    }
    String::from_utf8(decoded).map_err(|_| RouteMiss::Malformed(NOT_UTF8))
}
