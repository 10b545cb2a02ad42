//! Types, and which variables have which.

use alloc::{format, string::String, sync::Arc, vec::Vec};
use core::fmt;

use crate::Value;

/// A static type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Any type; told when the condition is evaluated.
    Dyn,
    /// `null_type`
    Null,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `uint`
    Uint,
    /// `double`
    Double,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// `google.protobuf.Timestamp`
    Timestamp,
    /// `google.protobuf.Duration`
    Duration,
    /// `type`
    Type,
    /// A list with elements of one type.
    List(Arc<Type>),
    /// A map with keys of one type and values of another.
    Map(Arc<Type>, Arc<Type>),
    /// A record: its fields are known by name. A record is a map with string keys when the condition
    /// is evaluated.
    Record(Arc<Record>),
    /// A value of this type, or null: what CEL calls a wrapper.
    Nullable(Arc<Type>),
}

impl Type {
    /// A list of this.
    #[must_use]
    pub fn list(element: Self) -> Self {
        Self::List(Arc::new(element))
    }

    /// A map of these.
    #[must_use]
    pub fn map(key: Self, value: Self) -> Self {
        Self::Map(Arc::new(key), Arc::new(value))
    }

    /// This or null.
    #[must_use]
    pub fn nullable(self) -> Self {
        Self::Nullable(Arc::new(self))
    }

    /// A record.
    #[must_use]
    pub fn record(record: Record) -> Self {
        Self::Record(Arc::new(record))
    }

    /// The type of a value.
    #[must_use]
    pub fn of(value: &Value<'_>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Bool,
            Value::Int(_) => Self::Int,
            Value::Uint(_) => Self::Uint,
            Value::Double(_) => Self::Double,
            Value::String(_) => Self::String,
            Value::Bytes(_) => Self::Bytes,
            Value::Timestamp(_) => Self::Timestamp,
            Value::Duration(_) => Self::Duration,
            Value::Type(_) => Self::Type,
            Value::List(elements) => {
                Self::list(elements.iter().map(Self::of).reduce(Self::join).unwrap_or(Self::Dyn))
            }
            Value::Map(entries) => {
                let types = entries.iter().map(|(key, value)| (Self::of(key), Self::of(value)));
                let joined =
                    types.reduce(|(keys, values), (key, value)| (keys.join(key), values.join(value)));
                let (keys, values) = joined.unwrap_or((Self::Dyn, Self::Dyn));
                Self::map(keys, values)
            }
        }
    }

    /// The type without the possibility of null.
    pub(crate) fn present(&self) -> &Self {
        match self {
            Self::Nullable(inner) => inner,
            other => other,
        }
    }

    /// Whether a value of the one type may be of the other.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Dyn, _)
            | (_, Self::Dyn)
            | (Self::Null, Self::Nullable(_))
            | (Self::Nullable(_), Self::Null) => true,
            (Self::Nullable(one), other) | (other, Self::Nullable(one)) => one.agrees(other.present()),
            (Self::List(one), Self::List(other)) => one.agrees(other),
            (Self::Map(key, value), Self::Map(other_key, other_value)) => {
                key.agrees(other_key) && value.agrees(other_value)
            }
            // A record is a map to whoever asks for one.
            (Self::Record(_), Self::Map(key, _)) | (Self::Map(key, _), Self::Record(_)) => {
                key.agrees(&Self::String)
            }
            (one, other) => one == other,
        }
    }

    /// The type of a value that is of the one type or of the other.
    pub(crate) fn join(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Nullable(one), Self::Null) | (Self::Null, Self::Nullable(one)) => Self::Nullable(one),
            (Self::Nullable(one), other) | (other, Self::Nullable(one)) if *one == other => {
                Self::Nullable(one)
            }
            (Self::List(one), Self::List(other)) => Self::list((*one).clone().join((*other).clone())),
            (Self::Map(key, value), Self::Map(other_key, other_value)) => Self::map(
                (*key).clone().join((*other_key).clone()),
                (*value).clone().join((*other_value).clone()),
            ),
            _ => Self::Dyn,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dyn => "dyn",
            Self::Null => "null_type",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Double => "double",
            Self::String => "string",
            Self::Bytes => "bytes",
            Self::Timestamp => "timestamp",
            Self::Duration => "duration",
            Self::Type => "type",
            Self::List(element) => return write!(f, "list({element})"),
            Self::Map(key, value) => return write!(f, "map({key}, {value})"),
            Self::Record(record) => &record.name,
            Self::Nullable(inner) => return write!(f, "{inner} or null"),
        })
    }
}

