//! A bundle is taken only whole, genuine and not older than the one in force; otherwise the last good
//! one stays.

use std::sync::LazyLock;

use portcullis::{
    Error, PolicyHandle, PolicySource,
    bundle::{Bundle, BundleDraft, BundleTrust, UnverifiedBundle},
    mint::{Algorithm, SigningKey},
    wire::{Reason, Request, Values},
};
use serde_json::{Map, Value, json};

use crate::shipped::{CLAIM, ENGINE, NOW, OPERATION, claim, policy, reason, request};

static KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::generate(Algorithm::Es256, Some("release")).expect("a key"));

fn trust() -> BundleTrust {
    BundleTrust::new(KEY.public_jwk().expect("a public half"))
}

fn draft<'a>(version: u64, source: &'a PolicySource) -> BundleDraft<'a> {
    BundleDraft { name: "live", version, expires: None, metadata: Map::new(), source }
}

fn bundle(version: u64, tenant: &str) -> Vec<u8> {
    draft(version, &policy(&[tenant])).sign(&KEY).expect("a bundle")
}

#[track_caller]
fn code<T: std::fmt::Debug>(outcome: Result<T, Error>) -> String {
    outcome.expect_err("a refusal").code().to_owned()
}

fn verify(bytes: &[u8]) -> Result<Bundle, Error> {
    Bundle::verify(&ENGINE, bytes, &trust(), None, NOW)
}

fn decide(handle: &PolicyHandle) -> Reason {
    reason(handle.authorize(&claim(CLAIM), &request(OPERATION), NOW))
}

/// A compact JWS with this header and payload, signed by the key.
fn line(header: Value, payload: &[u8]) -> String {
    let Value::Object(header) = header else { panic!("a header") };
    KEY.sign(header, payload).expect("a JWS")
}

#[test]
fn what_was_put_in_comes_out() {
    let metadata = Map::from_iter([("commit".to_owned(), json!("4f2a91c"))]);
    let source = policy(&["TenantA"]);
    let draft = BundleDraft { expires: Some(1_800_000_000), metadata: metadata.clone(), ..draft(7, &source) };
    let bundle = verify(&draft.sign(&KEY).unwrap()).expect("a good bundle");
    let manifest = bundle.manifest();
    assert_eq!(
        (manifest.name.as_str(), manifest.version, manifest.expires),
        ("live", 7, Some(1_800_000_000))
    );
    assert_eq!((bundle.source(), &manifest.metadata), (&source, &metadata));
    assert_eq!(draft.unsigned().unwrap(), draft.unsigned().unwrap());
}

#[test]
fn no_byte_of_a_bundle_can_be_changed_added_or_taken_away() {
    let good = bundle(1, "TenantA");
    verify(&good).expect("a good bundle");
    let manifest_ends = good.iter().position(|byte| *byte == b'\n').unwrap();
    // Every byte of the content, and enough of the signed line.
    for at in (0..manifest_ends).step_by(7).chain(manifest_ends..good.len()) {
        let mut changed = good.clone();
        changed[at] ^= 1;
        assert!(matches!(verify(&changed), Err(Error::Refused(_))), "{at}");
        let mut shorter = good.clone();
        shorter.remove(at);
        assert!(matches!(verify(&shorter), Err(Error::Refused(_))), "{at}");
    }
    let more = [&good[..], b"\n"].concat();
    assert_eq!(code(verify(&more)), "BUNDLE_CONTENT");
    for cut in [0, 1, manifest_ends, manifest_ends + 1, good.len() - 1] {
        assert!(code(verify(&good[..cut])).starts_with("BUNDLE_"), "{cut}");
    }
}

