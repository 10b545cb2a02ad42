//! The keys of an issuer: JWK Set (RFC 7517 section 5), and which of them a token means.

use crate::{
    Algorithm, ConfigurationError, Key, KeyProblem, KeyWarning, Rejection,
    json::{self, Json, Object},
};
use alloc::{collections::BTreeMap, vec::Vec};
use core::fmt;

/// The longest key set document that is read, in bytes: 1 MiB.
pub const MAX_KEY_SET_BYTES: usize = 1024 * 1024;

/// The usable keys of a document, and what is wrong with the others.
#[derive(Clone, PartialEq, Eq)]
pub struct KeySet {
    keys: Vec<Key>,
    warnings: Vec<KeyWarning>,
}

impl KeySet {
    /// Reads a JWK Set, or a single JWK. A key that cannot be used is left out with a warning,
    /// and does not affect the others.
    ///
    /// # Errors
    /// [`ConfigurationError`] if the document is too large, not strict JSON, of another form,
    /// or holds no key that could verify any token. Repeated names are an error only in the set
    /// itself; in a key they spoil the key.
    pub fn parse(document: &[u8]) -> Result<Self, ConfigurationError> {
        if document.len() > MAX_KEY_SET_BYTES {
            return Err(ConfigurationError::KeySetTooLarge);
        }
        let document = json::parse_marking_repeats(document).map_err(ConfigurationError::KeySetJson)?;
        let (mut keys, mut warnings) = (Vec::new(), Vec::new());
        for (index, jwk) in entries(&document)?.iter().enumerate() {
            match Key::read(index, jwk) {
                Ok(key) => keys.push(key),
                Err((kid, problem)) => warnings.push(KeyWarning { index, kid, problem }),
            }
        }
        let fits = Fits::count(&keys);
        for key in keys.iter().filter(|key| fits.clash(key)) {
            warnings.push(KeyWarning {
                index: key.index(),
                kid: key.kid().map(Into::into),
                problem: KeyProblem::Clash,
            });
        }
        warnings.sort_by_key(|warning| warning.index);
        if !keys.iter().any(|key| fits.reachable(key)) {
            return Err(ConfigurationError::NoUsableKey(warnings));
        }
        Ok(Self { keys, warnings })
    }

    /// The usable keys, in the order of the document.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// What the operator should know, in the order of the document.
    #[must_use]
    pub fn warnings(&self) -> &[KeyWarning] {
        &self.warnings
    }

    /// The one key for a token: of those with its `kid`, or of all when it has none, the one
    /// that fits its algorithm.
    pub(crate) fn pick(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<&Key, Rejection> {
        let mut named = self.keys.iter().filter(|key| kid.is_none() || key.kid() == kid).peekable();
        if named.peek().is_none() {
            return Err(Rejection::KidUnknown);
        }
        let mut fitting = named.filter(|key| key.algorithms().contains(algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            (Some(_), Some(_)) => Err(Rejection::KeyAmbiguous),
            (None, _) => Err(Rejection::KeyMismatch),
        }
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("KeySet")
            .field("keys", &self.keys)
            .field("warnings", &self.warnings.len())
            .finish()
    }
}

/// The entries of `keys`, or the document itself if it is a key.
fn entries<'d, 'a>(document: &'d Json<'a>) -> Result<&'d [Json<'a>], ConfigurationError> {
    let set = document.as_object().ok_or(ConfigurationError::KeySetForm)?;
    let mut lists = set.iter().filter(|(name, _)| *name == "keys");
    match (lists.next(), lists.next()) {
        (Some((_, list)), None) => list.as_array().ok_or(ConfigurationError::KeySetForm),
        (None, _) if is_key(set) => Ok(core::slice::from_ref(document)),
        _ => Err(ConfigurationError::KeySetForm),
    }
}

fn is_key(object: &Object<'_>) -> bool {
    object.get("kty").is_some()
}

/// How many keys fit an algorithm, in the whole set and for each `kid`.
struct Fits<'k> {
    all: BTreeMap<Algorithm, usize>,
    named: BTreeMap<(Option<&'k str>, Algorithm), usize>,
}

impl<'k> Fits<'k> {
    fn count(keys: &'k [Key]) -> Self {
        let (mut all, mut named) = (BTreeMap::new(), BTreeMap::new());
        for key in keys {
            for algorithm in key.algorithms().iter() {
                for count in [
                    all.entry(algorithm).or_insert(0_usize),
                    named.entry((key.kid(), algorithm)).or_insert(0),
                ] {
                    *count = count.saturating_add(1);
                }
            }
        }
        Self { all, named }
    }

    fn one_of_its_kid(&self, key: &Key, algorithm: Algorithm) -> bool {
        self.named.get(&(key.kid(), algorithm)) == Some(&1)
    }

    /// Whether another key has the same `kid`, or equally none, and fits the same algorithm.
    fn clash(&self, key: &Key) -> bool {
        key.algorithms().iter().any(|algorithm| !self.one_of_its_kid(key, algorithm))
    }

    /// Whether there could be a token that this key verifies.
    fn reachable(&self, key: &Key) -> bool {
        key.algorithms().iter().any(|algorithm| {
            self.all.get(&algorithm) == Some(&1) || key.kid().is_some() && self.one_of_its_kid(key, algorithm)
        })
    }
}

#[cfg(test)]
mod tests;
