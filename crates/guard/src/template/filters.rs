//! Filters: all there are.

mod date;
mod number;
mod text;

use alloc::{format, string::String};

use portcullis_wire::guard::RenderErrorKind as Kind;

use super::{
    MAX_OUTPUT_BYTES, RenderError, operators,
    output::{hidden_text, plain},
    run::Run,
    value::{Text, Value, restricted, undefined, wrong_type},
};
use crate::{
    case,
    mask::{masked_card, masked_ssn},
};

const FILTERS: &[&str] = &[
    "currency",
    "date",
    "default",
    "join",
    "length",
    "lower",
    "mask_card",
    "mask_ssn",
    "number",
    "title",
    "truncate",
    "upper",
];

pub(super) fn is_filter(name: &str) -> bool {
    FILTERS.contains(&name)
}

/// Applies a filter.
pub(super) fn apply<'r>(
    run: &mut Run<'r>,
    name: &str,
    of: Value<'r>,
    given: &[(Option<&str>, Value<'r>)],
) -> Result<Value<'r>, RenderError> {
    let given = Given(given);
    match name {
        "default" => {
            given.only(&["default_value", "boolean"])?;
            let even_if_false = given.flag(1, "boolean")?;
            let stands = match &of {
                Value::Undefined => false,
                // It stays restricted, whatever it is.
                Value::Restricted(_) => true,
                of => !even_if_false || of.is_true()?,
            };
            Ok(if stands {
                of
            } else {
                given.value(0, "default_value").cloned().unwrap_or(Value::Str(Text::Borrowed("")))
            })
        }
        "mask_card" => given.only(&[]).and_then(|()| masked(&of, masked_card)),
        "mask_ssn" => given.only(&[]).and_then(|()| masked(&of, masked_ssn)),
        "length" => {
            given.only(&[])?;
            let length = match &of {
                Value::Str(text) => text.as_str().chars().count(),
                Value::List(list) => list.len(),
                Value::Map(members) => members.len(),
                Value::Restricted(_) => return Err(restricted()),
                Value::Undefined => return Err(undefined()),
                _ => return Err(wrong_type("only texts, lists and objects have a length")),
            };
            Ok(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))
        }
        "join" => join(run, &of, &given),
        "upper" => given.only(&[]).and_then(|()| Value::text(case::upper(&as_text(&of)?))),
        "lower" => given.only(&[]).and_then(|()| Value::text(case::lower(&as_text(&of)?))),
        "title" => given.only(&[]).and_then(|()| Value::text(text::title(&as_text(&of)?))),
        "truncate" => {
            given.only(&["length", "killwords", "end", "leeway"])?;
            let shortened = text::truncate(
                &as_text(&of)?,
                given.count(0, "length", 255)?,
                given.flag(1, "killwords")?,
                given.text(2, "end")?.unwrap_or("..."),
                given.count(3, "leeway", 5)?,
            );
            Value::text(shortened)
        }
        "number" => {
            given.only(&["decimals"])?;
            let decimals = given.optional_count(0, "decimals")?;
            Value::text(number::grouped(&number::read(&of)?, decimals))
        }
        "currency" => {
            given.only(&["code"])?;
            Value::text(number::currency(&number::read(&of)?, given.text(0, "code")?.unwrap_or("USD"))?)
        }
        "date" => {
            given.only(&["format"])?;
            Value::text(date::format(&date::read(&of)?, given.text(0, "format")?.unwrap_or("%Y-%m-%d"))?)
        }
        name => Err(RenderError {
            kind: Kind::NotAllowed,
            detail: format!("there is no filter `{name}`").into(),
            offset: 0,
        }),
    }
}

/// A value without what it hides. These alone take restricted values.
fn masked<'r>(of: &Value<'_>, mask: fn(&str) -> &str) -> Result<Value<'r>, RenderError> {
    let text = match of {
        Value::Undefined => return Err(undefined()),
        Value::Restricted(data) => hidden_text(data),
        Value::None | Value::Bool(_) | Value::List(_) | Value::Map(_) | Value::Loop(_) => None,
        of => Some(as_text(of)?),
    };
    let shown = text.as_deref().map(mask).unwrap_or_default();
    Value::text(format!("****{shown}"))
}

fn as_text(of: &Value<'_>) -> Result<String, RenderError> {
    let mut text = String::new();
    plain(of, &mut text)?;
    Ok(text)
}

fn join<'r>(run: &mut Run<'r>, of: &Value<'r>, given: &Given<'_, 'r>) -> Result<Value<'r>, RenderError> {
    given.only(&["d", "attribute"])?;
    let separator = given.text(0, "d")?.unwrap_or("");
    let attribute = given.text(1, "attribute")?;
    let list = match of {
        Value::List(list) => list,
        Value::Restricted(_) => return Err(restricted()),
        Value::Undefined => return Err(undefined()),
        _ => return Err(wrong_type("only a list can be joined")),
    };
    let mut text = String::new();
    for (at, mut value) in list.iter().enumerate() {
        run.step()?;
        if at > 0 {
            text.push_str(separator);
        }
        for name in attribute.into_iter().flat_map(|path| path.split('.')) {
            value = match value {
                Value::Map(members) => Value::member(members, name),
                Value::Restricted(_) => return Err(restricted()),
                _ => Value::Undefined,
            };
        }
        plain(&value, &mut text)?;
        if text.len() > MAX_OUTPUT_BYTES {
            return Err(RenderError::new(Kind::Limit, "a text is too long"));
        }
    }
    Value::text(text)
}

/// The arguments of a filter, by place or by name.
struct Given<'g, 'r>(&'g [(Option<&'g str>, Value<'r>)]);

impl<'g, 'r> Given<'g, 'r> {
    /// Refuses arguments that the filter does not have.
    fn only(&self, names: &[&str]) -> Result<(), RenderError> {
        let known = |(at, (name, _)): (usize, &(Option<&str>, _))| match name {
            Some(name) => names.contains(name),
            None => at < names.len(),
        };
        if self.0.iter().enumerate().all(known) {
            Ok(())
        } else {
            Err(wrong_type("the filter has no such argument"))
        }
    }

    fn value(&self, place: usize, name: &str) -> Option<&'g Value<'r>> {
        let by_place = self.0.get(place).filter(|(name, _)| name.is_none());
        let by_name = || self.0.iter().find(|(given, _)| *given == Some(name));
        by_place.or_else(by_name).map(|(_, value)| value)
    }

    fn text(&self, place: usize, name: &str) -> Result<Option<&'g str>, RenderError> {
        self.value(place, name).map(operators::text).transpose()
    }

    fn flag(&self, place: usize, name: &str) -> Result<bool, RenderError> {
        self.value(place, name).map_or(Ok(false), Value::is_true)
    }

    fn optional_count(&self, place: usize, name: &str) -> Result<Option<usize>, RenderError> {
        match self.value(place, name) {
            None => Ok(None),
            Some(Value::Int(number)) => match usize::try_from(*number) {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(wrong_type("the argument is a number from 0 on")),
            },
            Some(_) => Err(wrong_type("the argument is a number from 0 on")),
        }
    }

    fn count(&self, place: usize, name: &str, default: usize) -> Result<usize, RenderError> {
        Ok(self.optional_count(place, name)?.unwrap_or(default))
    }
}
