//! `check`, `explain`, `effective`, `diff`, `minimize`, `build`.

use super::*;

/// A claim with exceptions in both directions.
const CLAIM: &str = "d:workflow-api;a:workflow-api.liveness;a:workflow-api.rpc;\
                     d:workflow-api.rpc.delete-instance;a:workflow-api.search;\
                     d:workflow-api.search.processes;a:tenants:TenantA,TenantB";

const POLICY: &str = r#"{"portcullis": 1, "tenancy":
    {"mode": "multi", "tenants": ["TenantA", ["TenantB", "TenantB.Logical"], "TenantC"], "default": "TenantC"}}"#;

#[test]
fn check_says_the_verdict_in_one_line_and_in_its_exit_code() {
    let multi = "a:workflow-api;d:workflow-api.rpc;d:tenants:B";
    for (claim, operation, tenant, code, line) in [
        (
            multi,
            "workflow-api.liveness",
            Some("A"),
            0,
            "✓ allow  workflow-api.liveness  ALLOWED  by a:workflow-api and d:tenants:B",
        ),
        (
            multi,
            "workflow-api.rpc.resume",
            Some("A"),
            1,
            "✗ deny  workflow-api.rpc.resume  OPERATION_DENIED  by d:workflow-api.rpc",
        ),
        (
            multi,
            "workflow-api.liveness",
            Some("B"),
            1,
            "✗ deny  workflow-api.liveness  TENANT_DENIED  by d:tenants:B",
        ),
        (multi, "workflow-api.liveness", Some("a b"), 1, "✗ deny  workflow-api.liveness  TENANT_INVALID"),
        (multi, "workflow-api.liveness", Some(""), 1, "✗ deny  workflow-api.liveness  TENANT_INVALID"),
        (
            "a:workflow-api",
            "workflow-api.liveness",
            Some("A"),
            1,
            "✗ deny  workflow-api.liveness  TENANT_PERMISSION_MISSING",
        ),
        (
            "a:workflow-api",
            "workflow-api.liveness",
            None,
            0,
            "✓ allow  workflow-api.liveness  ALLOWED  by a:workflow-api",
        ),
        (
            "a:workflow-api.rpc",
            "workflow-api.liveness",
            None,
            1,
            "✗ deny  workflow-api.liveness  OPERATION_NO_RULE",
        ),
        ("", "workflow-api.liveness", None, 1, "✗ deny  workflow-api.liveness  CLAIM_MISSING"),
        (
            "a:workflow-api;",
            "workflow-api.liveness",
            None,
            1,
            "✗ deny  workflow-api.liveness  CLAIM_MALFORMED",
        ),
    ] {
        let tenant = tenant.map(|tenant| ["--tenant", tenant]);
        let run = portcullis(["check", claim, operation].into_iter().chain(tenant.into_iter().flatten()));
        assert_eq!((run.code, &*run.out), (code, &*format!("{line}\n")), "{claim} {tenant:?}");
    }
}

#[test]
fn check_asks_the_policy_for_its_tenants() {
    let folder = Folder::new(&[("policy.json", POLICY)]);
    let policy = folder.arg("policy.json");
    let check = |claim, more: &[&str]| {
        let arguments = ["check", claim, "workflow-api.liveness", "--policy", &policy, "--json"];
        portcullis(arguments.into_iter().chain(more.iter().copied()))
    };
    for (claim, tenant, code, reason) in [
        ("a:workflow-api;a:tenants", "TenantA", 0, "ALLOWED"),
        ("a:workflow-api;a:tenants", "TenantX", 1, "TENANT_UNKNOWN"),
        ("a:workflow-api;a:tenants:TenantB", "TenantB.Logical", 1, "TENANT_DENIED"),
    ] {
        let decision = check(claim, &["--tenant", tenant]).exit(code).json();
        assert_eq!(decision["reason"], reason);
        assert_eq!(decision["decision"], code == 0);
    }
    assert_eq!(check("a:workflow-api;a:tenants:TenantC", &[]).exit(0).json()["tenant"], "TenantC");
}

