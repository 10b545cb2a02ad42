use alloc::{format, string::String, vec::Vec};

use crate::{Claim, Effect, ErrorKind, MAX_CLAIM_BYTES, Target, TenantRule};

const EFFECT: &str = "`a:` or `d:`";
const SEGMENT: &str = "a segment of a-z, 0-9 and `-`";
const AFTER_SEGMENT: &str = "a-z, 0-9, `-`, `.`, `;` or the end";
const TENANT: &str = "a tenant id of A-Z, a-z, 0-9, `.`, `_` and `-`";
const AFTER_TENANT: &str = "A-Z, a-z, 0-9, `.`, `_`, `-`, `,`, `;` or the end";

/// A value, what is wrong with it, at which byte, and what was expected there.
type Mistake = (&'static str, ErrorKind, usize, &'static str);

fn check(mistakes: &[Mistake]) {
    for &(text, kind, offset, expected) in mistakes {
        let error = Claim::parse(text).expect_err(text);
        assert_eq!((error.kind(), error.offset(), error.expected()), (kind, offset, expected), "{text:?}");
    }
}

#[test]
fn an_empty_value_has_no_rule() {
    check(&[("", ErrorKind::Missing, 0, "at least one rule")]);
}

#[test]
fn a_value_over_the_limit_is_refused_before_it_is_read() {
    let longest = format!("a:workflow-api.{}", "x".repeat(MAX_CLAIM_BYTES - 15));
    assert_eq!(Claim::parse(&longest).unwrap().as_str().len(), MAX_CLAIM_BYTES);

    let error = Claim::parse(&"!".repeat(MAX_CLAIM_BYTES + 1)).unwrap_err();
    assert_eq!((error.kind(), error.offset()), (ErrorKind::TooLarge, MAX_CLAIM_BYTES));
    assert_eq!(Claim::parse_within("a:x;!", 4).unwrap_err().kind(), ErrorKind::TooLarge);
    assert!(Claim::parse_within("a:x", 3).is_ok());
}

#[test]
fn wrong_case_is_invalid() {
    check(&[
        ("A:workflow-api", ErrorKind::Effect, 0, EFFECT),
        ("D:workflow-api", ErrorKind::Effect, 0, EFFECT),
        ("a:Workflow-api", ErrorKind::Operation, 2, SEGMENT),
        ("a:workflow-api.Rpc", ErrorKind::Operation, 15, SEGMENT),
        ("a:workflow-apI", ErrorKind::Operation, 13, AFTER_SEGMENT),
        ("a:Tenants", ErrorKind::Operation, 2, SEGMENT),
        ("a:tenantS", ErrorKind::Operation, 8, AFTER_SEGMENT),
    ]);
}

#[test]
fn white_space_is_invalid_everywhere() {
    check(&[
        (" ", ErrorKind::Effect, 0, EFFECT),
        (" a:x", ErrorKind::Effect, 0, EFFECT),
        ("a :x", ErrorKind::Colon, 1, "`:`"),
        ("a: x", ErrorKind::Operation, 2, SEGMENT),
        ("a:x ", ErrorKind::Operation, 3, AFTER_SEGMENT),
        ("a:x\n", ErrorKind::Operation, 3, AFTER_SEGMENT),
        ("a:x; d:y", ErrorKind::Effect, 4, EFFECT),
        ("a:x\t;d:y", ErrorKind::Operation, 3, AFTER_SEGMENT),
        ("a:tenants ", ErrorKind::Operation, 9, AFTER_SEGMENT),
        ("a:tenants: A", ErrorKind::Tenant, 10, TENANT),
        ("a:tenants:A ,B", ErrorKind::Tenant, 11, AFTER_TENANT),
        ("a:tenants:A, B", ErrorKind::Tenant, 12, TENANT),
        ("a:tenants:A\u{a0}", ErrorKind::Tenant, 11, AFTER_TENANT),
    ]);
}

