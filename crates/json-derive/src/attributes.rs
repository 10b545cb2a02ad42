//! What serde's attributes say.

use syn::{Attribute, Error, Expr, ExprPath, Ident, LitStr, Result, Token, parse_str};

/// What is said of a type, a variant or a field.
#[derive(Default)]
pub(crate) struct Attributes {
    pub(crate) rename: Option<String>,
    pub(crate) case: Case,
    pub(crate) otherwise: Otherwise,
    pub(crate) closed: bool,
}

/// What stands for a member that is left out.
#[derive(Default)]
pub(crate) enum Otherwise {
    #[default]
    Missing,
    Default,
    Call(ExprPath),
}

/// How the names of variants are written.
#[derive(Default, Clone, Copy)]
pub(crate) enum Case {
    #[default]
    AsIs,
    Lower,
    Snake,
    ScreamingSnake,
}

impl Attributes {
    pub(crate) fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut found = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
            attribute.parse_nested_meta(|meta| {
                let path = &meta.path;
                if path.is_ident("rename") {
                    found.rename = Some(meta.value()?.parse::<LitStr>()?.value());
                } else if path.is_ident("rename_all") {
                    found.case = Case::parse(&meta.value()?.parse()?)?;
                } else if path.is_ident("default") {
                    found.otherwise = if meta.input.peek(Token![=]) {
                        Otherwise::Call(parse_str(&meta.value()?.parse::<LitStr>()?.value())?)
                    } else {
                        Otherwise::Default
                    };
                } else if path.is_ident("deny_unknown_fields") {
                    found.closed = true;
                } else if path.is_ident("skip_serializing_if") {
                    meta.value()?.parse::<Expr>()?;
                } else if !path.is_ident("borrow") {
                    return Err(meta.error("this is not read: implement `Read` by hand"));
                }
                Ok(())
            })?;
        }
        Ok(found)
    }
}

impl Case {
    fn parse(name: &LitStr) -> Result<Self> {
        match name.value().as_str() {
            "lowercase" => Ok(Self::Lower),
            "snake_case" => Ok(Self::Snake),
            "SCREAMING_SNAKE_CASE" => Ok(Self::ScreamingSnake),
            _ => {
                Err(Error::new_spanned(name, "expected `lowercase`, `snake_case` or `SCREAMING_SNAKE_CASE`"))
            }
        }
    }

    pub(crate) fn variant(self, name: &Ident) -> String {
        let name = name.to_string();
        match self {
            Self::AsIs => name,
            Self::Lower => name.to_lowercase(),
            Self::Snake => snake(&name),
            Self::ScreamingSnake => snake(&name).to_uppercase(),
        }
    }
}

fn snake(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}
