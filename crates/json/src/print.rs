//! The way back: a value as compact JSON.

use super::{Json, Object};
use core::fmt::{self, Write};

impl fmt::Display for Json<'_> {
    /// Compact JSON: no white space, members in their order, numbers as they were written,
    /// escapes only where the grammar demands them.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Bool(true) => formatter.write_str("true"),
            Self::Bool(false) => formatter.write_str("false"),
            Self::Number(number) => formatter.write_str(number.as_str()),
            Self::String(text) => string(text, formatter),
            Self::Array(elements) => {
                formatter.write_char('[')?;
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        formatter.write_char(',')?;
                    }
                    element.fmt(formatter)?;
                }
                formatter.write_char(']')
            }
            Self::Object(object) => object.fmt(formatter),
        }
    }
}

impl fmt::Display for Object<'_> {
    /// As for [`Json`].
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_char('{')?;
        for (index, (name, value)) in self.iter().enumerate() {
            if index > 0 {
                formatter.write_char(',')?;
            }
            string(name, formatter)?;
            formatter.write_char(':')?;
            value.fmt(formatter)?;
        }
        formatter.write_char('}')
    }
}

fn string(text: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    formatter.write_char('"')?;
    let mut rest = text;
    while let Some(at) = rest.find(|c| matches!(c, '"' | '\\' | '\0'..='\x1f')) {
        let (plain, from) = rest.split_at(at);
        formatter.write_str(plain)?;
        let mut characters = from.chars();
        match characters.next() {
            Some('\n') => formatter.write_str("\\n")?,
            Some('\r') => formatter.write_str("\\r")?,
            Some('\t') => formatter.write_str("\\t")?,
            Some(control @ '\0'..='\x1f') => write!(formatter, "\\u{:04x}", u32::from(control))?,
            Some(other) => {
                formatter.write_char('\\')?;
                formatter.write_char(other)?;
            }
            None => {}
        }
        rest = characters.as_str();
    }
    formatter.write_str(rest)?;
    formatter.write_char('"')
}
