//! Values that tell by their looks what they are. Each looks at the whole of a text for a place
//! where such a value stands, with nothing of the same kind around it.

use alloc::string::String;

use portcullis_wire::policy::Detector;

use crate::webhook::is_invisible;

/// Longest text that is looked through for values inside it; a longer one is no field of a form.
const MAX_TEXT_BYTES: usize = 64 << 10;

/// Shortest text that any detector finds something in.
const MIN_TEXT_BYTES: usize = 6;

/// Prefixes of keys and tokens, and how many characters come behind at least.
const API_KEYS: &[(&[u8], usize)] = &[
    (b"AKIA", 16),
    (b"AIza", 30),
    (b"ASIA", 16),
    (b"EAAC", 20),
    (b"SG.", 40),
    (b"dop_v1_", 40),
    (b"ghp_", 30),
    (b"gho_", 30),
    (b"ghr_", 30),
    (b"ghs_", 30),
    (b"ghu_", 30),
    (b"github_pat_", 40),
    (b"glpat-", 20),
    (b"hf_", 30),
    (b"hvs.", 20),
    (b"npm_", 30),
    (b"pk_live_", 16),
    (b"pypi-", 30),
    (b"rk_live_", 16),
    (b"shpat_", 30),
    (b"sk-ant-", 20),
    (b"sk-", 32),
    (b"sk_live_", 16),
    (b"sk_test_", 16),
    (b"whsec_", 20),
    (b"xapp-", 20),
    (b"xoxa-", 20),
    (b"xoxb-", 20),
    (b"xoxp-", 20),
    (b"xoxr-", 20),
    (b"ya29.", 20),
];

/// Whether a text is, or holds, a value of this kind.
#[must_use]
pub fn detects(kind: Detector, text: &[u8]) -> bool {
    if text.len() < MIN_TEXT_BYTES || text.len() > MAX_TEXT_BYTES {
        // What is too long to look through is not taken for harmless.
        return text.len() > MAX_TEXT_BYTES;
    }
    holds(kind, text) || (!text.is_ascii() && holds(kind, plain(text).as_bytes()))
}

fn holds(kind: Detector, text: &[u8]) -> bool {
    match kind {
        Detector::Card => {
            runs(text, is_digit_or_separator).any(holds_card)
                || runs(text, is_digit_or_dot).any(is_dotted_card)
        }
        Detector::Ssn => {
            runs(text, is_digit_or_separator).any(is_ssn) || runs(text, is_digit_or_dot).any(is_ssn)
        }
        Detector::Iban => runs(text, |byte| byte.is_ascii_alphanumeric() || byte == b' ').any(holds_iban),
        Detector::Jwt => runs(text, |byte| is_base64url(byte) || byte == b'.').any(is_jwt),
        Detector::ApiKey => {
            runs(text, |byte| is_base64url(byte) || byte == b'.').any(holds_api_key)
                || holds_private_key(text)
        }
        Detector::Email => holds_email(text),
    }
}

/// Digits of the scripts that people type numbers in: where the ten of each begin.
const ZEROS: &[u32] = &[0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10];

/// The text as it is read: digits, spaces and dashes of other kinds as those of ASCII, wide letters
/// narrow, and nothing that does not show.
fn plain(text: &[u8]) -> String {
    let plain = |char: char| match char {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => Some('-'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(char).wrapping_sub(0xfee0)),
        char if char.is_whitespace() => Some(' '),
        char if is_invisible(char) => None,
        char => {
            let digit =
                |zero: &u32| u32::from(char).checked_sub(*zero).and_then(|digit| char::from_digit(digit, 10));
            Some(ZEROS.iter().find_map(digit).unwrap_or(char))
        }
    };
    String::from_utf8_lossy(text).chars().filter_map(plain).collect()
}

/// The longest parts of a text whose bytes all are of a kind.
fn runs(text: &[u8], of: impl Fn(u8) -> bool) -> impl Iterator<Item = &[u8]> {
    text.split(move |byte| !of(*byte)).filter(|run| run.len() >= MIN_TEXT_BYTES)
}

const fn is_digit_or_separator(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b' ' | b'-')
}

const fn is_digit_or_dot(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'.'
}

const fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether the digits of a text are a payment card's number: 12 to 19, with the right check digit.
pub(super) fn is_card(text: &[u8]) -> bool {
    let digits = || text.iter().rev().filter(|byte| byte.is_ascii_digit()).map(|byte| u32::from(byte & 0x0f));
    let count = digits().count();
    if !(12..=19).contains(&count) || digits().all(|digit| digit == 0) {
        return false;
    }
    let sum = digits().enumerate().fold(0_u32, |sum, (place, digit)| {
        let worth = match (place.is_multiple_of(2), digit.saturating_mul(2)) {
            (true, _) => digit,
            (false, double) if double > 9 => double.saturating_sub(9),
            (false, double) => double,
        };
        sum.saturating_add(worth)
    });
    sum.is_multiple_of(10)
}

