//! May a request be sent to this URL, and to which of its addresses?
//!
//! ```text
//! text ─► spelling ─► authority ─► host ─► rules of the policy ─► addresses ─► connect
//!         characters  userinfo     labels  domain, port           all public
//! ```
//!
//! There is no parser of all URLs here: only the spellings that every reader reads alike are read,
//! and the tests show that the parser of clients finds the same host and port in each.
//!
//! The text is looked at before anything parses it: what parsers drop or repair (tabs, backslashes,
//! missing slashes) is where they disagree about the host. Whoever sends the request connects to the
//! addresses of the verdict and does not look the name up again.

mod address;
mod host;
mod label;
mod letters;
mod registry;
mod rules;
mod spelling;

use alloc::vec::Vec;
use core::net::IpAddr;

pub use address::special_purpose;
pub use registry::AS_OF;
pub use rules::Rules;
pub(crate) use spelling::is_invisible;

use host::Host;
use portcullis_wire::guard::WebhookReason as Reason;

/// Longest URL, in bytes.
pub const MAX_URL_BYTES: usize = 8192;

/// Most addresses of one name that are looked at.
pub const MAX_ADDRESSES: usize = 256;

/// Where a request may go, or why it may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The request may be sent, to one of these addresses.
    Allow {
        /// The host as it is asked for in DNS, in TLS and in the request.
        host: alloc::string::String,
        /// The port.
        port: u16,
        /// The addresses, as the resolver ordered them, each once.
        connect: Vec<IpAddr>,
    },
    /// No request may be sent.
    Block(Reason),
}

/// Checks a URL and what its host was resolved to. `addresses` are texts as a resolver prints them.
#[must_use]
pub fn check<A: AsRef<str>>(rules: &Rules, url: &str, addresses: &[A]) -> Verdict {
    match checked(rules, url, addresses) {
        Ok(verdict) => verdict,
        Err(reason) => Verdict::Block(reason),
    }
}

/// Checks all that can be said of a URL before its host is resolved.
///
/// # Errors
/// The reason to block it.
pub fn check_url(rules: &Rules, url: &str) -> Result<(), Reason> {
    target(rules, url).map(drop)
}

fn checked<A: AsRef<str>>(rules: &Rules, url: &str, addresses: &[A]) -> Result<Verdict, Reason> {
    let (host, port) = target(rules, url)?;
    let mut connect: Vec<IpAddr> = Vec::with_capacity(addresses.len().min(MAX_ADDRESSES));
    if let Host::Address(address) = host {
        public(address)?;
        connect.push(address);
    }
    if addresses.len() > MAX_ADDRESSES {
        return Err(Reason::AddressInvalid);
    }
    // One that is not public refuses the name: whoever answers for it chooses the order.
    for text in addresses {
        let address = address::parse(text.as_ref()).ok_or(Reason::AddressInvalid)?;
        public(address)?;
        if matches!(host, Host::Name(_)) && !connect.contains(&address) {
            connect.push(address);
        }
    }
    if connect.is_empty() {
        return Err(Reason::NotResolved);
    }
    Ok(Verdict::Allow { host: host.into_text(), port, connect })
}

fn public(address: IpAddr) -> Result<(), Reason> {
    match special_purpose(address) {
        Some(_) => Err(Reason::AddressNotPublic),
        None => Ok(()),
    }
}

/// The host and port of a URL that the rules allow, as far as they can tell without its addresses.
fn target(rules: &Rules, url: &str) -> Result<(Host, u16), Reason> {
    let authority = spelling::authority(url)?;
    let (userinfo, host, port) = spelling::parts(authority)?;
    if userinfo && !rules.allows_userinfo() {
        return Err(Reason::Userinfo);
    }
    let port = spelling::port(port)?;
    let host = host::read(host)?;
    match &host {
        Host::Address(_) if !rules.allows_ip_literals() => return Err(Reason::IpLiteral),
        Host::Address(address) => public(*address)?,
        Host::Name(name) if host::is_local(name) => return Err(Reason::HostLocal),
        Host::Name(name) if !rules.allows_domain(name) => return Err(Reason::DomainNotAllowed),
        Host::Name(_) => {}
    }
    if !rules.allows_port(port) {
        return Err(Reason::PortNotAllowed);
    }
    Ok((host, port))
}

#[cfg(test)]
mod tests;
