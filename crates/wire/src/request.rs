//! The facts of a request, gathered by the host before it asks.

use alloc::{borrow::Cow, boxed::Box, vec::Vec};
use core::fmt;

use portcullis_json::{Json, Read, Reader};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{SeqAccess, Visitor},
};

use crate::{
    Value,
    facts::{CredentialFacts, DataFacts, Origin, ResourceFacts, SearchFacts, Surface},
};

/// What the host knows of a request. An operation is named by its id, or by method and path.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct Request<'a> {
    /// The operation's id, for callers that route by themselves. Not together with method and path.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Cow<'a, str>>,
    /// The HTTP method, in the case in which it came.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Cow<'a, str>>,
    /// The request target's path as it came, not decoded; a query is passed over.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Cow<'a, str>>,
    /// The values of the tenant header: null, one, or a list where it came more than once.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "typescript", tsify(type = "string | string[] | null"))]
    pub tenant: Values<'a>,
    /// Whether the request carries `Origin` and `Access-Control-Request-Method`: a CORS preflight.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub preflight: bool,
    /// The time of the request, in seconds since 1970. A principal that expires needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<f64>,

    /// Which door it came to. It follows from what is asked for, and must agree if it is said; only
    /// `app` must be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surface: Option<Surface>,
    /// Whether it comes from outside, or from the application itself.
    #[serde(default, skip_serializing_if = "Origin::is_external")]
    pub origin: Origin,
    /// The workflow to run, by name; not together with an operation or a path.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<Cow<'a, str>>,
    /// The branch of the application; `live` by default.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<Cow<'a, str>>,
    /// A credential that is not a token with a claim. Not together with a principal.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Box<CredentialFacts<'a>>>,
    /// Who the caller is, as conditions see it.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", tsify(type = "unknown"))]
    pub user: Option<Box<Value<'a>>>,
    /// Parameters of the body.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", tsify(type = "unknown"))]
    pub params: Option<Box<Value<'a>>>,
    /// Parameters of the query.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", tsify(type = "unknown"))]
    pub query: Option<Box<Value<'a>>>,
    /// What is said of the action itself: `request.action` of conditions.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", tsify(type = "unknown"))]
    pub action: Option<Box<Value<'a>>>,
    /// What is said of the circumstances: `request.context` of conditions. It never sets the time.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", tsify(type = "unknown"))]
    pub context: Option<Box<Value<'a>>>,
    /// The one thing that the operation or workflow is about.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Box<ResourceFacts<'a>>>,
    /// What is asked of things of a type.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Box<DataFacts<'a>>>,
    /// Candidates of the searches that the workflow's conditions look at.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub searches: Vec<SearchFacts<'a>>,
}

/// What came where one value may come: a header, or the permission claim.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Values<'a> {
    /// Nothing came.
    #[default]
    Absent,
    /// One value came.
    One(Cow<'a, str>),
    /// Several came.
    Several,
}

impl<'a> Values<'a> {
    /// Sums up the values of a header.
    pub fn collect(values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut values = values.into_iter();
        match (values.next(), values.next()) {
            (None, _) => Self::Absent,
            (Some(value), None) => Self::One(Cow::Borrowed(value)),
            _ => Self::Several,
        }
    }
}

/// Values may be credentials.
impl fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::One(_) => "One(…)",
            Self::Several => "Several",
        })
    }
}

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::One(value) => serializer.serialize_str(value),
            Self::Several => ["", ""].serialize(serializer),
        }
    }
}

impl<'a> Read<'a> for Values<'a> {
    fn blank() -> Self {
        Self::Absent
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        *self = match json {
            Json::Null => Self::Absent,
            Json::String(value) => Self::One(Cow::Borrowed(value)),
            Json::Array(_) => {
                let mut values: Vec<Cow<'a, str>> = Vec::new();
                if !values.read(json, reader) {
                    return false;
                }
                match values.pop() {
                    None => Self::Absent,
                    Some(value) if values.is_empty() => Self::One(value),
                    Some(_) => Self::Several,
                }
            }
            other => return reader.wrong(other, "null, a string, or a list of strings"),
        };
        true
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Values<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrSeveral;

        impl<'de> Visitor<'de> for OneOrSeveral {
            type Value = Values<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("null, a string, or a list of strings")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Values::Absent)
            }

            fn visit_none<E>(self) -> Result<Self::Value, E> {
                Ok(Values::Absent)
            }

            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
                Ok(Values::One(Cow::Borrowed(value)))
            }

            fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                Ok(Values::One(Cow::Owned(value.into())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let first: Option<Cow<'de, str>> = list.next_element()?;
                let mut several = false;
                while list.next_element::<Cow<'de, str>>()?.is_some() {
                    several = true;
                }
                Ok(match first {
                    None => Values::Absent,
                    Some(_) if several => Values::Several,
                    Some(value) => Values::One(value),
                })
            }
        }

        deserializer.deserialize_any(OneOrSeveral)
    }
}
