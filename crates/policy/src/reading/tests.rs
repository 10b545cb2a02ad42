use alloc::{format, string::String, vec::Vec};

use portcullis_wire::{
    catalog::CatalogDocument,
    policy::{CatalogSource, PolicyDocument, TenancyMode, TenantEntry},
};

use super::*;

fn found(text: &str) -> Vec<(String, String)> {
    let (_, findings) = read::<PolicyDocument>(text, "");
    findings.into_iter().map(|finding| (finding.code, finding.path)).collect()
}

fn pairs(found: &[(String, String)]) -> Vec<(&str, &str)> {
    found.iter().map(|(code, path)| (code.as_str(), path.as_str())).collect()
}

fn messages(text: &str) -> Vec<String> {
    read::<PolicyDocument>(text, "").1.into_iter().map(|finding| finding.message).collect()
}

#[test]
fn a_right_document_is_read_without_findings() {
    let (document, findings) = read::<PolicyDocument>(
        r#"{"portcullis":1,
            "catalog":{"root":"shop","operations":[{"id":"shop.cart","method":"GET","path":"/cart"}]},
            "tenancy":{"mode":"multi","tenants":["one",["two","t\u0077o-b"]],"default":"one"},
            "token":{"algorithms":["ES256"],"leeway_s":5}}"#,
        "",
    );
    assert_eq!(findings, []);
    let document = document.unwrap();
    assert_eq!(document.tenancy.mode, TenancyMode::Multi);
    assert_eq!(
        document.tenancy.tenants,
        [TenantEntry::Id("one".into()), TenantEntry::Ids(Vec::from(["two".into(), "two-b".into()]))]
    );
    let CatalogSource::Inline(catalog) = document.catalog else { panic!("an inline catalog") };
    assert_eq!(catalog.operations[0].path.as_deref(), Some("/cart"));
    assert_eq!(document.token.unwrap().leeway_s, 5);
}

#[test]
fn every_mistake_of_a_document_is_found() {
    let found = found(
        r#"{"portcullis":1,
            "routes":{"preflight":"maybe","base":"/v1"},
            "tenancy":{"mode":7,"tenants":["one",[2,"two"],3]},
            "claim":{"max_bytes":-1},
            "token":{"issuers":"https://issuer"},
            "disable_security":"no",
            "extra":null}"#,
    );
    assert_eq!(
        pairs(&found),
        [
            ("wrong_type", "/routes/preflight"),
            ("unknown_member", "/routes/base"),
            ("wrong_type", "/tenancy/mode"),
            ("wrong_type", "/tenancy/tenants/1/0"),
            ("wrong_type", "/tenancy/tenants/2"),
            ("wrong_type", "/claim/max_bytes"),
            ("wrong_type", "/token/issuers"),
            ("missing_member", "/token"),
            ("wrong_type", "/disable_security"),
            ("unknown_member", "/extra"),
        ]
    );
}

#[test]
fn what_can_be_read_comes_with_the_findings() {
    let (document, findings) = read::<PolicyDocument>(r#"{"portcullis":1,"extra":1}"#, "");
    assert_eq!((document.unwrap().portcullis, findings.len()), (1, 1));
    let (document, findings) = read::<PolicyDocument>(r#"{"extra":1}"#, "");
    assert!(document.is_none());
    assert_eq!(findings.len(), 2, "the unknown member and the missing one");
}

#[test]
fn indexes_count_from_the_original_list_after_elements_were_left_out() {
    let found = found(
        r#"{"portcullis":1,"catalog":{"root":"a","operations":[
            1,{"id":"a.b"},{"id":2},{"id":"a.c","sumary":""},{"method":"GET"},{"id":"a.d"},[]]}}"#,
    );
    assert_eq!(
        pairs(&found),
        [
            ("wrong_type", "/catalog/operations/0"),
            ("wrong_type", "/catalog/operations/2/id"),
            ("unknown_member", "/catalog/operations/3/sumary"),
            ("missing_member", "/catalog/operations/4"),
            ("wrong_type", "/catalog/operations/6"),
        ]
    );
}

