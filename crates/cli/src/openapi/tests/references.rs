//! `$ref`: inside the document's folder, and nowhere else.

use super::*;

const SPLIT: [(&str, &str); 6] = [
    (
        "api.yaml",
        "openapi: 3.1.0\npaths:\n  /whole: {$ref: paths/whole.yaml}\n  /part: {$ref: 'paths/parts.json#/~1part%20a'}\n  \
         /inner: {$ref: '#/components/pathItems/inner'}\n  /op:\n    get: {$ref: './paths/ops.yaml#/list/0'}\n    \
         parameters: []\ncomponents:\n  pathItems:\n    inner: {get: {operationId: inner}}\n    \
         schema: {get: {operationId: named-schema}}\n",
    ),
    ("paths/whole.yaml", "get: {$ref: ../operations/get.yml}\nput: {$ref: 'ops.yaml#/put'}\n"),
    ("paths/parts.json", r#"{"/part a": {"$ref": "../more.yaml#/link"}}"#),
    ("paths/ops.yaml", "put: {operationId: whole-put}\nlist: [{operationId: listed}]\n"),
    ("operations/get.yml", "operationId: whole-get\nresponses: {200: {description: ok}}\n"),
    ("more.yaml", "link: {$ref: '#/end'}\nend: {post: {operationId: far}}\n"),
];

#[test]
fn path_items_and_operations_are_followed_across_files() {
    let import = Documents::new(&SPLIT).import("api.yaml").unwrap();
    assert_eq!(
        lines(&import),
        [
            "api.whole-get GET /whole",
            "api.whole-put PUT /whole",
            "api.far POST /part",
            "api.inner GET /inner",
            "api.listed GET /op",
        ]
    );
    assert!(import.notices.is_empty(), "{:?}", import.notices);
}

#[test]
fn a_path_item_has_its_own_operations_and_those_it_refers_to() {
    let both = "openapi: 3.1.0\npaths:\n  /a:\n    $ref: '#/components/pathItems/a'\n    put: {operationId: own}\n    \
                OTHER\ncomponents: {pathItems: {a: {get: {operationId: far}}}}\n";
    let import = yaml(&both.replace("OTHER", "")).unwrap();
    assert_eq!(lines(&import), ["api.own PUT /a", "api.far GET /a"]);
    let twice = yaml(&both.replace("OTHER", "get: {operationId: near}"));
    assert_eq!(problems(twice), ["/a: `GET` is in the path item and in what it refers to"]);
}

#[test]
fn references_never_leave_the_folder() {
    let outside = Documents::new(&[("secret.yaml", "get: {operationId: secret}\n")]);
    let secret = outside.path("secret.yaml");
    let inside = Documents::new(&[
        ("docs/sub/x.yaml", "get: {operationId: x}\n"),
        ("beside.yaml", "get: {operationId: beside}\n"),
        ("docs-too/y.yaml", "get: {operationId: y}\n"),
    ]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&secret, inside.path("docs/link.yaml")).unwrap();
        std::os::unix::fs::symlink(outside.0.path(), inside.path("docs/folder")).unwrap();
    }
    for reference in [
        "../beside.yaml".to_owned(),
        "sub/../../beside.yaml".to_owned(),
        "%2e%2e/beside.yaml".to_owned(),
        "../docs-too/y.yaml".to_owned(),
        secret.display().to_string(),
        "link.yaml".to_owned(),
        "folder/secret.yaml".to_owned(),
        format!("file://{}", secret.display()),
        "https://example.com/a.yaml".to_owned(),
        "HTTP://example.com/a.yaml".to_owned(),
        "//example.com/a.yaml".to_owned(),
        "sub\\x.yaml".to_owned(),
        "sub/x.yaml?a".to_owned(),
        "sub/x.yaml%00".to_owned(),
        "sub/x.yaml%zz".to_owned(),
        "missing.yaml".to_owned(),
        "sub".to_owned(),
        String::new(),
        "sub/x.yaml#/nothing".to_owned(),
        "sub/x.yaml#anchor".to_owned(),
        "sub/x.yaml#/get/operationId".to_owned(),
    ] {
        let path = inside.path("docs/api.yaml");
        let text = format!(
            "openapi: 3.0.0\npaths: {{/a: {{$ref: '{reference}'}}, /b: {{get: {{$ref: '{reference}'}}}}}}\n"
        );
        fs::write(&path, text).unwrap();
        let found = problems(inside.import("docs/api.yaml"));
        assert_eq!(found.len(), 2, "{reference}: {found:?}");
        assert!(found.iter().all(|problem| !problem.contains("operationId: ")), "{found:?}");
    }
    // The document itself may be reached by a link; its folder is where it really is.
    #[cfg(unix)]
    {
        fs::write(outside.path("api.yaml"), "openapi: 3.0.0\npaths: {/a: {$ref: secret.yaml}}\n").unwrap();
        std::os::unix::fs::symlink(outside.path("api.yaml"), inside.path("docs/linked.yaml")).unwrap();
        assert_eq!(lines(&inside.import("docs/linked.yaml").unwrap()), ["api.secret GET /a"]);
    }
}

