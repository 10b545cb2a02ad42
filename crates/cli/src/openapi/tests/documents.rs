//! Versions, formats, ids, renames, servers, and what is refused.

use super::*;

#[test]
fn a_document_becomes_a_catalog() {
    let documents = Documents::new(&[(
        "api.json",
        r#"{"openapi": "3.0.3", "info": {"title": "x", "version": "1"},
            "servers": [{"url": "https://api.example.com/v1"}],
            "paths": {
              "/repos/{owner}/branches/{branch}": {
                "parameters": [{"name": "owner", "in": "path", "schema": {"type": "string"}}],
                "get": {"operationId": "repos/get-branch", "tags": ["repos", "other"],
                        "summary": "Get\n a\tbranch",
                        "responses": {"200": {"content": {"application/json": {"schema": {}}}}}},
                "delete": {"operationId": "repos/delete-branch", "x-portcullis-id": "api.own"}},
              "x-internal": {"get": {}},
              "/health": {"get": {"servers": [{"url": "/up"}]}}},
            "webhooks": {"push": {"post": {"operationId": "push"}}}}"#,
    )]);
    let import = documents.import("api.json").unwrap();
    assert_eq!(
        lines(&import),
        [
            "api.repos.get-branch GET /repos/{owner}/branches/{branch}",
            "api.own DELETE /repos/{owner}/branches/{branch}",
            "api.health.get GET /health",
        ]
    );
    let CatalogDocument { root, base_path, operations } = &import.catalog;
    assert_eq!((root.as_str(), base_path), ("api", &None));
    assert_eq!(operations[0].original_id.as_deref(), Some("repos/get-branch"));
    assert_eq!(operations[0].summary.as_deref(), Some("Get a branch"));
    assert_eq!(operations[2].original_id.as_deref(), Some("GET /health"));
    let servers: Vec<_> = import.servers.iter().map(|s| (s.place.as_deref(), s.url.as_str())).collect();
    assert_eq!(servers, [(None, "https://api.example.com/v1"), (Some("GET /health"), "/up")]);
    assert!(import.notices.is_empty(), "{:?}", import.notices);
}

