//! A value together with where it is.

use alloc::{format, string::String, vec::Vec};

use portcullis_json::pointer::push_member;

use super::{json::Json, names};

/// A JSON Pointer (RFC 6901).
pub type Pointer = String;

/// A value and the pointer to it in the definition.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'t> {
    /// The value; never [`Json::Embedded`], which is looked through.
    pub json: &'t Json,
    /// Where it is. What is inside an embedded text is located at the text.
    pub at: Pointer,
    inside_text: bool,
}

/// A string and the pointer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<'t> {
    /// The string.
    pub text: &'t str,
    /// Where it is.
    pub at: Pointer,
}

impl<'t> Node<'t> {
    /// The whole document.
    #[must_use]
    pub fn root(json: &'t Json) -> Self {
        Self { json, at: Pointer::new(), inside_text: false }.looked_through()
    }

    fn looked_through(mut self) -> Self {
        while let Json::Embedded(inside) = self.json {
            self.json = inside;
            self.inside_text = true;
        }
        self
    }

    fn child(&self, json: &'t Json, step: &str) -> Self {
        let mut at = self.at.clone();
        if !self.inside_text {
            push_member(&mut at, step);
        }
        Self { json, at, inside_text: self.inside_text }.looked_through()
    }

    /// Names and values of an object; nothing for other values.
    pub fn members(&self) -> impl Iterator<Item = (&'t str, Self)> + use<'_, 't> {
        let members: &'t [(String, Json)] = match self.json {
            Json::Object(members) => members,
            _ => &[],
        };
        members.iter().map(|(name, value)| (name.as_str(), self.child(value, name)))
    }

    /// The elements of an array; nothing for other values.
    pub fn elements(&self) -> impl Iterator<Item = Self> + use<'_, 't> {
        let elements: &'t [Json] = match self.json {
            Json::Array(elements) => elements,
            _ => &[],
        };
        elements.iter().enumerate().map(|(index, value)| self.child(value, &format!("{index}")))
    }

    /// The elements of an array, or the value itself if it is another one; nothing for `null`.
    #[must_use]
    pub fn one_or_many(&self) -> Vec<Self> {
        match self.json {
            Json::Array(_) => self.elements().collect(),
            Json::Null => Vec::new(),
            _ => alloc::vec![self.clone()],
        }
    }

    /// The member of a name, however it is spelled. Of several that say something the last one.
    #[must_use]
    pub fn get(&self, canonical: &str) -> Option<Self> {
        self.any(&[canonical])
    }

    /// The member of one of the names; one that says something before one that is `null`.
    #[must_use]
    pub fn any(&self, canonical: &[&str]) -> Option<Self> {
        let mut found: Option<(&str, &'t Json)> = None;
        if let Json::Object(members) = self.json {
            for (name, value) in members {
                if names::one_of(name, canonical) && (found.is_none() || !matches!(value, Json::Null)) {
                    found = Some((name, value));
                }
            }
        }
        found.map(|(name, value)| self.child(value, name))
    }

    /// The string, if this is one.
    #[must_use]
    pub fn text(&self) -> Option<Text<'t>> {
        self.json.as_str().map(|text| Text { text, at: self.at.clone() })
    }

    /// Every string below, this one included; names of members too, as they are sent along.
    #[must_use]
    pub fn strings(&self) -> Vec<Text<'t>> {
        let mut strings = Vec::new();
        self.collect(&mut strings);
        strings
    }

    fn collect(&self, strings: &mut Vec<Text<'t>>) {
        strings.extend(self.text());
        for (name, value) in self.members() {
            if name.contains("{{") || name.contains("{%") {
                strings.push(Text { text: name, at: value.at.clone() });
            }
            value.collect(strings);
        }
        for element in self.elements() {
            element.collect(strings);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_escaped_and_stop_at_embedded_text() {
        let mut json: Json = serde_json::from_str(r#"{"a/b":[{"x~":1}],"config":"{\"y\":[2]}"}"#).unwrap();
        super::super::json::open_embedded(&mut json);
        let root = Node::root(&json);
        let element = root.get("a/b").unwrap().elements().next().unwrap();
        assert_eq!(element.get("x~").unwrap().at, "/a~1b/0/x~0");
        assert_eq!(root.get("config").unwrap().get("y").unwrap().elements().next().unwrap().at, "/config");
    }

    #[test]
    fn a_member_that_says_something_is_preferred() {
        let json: Json = serde_json::from_str(r#"{"filter":{"a":1},"filter_condition":null}"#).unwrap();
        assert_eq!(Node::root(&json).any(&["filter", "filter_condition"]).unwrap().at, "/filter");
    }
}
