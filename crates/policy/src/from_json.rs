//! Reads serde types out of strict JSON, and tells where a mistake is.
//!
//! The tree comes from [`portcullis_token::json`], so a document is held to one grammar wherever it
//! is read. A mistake learns its path on the way out, member by member, so what is right is read at
//! no cost for it.

use alloc::{boxed::Box, format, string::String, vec::Vec};
use core::{fmt, slice};

use portcullis_token::json::Json;
use serde::{
    Deserialize, Deserializer,
    de::{
        self, DeserializeSeed, EnumAccess, Expected, MapAccess, SeqAccess, Unexpected, VariantAccess,
        Visitor, value::BorrowedStrDeserializer,
    },
    forward_to_deserialize_any,
};

/// Reads a value. Strings without escapes borrow from the text that the tree was read from.
///
/// # Errors
/// The first mistake.
pub fn from_json<'de, T: Deserialize<'de>>(json: &'de Json<'de>) -> Result<T, Mistake<'de>> {
    from_json_without(json, &[])
}

/// Reads a value as if some members and elements of the tree were not there. They keep their index
/// in the paths of mistakes.
pub(crate) fn from_json_without<'de, T: Deserialize<'de>>(
    json: &'de Json<'de>,
    without: &[&'de Json<'de>],
) -> Result<T, Mistake<'de>> {
    T::deserialize(Node { json, without })
}

/// Why a tree is not the value that was wanted, and where.
///
/// The message may repeat what stands there, so it is for the author of the document alone; `Debug`
/// shows neither that nor the path.
pub struct Mistake<'de>(Box<Details<'de>>);

struct Details<'de> {
    kind: MistakeKind,
    message: String,
    /// The way here, innermost first.
    path: Vec<Step<'de>>,
    /// What the innermost step leads to.
    member: Option<&'de Json<'de>>,
    /// The member that is missing.
    missing: Option<&'static str>,
}

/// The kinds of mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MistakeKind {
    /// An object has a member that it cannot have.
    UnknownMember,
    /// An object lacks a member.
    MissingMember,
    /// A value is of another type, or outside its range.
    WrongType,
}

#[derive(Clone, Copy)]
enum Step<'de> {
    Member(&'de str),
    Element(usize),
}

impl<'de> Mistake<'de> {
    #[cold]
    fn new(kind: MistakeKind, message: String) -> Self {
        Self(Box::new(Details { kind, message, path: Vec::new(), member: None, missing: None }))
    }

    #[cold]
    fn wrong(json: &Json<'_>, expected: &dyn Expected) -> Self {
        let found = match json {
            Json::Null => "null",
            Json::Bool(_) => "a truth value",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        };
        Self::new(MistakeKind::WrongType, format!("expected {expected}, found {found}"))
    }

    #[cold]
    fn at(mut self, step: Step<'de>, member: &'de Json<'de>) -> Self {
        self.0.path.push(step);
        self.0.member.get_or_insert(member);
        self
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> MistakeKind {
        self.0.kind
    }

    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where, as a JSON Pointer (RFC 6901): to the value that is wrong, the member that is unknown,
    /// or the object that lacks a member.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in self.0.path.iter().rev() {
            push_step(&mut pointer, *step);
        }
        pointer
    }

    /// The name of the member that is missing.
    pub(crate) fn missing(&self) -> Option<&'static str> {
        self.0.missing
    }

    /// What [`Mistake::pointer`] points to, unless that is the whole.
    pub(crate) fn member(&self) -> Option<&'de Json<'de>> {
        self.0.member
    }
}

/// Appends the name of a member to a JSON Pointer (RFC 6901, section 3).
pub(crate) fn push_member(pointer: &mut String, name: &str) {
    push_step(pointer, Step::Member(name));
}

/// Appends the index of an element to a JSON Pointer.
pub(crate) fn push_element(pointer: &mut String, index: usize) {
    push_step(pointer, Step::Element(index));
}

fn push_step(pointer: &mut String, step: Step<'_>) {
    pointer.push('/');
    match step {
        Step::Element(index) => pointer.push_str(&format!("{index}")),
        Step::Member(name) => {
            for character in name.chars() {
                match character {
                    '~' => pointer.push_str("~0"),
                    '/' => pointer.push_str("~1"),
                    other => pointer.push(other),
                }
            }
        }
    }
}

impl fmt::Debug for Mistake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Mistake").field(&self.0.kind).finish()
    }
}

