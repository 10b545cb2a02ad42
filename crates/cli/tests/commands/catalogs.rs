//! `catalog import`, `catalog show`, `routes`.

use super::*;

const SHOP: &str = r#"{"openapi": "3.1.0", "servers": [{"url": "https://shop.example/v1"}], "paths": {
    "/items/{id}": {"get": {"operationId": "items/get", "tags": ["items"], "summary": "Read an item"},
                    "delete": {"operationId": "items/deleteForEver"}},
    "/items/{id}?force": {"put": {"operationId": "items/force"}}}}"#;

const CHAT: &str =
    "openapi: 3.0.3\npaths:\n  /rooms:\n    get:\n      operationId: listRooms\n      tags: [Rooms]\n";

fn import<'a>(folder: &Folder, arguments: impl IntoIterator<Item = &'a str>) -> Run {
    let files = ["shop.json", "chat.yaml", "names.txt", "out.json"];
    let path = |argument: &str| match files.iter().find(|file| argument.ends_with(*file)) {
        Some(file) => argument.replace(file, &folder.arg(file)),
        None => argument.to_owned(),
    };
    let arguments: Vec<String> =
        ["catalog", "import", "--root", "api"].into_iter().chain(arguments).map(path).collect();
    portcullis(arguments.iter().map(String::as_str))
}

fn ids(catalog: &Value) -> Vec<&str> {
    catalog["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|operation| operation["id"].as_str().unwrap())
        .collect()
}

#[test]
fn import_writes_a_catalog_that_other_commands_take() {
    let folder = Folder::new(&[("shop.json", SHOP)]);
    let run = import(&folder, ["shop.json"]).exit(0);
    let catalog = run.json();
    assert_eq!(ids(&catalog), ["api.items.get", "api.items.delete-for-ever", "api.items.force"]);
    assert_eq!(catalog["operations"][0]["original_id"], "items/get");
    assert_eq!(catalog["operations"][0]["summary"], "Read an item");
    assert_eq!(catalog["operations"][2].get("path"), None);
    assert!(run.err.contains("notice: ") && run.err.contains("imported without a route"), "{run:?}");
    assert!(run.err.contains("server, not used: https://shop.example/v1"), "{run:?}");

    let written = import(&folder, ["--out", "out.json", "shop.json"]).exit(0);
    assert_eq!(written.out, "");
    assert_eq!(fs::read_to_string(folder.path("out.json")).unwrap(), run.out);
    let catalog = folder.arg("out.json");
    let check =
        |operation| portcullis(["check", "a:api;d:api.items.force", operation, "--catalog", &catalog]);
    check("api.items.get").exit(0);
    check("api.items.force").exit(1);
    let slip = check("items/get").exit(1);
    assert!(slip.err.contains("did you mean `api.items.get`?"), "{slip:?}");
    let run = check("api.items.nothing").exit(1);
    assert!(run.out.contains("OPERATION_UNKNOWN"), "{run:?}");
    let run = portcullis(["explain", "a:api", "api.items.get", "--catalog", &catalog, "--original"]).exit(0);
    assert!(run.out.starts_with("✓ allow  api.items.get  items/get  ALLOWED\n"), "{run:?}");
}

#[test]
fn import_keeps_the_order_of_documents_with_and_without_group() {
    let folder = Folder::new(&[("shop.json", SHOP), ("chat.yaml", CHAT)]);
    let first = |arguments: [&str; 3]| {
        let catalog = import(&folder, arguments).exit(0).json();
        (ids(&catalog)[0].to_owned(), catalog["operations"].as_array().unwrap().len())
    };
    assert_eq!(first(["shop.json", "--group", "talk=chat.yaml"]), ("api.items.get".into(), 4));
    assert_eq!(first(["--group", "talk=chat.yaml", "shop.json"]), ("api.talk.rooms.list-rooms".into(), 4));
    assert_eq!(
        first(["--group=talk=chat.yaml", "--group=sell=shop.json", "--ids=id"]).0,
        "api.talk.list-rooms"
    );
    assert_eq!(first(["--ids", "path", "chat.yaml"]), ("api.rooms.get".into(), 1));
}

#[test]
fn import_needs_documents() {
    let folder = Folder::new(&[]);
    for arguments in
        [&[][..], &["--group", "talk"], &["--group", "=chat.yaml"], &["--ids", "magic", "shop.json"]]
    {
        import(&folder, arguments.iter().copied()).exit(2);
    }
    let run = import(&folder, ["shop.json"]).exit(2);
    assert!(run.err.contains("shop.json: No such file"), "{run:?}");
}

#[test]
fn import_never_merges_and_shows_the_lines_that_settle_it() {
    let folder = Folder::new(&[(
        "shop.json",
        r#"{"openapi": "3.1.0", "paths": {"/a": {"get": {"operationId": "getA"}, "put": {"operationId": "get-a"}}}}"#,
    )]);
    let run = import(&folder, ["shop.json"]).exit(2);
    assert_eq!(run.out, "");
    let (_, lines) = run.err.split_once("rename file").unwrap_or_else(|| panic!("{run:?}"));
    let lines: Vec<&str> = lines.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    assert!(!lines.is_empty(), "{run:?}");
    fs::write(folder.path("names.txt"), lines.join("\n")).unwrap();
    let catalog = import(&folder, ["shop.json", "--rename", "names.txt"]).exit(0).json();
    assert_eq!(ids(&catalog).len(), 2);

    let run = import(&folder, ["shop.json", "--json"]).exit(2);
    let error: Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!(error["error"]["code"], "IMPORT");
    assert!(!error["error"]["problems"][0]["renames"].as_array().unwrap().is_empty(), "{error}");
}

#[test]
fn import_tells_programs_what_it_left_out() {
    let folder = Folder::new(&[("shop.json", SHOP)]);
    let run = import(&folder, ["shop.json", "--json"]).exit(0);
    let told: Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!((&told["operations"], &told["notices"][0]["code"]), (&3.into(), &"no_route".into()));
    assert_eq!(told["servers"][0]["url"], "https://shop.example/v1");
}

#[test]
fn show_is_a_tree_with_routes() {
    let folder = Folder::new(&[(
        "catalog.json",
        r#"{"root": "api", "base_path": "/v1", "operations": [
            {"id": "api.items.get", "original_id": "getItem", "method": "GET", "path": "/items/{id}", "summary": "Read \u001b[31mred"},
            {"id": "api.items", "method": "GET", "path": "/items"},
            {"id": "api.ping"}]}"#,
    )]);
    let catalog = folder.arg("catalog.json");
    assert_eq!(
        portcullis(["catalog", "show", "--catalog", &catalog]).exit(0).out,
        "\
api  3
├─ items  2  GET  /items
│  └─ get    GET  /items/{id}  Read \\u{1b}[31mred
└─ ping      -    no route

3 operations below /v1
"
    );
    let original = portcullis(["catalog", "show", "--catalog", &catalog, "--original"]).exit(0);
    assert!(original.out.contains("│  └─ get    getItem  GET  /items/{id}"), "{original:?}");
    let json = portcullis(["catalog", "show", "--catalog", &catalog, "--json"]).exit(0).json();
    assert_eq!(json["base_path"], "/v1");
    assert_eq!(ids(&json), ["api.items", "api.items.get", "api.ping"]);
}

