//! `decide --receipts` and `replay`: what is stored is checked, and what was changed is named.

use super::*;

const POLICY: &str = r#"{"portcullis": 1, "tenancy": {"mode": "multi", "tenants": ["A", "B"]},
    "roles": {"claim": "roles", "roles": {"operator": {"permissions": ["workflow:execute"]}}},
    "declarations": {"user": {"limit": "double"}},
    "operations": {"workflow-api.rpc": {"permission": "workflow:execute", "condition": "user.limit >= 5.0"}}}"#;

const LINES: &str = r#"{"id":1,"claim":"a:workflow-api;a:tenants:A","roles":["operator"],"operation":"workflow-api.rpc.resume","tenant":"A","user":{"limit":7}}
{"id":2,"claim":"a:workflow-api;a:tenants:A","roles":["operator"],"operation":"workflow-api.rpc.resume","tenant":"A","user":{"limit":3},"now":1700000000.5}
{"id":3,"claim":"a:workflow-api;;","operation":"workflow-api.liveness","tenant":"A"}
{"id":4,"token":null,"method":"GET","path":"/workflow-api/liveness","tenant":null}
"#;

fn decide(lines: &str, more: &[&str]) -> Run {
    let folder = Folder::new(&[("policy.json", POLICY)]);
    let policy = folder.arg("policy.json");
    let arguments = ["decide", "--policy", &policy, "--now", "1700000000", "--receipts"];
    run(arguments.into_iter().chain(more.iter().copied()), lines, &[])
}

fn replay_under(policy: &str, stored: &str, more: &[&str]) -> Run {
    let folder = Folder::new(&[("policy.json", policy)]);
    let policy = folder.arg("policy.json");
    run(["replay", "--policy", &policy].into_iter().chain(more.iter().copied()), stored, &[])
}

fn replay(stored: &str) -> Run {
    replay_under(POLICY, stored, &[])
}

/// What differs in each line.
fn differences(run: &Run) -> Vec<Vec<String>> {
    let names = |line: Value| match &line["difference"] {
        Value::Null => Vec::new(),
        difference => difference.as_object().unwrap().keys().cloned().collect(),
    };
    run.lines().into_iter().map(names).collect()
}

/// One stored line, with something in it changed.
fn changed(stored: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut line: Value = serde_json::from_str(stored.lines().next().unwrap()).unwrap();
    change(&mut line);
    line.to_string()
}

#[test]
fn what_was_stored_is_decided_alike() {
    for more in [&[][..], &["--full"]] {
        let stored = decide(LINES, more).exit(0);
        let reasons: Vec<_> = stored
            .lines()
            .iter()
            .map(|line| [&line["reason"], &line["document"]["reason"]].into_iter().find_map(Value::as_str))
            .map(|reason| reason.unwrap().to_owned())
            .collect();
        let expected = ["ALLOWED", "CONDITION_NOT_MET", "CLAIM_MALFORMED", "AUTHENTICATION_REQUIRED"];
        assert_eq!(reasons, expected);
        let again = replay(&stored.out).exit(0);
        let expected = (1..=4).map(|id| format!("{{\"id\":{id},\"same\":true,\"difference\":null}}\n"));
        assert_eq!(again.out, expected.collect::<String>());
    }
}

#[test]
fn answers_carry_a_receipt_and_facts_and_are_the_same_without() {
    let stored = decide(LINES, &[]);
    let folder = Folder::new(&[("policy.json", POLICY)]);
    let arguments = ["decide", "--policy", &folder.arg("policy.json"), "--now", "1700000000"];
    let plain = run(arguments, LINES, &[]);
    for (with, without) in stored.out.lines().zip(plain.out.lines()) {
        assert!(
            with.starts_with(without.strip_suffix('}').unwrap()) && with.contains("\"receipt\":{\"module\":")
        );
    }
    let first = &stored.lines()[0];
    assert_eq!(first["receipt"]["now"], 1_700_000_000);
    assert_eq!(first["facts"]["request"]["user"]["limit"], 7);
    // The embedded module's own word for itself.
    assert_eq!(first["receipt"]["module"], portcullis(["module", "verify", "--json"]).json()["sha256"]);
}

