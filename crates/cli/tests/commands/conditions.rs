//! `condition check`, `condition eval`.

use super::*;

#[test]
fn check_tells_the_type_and_the_facts_or_the_mistake() {
    let folder = Folder::new(&[(
        "types.json",
        r#"{"user": {"record": {"name": "string", "tags": {"list": "string"}, "boss": {"nullable": "string"}}}}"#,
    )]);
    let types = folder.arg("types.json");
    let check = |expr| portcullis(["condition", "check", expr, "--types", &types]);
    let run = check("user.name=='a'&&user.boss!=null").exit(0);
    assert_eq!(
        run.out,
        "✓ valid  bool\n  user.name == \"a\" && user.boss != null\n  reads user.name, user.boss\n"
    );
    let run = check("size(user.tags) > 1 ||\n  user.nme == 'a'").exit(1);
    assert_eq!(
        run.out,
        "✗ invalid\n    user.nme == 'a'\n         ^ byte 30, check: user has no field `nme`; did you mean `name`?\n"
    );
    let folder = Folder::new(&[("types.json", r#"{"user": "text"}"#)]);
    portcullis(["condition", "check", "true", "--types", &folder.arg("types.json")]).exit(2);
}

#[test]
fn eval_shows_the_value_of_every_part_and_what_decided() {
    let facts = ["--set", r#"user={"age": 17, "admin": true}"#];
    let run = portcullis(["condition", "eval", "user.age >= 18 || user.admin", facts[0], facts[1]]).exit(0);
    assert_eq!(
        run.out,
        "\
✓ true

user.age >= 18 || user.admin  true
├─ user.age >= 18             false
│  └─ user.age                17
└─ user.admin                 true  ◀ decided
"
    );
    let run = portcullis(["condition", "eval", "user.age > 20 && user.admin", facts[0], facts[1]]).exit(1);
    assert!(run.out.contains("not asked"), "{run:?}");
    let run = portcullis(["condition", "eval", "user.name == 'a'", facts[0], facts[1]]).exit(1);
    assert!(run.out.starts_with("✗ evaluation\n  user.name == 'a'\n"), "{run:?}");
    let answer = portcullis(["condition", "eval", "1 / 0", "--json"]).exit(1).json();
    assert_eq!(answer["error"]["kind"], "evaluation");
    assert_eq!(answer["error"]["offset"], 2);
}

#[test]
fn eval_tells_what_is_left_to_ask() {
    let eval = |expr| {
        let known = ["--set", r#"user={"id": "u1", "groups": ["a", "b"]}"#, "--unknown", "resource"];
        portcullis(["condition", "eval", expr].into_iter().chain(known))
    };
    assert_eq!(
        eval("resource.owner == user.id || resource.group in user.groups").exit(1).out,
        "depends on resource.owner, resource.group\n  resource.owner == \"u1\" || resource.group in [\"a\", \"b\"]\n"
    );
    assert_eq!(eval("user.id == 'u1' || resource.open").exit(0).out, "✓ always\n");
    assert_eq!(eval("user.id == 'u2' && resource.open").exit(1).out, "✗ never\n");
}

#[test]
fn lines_carry_values_with_their_types() {
    let lines = r#"
{"id":1,"expr":"[x, y]","bindings":{"x":{"bytes":"AP8="},"y":{"double":"NaN"}}}
{"id":"two","expr":"x.y.z","bindings":{"x.y":{"map":[[{"string":"z"},{"timestamp":"1970-01-01T00:00:01.5Z"}]]}}}
{"id":3,"expr":"1 +"}
{"id":4,"expr":"x","bindings":{"x":{"int":"9223372036854775808"}}}
{"id":5,"expr":"true","bindings":{"x":{"float":"1"}}}
{"id":6,"expr":"timestamp(0).getHours('Europe/Paris')"}
{"id":7,"expr":"[1,2,3].map(x, [1,2,3].map(y, x * y))[2][2] == 9"}
"#;
    let run = run(["condition", "eval"], lines, &[]).exit(2);
    let out: Vec<&str> = run.out.lines().collect();
    assert_eq!(out[0], r#"{"id":1,"value":{"list":[{"bytes":"AP8="},{"double":"NaN"}]},"error":null}"#);
    assert_eq!(out[1], r#"{"id":"two","value":{"timestamp":"1970-01-01T00:00:01.5Z"},"error":null}"#);
    let errors: Vec<Value> = out[2..6].iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&Value> = errors.iter().map(|line| &line["error"]["kind"]).collect();
    assert_eq!(kinds, ["parse", "evaluation", "malformed", "unsupported"]);
    assert_eq!(errors[0]["error"]["offset"], 3);
    assert_eq!(out[6], r#"{"id":7,"value":{"bool":true},"error":null}"#);
}

#[test]
fn hostile_conditions_are_answered_in_time() {
    let nested =
        (0..20).fold("true".to_owned(), |body, depth| format!("[1,2,3,4,5,6,7,8,9].all(x{depth}, {body})"));
    let brackets = "(".repeat(5000);
    let regex = format!("'{}'.matches('(a*)*(a*)*b')", "a".repeat(4000));
    let doubling = (0..40).fold("'x'".to_owned(), |text, _| format!("[{text}].map(s, s + s)[0]"));
    let lines: String = [nested, brackets, regex, doubling]
        .iter()
        .map(|expr| format!("{}\n", serde_json::json!({ "id": 1, "expr": expr })))
        .collect();
    let start = std::time::Instant::now();
    let run = run(["condition", "eval"], &lines, &[]).exit(0);
    for line in run.lines() {
        let kind = line["error"]["kind"].as_str().unwrap_or("none");
        assert!(matches!(kind, "limit" | "none"), "{line}");
    }
    assert_eq!(run.lines().len(), 4);
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}
