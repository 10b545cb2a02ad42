//! What commands about claims have in common: a claim that is known to be valid, mistakes shown where
//! they are, the tenant half in words.

use std::borrow::Cow;

use portcullis::Session;
use portcullis_wire::call::{Call, ClaimErrorView, ClaimValidated, OnClaim, TenantSetView};

use crate::{
    failure::Failure,
    hint,
    output::{BAD, Plain},
};

/// How much of a long claim is shown on either side of a mistake, in characters.
const AROUND: usize = 36;
/// Most ids of a list that are shown.
const MOST_IDS: usize = 6;

/// Asks the module about a claim.
///
/// # Errors
/// If the module does not answer.
pub fn validate(session: &mut Session, claim: &str) -> Result<ClaimValidated, Failure> {
    let policy = session.policy().policy;
    Ok(session.ask(&Call::ClaimValidate(OnClaim { policy, claim: Cow::Borrowed(claim) }))?)
}

/// Refuses a claim that is not valid.
///
/// # Errors
/// [`Failure::Claim`], with the place of the mistake and what may have been meant.
pub fn require(session: &mut Session, claim: &str) -> Result<(), Failure> {
    match validate(session, claim)?.error {
        None => Ok(()),
        Some(error) => {
            let hint = hint(session, claim, &error)?;
            Err(Failure::Claim { claim: claim.to_owned(), error, hint })
        }
    }
}

/// What may have been meant by a target that is not there.
///
/// # Errors
/// If the module does not answer.
pub fn hint(session: &mut Session, claim: &str, error: &ClaimErrorView) -> Result<Option<String>, Failure> {
    let rule = Rule::all(claim).find(|rule| rule.end() >= error.offset as usize);
    match rule {
        Some(rule) if error.kind == "unknown_target" => hint::target(session, rule.target()),
        _ => Ok(None),
    }
}

/// The claim, or the part of it around a mistake, with a mark below the mistake.
#[must_use]
pub fn marked(claim: &str, error: &ClaimErrorView) -> String {
    let chars: Vec<char> = claim.chars().collect();
    let at = claim.get(..error.offset as usize).unwrap_or(claim).chars().count();
    let (from, to) = (at.saturating_sub(AROUND), (at + AROUND).min(chars.len()));
    let piece = |range: &[char]| Plain(&range.iter().collect::<String>()).to_string();
    let before = format!("{}{}", if from > 0 { "…" } else { "" }, piece(&chars[from..at]));
    let after = format!("{}{}", piece(&chars[at..to]), if to < chars.len() { "…" } else { "" });
    let indent = " ".repeat(before.chars().count());
    let (offset, expected) = (error.offset, &error.expected);
    format!("  {before}{after}\n  {indent}{BAD}^{BAD:#} byte {offset}: expected {expected}\n")
}

/// A rule of a valid claim, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule<'a> {
    /// The rule as written.
    pub text: &'a str,
    /// Its first byte in the claim.
    pub start: usize,
}

impl<'a> Rule<'a> {
    /// The rules of a claim.
    pub fn all(claim: &'a str) -> impl Iterator<Item = Self> {
        claim.split(';').scan(0, |next, text| {
            let start = *next;
            *next += text.len() + 1;
            Some(Self { text, start })
        })
    }

    /// The tenant rule of a claim. No catalog has the root `tenants`.
    #[must_use]
    pub fn tenants(claim: &'a str) -> Option<Self> {
        Self::all(claim).find(|rule| rule.target() == "tenants" || rule.target().starts_with("tenants:"))
    }

    /// The byte after its last.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// What the rule is about.
    #[must_use]
    pub fn target(&self) -> &'a str {
        target(self.text)
    }

    /// The rule as it is shown: long lists of tenants are cut.
    #[must_use]
    pub fn shown(&self) -> Cow<'a, str> {
        shown(self.text)
    }
}

/// What a rule is about.
#[must_use]
pub fn target(rule: &str) -> &str {
    rule.get(2..).unwrap_or_default()
}

/// A rule as it is shown: long lists of tenants are cut.
#[must_use]
pub fn shown(rule: &str) -> Cow<'_, str> {
    match rule.match_indices(',').nth(MOST_IDS - 1) {
        Some((at, _)) => Cow::Owned(format!("{},…", &rule[..at])),
        None => Cow::Borrowed(rule),
    }
}

/// Which tenants a claim allows, in words.
#[must_use]
pub fn tenants_in_words(claim: &str) -> String {
    let Some(rule) = Rule::tenants(claim) else {
        return "no rule: only where a single tenant is served".into();
    };
    let allow = rule.text.starts_with('a');
    match target(rule.text).strip_prefix("tenants:") {
        None if allow => "all".into(),
        None => "none".into(),
        Some(list) => {
            let ids: Vec<&str> = list.split(',').collect();
            format!("{} {}", if allow { "only" } else { "all except" }, ids_in_words(&ids))
        }
    }
}

/// A set of tenants, in words; none if it is empty.
#[must_use]
pub fn set_in_words(set: &TenantSetView) -> Option<String> {
    match (set.all_but, set.ids.is_empty()) {
        (false, true) => None,
        (false, false) => Some(ids_in_words(&set.ids)),
        (true, true) => Some("all".into()),
        (true, false) => Some(format!("all except {}", ids_in_words(&set.ids))),
    }
}

fn ids_in_words<T: AsRef<str>>(ids: &[T]) -> String {
    let shown: Vec<&str> = ids.iter().take(MOST_IDS).map(AsRef::as_ref).collect();
    match ids.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_know_their_place() {
        let claim = "d:r;a:r.tenants;a:tenants:A,B";
        let rules: Vec<_> = Rule::all(claim).collect();
        assert!(rules.iter().all(|rule| &claim[rule.start..rule.end()] == rule.text));
        assert_eq!(Rule::tenants(claim), rules.last().copied());
        assert_eq!(Rule::tenants("d:r;a:r.tenants"), None);
    }

    #[test]
    fn tenants_in_words_say_what_the_rule_says() {
        for (claim, words) in [
            ("a:r", "no rule: only where a single tenant is served"),
            ("a:r;a:tenants", "all"),
            ("a:r;d:tenants", "none"),
            ("a:r;a:tenants:A,B", "only A, B"),
            ("a:r;d:tenants:A,B,C,D,E,F,G,H", "all except A, B, C, D, E, F and 2 more"),
        ] {
            assert_eq!(tenants_in_words(claim), words);
        }
        assert_eq!(shown("a:tenants:A,B,C,D,E,F"), "a:tenants:A,B,C,D,E,F");
        assert_eq!(shown("a:tenants:A,B,C,D,E,F,G"), "a:tenants:A,B,C,D,E,F,…");
    }

    #[test]
    fn a_mistake_is_marked_where_it_is() {
        let error = |offset| ClaimErrorView { kind: "effect".into(), offset, expected: "`a` or `d`".into() };
        let shown = |claim, offset| anstream::adapter::strip_str(&marked(claim, &error(offset))).to_string();
        assert_eq!(shown("a:r;x:r", 4), "  a:r;x:r\n      ^ byte 4: expected `a` or `d`\n");
        assert_eq!(shown("é;x", 3), "  é;x\n    ^ byte 3: expected `a` or `d`\n");
        let long = format!("{};x", "a:r;".repeat(50));
        let text = shown(&long, 201);
        assert!(text.starts_with("  …") && text.contains(";x\n") && text.len() < 120, "{text}");
    }
}