#[test]
fn an_empty_rule_and_a_trailing_semicolon_are_invalid() {
    check(&[
        (";", ErrorKind::EmptyRule, 0, EFFECT),
        (";a:x", ErrorKind::EmptyRule, 0, EFFECT),
        ("a:x;", ErrorKind::EmptyRule, 4, EFFECT),
        ("a:x;;d:y", ErrorKind::EmptyRule, 4, EFFECT),
        ("a:tenants;", ErrorKind::EmptyRule, 10, EFFECT),
        ("a:tenants:A;", ErrorKind::EmptyRule, 12, EFFECT),
    ]);
}

#[test]
fn a_branch_never_takes_an_asterisk() {
    check(&[
        ("a:workflow-api.*", ErrorKind::Operation, 15, SEGMENT),
        ("a:workflow-api.rpc.*", ErrorKind::Operation, 19, SEGMENT),
        ("a:*", ErrorKind::Operation, 2, SEGMENT),
        ("a:workflow-api*", ErrorKind::Operation, 14, AFTER_SEGMENT),
        ("a:tenants:*", ErrorKind::Tenant, 10, TENANT),
    ]);
}

#[test]
fn an_effect_is_one_letter_and_a_colon() {
    check(&[
        ("a", ErrorKind::Colon, 1, "`:`"),
        ("d;a:x", ErrorKind::Colon, 1, "`:`"),
        ("allow:x", ErrorKind::Colon, 1, "`:`"),
        ("deny:x", ErrorKind::Colon, 1, "`:`"),
        ("x:workflow-api", ErrorKind::Effect, 0, EFFECT),
        ("workflow-api", ErrorKind::Effect, 0, EFFECT),
        ("\u{430}:x", ErrorKind::Effect, 0, EFFECT),
        ("a\u{ff1a}x", ErrorKind::Colon, 1, "`:`"),
    ]);
}

#[test]
fn an_operation_is_segments_joined_by_one_dot() {
    check(&[
        ("a:", ErrorKind::Operation, 2, SEGMENT),
        ("a:;d:x", ErrorKind::Operation, 2, SEGMENT),
        ("a:.x", ErrorKind::Operation, 2, SEGMENT),
        ("a:x.", ErrorKind::Operation, 4, SEGMENT),
        ("a:x..y", ErrorKind::Operation, 4, SEGMENT),
        ("a::x", ErrorKind::Operation, 2, SEGMENT),
        ("a:x:y", ErrorKind::Operation, 3, AFTER_SEGMENT),
        ("a:x,y", ErrorKind::Operation, 3, AFTER_SEGMENT),
        ("a:x_y", ErrorKind::Operation, 3, AFTER_SEGMENT),
        ("a:x/y", ErrorKind::Operation, 3, AFTER_SEGMENT),
        ("a:x\0", ErrorKind::Operation, 3, AFTER_SEGMENT),
        ("a:\u{e9}", ErrorKind::Operation, 2, SEGMENT),
        ("a:x\u{301}", ErrorKind::Operation, 3, AFTER_SEGMENT),
    ]);
}

#[test]
fn an_empty_tenant_is_invalid() {
    check(&[
        ("a:tenants:", ErrorKind::Tenant, 10, TENANT),
        ("a:tenants:,", ErrorKind::Tenant, 10, TENANT),
        ("a:tenants:,A", ErrorKind::Tenant, 10, TENANT),
        ("a:tenants:A,", ErrorKind::Tenant, 12, TENANT),
        ("a:tenants:A,,B", ErrorKind::Tenant, 12, TENANT),
        ("a:tenants:;d:x", ErrorKind::Tenant, 10, TENANT),
        ("a:tenants::A", ErrorKind::Tenant, 10, TENANT),
        ("a:tenants:A:B", ErrorKind::Tenant, 11, AFTER_TENANT),
        ("a:tenants:A/B", ErrorKind::Tenant, 11, AFTER_TENANT),
        ("a:tenants,A", ErrorKind::Operation, 9, AFTER_SEGMENT),
    ]);
}

#[test]
fn a_tenant_id_has_at_most_128_characters() {
    let longest = "T".repeat(128);
    assert!(Claim::parse(&format!("a:tenants:A,{longest};d:x")).is_ok());
    let error = Claim::parse(&format!("a:tenants:A,{longest}T")).unwrap_err();
    let expected = "a tenant id of at most 128 characters";
    assert_eq!((error.kind(), error.offset(), error.expected()), (ErrorKind::Tenant, 140, expected));
}