#[test]
fn slips_get_a_hint() {
    for (arguments, hint) in [
        (["check", CLAIM, "workflow-api.rpc.resum"], "did you mean `workflow-api.rpc.resume`?"),
        (["check", CLAIM, "resume"], "did you mean `workflow-api.rpc.resume`?"),
        (["check", CLAIM, "workflow-api.designer"], ""),
        (["check", CLAIM, "workflow-api.data.schemes"], "is a branch with 7 operations"),
        (
            ["check", "a:workflow-api;a:workflow-api.rcp", "workflow-api.liveness"],
            "did you mean `workflow-api.rpc`?",
        ),
        (["explain", CLAIM, "workflow-api.livenes"], "did you mean `workflow-api.liveness`?"),
        (["explain", "a:workflow_api", "workflow-api.liveness"], "byte 10"),
        (["build", "--allow", "workflow-api.sarch"], "did you mean `workflow-api.search`?"),
    ] {
        let run = portcullis(arguments);
        assert!(run.err.contains(hint), "{hint}: {run:?}");
        assert_eq!(run.err.is_empty(), hint.is_empty(), "{run:?}");
    }
}

#[test]
fn a_claim_that_is_not_valid_is_marked_where_it_is_wrong() {
    let run = portcullis(["validate", "a:workflow-api;a:workflow-api.sarch"]).exit(1);
    assert!(run.out.contains("\n                   ^ byte 17: expected "), "{run:?}");
    assert_eq!(run.err, "hint: did you mean `workflow-api.search`?\n");
    let run = portcullis(["effective", "a:workflow-api;x:workflow-api.rpc"]).exit(2);
    assert!(run.err.contains("  a:workflow-api;x:workflow-api.rpc\n                 ^ byte 15: "), "{run:?}");
    let error: Value = serde_json::from_str(&portcullis(["minimize", "a:", "--json"]).exit(2).err).unwrap();
    assert_eq!(error["error"]["code"], "CLAIM_INVALID");
    assert_eq!(
        (&error["error"]["claim"]["kind"], &error["error"]["claim"]["offset"]),
        (&"operation".into(), &2.into())
    );
}

#[test]
fn explain_names_every_rule_that_has_a_part() {
    let run =
        portcullis(["explain", CLAIM, "workflow-api.rpc.delete-instance", "--tenant", "TenantA"]).exit(1);
    assert_eq!(
        run.out,
        "\
✗ deny  workflow-api.rpc.delete-instance  OPERATION_DENIED

  d:workflow-api                      overridden, 2nd nearest
  a:workflow-api.liveness
  a:workflow-api.rpc                  overridden, nearest
  d:workflow-api.rpc.delete-instance  ◀ decides the operation
  a:workflow-api.search
  d:workflow-api.search.processes
  a:tenants:TenantA,TenantB           ◀ decides the tenant

operation  ✗ deny   d:workflow-api.rpc.delete-instance over a:workflow-api.rpc, d:workflow-api
tenant     ✓ allow  TenantA by a:tenants:TenantA,TenantB

The smallest change that allows it:
  - d:workflow-api.rpc.delete-instance
  = d:workflow-api;a:workflow-api.liveness;a:workflow-api.rpc;a:workflow-api.search;\
d:workflow-api.search.processes;a:tenants:TenantA,TenantB
"
    );
}

#[test]
fn the_change_that_explain_shows_turns_the_verdict_round() {
    for (claim, operation, tenant) in [
        (CLAIM, "workflow-api.rpc.delete-instance", Some("TenantA")),
        (CLAIM, "workflow-api.rpc.delete-instance", Some("TenantC")),
        (CLAIM, "workflow-api.rpc.resume", Some("TenantA")),
        (CLAIM, "workflow-api.rpc.resume", Some("TenantC")),
        (CLAIM, "workflow-api.rpc.resume", None),
        ("a:workflow-api", "workflow-api.designer", None),
        ("a:workflow-api", "workflow-api.designer", Some("TenantA")),
        ("a:workflow-api;d:tenants", "workflow-api.designer", Some("TenantA")),
        ("a:tenants:TenantB", "workflow-api.data.schemes.get", Some("TenantA")),
    ] {
        let tenant: Vec<&str> = tenant.map(|tenant| ["--tenant", tenant]).into_iter().flatten().collect();
        let explain = portcullis(["explain", claim, operation, "--json"].into_iter().chain(tenant.clone()));
        let answer = explain.json();
        assert_eq!(answer["allowed"], explain.code == 0);
        let changed = answer["change"]["result"].as_str().unwrap_or_else(|| panic!("{explain:?}"));
        let check = portcullis(["check", changed, operation].into_iter().chain(tenant));
        assert_eq!(check.code, 1 - explain.code, "{claim} {operation}: {changed}");
    }
}

