use super::{BundleRejection, Expected, MAX_INTEGER, challenge};
use crate::{
    KeySet, Rejection,
    testing::{EC_A3, OCT_A1, rsa, set, token},
};
use alloc::{format, string::String, vec::Vec};
use std::sync::LazyLock;

static KEYS: LazyLock<KeySet> = LazyLock::new(|| set(&[EC_A3, OCT_A1, &rsa(r#","alg":"RS256""#)]));

const HEADER: &str = r#"{"alg":"ES256","typ":"portcullis-bundle+jws"}"#;
const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn manifest(name: &str, version: u64, more: &str) -> String {
    let policy = format!(r#"{{"bytes":0,"sha256":"{DIGEST}"}}"#);
    format!(r#"{{"bundle":1,"name":"{name}","version":{version},"policy":{policy}{more}}}"#)
}

fn line(manifest: &str) -> String {
    token(HEADER, manifest.as_bytes(), 64)
}

/// Nothing is asked, so late that nothing without an end has one.
const ANY: Expected<'static> = Expected { now: 1e18, name: None, at_least: 0, in_force: None, older: false };

/// The manifest, and whether it is unchanged.
fn concluded(manifest: &str, expected: &Expected<'_>) -> Result<(String, bool), BundleRejection> {
    let line = line(manifest);
    let challenge = challenge(&line, &KEYS)?;
    challenge.conclude(true, expected).map(|manifest| (manifest.text().into(), manifest.unchanged()))
}

fn code(manifest: &str, expected: &Expected<'_>) -> Option<&'static str> {
    concluded(manifest, expected).err().map(BundleRejection::code)
}

#[test]
fn a_manifest_comes_out_as_it_was_signed() {
    let catalog = format!(r#","catalog":{{"sha256":"{DIGEST}","bytes":4294967295}}"#);
    let more = format!(r#"{catalog}, "expires":2000000000,"metadata":{{"commit":[1.0,{{}}]}}"#);
    for (manifest, now) in
        [(manifest("shop/live", MAX_INTEGER, &more), 1.5), (manifest("x", 1, ""), f64::NAN)]
    {
        assert_eq!(concluded(&manifest, &Expected { now, ..ANY }), Ok((manifest, false)));
    }
}

#[test]
fn only_a_bundle_is_taken_for_one() {
    let of = |header: &str, length| {
        challenge(&token(header, manifest("x", 1, "").as_bytes(), length), &KEYS).err()
    };
    for (header, length, expected) in [
        (r#"{"alg":"ES256"}"#, 64, BundleRejection::Type),
        (r#"{"alg":"ES256","typ":"JWT"}"#, 64, BundleRejection::Type),
        (r#"{"alg":"ES256","typ":"at+jwt"}"#, 64, BundleRejection::Type),
        (r#"{"alg":"ES256","typ":"application/portcullis-bundle+jws"}"#, 64, BundleRejection::Type),
        (r#"{"alg":"ES256","typ":"PORTCULLIS-BUNDLE+JWS"}"#, 64, BundleRejection::Type),
        (r#"{"alg":"HS256","typ":"portcullis-bundle+jws"}"#, 32, BundleRejection::Algorithm),
        (r#"{"alg":"none","typ":"portcullis-bundle+jws"}"#, 0, BundleRejection::Algorithm),
        (r#"{"typ":"portcullis-bundle+jws"}"#, 64, BundleRejection::Line(Rejection::HeaderMember)),
        (
            r#"{"alg":"ES256","typ":"portcullis-bundle+jws","crit":["x"]}"#,
            64,
            BundleRejection::Line(Rejection::Extension),
        ),
        (
            r#"{"alg":"ES256","kid":"x","typ":"portcullis-bundle+jws"}"#,
            64,
            BundleRejection::Signature(Rejection::KidUnknown),
        ),
        (HEADER, 63, BundleRejection::Signature(Rejection::SignatureLength)),
    ] {
        assert_eq!(of(header, length), Some(expected), "{header}");
    }
    for no_line in ["", "{}", r#"{"bundle":1}"#] {
        assert_eq!(challenge(no_line, &KEYS).err().map(BundleRejection::code), Some("BUNDLE_MALFORMED"));
    }
}

#[test]
fn nothing_is_said_of_a_manifest_whose_signature_is_not_genuine() {
    let line = line("{");
    let challenge = challenge(&line, &KEYS).unwrap();
    assert_eq!(challenge.conclude(false, &ANY).err(), Some(BundleRejection::Signature(Rejection::Signature)));
}

#[test]
fn a_manifest_is_of_this_format_or_refused() {
    let good = manifest("x", 1, "");
    let changed = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        code(&good.replacen(from, to, 1), &ANY)
    };
    assert_eq!(changed(r#""bundle":1"#, r#""bundle":2,"new":{}"#), Some("BUNDLE_FORMAT"));
    for (from, to) in [
        (r#""bundle":1,"#, ""),
        (r#""bundle":1"#, r#""bundle":"1""#),
        (r#""bundle":1"#, r#""bundle":1.0"#),
        (r#""bundle":1"#, r#""bundle":1,"bundle":1"#),
        (r#""bundle":1"#, r#""bundle":1,"extra":1"#),
        (r#""name":"x","#, ""),
        (r#""name":"x""#, r#""name":"""#),
        (r#""name":"x""#, r#""name":"a b""#),
        (r#""name":"x""#, r#""name":"é""#),
        (r#""name":"x""#, r#""name":1"#),
        (r#""version":1,"#, ""),
        (r#""version":1"#, r#""version":0"#),
        (r#""version":1"#, r#""version":-1"#),
        (r#""version":1"#, r#""version":1e0"#),
        (r#""version":1"#, r#""version":9007199254740992"#),
        (r#""version":1"#, r#""version":1,"expires":null"#),
        (r#""version":1"#, r#""version":1,"expires":1.5"#),
        (r#""version":1"#, r#""version":1,"metadata":[]"#),
        (r#""version":1"#, r#""version":1,"catalog":null"#),
        (r#""bytes":0"#, r#""bytes":4294967296"#),
        (r#""bytes":0"#, r#""bytes":0,"more":0"#),
        (r#""bytes":0,"#, ""),
        (DIGEST, &DIGEST[1..]),
        (DIGEST, &DIGEST.to_uppercase()),
    ] {
        assert_eq!(changed(from, to), Some("BUNDLE_MALFORMED"), "{to}");
    }
    for whole in ["", "[]", "\u{feff}{}", &format!("{good},")] {
        assert_eq!(code(whole, &ANY), Some("BUNDLE_MALFORMED"), "{whole}");
    }
    assert_eq!(code(&manifest(&"n".repeat(128), 1, ""), &ANY), None);
    assert_eq!(code(&manifest(&"n".repeat(129), 1, ""), &ANY), Some("BUNDLE_MALFORMED"));
}

#[test]
fn another_name_or_an_older_version_does_not_take_the_place() {
    let in_force = line(&manifest("live", 5, ""));
    let on = Expected { in_force: Some(&in_force), ..ANY };
    let back = Expected { older: true, ..on };
    let answers = |name: &str, version, more: &str| -> Vec<Option<&'static str>> {
        [&on, &back].map(|expected| code(&manifest(name, version, more), expected)).into()
    };
    assert_eq!(answers("live", 6, ""), [None, None]);
    assert_eq!(answers("live", 5, ""), [None, None]);
    assert_eq!(answers("live", 5, r#","metadata":{}"#), [Some("BUNDLE_VERSION"); 2]);
    assert_eq!(answers("live", 4, ""), [Some("BUNDLE_VERSION"), None]);
    assert_eq!(answers("test", 6, ""), [Some("BUNDLE_NAME"); 2]);
    let unchanged = |version| concluded(&manifest("live", version, ""), &on).unwrap().1;
    assert!(unchanged(5) && !unchanged(6));

    let floor = Expected { at_least: 5, name: Some("live"), ..ANY };
    assert_eq!(code(&manifest("live", 5, ""), &floor), None);
    assert_eq!(code(&manifest("live", 4, ""), &Expected { older: true, ..floor }), Some("BUNDLE_VERSION"));
    assert_eq!(code(&manifest("test", 5, ""), &floor), Some("BUNDLE_NAME"));
    for not_a_line in ["", "x", "{}"] {
        assert!(code(&manifest("live", 6, ""), &Expected { in_force: Some(not_a_line), ..ANY }).is_some());
    }
}

#[test]
fn a_bundle_ends_when_it_says_and_without_a_time_at_once() {
    let ends = manifest("x", 1, r#","expires":1000"#);
    let at = |now| code(&ends, &Expected { now, ..ANY });
    assert_eq!(at(999.999), None);
    for late in [1000.0, 2000.0, f64::NAN, f64::INFINITY] {
        assert_eq!(at(late), Some("BUNDLE_EXPIRED"), "{late}");
    }
    assert_eq!(code(&manifest("x", 1, ""), &Expected { now: f64::NAN, ..ANY }), None);
}
