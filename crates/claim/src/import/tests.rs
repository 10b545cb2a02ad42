use alloc::{format, string::String, vec, vec::Vec};

use proptest::prelude::*;

use super::*;

/// An operation with tag and operationId; the route is of no matter.
fn tagged<'a>(tag: &'a str, operation_id: &'a str) -> SourceOperation<'a> {
    SourceOperation { tag: Some(tag).filter(|tag| !tag.is_empty()), ..named(operation_id) }
}

fn named(operation_id: &str) -> SourceOperation<'_> {
    SourceOperation { operation_id: Some(operation_id), ..route("GET", "/a") }
}

fn route<'a>(method: &'a str, path: &'a str) -> SourceOperation<'a> {
    SourceOperation { document: "api.json", method, path, ..SourceOperation::default() }
}

fn id(mode: IdMode, operation: SourceOperation<'_>) -> String {
    map("api", mode, &[operation], &[]).unwrap().remove(0).id
}

fn codes(problems: &[ImportProblem]) -> Vec<&'static str> {
    problems.iter().map(ImportProblem::code).collect()
}

#[test]
fn ids_of_the_specification() {
    let ids = |root, operation| map(root, IdMode::Tags, &[operation], &[]).unwrap().remove(0);
    let branch = ids("github", tagged("repos", "repos/get-branch"));
    assert_eq!(branch.id, "github.repos.get-branch");
    assert_eq!(branch.original_id, "repos/get-branch");
    let pods = ids("k8s", tagged("core_v1", "listCoreV1NamespacedPod"));
    assert_eq!(pods.id, "k8s.core-v1.list-core-v1-namespaced-pod");
}

#[test]
fn words_are_cut_at_changes_of_case_and_at_other_characters() {
    for (name, expected) in [
        ("getHTTPResponse", "get-http-response"),
        ("APIKeys", "api-keys"),
        ("OAuth2", "o-auth2"),
        ("OAuth2Token", "o-auth2-token"),
        ("getCoreV1APIResources", "get-core-v1-api-resources"),
        ("V1beta1Job", "v1beta1-job"),
        ("S3Bucket", "s3-bucket"),
        ("already-kebab", "already-kebab"),
        ("snake_case__twice", "snake-case-twice"),
        ("Org Members (beta)", "org-members-beta"),
        ("drive.files.list", "drive-files-list"),
        ("-edge-", "edge"),
        ("2faCode", "2fa-code"),
        ("URL", "url"),
        ("aB", "a-b"),
        ("A-b", "a-b"),
        ("AB", "ab"),
        ("ABc", "a-bc"),
    ] {
        assert_eq!(segment(name).as_deref(), Ok(expected), "{name}");
    }
}

#[test]
fn tags_take_the_tag_or_what_stands_before_the_last_slash() {
    for (tag, operation_id, expected) in [
        ("", "repos/get-branch", "api.repos.get-branch"),
        ("", "a/b/get", "api.a-b.get"),
        ("", "listPods", "api.list-pods"),
        ("Pull Requests", "pull-requests/list", "api.pull-requests.list"),
        ("repos", "repos/branches/get", "api.repos.branches-get"),
        ("repos", "repos/repos/get", "api.repos.repos-get"),
        // Another prefix than the tag may be all that keeps the operation from `pulls/list`.
        ("pulls", "stacks/list", "api.pulls.stacks-list"),
        ("users", "users_list", "api.users.users-list"),
    ] {
        assert_eq!(id(IdMode::Tags, tagged(tag, operation_id)), expected, "{tag} {operation_id}");
    }
}

#[test]
fn other_modes_and_groups() {
    let pods = SourceOperation {
        group: Some("CoreV1"),
        path: "/api/v1/namespaces/{namespace}/pods/{name}.json/",
        ..tagged("core_v1", "pods/list")
    };
    assert_eq!(id(IdMode::Tags, pods), "api.core-v1.core-v1.pods-list");
    assert_eq!(id(IdMode::Id, pods), "api.core-v1.pods-list");
    assert_eq!(id(IdMode::Path, pods), "api.core-v1.api.v1.namespaces.pods.get");
    // A missing operationId takes the path, whatever the mode.
    let unnamed = SourceOperation { operation_id: None, ..pods };
    for mode in [IdMode::Tags, IdMode::Id, IdMode::Path] {
        let mapped = map("api", mode, &[unnamed], &[]).unwrap().remove(0);
        assert_eq!(mapped.id, "api.core-v1.api.v1.namespaces.pods.get");
        assert_eq!(mapped.original_id, format!("GET {}", pods.path));
    }
    assert_eq!(id(IdMode::Path, route("GET", "/")), "api.get");
}

