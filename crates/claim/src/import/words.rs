//! From the names that people give to segments of ids.

use alloc::string::String;

/// The part cannot become a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoSegment;

/// The part as one segment.
pub(super) fn segment(part: &str) -> Result<String, NoSegment> {
    let mut segment = String::with_capacity(part.len());
    push_words(&mut segment, part)?;
    Ok(segment)
}

/// Appends the words of `part`, lowered and joined by `-`. A character outside ASCII, or no word
/// at all, is an error.
pub(super) fn push_words(to: &mut String, part: &str) -> Result<(), NoSegment> {
    let empty = to.len();
    let mut before: Option<char> = None;
    let mut chars = part.chars().peekable();
    while let Some(char) = chars.next() {
        if !char.is_ascii() {
            return Err(NoSegment);
        }
        if char.is_ascii_alphanumeric() {
            let starts = match before {
                None => true,
                Some(before) if before.is_ascii_uppercase() => {
                    char.is_ascii_uppercase() && chars.peek().is_some_and(char::is_ascii_lowercase)
                }
                Some(_) => char.is_ascii_uppercase(),
            };
            if starts && to.len() > empty {
                to.push('-');
            }
            to.push(char.to_ascii_lowercase());
        }
        before = char.is_ascii_alphanumeric().then_some(char);
    }
    if to.len() == empty { Err(NoSegment) } else { Ok(()) }
}