#[test]
fn each_way_to_be_no_good_bundle_has_its_code() {
    let unsigned = draft(1, &policy(&["TenantA"])).unsigned().unwrap();
    assert_eq!(code(verify(&unsigned)), "BUNDLE_MALFORMED");
    let manifest_ends = unsigned.iter().position(|byte| *byte == b'\n').unwrap();
    let (manifest, content) = unsigned.split_at(manifest_ends);
    let with = |header: Value, manifest: &[u8]| [line(header, manifest).as_bytes(), content].concat();
    let typ = json!({ "typ": "portcullis-bundle+jws" });
    assert!(verify(&with(typ.clone(), manifest)).is_ok());

    assert_eq!(code(verify(&with(json!({}), manifest))), "BUNDLE_TYPE");
    assert_eq!(code(verify(&with(json!({ "typ": "at+jwt" }), manifest))), "BUNDLE_TYPE");
    assert_eq!(code(verify(&with(typ.clone(), b"{}"))), "BUNDLE_MALFORMED");
    let manifest = std::str::from_utf8(manifest).unwrap();
    let changed = |from: &str, to: &str| {
        assert!(manifest.contains(from));
        code(verify(&with(typ.clone(), manifest.replace(from, to).as_bytes())))
    };
    assert_eq!(changed(r#""bundle":1"#, r#""bundle":2"#), "BUNDLE_FORMAT");
    assert_eq!(changed(r#""version":1"#, r#""version":1,"more":1"#), "BUNDLE_MALFORMED");
    assert_eq!(changed(r#""version":1"#, r#""version":1,"expires":1700000000"#), "BUNDLE_EXPIRED");
    let long = format!("{}\n", "x".repeat((128 << 10) + 1));
    assert_eq!(code(verify(long.as_bytes())), "BUNDLE_MALFORMED");
    assert_eq!(code(verify(&vec![b'\n'; (32 << 20) + 1])), "BUNDLE_MALFORMED");
    assert_eq!(code(verify(b"\xff\n")), "BUNDLE_MALFORMED");

    let good = bundle(2, "TenantA");
    let with = |trust: BundleTrust| Bundle::verify(&ENGINE, &good, &trust, None, NOW);
    let other = SigningKey::generate(Algorithm::Es256, Some("release")).unwrap();
    assert_eq!(code(with(BundleTrust::new(other.public_jwk().unwrap()))), "BUNDLE_SIGNATURE");
    assert_eq!(code(with(BundleTrust { name: Some("test".into()), ..trust() })), "BUNDLE_NAME");
    assert_eq!(code(with(BundleTrust { at_least: 3, ..trust() })), "BUNDLE_VERSION");
    assert!(with(BundleTrust { name: Some("live".into()), at_least: 2, ..trust() }).is_ok());
    assert!(matches!(with(BundleTrust::new("{}")), Err(Error::Configuration { .. })));
    let source = policy(&["TenantA"]);
    for now in [f64::NAN, f64::INFINITY] {
        let ends = BundleDraft { expires: Some(1 << 52), ..draft(1, &source) };
        let ends = ends.sign(&KEY).unwrap();
        assert_eq!(code(Bundle::verify(&ENGINE, &ends, &trust(), None, now)), "BUNDLE_EXPIRED");
    }
}

#[test]
fn whoever_can_only_verify_cannot_sign() {
    let secret = SigningKey::generate(Algorithm::Hs256, Some("release")).unwrap();
    let source = policy(&["TenantA"]);
    assert!(matches!(draft(1, &source).sign(&secret), Err(Error::Configuration { .. })));
    // Nor is one taken that somebody made all the same.
    let unsigned = draft(1, &source).unsigned().unwrap();
    let manifest_ends = unsigned.iter().position(|byte| *byte == b'\n').unwrap();
    let header = Map::from_iter([("typ".to_owned(), json!("portcullis-bundle+jws"))]);
    let line = secret.sign(header, &unsigned[..manifest_ends]).unwrap();
    let bytes = [line.as_bytes(), &unsigned[manifest_ends..]].concat();
    let trust = BundleTrust::new(secret.private_jwk());
    assert_eq!(code(Bundle::verify(&ENGINE, &bytes, &trust, None, NOW)), "BUNDLE_ALGORITHM");
}

#[test]
fn only_a_draft_that_is_whole_is_signed_and_only_once() {
    let source = policy(&["TenantA"]);
    let unsigned = draft(1, &source).unsigned().unwrap();
    let read = UnverifiedBundle::read(&unsigned).unwrap();
    assert!(read.header().is_none() && read.source().unwrap() == source);
    let signed = read.sign(&KEY).unwrap();
    let again = UnverifiedBundle::read(&signed).unwrap();
    assert_eq!(again.header().unwrap()["kid"], "release");
    assert!(matches!(again.sign(&KEY), Err(Error::Configuration { .. })));
    let cut = &unsigned[..unsigned.len() - 1];
    assert_eq!(code(UnverifiedBundle::read(cut).unwrap().sign(&KEY)), "BUNDLE_CONTENT");
    for nothing in [&b""[..], b"\n", b"{}\n", b"a.b.c\n", b"{\n"] {
        assert_eq!(code(UnverifiedBundle::read(nothing)), "BUNDLE_MALFORMED");
    }
}

#[test]
fn a_newer_bundle_is_in_force_at_once_and_an_older_one_only_when_told() {
    let handle = PolicyHandle::from_bundle(&ENGINE, &bundle(5, "TenantA"), &trust(), None, NOW).unwrap();
    let reload = |bytes: &[u8], trust: &BundleTrust| handle.reload_bundle(bytes, trust, NOW);
    let version = || handle.bundle().map(|bundle| bundle.manifest().version);
    assert_eq!((decide(&handle), version()), (Reason::Allowed, Some(5)));

    assert!(reload(&bundle(6, "TenantB"), &trust()).unwrap());
    assert_eq!((decide(&handle), version(), handle.generation()), (Reason::TenantUnknown, Some(6), 2));
    // ECDSA signs the same manifest otherwise each time: it is the same bundle.
    assert!(!reload(&bundle(6, "TenantB"), &trust()).unwrap());
    assert_eq!(handle.generation(), 2);

    assert_eq!(code(reload(&bundle(5, "TenantA"), &trust())), "BUNDLE_VERSION");
    assert_eq!(code(reload(&bundle(6, "TenantA"), &trust())), "BUNDLE_VERSION");
    assert_eq!((decide(&handle), version(), handle.generation()), (Reason::TenantUnknown, Some(6), 2));
    let older = BundleTrust { older: true, ..trust() };
    assert_eq!(code(reload(&bundle(6, "TenantA"), &older)), "BUNDLE_VERSION");
    assert!(reload(&bundle(5, "TenantA"), &older).unwrap());
    assert_eq!((decide(&handle), version(), handle.generation()), (Reason::Allowed, Some(5), 3));
}

#[test]
fn a_bundle_that_is_no_good_leaves_the_good_one_in_force() {
    let handle = PolicyHandle::from_bundle(&ENGINE, &bundle(1, "TenantA"), &trust(), None, NOW).unwrap();
    let source = PolicySource::from_json(r#"{"portcullis":1,"tenancy":{"mode":"many"}}"#);
    let mistaken = draft(9, &source).sign(&KEY).unwrap();
    match handle.reload_bundle(&mistaken, &trust(), NOW) {
        Err(Error::Configuration { findings, .. }) => assert_eq!(findings[0].path, "/tenancy/mode"),
        other => panic!("{other:?}"),
    }
    let other = policy(&["TenantB"]);
    let named = BundleDraft { name: "test", ..draft(9, &other) }.sign(&KEY).unwrap();
    assert_eq!(code(handle.reload_bundle(&named, &trust(), NOW)), "BUNDLE_NAME");
    assert_eq!((decide(&handle), handle.generation()), (Reason::Allowed, 1));
    // What was refused did not move the version on.
    assert!(handle.reload_bundle(&bundle(2, "TenantB"), &trust(), NOW).unwrap());
    assert_eq!(decide(&handle), Reason::TenantUnknown);
}

#[test]
fn a_bundle_comes_back_after_another_policy_was_in_force() {
    let handle = PolicyHandle::from_bundle(&ENGINE, &bundle(3, "TenantA"), &trust(), None, NOW).unwrap();
    handle.reload_policy(policy(&["TenantB"])).unwrap();
    assert_eq!(decide(&handle), Reason::TenantUnknown);
    assert_eq!(code(handle.reload_bundle(&bundle(2, "TenantA"), &trust(), NOW)), "BUNDLE_VERSION");
    assert!(handle.reload_bundle(&bundle(3, "TenantA"), &trust(), NOW).unwrap());
    assert_eq!(decide(&handle), Reason::Allowed);
}

#[test]
fn the_catalog_comes_with_the_policy() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("policy.yaml", "portcullis: 1\ncatalog: { file: c.json }\ntenancy: { tenants: [A] }\n");
    write("c.json", r#"{"root":"shop","operations":[{"id":"shop.order"}]}"#);
    let source = PolicySource::read(&folder.path().join("policy.yaml")).unwrap();
    let bytes = draft(1, &source).sign(&KEY).unwrap();
    let handle = PolicyHandle::from_bundle(&ENGINE, &bytes, &trust(), None, NOW).unwrap();
    let request = Request { tenant: Values::One("A".into()), ..request("shop.order") };
    assert_eq!(reason(handle.authorize(&claim("a:shop;a:tenants"), &request, NOW)), Reason::Allowed);
    assert_eq!(handle.policy().operations, 1);
}