#[test]
fn an_operation_may_be_a_branch_too() {
    let above = SourceOperation { id: Some("api.a"), ..named("a") };
    let below = tagged("a", "b");
    let ids: Vec<_> = map("api", IdMode::Tags, &[above, below], &[]).unwrap();
    assert_eq!(ids.iter().map(|op| op.id.as_str()).collect::<Vec<_>>(), ["api.a", "api.a.b"]);
}

#[test]
fn a_clash_names_every_operation_and_shows_the_lines() {
    let one = SourceOperation { path: "/users/{id}", ..named("getUser") };
    let two = SourceOperation { document: "b.yaml", path: "/me", ..named("get_user") };
    let three = SourceOperation { method: "POST", path: "/me", ..named("get-User") };
    let problems = map("api", IdMode::Tags, &[one, two, three, named("x")], &[]).unwrap_err();
    assert_eq!(codes(&problems), ["clash"]);
    assert_eq!(
        format!("{}", problems[0]),
        "one id for several operations, `api.get-user`: `getUser` (GET /users/{id} in api.json) and \
         `get_user` (GET /me in b.yaml) and `get-User` (POST /me in api.json)"
    );
    assert_eq!(problems[0].renames(), ["get_user = api.me.get", "get-User = api.me.post"]);
}

#[test]
fn a_line_names_an_operation_that_shares_its_operation_id_by_its_route() {
    let one = SourceOperation { path: "/b", ..named("get") };
    let problems = map("api", IdMode::Tags, &[named("get"), one], &[]).unwrap_err();
    assert_eq!(problems[0].renames(), ["GET /b = api.b.get"]);
    // Neither name is enough: the group tells them apart, and the group is in the id as well.
    let two = [
        SourceOperation { group: Some("a"), ..tagged("b", "get") },
        SourceOperation { group: Some("a"), document: "b.json", ..tagged("b", "get") },
    ];
    let problems = map("api", IdMode::Tags, &two, &[]).unwrap_err();
    assert!(problems[0].renames().is_empty(), "no name tells these apart: {problems:?}");
}

#[test]
fn characters_that_an_id_cannot_keep_are_refused() {
    for (tag, operation_id, part) in [
        ("Café", "list", "Café"),
        ("users", "größe", "größe"),
        ("users", "--", "--"),
        ("🚀", "a", "🚀"),
        ("", "日本/list", "日本"),
    ] {
        let problems = map("api", IdMode::Tags, &[tagged(tag, operation_id)], &[]).unwrap_err();
        assert!(
            matches!(&problems[..], [ImportProblem::Characters { part: p, .. }] if p == part),
            "{problems:?}"
        );
        assert_eq!(problems[0].renames(), [format!("{operation_id} = api.a.get")]);
    }
    let problems = map("api", IdMode::Path, &[route("GET", "/a/*/é")], &[]).unwrap_err();
    assert_eq!(problems[0].renames(), ["GET /a/*/é = api.a.get"]);
    // The tag is not part of the id in these modes.
    assert_eq!(id(IdMode::Id, tagged("Café", "list")), "api.list");
    assert_eq!(id(IdMode::Path, tagged("Café", "list")), "api.a.get");
}

#[test]
fn a_root_and_a_group_must_be_fit() {
    let operation = SourceOperation { group: Some("é"), ..named("a") };
    for root in ["", "tenants", "Api", "a.b", "a b"] {
        let problems = map(root, IdMode::Tags, &[operation, operation], &[]).unwrap_err();
        assert_eq!(codes(&problems), ["root", "group"], "{root}");
    }
}

#[test]
fn names_given_by_hand_win() {
    let operation = SourceOperation { id: Some("api.own.id"), ..tagged("t", "Ünïcode") };
    assert_eq!(id(IdMode::Tags, operation), "api.own.id");
    let rename = Rename { original: "Ünïcode", id: "api.renamed" };
    let mapped = map("api", IdMode::Tags, &[operation], &[rename]).unwrap().remove(0);
    assert_eq!((mapped.id.as_str(), mapped.original_id.as_str()), ("api.renamed", "Ünïcode"));
}

#[test]
fn a_rename_finds_an_operation_by_each_of_its_names() {
    let one = SourceOperation { group: Some("g"), path: "/one", ..named("list") };
    let two = SourceOperation { group: Some("h"), path: "/two", ..named("list") };
    for original in ["GET /one", "g:list", "g:GET /one"] {
        let mapped = map("api", IdMode::Tags, &[one, two], &[Rename { original, id: "api.x" }]).unwrap();
        assert_eq!((mapped[0].id.as_str(), mapped[1].id.as_str()), ("api.x", "api.h.list"), "{original}");
    }
    let ambiguous = Rename { original: "list", id: "api.x" };
    let problems = map("api", IdMode::Tags, &[one, two], &[ambiguous]).unwrap_err();
    assert_eq!(codes(&problems), ["rename_ambiguous"]);
}

