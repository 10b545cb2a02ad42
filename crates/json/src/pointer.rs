//! JSON Pointers (RFC 6901): where something stands in a document.

use alloc::{format, string::String};

/// Appends the name of a member (section 3).
pub fn push_member(pointer: &mut String, name: &str) {
    pointer.push('/');
    for character in name.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// The name that a part of a pointer stands for. None if it holds a `~` that begins no escape (section 4).
#[must_use]
pub fn unescaped(part: &str) -> Option<String> {
    let mut name = String::with_capacity(part.len());
    let mut characters = part.chars();
    while let Some(character) = characters.next() {
        name.push(match character {
            '~' => match characters.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            other => other,
        });
    }
    Some(name)
}

/// Appends the index of an element.
pub fn push_element(pointer: &mut String, index: usize) {
    pointer.push_str(&format!("/{index}"));
}
