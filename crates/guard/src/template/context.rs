//! The context: what of it the template names and may name, with restricted members marked.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

use minijinja::machinery::ast::Stmt;
use portcullis_wire::guard::RenderErrorKind as Kind;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{
    Options, RenderError, uses,
    value::{Data, Member},
};
use crate::fields::Fields;

/// Reads the variables that the template names and the policy declares. The rest is passed over.
pub(super) fn read<'c>(
    context: &'c str,
    template: &Stmt<'_>,
    options: &Options<'_>,
) -> Result<Vec<Member<'c>>, RenderError> {
    let mut names = uses::variables(template);
    names.retain(|name| options.declares(name));
    let mut deserializer = serde_json::Deserializer::from_str(context);
    let read = Top { names: &names, fields: options.fields }
        .deserialize(&mut deserializer)
        .and_then(|members| deserializer.end().map(|()| members));
    // What the error says may repeat what the context holds.
    read.map_err(|_| RenderError::new(Kind::Context, "the context is not a JSON object"))
}

/// The object itself.
struct Top<'n> {
    names: &'n [&'n str],
    fields: &'n Fields,
}

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = Vec<Member<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = Vec<Member<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(self.names.len());
        while let Some(Name(name)) = map.next_key()? {
            if self.names.contains(&&*name) {
                members.push(member(name, &mut map, self.fields)?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(members)
    }
}

fn member<'de, A: MapAccess<'de>>(
    name: Cow<'de, str>,
    map: &mut A,
    fields: &Fields,
) -> Result<Member<'de>, A::Error> {
    let restricted = fields.hides_name(&name);
    Ok(Member { value: map.next_value_seed(Any(fields))?, name, restricted })
}

/// A name, borrowed where it holds no escapes.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Any value.
struct Any<'n>(&'n Fields);

impl<'de> DeserializeSeed<'de> for Any<'_> {
    type Value = Data<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = Data<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Data::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Data::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Data::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        // A number that no template counts with keeps its size, if not its last digits.
        Ok(i64::try_from(value).map_or(Data::Float(value as f64), Data::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Data::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Data::Str(Cow::Owned(text.into())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Data::Str(Cow::Owned(text)))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Data::Str(Cow::Borrowed(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(Any(self.0))? {
            list.push(element);
        }
        Ok(Data::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members: Vec<Member<'de>> = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            members.push(member(name, &mut map, self.0)?);
        }
        Ok(Data::Map(members))
    }
}