#[test]
fn every_version_in_both_formats() {
    for version in ["3.0.0", "3.0.4", "3.1.0", "3.1.2", "3.2.0", "3.2"] {
        let json =
            format!(r#"{{"openapi": "{version}", "paths": {{"/a": {{"get": {{"operationId": "b"}}}}}}}}"#);
        let yaml = format!("openapi: '{version}'\npaths:\n  /a:\n    get: &a\n      operationId: b\n");
        let bom = format!("\u{feff}{json}");
        for (name, text) in [
            ("a.json", &json),
            ("a.JSON", &bom),
            ("a.yaml", &yaml),
            ("a.yml", &yaml),
            // JSON is YAML; and without a known extension the text tells.
            ("b.yaml", &json),
            ("json", &json),
            ("yaml.txt", &yaml),
        ] {
            let import = Documents::new(&[(name, text)]).import(name).unwrap();
            assert_eq!(lines(&import), ["api.b GET /a"], "{version} {name}");
        }
    }
}

#[test]
fn other_documents_are_refused_in_words() {
    for (text, expected) in [
        ("swagger: '2.0'\npaths: {}", "this is Swagger 2.0; convert it to OpenAPI 3 first"),
        ("openapi: 4.0.0\npaths: {}", "`openapi` is none of 3.0, 3.1 and 3.2"),
        ("openapi: 3.10.0\npaths: {}", "`openapi` is none of 3.0, 3.1 and 3.2"),
        ("openapi: 3.1\npaths: {}", "`openapi` is not a string such as \"3.1.0\""),
        ("asyncapi: 3.0.0", "this is no OpenAPI document: there is no `openapi`"),
        ("just text", "this is no OpenAPI document: there is no `openapi`"),
        ("openapi: 3.0.0", "there are no `paths`"),
        ("openapi: 3.0.0\npaths: []", "`paths` is not an object"),
    ] {
        assert_eq!(problems(yaml(text)), [expected], "{text}");
    }
    for text in ["openapi: [", "openapi: 3.0.0\n---\nopenapi: 3.0.0", "a: 1\na: 2", "a: *b"] {
        assert_eq!(problems(yaml(text)).len(), 1, "{text}");
    }
    let files = [("a.json", r#"{"openapi": "3.0.0", "paths": {"/a": {}, "/a": {}}}"#), ("b.json", "{} {}")];
    let documents = Documents::new(&files);
    assert_eq!(problems(documents.import("a.json")), ["`/a` is there twice at line 1 column 50"]);
    assert_eq!(problems(documents.import("b.json")), ["trailing characters at line 1 column 4"]);
    assert_eq!(problems(documents.import("none.json")).len(), 1);
    assert_eq!(problems(documents.import(".")).len(), 1);
}

#[test]
fn nesting_is_bounded_in_both_formats() {
    let json = format!(r#"{{"openapi": "3.0.0", "paths": {}"#, "[".repeat(100_000));
    let documents = Documents::new(&[("a.json", &json), ("a.yaml", &json)]);
    for name in ["a.json", "a.yaml"] {
        let problems = problems(documents.import(name));
        assert!(problems.len() == 1 && problems[0].len() < 200, "{problems:?}");
    }
}

#[test]
fn aliases_are_followed_and_bounded() {
    let import = yaml(
        "openapi: 3.0.0\npaths:\n  /a:\n    get: &op\n      tags: [t]\n      operationId: a\n  /b:\n    get:\n      \
         <<: *op\n      operationId: b\n",
    );
    assert_eq!(lines(&import.unwrap()), ["api.t.a GET /a", "api.t.b GET /b"]);
    // Nine levels of nine: 400 million values, if they were all made.
    let mut bomb = String::from("openapi: 3.0.0\npaths: {}\nl0: &l0 [x,x,x,x,x,x,x,x,x]\n");
    for level in 1..9 {
        let aliases = vec![format!("*l{}", level - 1); 9].join(",");
        bomb.push_str(&format!("l{level}: &l{level} [{aliases}]\n"));
    }
    assert_eq!(problems(yaml(&bomb)).len(), 1);
}

#[test]
fn what_may_be_missing() {
    let import = yaml("openapi: 3.1.0\nwebhooks:\n  new:\n    post: {operationId: x}\n").unwrap();
    assert!(import.catalog.operations.is_empty());
    assert_eq!(notices(&import), ["no_operations "]);
    let import = yaml("openapi: 3.0.0\npaths: {/a: {get: {tags: []}}}").unwrap();
    assert_eq!(lines(&import), ["api.a.get GET /a"]);
}

#[test]
fn methods_of_a_later_version_are_skipped_and_said() {
    let paths = "paths:\n  /a:\n    query: {operationId: q}\n    additionalOperations:\n      COPY: {operationId: c}\n      \
                 'a b': {operationId: bad}\n    trace: {operationId: t}\n    GET: {operationId: g}\n    x-own: {}\n";
    let later = yaml(&format!("openapi: 3.2.0\n{paths}")).unwrap();
    assert_eq!(lines(&later), ["api.q QUERY /a", "api.c COPY /a", "api.bad -", "api.t TRACE /a"]);
    assert_eq!(notices(&later), ["unknown_field /a", "no_route a b /a"]);
    let earlier = yaml(&format!("openapi: 3.1.1\n{paths}")).unwrap();
    assert_eq!(lines(&earlier), ["api.t TRACE /a"]);
    assert_eq!(notices(&earlier), ["later_version /a", "later_version /a", "unknown_field /a"]);
}

#[test]
fn every_mistake_is_reported_at_once() {
    let text = "openapi: 3.2.0\npaths:\n  /a:\n    get: {operationId: 1, tags: x, x-portcullis-id: []}\n    put: []\n    \
                post: {tags: [1]}\n    additionalOperations: 1\n  /b: null\n  /c:\n    parameters: {}\n    get: {parameters: \
                [{in: path, name: x, x-multi-segment: maybe}]}\n";
    let documents =
        Documents::new(&[("a.yaml", text), ("b.yaml", "[]"), ("names", "nonsense\n# fine\n\na = \n")]);
    let import = import(
        &ImportOptions {
            documents: ["a.yaml", "b.yaml"]
                .map(|name| DocumentSource { path: documents.path(name), group: None })
                .to_vec(),
            renames: Some(documents.path("names")),
            ..ImportOptions::default()
        },
        |_| -> Result<ImportAnswer, Infallible> { panic!("the ids are not asked for") },
    );
    assert_eq!(
        problems(import),
        [
            "/a: `additionalOperations` is not an object",
            "GET /a: `operationId` is not a string",
            "GET /a: `x-portcullis-id` is not a string",
            "GET /a: `tags` is not a list",
            "PUT /a: the operation is not an object",
            "POST /a: the first of `tags` is not a string",
            "/b: this is not an object",
            "GET /c: `parameters` is not a list",
            "GET /c: `x-multi-segment` of `x` is neither true nor false",
            "this is no OpenAPI document: there is no `openapi`",
            "line 1: a line is `NAME = ID`",
            "line 4: a line is `NAME = ID`",
        ]
    );
}

#[test]
fn a_clash_shows_lines_that_settle_it() {
    let text = "openapi: 3.0.0\npaths:\n  /a: {get: {operationId: getUser}}\n  /b: {get: {operationId: get_user}}\n  \
                /c=d: {get: {operationId: größe}}\n";
    let documents = Documents::new(&[("api.yaml", text)]);
    let error = documents.import("api.yaml").unwrap_err();
    let message = error.to_string();
    assert_eq!(error.code(), "ids");
    for part in ["`getUser`", "`get_user`", "\n  get_user = api.b.get", "\n  größe = api.c-d.get"] {
        assert!(message.contains(part), "{message}");
    }
    let ImportError::Ids(problems) = error else { panic!("{error}") };
    let lines_to_add: Vec<_> = problems.into_iter().flat_map(|problem| problem.renames).collect();
    let file = documents.path("names.txt");
    fs::write(&file, format!("# ids\n\n{}\n  GET /a  =  api.mine \n", lines_to_add.join("\n"))).unwrap();
    let renamed = ImportOptions { renames: Some(file), ..options(&documents.path("api.yaml")) };
    let import = import(&renamed, map).unwrap();
    assert_eq!(lines(&import), ["api.mine GET /a", "api.b.get GET /b", "api.c-d.get GET /c=d"]);
}

#[test]
fn groups_keep_documents_apart() {
    let text = "openapi: 3.0.0\npaths: {/a: {get: {operationId: a}}}";
    let documents = Documents::new(&[("one.yaml", text), ("two.yaml", text)]);
    let source = |name: &str, group: &str| DocumentSource {
        path: documents.path(name),
        group: Some(group.to_owned()),
    };
    let options = ImportOptions {
        documents: vec![source("one.yaml", "one"), source("two.yaml", "Two")],
        ..options(&documents.path("one.yaml"))
    };
    let import = import(&options, map).unwrap();
    // Neither can be told from the other by a request, so neither has a route.
    assert_eq!(lines(&import), ["api.one.a -", "api.two.a -"]);
    assert_eq!(notices(&import), ["no_route GET /a", "no_route GET /a"]);
}

#[test]
fn a_mapper_that_fails_or_loses_operations_is_no_catalog() {
    let documents = Documents::new(&[("a.yaml", "openapi: 3.0.0\npaths: {/a: {get: {operationId: a}}}")]);
    let options = options(&documents.path("a.yaml"));
    let failed = import(&options, |_| Err::<ImportAnswer, _>("stopped")).unwrap_err();
    assert_eq!(failed.code(), "mapper");
    let lost = import(&options, |_| Ok::<_, Infallible>(ImportAnswer::Operations(vec![]))).unwrap_err();
    assert_eq!(lost.code(), "answer");
}

#[test]
fn the_catalog_can_be_written_and_read() {
    let import =
        yaml("openapi: 3.0.0\npaths: {'/a?b': {get: {operationId: b}}, /c: {get: {summary: C}}}").unwrap();
    let text = serde_json::to_string(&import.catalog).unwrap();
    assert_eq!(
        text,
        r#"{"root":"api","operations":[{"id":"api.b","original_id":"b"},{"id":"api.c.get","original_id":"GET /c","method":"GET","path":"/c","summary":"C"}]}"#
    );
    assert_eq!(serde_json::from_str::<CatalogDocument>(&text).unwrap(), import.catalog);
}

#[test]
fn nothing_that_does_not_print_reaches_a_message() {
    let error = yaml("openapi: 3.0.0\npaths: {\"/\\e[2Ja\": {get: {operationId: 1}}}").unwrap_err();
    assert!(error.to_string().contains("GET /\\u{1b}[2Ja"), "{error}");
    let import = yaml("openapi: 3.0.0\npaths: {\"/a\\e?\": {get: {operationId: a}}}").unwrap();
    assert!(import.notices[0].to_string().contains("GET /a\\u{1b}?"), "{}", import.notices[0]);
    let import = yaml("openapi: 3.0.0\npaths: {/a: {\"\\e[2J\": {}, get: {}}}").unwrap();
    assert!(import.notices[0].to_string().contains("`\\u{1b}[2J`"), "{}", import.notices[0]);
}