impl fmt::Display for Mistake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl core::error::Error for Mistake<'_> {}

/// What serde would say of the value that it met is left out, for `Mistake::wrong` has said it
/// where it matters; so numbers need not be printed, which takes much code.
impl de::Error for Mistake<'_> {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(MistakeKind::WrongType, format!("{message}"))
    }

    #[cold]
    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(MistakeKind::WrongType, format!("expected {expected}"))
    }

    #[cold]
    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    #[cold]
    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::invalid_type(Unexpected::Seq, expected)
    }

    #[cold]
    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(MistakeKind::WrongType, unknown("word", variant, expected))
    }

    #[cold]
    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::new(MistakeKind::UnknownMember, unknown("member", field, expected))
    }

    #[cold]
    fn missing_field(field: &'static str) -> Self {
        let mut mistake = Self::new(MistakeKind::MissingMember, format!("the member `{field}` is missing"));
        mistake.0.missing = Some(field);
        mistake
    }

    #[cold]
    fn duplicate_field(field: &'static str) -> Self {
        Self::new(MistakeKind::WrongType, format!("the member `{field}` comes twice"))
    }
}

fn unknown(what: &str, name: &str, expected: &[&str]) -> String {
    let mut text = format!("unknown {what} `{name}`; expected ");
    for (index, name) in expected.iter().enumerate() {
        text.push_str(if index == 0 { "`" } else { ", `" });
        text.push_str(name);
        text.push('`');
    }
    text
}

/// A value of the tree.
#[derive(Clone, Copy)]
struct Node<'de, 't> {
    json: &'de Json<'de>,
    without: &'t [&'de Json<'de>],
}

impl<'de, 't> Node<'de, 't> {
    fn elements(self) -> Option<Elements<'de, 't>> {
        match self.json {
            Json::Array(list) => Some(Elements { list: list.iter(), next: 0, without: self.without }),
            _ => None,
        }
    }

    fn members(self) -> Option<Members<'de, 't, impl Iterator<Item = (&'de str, &'de Json<'de>)>>> {
        match self.json {
            Json::Object(object) => {
                Some(Members { members: object.iter(), value: None, without: self.without })
            }
            _ => None,
        }
    }
}

fn is_left_out(json: &Json<'_>, without: &[&Json<'_>]) -> bool {
    without.iter().any(|left_out| core::ptr::eq(*left_out, json))
}

/// Integers as such, so that they are checked for their range.
enum Numeric {
    Natural(u64),
    Integer(i64),
    Fraction(f64),
}

fn numeric(json: &Json<'_>) -> Option<Numeric> {
    let text = json.as_number()?.as_str();
    if let Ok(natural) = text.parse() {
        Some(Numeric::Natural(natural))
    } else if let Ok(integer) = text.parse() {
        Some(Numeric::Integer(integer))
    } else {
        fraction(text).map(Numeric::Fraction)
    }
}

/// A number with fraction or exponent, to the nearest double for all that clocks tell: whole
/// seconds and a fraction of up to 19 digits together. `None` for longer ones.
///
/// The standard library's conversion is exact for all numbers, and 20 KB.
fn fraction(text: &str) -> Option<f64> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (decimal, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let mut digits = 0_u64;
    for digit in whole.bytes().chain(fraction.bytes()) {
        digits = digits.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))?;
    }
    let exponent = exponent.parse::<i32>().ok()?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let power = 10_u64.checked_pow(exponent.unsigned_abs())?;
    let value = if exponent < 0 {
        // The halves are exact or nearly so, and their sum is rounded once.
        digits.checked_div(power)? as f64 + digits.checked_rem(power)? as f64 / power as f64
    } else {
        digits as f64 * power as f64
    };
    Some(if negative { -value } else { value })
}

