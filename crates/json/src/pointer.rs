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

/// Appends the index of an element.
pub fn push_element(pointer: &mut String, index: usize) {
    pointer.push_str(&format!("/{index}"));
}
