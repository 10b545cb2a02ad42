//! What holds for every command: JSON on request, colour only where it is wanted, exit codes.

use super::*;

/// One run of every command that answers on standard output.
const COMMANDS: &[&[&str]] = &[
    &["check", "a:workflow-api", "workflow-api.liveness"],
    &["check", "a:workflow-api.rpc", "workflow-api.liveness"],
    &["explain", "a:workflow-api", "workflow-api.liveness"],
    &["effective", "a:workflow-api;d:workflow-api.rpc"],
    &["diff", "a:workflow-api", "a:workflow-api.rpc"],
    &["minimize", "a:workflow-api;d:workflow-api.rpc"],
    &["build", "--allow", "workflow-api.rpc"],
    &["validate", "a:workflow-api"],
    &["validate", "a:workflow-api;"],
    &["routes"],
    &["routes", "GET", "/workflow-api/liveness"],
    &["routes", "GET", "/nope"],
    &["catalog", "show"],
    &["condition", "check", "1 < 2"],
    &["condition", "check", "1 <"],
    &["condition", "eval", "1 > 2"],
    &["policy", "schema"],
    &["module", "info"],
    &["module", "verify"],
];

#[test]
fn every_command_answers_in_json() {
    for command in COMMANDS {
        let plain = portcullis(command.iter().copied());
        let json = portcullis(command.iter().copied().chain(["--json"]));
        assert_eq!(plain.code, json.code, "{command:?}");
        assert!(json.json().is_object() || json.json().is_array(), "{command:?}");
        assert_eq!(json.err, "", "{command:?}");
    }
}

#[test]
fn failures_are_json_too() {
    for command in [
        &["effective", "x", "--json"][..],
        &["explain", "a:workflow-api", "workflow-api.nope", "--json"],
        &["policy", "check", "/nope.json", "--json"],
        &["check", "a:workflow-api", "workflow-api.liveness", "--module", "/nope.wasm", "--json"],
        &["check", "--json", "a:workflow-api"],
        &["chekc", "--json"],
    ] {
        let run = portcullis(command.iter().copied()).exit(2);
        let error: Value = serde_json::from_str(&run.err).unwrap_or_else(|_| panic!("{run:?}"));
        assert!(error["error"]["code"].is_string() && error["error"]["message"].is_string(), "{error}");
        assert_eq!(run.out, "");
    }
}

#[test]
fn colour_is_shown_only_where_it_is_wanted() {
    const ESCAPE: char = '\u{1b}';
    for command in [
        &["effective", "a:workflow-api;d:workflow-api.rpc"][..],
        &["explain", "a:workflow-api;d:workflow-api.rpc", "workflow-api.rpc.resume"],
        &["effective", "x"],
    ] {
        let with = |environment: &[(&str, &str)]| {
            let run = run(command.iter().copied(), "", environment);
            run.out + &run.err
        };
        let (plain, coloured) = (with(&[]), with(&[("CLICOLOR_FORCE", "1")]));
        assert!(!plain.contains(ESCAPE) && coloured.contains(ESCAPE), "{command:?}");
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain, "colour says nothing more");
        assert!(!with(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]).contains(ESCAPE), "{command:?}");
    }
}

#[test]
fn what_is_not_understood_is_bad_input_and_help_is_not() {
    for command in [
        &["chekc"][..],
        &["check"],
        &["check", "a:workflow-api"],
        &["effective", "a", "--policy", "p", "--catalog", "c"],
    ] {
        portcullis(command.iter().copied()).exit(2);
    }
    for command in [&["--help"][..], &["check", "--help"], &["catalog", "import", "--help"], &["--version"]] {
        let run = portcullis(command.iter().copied()).exit(0);
        assert!(!run.out.is_empty());
    }
}

#[test]
fn a_time_that_no_clock_tells_is_bad_input() {
    for now in ["NaN", "inf", "-1", "1700000000000", "today"] {
        let run = portcullis(["decide", "--policy", "p", &format!("--now={now}")]).exit(2);
        assert!(run.err.contains("seconds since 1970"), "{run:?}");
    }
}

#[test]
fn every_command_shows_an_example() {
    for command in [
        &["check"][..],
        &["explain"],
        &["effective"],
        &["diff"],
        &["minimize"],
        &["build"],
        &["validate"],
        &["decide"],
        &["replay"],
        &["token", "mint"],
        &["token", "verify"],
        &["token", "verify-jws"],
        &["routes"],
        &["catalog", "import"],
        &["catalog", "show"],
        &["condition", "check"],
        &["condition", "eval"],
        &["policy", "check"],
        &["policy", "test"],
        &["policy", "schema"],
        &["module", "verify"],
        &["module", "precompile"],
    ] {
        let run = portcullis(command.iter().copied().chain(["--help"])).exit(0);
        assert!(run.out.contains(&format!("  portcullis {}", command.join(" "))), "{command:?}");
    }
}

#[test]
fn another_module_can_be_named_but_must_be_one() {
    let folder = Folder::new(&[("not.wasm", "no module")]);
    let run =
        portcullis(["check", "a:workflow-api", "workflow-api.liveness", "--module", &folder.arg("not.wasm")]);
    assert!(run.exit(2).err.contains("the module cannot be used"));
}

#[test]
fn a_file_that_cannot_be_used_is_named_with_the_reason() {
    let folder = Folder::new(&[
        ("keys.json", "{}"),
        ("catalog.json", "{"),
        ("twice.yaml", "portcullis: 1\ntenancy:\n  mode: multi\n  mode: multi\n"),
        ("policy.json", "{\"portcullis\": 1}"),
    ]);
    let file = |name| folder.arg(name);
    fs::write(folder.path("bytes.json"), b"\xff").unwrap();
    for (command, name, reason) in [
        (
            vec!["decide", "--policy", &file("policy.json"), "--jwks", &file("keys.json")],
            "keys.json",
            "neither a key set",
        ),
        (vec!["token", "verify-jws", "--jwks", &file("keys.json")], "keys.json", "neither a key set"),
        (
            vec!["token", "mint", "--policy", &file("policy.json"), "--key", &file("keys.json")],
            "keys.json",
            "not one private key",
        ),
        (vec!["effective", "a:r", "--catalog", &file("catalog.json")], "catalog.json", "not JSON"),
        (vec!["policy", "check", &file("twice.yaml")], "twice.yaml", "duplicate mapping key `mode`"),
        (vec!["policy", "check", &file("bytes.json")], "bytes.json", "not UTF-8"),
        (vec!["module", "info", "--module", &file("none.wasm")], "none.wasm", "cannot read"),
    ] {
        let run = portcullis(command.iter().copied()).exit(2);
        assert!(run.err.contains(name) && run.err.contains(reason), "{command:?}: {run:?}");
        assert_eq!(run.err.lines().count(), 1, "{run:?}");
    }
}
