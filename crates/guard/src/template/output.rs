//! What comes out, escaped for its channel, and no longer than it may be.

use alloc::string::String;
use core::fmt::Write;

use portcullis_wire::guard::{Channel, RenderErrorKind as Kind};
use serde::de::IgnoredAny;

use super::{
    MAX_OUTPUT_BYTES, RenderError,
    value::{Data, List, Value, restricted, undefined, wrong_type},
};

const TOO_LONG: RenderError = RenderError::new(Kind::Limit, "the output is too long");

/// An output that grows.
pub(super) struct Output {
    channel: Channel,
    text: String,
    /// For JSON: whether what comes next stands inside a string.
    quotes: Quotes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Outside,
    Inside,
    /// Inside, behind a backslash.
    Escape,
}

impl Output {
    pub(super) const fn new(channel: Channel) -> Self {
        Self { channel, text: String::new(), quotes: Quotes::Outside }
    }

    /// Text of the template.
    pub(super) fn raw(&mut self, text: &str) -> Result<(), RenderError> {
        if self.channel == Channel::Json {
            for byte in text.bytes() {
                self.quotes = match (self.quotes, byte) {
                    (Quotes::Outside, b'"') | (Quotes::Escape, _) => Quotes::Inside,
                    (Quotes::Inside, b'"') => Quotes::Outside,
                    (Quotes::Inside, b'\\') => Quotes::Escape,
                    (quotes, _) => quotes,
                };
            }
        }
        // As in Jinja, a line of the template ends one way.
        let mut rest = text;
        while let Some((line, behind)) = rest.split_once('\r') {
            self.text.push_str(line);
            self.text.push('\n');
            rest = behind.strip_prefix('\n').unwrap_or(behind);
        }
        self.text.push_str(rest);
        self.within()
    }

    /// A value.
    pub(super) fn value(&mut self, value: &Value<'_>) -> Result<(), RenderError> {
        match self.channel {
            Channel::Html => match value {
                Value::Str(text) => escape_html(text.as_str(), &mut self.text),
                // No other value is written with a character that means something in HTML.
                value => plain(value, &mut self.text)?,
            },
            Channel::Text | Channel::Header => plain(value, &mut self.text)?,
            Channel::Json if self.quotes == Quotes::Outside => json(value, &mut self.text)?,
            Channel::Json => {
                let mut text = String::new();
                plain(value, &mut text)?;
                let written = serde_json::to_string(&text).map_err(|_| TOO_LONG)?;
                self.text.push_str(written.get(1..written.len().saturating_sub(1)).unwrap_or_default());
            }
        }
        self.within()
    }

    fn within(&self) -> Result<(), RenderError> {
        if self.text.len() > MAX_OUTPUT_BYTES { Err(TOO_LONG) } else { Ok(()) }
    }

    /// The whole text, if it is one of its channel.
    pub(super) fn finish(self) -> Result<String, RenderError> {
        match self.channel {
            Channel::Html | Channel::Text => {}
            Channel::Header if self.text.chars().any(breaks_a_line) => {
                return Err(RenderError::new(
                    Kind::Channel,
                    "a header holds no line breaks or control characters",
                ));
            }
            Channel::Header => {}
            Channel::Json if serde_json::from_str::<IgnoredAny>(&self.text).is_err() => {
                return Err(RenderError::new(Kind::Channel, "the output is not JSON"));
            }
            Channel::Json => {}
        }
        Ok(self.text)
    }
}

/// Characters that end a line for somebody, or that terminals and mailers act on.
fn breaks_a_line(char: char) -> bool {
    char.is_control() || matches!(char, '\u{2028}' | '\u{2029}')
}

fn escape_html(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut chars = special.chars();
        out.push_str(match chars.next() {
            Some('&') => "&amp;",
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            Some('"') => "&#34;",
            _ => "&#39;",
        });
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// A value as text, as Jinja writes it.
pub(super) fn plain(value: &Value<'_>, out: &mut String) -> Result<(), RenderError> {
    match value {
        Value::Str(text) => out.push_str(text.as_str()),
        Value::None => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Int(number) => write_into(out, format_args!("{number}")),
        // With a decimal point, and the fewest digits that read back as the same number.
        Value::Float(number) => write_into(out, format_args!("{number:?}")),
        Value::Undefined => return Err(undefined()),
        Value::Restricted(_) => return Err(restricted()),
        Value::List(_) | Value::Map(_) => {
            return Err(wrong_type("a list or an object is not text; show its parts, or `join` them"));
        }
        Value::Loop(_) => return Err(wrong_type("a loop is not text")),
    }
    Ok(())
}

/// Writing to a string cannot fail.
pub(super) fn write_into(out: &mut String, text: core::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

/// A value as JSON. One restricted member refuses the whole.
fn json(value: &Value<'_>, out: &mut String) -> Result<(), RenderError> {
    match value {
        Value::None => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Str(text) => json_text(text.as_str(), out)?,
        Value::List(List::Borrowed(list)) => {
            separated(list, ('[', ']'), out, |data, out| json(&Value::of(data), out))?
        }
        Value::List(List::Made(list)) => separated(list, ('[', ']'), out, json)?,
        Value::Map(members) => separated(members, ('{', '}'), out, |member, out| {
            if member.restricted {
                return Err(restricted());
            }
            json_text(&member.name, out)?;
            out.push(':');
            json(&Value::of(&member.value), out)
        })?,
        Value::Int(_) | Value::Float(_) | Value::Undefined | Value::Restricted(_) | Value::Loop(_) => {
            plain(value, out)?;
        }
    }
    if out.len() > MAX_OUTPUT_BYTES { Err(TOO_LONG) } else { Ok(()) }
}

fn separated<T>(
    items: &[T],
    (open, close): (char, char),
    out: &mut String,
    mut write: impl FnMut(&T, &mut String) -> Result<(), RenderError>,
) -> Result<(), RenderError> {
    out.push(open);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(item, out)?;
    }
    out.push(close);
    Ok(())
}

fn json_text(text: &str, out: &mut String) -> Result<(), RenderError> {
    out.push_str(&serde_json::to_string(text).map_err(|_| TOO_LONG)?);
    Ok(())
}

/// A restricted value as text, for masking filters alone.
pub(super) fn hidden_text(data: &Data<'_>) -> Option<String> {
    let mut text = String::new();
    match data {
        Data::Null | Data::Bool(_) | Data::List(_) | Data::Map(_) => return None,
        data => plain(&Value::of(data), &mut text).ok()?,
    }
    Some(text)
}
