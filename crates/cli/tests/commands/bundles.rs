//! `bundle build`, `bundle sign`, `bundle verify`, `bundle inspect`.

use serde_json::json;

use super::*;

/// A folder with a policy, its catalog, a key, and the bundle of version 7.
fn folder() -> Folder {
    let folder = Folder::new(&[
        ("policy.yaml", "portcullis: 1\ncatalog: { file: catalog.json }\ntenancy: { tenants: [A] }\n"),
        ("catalog.json", r#"{"root": "api", "operations": [{"id": "api.a"}]}"#),
    ]);
    let public = folder.arg("keys.json");
    let key = portcullis(["token", "key", "--alg", "EdDSA", "--kid", "k", "--public", &public]).exit(0);
    fs::write(folder.path("private.json"), key.out).unwrap();
    signed(&folder, "live.bundle", "7");
    folder
}

fn build(folder: &Folder, version: &str, more: &[&str]) -> Run {
    let policy = folder.arg("policy.yaml");
    let all = ["bundle", "build", "--policy", &policy, "--name", "api/live", "--version", version];
    portcullis(all.into_iter().chain(more.iter().copied()))
}

fn signed(folder: &Folder, file: &str, version: &str) {
    let (key, out) = (folder.arg("private.json"), folder.arg(file));
    let draft = build(folder, version, &["--metadata", "commit=4f2a91c"]).exit(0).out;
    run(["bundle", "sign", "-", "--key", &key, "--out", &out], &draft, &[]).exit(0);
}

fn verify(folder: &Folder, file: &str, more: &[&str]) -> Run {
    let (keys, file) = (folder.arg("keys.json"), folder.arg(file));
    portcullis(["bundle", "verify", "--jwks", &keys, &file].into_iter().chain(more.iter().copied()))
}

#[test]
fn a_bundle_goes_from_policy_to_verdict() {
    let folder = folder();
    assert_eq!(build(&folder, "7", &[]).exit(0).out, build(&folder, "7", &[]).exit(0).out);
    assert_eq!(verify(&folder, "live.bundle", &[]).exit(0).out, "✓ genuine  api/live  version 7\n");
    let answer = verify(&folder, "live.bundle", &["--name", "api/live", "--at-least", "7", "--json"]);
    let answer = answer.exit(0).json();
    assert_eq!((&answer["valid"], &answer["code"]), (&true.into(), &Value::Null));
    assert_eq!(answer["manifest"]["version"], 7);
    assert_eq!(answer["manifest"]["metadata"], json!({"commit": "4f2a91c"}));
}

#[test]
fn what_a_host_would_refuse_is_refused_with_its_code() {
    let folder = folder();
    let refused = |file: &str, more: &[&str]| {
        let run = verify(&folder, file, more).exit(1);
        assert!(run.out.starts_with("✗ refused  "), "{run:?}");
        let json = verify(&folder, file, &[more, &["--json"]].concat()).exit(1).json();
        assert_eq!((&json["valid"], &json["manifest"]), (&false.into(), &Value::Null));
        json["code"].as_str().unwrap().to_owned()
    };
    signed(&folder, "old.bundle", "6");
    let live = folder.arg("live.bundle");
    assert_eq!(refused("live.bundle", &["--name", "api/test"]), "BUNDLE_NAME");
    assert_eq!(refused("live.bundle", &["--at-least", "8"]), "BUNDLE_VERSION");
    assert_eq!(refused("old.bundle", &["--in-force", &live]), "BUNDLE_VERSION");
    verify(&folder, "old.bundle", &["--in-force", &live, "--older"]).exit(0);
    let same = verify(&folder, "live.bundle", &["--in-force", &live]).exit(0);
    assert_eq!(same.out, "✓ genuine  api/live  version 7, in force already\n");

    let bundle = fs::read_to_string(&live).unwrap();
    fs::write(folder.path("changed"), bundle.replace("\"A\"", "\"B\"")).unwrap();
    assert_eq!(refused("changed", &[]), "BUNDLE_CONTENT");
    fs::write(folder.path("draft"), build(&folder, "7", &[]).out).unwrap();
    assert_eq!(refused("draft", &[]), "BUNDLE_MALFORMED");
    assert_eq!(refused("policy.yaml", &[]), "BUNDLE_MALFORMED");
    let jwt = bundle.split('.').nth(1).unwrap();
    fs::write(folder.path("forged"), bundle.replace(jwt, "eyJidW5kbGUiOjF9")).unwrap();
    assert_eq!(refused("forged", &[]), "BUNDLE_SIGNATURE");
}

#[test]
fn a_bundle_ends_at_its_time() {
    let folder = folder();
    let draft = build(&folder, "8", &["--expires", "4000000000"]).exit(0).out;
    let (key, out) = (folder.arg("private.json"), folder.arg("ends.bundle"));
    run(["bundle", "sign", "-", "--key", &key, "--out", &out], &draft, &[]).exit(0);
    assert!(
        verify(&folder, "ends.bundle", &["--now", "3999999999"]).exit(0).out.contains("until 4000000000")
    );
    let late = verify(&folder, "ends.bundle", &["--now", "4000000000"]).exit(1);
    assert!(late.out.contains("BUNDLE_EXPIRED"), "{late:?}");
    let over = build(&folder, "8", &["--expires", "1"]).exit(0).out;
    let run = run(["bundle", "sign", "-", "--key", &key], &over, &[]).exit(2);
    assert!(run.out.is_empty() && run.err.contains("expired"), "{run:?}");
}

#[test]
fn what_no_host_could_use_is_not_built_or_signed() {
    let folder = folder();
    for more in [["--version", "0"], ["--name", "a b"], ["--metadata", "x"]] {
        let [option, value] = more;
        let policy = folder.arg("policy.yaml");
        let mut all = vec!["bundle", "build", "--policy", &policy, "--name", "x", "--version", "1"];
        match all.iter().position(|argument| *argument == option) {
            Some(at) => all[at + 1] = value,
            None => all.extend(more),
        }
        assert!(portcullis(all).exit(2).out.is_empty(), "{option}");
    }
    fs::write(folder.path("policy.yaml"), "portcullis: 1\ntenancy: { mode: many }\n").unwrap();
    assert!(build(&folder, "7", &[]).exit(2).err.contains("/tenancy/mode"));
    let secret = portcullis(["token", "key", "--alg", "HS256"]).exit(0).out;
    fs::write(folder.path("secret.json"), secret).unwrap();
    let (live, key, secret) =
        (folder.arg("live.bundle"), folder.arg("private.json"), folder.arg("secret.json"));
    assert!(portcullis(["bundle", "sign", &live, "--key", &key]).exit(2).err.contains("signed already"));
    let draft = portcullis(["bundle", "inspect", &live, "--json"]).exit(0).json();
    assert_eq!(draft["header"], json!({"alg": "EdDSA", "kid": "k", "typ": "portcullis-bundle+jws"}));
    let bare = fs::read_to_string(&live).unwrap();
    let content = bare.split_once('\n').unwrap().1;
    let unsigned = format!("{}\n{content}", draft["manifest"]);
    let run = run(["bundle", "sign", "-", "--key", &secret], &unsigned, &[]).exit(2);
    assert!(run.err.contains("HMAC") && run.out.is_empty(), "{run:?}");
}

#[test]
fn inspection_shows_and_proves_nothing() {
    let folder = folder();
    let live = folder.arg("live.bundle");
    let shown = portcullis(["bundle", "inspect", &live]).exit(0).out;
    assert!(shown.starts_with("signed with EdDSA by key k, not verified\n"), "{shown}");
    assert!(
        shown.contains("metadata commit  4f2a91c\n") && shown.contains("version          7\n"),
        "{shown}"
    );
    let answer = portcullis(["bundle", "inspect", &live, "--json"]).exit(0).json();
    assert_eq!((&answer["verified"], &answer["content"]), (&false.into(), &true.into()));
    let print = |part| portcullis(["bundle", "inspect", &live, "--print", part]).exit(0).out;
    assert_eq!(print("catalog"), r#"{"root": "api", "operations": [{"id": "api.a"}]}"#);
    assert_eq!(serde_json::from_str::<Value>(&print("policy")).unwrap()["catalog"]["file"], "catalog.json");
    let bundle = fs::read_to_string(&live).unwrap();
    fs::write(folder.path("changed"), bundle.replace("\"A\"", "\"B\"")).unwrap();
    let changed = portcullis(["bundle", "inspect", &folder.arg("changed")]).exit(1);
    assert!(changed.out.contains("✗ the policy is not the one that was signed\n"), "{changed:?}");
    portcullis(["bundle", "inspect", &folder.arg("keys.json")]).exit(2);
}
