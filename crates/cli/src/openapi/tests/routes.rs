//! From paths to templates.

use super::*;

/// The template of `GET path`, or why there is none.
fn template(path: &str, multi_segment: &[&str]) -> Result<String, String> {
    let names = multi_segment.iter().map(|name| (name.to_string(), true)).collect();
    route::template(path, &names)
}

#[test]
fn templates_that_a_catalog_can_say() {
    for path in [
        "/",
        "/a",
        "/a/",
        "/A/b.json",
        "/repos/{owner}/{repo}",
        "/compare/{base}...{head}",
        "/Accounts/{Sid}.json",
        "/v1/{name}:cancel",
        "/a/{some-name_1.x}",
        "/größe/{größe}",
        "/a b/c=d&e;f,g@h*",
    ] {
        assert_eq!(template(path, &[]).as_deref(), Ok(path));
    }
    assert_eq!(template("/a/{path}", &["path"]).as_deref(), Ok("/a/{+path}"));
    assert_eq!(template("/a/{path}/raw/{x}", &["path"]).as_deref(), Ok("/a/{+path}/raw/{x}"));
}

#[test]
fn templates_that_a_catalog_cannot_say() {
    for (path, multi_segment, reason) in [
        ("", &[][..], "the path does not begin with `/`"),
        ("a", &[], "the path does not begin with `/`"),
        ("/a?b=c", &[], "the path has a query"),
        ("/a#b", &[], "the path has a fragment"),
        ("/a/{b", &[], "the path has braces that do not pair"),
        ("/a/b}", &[], "the path has braces that do not pair"),
        ("/a/{b/c}", &[], "the path has braces that do not pair"),
        ("/a/{b}}", &[], "the path has braces that do not pair"),
        ("/a/{{b}}", &[], "`{{b}` is more than a name"),
        ("/a/{}", &[], "the path has a parameter without a name"),
        ("/a/{b}{c}", &[], "the path has two parameters side by side"),
        ("/a/{+b}", &[], "`{+b}` is more than a name"),
        ("/a/{b*}", &[], "`{b*}` is more than a name"),
        ("/a/{b:[0-9]+}", &[], "`{b:[0-9]+}` is more than a name"),
        ("/a/{b=c*}", &[], "`{b=c*}` is more than a name"),
        ("/a/{b,c}", &[], "`{b,c}` is more than a name"),
        ("/a/{.b}", &[], "`{.b}` is more than a name"),
        ("/a//b", &[], "the path has an empty segment"),
        ("//", &[], "the path has an empty segment"),
        ("/a/../b", &[], "the path has a dot segment"),
        ("/a/.", &[], "the path has a dot segment"),
        ("/a%20b", &[], "the path has a percent sign outside its parameters"),
        ("/a\\b", &[], "the path has a backslash or a control character"),
        ("/a\nb", &[], "the path has a backslash or a control character"),
        ("/a/{p}.json", &["p"], "`p` spans segments and is not alone in its segment"),
        ("/a/x{p}", &["p"], "`p` spans segments and is not alone in its segment"),
        ("/a/{q}-{p}", &["p"], "`p` spans segments and is not alone in its segment"),
        ("/{p}/{q}", &["p", "q"], "more than one parameter spans segments"),
    ] {
        assert_eq!(template(path, multi_segment), Err(reason.to_owned()), "{path}");
    }
    assert!(template(&"/a".repeat(64), &[]).is_ok());
    assert!(template(&"/a".repeat(65), &[]).is_err());
}

#[test]
fn an_operation_without_a_faithful_template_is_imported_and_said() {
    let import = yaml(
        "openapi: 3.0.0\npaths: {'/a?b=c': {get: {operationId: b}}, '/{x}{y}': {get: {operationId: c}}}",
    );
    let import = import.unwrap();
    assert_eq!(lines(&import), ["api.b -", "api.c -"]);
    assert_eq!(notices(&import), ["no_route GET /a?b=c", "no_route GET /{x}{y}"]);
    assert!(
        import.notices[0]
            .to_string()
            .ends_with("api.yaml: GET /a?b=c: imported without a route: the path has a query")
    );
}

#[test]
fn operations_that_share_a_route_have_none() {
    let import = yaml(
        "openapi: 3.0.0\npaths:\n  /a/{x}: {get: {operationId: one}, put: {operationId: put}}\n  /a/{y}: {get: {operationId: \
         two}}\n  /a/{y}.json: {get: {operationId: mixed}}\n  /A/{y}: {get: {operationId: upper}}\n",
    );
    let import = import.unwrap();
    assert_eq!(
        lines(&import),
        ["api.one -", "api.put PUT /a/{x}", "api.two -", "api.mixed GET /a/{y}.json", "api.upper GET /A/{y}"]
    );
    assert_eq!(notices(&import), ["no_route GET /a/{x}", "no_route GET /a/{y}"]);
}

#[test]
fn a_parameter_spans_segments_if_it_says_so() {
    let documents = Documents::new(&[
        (
            "api.yaml",
            "openapi: 3.0.0\npaths:\n  /a/{p}:\n    parameters:\n      - {in: path, name: p, x-multi-segment: true}\n    \
             get: {operationId: shared}\n    put:\n      operationId: own\n      parameters: [{in: path, name: p}]\n    \
             post:\n      operationId: query\n      parameters: [{in: query, name: p}]\n  /b/{p}:\n    get:\n      \
             operationId: referred\n      parameters: [{$ref: '#/components/parameters/description'}]\n    put:\n      \
             operationId: far\n      parameters: [{$ref: 'p.yaml#/p'}]\n    post:\n      operationId: nowhere\n      \
             parameters: [{$ref: 'https://example.com/p'}]\n    patch:\n      operationId: unused\n      parameters: \
             [{in: path, name: q, x-multi-segment: true}]\ncomponents:\n  parameters:\n    description: {in: path, \
             name: p, x-multi-segment: true}\n",
        ),
        ("p.yaml", "p: {in: path, name: p, x-multi-segment: true, schema: {type: string}}\n"),
    ]);
    let import = documents.import("api.yaml").unwrap();
    assert_eq!(
        lines(&import),
        [
            "api.shared GET /a/{+p}",
            "api.own PUT /a/{p}",
            "api.query POST /a/{+p}",
            "api.referred GET /b/{+p}",
            "api.far PUT /b/{+p}",
            "api.nowhere POST /b/{p}",
            "api.unused PATCH /b/{p}",
        ]
    );
    assert_eq!(notices(&import), ["parameter_reference POST /b/{p}", "unused_multi_segment PATCH /b/{p}"]);
}
