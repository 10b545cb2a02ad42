//! The name that was probably meant.

use alloc::{format, string::String, vec::Vec};

/// Longest names that are compared; longer ones are not misspelt, they are something else.
const MAX_NAME: usize = 64;

/// The message, and the nearest of the known names if there is one near enough.
pub(crate) fn or_nearest<'n>(message: String, name: &str, known: impl Iterator<Item = &'n str>) -> String {
    match nearest(name, known) {
        Some(nearest) => format!("{message}; did you mean `{nearest}`?"),
        None => message,
    }
}

fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // A third of the letters may be wrong, and one always.
    let most = (name.len() / 3).max(1);
    let near = known.filter_map(|other| Some((distance(name, other)?, other)));
    near.filter(|(distance, _)| *distance <= most).min().map(|(_, other)| other)
}

/// Letters to insert, delete or replace (Levenshtein); a change of case counts nothing.
fn distance(one: &str, other: &str) -> Option<usize> {
    if one.len() > MAX_NAME || other.len() > MAX_NAME {
        return None;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, b) in row.iter_mut().skip(1).zip(other.bytes()) {
            let replaced = diagonal.saturating_add(usize::from(!a.eq_ignore_ascii_case(&b)));
            diagonal = *cell;
            left = replaced.min(diagonal.saturating_add(1)).min(left.saturating_add(1));
            *cell = left;
        }
    }
    row.last().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_third_of_the_letters_may_be_wrong() {
        let known = ["owner", "created_at", "size"];
        let find = |name| nearest(name, known.into_iter());
        assert_eq!(find("ownr"), Some("owner"));
        assert_eq!(find("Owner"), Some("owner"));
        assert_eq!(find("createdAt"), Some("created_at"));
        assert_eq!(find("colour"), None);
        assert_eq!(distance("kitten", "sitting"), Some(3));
        assert_eq!(distance("", "abc"), Some(3));
    }
}
