//! Routing by example; `properties` checks it against a model.

mod properties;
mod reference;
mod scan;

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::*;

/// A router of these methods and templates, numbered as they stand.
fn router(routes: &[(&str, &str)]) -> Router {
    build("", routes).unwrap()
}

fn build(base: &str, routes: &[(&str, &str)]) -> Result<Router, Vec<RouteProblem>> {
    let routes = routes.iter().zip(0..);
    Router::build(base, routes.map(|((method, template), operation)| Route { operation, method, template }))
}

fn found(router: &Router, method: &str, path: &str) -> Result<Vec<u32>, RouteMiss> {
    Ok(router.find(method, path)?.iter().collect())
}

/// The operations of a GET among GET routes with these templates.
fn get(templates: &[&str], path: &str) -> Result<Vec<u32>, RouteMiss> {
    let routes: Vec<_> = templates.iter().map(|template| ("GET", *template)).collect();
    found(&router(&routes), "GET", path)
}

/// Why a lone template is refused.
fn refusal(template: &str) -> &'static str {
    match build("", &[("GET", template)]).unwrap_err().as_slice() {
        [RouteProblem::Template { operation: 0, reason }] => reason,
        other => panic!("{other:?}"),
    }
}

const UNKNOWN: Result<Vec<u32>, RouteMiss> = Err(RouteMiss::UnknownPath);

fn is_malformed(path: &str) -> bool {
    matches!(get(&["/{a}", "/{a}/{b}", "/{+a}"], path), Err(RouteMiss::Malformed(_)))
}

#[test]
fn literals_are_compared_exactly() {
    assert_eq!(get(&["/users/me"], "/users/me"), Ok(vec![0]));
    assert_eq!(get(&["/users/me"], "/users/Me"), UNKNOWN);
    assert_eq!(get(&["/users/me"], "/users"), UNKNOWN);
    assert_eq!(get(&["/users"], "/users/me"), UNKNOWN);
    assert_eq!(get(&["/"], "/"), Ok(vec![0]));
}

#[test]
fn a_trailing_slash_is_another_route() {
    assert_eq!(get(&["/a"], "/a/"), UNKNOWN);
    assert_eq!(get(&["/a/"], "/a"), UNKNOWN);
    assert_eq!(get(&["/a", "/a/"], "/a"), Ok(vec![0]));
    assert_eq!(get(&["/a", "/a/"], "/a/"), Ok(vec![1]));
    assert_eq!(get(&["/{+x}"], "/a/b/"), UNKNOWN);
    assert_eq!(get(&["/{+x}/"], "/a/b/"), Ok(vec![0]));
}

#[test]
fn a_parameter_takes_at_least_one_character() {
    assert_eq!(get(&["/a/{x}"], "/a/"), UNKNOWN);
    assert_eq!(get(&["/a/{x}"], "/a/b"), Ok(vec![0]));
    assert_eq!(get(&["/{x}"], "/"), UNKNOWN);
}

#[test]
fn an_empty_inner_segment_matches_nothing() {
    for path in ["//", "//a", "/a//", "/a//b", "/a/%62//"] {
        assert_eq!(get(&["/{x}", "/{x}/{y}", "/{x}/{y}/{z}", "/{+x}", "/{+x}/"], path), UNKNOWN);
    }
}

#[test]
fn a_mixed_segment_matches_if_some_split_does() {
    let compare = "/{base}...{head}";
    assert_eq!(get(&[compare], "/main...dev"), Ok(vec![0]));
    assert_eq!(get(&[compare], "/a....b"), Ok(vec![0]));
    assert_eq!(get(&[compare], "/a......b"), Ok(vec![0]));
    assert_eq!(get(&[compare], "/...dev"), UNKNOWN);
    assert_eq!(get(&[compare], "/main..."), UNKNOWN);
    assert_eq!(get(&[compare], "/...."), UNKNOWN);
    assert_eq!(get(&[compare], "/....."), Ok(vec![0]));
    assert_eq!(get(&["/{sid}.json"], "/x.json.json"), Ok(vec![0]));
    assert_eq!(get(&["/{sid}.json"], "/.json"), UNKNOWN);
    // The text before and the text after must not share characters.
    assert_eq!(get(&["/ab{x}ba"], "/aba"), UNKNOWN);
    assert_eq!(get(&["/{a}{b}"], "/x"), UNKNOWN);
    // Characters, not bytes.
    assert_eq!(get(&["/{a}{b}"], "/é"), UNKNOWN);
    assert_eq!(get(&["/{a}{b}"], "/éé"), Ok(vec![0]));
    assert_eq!(get(&["/{a}.{b}{c}.{d}"], "/1.2.3.4"), Ok(vec![0]));
    assert_eq!(get(&["/{a}.{b}{c}.{d}"], "/1.2.3"), UNKNOWN);
}

