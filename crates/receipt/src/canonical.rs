//! JSON in the one form that the top of this crate describes.

use alloc::{
    borrow::Cow,
    collections::BinaryHeap,
    format,
    string::{String, ToString},
};
use core::{cmp::Reverse, fmt::Write};

use portcullis_wire::{Value, Values};

/// Appends a value. `None` where two members of one object have one name.
pub(crate) fn value(value: &Value<'_>, out: &mut String) -> Option<()> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Int(whole) => out.push_str(&whole.to_string()),
        Value::Double(double) => number(*double, out),
        Value::String(text) => string(text, out),
        Value::List(elements) => list(elements, out, self::value)?,
        Value::Object(members) => {
            // A heap: sorting a list takes ten times the code, and this is nearly as fast.
            let mut names: BinaryHeap<_> =
                members.iter().zip(0_usize..).map(|((name, _), at)| Reverse((name.as_ref(), at))).collect();
            let mut object = Object::new(out);
            let mut last = None;
            while let Some(Reverse((name, at))) = names.pop() {
                if last == Some(name) {
                    return None;
                }
                last = Some(name);
                let (_, member) = members.get(at)?;
                self::value(member, object.member(name))?;
            }
            object.end();
        }
    }
    Some(())
}

/// A number: as an integer if it is one.
pub(crate) fn number(double: f64, out: &mut String) {
    match Value::number(double) {
        Value::Int(whole) => out.push_str(&whole.to_string()),
        _ => out.push_str(&format!("#{:016x}", double.to_bits())),
    }
}

pub(crate) fn string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        let escape = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\x08' => "\\b",
            '\x0c' => "\\f",
            '\0'..='\x1f' => {
                // Strings can always be written to.
                let _ = write!(out, "\\u{:04x}", u32::from(character));
                continue;
            }
            _ => {
                out.push(character);
                continue;
            }
        };
        out.push_str(escape);
    }
    out.push('"');
}

/// Appends a list, each element by `write`.
pub(crate) fn list<T>(
    elements: &[T],
    out: &mut String,
    write: impl Fn(&T, &mut String) -> Option<()>,
) -> Option<()> {
    let mut before = '[';
    for element in elements {
        out.push(before);
        write(element, out)?;
        before = ',';
    }
    if elements.is_empty() {
        out.push('[');
    }
    out.push(']');
    Some(())
}

/// Appends an object, member by member in the order of their names.
pub(crate) struct Object<'o> {
    out: &'o mut String,
    before: char,
}

impl<'o> Object<'o> {
    pub(crate) const fn new(out: &'o mut String) -> Self {
        Self { out, before: '{' }
    }

    /// Where the member's value goes.
    pub(crate) fn member(&mut self, name: &str) -> &mut String {
        self.out.push(self.before);
        self.before = ',';
        string(name, self.out);
        self.out.push(':');
        self.out
    }

    pub(crate) fn end(self) {
        if self.before == '{' {
            self.out.push('{');
        }
        self.out.push('}');
    }

    /// A text, if there is one.
    pub(crate) fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            string(text, self.member(name));
        }
    }

    /// A text, or null.
    pub(crate) fn text_or_null(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => string(text, self.member(name)),
            None => self.member(name).push_str("null"),
        }
    }

    pub(crate) fn bool(&mut self, name: &str, value: bool) {
        self.member(name).push_str(if value { "true" } else { "false" });
    }

    /// A number, or null.
    pub(crate) fn number_or_null(&mut self, name: &str, value: Option<f64>) {
        match value {
            Some(value) => number(value, self.member(name)),
            None => self.member(name).push_str("null"),
        }
    }

    pub(crate) fn texts(&mut self, name: &str, texts: &[Cow<'_, str>]) -> Option<()> {
        list(texts, self.member(name), |text, out| {
            string(text, out);
            Some(())
        })
    }

    /// A value, if there is one.
    pub(crate) fn value(&mut self, name: &str, of: Option<&Value<'_>>) -> Option<()> {
        match of {
            Some(of) => value(of, self.member(name)),
            None => Some(()),
        }
    }

    /// What came where one value may come; which ones several were is not known.
    pub(crate) fn values(&mut self, name: &str, values: &Values<'_>) {
        match values {
            Values::Absent => self.member(name).push_str("null"),
            Values::One(text) => string(text, self.member(name)),
            Values::Several => self.member(name).push_str("[\"\",\"\"]"),
        }
    }
}
