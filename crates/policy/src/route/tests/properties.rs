//! The router against the model in `reference`, on random catalogs and paths.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use proptest::collection::vec as many;
use proptest::prelude::*;
use proptest::sample::select;

use super::reference::{self, Segment, Template};
use crate::route::{Route, RouteMiss, Router};

const METHODS: [&str; 4] = ["GET", "HEAD", "POST", "OPTIONS"];

/// Catalogs of templates with these segments, no two of them alike. Some operations have several.
fn catalogs(segments: &[Segment], longest: usize) -> impl Strategy<Value = Vec<Template>> + use<> {
    let segments = (many(select(segments.to_vec()), 0..longest), any::<bool>())
        .prop_map(|(segments, slash)| well_formed(segments, slash));
    let route = (segments, select(&METHODS[..]), 0..3_u32);
    many(route, 0..16).prop_map(|routes| {
        let mut seen = BTreeSet::new();
        let numbered = routes.into_iter().zip(0..).map(|((segments, method, shared), number)| Template {
            operation: if shared == 0 { 0 } else { number },
            method,
            segments,
        });
        numbered.filter(|it| seen.insert((it.method, it.text()))).collect()
    })
}

/// The segments with at most one that is multi, and perhaps a trailing slash.
fn well_formed(mut segments: Vec<Segment>, slash: bool) -> Vec<Segment> {
    let mut multis = 0;
    segments.retain(|segment| {
        multis += usize::from(*segment == Segment::Multi);
        *segment != Segment::Multi || multis == 1
    });
    if slash || segments.is_empty() {
        segments.push(Segment::Literal(""));
    }
    segments
}

fn router(templates: &[Template]) -> Router {
    // Names differ from route to route: they do not matter.
    let name = |(index, it): (usize, &Template)| it.text().replace("p}", &format!("p{index}}}"));
    let texts: Vec<String> = templates.iter().enumerate().map(name).collect();
    let route = |(it, template): (&Template, _)| -> Route<'_> {
        Route { operation: it.operation, method: it.method, template }
    };
    let texts = texts.iter().map(String::as_str);
    Router::build("", templates.iter().zip(texts).map(route).collect::<Vec<_>>()).unwrap()
}

fn text_segments() -> Vec<Segment> {
    let literals = ["a", "b", "ab", "a.b", "é", "x y", "%", "a%", "...", ".é"].map(Segment::Literal);
    let mixed = [
        vec![Some("a"), None],
        vec![None, Some("b")],
        vec![None, Some("."), None],
        vec![None, Some("..."), None],
        vec![Some("a"), None, Some("b")],
        vec![None, None],
        vec![Some("é"), None, None, Some("."), None],
        vec![None, Some("a"), None, Some("a"), None, Some("a")],
    ];
    let mixed = mixed.map(Segment::Mixed);
    // Parameters more often than chance would have it.
    let wide = [Segment::Parameter, Segment::Parameter, Segment::Parameter, Segment::Multi];
    literals.into_iter().chain(mixed).chain(wide.clone()).chain(wide).collect()
}

/// Texts of segments, encoded or not, and now and then one that is refused.
fn path_segments() -> impl Strategy<Value = String> {
    let whole = ["a", "b", "ab", "aab", "a.b", "a....b", "é", "éé.x", "x y", "%", "a%", "xaaaa", "."];
    let plain = prop_oneof![3 => select(whole.to_vec()).prop_map(String::from), 1 => "[ab.é%]{1,5}"];
    let good = (plain, any::<u16>()).prop_map(|(text, mask)| encode(&text, mask));
    let odd = ["", "%2f", "%2F", "\\", "%5c", "%", "%a", "%g0", "..", "%2E", ".%2e", "..;b", "a;b"];
    let odder = ["%00", "\n", "%c2%85", "%c3", "%c3%a9", "%25", "%2541", "%2562", "a#", "a?/b", "a%3fb"];
    let bad = select([&odd[..], &odder[..]].concat()).prop_map(String::from);
    prop_oneof![12 => good, 1 => bad]
}

