//! What a condition reads: paths to facts.

use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::fmt;

use crate::Value;

/// A variable and the fields that lead to the fact: `user.address.city`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    variable: Arc<str>,
    fields: Vec<Box<str>>,
    /// Whether brackets keep the variable apart from the fields.
    pub(crate) apart: bool,
}

impl Path {
    pub(crate) const fn new(variable: Arc<str>) -> Self {
        Self { variable, fields: Vec::new(), apart: false }
    }

    pub(crate) fn push(&mut self, field: Box<str>) {
        self.fields.push(field);
    }

    /// The declared variable.
    #[must_use]
    pub fn variable(&self) -> &str {
        &self.variable
    }

    /// The fields below it, outermost first.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = &str> {
        self.fields.iter().map(|field| &**field)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = if self.apart { ("(", ")") } else { ("", "") };
        write!(f, "{open}{}{close}", self.variable)?;
        self.fields.iter().try_for_each(|field| crate::print::field(f, field))
    }
}

/// What is known of a fact.
#[derive(Debug, Clone)]
pub enum Fact<'a> {
    /// It is there.
    Value(Value<'a>),
    /// It is not there.
    Missing {
        /// How many of the path's parts are there, the variable counted: 0 if it is missing itself, 1
        /// if it has no such first field. `has(a.b.c)` is false if only the last part is missing, and
        /// an error if more are.
        found: usize,
    },
    /// Nothing is known of it. [`crate::Condition::residual`] leaves it in; an evaluation that needs
    /// it fails.
    Unknown,
}

/// Where facts come from. Facts are asked for when an evaluation needs them, and may be asked for
/// several times; they must not change between.
pub trait Facts<'a> {
    /// The fact at a place of [`crate::Condition::facts`]; `path` is what stands there.
    fn fact(&self, place: usize, path: &Path) -> Fact<'a>;

    /// The value at a place, if it is there already and can be looked at where it stands. Who keeps
    /// values in an array answers this too, and comparisons copy nothing.
    fn resolved(&self, place: usize) -> Option<&Value<'a>> {
        let _ = place;
        None
    }
}

/// Facts that are resolved already, in the order of [`crate::Condition::facts`].
impl<'a> Facts<'a> for &[Fact<'a>] {
    fn fact(&self, place: usize, _: &Path) -> Fact<'a> {
        self.get(place).cloned().unwrap_or(Fact::Unknown)
    }

    fn resolved(&self, place: usize) -> Option<&Value<'a>> {
        match self.get(place) {
            Some(Fact::Value(value)) => Some(value),
            _ => None,
        }
    }
}

/// As for a slice.
impl<'a> Facts<'a> for Vec<Fact<'a>> {
    fn fact(&self, place: usize, path: &Path) -> Fact<'a> {
        self.as_slice().fact(place, path)
    }

    fn resolved(&self, place: usize) -> Option<&Value<'a>> {
        match self.get(place) {
            Some(Fact::Value(value)) => Some(value),
            _ => None,
        }
    }
}
