use super::{Json, JsonErrorKind as Kind, MAX_DEPTH, Number, Object, parse, parse_bytes};
use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use proptest::prelude::*;

fn error(text: &str) -> (Kind, usize) {
    let error = parse(text).expect_err(text);
    (error.kind(), error.offset())
}

fn string(text: &str) -> String {
    parse(text).expect(text).as_str().expect(text).to_string()
}

#[test]
fn every_kind_of_value_is_read_and_printed_compactly() {
    let text = " { \"a\" : [ 1 , -0.50e+7 , true , false , null ] , \"\" : { } , \"b\\u0063\" : \"d\\n\" , \"e\" : [ ] } \r\n\t";
    let value = parse(text).unwrap();
    assert_eq!(value.to_string(), r#"{"a":[1,-0.50e+7,true,false,null],"":{},"bc":"d\n","e":[]}"#);
    let object = value.as_object().unwrap();
    assert_eq!(object.len(), 4);
    assert_eq!(object.get("bc").and_then(Json::as_str), Some("d\n"));
    assert_eq!(object.get("absent"), None);
    let list = object.get("a").and_then(Json::as_array).unwrap();
    assert_eq!(list[1].as_number().map(Number::as_str), Some("-0.50e+7"));
    assert_eq!(list[2].as_bool(), Some(true));
    assert!(list[4].is_null());
}

#[test]
fn strings_without_escapes_borrow() {
    for (text, borrows) in [(r#""plain, äöü 🦀""#, true), (r#""a\/b""#, false)] {
        let Json::String(read) = parse(text).unwrap() else { panic!("a string") };
        assert_eq!(matches!(read, Cow::Borrowed(_)), borrows, "{text}");
    }
}

#[test]
fn numbers_keep_their_text() {
    for text in [
        "0",
        "-0",
        "0.0",
        "1E400",
        "-1e-400",
        "123456789012345678901234567890",
        "0.1000",
        "1e00",
        "1.5E+03",
        "10",
    ] {
        assert_eq!(parse(text).unwrap().as_number().unwrap().as_str(), text);
        assert_eq!(parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn numbers_outside_the_grammar_are_refused() {
    for (text, kind, offset) in [
        ("01", Kind::TrailingData, 1),
        ("-01", Kind::TrailingData, 2),
        ("00", Kind::TrailingData, 1),
        ("1.", Kind::UnexpectedEnd, 2),
        ("1.e1", Kind::Number, 2),
        ("-", Kind::UnexpectedEnd, 1),
        ("-a", Kind::Number, 1),
        ("--1", Kind::Number, 1),
        ("+1", Kind::ExpectedValue, 0),
        (".5", Kind::ExpectedValue, 0),
        ("1e", Kind::UnexpectedEnd, 2),
        ("1e+", Kind::UnexpectedEnd, 3),
        ("1e+x", Kind::Number, 3),
        ("1_000", Kind::TrailingData, 1),
        ("0x10", Kind::TrailingData, 1),
        ("NaN", Kind::ExpectedValue, 0),
        ("Infinity", Kind::ExpectedValue, 0),
        ("-Infinity", Kind::Number, 1),
        ("[01]", Kind::ExpectedCommaOrClose, 2),
        ("１", Kind::ExpectedValue, 0),
    ] {
        assert_eq!(error(text), (kind, offset), "{text}");
    }
}

#[test]
fn escapes_are_read() {
    assert_eq!(string(r#""\"\\\/\b\f\n\r\t""#), "\"\\/\u{8}\u{c}\n\r\t");
    assert_eq!(string(r#""\u0041\u00e9\u20AC\u0000""#), "Aé€\0");
    assert_eq!(string(r#""\ud83e\udd80x""#), "🦀x");
    assert_eq!(string(r#""\uDBFF\uDFFF""#), "\u{10ffff}");
    assert_eq!(string("\"\u{7f}\u{2028}\""), "\u{7f}\u{2028}");
}

#[test]
fn escapes_are_read_wherever_they_stand() {
    for (escape, stands_for) in [("\\n", "\n"), ("\\\"", "\""), ("\\u20ac", "€"), ("\\ud83d\\ude00", "😀")]
    {
        for (before, between, after) in (0..20).flat_map(|a| (0..20).map(move |b| (a, b, (a + b) % 11))) {
            let [before, between, after] = [before, between, after].map(|count| "aé".repeat(count));
            let text = format!("[\"{before}{escape}{between}{escape}{after}\"]");
            let read = parse(&text).unwrap();
            let read = read.as_array().and_then(|list| list.first()?.as_str().map(String::from));
            assert_eq!(read, Some(format!("{before}{stands_for}{between}{stands_for}{after}")), "{text}");
            let cut = text.trim_end_matches("\"]");
            assert_eq!(error(cut), (Kind::UnexpectedEnd, cut.len()));
            assert_eq!(error(&format!("{cut}\n\"]")), (Kind::ControlCharacter, cut.len()));
        }
    }
}

#[test]
fn malformed_escapes_lone_surrogates_and_control_characters_are_refused() {
    for (text, kind, offset) in [
        (r#""\x41""#, Kind::Escape, 1),
        (r#""\'""#, Kind::Escape, 1),
        (r#""\u12G4""#, Kind::Escape, 1),
        (r#""\u+123""#, Kind::Escape, 1),
        (r#""\U0041""#, Kind::Escape, 1),
        (r#""\u00"#, Kind::Escape, 1),
        (r#""\"#, Kind::UnexpectedEnd, 2),
        (r#""\ud800""#, Kind::LoneSurrogate, 1),
        (r#""\udc00""#, Kind::LoneSurrogate, 1),
        (r#""\ud800\ud800""#, Kind::LoneSurrogate, 1),
        (r#""\udc00\ud800""#, Kind::LoneSurrogate, 1),
        (r#""\ud800x""#, Kind::LoneSurrogate, 1),
        (r#""\ud800\n""#, Kind::LoneSurrogate, 1),
        (r#""ab\ud800\u0041""#, Kind::LoneSurrogate, 3),
        ("\"a\nb\"", Kind::ControlCharacter, 2),
        ("\"a\tb\"", Kind::ControlCharacter, 2),
        ("\"\0\"", Kind::ControlCharacter, 1),
        ("\"0123456789abcdef\u{1f}\"", Kind::ControlCharacter, 17),
        ("\"\\n\u{1}\"", Kind::ControlCharacter, 3),
        ("\"abc", Kind::UnexpectedEnd, 4),
        ("\"\\nabc", Kind::UnexpectedEnd, 6),
    ] {
        assert_eq!(error(text), (kind, offset), "{text:?}");
    }
}

#[test]
fn special_bytes_are_found_wherever_they_stand() {
    for length in 0..40 {
        for at in 0..length {
            for (special, escape) in [("\"", "\\\""), ("\\", "\\\\"), ("\u{1f}", "\\u001f")] {
                // Neighbours that differ from the special bytes in one bit must not be found.
                let mut plain: Vec<&str> =
                    ["\u{a2}", "#", "]", " ", "!", "z"].into_iter().cycle().take(length).collect();
                plain[at] = special;
                let expected = plain.concat();
                plain[at] = escape;
                assert_eq!(string(&format!("\"{}\"", plain.concat())), expected);
                plain[at] = "\u{1}";
                let offset = 1 + plain[..at].concat().len();
                assert_eq!(error(&format!("\"{}\"", plain.concat())), (Kind::ControlCharacter, offset));
            }
        }
    }
}

#[test]
fn broken_structure_is_refused_where_it_breaks() {
    for (text, kind, offset) in [
        ("", Kind::UnexpectedEnd, 0),
        ("  ", Kind::UnexpectedEnd, 2),
        ("{", Kind::UnexpectedEnd, 1),
        ("[", Kind::UnexpectedEnd, 1),
        ("[1", Kind::UnexpectedEnd, 2),
        ("[1,", Kind::UnexpectedEnd, 3),
        ("[1,]", Kind::ExpectedValue, 3),
        ("[,1]", Kind::ExpectedValue, 1),
        ("[1 2]", Kind::ExpectedCommaOrClose, 3),
        ("[1}", Kind::ExpectedCommaOrClose, 2),
        ("{\"a\":1]", Kind::ExpectedCommaOrClose, 6),
        ("{a:1}", Kind::ExpectedName, 1),
        ("{'a':1}", Kind::ExpectedName, 1),
        ("{1:1}", Kind::ExpectedName, 1),
        ("{\"a\"}", Kind::ExpectedColon, 4),
        ("{\"a\" 1}", Kind::ExpectedColon, 5),
        ("{\"a\":}", Kind::ExpectedValue, 5),
        ("{\"a\":1,}", Kind::ExpectedName, 7),
        ("{,}", Kind::ExpectedName, 1),
        ("{}{}", Kind::TrailingData, 2),
        ("{} x", Kind::TrailingData, 3),
        ("1 2", Kind::TrailingData, 2),
        ("null\0", Kind::TrailingData, 4),
        ("tru", Kind::ExpectedValue, 0),
        ("True", Kind::ExpectedValue, 0),
        ("nul", Kind::ExpectedValue, 0),
        ("truee", Kind::TrailingData, 4),
        ("// x\n1", Kind::ExpectedValue, 0),
        ("1 /* x */", Kind::TrailingData, 2),
        ("]", Kind::ExpectedValue, 0),
        ("\u{a0}1", Kind::ExpectedValue, 0),
        ("\u{b}1", Kind::ExpectedValue, 0),
    ] {
        assert_eq!(error(text), (kind, offset), "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_and_invalid_utf_8_are_refused() {
    assert_eq!(error("\u{feff}{}"), (Kind::ByteOrderMark, 0));
    assert_eq!(error("{}\u{feff}"), (Kind::TrailingData, 2));
    assert_eq!(string("\"\u{feff}\""), "\u{feff}");
    for (bytes, offset) in [
        (&b"\"\xff\""[..], 1),
        (b"\"\xc3\"", 1),
        (b"\"ab\xed\xa0\x80\"", 3),
        (b"\"\xc0\x80\"", 1),
        (b"\xef\xbb", 0),
        (b"{}\xff", 2),
        (b"\xff\xfe{\0}\0", 0),
    ] {
        let error = parse_bytes(bytes).unwrap_err();
        assert_eq!((error.kind(), error.offset()), (Kind::Utf8, offset));
    }
}

#[test]
fn repeated_names_are_refused_at_any_depth_and_after_unescaping() {
    for (text, offset) in [
        (r#"{"a":1,"a":1}"#, 7),
        (r#"{"a":1,"b":2,"\u0061":3}"#, 13),
        (r#"{"":1,"":2}"#, 6),
        (r#"[{"x":{"y":[{"a":1,"a":2}]}}]"#, 19),
        (r#"{"a":{"a":1},"a":2}"#, 13),
        (r#"{"\ud83e\udd80":1,"🦀":2}"#, 18),
    ] {
        assert_eq!(error(text), (Kind::RepeatedName, offset), "{text}");
    }
    for text in
        [r#"{"a":1,"A":2}"#, r#"{"a":{"a":{"a":1}}}"#, r#"[{"a":1},{"a":1}]"#, "{\"é\":1,\"e\u{301}\":2}"]
    {
        assert!(parse(text).is_ok(), "{text}");
    }
}

#[test]
fn repeated_names_are_found_in_small_and_large_objects() {
    for count in [1, 2, 15, 16, 17, 18, 40, 10_000] {
        // In the order of their numbers, and of their letters.
        for width in [0, 5] {
            let member = |index: usize| format!("\"name{index:0width$}\":0");
            let distinct = (0..count).map(member).collect::<Vec<_>>().join(",");
            let text = format!("{{{distinct}}}");
            assert_eq!(parse(&text).unwrap().as_object().map(Object::len), Some(count));
            for repeated in [0, count / 2, count - 1] {
                let text = format!("{{{distinct},{}}}", member(repeated));
                let offset = distinct.len() + 2;
                assert_eq!(error(&text), (Kind::RepeatedName, offset), "{repeated} of {count}");
            }
        }
    }
}

#[test]
fn a_marking_reader_marks_the_object_and_what_holds_it() {
    let text = br#"[{"a":{"b":1,"b":2}},{"a":{"b":1},"c":[{"b":1}]},{"a":1,"a":2}]"#;
    let value = super::parse_marking_repeats(text).unwrap();
    let marks: Vec<bool> =
        value.as_array().unwrap().iter().map(|entry| entry.as_object().unwrap().repeats()).collect();
    assert_eq!(marks, [true, false, true]);
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    assert_eq!(error(&nested(MAX_DEPTH + 1)), (Kind::TooDeep, MAX_DEPTH));
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    assert!(parse(&objects(MAX_DEPTH)).is_ok());
    assert_eq!(error(&objects(MAX_DEPTH + 1)), (Kind::TooDeep, MAX_DEPTH * 5));
    assert_eq!(error(&"[".repeat(1_000_000)), (Kind::TooDeep, MAX_DEPTH));
    // Siblings do not add up.
    let siblings = format!("[{}]", vec![nested(MAX_DEPTH - 1); 3].join(","));
    assert!(parse(&siblings).is_ok());
}

#[test]
fn debug_shows_the_shape_only() {
    let value = parse(r#"{"sub":"alice","n":[42]}"#).unwrap();
    let shown = format!("{value:?} {:?}", value.as_object().unwrap().get("sub"));
    assert!(!shown.contains("alice") && !shown.contains("42") && !shown.contains("sub"), "{shown}");
}

fn any_json() -> impl Strategy<Value = Json<'static>> {
    let number = prop::sample::select(vec![
        "0",
        "-0",
        "1",
        "-1",
        "0.5",
        "1e3",
        "1E+3",
        "1.000",
        "123456789012345678901234567890",
        "1e-400",
    ]);
    let text = prop_oneof![".*", "[a-c]{0,2}", "[\"\\\\/\\u{0}-\\u{1f}\\u{7f}]{0,12}"];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number.prop_map(|text| Json::Number(Number(text))),
        text.clone().prop_map(|text| Json::String(Cow::Owned(text))),
    ];
    leaf.prop_recursive(6, 64, 20, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            prop::collection::btree_map(text.clone(), inner, 0..24).prop_map(|members| {
                let members = members.into_iter().map(|(name, value)| (Cow::Owned(name), value)).collect();
                Json::Object(Object { members, repeats: false })
            }),
        ]
    })
}

/// Whether serde_json can hold all numbers of a value.
fn fits_floating_point(value: &Json<'_>) -> bool {
    match value {
        Json::Number(number) => number.as_str().parse::<f64>().unwrap().is_finite(),
        Json::Array(elements) => elements.iter().all(fits_floating_point),
        Json::Object(object) => object.iter().all(|(_, value)| fits_floating_point(value)),
        _ => true,
    }
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(value in any_json()) {
        let text = value.to_string();
        prop_assert!(parse(&text).unwrap() == value, "{}", text);
    }

    #[test]
    fn any_bytes_are_read_or_refused_with_an_offset_within_them(bytes: Vec<u8>) {
        if let Err(error) = parse_bytes(&bytes) {
            prop_assert!(error.offset() <= bytes.len());
        }
    }

    /// An independent reader accepts the same texts, apart from the rules that it does not have.
    #[test]
    fn serde_json_agrees(
        value in any_json(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), "[\\[\\]{}\",:.\\\\eE+\\-0-9utfnd8\\u{1f} ]{0,2}"), 0..3),
    ) {
        let mut text = value.to_string();
        for (at, edit) in edits {
            let at = text.char_indices().map(|(offset, _)| offset).nth(at.index(text.chars().count())).unwrap();
            text.insert_str(at, &edit);
        }
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        match parse(&text) {
            Ok(value) => prop_assert!(theirs.is_ok() || !fits_floating_point(&value), "{}", text),
            Err(error) if error.kind() == Kind::RepeatedName => {}
            Err(_) => prop_assert!(theirs.is_err(), "{}", text),
        }
    }
}