#[test]
fn a_multi_segment_parameter_takes_one_or_more_segments() {
    let routes = ["/files/{+path}", "/files/{+path}/info", "/files/{name}/info"];
    assert_eq!(get(&routes, "/files/a"), Ok(vec![0]));
    assert_eq!(get(&routes, "/files/a/b/c"), Ok(vec![0]));
    assert_eq!(get(&routes, "/files/a/b/info"), Ok(vec![1]));
    assert_eq!(get(&routes, "/files/a/info"), Ok(vec![2]));
    assert_eq!(get(&routes, "/files/info"), Ok(vec![0]));
    assert_eq!(get(&routes, "/files/info/info/info"), Ok(vec![1]));
    assert_eq!(get(&routes, "/files"), UNKNOWN);
}

#[test]
fn the_more_specific_template_decides() {
    let routes = ["/{x}", "/me", "/{x}.json", "/{+x}"];
    assert_eq!(get(&routes, "/me"), Ok(vec![1]));
    assert_eq!(get(&routes, "/a.json"), Ok(vec![2]));
    assert_eq!(get(&routes, "/you"), Ok(vec![0]));
    assert_eq!(get(&routes, "/you/me"), Ok(vec![3]));
}

#[test]
fn templates_that_overlap_crosswise_are_all_found() {
    let routes = ["/{x}/b", "/a/{y}", "/{x}/{y}"];
    assert_eq!(get(&routes, "/a/b"), Ok(vec![0, 1]));
    assert_eq!(get(&routes, "/c/b"), Ok(vec![0]));
    assert_eq!(get(&routes, "/a/c"), Ok(vec![1]));
    // One that beats both settles it.
    assert_eq!(get(&["/{x}/b", "/a/{y}", "/a/b"], "/a/b"), Ok(vec![2]));
    // Two mixed segments are equally specific, however much text they have.
    assert_eq!(get(&["/a{x}", "/{x}.json"], "/ab.json"), Ok(vec![0, 1]));
    assert_eq!(get(&["/{x}b/{y}", "/a{x}/c"], "/aab/c"), Ok(vec![1]));
    // The last beats the second, and neither the first.
    assert_eq!(get(&["/aab/{y}/{z}", "/{x}b/{y}/c", "/a{x}/b/c"], "/aab/b/c"), Ok(vec![0, 2]));
}

#[test]
fn an_operation_is_found_once() {
    let templates = ["/{x}/b", "/a/{y}"];
    let routes = templates.map(|template| Route { operation: 7, method: "GET", template });
    let matches = Router::build("", routes).unwrap().find("GET", "/a/b").unwrap();
    assert_eq!(matches.single(), Some(7));
}

#[test]
fn only_templates_with_the_method_take_part() {
    let router = router(&[("GET", "/users/{id}"), ("POST", "/users/me"), ("DELETE", "/{x}/me")]);
    assert_eq!(found(&router, "GET", "/users/me"), Ok(vec![0]));
    assert_eq!(found(&router, "POST", "/users/me"), Ok(vec![1]));
    assert_eq!(found(&router, "DELETE", "/users/me"), Ok(vec![2]));
    assert_eq!(found(&router, "POST", "/users/you"), Err(RouteMiss::WrongMethod));
    assert_eq!(found(&router, "PATCH", "/users/me"), Err(RouteMiss::WrongMethod));
    assert_eq!(found(&router, "get", "/users/me"), Err(RouteMiss::WrongMethod));
    assert_eq!(found(&router, "", "/users/me"), Err(RouteMiss::WrongMethod));
    assert_eq!(found(&router, "PATCH", "/groups"), UNKNOWN);
}

