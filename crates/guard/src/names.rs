//! Names of fields: one name however it is written, and what a name says of its values.

use alloc::{borrow::Cow, string::String};

use crate::case;

/// Whether a word, in lower case, makes a field restricted wherever it stands in its name.
const fn is_restricted_word(word: &[u8]) -> bool {
    matches!(
        word,
        b"apikey"
            | b"apikeys"
            | b"auth"
            | b"authorization"
            | b"credential"
            | b"credentials"
            | b"cvc"
            | b"cvv"
            | b"key"
            | b"keys"
            | b"passcode"
            | b"passphrase"
            | b"passwd"
            | b"password"
            | b"passwords"
            | b"pwd"
            | b"secret"
            | b"secrets"
            | b"ssn"
            | b"ssns"
            | b"token"
            | b"tokens"
    )
}

/// The longest of those words, and of what words end in. A longer word is looked at by its end.
const LONGEST: usize = 16;

/// Two words that make a field restricted where the one follows the other.
const RESTRICTED_PAIRS: &[(&str, &str)] = &[
    ("bank", "card"),
    ("card", "no"),
    ("card", "num"),
    ("card", "number"),
    ("card", "pan"),
    ("credit", "card"),
    ("debit", "card"),
    ("pass", "code"),
    ("pass", "phrase"),
    ("pass", "word"),
    ("payment", "card"),
    ("social", "security"),
];

/// Words that nobody separates from what stands before them: `clientsecret`, `accesstoken`.
const RESTRICTED_ENDINGS: &[&[u8]] =
    &[b"accesskey", b"apikey", b"password", b"passwd", b"privatekey", b"secret", b"secretkey", b"token"];

/// Pairs written as one word.
const RESTRICTED_JOINED: &[&[u8]] = &[b"cardnumber", b"creditcard", b"socialsecurity"];

/// Letters that look like one of ASCII, and which; sorted.
#[rustfmt::skip]
const LOOKALIKES: &[(char, char)] = &[
    ('ı', 'i'), ('ɑ', 'a'), ('ɡ', 'g'), ('Α', 'A'), ('Β', 'B'), ('Ε', 'E'), ('Ζ', 'Z'), ('Η', 'H'),
    ('Ι', 'I'), ('Κ', 'K'), ('Μ', 'M'), ('Ν', 'N'), ('Ο', 'O'), ('Ρ', 'P'), ('Τ', 'T'), ('Υ', 'Y'),
    ('Χ', 'X'), ('α', 'a'), ('ι', 'i'), ('κ', 'k'), ('ν', 'v'), ('ο', 'o'), ('ρ', 'p'), ('τ', 't'),
    ('υ', 'u'), ('ϲ', 'c'), ('Ѕ', 'S'), ('І', 'I'), ('Ј', 'J'), ('А', 'A'), ('В', 'B'), ('Е', 'E'),
    ('К', 'K'), ('М', 'M'), ('Н', 'H'), ('О', 'O'), ('Р', 'P'), ('С', 'C'), ('Т', 'T'), ('У', 'Y'),
    ('Х', 'X'), ('а', 'a'), ('е', 'e'), ('к', 'k'), ('о', 'o'), ('р', 'p'), ('с', 'c'), ('т', 't'),
    ('у', 'y'), ('х', 'x'), ('ѕ', 's'), ('і', 'i'), ('ј', 'j'), ('һ', 'h'), ('ԁ', 'd'), ('ԛ', 'q'),
    ('ԝ', 'w'),
];

/// The name as it looks: without what does not show, wide letters narrow, and those of other scripts
/// that look like ones of ASCII as these. Whoever names a field so means the one that it looks like,
/// or means to hide it.
fn as_it_looks(name: &str) -> Cow<'_, str> {
    if name.is_ascii() {
        return name.into();
    }
    let look = |char: char| match char {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(char).wrapping_sub(0xfee0)),
        char if crate::webhook::is_invisible(char) => None,
        char => {
            let known = LOOKALIKES.binary_search_by(|(known, _)| known.cmp(&char));
            Some(known.ok().and_then(|at| LOOKALIKES.get(at)).map_or(char, |(_, looks)| *looks))
        }
    };
    name.chars().filter_map(look).collect::<String>().into()
}

/// The words of a name, in lower case: `cardNumber`, `card_number`, `CARD-NUMBER` and `CardNumber2`
/// all have `card` and `number`.
pub fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|char: char| !char.is_alphabetic()).flat_map(Camel).filter(|word| !word.is_empty())
}

/// The parts of a camel-cased word: `userSSNHash` is `user`, `SSN`, `Hash`.
struct Camel<'a>(&'a str);

impl<'a> Iterator for Camel<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let word = self.0;
        let mut chars = word.char_indices().peekable();
        let (_, mut before) = chars.next()?;
        while let Some((at, char)) = chars.next() {
            let next_is_lower = chars.peek().is_some_and(|(_, next)| next.is_lowercase());
            let begins =
                char.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_is_lower));
            if begins && let Some((part, rest)) = word.split_at_checked(at) {
                self.0 = rest;
                return Some(part);
            }
            before = char;
        }
        self.0 = "";
        Some(word)
    }
}

