//! Which fields hold what must not be shown.

use alloc::{string::String, vec::Vec};

use super::names;
use crate::fields::Fields;

/// Words that make a field restricted in a definition, beside those that make it so everywhere:
/// who writes one sees names only, not whose records they are.
const RESTRICTED: &[&str] = &["iban", "passport", "pin"];

/// Last words of names that tell about such a value, and not the value.
const ABOUT: &[&str] = &["country", "required", "status", "type", "verified"];

/// Two words that do when they stand side by side.
const RESTRICTED_PAIRS: &[(&str, &str)] = &[
    ("bank", "account"),
    ("driver", "license"),
    ("national", "id"),
    ("routing", "number"),
    ("security", "code"),
    ("tax", "id"),
];

/// Words of fields that tell who a person is.
const PERSONAL: &[&str] = &[
    "address",
    "birth",
    "birthdate",
    "birthday",
    "diagnosis",
    "dob",
    "email",
    "firstname",
    "fullname",
    "gender",
    "health",
    "lastname",
    "mobile",
    "phone",
    "salary",
    "surname",
    "telephone",
];

const PERSONAL_PAIRS: &[(&str, &str)] = &[
    ("contact", "name"),
    ("customer", "name"),
    ("employee", "name"),
    ("first", "name"),
    ("full", "name"),
    ("last", "name"),
    ("patient", "name"),
    ("user", "name"),
];

/// Whether a path leads to, or through, a restricted field.
pub(super) fn is_restricted(path: &[String], fields: &Fields) -> bool {
    path.iter().any(|name| match fields.rule(name) {
        Some(field) => fields.hides(field),
        None => fields.hides_name(name) || (holds(name, RESTRICTED, RESTRICTED_PAIRS) && !is_about(name)),
    })
}

fn is_about(name: &str) -> bool {
    names::words(name).last().is_some_and(|word| ABOUT.contains(&word.as_str()))
}

/// Whether a path leads to, or through, a field that tells who a person is.
pub(super) fn is_personal(path: &[String]) -> bool {
    holds(&path.join("_"), PERSONAL, PERSONAL_PAIRS)
}

/// Whether a name of a header, a parameter or a member is that of a credential.
pub(super) fn is_credential(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "accesskey",
        "accesstoken",
        "apikey",
        "auth",
        "authorization",
        "authtoken",
        "cookie",
        "credential",
        "passphrase",
        "passwd",
        "password",
        "privatekey",
        "pwd",
        "secret",
        "secretkey",
        "token",
        "refreshtoken",
    ];
    const PAIRS: &[(&str, &str)] = &[
        ("api", "key"),
        ("access", "key"),
        ("private", "key"),
        ("subscription", "key"),
        ("functions", "key"),
        ("signing", "key"),
        ("signature", "key"),
        ("encryption", "key"),
        ("master", "key"),
        ("app", "key"),
        ("application", "key"),
        ("client", "key"),
        ("integration", "key"),
        ("webhook", "key"),
        ("server", "key"),
        ("service", "key"),
        ("account", "key"),
        ("shared", "key"),
        ("secret", "key"),
        ("auth", "key"),
    ];
    holds(name, WORDS, PAIRS)
}

fn holds(name: &str, singles: &[&str], pairs: &[(&str, &str)]) -> bool {
    let words = names::words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is = |word: &str, wanted: &str| word == wanted || word.strip_suffix('s') == Some(wanted);
    words.iter().any(|word| singles.iter().any(|single| is(word, single)))
        || words.windows(2).any(|two| match two {
            [one, two] => pairs.iter().any(|(first, second)| is(one, first) && is(two, second)),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn restricted(path: &str) -> bool {
        is_restricted(&path.split('.').map(String::from).collect::<Vec<_>>(), &Fields::default())
    }

    #[test]
    fn words_restrict_and_parts_of_words_do_not() {
        for path in [
            "ssn",
            "user.SSN",
            "apiToken",
            "api_key",
            "credit_card_number",
            "creditCard.last",
            "passwords",
            "secret_hint",
            "CardNumber",
            "client-secret",
            "key2",
            "socialSecurityNumber",
            "customer.bank_account",
            "passport_number",
            "pin",
        ] {
            assert!(restricted(path), "{path}");
        }
        for path in [
            "passenger",
            "keyboard",
            "monkey",
            "author",
            "tokenized_at",
            "secretary",
            "assn",
            "card.brand",
            "pinned",
            "passport_country",
            "tax_id_type",
        ] {
            assert!(!restricted(path), "{path}");
        }
    }

    #[test]
    fn credentials_are_known_by_their_names() {
        for name in ["Authorization", "X-Api-Key", "x-auth-token", "Cookie", "client_secret", "access_token"]
        {
            assert!(is_credential(name), "{name}");
        }
        for name in ["Idempotency-Key", "Content-Type", "Accept", "X-Author", "primary_key"] {
            assert!(!is_credential(name), "{name}");
        }
    }
}