/// A run of digits and separators is a card's number, or holds one: `4111 1111 1111 1111 12/27` has
/// its digits next to others.
fn holds_card(run: &[u8]) -> bool {
    if is_card(run) {
        return true;
    }
    // Parts that separators set apart, as many of them as make a number's length.
    let mut start = 0;
    while let Some(rest) = run.get(start..) {
        let mut digits = 0_usize;
        for (at, byte) in rest.iter().enumerate() {
            if byte.is_ascii_digit() {
                digits = digits.saturating_add(1);
            }
            let ends = rest.get(at.saturating_add(1)).is_none_or(|next| !next.is_ascii_digit());
            if digits > 19 {
                break;
            }
            if ends && digits >= 12 && is_card(rest.get(..=at).unwrap_or_default()) {
                return true;
            }
        }
        // The next part.
        let Some(separator) = rest.iter().position(|byte| !byte.is_ascii_digit()) else { break };
        start = start.saturating_add(separator).saturating_add(1);
    }
    false
}

/// Groups of four digits with dots between them. Other digits with a dot are a number.
fn is_dotted_card(run: &[u8]) -> bool {
    let run = run.strip_suffix(b".").unwrap_or(run);
    let groups = || run.split(|byte| *byte == b'.');
    let last = groups().next_back().map_or(0, <[u8]>::len);
    groups().rev().skip(1).all(|group| group.len() == 4) && last <= 4 && groups().count() >= 3 && is_card(run)
}

/// Three, two and four digits, set apart the same way; not a number that is never given out.
fn is_ssn(run: &[u8]) -> bool {
    let run = run.trim_ascii();
    let run = run.strip_suffix(b".").unwrap_or(run);
    let parts = |separator: u8| {
        let mut parts = run.split(move |byte| *byte == separator);
        let parts = [parts.next(), parts.next(), parts.next(), parts.next()];
        match parts {
            [Some(area), Some(group), Some(serial), None] => Some((area, group, serial)),
            _ => None,
        }
    };
    let apart = parts(b'-').or_else(|| parts(b' ')).or_else(|| parts(b'.'));
    let together = || Some((run.get(..3)?, run.get(3..5)?, run.get(5..)?));
    let Some((area, group, serial)) = apart.or_else(together) else { return false };
    let are_digits = [area, group, serial].iter().all(|part| part.iter().all(u8::is_ascii_digit));
    are_digits
        && (area.len(), group.len(), serial.len()) == (3, 2, 4)
        && !matches!(area, b"000" | b"666" | [b'9', ..])
        && group != b"00"
        && serial != b"0000"
}

/// An IBAN among words: two letters, two digits, and what its check digits vouch for.
fn holds_iban(run: &[u8]) -> bool {
    let mut rest = run;
    loop {
        if is_iban_start(rest) && (15..=34).rev().any(|length| is_iban(rest, length)) {
            return true;
        }
        let Some(space) = rest.iter().position(|byte| *byte == b' ') else { return false };
        rest = rest.get(space..).unwrap_or_default().trim_ascii_start();
    }
}

fn is_iban_start(text: &[u8]) -> bool {
    matches!(text, [one, two, three, four, ..]
        if one.is_ascii_alphabetic() && two.is_ascii_alphabetic() && three.is_ascii_digit() && four.is_ascii_digit())
}

/// Whether the first `length` characters that are no spaces have a remainder of 1 (ISO 7064).
fn is_iban(text: &[u8], length: usize) -> bool {
    let letters = || text.iter().filter(|byte| **byte != b' ');
    if letters().take(length).count() < length {
        return false;
    }
    let moved = letters().take(length).skip(4).chain(letters().take(4));
    let remainder = moved.fold(0_u32, |remainder, byte| {
        let (value, worth) = match byte {
            b'0'..=b'9' => (u32::from(byte & 0x0f), 10),
            letter => (u32::from(letter.to_ascii_uppercase()).saturating_sub(55), 100),
        };
        remainder.saturating_mul(worth).saturating_add(value) % 97
    });
    remainder == 1
}

