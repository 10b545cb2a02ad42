//! Things named by handles: bounded, explicit, and never confused with what stood there before.

use portcullis_wire::call::Handle;

/// How many bits of a handle are the place; then come the generation and the kind.
const PLACE_BITS: u32 = 20;
const GENERATION_BITS: u32 = 9;
const GENERATIONS: u32 = 1 << GENERATION_BITS;

/// What a handle names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A policy.
    Policy = 1,
    /// A key set.
    Keys = 2,
    /// A principal.
    Principal = 3,
    /// A filter of records.
    Filter = 4,
    /// A principal whose token's signature is still being verified.
    Presumed = 5,
}

impl Kind {
    /// The kind that a handle says it is of.
    #[must_use]
    pub const fn of(handle: Handle) -> Option<Self> {
        match handle >> (PLACE_BITS + GENERATION_BITS) {
            1 => Some(Self::Policy),
            2 => Some(Self::Keys),
            3 => Some(Self::Principal),
            4 => Some(Self::Filter),
            5 => Some(Self::Presumed),
            _ => None,
        }
    }
}

/// Values of one kind. A handle that was given back stays unknown until its place has been used
/// again 512 times, so a stale one is noticed.
pub struct Slab<T> {
    kind: Kind,
    limit: usize,
    places: Vec<Place<T>>,
    free: Vec<u32>,
}

struct Place<T> {
    generation: u32,
    value: Option<T>,
}

impl<T> Slab<T> {
    /// Room for `limit` values.
    #[must_use]
    pub const fn new(kind: Kind, limit: usize) -> Self {
        Self { kind, limit, places: Vec::new(), free: Vec::new() }
    }

    /// Keeps a value. `None` if the limit is reached.
    pub fn insert(&mut self, value: T) -> Option<Handle> {
        let at = match self.free.pop() {
            Some(at) => at,
            None if self.places.len() < self.limit => {
                self.places.push(Place { generation: 0, value: None });
                // Giving back must not need memory.
                self.free.reserve_exact(self.places.capacity());
                self.places.len() as u32 - 1
            }
            None => return None,
        };
        let place = self.places.get_mut(at as usize)?;
        place.value = Some(value);
        Some((self.kind as u32) << (PLACE_BITS + GENERATION_BITS) | place.generation << PLACE_BITS | at)
    }

    /// The value that a handle names.
    #[inline]
    #[must_use]
    pub fn get(&self, handle: Handle) -> Option<&T> {
        let place = self.places.get((handle & ((1 << PLACE_BITS) - 1)) as usize)?;
        let known = (self.kind as u32) << GENERATION_BITS | place.generation;
        if handle >> PLACE_BITS == known { place.value.as_ref() } else { None }
    }

    /// The value that a handle names, to change it.
    #[must_use]
    pub fn get_mut(&mut self, handle: Handle) -> Option<&mut T> {
        self.get(handle)?;
        self.places.get_mut((handle & ((1 << PLACE_BITS) - 1)) as usize)?.value.as_mut()
    }

    /// Takes a value out. `None` if the handle is unknown.
    pub fn remove(&mut self, handle: Handle) -> Option<T> {
        self.get(handle)?;
        let at = handle & ((1 << PLACE_BITS) - 1);
        let place = self.places.get_mut(at as usize)?;
        place.generation = (place.generation + 1) % GENERATIONS;
        self.free.push(at);
        place.value.take()
    }

    /// Takes out every value for which `gone` says so.
    pub fn remove_where(&mut self, gone: impl Fn(&T) -> bool) {
        for (at, place) in self.places.iter_mut().enumerate() {
            if place.value.as_ref().is_some_and(&gone) {
                place.value = None;
                place.generation = (place.generation + 1) % GENERATIONS;
                self.free.push(at as u32);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_that_was_given_back_is_unknown() {
        let mut slab = Slab::new(Kind::Keys, 4);
        let first = slab.insert("first").unwrap();
        assert_eq!(slab.get(first), Some(&"first"));
        assert_eq!(slab.remove(first), Some("first"));
        let second = slab.insert("second").unwrap();
        assert_ne!(first, second);
        assert_eq!((slab.get(first).copied(), slab.remove(first)), (None, None));
        assert_eq!(slab.get(second), Some(&"second"));
    }

    #[test]
    fn a_handle_of_another_kind_is_unknown() {
        let mut keys = Slab::new(Kind::Keys, 4);
        let mut principals = Slab::new(Kind::Principal, 4);
        let (key, principal) = (keys.insert(1).unwrap(), principals.insert(1).unwrap());
        assert_eq!((keys.get(principal).copied(), principals.get(key).copied()), (None, None));
        assert_eq!(
            (Kind::of(key), Kind::of(principal), Kind::of(0)),
            (Some(Kind::Keys), Some(Kind::Principal), None)
        );
    }

    #[test]
    fn the_limit_holds() {
        let mut slab = Slab::new(Kind::Policy, 2);
        let handles = [slab.insert(()), slab.insert(())];
        assert!(handles.iter().all(Option::is_some));
        assert_eq!(slab.insert(()), None);
        slab.remove(handles[0].unwrap());
        assert!(slab.insert(()).is_some());
    }
}