#[test]
fn a_member_that_is_wrong_is_not_also_missing() {
    assert_eq!(pairs(&found(r#"{"portcullis":"1"}"#)), [("wrong_type", "/portcullis")]);
    assert_eq!(pairs(&found(r#"{"extra":1}"#)), [("unknown_member", "/extra"), ("missing_member", "")]);
}

#[test]
fn an_unknown_member_is_named_with_those_that_there_are() {
    assert_eq!(
        messages(r#"{"portcullis":1,"routes":{"base":"/v1"}}"#),
        ["unknown member `base`; expected `base_path`, `preflight`"]
    );
}

#[test]
fn a_wrong_type_says_what_was_expected_and_found() {
    assert_eq!(
        messages(r#"{"portcullis":1,"tenancy":{"tenants":[{}],"header":null,"mode":"dual"}}"#),
        [
            "expected a tenant id, or a list of ids that share one runtime, found an object",
            "expected a string, found null",
            "unknown word `dual`; expected `single`, `multi`",
        ]
    );
}

#[test]
fn a_whole_number_is_one_without_fraction_sign_and_overflow() {
    for (number, good) in [
        ("1", true),
        ("4294967295", true),
        ("4294967296", false),
        ("-1", false),
        ("1.0", false),
        ("1e0", false),
        ("\"1\"", false),
        ("99999999999999999999999999", false),
    ] {
        let findings = found(&format!(r#"{{"portcullis":{number}}}"#));
        assert_eq!(findings.is_empty(), good, "{number}: {findings:?}");
    }
}

#[test]
fn repeated_members_are_found_at_any_depth_beside_other_mistakes() {
    let found = found(
        r#"{"portcullis":1,"portcullis":2,
            "token":{"algorithms":["ES256"],"leeway_s":1,"leeway_\u0073":300,"algorithms":[]},
            "catalog":{"root":"a","operations":[{"id":"a.b"},{"id":"a.c","id":"a.d"}]},
            "extra":{"x":[{"y":1,"y":1}]}}"#,
    );
    assert_eq!(
        pairs(&found),
        [
            ("duplicate_member", "/portcullis"),
            ("duplicate_member", "/token/leeway_s"),
            ("duplicate_member", "/token/algorithms"),
            ("duplicate_member", "/catalog/operations/1/id"),
            ("duplicate_member", "/extra/x/0/y"),
            ("unknown_member", "/extra"),
        ]
    );
}

#[test]
fn names_are_escaped_in_paths() {
    assert_eq!(
        pairs(&found(r#"{"portcullis":1,"a/b~c":1,"":2,"a/b~c":3}"#)),
        [("duplicate_member", "/a~1b~0c"), ("unknown_member", "/a~1b~0c"), ("unknown_member", "/")]
    );
}

#[test]
fn a_catalog_is_a_name_a_file_or_an_object_with_operations() {
    for (catalog, expected) in [
        (r#"{"file":"a.json"}"#, None),
        (r#"{"root":"a","operations":[]}"#, None),
        (r#"{"file":"a.json","root":"a"}"#, Some(("wrong_type", "/catalog"))),
        (r#"{"root":"a"}"#, Some(("wrong_type", "/catalog"))),
        ("{}", Some(("wrong_type", "/catalog"))),
        ("1", Some(("wrong_type", "/catalog"))),
        (r#"{"file":1}"#, Some(("wrong_type", "/catalog/file"))),
        (r#"{"path":1}"#, Some(("unknown_member", "/catalog/path"))),
    ] {
        let found = found(&format!(r#"{{"portcullis":1,"catalog":{catalog}}}"#));
        assert_eq!(pairs(&found).first().copied(), expected, "{catalog}");
    }
}

#[test]
fn broken_syntax_is_told_with_line_and_column() {
    let (document, findings) = read::<PolicyDocument>("{\n  \"portcullis\": 1,\n  \"ä\": \"ö\" oops }", "");
    assert!(document.is_none());
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((finding.code.as_str(), finding.path.as_str()), ("syntax", ""));
    assert_eq!(finding.message, "expected `,` or a closing bracket at line 3, column 12");
    assert_eq!(messages(""), ["unexpected end at line 1, column 1"]);
    assert_eq!(messages("{}\n\n x"), ["data after the value at line 3, column 2"]);
    assert_eq!(messages("{\"a\":01}"), ["expected `,` or a closing bracket at line 1, column 7"]);
}

#[test]
fn a_catalog_file_has_paths_below_the_member_that_names_it() {
    let text = r#"{"root":"a","operations":[{"id":"a.b"},{"id":1,"x":2}]}"#;
    let (_, findings) = read::<CatalogDocument>(text, "/catalog");
    let paths: Vec<&str> = findings.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(paths, ["/catalog/operations/1/id", "/catalog/operations/1/x"]);
    let (_, findings) = read::<CatalogDocument>("{", "/catalog");
    assert_eq!(findings[0].path, "/catalog");
}

#[test]
fn the_search_for_mistakes_ends() {
    let wrong =
        |count: usize| format!(r#"{{"portcullis":1,"tenancy":{{"tenants":[{}1]}}}}"#, "1,".repeat(count));
    assert_eq!(found(&wrong(50)).len(), 51);
    assert_eq!(found(&wrong(10_000)).len(), MAX_MISTAKES);
    let repeated: String = (0..1_000).map(|_| r#","x":1"#).collect();
    assert_eq!(found(&format!(r#"{{"portcullis":1{repeated}}}"#)).len(), MAX_MISTAKES);
}
