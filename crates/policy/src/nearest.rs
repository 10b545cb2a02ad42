//! The name that someone probably meant.

use alloc::{format, string::String, vec::Vec};

/// Longer names are not compared.
const MAX_CHARACTERS: usize = 64;

/// Of these names, the one that differs least from another, if by little.
pub(crate) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let allowed = name.chars().count().div_ceil(3);
    names
        .map(|known| (distance(name, known), known))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, known)| known)
}

/// The same as the end of a message.
pub(crate) fn hint<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> String {
    nearest(name, names).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// How many characters must be put in, taken out or exchanged (Levenshtein).
fn distance(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().take(MAX_CHARACTERS).collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (at, character) in one.chars().take(MAX_CHARACTERS).enumerate() {
        let mut diagonal = at;
        let mut left = at.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (other, above) in two.iter().zip(row.iter_mut().skip(1)) {
            let exchanged = diagonal.saturating_add(usize::from(*other != character));
            diagonal = *above;
            left = exchanged.min(diagonal.saturating_add(1)).min(left.saturating_add(1));
            *above = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_counted() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn the_nearest_name_is_near() {
        assert_eq!(nearest("creater", ["creator", "total"].into_iter()), Some("creator"));
        assert_eq!(nearest("zzz", ["creator", "total"].into_iter()), None);
    }
}
