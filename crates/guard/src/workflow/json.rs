//! A JSON tree that keeps what a linter needs and other trees drop: the order of members, and every
//! member of a name that is repeated.

use alloc::{string::String, vec::Vec};
use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::Number;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object, with repeated names if the text has them.
    Object(Vec<(String, Json)>),
    /// A string whose text is JSON, as the storage dialect keeps configurations. What is inside is
    /// located at the string.
    Embedded(alloc::boxed::Box<Json>),
    /// A string where JSON text was expected, and is not.
    Unreadable(String),
}

impl Json {
    /// The string, if this is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) | Self::Unreadable(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if this is one.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Whether nothing is said: `null`, or an empty string, array or object.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::String(text) | Self::Unreadable(text) => text.trim().is_empty(),
            Self::Array(elements) => elements.is_empty(),
            Self::Object(members) => members.is_empty(),
            Self::Embedded(inside) => inside.is_blank(),
            Self::Bool(_) | Self::Number(_) => false,
        }
    }

    /// The same value for serde, without what only this tree can say.
    #[must_use]
    pub fn to_value(&self) -> serde_json::Value {
        use serde_json::Value;
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(number) => Value::Number(number.clone()),
            Self::String(text) | Self::Unreadable(text) => Value::String(text.clone()),
            Self::Array(elements) => elements.iter().map(Self::to_value).collect(),
            Self::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), value.to_value())).collect()
            }
            Self::Embedded(inside) => inside.to_value(),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Json;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }

            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(Json::Number(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
                Ok(Json::Number(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
                Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
            }

            fn visit_str<E>(self, text: &str) -> Result<Json, E> {
                Ok(Json::String(text.into()))
            }

            fn visit_string<E>(self, text: String) -> Result<Json, E> {
                Ok(Json::String(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json, A::Error> {
                let mut array = Vec::new();
                while let Some(element) = elements.next_element()? {
                    array.push(element);
                }
                Ok(Json::Array(array))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
                let mut object = Vec::new();
                while let Some(member) = members.next_entry()? {
                    object.push(member);
                }
                Ok(Json::Object(object))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

/// Opens the configurations that are kept as JSON text, at any depth.
pub(super) fn open_embedded(value: &mut Json) {
    match value {
        Json::Array(elements) => elements.iter_mut().for_each(open_embedded),
        Json::Object(members) => {
            for (name, member) in members {
                if let Json::String(text) = member
                    && holds_configuration(name)
                    && !text.trim().is_empty()
                {
                    *member = match serde_json::from_str::<Json>(text) {
                        Ok(inside @ (Json::Object(_) | Json::Array(_) | Json::Null)) => {
                            Json::Embedded(alloc::boxed::Box::new(inside))
                        }
                        _ => Json::Unreadable(core::mem::take(text)),
                    };
                }
                open_embedded(member);
            }
        }
        Json::Embedded(inside) => open_embedded(inside),
        _ => {}
    }
}

/// Whether a member of this name is a configuration: an object, or its text.
fn holds_configuration(name: &str) -> bool {
    ["config", "action_config", "condition_config", "notification_config", "auth_config", "retry_policy"]
        .iter()
        .any(|known| super::names::same(name, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_names_and_order_survive() {
        let Ok(Json::Object(members)) = serde_json::from_str(r#"{"b":1,"a":2,"b":3}"#) else { panic!() };
        let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "a", "b"]);
    }

    #[test]
    fn configurations_as_text_are_opened_and_broken_ones_are_marked() {
        let mut value: Json =
            serde_json::from_str(r#"{"actionConfig":"{\"config\":\"[1]\"}","config":"{","body":"{}"}"#)
                .unwrap();
        open_embedded(&mut value);
        let Json::Object(members) = value else { panic!() };
        assert!(matches!(&members[0].1, Json::Embedded(inside)
            if matches!(&**inside, Json::Object(m) if matches!(m[0].1, Json::Embedded(_)))));
        assert!(matches!(members[1].1, Json::Unreadable(_)));
        assert!(matches!(members[2].1, Json::String(_)));
    }
}