#[test]
fn explain_says_when_no_change_of_the_claim_helps() {
    let folder = Folder::new(&[
        ("policy.json", POLICY),
        ("open.json", r#"{"portcullis": 1, "disable_security": true}"#),
    ]);
    let explain = |policy, tenant| {
        let policy = folder.arg(policy);
        portcullis(["explain", CLAIM, "workflow-api.rpc.resume", "--policy", &policy, "--tenant", tenant])
    };
    let run = explain("policy.json", "TenantX").exit(1);
    assert!(run.out.contains("No change of the claim gives another answer"), "{run:?}");
    assert!(run.out.contains("this tenant is not registered"), "{run:?}");
    let run = explain("open.json", "TenantX").exit(0);
    assert!(run.out.contains("the policy switches security off"), "{run:?}");
    assert!(run.err.contains("warning:"), "{run:?}");
}

#[test]
fn a_long_claim_is_explained_by_the_rules_that_have_a_part() {
    let ids = portcullis(["routes", "--json"]).json();
    let rules: Vec<String> = ids
        .as_array()
        .unwrap()
        .iter()
        .map(|route| format!("a:{}", route["operation"].as_str().unwrap()))
        .collect();
    let claim = format!("d:workflow-api;{}", rules.join(";"));
    let run = portcullis(["explain", &claim, "workflow-api.liveness"]).exit(0);
    assert!(run.out.contains("  … and 113 rules about other operations\n"), "{run:?}");
    assert!(
        run.out.contains("  a:workflow-api.liveness                 ◀ decides the operation\n"),
        "{run:?}"
    );
}

#[test]
fn effective_is_a_tree_of_what_is_allowed_and_why() {
    assert_eq!(
        portcullis(["effective", CLAIM]).exit(0).out,
        "\
± workflow-api             mixed  56/114  d:workflow-api
├─ ✗ data                  deny   0/47
├─ ✗ designer              deny   0/2
├─ ✓ liveness              allow          a:workflow-api.liveness
├─ ✗ readiness             deny
├─ ± rpc                   mixed  51/52   a:workflow-api.rpc
│  ├─ ✗ delete-instance    deny           d:workflow-api.rpc.delete-instance
│  └─ ✓ 51 operations      allow
├─ ± search                mixed  4/10    a:workflow-api.search
│  ├─ ✓ global-parameters  allow
│  ├─ ✗ processes          deny   0/6     d:workflow-api.search.processes
│  ├─ ✓ runtimes           allow
│  ├─ ✓ schemes            allow
│  └─ ✓ statuses           allow
└─ ✗ tenant-readiness      deny

tenants  only TenantA, TenantB  a:tenants:TenantA,TenantB
"
    );
}

#[test]
fn an_operation_that_is_a_branch_too_is_shown_as_both() {
    let run = portcullis(["effective", "a:workflow-api.designer;d:workflow-api.designer.get"]);
    assert_eq!(
        run.exit(0).out,
        "\
± workflow-api         mixed  1/114  no rule: denied
├─ ✗ data              deny   0/47
├─ ± designer          mixed  1/2    a:workflow-api.designer
│  ├─ ✓ (itself)       allow
│  └─ ✗ get            deny          d:workflow-api.designer.get
├─ ✗ liveness          deny
├─ ✗ readiness         deny
├─ ✗ rpc               deny   0/52
├─ ✗ search            deny   0/10
└─ ✗ tenant-readiness  deny

tenants  no rule: only where a single tenant is served
"
    );
}

#[test]
fn effective_shows_each_operation_on_request_and_only_what_is_asked_for() {
    let lines = |more: &[&str]| {
        let run = portcullis(["effective", CLAIM].into_iter().chain(more.iter().copied())).exit(0);
        let count = |word| run.out.lines().filter(|line| line.contains(&format!("  {word}"))).count();
        (count("allow"), count("deny"))
    };
    // `search` and `designer` are branches, and uniform: their own lines are counted with the leaves.
    let (allow, deny) = lines(&["--all"]);
    assert!(allow == 56 && deny >= 58, "{allow} {deny}");
    assert_eq!(lines(&["--all", "--allowed"]), (56, 0));
    assert_eq!(lines(&["--all", "--denied"]), (0, deny));
    let operations = |more: &[&str]| {
        let run = portcullis(["effective", CLAIM, "--json"].into_iter().chain(more.iter().copied())).exit(0);
        run.json()["operations"].as_array().unwrap().len()
    };
    assert_eq!((operations(&[]), operations(&["--allowed"]), operations(&["--denied"])), (114, 56, 58));
}

#[test]
fn effective_lists_the_tenants_of_a_policy() {
    let folder = Folder::new(&[("policy.json", POLICY)]);
    let run = portcullis(["effective", CLAIM, "--allowed", "--policy", &folder.arg("policy.json")]).exit(0);
    let (_, tenants) = run.out.split_once("\n\n").unwrap();
    assert_eq!(
        tenants,
        "\
tenants               2/4    only TenantA, TenantB  a:tenants:TenantA,TenantB
├─ ✓ TenantA          allow
├─ ✓ TenantB          allow
├─ ✗ TenantB.Logical  deny
└─ ✗ TenantC          deny
"
    );
}

#[test]
fn diff_groups_what_changes_and_says_which_covers_which() {
    let second = "a:workflow-api.rpc;a:workflow-api.data.schemes;a:tenants";
    let run = portcullis(["diff", CLAIM, second]).exit(1);
    assert_eq!(
        run.out,
        "  workflow-api             +8 -5
  ├─ data                  +7
+ │  └─ schemes            all 7
- ├─ liveness
  ├─ rpc                   +1
+ │  └─ delete-instance
  └─ search                -4
-    ├─ global-parameters
-    ├─ runtimes
-    ├─ schemes
-    └─ statuses
+ tenants  all except TenantA, TenantB

+8 -5 of 114 operations. Neither allows all that the other allows.
"
    );
    let json = portcullis(["diff", CLAIM, second, "--json"]).exit(1).json();
    assert_eq!(json["gained"].as_array().unwrap().len(), 8);
    for (first, second, code, says) in [
        ("a:workflow-api", "a:workflow-api;a:workflow-api.rpc", 0, "The claims decide alike."),
        ("a:workflow-api", "a:workflow-api;d:workflow-api.rpc", 1, "this takes away only"),
        ("a:workflow-api.rpc", "a:workflow-api", 1, "this adds only"),
        ("a:workflow-api", "a:workflow-api;a:tenants", 1, "Only one of them has a tenant rule"),
        ("a:workflow-api;a:tenants:A", "a:workflow-api;a:tenants:B", 1, "- tenants  A"),
    ] {
        let run = portcullis(["diff", first, second]).exit(code);
        assert!(run.out.contains(says), "{says}: {run:?}");
    }
}

#[test]
fn minimize_counts_what_it_saves_and_decides_alike() {
    let long = "d:workflow-api;a:workflow-api.rpc;a:workflow-api.rpc.resume";
    let run = portcullis(["minimize", long]).exit(0);
    assert_eq!(
        run.out,
        format!(
            "before     59 bytes  {long}\nafter      18 bytes  a:workflow-api.rpc\n41 bytes saved (69 %)\n"
        )
    );
    let short = portcullis(["minimize", CLAIM, "--json"]).exit(0).json();
    portcullis(["diff", CLAIM, short["claim"].as_str().unwrap()]).exit(0);
}

#[test]
fn build_writes_the_normal_form() {
    let build = |options: &[&str]| portcullis(["build"].into_iter().chain(options.iter().copied()));
    for (options, claim) in [
        (&[][..], "d:workflow-api"),
        (&["--allow-all"], "a:workflow-api"),
        (
            &["--allow", "workflow-api.rpc", "--deny", "workflow-api.rpc.resume", "--tenants", "B,A"],
            "d:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.resume;a:tenants:A,B",
        ),
        (&["--allow-all", "--tenants-except", "A"], "a:workflow-api;d:tenants:A"),
        (&["--allow-all", "--all-tenants"], "a:workflow-api;a:tenants"),
        (&["--allow-all", "--no-tenants"], "a:workflow-api;d:tenants"),
    ] {
        assert_eq!(build(options).exit(0).out, format!("{claim}\n"));
        let valid = portcullis(["validate", claim, "--json"]).exit(0).json();
        assert_eq!(valid["normal"], claim);
    }
    build(&["--allow", "workflow-api.nope"]).exit(2);
    build(&["--tenants", "A,,B"]).exit(2);
    build(&["--tenants", "A", "--all-tenants"]).exit(2);
    let folder = Folder::new(&[("policy.json", POLICY)]);
    let unknown = build(&["--allow-all", "--tenants", "TenantX", "--policy", &folder.arg("policy.json")]);
    assert!(unknown.exit(2).err.contains("registers no tenant `TenantX`; did you mean `TenantA`?"));
}
