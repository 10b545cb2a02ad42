//! What is written is what others write.

use alloc::{collections::BTreeMap, string::String, vec, vec::Vec};

use proptest::prelude::*;
use serde::Serialize;

use super::{Unwritable, write};

#[derive(Clone, Debug, Serialize)]
enum Kinds {
    Unit,
    New(Option<i64>),
    Tuple(u8, char),
    Struct { text: String, list: Vec<u64>, map: BTreeMap<String, f64>, skipped: () },
}

fn kinds() -> impl Strategy<Value = Kinds> {
    prop_oneof![
        Just(Kinds::Unit),
        any::<Option<i64>>().prop_map(Kinds::New),
        any::<(u8, char)>().prop_map(|(number, letter)| Kinds::Tuple(number, letter)),
        (text(), any::<Vec<u64>>(), any::<Vec<(String, i32)>>()).prop_map(|(text, list, map)| {
            // What a double looks like has tests of its own.
            let map = map.into_iter().map(|(name, value)| (name, f64::from(value))).collect();
            Kinds::Struct { text, list, map, skipped: () }
        }),
    ]
}

/// Letters, and what needs escapes, at every place of a word.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z\"\\\\\\x00-\\x20\\x7f-\\x81é語]{0,40}", ".{0,100}"]
}

fn written(value: &impl Serialize) -> Vec<u8> {
    let mut out = vec![];
    write(&mut out, value).expect("a form in JSON");
    out
}

proptest! {
    #[test]
    fn writes_what_serde_json_writes(value in proptest::collection::vec(kinds(), 0..4), text in text()) {
        prop_assert_eq!(written(&value), serde_json::to_vec(&value).expect("JSON"));
        prop_assert_eq!(written(&text), serde_json::to_vec(&text).expect("JSON"));
    }
}

#[test]
fn each_byte_at_each_place_of_each_length() {
    for length in (1..=17).chain(62..=73) {
        for (byte, at) in (0..=0x7f).flat_map(|byte| (0..length).map(move |at| (byte, at))) {
            let mut text = vec![b'a'; length];
            text[at] = byte;
            let text = str::from_utf8(&text).expect("ASCII");
            assert_eq!(written(&text), serde_json::to_vec(text).expect("JSON"), "{byte} at {at} of {length}");
        }
    }
}

#[test]
fn what_is_not_finite_is_null() {
    assert_eq!(written(&[f64::NAN, f64::INFINITY, 1.5, 1e21]), b"[null,null,1.5,1e21]");
}

#[test]
fn a_name_must_be_a_string() {
    assert_eq!(write(&mut vec![], &BTreeMap::from([(1, 2)])), Err(Unwritable));
}
