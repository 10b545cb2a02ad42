//! What a template in a definition may say, and what it uses.
//!
//! The language is a part of what the template engine reads: a definition is data, so it gets
//! variables and filters, `if` and `for`, and nothing that computes.
//!
//! ```text
//! output    = "{{" value "}}"
//! statement = "{%" ( "if" / "elif" ) test "%}"  /  "{%" "for" name [ "," name ] "in" value "%}"
//!           / "{%" ( "else" / "endif" / "endfor" ) "%}"
//! value     = path *( "|" filter [ "(" [ literal *( "," literal ) ] ")" ] )
//! path      = name *( "." name / "[" number "]" / "[" quoted name "]" )
//! test      = operand *( ( "and" / "or" / "in" / "not" / comparison ) operand )
//! operand   = value / literal / "(" test ")"
//! ```

mod lex;
mod parse;
#[cfg(test)]
mod tests;

use alloc::{string::String, vec::Vec};

/// The filters that templates may use, and no others.
pub const FILTERS: &[&str] = &[
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

/// Filters behind which a restricted value may be shown.
pub const MASKS: &[&str] = &["mask_card", "mask_ssn"];

/// Names under which engines and hosts keep what is theirs.
const FORBIDDEN_ROOTS: &[&str] = &[
    "builtins",
    "config",
    "env",
    "environ",
    "globals",
    "globalthis",
    "os",
    "secrets",
    "self",
    "settings",
    "sys",
    "vault",
];

/// Names that lead from a value into the engine.
const FORBIDDEN_STEPS: &[&str] =
    &["environ", "constructor", "prototype", "func_globals", "gi_frame", "cr_frame", "mro"];

/// What a template uses, and what it must not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    /// The values that it puts out, in order.
    pub outputs: Vec<Output>,
    /// What is not allowed, in order.
    pub problems: Vec<Problem>,
}

/// A value that is put out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The path, names of loops replaced by what they run over.
    pub path: Vec<String>,
    /// The filters, in order.
    pub filters: Vec<String>,
}

impl Output {
    /// Whether a masking filter is among its filters.
    #[must_use]
    pub fn is_masked(&self) -> bool {
        self.filters.iter().any(|filter| MASKS.contains(&filter.as_str()))
    }

    /// The path, as it is written.
    #[must_use]
    pub fn dotted(&self) -> String {
        self.path.join(".")
    }
}

/// What is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It does not end, or is out of place.
    Malformed(&'static str),
    /// More than variables and filters.
    Expression(&'static str),
    /// A name that leads into the engine or the host.
    Name(String),
    /// A filter that is not in the list.
    Filter(String),
}

/// Reads a template.
#[must_use]
pub fn read(text: &str) -> Template {
    let mut template = Template::default();
    if text.contains('{') {
        parse::template(text, &mut template);
    }
    if is_foreign(text) {
        template.problems.push(Problem::Expression("code of another template engine"));
    }
    template
}

/// Reads a value as it stands between braces, as lists of fields hold it.
#[must_use]
pub fn read_value(text: &str) -> Template {
    let mut template = Template::default();
    parse::value(text, &mut template);
    template
}

/// Whether a text holds an expression of another engine, which this one would print and the next
/// one that sees the text may run: `${7*7}`, `#{…}`, `<%= … %>`. A `$` before `{{` is money.
fn is_foreign(text: &str) -> bool {
    let computes = |inside: &str| {
        let inside = inside.split('}').next().unwrap_or(inside);
        !inside.starts_with('{')
            && inside.contains(|char: char| !char.is_alphanumeric() && !"_. -".contains(char))
    };
    text.contains("<%") || ["${", "#{"].iter().any(|open| text.split(open).skip(1).any(computes))
}

/// Whether a template begins in this text.
#[must_use]
pub fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// The text with every template replaced by a letter, which stands for any harmless value.
#[must_use]
pub fn filled(text: &str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("{{") {
        filled.push_str(before);
        filled.push('x');
        rest = inside.split_once("}}").map_or("", |(_, after)| after);
    }
    filled.push_str(rest);
    filled
}