#[test]
fn a_reference_must_lead_to_what_it_stands_for() {
    let import = yaml(
        "openapi: 3.0.0\npaths:\n  /a: {$ref: '#/components/pathItems/op'}\n  /b: {get: {$ref: '#/paths/~1c'}}\n  \
         /c: {get: {operationId: c}}\n  /d: {get: {$ref: ''}}\ncomponents: {pathItems: {op: {operationId: op}}}\n",
    );
    assert_eq!(
        problems(import),
        [
            "/a: this is no path item: it has none of its fields",
            "GET /b: `$ref` leads to something that is no operation",
            "GET /d: `$ref` leads to something that is no operation",
        ]
    );
}

#[test]
fn cycles_are_refused() {
    let documents = Documents::new(&[
        (
            "api.yaml",
            "openapi: 3.0.0\npaths:\n  /a: {$ref: '#/paths/~1a'}\n  /b: {$ref: 'b.yaml'}\n  /c: {get: {$ref: 'b.yaml#/c'}}\n  \
             /d: {$ref: 'c.yaml#/31'}\n  /e: {$ref: 'c.yaml#/32'}\n",
        ),
        ("b.yaml", "$ref: 'b.yaml'\nc: {$ref: '#/d'}\nd: {$ref: 'b.yaml#/c'}\n"),
        (
            "c.yaml",
            &(0..33).fold("0: {}\n".to_owned(), |text, at| format!("{text}{}: {{$ref: '#/{at}'}}\n", at + 1)),
        ),
    ]);
    assert_eq!(
        problems(documents.import("api.yaml")),
        [
            "/a: `$ref`: `#/paths/~1a` leads back to itself",
            "/b: `$ref`: `b.yaml` leads back to itself",
            "GET /c: `$ref`: `b.yaml#/c` leads back to itself",
            "/e: `$ref`: more than 32 references in a row",
        ]
    );
}

#[test]
fn a_broken_file_is_read_once_and_reported_wherever_it_is_used() {
    let documents = Documents::new(&[
        (
            "api.yaml",
            "openapi: 3.0.0\npaths: {/a: {$ref: b.json}, /b: {$ref: b.json}, /c: {get: {$ref: 5}}}\n",
        ),
        ("b.json", "{"),
    ]);
    let eof = "`$ref`: b.json: EOF while parsing an object at line 1 column 1";
    assert_eq!(
        problems(documents.import("api.yaml")),
        [format!("/a: {eof}"), format!("/b: {eof}"), "GET /c: `$ref` is not a string".to_owned()]
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let documents = Documents::new(&[("api.yaml", "openapi: 3.0.0\npaths: {/a: {$ref: pipe.yaml}}\n")]);
    let made = std::process::Command::new("mkfifo").arg(documents.path("pipe.yaml")).status().unwrap();
    assert!(made.success());
    assert_eq!(problems(documents.import("api.yaml")), ["/a: `$ref`: pipe.yaml: this is no regular file"]);
}