#[test]
fn a_tenant_id_twice_in_a_list_is_invalid() {
    const ONCE: &str = "a tenant id that is not listed yet";
    check(&[
        ("a:tenants:A,A", ErrorKind::DuplicateTenant, 12, ONCE),
        ("d:x;d:tenants:A,B,C,B,A", ErrorKind::DuplicateTenant, 20, ONCE),
        ("a:tenants:A,A,", ErrorKind::Tenant, 14, TENANT),
    ]);
    assert!(Claim::parse("a:tenants:A,a,A.B,A-B,A_B,AA").is_ok());
}

#[test]
fn more_than_one_tenant_rule_is_invalid() {
    const ONE: &str = "at most one tenant rule";
    check(&[
        ("a:tenants;a:tenants", ErrorKind::MultipleTenantRules, 10, ONE),
        ("a:tenants;a:x;d:tenants", ErrorKind::MultipleTenantRules, 14, ONE),
        ("a:tenants:A;a:tenants:B", ErrorKind::MultipleTenantRules, 12, ONE),
        ("d:tenants:A;a:tenants", ErrorKind::MultipleTenantRules, 12, ONE),
    ]);
}

#[test]
fn whether_a_target_exists_is_not_asked() {
    assert!(Claim::parse("a:liveness;d:x.y.z;a:tenants-of-mine;d:tenants.mine;a:-.--").is_ok());
}

#[test]
fn rules_keep_their_order_and_their_place() {
    let text = "d:workflow-api;a:tenants:B,A;a:workflow-api.rpc;a:workflow-api.rpc";
    let claim = Claim::parse(text).unwrap();
    let rules = claim.rules();
    let spelled: Vec<&str> = rules.iter().map(|rule| &text[rule.span.clone()]).collect();
    assert_eq!(spelled.join(";"), text);
    assert_eq!(rules[0].target, Target::Operation("workflow-api"));
    assert_eq!(rules[0].effect, Effect::Deny);
    let Target::Tenants(TenantRule::Only(list)) = rules[1].target else { panic!("a tenant list") };
    assert_eq!(list.iter().collect::<Vec<_>>(), ["B", "A"]);
    let operations: Vec<(Effect, &str)> = claim.operation_rules().collect();
    assert_eq!(operations.len(), 3);
    assert_eq!(operations[1], (Effect::Allow, "workflow-api.rpc"));
    assert_eq!(claim.operation_rule(2).unwrap().span, 48..66);
    assert_eq!(claim.operation_rule(3), None);
}

#[test]
fn a_claim_and_its_error_keep_the_text_out_of_logs() {
    let claim = Claim::parse("a:workflow-api;a:tenants:Secret").unwrap();
    assert_eq!(format!("{claim:?}"), "Claim { bytes: 31, operation_rules: 1, tenant_rule: true }");
    assert!(!format!("{:?}", claim.rules()).contains("Secret"));
    let error = Claim::parse("a:tenants:Secret,Secret").unwrap_err();
    let shown: String = format!("{error} {error:?}");
    assert!(!shown.contains("Secret"), "{shown}");
    assert_eq!(
        format!("{error}"),
        "repeated tenant id at byte 17: expected a tenant id that is not listed yet"
    );
}

#[test]
fn codes_are_stable() {
    let codes = [
        (ErrorKind::Missing, "missing"),
        (ErrorKind::TooLarge, "too_large"),
        (ErrorKind::EmptyRule, "empty_rule"),
        (ErrorKind::Effect, "effect"),
        (ErrorKind::Colon, "colon"),
        (ErrorKind::Operation, "operation"),
        (ErrorKind::Tenant, "tenant"),
        (ErrorKind::DuplicateTenant, "duplicate_tenant"),
        (ErrorKind::MultipleTenantRules, "multiple_tenant_rules"),
        (ErrorKind::UnknownTarget, "unknown_target"),
        (ErrorKind::UnknownTenant, "unknown_tenant"),
    ];
    for (kind, code) in codes {
        assert_eq!(kind.code(), code);
    }
}