/// Encodes a percent sign, and the bytes that `mask` picks.
fn encode(text: &str, mask: u16) -> String {
    let mut encoded = String::new();
    for (index, it) in text.chars().enumerate() {
        let picked = mask >> (index % 16) & 1 == 1 && mask >> 15 == 1;
        if it != '%' && !picked {
            encoded.push(it);
            continue;
        }
        for byte in it.encode_utf8(&mut [0; 4]).bytes() {
            let upper = mask >> 14 & 1 == 1;
            encoded += &if upper { format!("%{byte:02X}") } else { format!("%{byte:02x}") };
        }
    }
    encoded
}

fn paths() -> impl Strategy<Value = String> {
    let path = many(path_segments(), 0..6);
    path.prop_map(|segments| segments.iter().map(|it| String::from("/") + it).collect())
}

/// All paths of up to `longest` of these segments, with and without a trailing slash.
fn all_paths(segments: &[&str], longest: usize) -> Vec<String> {
    let mut paths = vec![String::new()];
    let mut from = 0;
    for _ in 0..longest {
        let last = paths.split_off(from);
        paths.extend_from_slice(&last);
        from = paths.len();
        let next = last.iter().flat_map(|path| segments.iter().map(move |it| format!("{path}/{it}")));
        paths.extend(next.collect::<Vec<_>>());
    }
    let slash: Vec<_> = paths.iter().map(|path| format!("{path}/")).collect();
    paths.extend(slash);
    paths.retain(|path| !path.is_empty());
    paths
}

fn without_detail(miss: RouteMiss) -> RouteMiss {
    match miss {
        RouteMiss::Malformed(_) => RouteMiss::Malformed(""),
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn find_agrees_with_the_reference(
        templates in catalogs(&text_segments(), 5),
        requests in many((paths(), select(&["GET", "HEAD", "POST", "OPTIONS", "PUT"][..])), 32),
    ) {
        let router = router(&templates);
        for (path, method) in requests {
            let found = router.find(method, &path);
            let found = found.map(|it| it.iter().collect::<Vec<_>>()).map_err(without_detail);
            prop_assert_eq!(found, reference::find(&templates, method, &path), "{} {}", method, path);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// The segments are such that four texts are enough to find every overlap: `az.zb` and `bz.zb`
    /// match whatever mixed segments have in common.
    #[test]
    fn crosswise_pairs_are_those_that_some_path_shows(
        templates in catalogs(
            &[
                Segment::Literal("a"),
                Segment::Literal("ab"),
                Segment::Mixed(vec![Some("a"), None]),
                Segment::Mixed(vec![Some("b"), None]),
                Segment::Mixed(vec![None, Some("b")]),
                Segment::Mixed(vec![None, Some("."), None]),
                Segment::Parameter,
                Segment::Parameter,
                Segment::Multi,
                Segment::Multi,
            ],
            4,
        ),
    ) {
        let mut expected = BTreeSet::new();
        for path in all_paths(&["a", "ab", "az.zb", "bz.zb"], 5) {
            let segments: Vec<String> = path[1..].split('/').map(String::from).collect();
            for method in METHODS {
                let with_method = reference::with_method(&templates, method);
                let rows: Vec<_> = with_method
                    .into_iter()
                    .filter_map(|it| Some((it.operation, it.matches(&segments)?)))
                    .collect();
                for (a, one) in &rows {
                    for (b, other) in &rows {
                        if a < b && !reference::beats(one, other) && !reference::beats(other, one) {
                            expected.insert((*a, *b));
                        }
                    }
                }
            }
        }
        let pairs: Vec<_> = router(&templates).crosswise().collect();
        prop_assert_eq!(pairs.iter().copied().collect::<BTreeSet<_>>(), expected);
        prop_assert_eq!(pairs.iter().collect::<BTreeSet<_>>().len(), pairs.len());
    }
}
