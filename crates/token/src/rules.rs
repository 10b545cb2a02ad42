//! The rules that a policy sets for tokens.

use crate::{Algorithm, Algorithms, ConfigurationError, RulesMistake};
use alloc::{string::String, vec, vec::Vec};

/// The largest leeway, in seconds.
const MAX_LEEWAY_S: u32 = 300;

/// What a policy says about tokens, not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesOptions {
    /// Values of `iss` that are accepted. Empty: any, and none is needed.
    pub issuers: Vec<String>,
    /// Values of `aud` of which a token must hold at least one. Empty: any, and none is needed.
    pub audiences: Vec<String>,
    /// Names of the algorithms that are accepted; at least one. That a key serves an algorithm
    /// is a condition besides.
    pub algorithms: Vec<String>,
    /// How far the clocks of issuer and host may differ, in seconds, 0 to 300.
    pub leeway_s: u32,
    /// Names of claims that must be present and not null. `exp` always must.
    pub required: Vec<String>,
    /// Values of `typ` that are accepted; at least one. `""` stands for a token without `typ`.
    /// Compared without case and without the prefix `application/` (RFC 7515 section 4.1.9).
    pub types: Vec<String>,
    /// What to do about ID tokens.
    pub id_tokens: IdTokens,
}

impl Default for RulesOptions {
    /// Any issuer and audience, no algorithm yet, 30 seconds of leeway, the types absent, `JWT`
    /// and `at+jwt`, no ID tokens.
    fn default() -> Self {
        Self {
            issuers: Vec::new(),
            audiences: Vec::new(),
            algorithms: Vec::new(),
            leeway_s: 30,
            required: Vec::new(),
            types: vec!["".into(), "JWT".into(), "at+jwt".into()],
            id_tokens: IdTokens::Reject,
        }
    }
}

/// What to do about a token that looks like an ID token of OpenID Connect: one that is not
/// typed `at+jwt` and holds `nonce`, `at_hash`, `c_hash` or `s_hash`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum IdTokens {
    /// Refuse it: it speaks to a client about a login, and grants nothing.
    #[default]
    Reject,
    /// Accept it, for issuers that put a nonce into access tokens.
    Accept,
}

/// Checked rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    pub(crate) issuers: Vec<String>,
    pub(crate) audiences: Vec<String>,
    pub(crate) algorithms: Algorithms,
    pub(crate) leeway_s: u32,
    pub(crate) required: Vec<String>,
    types: Vec<String>,
    pub(crate) id_tokens: IdTokens,
}

impl Rules {
    /// Checks the options.
    ///
    /// # Errors
    /// [`ConfigurationError::Rules`] with every mistake: an unknown algorithm, a list without
    /// the entries it needs, an empty issuer or audience, or a leeway out of range.
    pub fn new(options: RulesOptions) -> Result<Self, ConfigurationError> {
        let mut mistakes = Vec::new();
        let mut mistake = |field, index, problem| {
            mistakes.push(RulesMistake { field, index, problem });
        };
        for (field, list) in [("issuers", &options.issuers), ("audiences", &options.audiences)] {
            for (index, entry) in list.iter().enumerate() {
                if entry.is_empty() {
                    mistake(field, Some(index), "an empty value; expected a string");
                }
            }
        }
        if options.algorithms.is_empty() {
            mistake("algorithms", None, "an empty list; expected at least one algorithm");
        }
        let mut algorithms = Algorithms::NONE;
        for (index, name) in options.algorithms.iter().enumerate() {
            match Algorithm::parse(name) {
                Some(algorithm) => algorithms.insert(algorithm),
                None => mistake(
                    "algorithms",
                    Some(index),
                    "an unknown algorithm; expected HS, RS, PS or ES with 256, 384 or 512, or EdDSA",
                ),
            }
        }
        if options.leeway_s > MAX_LEEWAY_S {
            mistake("leeway_s", None, "too large; expected 0 to 300 seconds");
        }
        if options.types.is_empty() {
            mistake("types", None, "an empty list; expected at least one type");
        }
        if !mistakes.is_empty() {
            return Err(ConfigurationError::Rules(mistakes));
        }
        Ok(Self {
            issuers: options.issuers,
            audiences: options.audiences,
            algorithms,
            leeway_s: options.leeway_s,
            required: options.required,
            types: options.types,
            id_tokens: options.id_tokens,
        })
    }

    /// Whether a `typ` is accepted; `None` stands for a header without one.
    pub(crate) fn accept_type(&self, typ: Option<&str>) -> bool {
        self.types.iter().any(|accepted| match typ {
            None => accepted.is_empty(),
            Some(typ) => !accepted.is_empty() && is_media_type(typ, accepted),
        })
    }
}

/// Whether two media types are the same, without regard to case and to the prefix
/// `application/`.
pub(crate) fn is_media_type(a: &str, b: &str) -> bool {
    fn short(media_type: &str) -> &str {
        match media_type.split_once('/') {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application") => rest,
            _ => media_type,
        }
    }
    short(a).eq_ignore_ascii_case(short(b))
}

#[cfg(test)]
mod tests {
    use super::{Rules, RulesOptions, is_media_type};
    use crate::ConfigurationError;
    use alloc::{vec, vec::Vec};

    #[test]
    fn every_mistake_is_reported_at_once() {
        let options = RulesOptions {
            issuers: vec!["https://issuer.test".into(), "".into()],
            audiences: vec!["".into()],
            algorithms: vec!["RS256".into(), "none".into(), "rs256".into()],
            leeway_s: 301,
            types: Vec::new(),
            ..RulesOptions::default()
        };
        let Err(ConfigurationError::Rules(mistakes)) = Rules::new(options) else {
            unreachable!("the options are full of mistakes");
        };
        let found: Vec<_> = mistakes.iter().map(|mistake| (mistake.field, mistake.index)).collect();
        assert_eq!(
            found,
            [
                ("issuers", Some(1)),
                ("audiences", Some(0)),
                ("algorithms", Some(1)),
                ("algorithms", Some(2)),
                ("leeway_s", None),
                ("types", None),
            ]
        );
    }

    #[test]
    fn rules_without_an_algorithm_are_a_mistake() {
        assert!(Rules::new(RulesOptions::default()).is_err());
    }

    #[test]
    fn eddsa_may_be_written_by_its_new_name() {
        for name in ["EdDSA", "Ed25519"] {
            let options = RulesOptions { algorithms: vec![name.into()], ..RulesOptions::default() };
            assert!(Rules::new(options).unwrap().algorithms.contains(crate::Algorithm::EdDsa));
        }
    }

    #[test]
    fn media_types_are_compared_without_case_and_prefix() {
        assert!(is_media_type("application/AT+JWT", "at+jwt"));
        assert!(is_media_type("Application/at+jwt", "application/at+JWT"));
        assert!(is_media_type("jwt", "JWT"));
        assert!(!is_media_type("text/jwt", "jwt"));
        assert!(!is_media_type("application/application/jwt", "jwt"));
        assert!(!is_media_type("jwt ", "jwt"));
        assert!(!is_media_type("application/", "jwt"));
    }
}