/// Three parts, or the five of one that is encrypted, of which the first is a JSON object in base64url.
fn is_jwt(run: &[u8]) -> bool {
    let mut parts = run.split(|byte| *byte == b'.');
    let (Some(header), Some(payload), Some(third)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    // Where the key is agreed on, the place of the encrypted one is empty.
    let is_encrypted = payload.is_empty() && third.len() >= 2 && parts.count() == 2;
    // `{"` or `{ `, and the next character, whatever it is.
    header.windows(3).any(|start| matches!(start, b"eyJ" | b"eyA"))
        && header.len() >= 8
        && (payload.len() >= 2 || is_encrypted)
}

fn holds_api_key(run: &[u8]) -> bool {
    API_KEYS.iter().any(|(prefix, behind)| {
        let mut rest = run;
        loop {
            let Some(at) = rest.windows(prefix.len()).position(|window| window == *prefix) else {
                return false;
            };
            let before = at.checked_sub(1).and_then(|before| rest.get(before));
            rest = rest.get(at.saturating_add(prefix.len())..).unwrap_or_default();
            if before.is_none_or(|byte| !byte.is_ascii_alphanumeric()) && rest.len() >= *behind {
                return true;
            }
        }
    })
}

/// A key as text, between its two lines.
fn holds_private_key(text: &[u8]) -> bool {
    let has = |part: &[u8]| text.windows(part.len()).any(|window| window == part);
    has(b"-----BEGIN ") && has(b"PRIVATE KEY-----")
}

/// An address with something before the `@`, and a domain with a dot behind it.
fn holds_email(text: &[u8]) -> bool {
    let is_local = |byte: &u8| {
        byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(byte) || !byte.is_ascii()
    };
    let is_domain =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.') || !byte.is_ascii();
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte == b'@') {
        let (before, behind) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        let behind = behind.get(1..).unwrap_or_default();
        let length = behind.iter().take_while(is_domain).count();
        let domain = behind.get(..length).unwrap_or_default();
        let inner_dot = domain
            .windows(3)
            .any(|window| matches!(window, [one, b'.', two] if *one != b'.' && *two != b'.'));
        if before.last().is_some_and(is_local) && inner_dot {
            return true;
        }
        rest = behind;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn finds(kind: Detector, found: &[&str], not: &[&str]) {
        for text in found {
            assert!(detects(kind, text.as_bytes()), "{kind:?} in {text}");
        }
        for text in not {
            assert!(!detects(kind, text.as_bytes()), "{kind:?} in {text}");
        }
    }

    #[test]
    fn cards_have_the_right_check_digit() {
        let cards = [
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "378282246310005",
            "card 5555555555554444.",
            "4111 1111 1111 1111 12 27",
            "123 4111111111111111",
            "4111.1111.1111.1111",
            "3782.8224.6310.005.",
            "4111\u{a0}1111\u{2009}1111\u{202f}1111",
            "4111\u{2011}1111\u{2013}1111\u{2212}1111",
            "４１１１１１１１１１１１１１１１",
            "٤١١١١١١١١١١١١١١١",
            "4111\u{200b}1111\u{2060}1111\u{ad}1111",
        ];
        finds(
            Detector::Card,
            &cards,
            &[
                "4111111111111112",
                "0000000000000000",
                "12345678901",
                "order 1042",
                "a4111",
                "411111111111.1111",
                "4111.1111.1111.1112",
            ],
        );
    }

    #[test]
    fn social_security_numbers_are_those_that_are_given_out() {
        finds(
            Detector::Ssn,
            &[
                "078-05-1120",
                "078 05 1120",
                "078051120",
                "SSN: 078-05-1120.",
                "078.05.1120",
                "０７８－０５－１１２０",
            ],
            &[
                "000-05-1120",
                "666-05-1120",
                "978-05-1120",
                "078-00-1120",
                "078-05-0000",
                "0780511201",
                "078-051120",
            ],
        );
    }

    #[test]
    fn ibans_have_the_right_check_digits() {
        finds(
            Detector::Iban,
            &[
                "DE89370400440532013000",
                "GB82 WEST 1234 5698 7654 32",
                "to DE89 3704 0044 0532 0130 00 today",
            ],
            &["DE89370400440532013001", "DE89 3704", "hello world 1234567890"],
        );
    }

    #[test]
    fn tokens_and_keys_are_told_by_how_they_begin() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc";
        finds(
            Detector::Jwt,
            &[
                jwt,
                &alloc::format!("Bearer {jwt}"),
                "eyAiYWxnIjogIkhTMjU2IiB9.eyJzdWIiOiIxIn0.abc",
                "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..aaaa.bbbb.cccc",
            ],
            &["a.b.c", "eyJ.a.b", "www.example.com", "eyJhbGciOiJkaXIi..aaaa"],
        );
        let key = "k".repeat(40);
        finds(
            Detector::ApiKey,
            &[
                &alloc::format!("ghp_{key}"),
                &alloc::format!("key=sk_live_{key};"),
                &alloc::format!("hf_{key}"),
                &alloc::format!("pypi-{key}"),
                "AKIAIOSFODNN7EXAMPLE",
                "-----BEGIN EC PRIVATE KEY-----\nMHc",
            ],
            &["ghp_short", &alloc::format!("xghp_{key}"), "task-force", "AKIA"],
        );
    }

    #[test]
    fn addresses_have_both_their_sides() {
        finds(
            Detector::Email,
            &["ann@example.com", "Ann <ann@example.com>", "jörg@müller.example", "a@b@c.de"],
            &["ann@example", "@example.com", "a @example.com", "ann at example.com", "a@.."],
        );
    }
}
