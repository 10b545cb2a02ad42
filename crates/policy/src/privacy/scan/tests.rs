use alloc::{format, string::String, vec::Vec};

use portcullis_token::json;
use proptest::prelude::*;

use super::*;

fn names(text: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    members(text.as_bytes(), |member| {
        names.push(format!("{}={}", &text[member.name.clone()], &text[member.value.clone()]));
        assert_eq!(&text[member.whole.clone()][..1], "\"");
        Ok(())
    })
    .ok()
    .map(|()| names)
}

#[test]
fn members_are_found_where_they_stand() {
    let found = names(r#" { "a" : 1 ,"b\n":[{"c":"}"},null], "long name of a member":"x\"y" } "#).unwrap();
    assert_eq!(found, ["a=1", r#"b\n=[{"c":"}"},null]"#, r#"long name of a member="x\"y""#]);
    assert_eq!(names("{}"), Some(Vec::new()));
}

#[test]
fn what_is_no_object_is_refused() {
    for text in [
        "",
        "[]",
        "1",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":+1}",
        "{\"a\":\"\u{1}\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":1}x",
        "{\"a\":tru}",
        "{\"a\":nul",
        "{\"a\":\"0123456\u{1f}\"}",
        "{\"a\":[1}",
        "{a:1}",
        "{\"a\":1 \"b\":2}",
    ] {
        assert_eq!(names(text), None, "{text}");
    }
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(70), "]".repeat(70));
    assert_eq!(names(&deep), None);
}

#[test]
fn plain_bytes_are_counted_whatever_stands_around() {
    for length in 0..40 {
        for special in [b'"', b'\\', 0, 0x1f] {
            let mut text = "é~\u{7f} !#[]^".repeat(5).into_bytes();
            text.truncate(length);
            text.push(special);
            text.extend_from_slice(b"\"\\\0rest of it");
            assert_eq!(plain(&text), length);
        }
    }
}

/// Texts that are nearly JSON.
fn nearly_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".into()),
        Just("true".into()),
        "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,2})?([eE][+-]?[0-9])?",
        "\"([a-z é\\\\]|\\\\n|\\\\u00e9){0,9}\"",
        "[0-9a-z\"{}\\[\\],: ]{0,4}",
    ];
    let value = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(|list| format!("[{}]", list.join(","))),
            proptest::collection::vec(inner, 0..3).prop_map(|list| {
                let members = list.iter().enumerate().map(|(at, value)| format!("\"m{at}\" :{value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }),
        ]
    });
    proptest::collection::vec(value, 0..4).prop_map(|values| {
        let members = values.iter().enumerate().map(|(at, value)| format!("\"f{at}\":{value}"));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    })
}

proptest! {
    #[test]
    fn the_scan_takes_what_the_strict_reader_takes(text in nearly_json()) {
        let strict = match json::parse(&text) {
            Ok(json::Json::Object(object)) => Some(object.len()),
            _ => None,
        };
        // The strict reader also refuses names that are repeated, which this text has only by chance.
        match (strict, names(&text)) {
            (Some(count), found) => prop_assert_eq!(found.map(|names| names.len()), Some(count)),
            (None, Some(names)) => {
                let repeats = json::parse_marking_repeats(text.as_bytes()).is_ok();
                prop_assert!(repeats, "taken: {} {:?}", text, names);
            }
            (None, None) => {}
        }
    }
}
