//! The text of a URL, before anything parses it.

use portcullis_wire::guard::WebhookReason as Reason;

use super::MAX_URL_BYTES;

/// The only scheme there is.
const SCHEME: &str = "https://";

/// The port where a URL names none.
const DEFAULT_PORT: u16 = 443;

/// The authority of a URL: what stands between the scheme and the path.
pub(super) fn authority(url: &str) -> Result<&str, Reason> {
    if url.len() > MAX_URL_BYTES {
        return Err(Reason::TooLong);
    }
    if url.chars().any(is_forbidden) {
        return Err(Reason::Character);
    }
    let scheme = url.get(..SCHEME.len()).ok_or(Reason::Scheme)?;
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Err(Reason::Scheme);
    }
    let rest = url.get(SCHEME.len()..).ok_or(Reason::Scheme)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(end).ok_or(Reason::HostInvalid)?;
    // `https://a#@b`: some readers end the authority at the `#`, others at the next `/`.
    if rest.starts_with("#@") || rest.starts_with("?@") {
        return Err(Reason::Userinfo);
    }
    if authority.chars().any(is_invisible) {
        return Err(Reason::Character);
    }
    if authority.is_empty() { Err(Reason::HostInvalid) } else { Ok(authority) }
}

/// Characters that parsers drop, repair, or do not agree on, wherever they stand.
fn is_forbidden(char: char) -> bool {
    char == '\\' || char.is_control() || char.is_whitespace()
}

/// Characters that do not show, turn the direction of text, or stand for nothing: a host with one
/// of them is not the host that people see.
pub(crate) const fn is_invisible(char: char) -> bool {
    matches!(
        char,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{10ffff}'
    )
}

/// Whether there is userinfo; the host; the port, if a colon announces one.
pub(super) fn parts(authority: &str) -> Result<(bool, &str, Option<&str>), Reason> {
    let (userinfo, host_port) = match authority.rsplit_once('@') {
        // Two of them: readers do not agree which one counts.
        Some((userinfo, _)) if userinfo.contains('@') => return Err(Reason::Userinfo),
        Some((_, rest)) => (true, rest),
        None => (false, authority),
    };
    let (host, rest) = if host_port.starts_with('[') {
        let end =
            host_port.find(']').ok_or(Reason::HostInvalid)?.checked_add(1).ok_or(Reason::HostInvalid)?;
        host_port.split_at_checked(end).ok_or(Reason::HostInvalid)?
    } else {
        host_port
            .split_at_checked(host_port.find(':').unwrap_or(host_port.len()))
            .ok_or(Reason::HostInvalid)?
    };
    match rest.strip_prefix(':') {
        Some(port) => Ok((userinfo, host, Some(port))),
        None if rest.is_empty() => Ok((userinfo, host, None)),
        None => Err(Reason::HostInvalid),
    }
}

/// A port as every reader reads it: decimal digits that begin with none of the zeros.
pub(super) fn port(text: Option<&str>) -> Result<u16, Reason> {
    let Some(text) = text else { return Ok(DEFAULT_PORT) };
    let is_plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(port) if is_plain => Ok(port),
        _ => Err(Reason::PortInvalid),
    }
}
