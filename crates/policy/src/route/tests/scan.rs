//! The quick look at a path against the close one.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::route::path::{MAX_SEGMENTS, parse_closely};
use crate::route::scan::{is_simple, until_slash};

/// A path of `length` times `a` after the slash, with `text` in the place of those from `at` on.
fn with(length: usize, at: usize, text: &str) -> String {
    let mut path = format!("/{}", "a".repeat(length));
    let end = at + text.chars().count();
    path.replace_range(at..end, text);
    path
}

fn check(path: &str) {
    if is_simple(path) {
        assert_eq!(parse_closely(path).as_deref(), Ok(path), "{path:?}");
    }
}

#[test]
fn what_looks_simple_is_so_wherever_a_character_stands() {
    for length in 1..26 {
        for at in 1..=length {
            for byte in (0..=0x7f).chain([0x85, 0xe9, 0xff]) {
                check(&with(length, at, &String::from(char::from(byte))));
            }
            if at < length {
                for pair in ["//", "/.", "%/", "./", "a/"] {
                    check(&with(length, at, pair));
                }
            }
            if at == length {
                check(&with(length, at, "/"));
            }
        }
    }
}

#[test]
fn what_looks_simple_has_not_too_many_segments() {
    for segments in 1..=2 * MAX_SEGMENTS {
        for segment in ["/a", "/abc", "/abcdefg"] {
            check(&segment.repeat(segments));
        }
    }
    // As many as would make a counter of eight bits begin anew.
    for words in [254, 255, 256, 257, 511, 512, 513] {
        check(&"/abcdefg".repeat(words));
    }
}

#[test]
fn plain_paths_look_simple() {
    for path in ["/workflow-api/data/processes", "/a/b.json/", "/users/{~}$&()*+,;=:@|"] {
        assert!(is_simple(path), "{path}");
    }
    assert!(is_simple(&"/abcdefg".repeat(MAX_SEGMENTS - 1)));
    assert!(!is_simple("no/leading/slash"));
}

#[test]
fn the_first_slash_is_found() {
    for length in 0..40 {
        let text = "a".repeat(length);
        assert_eq!(until_slash(text.as_bytes()), length);
        for tail in ["/", "//////////", "/.........", "/a/a/a/a/a/"] {
            let text = format!("{text}{tail}");
            assert_eq!(until_slash(text.as_bytes()), length, "{text}");
        }
    }
    let near: Vec<u8> = (0..=255).filter(|byte| *byte != b'/').collect();
    assert_eq!(until_slash(&near), near.len());
}
