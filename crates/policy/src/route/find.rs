//! The search for the templates that match a request and that no other beats.

use alloc::vec::Vec;

use portcullis_claim::sort;

use super::RouteMiss;
use super::path;
use super::scan::until_slash;
use super::specificity::{Kind, Specificity};
use super::trie::{Loose, Method, Node, Router};

/// What a search may cost, in nodes visited and mixed segments tried. Only a catalog whose
/// templates overlap by the thousand gets there.
const MAX_STEPS: usize = 8 * 1024;

/// So many bytes of a segment compared with a mixed one cost a step.
const BYTES_A_STEP: usize = 64;

/// The operations that a request may be: at least one, in ascending order, none twice.
///
/// There is one unless templates overlap crosswise. A request may be any of them, so it is allowed
/// only if all of them are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matches {
    first: u32,
    // Empty, and thus not allocated, for the usual single match.
    rest: Vec<u32>,
}

impl Matches {
    /// The operations, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        core::iter::once(self.first).chain(self.rest.iter().copied())
    }

    /// The operation, if there is only one.
    pub fn single(&self) -> Option<u32> {
        self.rest.is_empty().then_some(self.first)
    }
}

pub(super) fn find(router: &Router, method: &str, path: &str) -> Result<Matches, RouteMiss> {
    let path = path::parse(path)?;
    let mut search = Search {
        method: router.method(method),
        steps: MAX_STEPS,
        known_path: false,
        best: None,
        others: Vec::new(),
    };
    search.walk(&router.root, path.strip_prefix('/'), 1, Specificity::LITERAL)?;
    search.matches()
}

/// A template that matches, and how closely.
#[derive(Clone, Copy)]
struct Candidate {
    specificity: Specificity,
    operation: u32,
}

struct Search {
    /// None for a method that is not in the catalog.
    method: Option<Method>,
    /// What is left of [`MAX_STEPS`].
    steps: usize,
    /// A template matches, whatever its methods.
    known_path: bool,
    /// The candidates that none beats.
    best: Option<Candidate>,
    others: Vec<Candidate>,
}

impl Search {
    /// Collects the templates below `node` that match the segments `rest`, or end here if there are
    /// none. `lane` is the bit of the first of them in a [`Specificity`].
    fn walk(
        &mut self,
        mut node: &Node,
        mut rest: Option<&str>,
        mut lane: u64,
        specificity: Specificity,
    ) -> Result<(), RouteMiss> {
        loop {
            self.spend(self.others.len().saturating_add(1))?;
            // Nothing below can be more specific than this.
            if self.is_beaten(specificity) {
                return Ok(());
            }
            let Some(text) = rest else {
                self.arrive(node, specificity);
                return Ok(());
            };
            let end = until_slash(text.as_bytes());
            let segment = text.get(..end).unwrap_or_default();
            rest = text.get(end.saturating_add(1)..);
            let literal = node.literals.get(segment);
            // All other ways take at least one character.
            if let Some(loose) = &node.loose
                && !segment.is_empty()
            {
                if let Some(child) = literal {
                    self.walk(child, rest, lane.wrapping_shl(1), specificity)?;
                }
                return self.walk_loose(node, loose, segment, rest, lane, specificity);
            }
            let Some(child) = literal else {
                return Ok(());
            };
            node = child;
            lane = lane.wrapping_shl(1);
        }
    }

    /// Collects the templates behind the ways from `node` that take `segment`, literals apart.
    fn walk_loose(
        &mut self,
        node: &Node,
        loose: &Loose,
        segment: &str,
        rest: Option<&str>,
        lane: u64,
        specificity: Specificity,
    ) -> Result<(), RouteMiss> {
        // A mixed segment is the best that can be had here.
        if self.is_beaten(specificity.lowered(lane, Kind::Mixed)) {
            return Ok(());
        }
        let next_lane = lane.wrapping_shl(1);
        for (mixed, child) in &loose.mixed {
            self.spend((segment.len() / BYTES_A_STEP).saturating_add(1))?;
            if mixed.matches(segment) {
                self.walk(child, rest, next_lane, specificity.lowered(lane, Kind::Mixed))?;
            }
        }
        if let Some(child) = &loose.parameter {
            self.walk(child, rest, next_lane, specificity.lowered(lane, Kind::Parameter))?;
        }
        let again = loose.repeats.then_some(node);
        for child in loose.multi.iter().chain(again) {
            self.walk(child, rest, next_lane, specificity.lowered(lane, Kind::Multi))?;
        }
        Ok(())
    }

    fn spend(&mut self, steps: usize) -> Result<(), RouteMiss> {
        self.steps = self.steps.checked_sub(steps).ok_or(RouteMiss::TooLong)?;
        Ok(())
    }

    fn is_beaten(&self, specificity: Specificity) -> bool {
        let mut candidates = self.best.iter().chain(&self.others);
        candidates.any(|candidate| candidate.specificity.beats(specificity))
    }

    /// Takes the template that ends at `node`, which is not beaten, as a candidate.
    fn arrive(&mut self, node: &Node, specificity: Specificity) {
        self.known_path |= !node.ends.is_empty();
        let Some(operation) = self.method.and_then(|method| node.operation(method)) else {
            return;
        };
        let candidate = Candidate { specificity, operation };
        self.others.retain(|other| !specificity.beats(other.specificity));
        match self.best {
            Some(best) if !specificity.beats(best.specificity) => self.others.push(candidate),
            _ => self.best = Some(candidate),
        }
    }

    fn matches(self) -> Result<Matches, RouteMiss> {
        let Some(best) = self.best else {
            let miss = if self.known_path { RouteMiss::WrongMethod } else { RouteMiss::UnknownPath };
            return Err(miss);
        };
        if self.others.is_empty() {
            return Ok(Matches { first: best.operation, rest: Vec::new() });
        }
        let mut rest: Vec<u32> = self.others.iter().map(|other| other.operation).collect();
        rest.push(best.operation);
        let mut rest = sort::sorted_by_key(&rest, |operation| *operation);
        rest.dedup();
        let first = rest.remove(0);
        Ok(Matches { first, rest })
    }
}
