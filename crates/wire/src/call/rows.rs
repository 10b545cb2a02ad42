//! What is left to ask of the rows of a table: a search as data, for whoever writes queries.
//!
//! A test is true or false of a row, never unknown: what the policy's conditions do where a field is
//! not there, and where nothing of a rule is left but that it fails, is worked in. There is no
//! negation, and a row for which no test holds is not found. So each test stands on its own:
//!
//! | test | holds if |
//! |---|---|
//! | `all`, `any` | all of these hold, or one; of none, `all` holds and `any` does not |
//! | `there`, `missing` | the column holds a value of its kind, or does not |
//! | `compare` | the column **holds a value of its kind**, and that stands in this relation to the given one |
//! | `compare_columns` | both do, and stand in this relation |
//!
//! Null is no value. Numbers that are not finite are none either, nor are points in time outside the
//! years 1 to 9999. Text compares by code points, every one of them counted.

use alloc::{borrow::Cow, vec::Vec};

use serde::{Deserialize, Serialize};

use super::TaggedValue;
use crate::policy::Storage;

/// Answer to `filter.rows`: which rows of a table a search finds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Rows<'a> {
    /// Every one.
    Always,
    /// None.
    Never,
    /// Those for which this holds.
    Where(#[serde(borrow)] RowTest<'a>),
}

/// A column that the policy names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Column<'a> {
    /// Its name in the table.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// What it holds.
    pub stored: Storage,
}

/// What is asked of a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum RowTest<'a> {
    /// All of these.
    All(#[serde(borrow)] Vec<RowTest<'a>>),
    /// One of these.
    Any(#[serde(borrow)] Vec<RowTest<'a>>),
    /// Whether this column holds something.
    There(#[serde(borrow)] Column<'a>),
    /// Whether it does not.
    Missing(#[serde(borrow)] Column<'a>),
    /// How a column compares with a value.
    Compare {
        /// The column.
        #[serde(borrow)]
        column: Column<'a>,
        /// The relation.
        is: Relation,
        /// The value: what the column may hold (integers for `unix_*`), or a list of such for `in` and `not_in`.
        #[serde(borrow)]
        to: TaggedValue<'a>,
    },
    /// How two columns compare that hold the same.
    CompareColumns {
        /// The column.
        #[serde(borrow)]
        column: Column<'a>,
        /// The relation.
        is: Relation,
        /// The other.
        #[serde(borrow)]
        to: Column<'a>,
    },
}

/// How a value stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// They are equal.
    Eq,
    /// They are not.
    Ne,
    /// It is less.
    Lt,
    /// It is less, or equal.
    Le,
    /// It is greater.
    Gt,
    /// It is greater, or equal.
    Ge,
    /// It is one of these.
    In,
    /// It is none of these.
    NotIn,
    /// Its start is the other.
    StartsWith,
    /// Its start is another.
    NotStartsWith,
    /// Its end is the other.
    EndsWith,
    /// Its end is another.
    NotEndsWith,
    /// The other is a part of it.
    Contains,
    /// The other is no part of it.
    NotContains,
}

impl Rows<'_> {
    /// A copy that borrows nothing.
    #[must_use]
    pub fn to_static(&self) -> Rows<'static> {
        match self {
            Self::Always => Rows::Always,
            Self::Never => Rows::Never,
            Self::Where(test) => Rows::Where(test.to_static()),
        }
    }
}

impl RowTest<'_> {
    fn to_static(&self) -> RowTest<'static> {
        match self {
            Self::All(tests) => RowTest::All(tests.iter().map(Self::to_static).collect()),
            Self::Any(tests) => RowTest::Any(tests.iter().map(Self::to_static).collect()),
            Self::There(column) => RowTest::There(column.to_static()),
            Self::Missing(column) => RowTest::Missing(column.to_static()),
            Self::Compare { column, is, to } => {
                RowTest::Compare { column: column.to_static(), is: *is, to: to.to_static() }
            }
            Self::CompareColumns { column, is, to } => {
                RowTest::CompareColumns { column: column.to_static(), is: *is, to: to.to_static() }
            }
        }
    }
}

impl Column<'_> {
    fn to_static(&self) -> Column<'static> {
        Column { name: Cow::Owned(self.name.as_ref().into()), stored: self.stored }
    }
}

impl Relation {
    /// The relation in which they stand if not in this one.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::Eq => Self::Ne,
            Self::Ne => Self::Eq,
            Self::Lt => Self::Ge,
            Self::Le => Self::Gt,
            Self::Gt => Self::Le,
            Self::Ge => Self::Lt,
            Self::In => Self::NotIn,
            Self::NotIn => Self::In,
            Self::StartsWith => Self::NotStartsWith,
            Self::NotStartsWith => Self::StartsWith,
            Self::EndsWith => Self::NotEndsWith,
            Self::NotEndsWith => Self::EndsWith,
            Self::Contains => Self::NotContains,
            Self::NotContains => Self::Contains,
        }
    }

    /// The relation in which the other stands to it, where the relation is one of order.
    #[must_use]
    pub const fn flipped(self) -> Self {
        match self {
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            other => other,
        }
    }
}
