//! The Glushkov automaton of a pattern.
//!
//! It is made of the syntax tree as it is written: what a pattern is simplified to for a linear-time
//! engine no longer has the ways that a backtracking engine goes.

use alloc::{vec, vec::Vec};

use regex_syntax::{
    ast::{Ast, Repetition, RepetitionKind, RepetitionRange},
    hir::{
        Class, HirKind,
        translate::{Translator, TranslatorBuilder},
    },
};

/// A set of bytes.
type Bytes = [u64; 4];

/// A set of positions.
type Positions = u128;

/// Most characters of a pattern that are told apart; the rest is left out, so that what is found
/// is there, but not all is found.
const MAX_POSITIONS: usize = 128;

/// A bounded repetition of more rounds than this is as bad as one without a bound.
const MANY: u32 = 4;

pub(super) struct Automaton<'p> {
    pattern: &'p str,
    translator: Translator,
    /// What each position accepts.
    accepts: Vec<Bytes>,
    /// What may come after each position.
    follow: Vec<Positions>,
    /// Whether two loops lead from one position to another.
    doubled: bool,
}

/// A part of the pattern: whether it matches the empty text, where it begins and where it ends.
#[derive(Clone, Copy)]
struct Part {
    nullable: bool,
    first: Positions,
    last: Positions,
}

const EMPTY: Part = Part { nullable: true, first: 0, last: 0 };

impl<'p> Automaton<'p> {
    pub(super) fn new(pattern: &'p str, tree: &Ast) -> Self {
        let mut automaton = Self {
            pattern,
            translator: TranslatorBuilder::new().unicode(false).utf8(false).build(),
            accepts: Vec::new(),
            follow: Vec::new(),
            doubled: false,
        };
        automaton.part(tree);
        automaton
    }

    fn part(&mut self, tree: &Ast) -> Part {
        match tree {
            Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => EMPTY,
            Ast::Literal(_)
            | Ast::Dot(_)
            | Ast::ClassUnicode(_)
            | Ast::ClassPerl(_)
            | Ast::ClassBracketed(_) => self.character(tree),
            Ast::Repetition(repetition) => self.repetition(repetition),
            Ast::Group(group) => self.part(&group.ast),
            Ast::Concat(concat) => concat.asts.iter().fold(EMPTY, |before, part| {
                let next = self.part(part);
                self.after(before, next)
            }),
            Ast::Alternation(alternation) => {
                let none = Part { nullable: false, ..EMPTY };
                alternation.asts.iter().fold(none, |all, part| {
                    let next = self.part(part);
                    Part {
                        nullable: all.nullable || next.nullable,
                        first: all.first | next.first,
                        last: all.last | next.last,
                    }
                })
            }
        }
    }

    /// One character: what it may be is left to the translator.
    fn character(&mut self, tree: &Ast) -> Part {
        let accepts = match self.translator.translate(self.pattern, tree) {
            Ok(character) => match character.kind() {
                HirKind::Literal(literal) => {
                    literal.0.iter().fold([0; 4], |set, byte| union(&set, &bytes(*byte, *byte)))
                }
                HirKind::Class(class) => class_bytes(class),
                // A class of nothing.
                _ => [0; 4],
            },
            // A class that needs tables of Unicode: letters, and what is beyond ASCII.
            Err(_) => [b'A'..=b'Z', b'a'..=b'z', 127..=127]
                .into_iter()
                .fold([0; 4], |set, range| union(&set, &bytes(*range.start(), *range.end()))),
        };
        self.position(accepts)
    }

    fn position(&mut self, accepts: Bytes) -> Part {
        if self.accepts.len() >= MAX_POSITIONS {
            return EMPTY;
        }
        let position = bit(self.accepts.len());
        self.accepts.push(accepts);
        self.follow.push(0);
        Part { nullable: false, first: position, last: position }
    }

    fn after(&mut self, before: Part, next: Part) -> Part {
        self.lead(before.last, next.first);
        Part {
            nullable: before.nullable && next.nullable,
            first: if before.nullable { before.first | next.first } else { before.first },
            last: if next.nullable { before.last | next.last } else { next.last },
        }
    }

    fn lead(&mut self, from: Positions, to: Positions) {
        for (position, follow) in self.follow.iter_mut().enumerate() {
            if from & bit(position) != 0 {
                self.doubled |= *follow & to != 0;
                *follow |= to;
            }
        }
    }

    fn repetition(&mut self, repetition: &Repetition) -> Part {
        let (min, max) = match repetition.op.kind {
            RepetitionKind::ZeroOrOne => (0, Some(1)),
            RepetitionKind::ZeroOrMore => (0, None),
            RepetitionKind::OneOrMore => (1, None),
            RepetitionKind::Range(RepetitionRange::Exactly(rounds)) => (rounds, Some(rounds)),
            RepetitionKind::Range(RepetitionRange::AtLeast(min)) => (min, None),
            RepetitionKind::Range(RepetitionRange::Bounded(min, max)) => (min, Some(max)),
        };
        // `{1000}` counts to a thousand without a choice; two rounds behave alike. But many rounds of
        // what is repeated itself share a text in very many ways.
        let counts = max == Some(min) && (min <= MANY || !repeats(&repetition.ast));
        let (loops, rounds) = match max {
            Some(max) if counts => (false, max.min(2)),
            Some(max) if max <= MANY => (false, max),
            _ => (true, 1),
        };
        let mut whole = EMPTY;
        for round in 0..rounds {
            let mut next = self.part(&repetition.ast);
            next.nullable |= round >= min;
            whole = self.after(whole, next);
        }
        if loops {
            self.lead(whole.last, whole.first);
        }
        whole
    }