#[test]
fn head_is_get_on_each_template_without_its_own() {
    let router = router(&[
        ("GET", "/a"),
        ("GET", "/b"),
        ("HEAD", "/b"),
        ("POST", "/c"),
        ("HEAD", "/{x}/1"),
        ("GET", "/d/{y}"),
    ]);
    assert_eq!(found(&router, "HEAD", "/a"), Ok(vec![0]));
    assert_eq!(found(&router, "HEAD", "/b"), Ok(vec![2]));
    assert_eq!(found(&router, "GET", "/b"), Ok(vec![1]));
    assert_eq!(found(&router, "HEAD", "/c"), Err(RouteMiss::WrongMethod));
    assert_eq!(found(&router, "GET", "/e/1"), Err(RouteMiss::WrongMethod));
    assert_eq!(found(&router, "HEAD", "/d/1"), Ok(vec![4, 5]));
    assert_eq!(router.crosswise().collect::<Vec<_>>(), [(4, 5)]);
}

#[test]
fn options_is_a_method_like_any_other() {
    let router = router(&[("GET", "/a"), ("GET", "/b"), ("OPTIONS", "/b")]);
    assert_eq!(found(&router, "OPTIONS", "/a"), Err(RouteMiss::WrongMethod));
    assert_eq!(found(&router, "OPTIONS", "/b"), Ok(vec![2]));
}

#[test]
fn the_query_is_not_part_of_the_path() {
    assert_eq!(get(&["/a"], "/a?b=/c"), Ok(vec![0]));
    assert_eq!(get(&["/a"], "/a?"), Ok(vec![0]));
    assert_eq!(get(&["/a"], "/a?b#c\\%"), Ok(vec![0]));
    assert_eq!(get(&["/{x}"], "/a%3Fb"), Ok(vec![0]));
    assert!(is_malformed("?a"));
}

#[test]
fn segments_are_decoded_once() {
    assert_eq!(get(&["/caf\u{e9}/x y"], "/caf%C3%a9/x%20y"), Ok(vec![0]));
    assert_eq!(get(&["/users/me"], "/%75sers/m%65"), Ok(vec![0]));
    assert_eq!(get(&["/a/{x}", "/a/b"], "/a/%62"), Ok(vec![1]));
    assert_eq!(get(&["/{x}.json"], "/a%2Ejson"), Ok(vec![0]));
    assert_eq!(get(&["/100%"], "/100%25"), Ok(vec![0]));
    assert_eq!(get(&["/100%z"], "/100%25z"), Ok(vec![0]));
    assert_eq!(get(&["/{x}"], "/%23"), Ok(vec![0]));
}

#[test]
fn what_servers_read_differently_is_malformed() {
    let paths = [
        "",
        "a",
        "*",
        "http://h/a",
        "%2Fa",
        "/a#b",
        "/#",
        "/a\\b",
        "/a%5Cb",
        "/a%5cb",
        "/a%2Fb",
        "/a%2f",
        "/%2F",
        "/%",
        "/%4",
        "/%4g",
        "/%zz",
        "/a%",
        "/%+1",
        "/% 1",
        "/.",
        "/..",
        "/./a",
        "/../a",
        "/a/..",
        "/a/.",
        "/%2e",
        "/%2E%2e/a",
        "/.%2e",
        "/..;/a",
        "/..;a=b/c",
        "/.;",
        "/%2e.%3b",
        "/%00",
        "/a%0d%0a",
        "/\n",
        "/\u{7f}",
        "/%7F",
        "/%C2%85",
        "/\u{85}",
        "/a\0",
        "/%ff",
        "/%C3",
        "/%C3/%A9",
        "/%C0%AF",
        "/%ED%A0%80",
        "/%2541",
        "/%25%32%46",
        "/%252e",
        "/%25252e",
        "/a%2500",
        // Malformed whatever else is wrong.
        "//%",
        "/a//..",
    ];
    for path in paths {
        assert!(is_malformed(path), "{path:?}");
    }
    for path in ["/...", "/.a", "/..a", "/.a;b", "/a;b", "/;", "/%25", "/%254", "/a:b@c!$&'()*+,=~"] {
        assert_eq!(get(&["/{x}"], path), Ok(vec![0]), "{path:?}");
    }
}

