//! How a rename file names operations, and the lines that it is offered.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use hashbrown::{HashMap, HashSet};

use super::{SourceOperation, is_too_long, words::segment};

/// Every name that a rename file may give an operation, with the operations that have it.
pub(super) struct Keys {
    operations: HashMap<String, Vec<usize>>,
}

impl Keys {
    pub(super) fn new(operations: &[SourceOperation<'_>]) -> Self {
        let mut keys: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, operation) in operations.iter().enumerate() {
            for key in names(operation) {
                let holders = keys.entry(key).or_default();
                if holders.last() != Some(&at) {
                    holders.push(at);
                }
            }
        }
        Self { operations: keys }
    }

    /// The operations with this name.
    pub(super) fn find(&self, name: &str) -> &[usize] {
        self.operations.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The first name that only this operation has and that a line of a file can carry.
    fn of(&self, at: usize, operation: &SourceOperation<'_>) -> Option<String> {
        names(operation).find(|name| self.find(name) == [at] && fits_line(name))
    }
}

/// The names of an operation, the shortest first.
fn names(operation: &SourceOperation<'_>) -> impl Iterator<Item = String> {
    let route = format!("{} {}", operation.method, operation.path);
    let short = [operation.operation_id.map(ToOwned::to_owned), Some(route)];
    let in_group =
        operation.group.map(|group| short.clone().map(|name| name.map(|name| format!("{group}:{name}"))));
    short.into_iter().chain(in_group.into_iter().flatten()).flatten()
}

/// Whether the name comes back unchanged from a line `NAME = ID`, where `#` begins a comment.
fn fits_line(name: &str) -> bool {
    !name.is_empty() && name.trim() == name && !name.starts_with('#') && !name.contains(char::is_control)
}

/// Ids that settle problems: made of the whole path, parameters included, and the method.
pub(super) struct Proposals<'a> {
    root: &'a str,
    taken: HashSet<String>,
}

impl<'a> Proposals<'a> {
    /// Proposals that differ from the ids that are taken, and from each other.
    pub(super) fn new<'b>(root: &'a str, taken: impl Iterator<Item = &'b str>) -> Self {
        Self { root, taken: taken.map(ToOwned::to_owned).collect() }
    }

    /// A line for the rename file. None if no name tells the operation from all others.
    pub(super) fn line(&mut self, keys: &Keys, at: usize, operation: &SourceOperation<'_>) -> Option<String> {
        let name = keys.of(at, operation)?;
        let mut id = self.root.to_owned();
        let parts = [operation.group]
            .into_iter()
            .flatten()
            .chain(operation.path.split('/'))
            .chain([operation.method]);
        for part in parts {
            let ascii: String = part.chars().filter(char::is_ascii).collect();
            if let Ok(part) = segment(&ascii) {
                id.push('.');
                id.push_str(&part);
            }
        }
        // The number behind it needs room as well.
        if is_too_long(&format!("{id}-{}", u32::MAX)) {
            id = format!("{}.operation", self.root);
        }
        let plain = id.clone();
        let mut number: u32 = 1;
        while !self.taken.insert(id.clone()) {
            number = number.saturating_add(1);
            id = format!("{plain}-{number}");
        }
        Some(format!("{name} = {id}"))
    }
}