/// A record: fields with their types. A copy shares their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    name: Arc<str>,
    fields: Vec<(Arc<str>, Type)>,
}

impl Record {
    /// A record without fields. The name is for people.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), fields: Vec::new() }
    }

    /// With one more field; of two fields with one name, the later one stands.
    #[must_use]
    #[inline(never)] // It is called in many places and runs when a policy is loaded.
    pub fn field(mut self, name: &str, of: Type) -> Self {
        set(&mut self.fields, name, of);
        self
    }

    /// The type of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Type> {
        get(&self.fields, name)
    }

    /// The names of its fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| &**name)
    }
}

/// The variables that a condition may use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declarations {
    variables: Vec<(Arc<str>, Type)>,
    /// Whether a name holds dots.
    dotted: bool,
}

impl Declarations {
    /// No variables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more variable; of two with one name, the later one stands. The name may hold dots:
    /// the longest declared name that a path begins with is the variable.
    #[must_use]
    #[inline(never)] // It is called in many places and runs when a policy is loaded.
    pub fn variable(mut self, name: &str, of: Type) -> Self {
        set(&mut self.variables, name, of);
        self.dotted |= name.contains('.');
        self
    }

    /// The type of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Type> {
        get(&self.variables, name)
    }

    /// The names of the variables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|(name, _)| &**name)
    }

    /// The variables that a name may be; a row of names with dots between them, if it is `dotted`.
    pub(crate) fn variables(&self, dotted: bool) -> &[(Arc<str>, Type)] {
        if dotted && !self.dotted { &[] } else { &self.variables }
    }
}

fn set(list: &mut Vec<(Arc<str>, Type)>, name: &str, of: Type) {
    match list.iter_mut().find(|(known, _)| &**known == name) {
        Some((_, known)) => *known = of,
        None => list.push((name.into(), of)),
    }
}

fn get<'l>(list: &'l [(Arc<str>, Type)], name: &str) -> Option<&'l Type> {
    list.iter().find(|(known, _)| &**known == name).map(|(_, of)| of)
}

/// The type of a value when a condition is evaluated: what `type(x)` gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null_type`
    Null,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `uint`
    Uint,
    /// `double`
    Double,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// `google.protobuf.Timestamp`
    Timestamp,
    /// `google.protobuf.Duration`
    Duration,
    /// `type`
    Type,
    /// `list`
    List,
    /// `map`
    Map,
}

impl Kind {
    /// Those with dots in their names.
    pub(crate) const DOTTED: [Self; 2] = [Self::Timestamp, Self::Duration];

    pub(crate) const ALL: [Self; 12] = [
        Self::Null,
        Self::Bool,
        Self::Int,
        Self::Uint,
        Self::Double,
        Self::String,
        Self::Bytes,
        Self::Timestamp,
        Self::Duration,
        Self::Type,
        Self::List,
        Self::Map,
    ];

    /// The name of the type in conditions.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Double => "double",
            Self::String => "string",
            Self::Bytes => "bytes",
            Self::Timestamp => "google.protobuf.Timestamp",
            Self::Duration => "google.protobuf.Duration",
            Self::Type => "type",
            Self::List => "list",
            Self::Map => "map",
        }
    }

    /// The type with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// For messages: the type and what it is the type of.
pub(crate) fn listed(types: &[Type]) -> String {
    let mut text = String::new();
    for of in types {
        text.push_str(if text.is_empty() { "" } else { ", " });
        text.push_str(&format!("{of}"));
    }
    text
}
