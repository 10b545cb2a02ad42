use alloc::vec::Vec;

use crate::{
    Catalog, Effect, ErrorKind, effective, explain,
    testing::{catalog, claim, operation},
};

#[test]
fn the_deciding_rule_the_overridden_ones_and_the_flip_are_told() {
    let api = Catalog::workflow_api();
    let text =
        "a:workflow-api.rpc;d:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants";
    let claim = claim(text);
    let explained = explain(&claim, &api, operation(&api, "workflow-api.rpc.delete-instance")).unwrap();
    assert!(!explained.allowed);
    let rule = explained.rule.unwrap();
    assert_eq!(&text[rule.span.clone()], "d:workflow-api.rpc.delete-instance");
    assert_eq!(rule.effect, Effect::Deny);
    let overridden: Vec<&str> = explained.overridden.iter().map(|rule| &text[rule.span.clone()]).collect();
    assert_eq!(overridden, ["a:workflow-api.rpc", "a:workflow-api.rpc", "d:workflow-api"]);
    assert_eq!(explained.flip.remove, ["d:workflow-api.rpc.delete-instance"]);
    assert!(explained.flip.add.is_empty());
}

#[test]
fn a_rule_for_a_textual_prefix_is_not_overridden() {
    let api = Catalog::workflow_api();
    let claim = claim("a:workflow-api.data.schemes.get;d:workflow-api.data");
    let id = "workflow-api.data.schemes.get-collection";
    let explained = explain(&claim, &api, operation(&api, id)).unwrap();
    assert_eq!(explained.rule.unwrap().span, 32..51);
    assert!(explained.overridden.is_empty());
}

#[test]
fn without_a_rule_there_is_nothing_to_name() {
    let tree = catalog(["r.a", "r.b"]);
    let claim = claim("a:r.b");
    let explained = explain(&claim, &tree, operation(&tree, "r.a")).unwrap();
    assert!(!explained.allowed && explained.rule.is_none() && explained.overridden.is_empty());
    assert_eq!(explained.flip.add, ["a:r.a"]);
}

#[test]
fn a_denial_of_the_same_target_overrides_the_allowance() {
    let tree = catalog(["r.a", "r.b"]);
    let claim = claim("a:r.a;d:r.a");
    let explained = explain(&claim, &tree, operation(&tree, "r.a")).unwrap();
    assert_eq!(explained.rule.unwrap().effect, Effect::Deny);
    assert_eq!(explained.overridden.len(), 1);
    assert_eq!(explained.flip.result.as_str(), "a:r.a");
}

#[test]
fn every_operation_is_listed_with_the_rule_that_decided() {
    let tree = catalog(["r.a", "r.b.x", "r.b.y"]);
    let claim = claim("a:r.b;d:r.b.y");
    let listed = effective(&claim, &tree).unwrap();
    let told: Vec<(&str, bool, Option<usize>)> = listed
        .iter()
        .map(|one| (tree.id(one.operation), one.allowed, one.rule.as_ref().map(|rule| rule.span.start)))
        .collect();
    assert_eq!(told, [("r.a", false, None), ("r.b.x", true, Some(0)), ("r.b.y", false, Some(6))]);
}

#[test]
fn an_unknown_target_is_refused() {
    let tree = catalog(["r.a"]);
    assert_eq!(effective(&claim("a:r.z"), &tree).unwrap_err().kind(), ErrorKind::UnknownTarget);
    let error = explain(&claim("a:r.z"), &tree, operation(&tree, "r.a")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownTarget);
}