#[test]
fn routes_lists_all_of_them_in_order() {
    let routes = portcullis(["routes", "--json"]).exit(0).json();
    let paths: Vec<_> = routes
        .as_array()
        .unwrap()
        .iter()
        .map(|route| (route["path"].as_str(), route["method"].as_str()))
        .collect();
    assert_eq!(paths.len(), 114);
    assert!(paths.is_sorted());
    let text = portcullis(["routes"]).exit(0).out;
    assert_eq!(text.lines().count(), 114);
    assert!(text.lines().any(|line| line.starts_with("GET     /workflow-api/liveness  ")), "{text}");
    let folder = Folder::new(&[("policy.yaml", "portcullis: 1\nroutes:\n  base_path: /api/v2\n")]);
    let text = portcullis(["routes", "--policy", &folder.arg("policy.yaml")]).exit(0).out;
    assert!(text.lines().any(|line| line.starts_with("GET     /api/v2/liveness  ")), "{text}");
}

#[test]
fn routes_finds_the_operation_of_a_request_or_says_why_it_is_none() {
    let folder = Folder::new(&[(
        "catalog.json",
        r#"{"root": "api", "operations": [
            {"id": "api.one", "method": "GET", "path": "/{a}/fixed"},
            {"id": "api.two", "method": "GET", "path": "/fixed/{b}"}]}"#,
    )]);
    let catalog = folder.arg("catalog.json");
    for (arguments, code, says) in [
        (
            &["GET", "/workflow-api/liveness"][..],
            0,
            "✓ GET /workflow-api/liveness is workflow-api.liveness\n",
        ),
        (&["HEAD", "/workflow-api/liveness"], 0, "✓ HEAD /workflow-api/liveness is workflow-api.liveness\n"),
        (&["GET", "/workflow-api/liveness/"], 1, "is no operation  ROUTE_UNKNOWN\n"),
        (&["PUT", "/workflow-api/liveness"], 1, "is no operation  METHOD_MISMATCH\n  the path has GET\n"),
        (&["GET", "/a/../b"], 1, "is no operation  REQUEST_MALFORMED\n"),
        (
            &["GET", "/fixed/fixed", "--catalog", &catalog],
            0,
            "can be 2 operations; it is allowed only if all of them are\n  api.one\n  api.two\n",
        ),
        (&["GET", "/fixed/x", "--catalog", &catalog], 0, "✓ GET /fixed/x is api.two\n"),
    ] {
        let run = portcullis(["routes"].into_iter().chain(arguments.iter().copied())).exit(code);
        assert!(run.out.contains(says), "{says}: {run:?}");
    }
    portcullis(["routes", "GET"]).exit(2);
    let json = portcullis(["routes", "GET", "/fixed/fixed", "--catalog", &catalog, "--json"]).exit(0).json();
    assert_eq!(json["operations"], serde_json::json!(["api.one", "api.two"]));
    let json = portcullis(["routes", "GET", "/nope", "--json"]).exit(1).json();
    assert_eq!(json, serde_json::json!({"operations": [], "reason": "ROUTE_UNKNOWN", "methods": []}));
}