#[test]
fn each_changed_part_is_named() {
    let stored = decide(LINES, &[]).out;
    type Change = fn(&mut Value);
    let changes: [(&[&str], Change); 10] = [
        (&["module"], |it| it["receipt"]["module"] = "0".repeat(64).into()),
        (&["policy"], |it| it["receipt"]["policy"] = "0".repeat(64).into()),
        (&["claim"], |it| it["receipt"]["claim"] = Value::Null),
        (&["facts"], |it| it["receipt"]["facts"] = "".into()),
        (&["now"], |it| it["receipt"]["now"] = 5.into()),
        (&["now"], |it| it["facts"]["request"]["now"] = 5.into()),
        (&["facts"], |it| it["facts"]["request"]["user"]["limit"] = 8.into()),
        (&["answer", "facts"], |it| it["facts"]["request"]["user"]["limit"] = 4.into()),
        (&["answer", "claim"], |it| it["facts"]["principal"]["claim"] = "a:tenants:A".into()),
        (&["answer"], |it| it["reason"] = "SECURITY_DISABLED".into()),
    ];
    for (names, change) in changes {
        let run = replay(&changed(&stored, change)).exit(1);
        assert_eq!(differences(&run), [names.iter().map(ToString::to_string).collect::<Vec<_>>()]);
        assert_eq!(run.lines()[0]["same"], false);
    }
    let both = replay(&changed(&stored, |it| it["receipt"]["now"] = 5.into())).lines()[0].take();
    assert_eq!(both["difference"]["now"], serde_json::json!({ "stored": 5, "found": 1_700_000_000 }));
}

#[test]
fn another_policy_is_named_and_so_is_another_answer() {
    let stored = decide(LINES, &[]).out;
    let first = stored.lines().next().unwrap();
    let other = POLICY.replace("[\"A\", \"B\"]", "[\"A\", \"C\"]");
    assert_eq!(differences(&replay_under(&other, first, &[]).exit(1)), [["policy"]]);
    let other = POLICY.replace(">= 5.0", ">= 9.0");
    assert_eq!(differences(&replay_under(&other, first, &[]).exit(1)), [["answer", "policy"]]);
    let spelt = POLICY.replace("\n    ", " ").replace(": ", ":");
    replay_under(&spelt, first, &[]).exit(0);
}

#[test]
fn another_module_is_named() {
    let stored = decide(LINES, &[]).out;
    let module = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg/dist/portcullis.wasm");
    let mut bytes = fs::read(module).unwrap();
    // A section that nobody reads makes other bytes of the same module.
    bytes.extend_from_slice(b"\0\x02\x01x");
    let folder = Folder::new(&[]);
    fs::write(folder.path("other.wasm"), bytes).unwrap();
    let run = replay_under(POLICY, &stored, &["--module", &folder.arg("other.wasm")]).exit(1);
    assert_eq!(differences(&run), vec![["module"]; 4]);
}

#[test]
fn lines_that_are_no_record_are_told_and_the_run_goes_on() {
    let stored = decide(LINES, &[]).out;
    let first = stored.lines().next().unwrap();
    let without =
        |member: &'static str| changed(&stored, |it| drop(it.as_object_mut().unwrap().remove(member)));
    let unreadable = changed(&stored, |it| it["facts"]["request"]["surprise"] = 1.into());
    let contradictory = changed(&stored, |it| it["facts"]["refused"] = "CREDENTIAL_EXPIRED".into());
    let lines = ["not json", &without("facts"), &without("receipt"), &unreadable, &contradictory, first];
    let run = replay(&lines.join("\n")).exit(2);
    let answers = run.lines();
    assert!(answers[..5].iter().all(|line| line["error"]["kind"] == "malformed"), "{run:?}");
    assert!(answers[1..5].iter().all(|line| line["id"] == answers[5]["id"]), "{run:?}");
    assert_eq!(answers[5]["same"], true);
}

#[test]
fn a_token_is_not_stored_and_the_decision_is_made_again_without_it() {
    let folder = Folder::new(&[(
        "policy.json",
        r#"{"portcullis":1,"token":{"issuers":["https://issuer.test"],"audiences":["api"],"algorithms":["HS256"]}}"#,
    )]);
    let (policy, key) = (folder.arg("policy.json"), folder.arg("key.json"));
    let secret = r#"{"kty":"oct","alg":"HS256","kid":"k","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#;
    fs::write(folder.path("key.json"), secret).unwrap();
    let mint =
        ["token", "mint", "--key", &key, "--policy", &policy, "--subject", "ann", "--now", "1700000000"];
    let minted = portcullis(mint.into_iter().chain(["--claim", "a:workflow-api"])).exit(0);
    let token = minted.out.trim();
    let line = serde_json::json!({"token": token, "operation": "workflow-api.liveness"}).to_string();
    let arguments = ["decide", "--policy", &policy, "--jwks", &key, "--now", "1700000001", "--receipts"];
    let stored = run(arguments, &line, &[]).exit(0);
    assert_eq!(stored.lines()[0]["decision"], true, "{stored:?}");
    assert!(token.split('.').all(|part| !stored.out.contains(part)));
    assert_eq!(stored.lines()[0]["facts"]["principal"]["subject"], "ann");
    let again = run(["replay", "--policy", &policy], &stored.out, &[]).exit(0);
    assert_eq!(differences(&again), [Vec::<String>::new()]);
}
