//! Privacy rules: what of a thing somebody may find, see, open, bind, look for and change.
//!
//! Rules only grant, and those that match unite. Where none matches, what everyone else may do
//! applies. A rule that cannot be judged is never skipped: then nothing is granted at all.

pub(crate) mod filter;
mod load;
mod scan;

use alloc::{boxed::Box, vec::Vec};

use hashbrown::HashMap;
use portcullis_condition::Value as CelValue;
use portcullis_wire::{
    Value,
    policy::{FieldType, Storage, Written},
};

use crate::condition::{Bound, Condition, Failed, Foresight, typed};

/// Fields of a type, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Fields(u128);

/// More fields than this no type has.
pub(crate) const MAX_FIELDS: usize = 128;

impl Fields {
    pub(crate) const ALL: Self = Self(u128::MAX);

    pub(crate) const fn one(index: usize) -> Self {
        Self(if index < MAX_FIELDS { 1 << index } else { 0 })
    }

    #[inline]
    pub(crate) const fn has(self, index: usize) -> bool {
        index < MAX_FIELDS && self.0 >> index & 1 == 1
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are in both.
    pub(crate) const fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What may be done with one thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) find: bool,
    pub(crate) files: bool,
    pub(crate) create: bool,
    pub(crate) modify: bool,
    pub(crate) delete: bool,
    pub(crate) view: Fields,
    pub(crate) autobind: Fields,
    pub(crate) constrain: Fields,
}

impl Grant {
    /// Everything: for whom privacy rules do not bind.
    pub(crate) const ALL: Self = Self {
        find: true,
        files: true,
        create: true,
        modify: true,
        delete: true,
        view: Fields::ALL,
        autobind: Fields::ALL,
        constrain: Fields::ALL,
    };

    pub(crate) const fn unite(self, other: Self) -> Self {
        Self {
            find: self.find || other.find,
            files: self.files || other.files,
            create: self.create || other.create,
            modify: self.modify || other.modify,
            delete: self.delete || other.delete,
            view: self.view.and(other.view),
            autobind: self.autobind.and(other.autobind),
            constrain: self.constrain.and(other.constrain),
        }
    }

    /// Whether the thing is there at all for whoever has this grant.
    pub(crate) const fn knows(self) -> bool {
        self.find || !self.view.is_empty()
    }
}

/// A type of things, checked.
pub(crate) struct Type {
    pub(crate) name: Box<str>,
    pub(crate) exposed: bool,
    /// In the order of their names.
    pub(crate) fields: Vec<Field>,
    by_name: HashMap<Box<str>, usize>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) everyone_else: Grant,
}

/// A field of a type.
pub(crate) struct Field {
    pub(crate) name: Box<str>,
    pub(crate) field_type: FieldType,
    pub(crate) written: Written,
    pub(crate) always_constrainable: bool,
    /// The column that holds it, and what that holds.
    pub(crate) column: Option<(Box<str>, Storage)>,
}

/// A named rule.
pub(crate) struct Rule {
    pub(crate) name: Box<str>,
    pub(crate) condition: Condition,
    pub(crate) grant: Grant,
    /// It would grant `find`, but looks further than one relation away, which no search can.
    pub(crate) too_deep_to_find: bool,
}

impl Type {
    #[inline]
    pub(crate) fn field(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The names of these fields, in order.
    pub(crate) fn names(&self, fields: Fields) -> impl Iterator<Item = &str> {
        let shown = self.fields.iter().enumerate().filter(move |(index, _)| fields.has(*index));
        shown.map(|(_, field)| field.name.as_ref())
    }

    /// What is granted for a thing.
    ///
    /// # Errors
    /// If a rule cannot be judged.
    pub(crate) fn grant(&self, bound: &Bound<'_>) -> Result<Grant, Failed> {
        self.grant_by(bound, |_| {})
    }

    /// The same, and by which rules.
    ///
    /// # Errors
    /// As [`Type::grant`].
    pub(crate) fn grant_by(&self, bound: &Bound<'_>, mut by: impl FnMut(usize)) -> Result<Grant, Failed> {
        let mut united = None::<Grant>;
        for (index, rule) in self.rules.iter().enumerate() {
            if rule.condition.holds(bound)? {
                by(index);
                united = Some(united.unwrap_or_default().unite(rule.grant));
            }
        }
        Ok(united.unwrap_or(self.everyone_else))
    }

    /// What searches may come to for whoever asks.
    pub(crate) fn reach(&self, bound: &Bound<'_>) -> Reach {
        let mut constrain = Fields::ALL;
        let mut everyone = true;
        for rule in &self.rules {
            match rule.condition.without_resource(bound) {
                Foresight::Never => continue,
                Foresight::Always => everyone = false,
                Foresight::Depends => {}
            }
            if rule.grant.find {
                constrain = constrain.common(rule.grant.constrain);
            }
        }
        if everyone && self.everyone_else.find {
            constrain = constrain.common(self.everyone_else.constrain);
        }
        Reach { any: !self.rules.is_empty() || self.everyone_else != Grant::default(), constrain }
    }

    /// A thing as the conditions of whoever may see these fields see it: hidden fields are empty.
    pub(crate) fn seen<'v>(&self, record: &'v Value<'v>, fields: Fields) -> CelValue<'v> {
        let seen = record.members().unwrap_or_default().iter().filter_map(|(name, value)| {
            let index = self.field(name).filter(|index| fields.has(*index) && !value.is_null())?;
            let of = self.fields.get(index)?.field_type;
            Some((CelValue::string(name), typed(value, of, false)?))
        });
        CelValue::map(seen.collect())
    }
}

/// A rule looks one relation away at most where it grants `find`: no search follows further.
pub(crate) const MAX_FIND_DEPTH: usize = 2;

/// What searches of a type may come to, before any thing is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Whether there are rules at all that grant anything.
    pub(crate) any: bool,
    /// The fields that may be looked at in everything that could be found.
    pub(crate) constrain: Fields,
}
