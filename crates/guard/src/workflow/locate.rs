//! From a JSON Pointer to line and column.
//!
//! Positions are wanted for the few values that findings are about, so the text is read again for
//! those instead of keeping a position with every value: `serde_json` hands out the text of each
//! member, and where that text begins is where the value is.

use alloc::{borrow::Cow, vec::Vec};
use core::fmt;

use portcullis_json::pointer::unescaped;
use serde::{
    Deserializer as _,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// Line and column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// Where the value is to which the pointer points, or the nearest value around it that exists.
#[must_use]
pub fn locate(text: &str, pointer: &str) -> Position {
    let mut inside = text.trim_start_matches([' ', '\t', '\r', '\n']);
    for step in pointer.split('/').skip(1) {
        match unescaped(step).and_then(|step| member(inside, &step)) {
            Some(found) => inside = found,
            None => break,
        }
    }
    // `inside` is always a part of `text`.
    position(text, (inside.as_ptr() as usize).saturating_sub(text.as_ptr() as usize))
}

/// The position of a byte.
#[must_use]
pub fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count());
    let from_one = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
    Position { line: from_one(line), column: from_one(column) }
}

/// The text of a member or an element. Of repeated names the last one, as the reader takes it.
fn member<'t>(text: &'t str, step: &str) -> Option<&'t str> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_any(Child { step }).ok().flatten()
}

struct Child<'s> {
    step: &'s str,
}

impl<'de> Visitor<'de> for Child<'_> {
    type Value = Option<&'de str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(is_it) = members.next_key_seed(Is(self.step))? {
            if is_it {
                found = Some(members.next_value::<&'de RawValue>()?.get());
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let index: usize = self.step.parse().map_err(A::Error::custom)?;
        let mut raw: Vec<&'de RawValue> = Vec::new();
        while let Some(element) = elements.next_element()? {
            raw.push(element);
        }
        Ok(raw.get(index).map(|raw| raw.get()))
    }
}

/// Whether a name is the wanted one.
struct Is<'s>(&'s str);

impl<'de> DeserializeSeed<'de> for Is<'_> {
    type Value = bool;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let name: Cow<'de, str> = serde::Deserialize::deserialize(deserializer)?;
        Ok(name == self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_of_members_elements_and_of_what_is_missing() {
        let text = "\n{\"a\": [1,\n  {\"é\\u0041\": true, \"ü\": \"x\"}]}";
        let at = |pointer| {
            let Position { line, column } = locate(text, pointer);
            (line, column)
        };
        assert_eq!(at(""), (2, 1));
        assert_eq!(at("/a"), (2, 7));
        assert_eq!(at("/a/0"), (2, 8));
        assert_eq!(at("/a/1/éA"), (3, 15));
        assert_eq!(at("/a/1/ü"), (3, 26));
        assert_eq!(at("/a/1/missing"), (3, 3));
        assert_eq!(at("/a/7"), (2, 7));
    }

    #[test]
    fn a_text_that_is_not_json_has_a_position_too() {
        assert_eq!(locate("{", "/a"), Position { line: 1, column: 1 });
    }
}