#[test]
fn paths_have_a_limit() {
    let path = |length: usize| format!("/{}", "a".repeat(length - 1));
    assert_eq!(get(&["/{x}"], &path(MAX_PATH_BYTES)), Ok(vec![0]));
    assert_eq!(get(&["/{x}"], &path(MAX_PATH_BYTES + 1)), Err(RouteMiss::TooLong));
    assert_eq!(get(&["/{x}"], &(path(MAX_PATH_BYTES) + "?query")), Ok(vec![0]));
    assert_eq!(get(&["/{x}"], &(path(MAX_PATH_BYTES + 1) + "?")), Err(RouteMiss::TooLong));
    // A character across the limit.
    assert_eq!(get(&["/{x}"], &(path(MAX_PATH_BYTES) + "é")), Err(RouteMiss::TooLong));
    assert_eq!(get(&["/{+x}"], &"/a".repeat(MAX_SEGMENTS)), Ok(vec![0]));
    assert_eq!(get(&["/{+x}"], &"/a".repeat(MAX_SEGMENTS + 1)), Err(RouteMiss::TooLong));
    assert_eq!(get(&["/{+x}"], &"/%61".repeat(MAX_SEGMENTS)), Ok(vec![0]));
    assert_eq!(get(&["/{+x}"], &"/%61".repeat(MAX_SEGMENTS + 1)), Err(RouteMiss::TooLong));
    assert_eq!(get(&["/{+x}"], &"/".repeat(MAX_PATH_BYTES)), Err(RouteMiss::TooLong));
}

#[test]
fn a_search_among_too_many_overlaps_is_given_up() {
    // Every combination of literal and parameter in 15 segments, but for all literal.
    let template = |bits: u32| -> String {
        (0..15).map(|bit| if bits & 1 << bit == 0 { "/a" } else { "/{x}" }).collect()
    };
    let templates: Vec<_> = (1..1 << 15).map(template).collect();
    let routes: Vec<_> = templates.iter().map(|template| ("POST", template.as_str())).collect();
    let router = router(&routes);
    assert_eq!(found(&router, "GET", &"/a".repeat(15)), Err(RouteMiss::TooLong));
    assert_eq!(found(&router, "POST", &"/b".repeat(15)), Ok(vec![(1 << 15) - 2]));
    // 15 templates with one parameter are unbeaten, and soon found to be.
    assert_eq!(found(&router, "POST", &"/a".repeat(15)).unwrap().len(), 15);
}

#[test]
fn a_literal_match_is_not_lost_among_many_mixed_segments() {
    let mut templates: Vec<_> = (0..9000).map(|number| format!("/v/{{x}}-{number}-{{y}}")).collect();
    templates.push("/v/a-9000-b".into());
    let templates: Vec<_> = templates.iter().map(String::as_str).collect();
    assert_eq!(get(&templates, "/v/a-9000-b"), Ok(vec![9000]));
    assert_eq!(get(&templates, "/v/a-9001-b"), Err(RouteMiss::TooLong));
}

#[test]
fn a_base_path_stands_before_every_template() {
    let router = build("/workflow-api/v1", &[("GET", "/"), ("GET", "/{x}")]).unwrap();
    assert_eq!(found(&router, "GET", "/workflow-api/v1/"), Ok(vec![0]));
    assert_eq!(found(&router, "GET", "/workflow-api/v1/a"), Ok(vec![1]));
    assert_eq!(found(&router, "GET", "/workflow-api/v1"), UNKNOWN);
    assert_eq!(found(&router, "GET", "/a"), UNKNOWN);
    for base in ["/", "a", "/a/", "//a", "/a//b", "/{x}", "/a?b", "/..", "/%41"] {
        let problems = build(base, &[("GET", "/x")]).unwrap_err();
        assert!(matches!(problems.as_slice(), [RouteProblem::BasePath(_)]), "{base}");
    }
}

#[test]
fn a_template_that_cannot_be_matched_faithfully_is_a_problem() {
    let cases = [
        (template::NO_SLASH, &["", "a", "{x}"][..]),
        (template::BRACES, &["/{", "/}", "/{x", "/x}", "/{x}}", "/{a/b}", "/a{x}b{"]),
        (template::NAME, &["/{}", "/{+}", "/{?q}", "/a{?q}", "/{#x}", "/{x*}", "/{x:3}", "/{a,b}", "/{{x}}"]),
        (template::MULTI_BESIDE_TEXT, &["/a{+x}", "/{+x}a", "/{+x}{y}", "/{y}{+x}"]),
        (template::TWO_MULTIS, &["/{+x}/{+y}", "/{+x}/a/{+y}"]),
        (template::EMPTY, &["//", "//a", "/a//", "/a//b"]),
        (template::DELIMITER, &["/a?b", "/a?b={c}", "/a#b"]),
        (template::ENCODED, &["/%41", "/a{x}%2f"]),
        (path::DOT_SEGMENT, &["/.", "/..", "/a/../b", "/..;x"]),
        (path::BACKSLASH, &["/a\\b"]),
        (path::CONTROL, &["/a\n", "/{x}\u{85}"]),
    ];
    for (reason, templates) in cases {
        for template in templates {
            assert_eq!(refusal(template), reason, "{template}");
        }
    }
    assert_eq!(refusal(&"/a".repeat(MAX_SEGMENTS + 1)), template::TOO_MANY);
    assert!(build("", &[("GET", &"/a".repeat(MAX_SEGMENTS))]).is_ok());
    assert!(build("/base", &[("GET", &"/a".repeat(MAX_SEGMENTS))]).is_err());
    assert!(build("", &[("GET", "/{user-id}/{filter[name]}/{$top}/{a.b}")]).is_ok());
}

