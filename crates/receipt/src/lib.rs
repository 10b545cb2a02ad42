//! Receipts: digests (SHA-256) of everything that a decision was made from.
//!
//! What is digested is JSON in one form, so that equal things have equal digests whoever wrote them:
//!
//! - members in the order of their names, by code points; nothing between tokens;
//! - in strings, escapes only where the grammar demands them, short where it has a short one;
//! - a number that is whole, and one of 64 bits or exact as a double, as an integer; any other as the
//!   16 hexadecimal digits of its double (IEEE 754) after a `#`, so that no two printers can differ.
//!
//! | digest | of |
//! |---|---|
//! | [`policy`] | the document; where a catalog file came beside it, a line feed and the catalog |
//! | [`claim`] | the claim's text, as it stands |
//! | [`facts`] | `{"credential", "request"}`: the request without `now`; the credential is null, `{"refused"}`, or the principal without its claim |
//!
//! Members of the facts that say nothing are left out as [`Request`] leaves them out.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]
extern crate alloc;

mod canonical;
mod facts;

use alloc::{format, string::String};

use portcullis_wire::{PrincipalFacts, Reason, Request, Value};
use sha2::{Digest, Sha256};

/// Who asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Asker<'a> {
    /// Somebody whose credential was refused.
    Refused(Reason),
    /// Somebody who was verified.
    Principal(PrincipalFacts<'a>),
}

/// The digest of a policy. `None` where two members of one object have one name.
#[must_use]
pub fn policy(document: &Value<'_>, catalog: Option<&Value<'_>>) -> Option<String> {
    let mut text = String::new();
    canonical::value(document, &mut text)?;
    if let Some(catalog) = catalog {
        text.push('\n');
        canonical::value(catalog, &mut text)?;
    }
    Some(digest(&text))
}

/// The digest of a permission claim.
#[must_use]
pub fn claim(text: &str) -> String {
    digest(text)
}

/// The digest of everything that is known of the caller and the request, but the claim and the time.
/// `None` where two members of one object have one name: the module reads no such request.
#[must_use]
pub fn facts(asker: &Option<Asker<'_>>, request: &Request<'_>) -> Option<String> {
    let mut text = String::new();
    let mut object = canonical::Object::new(&mut text);
    facts::asker(asker, object.member("credential"))?;
    facts::request(request, object.member("request"))?;
    object.end();
    Some(digest(&text))
}

/// Whether a text is a digest as receipts show it.
#[must_use]
pub fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn digest(text: &str) -> String {
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        digits.push_str(&format!("{byte:02x}"));
    }
    digits
}

#[cfg(test)]
mod tests;
