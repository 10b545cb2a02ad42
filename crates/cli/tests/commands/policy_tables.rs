//! `policy matrix`, `policy diff`, `policy fmt`.

use serde_json::json;

use super::*;

const SMALL: &str = r#"{"portcullis": 1,
"catalog": {"root": "api", "operations": [{"id": "api.a"}, {"id": "api.b"}]},
"tenancy": {"mode": "multi", "tenants": ["A", "B"]},
"declarations": {"user": {"age": "int"}},
"operations": {"api.b": {"permission": "workflow:edit"}},
"roles": {"roles": {"clerk": {}, "editor": {"permissions": ["workflow:edit"]}}}}"#;

fn matrix(policy: &str, more: &[&str]) -> Run {
    portcullis(["policy", "matrix", policy].into_iter().chain(more.iter().copied()))
}

#[test]
fn a_matrix_shows_what_the_policy_asks_beyond_the_claim() {
    let folder = Folder::new(&[("policy.json", SMALL)]);
    let policy = folder.arg("policy.json");
    let expected = "\
operation  tenants  (no role)                clerk                    editor
api.a      *        allow                    allow                    allow
api.b      *        ROLE_PERMISSION_MISSING  ROLE_PERMISSION_MISSING  allow
";
    assert_eq!(matrix(&policy, &[]).exit(0).out, expected);
    assert_eq!(matrix(&policy, &[]).exit(0).out, expected);
    let answer = matrix(&policy, &["--json"]).exit(0).json();
    assert_eq!(answer["tenants"], json!(["A", "B"]));
    assert_eq!(answer["subjects"][2], json!({"name": "editor", "claim": null, "roles": ["editor"]}));
    assert_eq!(answer["rows"][0]["tenants"], "*");
    assert_eq!(answer["rows"][1]["verdicts"]["clerk"], "ROLE_PERMISSION_MISSING");
}

