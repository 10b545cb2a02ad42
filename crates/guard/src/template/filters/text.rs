//! Filters on text, as Jinja has them.

use alloc::string::String;

use crate::case;

/// Every word with a first capital, the rest in lower case. Words end at white space, hyphens and
/// opening brackets.
pub(super) fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for char in text.chars() {
        let separates = char.is_whitespace() || matches!(char, '-' | '(' | '{' | '[' | '<');
        if begins && !separates {
            case::push_upper(char, &mut out);
        } else {
            case::push_lower(char, &mut out);
        }
        begins = separates;
    }
    out
}

/// The text, cut to `length` characters with `end`, at the end of a word unless words are cut too.
/// A text that is at most `leeway` longer stays whole.
pub(super) fn truncate(text: &str, length: usize, cut_words: bool, end: &str, leeway: usize) -> String {
    let count = text.chars().count();
    if count <= length.saturating_add(leeway) {
        return text.into();
    }
    let keep = length.saturating_sub(end.chars().count());
    let cut: String = text.chars().take(keep).collect();
    let kept = match cut.rsplit_once(' ') {
        Some((words, _)) if !cut_words => words,
        _ => &cut,
    };
    let mut out = String::from(kept);
    out.push_str(end);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_begin_every_word() {
        assert_eq!(title("bob o'neil-SMITH (the second)"), "Bob O'neil-Smith (The Second)");
        assert_eq!(title("élan"), "Élan");
        assert_eq!(title(""), "");
    }

    #[test]
    fn texts_are_cut_at_words_and_little_more_stays_whole() {
        assert_eq!(truncate("foo bar baz qux", 9, false, "...", 5), "foo...");
        assert_eq!(truncate("foo bar baz qux", 9, true, "...", 5), "foo ba...");
        assert_eq!(truncate("foo bar baz qux", 11, false, "...", 5), "foo bar baz qux");
        assert_eq!(truncate("foo bar baz qux", 11, false, "...", 0), "foo bar...");
        assert_eq!(truncate("abcdefgh", 2, false, "...", 0), "...");
    }
}