#[test]
fn all_problems_are_reported_at_once() {
    let routes = [
        ("GET", "/a/{x}"),
        ("GET", "/a/{y}"),
        ("G T", "/b"),
        ("GET", "b"),
        ("", "/c"),
        ("HEAD", "/a/{x}"),
        ("GET", "/{b}...{h}"),
        ("GET", "/{h}...{b}"),
        ("GET", "/{+p}"),
        ("GET", "/{+q}"),
        ("GET", "/a/{z}"),
    ];
    let problems = build("/", &routes).unwrap_err();
    assert_eq!(
        problems,
        [
            RouteProblem::BasePath(template::TRAILING_SLASH),
            RouteProblem::SameTemplate { first: 0, second: 1 },
            RouteProblem::Method { operation: 2 },
            RouteProblem::Template { operation: 3, reason: template::NO_SLASH },
            RouteProblem::Method { operation: 4 },
            RouteProblem::SameTemplate { first: 6, second: 7 },
            RouteProblem::SameTemplate { first: 8, second: 9 },
            RouteProblem::SameTemplate { first: 0, second: 10 },
        ]
    );
}

#[test]
fn crosswise_pairs_share_a_path_and_a_method() {
    let pairs = |routes: &[(&str, &str)]| {
        let mut pairs: Vec<_> = router(routes).crosswise().collect();
        pairs.sort_unstable();
        pairs
    };
    assert_eq!(pairs(&[("GET", "/{x}/b"), ("GET", "/a/{y}")]), [(0, 1)]);
    assert_eq!(pairs(&[("GET", "/{x}/b"), ("POST", "/a/{y}")]), []);
    assert_eq!(pairs(&[("GET", "/{x}/b"), ("HEAD", "/a/{y}")]), [(0, 1)]);
    assert_eq!(pairs(&[("GET", "/{x}/b"), ("GET", "/a/{y}/c")]), []);
    assert_eq!(pairs(&[("GET", "/{x}/b"), ("GET", "/{x}/{y}")]), []);
    assert_eq!(pairs(&[("GET", "/a{x}"), ("GET", "/{x}b"), ("GET", "/b{x}")]), [(0, 1), (1, 2)]);
    assert_eq!(pairs(&[("GET", "/{x}a"), ("GET", "/{x}b"), ("GET", "/{x}cb")]), [(1, 2)]);
    // Only where the multi-segment parameter takes two segments.
    assert_eq!(pairs(&[("GET", "/{+x}/a"), ("GET", "/{x}/b/{y}")]), [(0, 1)]);
    assert_eq!(pairs(&[("GET", "/{+x}/a"), ("GET", "/a/{+x}")]), [(0, 1)]);
    assert_eq!(pairs(&[("GET", "/{+x}/a"), ("GET", "/b/{+x}/a")]), []);
    assert_eq!(pairs(&[("GET", "/{+x}/"), ("GET", "/b/{x}")]), []);
}

#[test]
fn crosswise_overlaps_longer_than_a_path_do_not_count() {
    let pairs = |length: usize| {
        let a = String::from("/{+x}") + &"/a".repeat(length);
        let b = "/b".repeat(length) + "/{+x}";
        router(&[("GET", &a), ("GET", &b)]).crosswise().count()
    };
    // The shortest common path has the literals of both.
    assert_eq!(pairs(MAX_SEGMENTS / 2), 1);
    assert_eq!(pairs(MAX_SEGMENTS / 2 + 1), 0);
}
