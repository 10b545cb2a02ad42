//! `module info`, `module verify`, `module precompile`.

use super::*;

fn digest() -> String {
    portcullis(["module", "info", "--json"]).exit(0).json()["sha256"].as_str().unwrap().to_owned()
}

#[test]
fn info_shows_what_the_module_is() {
    let info = portcullis(["module", "info", "--json"]).exit(0).json();
    assert_eq!(info["abi"], 1);
    assert_eq!(info["sha256"].as_str().unwrap().len(), 64);
    let exports = info["exports"].as_array().unwrap();
    for export in ["memory", "portcullis_call", "portcullis_allows"] {
        assert!(exports.contains(&export.into()), "{export}");
    }
    let text = portcullis(["module", "info"]).exit(0).out;
    assert!(text.contains(info["sha256"].as_str().unwrap()) && text.contains("ABI 1"), "{text}");
}

#[test]
fn verify_compares_the_digest_and_tries_the_module() {
    let digest = digest();
    let folder = Folder::new(&[
        ("good.json", &format!(r#"{{"version": "1", "sha256": "{digest}", "more": {{}}}}"#)),
        ("bad.json", &format!(r#"{{"sha256": "{}"}}"#, "0".repeat(64))),
        ("broken.json", "{}"),
        ("not.wasm", "no module"),
    ]);
    let file = |name| folder.arg(name);
    for (arguments, code) in [
        (vec![], 0),
        (vec!["--expected".into(), digest.clone()], 0),
        (vec!["--manifest".into(), file("good.json")], 0),
        (vec!["--manifest".into(), file("bad.json")], 1),
        (vec!["--expected".into(), "0".repeat(64)], 1),
        (vec!["--module".into(), file("not.wasm")], 1),
        (vec!["--expected".into(), "12".into()], 2),
        (vec!["--manifest".into(), file("broken.json")], 2),
        (vec!["--manifest".into(), file("none.json")], 2),
        (vec!["--module".into(), file("none.wasm")], 2),
        (vec!["--manifest".into(), file("good.json"), "--expected".into(), digest.clone()], 2),
    ] {
        let run = portcullis(["module", "verify"].into_iter().chain(arguments.iter().map(String::as_str)));
        assert_eq!(run.code, code, "{arguments:?}: {run:?}");
    }
    let answer = portcullis(["module", "verify", "--expected", &digest, "--json"]).exit(0).json();
    assert_eq!((&answer["valid"], &answer["abi"]), (&true.into(), &1.into()));
}

#[test]
fn precompile_names_the_module_in_what_it_writes() {
    let folder = Folder::new(&[]);
    let out = folder.arg("portcullis.cwasm");
    let answer = portcullis(["module", "precompile", "--out", &out, "--json"]).exit(0).json();
    assert_eq!(answer["sha256"].as_str().unwrap(), digest());
    assert_eq!(fs::metadata(&out).unwrap().len(), answer["bytes"].as_u64().unwrap());
    let nowhere = folder.path("none").join("portcullis.cwasm");
    portcullis(["module", "precompile", "--out", nowhere.to_str().unwrap()]).exit(2);
}
