//! The keys of an issuer: JWK Set (RFC 7517 section 5), and which of them a token means.

use crate::{
    Algorithm, Algorithms, ConfigurationError, Key, KeyProblem, KeyWarning, Rejection,
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
        let mut read = Vec::new();
        for (index, jwk) in entries(&document)?.iter().enumerate() {
            read.push(Key::read(index, jwk).map_err(|(kid, problem)| KeyWarning { index, kid, problem }));
        }
        let fits = Fits::of(read.iter().flatten());
        let reachable = read.iter().flatten().any(|key| fits.reachable(key));
        let warnings: Vec<KeyWarning> = read.iter().filter_map(|entry| fits.warning(entry)).collect();
        if !reachable {
            return Err(ConfigurationError::NoUsableKey(warnings));
        }
        Ok(Self { keys: read.into_iter().flatten().collect(), warnings })
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

/// Which algorithms several keys fit, in the whole set and for each `kid`.
struct Fits<'k> {
    all: Fitting,
    named: BTreeMap<Option<&'k str>, Fitting>,
}

/// Algorithms that keys fit.
struct Fitting {
    some: Algorithms,
    several: Algorithms,
}

impl Fitting {
    const NONE: Self = Self { some: Algorithms::NONE, several: Algorithms::NONE };

    fn add(&mut self, key: &Key) {
        self.several = self.several.union(self.some.intersection(key.algorithms()));
        self.some = self.some.union(key.algorithms());
    }
}

impl<'k> Fits<'k> {
    fn of(keys: impl Iterator<Item = &'k Key>) -> Self {
        let mut fits = Self { all: Fitting::NONE, named: BTreeMap::new() };
        for key in keys {
            fits.all.add(key);
            fits.named.entry(key.kid()).or_insert(Fitting::NONE).add(key);
        }
        fits
    }

    /// What other keys with the same `kid`, or equally none, fit too.
    fn clashing(&self, key: &Key) -> Algorithms {
        let several = self.named.get(&key.kid()).map_or(Algorithms::NONE, |named| named.several);
        several.intersection(key.algorithms())
    }

    /// What the operator should know of an entry.
    fn warning(&self, entry: &Result<Key, KeyWarning>) -> Option<KeyWarning> {
        match entry {
            Err(warning) => Some(warning.clone()),
            Ok(key) if self.clashing(key).is_empty() => None,
            Ok(key) => Some(KeyWarning {
                index: key.index(),
                kid: key.kid().map(Into::into),
                problem: KeyProblem::Clash,
            }),
        }
    }

    /// Whether there could be a token that this key verifies.
    fn reachable(&self, key: &Key) -> bool {
        let by_kid = key.kid().is_some() && !key.algorithms().without(self.clashing(key)).is_empty();
        by_kid || !key.algorithms().without(self.all.several).is_empty()
    }
}

#[cfg(test)]
mod tests;
