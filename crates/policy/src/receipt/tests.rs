use alloc::format;

use portcullis_receipt::claim as digest;
use portcullis_wire::{PrincipalFacts, Receipt, Request, Value, Values};

use crate::{ClaimValue, Credential, Identity, Policy, Principal, load};

const MODULE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const POLICY: &str = r#"{"portcullis": 1, "tenancy": {"mode": "multi", "tenants": ["A", "B"]}}"#;
const CLAIM: &str = "a:workflow-api;a:tenants:A";

fn policy(text: &str) -> Policy {
    let mut policy = load(text, None).unwrap();
    assert!(policy.give_receipts(MODULE, text, None));
    policy
}

fn request(now: f64) -> Request<'static> {
    Request {
        operation: Some("workflow-api.liveness".into()),
        tenant: Values::One("A".into()),
        now: Some(now),
        ..Request::default()
    }
}

/// The receipt with everything in it.
fn receipt(policy: &Policy, facts: &PrincipalFacts<'_>, request: Request<'_>) -> Receipt<'static> {
    let principal = Principal::recorded(policy, facts);
    policy.receipt(Credential::Principal(&principal), &request).unwrap().to_static()
}

fn ann() -> PrincipalFacts<'static> {
    PrincipalFacts { claim: Values::One(CLAIM.into()), subject: Some("ann".into()), ..Default::default() }
}

#[test]
fn a_policy_that_is_only_written_otherwise_has_the_same_digest() {
    let other = "{\"tenancy\":{\"tenants\":[\"A\",\"B\"],\n\"mode\":\"multi\"},\"portcullis\":1}";
    let of = |text: &str| receipt(&policy(text), &ann(), request(1.0)).policy;
    assert_eq!(of(POLICY), of(other));
    assert_ne!(of(POLICY), of(&POLICY.replace("\"B\"", "\"C\"")));
}

#[test]
fn a_catalog_beside_the_policy_is_a_part_of_it() {
    let document = r#"{"portcullis": 1, "catalog": {"file": "catalog.json"}}"#;
    let catalog = r#"{"root": "shop", "operations": [{"id": "shop.list"}]}"#;
    let of = |catalog: &str| {
        let mut policy = load(document, Some(catalog)).unwrap();
        assert!(policy.give_receipts(MODULE, document, Some(catalog)));
        policy.receipt(Credential::Absent, &request(1.0)).unwrap().policy.into_owned()
    };
    assert_eq!(of(catalog), of(&catalog.replace(' ', "")));
    assert_ne!(of(catalog), of(&catalog.replace("list", "make")));
}

#[test]
fn each_part_has_the_digest_of_its_own() {
    let policy = policy(POLICY);
    let first = receipt(&policy, &ann(), request(1.0));
    assert_eq!(first.module, MODULE);
    assert_eq!(first.claim.as_deref(), Some(digest(CLAIM).as_str()));
    assert_eq!(first, receipt(&policy, &ann(), request(1.0)));

    let later = receipt(&policy, &ann(), request(2.0));
    assert_eq!(later, Receipt { now: Some(2.0), ..first.clone() });

    let claim = PrincipalFacts { claim: Values::One("a:workflow-api".into()), ..ann() };
    let claim = receipt(&policy, &claim, request(1.0));
    assert_eq!(claim, Receipt { claim: claim.claim.clone(), ..first.clone() });
    assert_ne!(claim.claim, first.claim);

    let user = |id: &'static str| {
        let user = Value::Object([("id".into(), Value::String(id.into()))].into());
        Request { user: Some(user.into()), ..request(1.0) }
    };
    let facts = [
        receipt(&policy, &PrincipalFacts { subject: Some("bob".into()), ..ann() }, request(1.0)),
        receipt(&policy, &PrincipalFacts { roles: ["editor".into()].into(), ..ann() }, request(1.0)),
        receipt(&policy, &PrincipalFacts { expires: Some(9.0), ..ann() }, request(1.0)),
        receipt(&policy, &ann(), Request { tenant: Values::One("B".into()), ..request(1.0) }),
        receipt(&policy, &ann(), user("u1")),
        receipt(&policy, &ann(), user("u2")),
    ];
    for (at, one) in facts.iter().enumerate() {
        assert_eq!(*one, Receipt { facts: one.facts.clone(), ..first.clone() });
        assert_ne!(one.facts, first.facts);
        assert!(facts.iter().skip(at + 1).all(|other| other.facts != one.facts), "{at}");
    }
}

#[test]
fn nobody_and_a_refused_credential_differ() {
    let policy = policy(POLICY);
    let of = |credential| policy.receipt(credential, &request(1.0)).unwrap().facts.into_owned();
    let (absent, expired, invalid) = (
        of(Credential::Absent),
        of(Credential::Refused(portcullis_wire::Reason::CredentialExpired)),
        of(Credential::Refused(portcullis_wire::Reason::CredentialInvalid)),
    );
    assert!(absent != expired && absent != invalid && expired != invalid);
    let known = r#"{"credential":null,"request":{"operation":"workflow-api.liveness","tenant":"A"}}"#;
    assert_eq!(absent, digest(known));
}

#[test]
fn receipts_are_given_only_where_the_module_is_named() {
    let mut policy = load(POLICY, None).unwrap();
    assert!(policy.receipt(Credential::Absent, &request(1.0)).is_none());
    for module in ["", "0123", &MODULE.to_uppercase(), &MODULE.replace('0', "x")] {
        assert!(!policy.give_receipts(module, POLICY, None), "{module}");
    }
    assert!(policy.receipt(Credential::Absent, &request(1.0)).is_none());
}

#[test]
fn principals_are_made_again_from_what_is_told_of_them() {
    let policy = policy(POLICY);
    let long = format!("a:workflow-api;a:tenants:{}", "é".repeat(50_000));
    let claims = [
        ClaimValue::Missing,
        ClaimValue::Several,
        ClaimValue::WrongType,
        ClaimValue::One(CLAIM),
        ClaimValue::One(""),
        ClaimValue::One("a:workflow-api;;"),
        ClaimValue::One("a:workflow-api.nothing"),
        ClaimValue::One(&long),
    ];
    for claim in claims {
        let identity = Identity { issuer: Some("i"), subject: Some("s"), expires: Some(5.0) };
        let first = Principal::new(&policy, claim, ["editor".into()].into(), identity);
        let again = Principal::recorded(&policy, &first.facts());
        let view = |principal| {
            serde_json::to_string(
                &crate::decide(&policy, Credential::Principal(principal), &request(1.0)).view(),
            )
        };
        assert_eq!(view(&first).unwrap(), view(&again).unwrap());
        assert_eq!(first.facts(), again.facts());
    }
}
