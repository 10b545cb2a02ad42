//! Verified tokens that one session remembers, by the SHA-256 of the token.

use std::collections::HashMap;

use crate::Digest;

/// Most tokens that are remembered: half of the principals that a module keeps.
const MAX_TOKENS: usize = 32_768;

/// A verified token: its principal in the module, and the time for which that is known to be good.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cached {
    pub(crate) principal: u32,
    /// The time for which it was verified. Before it, the token may not have been good yet.
    pub(crate) verified: f64,
    pub(crate) expires: f64,
}

/// A bounded cache of two generations: when the young one is full it becomes the old one, and what
/// is still in the old one goes. What is used again moves to the young one and stays.
#[derive(Debug)]
pub(crate) struct TokenCache {
    young: HashMap<Digest, Cached>,
    old: HashMap<Digest, Cached>,
    half: usize,
}

impl TokenCache {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), half: capacity.min(MAX_TOKENS).div_ceil(2) }
    }

    /// The principal of a token that is good at `now`. Principals to release go to `gone`.
    pub(crate) fn get(&mut self, token: &Digest, now: f64, gone: &mut Vec<u32>) -> Option<Cached> {
        let cached = match self.young.get(token) {
            Some(cached) => *cached,
            None => {
                let cached = self.old.remove(token)?;
                self.put(*token, cached, gone);
                cached
            }
        };
        if now < cached.verified {
            return None;
        }
        if now < cached.expires {
            return Some(cached);
        }
        self.young.remove(token);
        gone.push(cached.principal);
        None
    }

    pub(crate) fn put(&mut self, token: Digest, cached: Cached, gone: &mut Vec<u32>) {
        if self.half == 0 {
            gone.push(cached.principal);
            return;
        }
        if self.young.len() >= self.half && !self.young.contains_key(&token) {
            let old = std::mem::replace(&mut self.old, std::mem::take(&mut self.young));
            gone.extend(old.into_values().map(|cached| cached.principal));
        }
        if let Some(before) = self.young.insert(token, cached)
            && before.principal != cached.principal
        {
            gone.push(before.principal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(at: u32) -> Digest {
        Digest::of(&at.to_be_bytes())
    }

    #[test]
    fn an_ended_token_is_forgotten_and_its_principal_released() {
        let (mut cache, mut gone) = (TokenCache::new(8), Vec::new());
        let cached = Cached { principal: 7, verified: 50.0, expires: 100.0 };
        cache.put(token(1), cached, &mut gone);
        assert_eq!(cache.get(&token(1), 99.9, &mut gone), Some(cached));
        assert_eq!(cache.get(&token(1), 100.0, &mut gone), None);
        assert_eq!(gone, [7]);
        assert_eq!(cache.get(&token(1), 60.0, &mut gone), None);
    }

    #[test]
    fn a_token_is_verified_again_where_the_clock_went_back() {
        let (mut cache, mut gone) = (TokenCache::new(8), Vec::new());
        let (late, early) = (
            Cached { principal: 7, verified: 50.0, expires: 100.0 },
            Cached { principal: 8, verified: 40.0, expires: 100.0 },
        );
        cache.put(token(1), late, &mut gone);
        assert_eq!(cache.get(&token(1), 49.9, &mut gone), None);
        assert_eq!(cache.get(&token(1), f64::NAN, &mut gone), None);
        assert_eq!(gone, [7]);
        cache.put(token(1), late, &mut gone);
        cache.put(token(1), early, &mut gone);
        assert_eq!(gone, [7, 7]);
        assert_eq!(cache.get(&token(1), 49.9, &mut gone), Some(early));
    }

    #[test]
    fn it_never_holds_more_than_its_capacity_and_releases_the_rest() {
        let (mut cache, mut gone) = (TokenCache::new(100), Vec::new());
        for at in 0..10_000 {
            cache.put(token(at), Cached { principal: at, verified: 0.0, expires: f64::MAX }, &mut gone);
            assert!(cache.young.len() + cache.old.len() <= 100);
            assert_eq!(gone.len() + cache.young.len() + cache.old.len(), at as usize + 1);
        }
    }

    #[test]
    fn what_is_used_stays() {
        let (mut cache, mut gone) = (TokenCache::new(100), Vec::new());
        let kept = Cached { principal: u32::MAX, verified: 0.0, expires: f64::MAX };
        cache.put(token(u32::MAX), kept, &mut gone);
        for at in 0..10_000 {
            cache.put(token(at), Cached { principal: at, verified: 0.0, expires: f64::MAX }, &mut gone);
            assert_eq!(cache.get(&token(u32::MAX), 0.0, &mut gone), Some(kept));
        }
    }
}