    /// Whether some text can be matched in two ways around one loop.
    pub(super) fn is_ambiguous(&self) -> bool {
        if self.doubled {
            return true;
        }
        let overlaps: Vec<Positions> = self
            .accepts
            .iter()
            .map(|one| {
                let overlapping = self.accepts.iter().enumerate().filter(|(_, other)| overlap(one, other));
                overlapping.fold(0, |all, (position, _)| all | bit(position))
            })
            .collect();
        let preceding: Vec<Positions> = (0..self.follow.len())
            .map(|to| {
                let from = self.follow.iter().enumerate().filter(|(_, follow)| **follow & bit(to) != 0);
                from.fold(0, |all, (position, _)| all | bit(position))
            })
            .collect();
        let reached = closure(&self.follow);
        let reaching = closure(&preceding);
        let mut seen: Positions = 0;
        reached.iter().zip(&reaching).enumerate().any(|(start, (reached, reaching))| {
            // The loop that the position is in; what is true of one of its positions is of all.
            let around = reached & reaching;
            if around & bit(start) == 0 || seen & bit(start) != 0 {
                return false;
            }
            seen |= around;
            let forward = pairs(start, &self.follow, &overlaps, around);
            let backward = pairs(start, &preceding, &overlaps, around);
            let mut rows = forward.iter().zip(&backward).enumerate();
            rows.any(|(position, (one, other))| one & other & !bit(position) != 0)
        })
    }
}

/// What can be reached from each position in some steps.
fn closure(next: &[Positions]) -> Vec<Positions> {
    let mut reached = next.to_vec();
    for middle in 0..reached.len() {
        let Some(beyond) = reached.get(middle).copied() else { break };
        for row in &mut reached {
            if *row & bit(middle) != 0 {
                *row |= beyond;
            }
        }
    }
    reached
}

/// Whether a part may take texts of different lengths.
fn repeats(tree: &Ast) -> bool {
    match tree {
        Ast::Repetition(repetition) => {
            !matches!(repetition.op.kind, RepetitionKind::Range(RepetitionRange::Exactly(_)))
                || repeats(&repetition.ast)
        }
        Ast::Group(group) => repeats(&group.ast),
        Ast::Concat(concat) => concat.asts.iter().any(repeats),
        Ast::Alternation(alternation) => alternation.asts.iter().any(repeats),
        _ => false,
    }
}

/// The pairs of positions that two readers of one text may have come to, both having begun at
/// `start` and neither having left `around`: a row of second positions for each first one.
fn pairs(start: usize, next: &[Positions], overlaps: &[Positions], around: Positions) -> Vec<Positions> {
    let mut seen: Vec<Positions> = vec![0; next.len()];
    let mut open = vec![(start, start)];
    while let Some((one, other)) = open.pop() {
        let (Some(ones), Some(others)) = (next.get(one), next.get(other)) else { continue };
        for (position, (row, overlap)) in seen.iter_mut().zip(overlaps).enumerate() {
            if ones & around & bit(position) == 0 {
                continue;
            }
            let mut new = others & around & overlap & !*row;
            *row |= new;
            while new != 0 {
                let second = new.trailing_zeros() as usize;
                new &= !bit(second);
                open.push((position, second));
            }
        }
    }
    seen
}

fn bit(position: usize) -> Positions {
    u32::try_from(position).ok().and_then(|position| 1_u128.checked_shl(position)).unwrap_or(0)
}

fn bytes(from: u8, to: u8) -> Bytes {
    let mut set = [0; 4];
    for byte in from..=to {
        if let Some(word) = set.get_mut(usize::from(byte >> 6)) {
            *word |= 1_u64 << (byte & 63);
        }
    }
    set
}

fn class_bytes(class: &Class) -> Bytes {
    match class {
        Class::Bytes(class) => {
            class.iter().fold([0; 4], |set, range| union(&set, &bytes(range.start(), range.end())))
        }
        // What is beyond ASCII is one letter.
        Class::Unicode(class) => class.iter().fold([0; 4], |set, range| {
            let ascii = |char: char| u8::try_from(char).unwrap_or(127).min(127);
            union(&set, &bytes(ascii(range.start()), ascii(range.end())))
        }),
    }
}

fn union(one: &Bytes, other: &Bytes) -> Bytes {
    let mut union = *one;
    for (word, more) in union.iter_mut().zip(other) {
        *word |= more;
    }
    union
}

fn overlap(one: &Bytes, other: &Bytes) -> bool {
    one.iter().zip(other).any(|(one, other)| one & other != 0)
}
