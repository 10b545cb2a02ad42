//! The Glushkov automaton of a pattern.
//!
//! It is made of the pattern as it is written: what a pattern is simplified to for a linear-time engine
//! no longer has the ways that a backtracking engine goes.

use alloc::{vec, vec::Vec};

use super::{
    positions::{MAX_POSITIONS, Positions},
    read::{Chars, Tree},
};

/// A bounded repetition of more rounds than this is as bad as one without a bound.
const MANY: u32 = 4;

/// Most parts that are gone through, those of repeated rounds each time: rounds within rounds multiply.
const MAX_PARTS: u32 = 4096;

/// Most pairs of positions that are looked at.
const MAX_PAIRS: u32 = 100_000;

/// What an automaton tells of its pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ways {
    /// Each text is matched in one way around every loop.
    One,
    /// Some text is matched in two ways around one loop.
    Several,
    /// The pattern is too large to tell.
    Unknown,
}

/// How many ways a pattern has around its loops.
pub(super) fn ways(pattern: &Tree) -> Ways {
    let mut automaton = Automaton {
        accepts: Vec::new(),
        follow: Vec::new(),
        doubled: false,
        parts: MAX_PARTS,
        pairs: MAX_PAIRS,
    };
    if automaton.part(pattern).is_none() {
        return Ways::Unknown;
    }
    match automaton.is_ambiguous() {
        Some(false) => Ways::One,
        Some(true) => Ways::Several,
        None => Ways::Unknown,
    }
}

struct Automaton {
    /// What each position accepts.
    accepts: Vec<Chars>,
    /// What may come after each position.
    follow: Vec<Positions>,
    /// Whether two loops lead from one position to another.
    doubled: bool,
    parts: u32,
    pairs: u32,
}

/// A part of the pattern: whether it matches the empty text, where it begins and where it ends.
#[derive(Clone)]
struct Part {
    nullable: bool,
    first: Positions,
    last: Positions,
}

const EMPTY: Part = Part { nullable: true, first: Positions::NONE, last: Positions::NONE };

impl Automaton {
    /// Adds a part; none if the pattern is too large.
    fn part(&mut self, tree: &Tree) -> Option<Part> {
        self.parts = self.parts.checked_sub(1)?;
        Some(match tree {
            Tree::Empty => EMPTY,
            Tree::Char(accepts) => self.position(*accepts)?,
            Tree::Repeat(of, min, max) => self.repetition(of, *min, *max)?,
            Tree::Concat(parts) => {
                let mut whole = EMPTY;
                for part in parts {
                    let next = self.part(part)?;
                    whole = self.after(whole, next);
                }
                whole
            }
            Tree::Either(parts) => {
                let mut any = Part { nullable: false, ..EMPTY };
                for part in parts {
                    let next = self.part(part)?;
                    any.nullable |= next.nullable;
                    any.first.add(&next.first);
                    any.last.add(&next.last);
                }
                any
            }
        })
    }

    fn position(&mut self, accepts: Chars) -> Option<Part> {
        if self.accepts.len() >= MAX_POSITIONS {
            return None;
        }
        let position = Positions::one(self.accepts.len());
        self.accepts.push(accepts);
        self.follow.push(Positions::NONE);
        Some(Part { nullable: false, first: position.clone(), last: position })
    }

    fn after(&mut self, before: Part, next: Part) -> Part {
        self.lead(&before.last, &next.first);
        let (mut first, mut last) = (before.first, next.last);
        if before.nullable {
            first.add(&next.first);
        }
        if next.nullable {
            last.add(&before.last);
        }
        Part { nullable: before.nullable && next.nullable, first, last }
    }

    fn lead(&mut self, from: &Positions, to: &Positions) {
        for position in from.iter() {
            if let Some(follow) = self.follow.get_mut(position) {
                self.doubled |= follow.meets(to);
                follow.add(to);
            }
        }
    }

