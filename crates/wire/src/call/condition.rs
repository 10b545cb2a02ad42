//! Conditions on their own: what is asked of them, and what they answer.

use alloc::{borrow::Cow, boxed::Box, collections::BTreeMap, string::String, vec::Vec};

use portcullis_json::Read;
use serde::{Deserialize, Serialize};

/// A value with its type: `{"int": "1"}`. Numbers are text, for they may be larger than JSON's.
///
/// `Debug` tells the type alone: a value may be personal.
#[derive(Clone, PartialEq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum TaggedValue<'a> {
    /// `{"null": null}`
    Null(()),
    /// `{"bool": true}`
    Bool(bool),
    /// `{"int": "-1"}`
    Int(#[serde(borrow)] Cow<'a, str>),
    /// `{"uint": "1"}`
    Uint(#[serde(borrow)] Cow<'a, str>),
    /// `{"double": "1.5"}`, `"NaN"`, `"Infinity"`, `"-Infinity"`
    Double(#[serde(borrow)] Cow<'a, str>),
    /// `{"string": "a"}`
    String(#[serde(borrow)] Cow<'a, str>),
    /// `{"bytes": "YQ=="}`: base64
    Bytes(#[serde(borrow)] Cow<'a, str>),
    /// `{"timestamp": "2024-05-06T07:08:09Z"}`: RFC 3339
    Timestamp(#[serde(borrow)] Cow<'a, str>),
    /// `{"duration": "1.5s"}`
    Duration(#[serde(borrow)] Cow<'a, str>),
    /// `{"type": "int"}`
    Type(#[serde(borrow)] Cow<'a, str>),
    /// `{"list": [{"int": "1"}]}`
    List(Vec<TaggedValue<'a>>),
    /// `{"map": [[{"string": "a"}, {"int": "1"}]]}`
    Map(Vec<(TaggedValue<'a>, TaggedValue<'a>)>),
}

impl TaggedValue<'_> {
    /// A copy that borrows nothing.
    #[must_use]
    pub fn to_static(&self) -> TaggedValue<'static> {
        let owned = |text: &str| Cow::Owned(text.into());
        match self {
            Self::Null(()) => TaggedValue::Null(()),
            Self::Bool(value) => TaggedValue::Bool(*value),
            Self::Int(text) => TaggedValue::Int(owned(text)),
            Self::Uint(text) => TaggedValue::Uint(owned(text)),
            Self::Double(text) => TaggedValue::Double(owned(text)),
            Self::String(text) => TaggedValue::String(owned(text)),
            Self::Bytes(text) => TaggedValue::Bytes(owned(text)),
            Self::Timestamp(text) => TaggedValue::Timestamp(owned(text)),
            Self::Duration(text) => TaggedValue::Duration(owned(text)),
            Self::Type(text) => TaggedValue::Type(owned(text)),
            Self::List(elements) => TaggedValue::List(elements.iter().map(Self::to_static).collect()),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| (key.to_static(), value.to_static()));
                TaggedValue::Map(entries.collect())
            }
        }
    }
}

impl core::fmt::Debug for TaggedValue<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Null(()) => "Null",
            Self::Bool(_) => "Bool(…)",
            Self::Int(_) => "Int(…)",
            Self::Uint(_) => "Uint(…)",
            Self::Double(_) => "Double(…)",
            Self::String(_) => "String(…)",
            Self::Bytes(_) => "Bytes(…)",
            Self::Timestamp(_) => "Timestamp(…)",
            Self::Duration(_) => "Duration(…)",
            Self::Type(_) => "Type(…)",
            Self::List(_) => "List(…)",
            Self::Map(_) => "Map(…)",
        })
    }
}

/// The type of a variable or a field: `"string"`, `{"list": "int"}`, `{"record": {"id": "string"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum DeclaredType {
    /// Any; told when the condition is evaluated.
    Dyn,
    /// null
    Null,
    /// true or false
    Bool,
    /// A signed integer of 64 bits.
    Int,
    /// An unsigned integer of 64 bits.
    Uint,
    /// A floating-point number of 64 bits.
    Double,
    /// Text.
    String,
    /// Bytes.
    Bytes,
    /// A point in time.
    Timestamp,
    /// A span of time.
    Duration,
    /// A list of this.
    List(Box<DeclaredType>),
    /// A map of these: keys, values.
    Map(Box<(DeclaredType, DeclaredType)>),
    /// These fields.
    Record(#[cfg_attr(feature = "typescript", tsify(type = "Record<string, DeclaredType>"))] DeclaredTypes),
    /// This, or null.
    Nullable(Box<DeclaredType>),
}

/// Names with their types.
pub type DeclaredTypes = BTreeMap<String, DeclaredType>;

/// What a condition is evaluated with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct Evaluation<'a> {
    /// The condition.
    #[serde(borrow)]
    pub expr: Cow<'a, str>,
    /// The variables. Names may hold dots.
    #[serde(borrow, default)]
    pub bindings: BTreeMap<Cow<'a, str>, TaggedValue<'a>>,
    /// The types of the variables; those of the bindings by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, DeclaredType>"))]
    pub types: Option<DeclaredTypes>,
    /// Variables that nothing is known of: the answer tells what is left to ask of them.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<Cow<'a, str>>,
    /// Whether to answer with the value of each node, too.
    #[serde(default)]
    pub explain: bool,
}

/// Answer to `condition.check`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ConditionChecked {
    /// Whether it can be evaluated.
    pub valid: bool,
    /// The type of its value.
    #[serde(rename = "type")]
    pub of: Option<String>,
    /// The condition in one form.
    pub text: Option<String>,
    /// The facts that it reads, each once.
    pub facts: Vec<String>,
    /// What is wrong with it.
    pub error: Option<ConditionError>,
}

/// Answer to `condition.eval`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ConditionEvaluated<'a> {
    /// Its value; null if it has none.
    #[serde(borrow)]
    pub value: Option<TaggedValue<'a>>,
    /// Why it has none.
    pub error: Option<ConditionError>,
    /// What is left to ask, where variables are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residual: Option<ResidualView>,
    /// The tree with the value of each node, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<ConditionNode>,
}

/// What is wrong with a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ConditionError {
    /// `parse`, `check`, `evaluation`, `limit` or `unsupported`.
    pub kind: Cow<'static, str>,
    /// Where, in bytes from the start.
    pub offset: u32,
    /// What is wrong, for people.
    pub message: String,
}

/// What is left of a condition when variables are not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum ResidualView {
    /// It holds whatever they are.
    Always,
    /// It does not hold, whatever they are.
    Never,
    /// It holds exactly if this holds.
    Depends {
        /// What is left, as a condition.
        expr: String,
        /// The facts that it reads, each once.
        facts: Vec<String>,
    },
}

/// A node of a condition, with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ConditionNode {
    /// Where it stands in the source: start and end in bytes.
    pub span: [u32; 2],
    /// Its value, as a condition writes it; `…` where the evaluation has no steps left to write it; null if
    /// it has none.
    pub value: Option<String>,
    /// Why it has none; null if it was not asked, as another node had decided already.
    pub error: Option<ConditionError>,
    /// Whether it is one of the leaves that decided the whole.
    pub decided: bool,
    /// The nodes below it.
    pub below: Vec<ConditionNode>,
}