#[test]
fn every_mistake_in_renames_is_reported() {
    let operations = [named("a"), named("b"), SourceOperation { id: Some("other.id"), ..named("c") }];
    let renames = [
        Rename { original: "a", id: "api.A" },
        Rename { original: "GET /a", id: "api.x" },
        Rename { original: "nothing", id: "api.y" },
        Rename { original: "b", id: "elsewhere.b" },
        Rename { original: "b", id: "api.b" },
    ];
    let problems = map("api", IdMode::Tags, &operations, &renames).unwrap_err();
    assert_eq!(
        codes(&problems),
        ["rename_ambiguous", "rename_unused", "rename_repeated", "id", "id", "id"],
        "{problems:?}"
    );
    for bad in ["", "api.", "api..a", "api.a b", "api.é", "apix.a", "a.api"] {
        let problems = map("api", IdMode::Tags, &operations[..1], &[Rename { original: "a", id: bad }]);
        assert_eq!(codes(&problems.unwrap_err()), ["id"], "{bad}");
    }
}

#[test]
fn an_id_given_by_hand_stays_in_a_clash() {
    let two = SourceOperation { path: "/b", ..named("b") };
    let rename = Rename { original: "b", id: "api.a" };
    let problems = map("api", IdMode::Tags, &[named("a"), two], &[rename]).unwrap_err();
    assert_eq!(problems[0].renames(), ["a = api.a.get"]);
}

#[test]
fn nothing_that_does_not_print_reaches_a_message() {
    let problems = map("api", IdMode::Tags, &[named("\u{1b}[2J\u{202e}é")], &[]).unwrap_err();
    let message = format!("{}", problems[0]);
    assert!(message.contains("\\u{1b}[2J\\u{202e}é"), "{message}");
    // A line could not carry this operationId, so the route stands for it.
    assert_eq!(problems[0].renames(), ["GET /a = api.a.get"]);
}

#[test]
fn an_id_longer_than_a_catalog_allows_is_refused() {
    let long = "a".repeat(MAX_ID_BYTES);
    let problems = map("api", IdMode::Tags, &[named(&long)], &[]).unwrap_err();
    assert_eq!(codes(&problems), ["too_long"]);
    assert_eq!(problems[0].renames(), [format!("{long} = api.a.get")]);
    let deep = "/a".repeat(MAX_ID_SEGMENTS);
    let problems = map("api", IdMode::Path, &[route("GET", &deep)], &[]).unwrap_err();
    assert_eq!(codes(&problems), ["too_long"]);
    assert_eq!(problems[0].renames(), [format!("GET {deep} = api.operation")]);
}

#[test]
fn more_operations_than_a_catalog_holds_are_refused() {
    let operations = vec![named("a"); MAX_OPERATIONS + 1];
    assert_eq!(codes(&map("api", IdMode::Tags, &operations, &[]).unwrap_err()), ["too_many"]);
}

/// Parts that often meet: few words, several spellings, and now and then what no id can have.
fn part() -> impl Strategy<Value = String> {
    proptest::string::string_regex("(get|Get|GET|list)[-_/ .]?(a|A|1|é|APIs)?").unwrap()
}

proptest! {
    /// Ids are distinct and fit the grammar; and where they would not be, the lines that the
    /// problems show settle all of it.
    #[test]
    fn the_lines_of_the_problems_settle_the_import(
        mode in prop_oneof![Just(IdMode::Tags), Just(IdMode::Id), Just(IdMode::Path)],
        parts in prop::collection::vec((prop::option::of(part()), prop::option::of(part()), part()), 1..12),
    ) {
        let paths: Vec<String> =
            parts.iter().enumerate().map(|(at, (_, _, path))| format!("/{{p{at}}}/{}", path.trim())).collect();
        let operations: Vec<_> = parts
            .iter()
            .zip(&paths)
            .map(|((tag, id, _), path)| SourceOperation {
                tag: tag.as_deref(),
                operation_id: id.as_deref(),
                ..route("GET", path)
            })
            .collect();
        let lines: Vec<String> = match map("api", mode, &operations, &[]) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().flat_map(|p| p.renames().to_vec()).collect(),
        };
        let renames: Vec<Rename<'_>> = lines
            .iter()
            .map(|line| line.rsplit_once(" = ").unwrap())
            .map(|(original, id)| Rename { original, id })
            .collect();
        let mapped = map("api", mode, &operations, &renames);
        prop_assert!(mapped.is_ok(), "{:?}", mapped);
        let mapped = mapped.unwrap();
        let specs = mapped.iter().map(|op| crate::OperationSpec { id: &op.id, ..Default::default() });
        prop_assert_eq!(crate::Catalog::new("api", "", specs).unwrap().len(), operations.len());
    }
}
