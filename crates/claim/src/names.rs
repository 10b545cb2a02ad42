//! Strings to dense indexes: the one table behind operation ids and tenant ids.

use alloc::{boxed::Box, vec::Vec};
use core::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Distinct names, numbered in the order of insertion. Names are kept once; the table holds indexes.
#[derive(Default, Clone)]
pub(crate) struct Names {
    names: Vec<Box<str>>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Names {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self {
            names: Vec::with_capacity(capacity),
            table: HashTable::with_capacity(capacity),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// Adds a name. `Err` with its index if it is there already.
    pub(crate) fn insert(&mut self, name: &str) -> Result<u32, u32> {
        if let Some(index) = self.get(name) {
            return Err(index);
        }
        let Self { names, table, hasher } = self;
        let index = u32::try_from(names.len()).unwrap_or(u32::MAX);
        names.push(name.into());
        table.insert_unique(hasher.hash_one(name), index, |&at| {
            hasher.hash_one(names.get(at as usize).map(AsRef::as_ref).unwrap_or_default())
        });
        Ok(index)
    }

    #[inline]
    pub(crate) fn get(&self, name: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(name);
        self.table.find(hash, |&at| self.name(at) == Some(name)).copied()
    }

    #[inline]
    pub(crate) fn name(&self, index: u32) -> Option<&str> {
        self.names.get(index as usize).map(AsRef::as_ref)
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }
}