#[test]
fn tables_tell_what_needs_no_credential() {
    let folder = Folder::new(&[
        ("policy.json", SMALL),
        ("open.json", &SMALL.replace(r#""permission": "workflow:edit""#, r#""authentication": "none""#)),
        (
            "admin.json",
            &SMALL.replace(r#""permission": "workflow:edit""#, r#""authentication": "admin_only""#),
        ),
    ]);
    let expected = "\
operation  tenants  (no credential)          (no role)  clerk  editor  (admin token)  clerk (admin token)  editor (admin token)
api.a      *        AUTHENTICATION_REQUIRED  allow      allow  allow   CLAIM_MISSING  CLAIM_MISSING        CLAIM_MISSING
api.b      *        allow                    allow      allow  allow   allow          allow                allow
";
    assert_eq!(matrix(&folder.arg("open.json"), &[]).exit(0).out, expected);
    let expected = "\
operation  tenants  (no credential)          (no role)                  clerk                      editor                     (admin token)  clerk (admin token)  editor (admin token)
api.a      *        AUTHENTICATION_REQUIRED  allow                      allow                      allow                      CLAIM_MISSING  CLAIM_MISSING        CLAIM_MISSING
api.b      *        AUTHENTICATION_REQUIRED  ADMIN_CREDENTIAL_REQUIRED  ADMIN_CREDENTIAL_REQUIRED  ADMIN_CREDENTIAL_REQUIRED  allow          allow                allow
";
    assert_eq!(matrix(&folder.arg("admin.json"), &["--anonymous"]).exit(0).out, expected);
    let run = portcullis(["policy", "diff", &folder.arg("policy.json"), &folder.arg("open.json")]);
    assert!(run.out.contains("(no credential)"), "{}", run.out);
    let check = portcullis(["policy", "check", &folder.arg("open.json")]);
    assert!(check.out.contains("open_operation"), "{}", check.out);
}

#[test]
fn tables_tell_what_an_administrators_token_reaches() {
    let only = |document: &str| {
        document.replace(r#""permission""#, r#""authentication": "admin_only", "permission""#)
    };
    let folder = Folder::new(&[("policy.json", SMALL), ("admin.json", &only(SMALL))]);
    let (policy, admin) = (folder.arg("policy.json"), folder.arg("admin.json"));
    let answer = matrix(&admin, &["--json"]).exit(0).json();
    let names: Vec<&str> =
        answer["subjects"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    let admins = ["(admin token)", "clerk (admin token)", "editor (admin token)"];
    assert_eq!(names, [&["(no role)", "clerk", "editor"], &admins[..]].concat());
    assert_eq!(
        answer["subjects"][5],
        json!({"name": "editor (admin token)", "claim": null, "roles": ["editor"], "admin_token": true})
    );
    // What the module decides: the token has no claim, is for every tenant, and its roles count.
    let verdicts = |row: usize| admins.map(|name| answer["rows"][row]["verdicts"][name].as_str().unwrap());
    assert_eq!(verdicts(0), ["CLAIM_MISSING"; 3]);
    assert_eq!(verdicts(1), ["ROLE_PERMISSION_MISSING", "ROLE_PERMISSION_MISSING", "allow"]);
    assert_eq!(answer["rows"][1]["tenants"], "*");

    // Where every operation asks for a claim, only who wants to see that such a token reaches none does.
    assert!(!matrix(&policy, &[]).exit(0).out.contains("admin token"));
    let who = ["--admin-token", "--claim", "ops=a:api;a:tenants", "--roles", "ops=editor"];
    let asked = |policy: &str, more: &[&str]| matrix(policy, &[&who[..], more].concat()).exit(0).out;
    let expected = "\
operation  tenants  ops    (admin token)  ops (admin token)
api.a      *        allow  CLAIM_MISSING  CLAIM_MISSING
api.b      *        allow  CLAIM_MISSING  CLAIM_MISSING
";
    assert_eq!(asked(&policy, &[]), expected);
    let expected = "\
operation  tenants  ops                        (admin token)            ops (admin token)
api.a      A        allow                      CLAIM_MISSING            CLAIM_MISSING
           C        TENANT_UNKNOWN             CLAIM_MISSING            CLAIM_MISSING
api.b      A        ADMIN_CREDENTIAL_REQUIRED  ROLE_PERMISSION_MISSING  allow
           C        ADMIN_CREDENTIAL_REQUIRED  ROLE_PERMISSION_MISSING  TENANT_UNKNOWN
";
    assert_eq!(asked(&admin, &["--tenant", "A", "--tenant", "C"]), expected);

    // A request without a tenant finds the default one, for which the token is, too.
    let with_default =
        |document: &str| document.replace(r#""mode": "multi""#, r#""mode": "multi", "default": "A""#);
    let folder =
        Folder::new(&[("old.json", &with_default(SMALL)), ("new.json", &only(&with_default(SMALL)))]);
    let (old, new) = (folder.arg("old.json"), folder.arg("new.json"));
    let answer = portcullis(["policy", "diff", &old, &new, "--json"]).exit(1).json();
    let told = json!({"operation": "api.b", "tenants": "*", "subjects": ["editor (admin token)"],
                      "old": "CLAIM_MISSING", "new": "allow"});
    assert!(answer["decisions"].as_array().unwrap().contains(&told), "{answer}");
}

#[test]
fn a_matrix_of_claims_tells_tenants_apart() {
    let folder = Folder::new(&[("policy.json", SMALL)]);
    let policy = folder.arg("policy.json");
    let who =
        ["--claim", "one|two=a:api;d:api.b;a:tenants:A", "--roles", "one|two=editor", "--roles", "x=editor"];
    let run = matrix(&policy, &[&who[..], &["--format", "markdown"]].concat()).exit(0);
    assert_eq!(
        run.out,
        "| operation | tenants | one\\|two | x |\n\
         | --- | --- | --- | --- |\n\
         | api.a | A | allow | allow |\n\
         | api.a | B | TENANT_DENIED | allow |\n\
         | api.b | \\* | OPERATION_DENIED | allow |\n"
    );
    let text = matrix(&policy, &[&who[..], &["--tenant", "C", "--tenant", "A"]].concat()).exit(0).out;
    assert!(text.contains("\napi.a      A        allow"), "{text}");
    assert!(text.contains("\n           C        TENANT_UNKNOWN"), "{text}");
    matrix(&policy, &["--claim", "a=a:api", "--claim", "a=d:api"]).exit(2);
    matrix(&policy, &["--claim", "a:api"]).exit(2);
}

#[test]
fn what_depends_on_facts_is_said_to() {
    let conditional = SMALL.replace(r#""permission": "workflow:edit""#, r#""condition": "user.age > 17""#);
    let folder = Folder::new(&[("policy.json", &conditional)]);
    let run = matrix(&folder.arg("policy.json"), &[]).exit(0);
    assert!(run.out.contains("api.b      *        condition  condition  condition\n"), "{run:?}");
}

#[test]
fn a_policy_differs_from_another_in_what_it_has_says_and_decides() {
    let new = SMALL
        .replace(r#"{"id": "api.b"}"#, r#"{"id": "api.b"}, {"id": "api.c"}"#)
        .replace(r#"["A", "B"]"#, r#"["A"]"#)
        .replace(r#""clerk": {}"#, r#""clerk": {}, "new/er": {}"#);
    let folder = Folder::new(&[("old.json", SMALL), ("new.json", &new)]);
    let (old, new) = (folder.arg("old.json"), folder.arg("new.json"));
    let diff = ["policy", "diff", &old, &new];
    let answer = portcullis(diff.into_iter().chain(["--json"])).exit(1).json();
    assert_eq!(answer["operations"], json!({"added": ["api.c"], "removed": [], "changed": []}));
    assert_eq!(answer["tenants"], json!({"added": [], "removed": ["B"], "changed": []}));
    assert_eq!(
        answer["document"],
        json!([
            {"path": "/roles/roles/new~1er", "new": {"permissions": [], "inherits": []}},
            {"path": "/tenancy/tenants", "old": ["A", "B"], "new": ["A"]},
        ])
    );
    let decisions = answer["decisions"].as_array().unwrap();
    let told = |operation: &str, tenants: Value, subjects: Value, old: &str, new: &str| {
        let told =
            json!({"operation": operation, "tenants": tenants, "subjects": subjects, "old": old, "new": new});
        assert!(decisions.contains(&told), "{told} in {answer}");
    };
    let all = json!(["(no role)", "clerk", "editor", "new/er"]);
    told("api.a", json!(["B"]), all.clone(), "allow", "TENANT_UNKNOWN");
    told("api.b", json!(["B"]), json!(["editor"]), "allow", "TENANT_UNKNOWN");
    told("api.c", json!(["A"]), all, "OPERATION_UNKNOWN", "allow");
    let run = portcullis(diff).exit(1);
    assert!(run.out.contains("+ operation  api.c\n") && run.out.contains("- tenant     B\n"), "{run:?}");
    assert!(run.out.contains(r#"± policy     /tenancy/tenants      ["A","B"] → ["A"]"#), "{run:?}");
    assert!(run.out.contains("- api.b  B") && run.out.contains("editor"), "{run:?}");
}

#[test]
fn a_role_that_gains_a_permission_shows_in_the_answers() {
    let new = SMALL.replace(r#""clerk": {}"#, r#""clerk": {"inherits": ["editor"]}"#);
    let folder = Folder::new(&[("old.json", SMALL), ("new.json", &new)]);
    let (old, new) = (folder.arg("old.json"), folder.arg("new.json"));
    let decisions = portcullis(["policy", "diff", &old, &new, "--json"]).exit(1).json()["decisions"].clone();
    let changed = |tenants: Value, new: &str| {
        json!({"operation": "api.b", "tenants": tenants, "subjects": ["clerk"],
               "old": "ROLE_PERMISSION_MISSING", "new": new})
    };
    let expected =
        json!([changed(json!([null]), "TENANT_NOT_SPECIFIED"), changed(json!(["A", "B"]), "allow")]);
    assert_eq!(decisions, expected);
}

#[test]
fn a_policy_written_differently_is_no_other_policy() {
    let folder = Folder::new(&[
        ("old.json", SMALL),
        (
            "new.yaml",
            "roles: { roles: { editor: { permissions: ['workflow:edit'], inherits: [] }, clerk: {} } }\n# The same.\n\
             tenancy: { tenants: [A, B], mode: multi }\ncatalog: { file: catalog.json }\nportcullis: 1\n\
             disable_security: false\noperations: { api.b: { permission: workflow:edit } }\n\
             declarations: { user: { age: int } }\n",
        ),
        ("catalog.json", r#"{"operations": [{"id": "api.b"}, {"id": "api.a"}], "root": "api"}"#),
    ]);
    let run = portcullis(["policy", "diff", &folder.arg("old.json"), &folder.arg("new.yaml")]);
    assert_eq!(run.exit(0).out, "= Nothing changes.\n");
    portcullis(["policy", "diff", &folder.arg("old.json"), "/nope.json"]).exit(2);
}

#[test]
fn a_policy_has_one_form() {
    let folder = Folder::new(&[
        ("policy.json", SMALL),
        ("policy.yaml", "# why\nportcullis: 1\n"),
        ("bad.json", r#"{"portcullis": 1, "extra": 1}"#),
    ]);
    let policy = folder.arg("policy.json");
    let fmt = |more: &[&str]| portcullis(["policy", "fmt"].into_iter().chain(more.iter().copied()));
    let formatted = fmt(&[&policy]).exit(0).out;
    assert!(
        formatted.starts_with("{\n  \"portcullis\": 1,\n  \"catalog\": {\n    \"root\": \"api\","),
        "{formatted}"
    );
    assert_eq!(
        serde_json::from_str::<Value>(&formatted).unwrap(),
        serde_json::from_str::<Value>(SMALL).unwrap()
    );
    assert_eq!(fmt(&[&policy, "--check"]).exit(1).out, format!("✗ not formatted  {policy}\n"));
    assert_eq!(fs::read_to_string(folder.path("policy.json")).unwrap(), SMALL);
    assert_eq!(fmt(&[&policy, "--write"]).exit(0).out, format!("✓ written  {policy}\n"));
    assert_eq!(fs::read_to_string(folder.path("policy.json")).unwrap(), formatted);
    assert_eq!(fmt(&[&policy, "--check", "--json"]).exit(0).json()["formatted"], true);

    let yaml = folder.arg("policy.yaml");
    for more in ["--check", "--write"] {
        assert!(fmt(&[&yaml, more]).exit(2).err.contains("YAML is not written"));
    }
    let run = fmt(&[&yaml]).exit(0);
    assert_eq!(run.out, "{\n  \"portcullis\": 1\n}\n");
    assert!(run.err.contains("comments"), "{run:?}");
    assert_eq!(fs::read_to_string(folder.path("policy.yaml")).unwrap(), "# why\nportcullis: 1\n");
    assert!(fmt(&[&folder.arg("bad.json"), "--write"]).exit(2).err.contains("/extra"));
}
