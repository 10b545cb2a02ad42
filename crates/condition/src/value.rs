//! Values: what facts are, and what conditions evaluate to.

use alloc::{sync::Arc, vec::Vec};
use core::{fmt, ops::Deref};

use crate::{Duration, Kind, Timestamp, evaluate::Meter};

/// A value. It borrows from the facts, and from the condition, wherever it can.
///
/// `Debug` tells its type alone: it may be personal.
#[derive(Clone)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer.
    Uint(u64),
    /// A floating-point number.
    Double(f64),
    /// Text.
    String(Shared<'a, str>),
    /// Bytes.
    Bytes(Shared<'a, [u8]>),
    /// A point in time.
    Timestamp(Timestamp),
    /// A span of time.
    Duration(Duration),
    /// A type.
    Type(Kind),
    /// A list.
    List(Shared<'a, [Value<'a>]>),
    /// A map. Keys are strings, bools, ints and uints, and none is there twice.
    Map(Shared<'a, [(Value<'a>, Value<'a>)]>),
}

impl<'a> Value<'a> {
    /// Text that is borrowed.
    #[must_use]
    pub const fn string(text: &'a str) -> Self {
        Self::String(Shared::Borrowed(text))
    }

    /// The double nearest to decimal text: what `double("…")` gives. `NaN`, `Infinity` and
    /// `-Infinity` are names of doubles too.
    #[must_use]
    pub fn parse_double(text: &str) -> Option<Self> {
        portcullis_json::decimal::parse(text).map(Self::Double)
    }

    /// A list of these values.
    #[must_use]
    pub fn list(elements: Vec<Self>) -> Self {
        Self::List(Shared::Owned(elements.into()))
    }

    /// A map of these entries. Who makes one sees to it that keys are of the types that may be, and
    /// that none is there twice: of equal keys the first one is found.
    #[must_use]
    pub fn map(entries: Vec<(Self, Self)>) -> Self {
        Self::Map(Shared::Owned(entries.into()))
    }

    /// The type of this value.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(_) => Kind::Bool,
            Self::Int(_) => Kind::Int,
            Self::Uint(_) => Kind::Uint,
            Self::Double(_) => Kind::Double,
            Self::String(_) => Kind::String,
            Self::Bytes(_) => Kind::Bytes,
            Self::Timestamp(_) => Kind::Timestamp,
            Self::Duration(_) => Kind::Duration,
            Self::Type(_) => Kind::Type,
            Self::List(_) => Kind::List,
            Self::Map(_) => Kind::Map,
        }
    }

    /// Takes the steps of writing this value out from a stock; false, if there are too few. What one
    /// list holds many times is written many times, so a value may be longer than it is large.
    #[must_use]
    pub fn written_within(&self, steps: &mut u32) -> bool {
        let mut meter = Meter(*steps);
        let written = meter.write(self, 0).is_ok();
        *steps = meter.0;
        written
    }

    /// The same value, borrowed from this one.
    #[must_use]
    pub fn borrowed(&'a self) -> Self {
        match self {
            Self::String(text) => Self::String(Shared::Borrowed(text)),
            Self::Bytes(bytes) => Self::Bytes(Shared::Borrowed(bytes)),
            Self::List(elements) => Self::List(Shared::Borrowed(elements)),
            Self::Map(entries) => Self::Map(Shared::Borrowed(entries)),
            scalar => scalar.clone(),
        }
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn to_owned(&self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Uint(value) => Value::Uint(*value),
            Self::Double(value) => Value::Double(*value),
            Self::String(text) => Value::String(Shared::Owned(text.shared())),
            Self::Bytes(bytes) => Value::Bytes(Shared::Owned(bytes.shared())),
            Self::Timestamp(value) => Value::Timestamp(*value),
            Self::Duration(value) => Value::Duration(*value),
            Self::Type(kind) => Value::Type(*kind),
            Self::List(elements) => Value::list(elements.iter().map(Self::to_owned).collect()),
            Self::Map(entries) => {
                Value::map(entries.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
            }
        }
    }
}

/// As a condition writes it: the whole value, which may be personal.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::print::constant(f, self)
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().name())
    }
}

/// Something that is borrowed, or shared by counting.
#[derive(Debug)]
pub enum Shared<'a, T: ?Sized> {
    /// Borrowed.
    Borrowed(&'a T),
    /// Shared.
    Owned(Arc<T>),
}

impl<T: ?Sized> Shared<'_, T> {
    fn shared(&self) -> Arc<T>
    where
        for<'t> Arc<T>: From<&'t T>,
    {
        match self {
            Self::Borrowed(borrowed) => (*borrowed).into(),
            Self::Owned(owned) => Arc::clone(owned),
        }
    }
}

impl<T: ?Sized> Clone for Shared<'_, T> {
    fn clone(&self) -> Self {
        match self {
            Self::Borrowed(borrowed) => Self::Borrowed(borrowed),
            Self::Owned(owned) => Self::Owned(Arc::clone(owned)),
        }
    }
}

impl<T: ?Sized> Deref for Shared<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Borrowed(borrowed) => borrowed,
            Self::Owned(owned) => owned,
        }
    }
}
