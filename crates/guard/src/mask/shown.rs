//! What of a hidden value may be seen.

/// The last four digits of a payment card's number, if the text is one; else nothing. What is not a
/// card's number, such as a password that was taken for one, shows nothing at all.
#[must_use]
pub fn masked_card(text: &str) -> &str {
    let is_card = is_grouped_digits(text) && super::detect::is_card(text.as_bytes());
    if is_card { last_four(text) } else { "" }
}

/// The last four digits of a social security number, if the text is one; else nothing.
#[must_use]
pub fn masked_ssn(text: &str) -> &str {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if is_grouped_digits(text) && digits == 9 { last_four(text) } else { "" }
}

fn is_grouped_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-'))
}

/// The last four bytes, where they are digits.
fn last_four(text: &str) -> &str {
    let last = text.len().checked_sub(4).and_then(|start| text.get(start..)).unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) { last } else { "" }
}
