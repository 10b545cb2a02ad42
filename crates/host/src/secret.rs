//! Secrets that a configuration names and does not hold.

use std::{env, fmt, fs};

use portcullis_wire::policy::SecretReference;

use crate::Error;

/// A secret. It is not shown by `Debug`, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// Reads it from where it is. `whose` is for people: `the secret of AuthZEN callers`.
    pub(crate) fn read(place: &SecretReference, whose: &str) -> Result<Self, Error> {
        let text = match place {
            SecretReference::Env(name) => env::var(name).ok(),
            SecretReference::File(path) => fs::read_to_string(path).ok(),
        };
        let missing = || {
            let place = describe(place);
            Error::configuration(format!("{whose} cannot be read from the {place}"))
        };
        let mut text = text.ok_or_else(missing)?;
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
        Ok(Self(text))
    }

    /// The secret itself, for whoever proves something by it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

/// Where a secret is, for people.
pub(crate) fn describe(place: &SecretReference) -> String {
    match place {
        SecretReference::Env(name) => format!("environment variable `{name}`"),
        SecretReference::File(path) => format!("file `{path}`"),
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
