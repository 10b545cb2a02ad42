//! Pointers with wildcards, compared part by part on the way down.

use alloc::{string::String, vec::Vec};

use portcullis_json::pointer::unescaped;

/// A JSON Pointer (RFC 6901) whose parts may be `*`, and whose last part may be `**`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Exactly(String),
    Any,
    AllBelow,
}

/// How a place relates to a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is not on the way to what the pattern names.
    Not,
    /// What is below it may be named.
    Way,
    /// It is named.
    Named,
}

impl Pattern {
    /// Reads a pattern. None if it is no pointer.
    pub(super) fn new(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self(Vec::new()));
        }
        let parts: Vec<&str> = text.strip_prefix('/')?.split('/').collect();
        let last = parts.len().saturating_sub(1);
        let parts = parts.into_iter().enumerate().map(|(at, part)| match part {
            "*" => Some(Part::Any),
            "**" => (at == last).then_some(Part::AllBelow),
            part => unescaped(part).map(Part::Exactly),
        });
        parts.collect::<Option<_>>().map(Self)
    }

    /// Whether the pattern names the whole document.
    pub(super) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// How the place `part`, `depth` parts below the root, fits a pattern that its parent was on the
    /// way to.
    pub(super) fn fit(&self, depth: usize, part: &str) -> Fit {
        let fits = match self.0.get(depth) {
            Some(Part::Exactly(wanted)) => wanted == part,
            Some(Part::Any) => true,
            Some(Part::AllBelow) => return Fit::Named,
            None => false,
        };
        match (fits, depth.saturating_add(1) == self.0.len()) {
            (false, _) => Fit::Not,
            (true, false) => Fit::Way,
            (true, true) => Fit::Named,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_part_by_part() {
        let pattern = Pattern::new("/users/*/a~1b").unwrap();
        assert_eq!(pattern.fit(0, "users"), Fit::Way);
        assert_eq!(pattern.fit(0, "others"), Fit::Not);
        assert_eq!(pattern.fit(1, "7"), Fit::Way);
        assert_eq!(pattern.fit(2, "a/b"), Fit::Named);
        assert_eq!(pattern.fit(2, "a"), Fit::Not);
        assert_eq!(Pattern::new("/log/**").unwrap().fit(1, "x"), Fit::Named);
        assert!(Pattern::new("").unwrap().is_root());
        for text in ["a", "/a~", "/a~2", "/**/a"] {
            assert_eq!(Pattern::new(text), None, "{text}");
        }
    }
}
