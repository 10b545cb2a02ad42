//! Names as people spell them: `target_entity`, `targetEntity`, `TARGET-ENTITY` are one name.

use alloc::{string::String, vec::Vec};

/// Whether a name is this canonical one, without regard to case and separators.
#[must_use]
pub fn same(name: &str, canonical: &str) -> bool {
    !name.is_empty() && plain(name).eq(plain(canonical))
}

/// Whether a name is one of these.
#[must_use]
pub fn one_of(name: &str, canonical: &[&str]) -> bool {
    canonical.iter().any(|known| same(name, known))
}

/// What is left of a name without case and separators.
fn plain(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b' ')).map(|byte| byte.to_ascii_lowercase())
}

/// The words of a name, in lower case: `apiKey`, `API_KEY` and `api-key2` are `api`, `key`.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    crate::names::words(name).map(crate::case::lower).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_many_spellings() {
        for spelling in ["target_entity", "targetEntity", "TARGET-ENTITY", "Target Entity"] {
            assert!(same(spelling, "target_entity"), "{spelling}");
        }
        assert!(!same("target", "target_entity"));
        assert!(!same("", "_"));
    }

    #[test]
    fn words_are_found_in_every_spelling() {
        for spelling in ["api_key", "apiKey", "API-KEY", "APIKey", "api key"] {
            assert_eq!(words(spelling), ["api", "key"], "{spelling}");
        }
        assert_eq!(words("keyboard"), ["keyboard"]);
        assert_eq!(words("customer.SSN"), ["customer", "ssn"]);
    }
}
