//! The host of a URL: a name in its ASCII form, or an address.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use portcullis_wire::guard::WebhookReason as Reason;

use super::label;

/// A host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    /// A name: lower case, ASCII, no final dot.
    Name(String),
    /// An address, written as one.
    Address(IpAddr),
}

impl Host {
    /// The host as a request names it.
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Name(name) => name,
            Self::Address(IpAddr::V4(address)) => alloc::format!("{address}"),
            Self::Address(IpAddr::V6(address)) => alloc::format!("[{address}]"),
        }
    }
}

/// Names that are never public, and names that networks give themselves (RFC 6761, RFC 6762,
/// RFC 8375, RFC 9476, the reserved `.internal`, and what is in use without any registration).
const LOCAL: &[&str] = &[
    "alt",
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "svc",
];

/// Whether a name is one that only this machine or network knows. A name of one label is, as a
/// resolver may put the machine's own domain behind it.
pub(super) fn is_local(name: &str) -> bool {
    !name.contains('.')
        || LOCAL.iter().any(|local| {
            name.strip_suffix(local).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
}

/// Reads a host. Percent-encoding, a final dot, and addresses in any spelling but the usual one are
/// refused, as readers do not agree on them.
pub(super) fn read(host: &str) -> Result<Host, Reason> {
    if let Some(literal) = host.strip_prefix('[') {
        let literal = literal.strip_suffix(']').ok_or(Reason::HostInvalid)?;
        let address: Ipv6Addr = literal.parse().map_err(|_| Reason::HostInvalid)?;
        return Ok(Host::Address(IpAddr::V6(address)));
    }
    let name = name(host)?;
    if !ends_in_number(&name) {
        return Ok(Host::Name(name.into_owned()));
    }
    // `0x7f.1`, `2130706433`, `127.1` and the same in other digits: only what was written as four
    // decimal numbers is an address.
    match host.parse::<Ipv4Addr>() {
        Ok(address) => Ok(Host::Address(IpAddr::V4(address))),
        Err(_) => Err(Reason::HostInvalid),
    }
}

/// Longest name in DNS.
const MAX_NAME_BYTES: usize = 253;

/// A name in its ASCII form, within the lengths of DNS.
pub(super) fn name(host: &str) -> Result<Cow<'_, str>, Reason> {
    let read = || {
        let labels = host.split('.').map(label::read).collect::<Option<Vec<_>>>()?;
        let backward = labels.iter().any(|label| label.backward);
        // No top-level domain is a number, and an address ends in one.
        if labels.last().is_some_and(|last| last.number) {
            return None;
        }
        if backward && !labels.iter().all(label::stands_beside_backward) {
            return None;
        }
        Some(label::joined(host, &labels)).filter(|name| name.len() <= MAX_NAME_BYTES)
    };
    read().ok_or(Reason::HostInvalid)
}

/// Whether a reader may take the name for an IPv4 address: its last label is a number, decimal,
/// octal or hexadecimal, or looks like one.
fn ends_in_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let is_decimal = last.bytes().all(|byte| byte.is_ascii_digit());
    // No top-level domain begins with a digit, and every spelling of an address does.
    is_decimal || last.starts_with(|first: char| first.is_ascii_digit())
}