    fn repetition(&mut self, of: &Tree, min: u32, max: Option<u32>) -> Option<Part> {
        // `{1000}` counts to a thousand without a choice; two rounds behave alike. But many rounds of
        // what is repeated itself share a text in very many ways.
        let counts = max == Some(min) && (min <= MANY || !repeats(of));
        let (loops, rounds) = match max {
            Some(max) if counts => (false, max.min(2)),
            Some(max) if max <= MANY => (false, max),
            _ => (true, 1),
        };
        let mut whole = EMPTY;
        for round in 0..rounds {
            let mut next = self.part(of)?;
            next.nullable |= round >= min;
            whole = self.after(whole, next);
        }
        if loops {
            self.lead(&whole.last, &whole.first);
        }
        Some(whole)
    }

    /// Whether some text can be matched in two ways around one loop; none if that would take too long.
    fn is_ambiguous(&mut self) -> Option<bool> {
        if self.doubled {
            return Some(true);
        }
        let all = || 0..self.accepts.len();
        let where_so = |so: &dyn Fn(usize) -> bool| Positions::of(all().filter(|at| so(*at)));
        let overlaps: Vec<Positions> = self
            .accepts
            .iter()
            .map(|one| where_so(&|other| self.accepts.get(other).is_some_and(|other| one & other != 0)))
            .collect();
        let preceding: Vec<Positions> = all()
            .map(|to| where_so(&|from| self.follow.get(from).is_some_and(|follow| follow.has(to))))
            .collect();
        let reached = closure(&self.follow);
        let reaching = closure(&preceding);
        let mut seen = Positions::NONE;
        for (start, (reached, reaching)) in reached.iter().zip(&reaching).enumerate() {
            // The loop that the position is in; what is true of one of its positions is of all.
            let around = reached.both(reaching);
            if !around.has(start) || seen.has(start) {
                continue;
            }
            seen.add(&around);
            let forward = pairs(start, &self.follow, &overlaps, &around, &mut self.pairs)?;
            let backward = pairs(start, &preceding, &overlaps, &around, &mut self.pairs)?;
            let mut rows = forward.iter().zip(&backward).enumerate();
            if rows.any(|(position, (one, other))| one.both(other).iter().any(|second| second != position)) {
                return Some(true);
            }
        }
        Some(false)
    }
}

/// What can be reached from each position in some steps.
fn closure(next: &[Positions]) -> Vec<Positions> {
    let mut reached = next.to_vec();
    for middle in 0..reached.len() {
        let Some(beyond) = reached.get(middle).cloned() else { break };
        for row in &mut reached {
            if row.has(middle) {
                row.add(&beyond);
            }
        }
    }
    reached
}

/// Whether a part may take texts of different lengths.
fn repeats(tree: &Tree) -> bool {
    match tree {
        Tree::Empty | Tree::Char(_) => false,
        Tree::Repeat(of, min, max) => *max != Some(*min) || repeats(of),
        Tree::Concat(parts) | Tree::Either(parts) => parts.iter().any(repeats),
    }
}

/// The pairs of positions that two readers of one text may have come to, both having begun at
/// `start` and neither having left `around`: a row of second positions for each first one.
fn pairs(
    start: usize,
    next: &[Positions],
    overlaps: &[Positions],
    around: &Positions,
    left: &mut u32,
) -> Option<Vec<Positions>> {
    let mut seen = vec![Positions::NONE; next.len()];
    let mut open = vec![(start, start)];
    while let Some((one, other)) = open.pop() {
        *left = left.checked_sub(1)?;
        let (Some(ones), Some(others)) = (next.get(one), next.get(other)) else { continue };
        let others = others.both(around);
        for position in ones.both(around).iter() {
            let (Some(row), Some(overlap)) = (seen.get_mut(position), overlaps.get(position)) else {
                continue;
            };
            for second in others.both(overlap).iter() {
                if !row.has(second) {
                    row.add(&Positions::one(second));
                    open.push((position, second));
                }
            }
        }
    }
    Some(seen)
}