impl<'de> Deserializer<'de> for Node<'de, '_> {
    type Error = Mistake<'de>;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.json {
            Json::Null => visitor.visit_unit(),
            Json::Bool(value) => visitor.visit_bool(*value),
            Json::Number(_) => self.deserialize_f64(visitor),
            Json::String(text) => visitor.visit_borrowed_str(text),
            Json::Array(_) => self.deserialize_seq(visitor),
            Json::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.json {
            Json::Bool(value) => visitor.visit_bool(*value),
            other => Err(Mistake::wrong(other, &visitor)),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match numeric(self.json) {
            Some(Numeric::Natural(number)) => visitor.visit_u64(number),
            _ => Err(Mistake::wrong(self.json, &visitor)),
        }
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match numeric(self.json) {
            Some(Numeric::Natural(number)) => visitor.visit_u64(number),
            Some(Numeric::Integer(number)) => visitor.visit_i64(number),
            Some(Numeric::Fraction(number)) => visitor.visit_f64(number),
            None => Err(Mistake::wrong(self.json, &visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.json {
            Json::String(text) => visitor.visit_borrowed_str(text),
            other => Err(Mistake::wrong(other, &visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.json {
            Json::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.elements() {
            Some(elements) => visitor.visit_seq(elements),
            None => Err(Mistake::wrong(self.json, &visitor)),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.members() {
            Some(members) => visitor.visit_map(members),
            None => Err(Mistake::wrong(self.json, &visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        if let Json::String(name) = self.json {
            return visitor.visit_enum(Variant { name, content: None });
        }
        let mut members = self.members().into_iter().flat_map(|members| members.members);
        match (members.next(), members.next()) {
            (Some((name, json)), None) => {
                let content = Node { json, without: self.without };
                visitor.visit_enum(Variant { name, content: Some(content) })
            }
            _ => Err(Mistake::wrong(self.json, &visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u128 f32 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

struct Elements<'de, 't> {
    list: slice::Iter<'de, Json<'de>>,
    next: usize,
    without: &'t [&'de Json<'de>],
}

impl<'de> SeqAccess<'de> for Elements<'de, '_> {
    type Error = Mistake<'de>;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Self::Error> {
        for json in self.list.by_ref() {
            let index = self.next;
            self.next = index.saturating_add(1);
            if is_left_out(json, self.without) {
                continue;
            }
            let element = seed.deserialize(Node { json, without: self.without });
            return element.map(Some).map_err(|mistake| mistake.at(Step::Element(index), json));
        }
        Ok(None)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.list.len())
    }
}

struct Members<'de, 't, I> {
    members: I,
    value: Option<(&'de str, &'de Json<'de>)>,
    without: &'t [&'de Json<'de>],
}

impl<'de, I: Iterator<Item = (&'de str, &'de Json<'de>)>> MapAccess<'de> for Members<'de, '_, I> {
    type Error = Mistake<'de>;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Self::Error> {
        for (name, json) in self.members.by_ref() {
            if is_left_out(json, self.without) {
                continue;
            }
            self.value = Some((name, json));
            let key = seed.deserialize(BorrowedStrDeserializer::new(name));
            return key.map(Some).map_err(|mistake: Mistake<'de>| mistake.at(Step::Member(name), json));
        }
        Ok(None)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Self::Error> {
        let Some((name, json)) = self.value.take() else {
            return Err(de::Error::custom("a value was asked for before its name"));
        };
        let value = seed.deserialize(Node { json, without: self.without });
        value.map_err(|mistake| mistake.at(Step::Member(name), json))
    }
}

/// A variant of an enum: its name alone, or an object with its name and content.
struct Variant<'de, 't> {
    name: &'de str,
    content: Option<Node<'de, 't>>,
}

impl<'de> EnumAccess<'de> for Variant<'de, '_> {
    type Error = Mistake<'de>;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Self::Error> {
        Ok((seed.deserialize(BorrowedStrDeserializer::new(self.name))?, self))
    }
}

impl<'de> Variant<'de, '_> {
    fn content<T>(
        self,
        read: impl FnOnce(Node<'de, '_>) -> Result<T, Mistake<'de>>,
    ) -> Result<T, Mistake<'de>> {
        match self.content {
            Some(node) => read(node).map_err(|mistake| mistake.at(Step::Member(self.name), node.json)),
            None => Err(de::Error::custom("expected an object with the content of this variant")),
        }
    }
}

impl<'de> VariantAccess<'de> for Variant<'de, '_> {
    type Error = Mistake<'de>;

    fn unit_variant(self) -> Result<(), Self::Error> {
        match self.content {
            None => Ok(()),
            Some(node) => {
                Err(Mistake::wrong(node.json, &"a word alone").at(Step::Member(self.name), node.json))
            }
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Self::Error> {
        self.content(|node| seed.deserialize(node))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Self::Error> {
        self.content(|node| node.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.content(|node| node.deserialize_map(visitor))
    }
}

#[cfg(test)]
mod tests;
