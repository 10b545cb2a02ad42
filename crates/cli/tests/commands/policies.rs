//! `policy check`, `policy schema`.

use super::*;

#[test]
fn check_tells_every_mistake_at_once_with_its_place() {
    let folder = Folder::new(&[(
        "policy.json",
        r#"{"portcullis": 2, "extra": true, "claim": {"max_bytes": 0},
            "tenancy": {"mode": "multi", "tenants": ["A", "A", "b b"], "default": "Z"}}"#,
    )]);
    let policy = folder.arg("policy.json");
    let answer = portcullis(["policy", "check", &policy, "--json"]).exit(2).json();
    assert_eq!(answer["valid"], false);
    let mut places: Vec<&str> = answer["mistakes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["path"].as_str().unwrap())
        .collect();
    places.sort_unstable();
    assert_eq!(
        places,
        [
            "/claim/max_bytes",
            "/extra",
            "/portcullis",
            "/tenancy/default",
            "/tenancy/tenants/1",
            "/tenancy/tenants/2"
        ]
    );
    let run = portcullis(["policy", "check", &policy]).exit(2);
    assert!(run.out.starts_with(&format!("✗ invalid  {policy}  6 mistakes\n")), "{run:?}");
    assert!(run.out.contains("  /tenancy/tenants/1: ") && run.out.contains(" [tenant]\n"), "{run:?}");
}

#[test]
fn advice_fails_only_a_strict_check() {
    let folder = Folder::new(&[
        ("good.yaml", "portcullis: 1\ntenancy: { mode: multi, tenants: [A, [B, B.Logical]] }\n"),
        ("open.json", r#"{"portcullis": 1, "disable_security": true}"#),
    ]);
    let check = |file, more: &[&str]| {
        let file = folder.arg(file);
        portcullis(["policy", "check", &file].into_iter().chain(more.iter().copied()))
    };
    for strict in [&[][..], &["--strict"]] {
        let run = check("good.yaml", strict).exit(0);
        assert!(run.out.contains("114 operations, 3 tenant ids"), "{run:?}");
    }
    let run = check("open.json", &[]).exit(0);
    assert!(run.out.contains("advice:\n  /disable_security: "), "{run:?}");
    let answer = check("open.json", &["--strict", "--json"]).exit(1).json();
    assert_eq!((&answer["valid"], &answer["advice"][0]["code"]), (&true.into(), &"security_disabled".into()));
}

#[test]
fn files_that_are_no_documents_are_bad_input() {
    let folder = Folder::new(&[("a.yaml", "portcullis: [1\n"), ("b.json", "{"), ("c.json", "")]);
    for file in ["a.yaml", "b.json", "c.json", "none.json"] {
        let run = portcullis(["policy", "check", &folder.arg(file)]).exit(2);
        assert!(!(run.out + &run.err).is_empty());
    }
}

#[test]
fn a_catalog_file_is_looked_for_beside_the_policy() {
    let folder = Folder::new(&[
        ("policy.json", r#"{"portcullis": 1, "catalog": {"file": "catalog.json"}}"#),
        ("outside.json", r#"{"portcullis": 1, "catalog": {"file": "../catalog.json"}}"#),
        ("catalog.json", r#"{"root": "api", "operations": [{"id": "api.ping"}]}"#),
    ]);
    let run = portcullis(["policy", "check", &folder.arg("policy.json")]).exit(0);
    assert!(run.out.contains("1 operations"), "{run:?}");
    portcullis(["policy", "check", &folder.arg("outside.json")]).exit(2);
}

#[test]
fn schema_is_json_schema_that_knows_every_section() {
    let schema = portcullis(["policy", "schema"]).exit(0).json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for section in ["portcullis", "catalog", "routes", "tenancy", "claim", "token", "disable_security"] {
        assert!(schema["properties"].get(section).is_some(), "{section}");
    }
    assert_eq!(schema["additionalProperties"], false);
}