/// The name with nothing between its words, in lower case: two names that are one have the same.
#[must_use]
pub fn normalized(name: &str) -> String {
    let name = as_it_looks(name);
    let mut out = String::with_capacity(name.len());
    // Digits tell names apart that differ in nothing else: `line1`, `line2`.
    for char in name.chars().filter(|char| char.is_alphanumeric()) {
        if char.is_ascii() {
            out.push(char.to_ascii_lowercase());
        } else {
            case::push_lower(char, &mut out);
        }
    }
    out
}

/// Whether the name says that its values are not for showing. `secret_hint`, `userPassword` and
/// `API-Key` do; `passenger`, `keyboard` and `secretary` do not.
#[must_use]
pub fn is_restricted(name: &str) -> bool {
    // The usual name is one word.
    if name.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return is_restricted_alone(name);
    }
    let name = &*as_it_looks(name);
    let mut before = "";
    words(name).any(|word| {
        let pair =
            RESTRICTED_PAIRS.iter().any(|(one, two)| before.eq_ignore_ascii_case(one) && is_word(word, two));
        before = word;
        pair || is_restricted_alone(word)
    }) || spells_restricted(name)
}

/// Whether a word, whatever stands around it, makes a field restricted.
fn is_restricted_alone(word: &str) -> bool {
    let mut buffer = [0; LONGEST];
    let end = word.as_bytes();
    let end = end.get(end.len().saturating_sub(LONGEST)..).unwrap_or(end);
    let lower = buffer.get_mut(..end.len()).unwrap_or_default();
    lower.copy_from_slice(end);
    lower.make_ascii_lowercase();
    (word.len() <= LONGEST && is_restricted_word(lower))
        || RESTRICTED_ENDINGS.iter().any(|ending| lower.ends_with(ending))
        || RESTRICTED_JOINED.iter().any(|joined| contains(word.as_bytes(), joined))
}

/// Whether single letters with something between them spell a restricted word: `s.s.n`, `S_S_N`.
fn spells_restricted(name: &str) -> bool {
    let mut buffer = [0; LONGEST];
    let mut letters = buffer.iter_mut();
    let mut length = 0_usize;
    for word in words(name) {
        let ([letter], Some(place)) = (word.as_bytes(), letters.next()) else { return false };
        *place = letter.to_ascii_lowercase();
        length = length.saturating_add(1);
    }
    buffer.get(..length).is_some_and(is_restricted_word)
}

/// A word, or several of it.
fn is_word(word: &str, wanted: &str) -> bool {
    word.eq_ignore_ascii_case(wanted)
        || word.strip_suffix(['s', 'S']).is_some_and(|one| one.eq_ignore_ascii_case(wanted))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn words_are_found_however_they_are_joined() {
        for name in ["cardNumber", "card_number", "CARD-NUMBER", "CardNumber2", "card number", "card.number"]
        {
            let words: Vec<_> = words(name).map(str::to_ascii_lowercase).collect();
            assert_eq!(words, ["card", "number"], "{name}");
        }
        assert_eq!(words("userSSNHash").collect::<Vec<_>>(), ["user", "SSN", "Hash"]);
        assert_eq!(words("").count(), 0);
    }

    #[test]
    fn names_that_are_one_are_normalized_alike() {
        assert_eq!(normalized("Card-Number"), normalized("cardNumber"));
        assert_ne!(normalized("line1"), normalized("line2"));
        assert_eq!(normalized("ｈome\u{200d}Ρhone"), normalized("home_phone"));
        assert!(LOOKALIKES.is_sorted());
    }

    #[test]
    fn restricted_names_are_told_from_names_that_look_like_them() {
        for name in [
            "secret_hint",
            "SECRET_KEY",
            "userPassword",
            "API-Key",
            "apikey",
            "accessToken",
            "accesstoken",
            "ssn",
            "userSSN",
            "s.s.n",
            "clientsecret",
            "credit_card",
            "creditCards",
            "cardNumber",
            "cvv",
            "social security",
            "privatekey",
            "auth",
            "db-passwd",
            "tokens",
            "key",
            "__secret__",
            "KEY1",
            "secret2",
            "cardnumber",
            "Authorization",
            "credentials",
            "pwd",
            "user passphrase",
            "pass_word",
            "PassPhrase",
            "pass\u{200b}word",
            "p\u{ad}assword",
            "ｐａｓｓｗｏｒｄ",
            "ａｐｉ＿ｋｅｙ",
            "pаsswоrd",
            "тоkеn",
            "ΑΡΙ-ΚΕΥ",
        ] {
            assert!(is_restricted(name), "{name}");
        }
        for name in [
            "passenger",
            "keyboard",
            "secretary",
            "monkey",
            "author",
            "name",
            "tags",
            "items",
            "card_type",
            "cards",
            "business",
            "tokenizer",
            "session",
            "authentic",
            "keyed",
            "",
            "_",
            "number",
            "a",
            "x1",
            "пароход",
            "passing_words",
            "compass word",
            "κλειδί",
        ] {
            assert!(!is_restricted(name), "{name}");
        }
    }
}
