//! Variables, and facts that may be there, missing or unknown.

use portcullis_condition::{Declarations, Fact, Facts, Path, Record, Type, Value};
use proptest::{collection::vec, prelude::*, sample::select};

/// What is known of each leaf of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knowledge {
    There,
    Missing,
    Unknown,
}

/// The leaves: paths with a value each.
pub const LEAVES: usize = 9;

/// One assignment of values, and what is known of them.
#[derive(Clone)]
pub struct World {
    pub values: Vec<Value<'static>>,
    pub known: Vec<Knowledge>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let leaves = PATHS.iter().zip(&self.values).zip(&self.known);
        f.debug_list()
            .entries(leaves.map(|((path, value), known)| format!("{path} = {value} {known:?}")))
            .finish()
    }
}

pub const PATHS: [&str; LEAVES] = ["b", "i", "u", "d", "s", "l", "r.b", "r.s", "r.i"];

pub fn declarations() -> Declarations {
    let record =
        Record::new("r").field("b", Type::Bool).field("s", Type::String.nullable()).field("i", Type::Int);
    Declarations::new()
        .variable("b", Type::Bool)
        .variable("i", Type::Int)
        .variable("u", Type::Uint)
        .variable("d", Type::Double)
        .variable("s", Type::String)
        .variable("l", Type::list(Type::Int))
        .variable("r", Type::record(record))
}

pub fn worlds() -> impl Strategy<Value = World> {
    let text = || select(&["", "a", "ab", "abc", "\u{e9}\u{1f512}"][..]).prop_map(Value::string);
    let int = || select(&[0, 1, 2, -1, 7, i64::MAX, i64::MIN][..]);
    let nullable = prop_oneof![3 => text(), 1 => Just(Value::Null)];
    let values = (
        any::<bool>().prop_map(Value::Bool),
        int().prop_map(Value::Int),
        select(&[0_u64, 1, 2, u64::MAX][..]).prop_map(Value::Uint),
        select(&[0.0, 1.0, -1.5, 2.0, 1e300, f64::NAN, f64::INFINITY][..]).prop_map(Value::Double),
        text(),
        vec(int(), 0..4).prop_map(|ints| Value::list(ints.into_iter().map(Value::Int).collect())),
        any::<bool>().prop_map(Value::Bool),
        nullable,
        int().prop_map(Value::Int),
    );
    let values = values.prop_map(|(b, i, u, d, s, l, rb, rs, ri)| vec![b, i, u, d, s, l, rb, rs, ri]);
    let known = prop_oneof![5 => Just(Knowledge::There), 1 => Just(Knowledge::Missing), 3 => Just(Knowledge::Unknown)];
    (values, vec(known, LEAVES)).prop_map(|(values, known)| World { values, known })
}

impl World {
    /// The same facts when everything is known of them.
    pub fn told(&self) -> Self {
        let known = self.known.iter().map(|known| match known {
            Knowledge::Unknown => Knowledge::There,
            other => *other,
        });
        Self { values: self.values.clone(), known: known.collect() }
    }

    /// The same values, and none of them missing.
    pub fn complete(&self) -> Self {
        Self { values: self.values.clone(), known: vec![Knowledge::There; LEAVES] }
    }
}

impl<'a> Facts<'a> for World {
    fn fact(&self, _: usize, path: &Path) -> Fact<'a> {
        let name = path.to_string();
        if name == "r" {
            return Fact::Missing { found: 0 };
        }
        let Some(leaf) = PATHS.iter().position(|known| *known == name) else {
            return Fact::Missing { found: path.fields().len() };
        };
        match self.known[leaf] {
            Knowledge::There => Fact::Value(self.values[leaf].clone()),
            Knowledge::Missing => Fact::Missing { found: path.fields().len() },
            Knowledge::Unknown => Fact::Unknown,
        }
    }
}
