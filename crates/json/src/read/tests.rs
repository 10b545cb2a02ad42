use alloc::{
    borrow::Cow,
    boxed::Box,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

use proptest::prelude::*;
use serde::Deserialize;

use super::{Mistake, MistakeKind, Reader, read};
use crate::{Read, parse};

#[derive(Debug, PartialEq, Read, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thing<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(rename = "type", default = "two_words")]
    kind: Kind<'a>,
    #[serde(default)]
    sizes: Vec<u16>,
    below: Option<Box<Thing<'a>>>,
    #[serde(default)]
    notes: BTreeMap<String, Option<bool>>,
}

#[derive(Debug, PartialEq, Read, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind<'a> {
    TwoWords,
    #[serde(rename = "named.kind")]
    Named(#[serde(borrow)] Cow<'a, str>),
    Pair {
        first: f64,
        #[serde(default)]
        second: Option<(u8, bool)>,
    },
}

fn two_words<'a>() -> Kind<'a> {
    Kind::TwoWords
}

fn found(text: &str) -> Vec<(MistakeKind, String, String)> {
    let tree = parse(text).unwrap();
    let mistakes = read::<Thing<'_>>(&tree).unwrap_err();
    mistakes.into_iter().map(|Mistake { kind, pointer, message }| (kind, pointer, message)).collect()
}

#[test]
fn values_are_read_and_borrow_from_their_text() {
    let text = r#"{"below":{"name":"b","type":{"pair":{"first":-1.5e1,"second":[255,true]}}},
        "name":"a","type":{"named.kind":"n\n"},"sizes":[1,65535],"notes":{"x":null,"y":true}}"#;
    let tree = parse(text).unwrap();
    let thing = read::<Thing<'_>>(&tree).unwrap();
    assert_eq!(thing, serde_json::from_str(text).unwrap());
    assert!(matches!(thing.name, Cow::Borrowed("a")));
    let tree = parse(r#"{"name":"","type":"two_words"}"#).unwrap();
    assert_eq!(read::<Thing<'_>>(&tree).unwrap().kind, Kind::TwoWords);
}

#[test]
fn every_mistake_is_found_with_its_place() {
    let text = r#"{"nam":"a","type":{"named.kind":1},"sizes":[1,-1,65536,1.0,2],
        "below":{"type":{"pair":{"second":[1]}}},"notes":{"a/b":1}}"#;
    let expected = [
        (
            MistakeKind::UnknownMember,
            "/nam",
            "unknown member `nam`; expected `name`, `type`, `sizes`, `below`, `notes`",
        ),
        (MistakeKind::WrongType, "/type/named.kind", "expected a string, found a number"),
        (MistakeKind::WrongType, "/sizes/1", "expected a whole number from 0 to 65535, found a number"),
        (MistakeKind::WrongType, "/sizes/2", "expected a whole number from 0 to 65535, found a number"),
        (MistakeKind::WrongType, "/sizes/3", "expected a whole number from 0 to 65535, found a number"),
        (MistakeKind::WrongType, "/below/type/pair/second", "expected a list of two, found a list"),
        (MistakeKind::MissingMember, "/below/type/pair", "the member `first` is missing"),
        (MistakeKind::MissingMember, "/below", "the member `name` is missing"),
        (MistakeKind::WrongType, "/notes/a~1b", "expected true or false, found a number"),
        (MistakeKind::MissingMember, "", "the member `name` is missing"),
    ];
    let expected = expected.map(|(kind, pointer, message)| (kind, pointer.to_string(), message.to_string()));
    assert_eq!(found(text), expected);
}

#[test]
fn variants_are_words_or_objects_of_one_member() {
    let of = |kind: &str| found(&format!(r#"{{"name":"","type":{kind}}}"#)).remove(0);
    let (wrong, names) = (MistakeKind::WrongType, "`two_words`, `named.kind`, `pair`");
    for (kind, pointer, message) in [
        (r#""any""#, "/type", &*format!("unknown word `any`; expected {names}")),
        (r#"{"any":{}}"#, "/type", &*format!("unknown word `any`; expected {names}")),
        (r#"{"two_words":null}"#, "/type/two_words", "expected a word alone, found null"),
        (r#""pair""#, "/type", "expected an object with the content of this variant"),
        (r#"{"pair":[]}"#, "/type/pair", "expected an object, found a list"),
        ("{}", "/type", "expected a word, or an object of one member, found an object"),
        (
            r#"{"pair":{"first":1},"named.kind":""}"#,
            "/type",
            "expected a word, or an object of one member, found an object",
        ),
        ("1", "/type", "expected a word, or an object of one member, found a number"),
    ] {
        assert_eq!(of(kind), (wrong, pointer.into(), message.into()), "{kind}");
    }
}

#[test]
fn numbers_must_be_finite() {
    for text in ["1e400", "-1e400", "1e99999999999"] {
        assert!(read::<f64>(&parse(text).unwrap()).is_err(), "{text}");
    }
}

#[test]
fn what_is_left_out_is_not_there() {
    let tree = parse(r#"{"name":"a","sizes":[1,true,3]}"#).unwrap();
    let sizes = tree.as_object().and_then(|object| object.get("sizes")?.as_array()).unwrap();
    let mut reader = Reader::without(Vec::from([&sizes[1]]));
    let mut thing = Thing::blank();
    assert!(thing.read(&tree, &mut reader));
    assert_eq!((thing.sizes, reader.mistakes()), (Vec::from([1, 3]), Vec::new()));
}

#[test]
fn debug_shows_nothing_of_the_input() {
    let tree = parse(r#"{"secret":{}}"#).unwrap();
    let shown = format!("{:?}", read::<Thing<'_>>(&tree).unwrap_err());
    assert_eq!(shown, "[Mistake(UnknownMember), Mistake(MissingMember)]");
}

/// JSON that is often a thing, or nearly.
fn nearly() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::json!(null)),
        any::<bool>().prop_map(Into::into),
        (-2_i64..300).prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "two_words|pair|[a-b]{0,2}".prop_map(Into::into),
    ];
    let name = "name|type|sizes|below|notes|named.kind|pair|first|second|x";
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(serde_json::Value::from),
            prop::collection::btree_map(name, inner, 0..4)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// One meaning: what serde reads of a text is what is read here, and what it refuses is refused.
    #[test]
    fn as_serde_reads(thing in nearly(), named: bool) {
        let mut thing = thing;
        if let (true, Some(object)) = (named, thing.as_object_mut()) {
            object.insert("name".into(), "n".into());
        }
        let text = thing.to_string();
        let tree = parse(&text).unwrap();
        match (read::<Thing<'_>>(&tree), serde_json::from_str::<Thing<'_>>(&text)) {
            (Ok(read), Ok(expected)) => prop_assert_eq!(read, expected),
            (Err(mistakes), Err(_)) => prop_assert!(!mistakes.is_empty()),
            (read, expected) => prop_assert!(false, "{}: {:?} {:?}", text, read, expected),
        }
    }

    #[test]
    fn times_are_read_as_the_standard_library_reads_them(seconds in 0_u64..1 << 34, part in 0_u32..1_000_000_000) {
        let text = format!("{seconds}.{part:09}");
        prop_assert_eq!(read::<f64>(&parse(&text).unwrap()).unwrap(), text.parse::<f64>().unwrap());
    }
}
