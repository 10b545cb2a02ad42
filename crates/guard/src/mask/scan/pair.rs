//! Members that come in pairs: one says what the other's value is the value of, as in
//! `{"name": "password", "value": "…"}`. Headers, forms and settings are kept so.

use super::Scan;
use crate::fields::Field;

/// Most members that are looked at in advance, for the name of the field that a value is of.
const MAX_AHEAD: u32 = 8;

/// What a member's name says of the members beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Nothing.
    Alone,
    /// Its value is the name of a field.
    Name,
    /// Its value is that field's.
    Value,
}

/// Which part of a pair a member is, by its name in lower case and without separators.
pub(super) fn part(name: &str) -> Part {
    match name {
        "attribute" | "column" | "field" | "fieldname" | "header" | "key" | "label" | "name" | "param"
        | "parameter" | "property" | "variable" => Part::Name,
        "content" | "data" | "newvalue" | "oldvalue" | "text" | "val" | "value" | "values" => Part::Value,
        _ => Part::Alone,
    }
}

impl Scan<'_> {
    /// The hidden field that the text here names.
    pub(super) fn named_here(&mut self) -> Option<Field> {
        let start = self.at;
        let field = self.string().and_then(|name| self.of_name(name).hidden);
        self.at = start;
        field
    }

    /// The hidden field that a member behind the value here names. Only what is no object or list is
    /// passed over, and only so much of it that nothing is gone through again and again.
    pub(super) fn named_ahead(&mut self) -> Option<Field> {
        let start = self.at;
        let field = self.look_ahead();
        self.at = start;
        field
    }

    fn look_ahead(&mut self) -> Option<Field> {
        for _ in 0..MAX_AHEAD {
            match self.bytes.get(self.at)? {
                b'{' | b'[' => return None,
                _ => self.skip_value()?,
            }
            self.space();
            (self.bytes.get(self.at) == Some(&b',')).then_some(())?;
            self.at = self.at.checked_add(1)?;
            self.space();
            let name = self.string()?;
            self.space();
            self.at = self.at.checked_add(1)?;
            self.space();
            if self.of_name(name).part == Part::Name
                && let Some(field) = self.named_here()
            {
                return Some(field);
            }
        }
        None
    }
}
