use alloc::{borrow::Cow, collections::BTreeMap, format, string::String, vec::Vec};

use portcullis_token::json::parse;
use portcullis_wire::{
    Reason, Request, Values,
    call::{Call, TokenSource},
};
use proptest::prelude::*;

use super::*;

fn mistake(text: &str) -> (MistakeKind, String, String) {
    let tree = parse(text).unwrap();
    let mistake = from_json::<Call<'_>>(&tree).unwrap_err();
    (mistake.kind(), mistake.pointer(), mistake.message().into())
}

#[test]
fn calls_are_read_and_borrow_from_their_text() {
    let text = r#"{"decide":{"policy":1,"refused":"CREDENTIAL_EXPIRED","request":{
        "method":"GET","path":"/a\/b","tenant":["x"],"preflight":true,"now":1753900000.25}}}"#;
    let tree = parse(text).unwrap();
    let call: Call<'_> = from_json(&tree).unwrap();
    let request = Request {
        method: Some("GET".into()),
        path: Some("/a/b".into()),
        tenant: Values::One("x".into()),
        preflight: true,
        now: Some(1_753_900_000.25),
        ..Request::default()
    };
    let refused = Some(Reason::CredentialExpired);
    assert_eq!(call, Call::Decide { policy: 1, principal: None, refused, request, receipt: false });

    let tree = parse(r#"{"keys.load":{"jwks":"{}"}}"#).unwrap();
    let Call::KeysLoad { jwks } = from_json(&tree).unwrap() else { panic!("a key set") };
    assert!(matches!(jwks, Cow::Borrowed("{}")));

    let text = r#"{"token.challenge":{"policy":1,"keys":2,"credential":{"token":null},"more":[{}]}}"#;
    let tree = parse(text).unwrap();
    let credential = TokenSource::Token(None);
    let call: Call<'_> = from_json(&tree).unwrap();
    assert_eq!(call, Call::TokenChallenge { policy: 1, keys: 2, credential });
}

#[test]
fn enums_are_words_or_objects_of_one_member() {
    for text in [
        r#""version""#,
        "{}",
        r#"{"version":{},"release":{"handle":1}}"#,
        r#"{"release":null}"#,
        r#"{"verzion":{}}"#,
        "[]",
    ] {
        assert_eq!(mistake(text).0, MistakeKind::WrongType, "{text}");
    }
    let tree = parse(r#"{"ALLOWED":null}"#).unwrap();
    assert!(from_json::<Reason>(&tree).is_err());
}

#[test]
fn a_mistake_knows_its_kind_and_its_place() {
    let decide = |request: &str| format!(r#"{{"decide":{{"policy":1,"request":{request}}}}}"#);
    let (kind, pointer, message) = mistake(&decide(r#"{"tenant":["a",1]}"#));
    assert_eq!((kind, pointer.as_str()), (MistakeKind::WrongType, "/decide/request/tenant/1"));
    assert_eq!(message, "expected a string, found a number");
    let (kind, pointer, _) = mistake(&decide(r#"{"tennant":"a"}"#));
    assert_eq!((kind, pointer.as_str()), (MistakeKind::UnknownMember, "/decide/request/tennant"));
    let (kind, pointer, message) = mistake(r#"{"decide":{"policy":1}}"#);
    assert_eq!((kind, pointer.as_str()), (MistakeKind::MissingMember, "/decide"));
    assert_eq!(message, "the member `request` is missing");
    assert_eq!(mistake(&decide(r#"{"now":"soon"}"#)).1, "/decide/request/now");
}

#[test]
fn debug_shows_nothing_of_the_input() {
    let tree = parse(r#"{"secret":{}}"#).unwrap();
    assert_eq!(format!("{:?}", from_json::<Call<'_>>(&tree).unwrap_err()), "Mistake(WrongType)");
}

#[test]
fn any_type_is_read_where_the_type_asks_for_it() {
    let tree = parse(r#"{"a":[1,null],"b":[]}"#).unwrap();
    let read: BTreeMap<&str, Vec<Option<u8>>> = from_json(&tree).unwrap();
    assert_eq!(read, BTreeMap::from([("a", Vec::from([Some(1), None])), ("b", Vec::new())]));
    for (text, good) in [("null", true), (r#""a""#, true), ("[]", true), ("true", false), ("1", false)] {
        assert_eq!(from_json::<Values<'_>>(&parse(text).unwrap()).is_ok(), good, "{text}");
    }
}

#[test]
fn numbers_are_read_with_fraction_sign_and_exponent() {
    for text in [
        "0",
        "-0",
        "1.5",
        "-1.5",
        "1753900000",
        "1.7539E9",
        "17539e+5",
        "25e-2",
        "18446744073709551615",
        "1.00000000000000000000000001",
        "123456789012345678901",
        "0.1",
        "1e-400",
    ] {
        let read: f64 = from_json(&parse(text).unwrap()).unwrap();
        assert_eq!(read, text.parse::<f64>().unwrap(), "{text}");
    }
    for text in ["1e400", "-1e400", "1e99999999999"] {
        assert!(from_json::<f64>(&parse(text).unwrap()).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn times_are_read_as_the_standard_library_reads_them(seconds in 0_u64..1 << 34, part in 0_u32..1_000_000_000) {
        let text = format!("{seconds}.{part:09}");
        prop_assert_eq!(from_json::<f64>(&parse(&text).unwrap()).unwrap(), text.parse::<f64>().unwrap());
    }

    #[test]
    fn a_time_survives_the_way_through_text(time in 0_f64..1e11) {
        prop_assert_eq!(from_json::<f64>(&parse(&format!("{time:?}")).unwrap()).unwrap(), time);
    }
}
