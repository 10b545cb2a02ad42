//! What a receipt proves: decided again from the same, it is the same; from anything else, it is not.

use portcullis::{
    Credential, Engine, Error, Limits, Part, PolicySource, Session, changed,
    wire::{Decision, DecisionFacts, PrincipalFacts, Reason, Receipt, Request, Value, Values},
};
use serde_json::json;

use crate::shipped::{self, ENGINE};

const POLICY: &str = r#"{"portcullis": 1, "tenancy": {"mode": "multi", "tenants": ["A", "B"]},
    "declarations": {"user": {"id": "string"}}, "operations": {"workflow-api.liveness": {"condition": "user.id == 'u1'"}}}"#;
const CLAIM: &str = "a:workflow-api;a:tenants:A";
const NOW: f64 = 1_700_000_000.5;

fn session(policy: &str) -> Session {
    Session::new(&ENGINE, &PolicySource::from_json(policy).with_receipts(), None).unwrap()
}

fn request() -> Request<'static> {
    let user = Value::Object([("id".into(), Value::String("u1".into()))].into());
    Request {
        operation: Some("workflow-api.liveness".into()),
        tenant: Values::One("A".into()),
        user: Some(user.into()),
        ..Request::default()
    }
}

/// A decision on record.
fn recorded() -> (String, DecisionFacts<'static>) {
    let claim = Credential::Claim(Values::One(CLAIM.into()));
    let (decision, facts) = session(POLICY).authorize_recorded(&claim, &request(), NOW).unwrap();
    (decision.json().to_owned(), facts)
}

fn receipt(decision: &str) -> Receipt<'_> {
    serde_json::from_str::<Decision<'_>>(decision).unwrap().receipt.unwrap()
}

#[test]
fn a_decision_is_made_again_from_its_record_byte_for_byte() {
    let (decision, facts) = recorded();
    let stored = serde_json::to_string(&facts).unwrap();
    let facts: DecisionFacts<'_> = serde_json::from_str(&stored).unwrap();
    assert_eq!(session(POLICY).decide_from(&facts).unwrap().json(), decision);
    let receipt = receipt(&decision);
    assert!(decision.starts_with("{\"decision\":true,"));
    assert_eq!((receipt.module.as_ref(), receipt.now), (ENGINE.digest().to_string().as_str(), Some(NOW)));
}

#[test]
fn a_receipt_changes_nothing_else_in_a_decision() {
    let (decision, _) = recorded();
    let claim = Credential::Claim(Values::One(CLAIM.into()));
    let without = session(POLICY).authorize(&claim, &request(), NOW).unwrap();
    assert!(without.view().unwrap().receipt.is_none());
    let start = without.json().strip_suffix('}').unwrap();
    assert!(decision.starts_with(start) && decision[start.len()..].starts_with(",\"receipt\":{"));
}

#[test]
fn whatever_is_changed_is_named() {
    let (decision, facts) = recorded();
    let of = |policy: &str, facts: &DecisionFacts<'_>| {
        let again = session(policy).decide_from(facts).unwrap();
        let parts = changed(&receipt(&decision), &receipt(again.json()));
        (again.allowed(), parts)
    };
    assert_eq!(of(POLICY, &facts), (true, vec![]));
    let other = POLICY.replace("[\"A\", \"B\"]", "[\"A\"]");
    assert_eq!(of(&other, &facts), (true, vec![Part::Policy]));

    let claim = |text: &'static str| {
        let claim = Values::One(text.into());
        DecisionFacts { principal: Some(PrincipalFacts { claim, ..Default::default() }), ..facts.clone() }
    };
    assert_eq!(of(POLICY, &claim("a:workflow-api;a:tenants")), (true, vec![Part::Claim]));
    assert_eq!(of(POLICY, &claim("a:tenants:A")), (false, vec![Part::Claim]));

    let asked = |request: Request<'static>| DecisionFacts { request, ..facts.clone() };
    let later = Request { now: Some(NOW + 1.0), ..facts.request.clone() };
    assert_eq!(of(POLICY, &asked(later)), (true, vec![Part::Now]));
    let tenant = Request { tenant: Values::One("B".into()), ..facts.request.clone() };
    assert_eq!(of(POLICY, &asked(tenant)), (false, vec![Part::Facts]));
    let user = Value::Object([("id".into(), Value::String("u2".into()))].into());
    let user = Request { user: Some(user.into()), ..facts.request.clone() };
    assert_eq!(of(POLICY, &asked(user)), (false, vec![Part::Facts]));
    let refused =
        DecisionFacts { principal: None, refused: Some(Reason::CredentialExpired), ..facts.clone() };
    assert_eq!(of(POLICY, &refused), (false, vec![Part::Claim, Part::Facts]));
}

#[test]
fn the_decision_that_opens_a_filter_is_that_of_its_record() {
    const TYPED: &str = r#"{"portcullis": 1, "declarations": {"user": {"id": "string"}}, "types": {"order":
        {"fields": {"id": "string"}, "rules": [{"name": "all", "when": "true", "grant": {"find": true, "view": "all"}}]}}}"#;
    for (name, found) in [("order", true), ("nothing", false)] {
        let data = json!({ "type": name, "action": "search" });
        let text = json!({ "surface": "app", "origin": "internal", "now": NOW, "data": data }).to_string();
        let request: Request<'_> = serde_json::from_str(&text).unwrap();
        let mut session = session(TYPED);
        let (decision, filter) = session.open_filter(None, &request).unwrap();
        assert_eq!(filter.is_some(), found);
        let facts = DecisionFacts { principal: None, refused: None, request: request.clone() };
        assert_eq!(decision.json(), session.decide_from(&facts).unwrap().json());
        assert_eq!(receipt(decision.json()).now, Some(NOW));
        let mut plain = Session::new(&ENGINE, &PolicySource::from_json(TYPED), None).unwrap();
        assert!(plain.open_filter(None, &request).unwrap().0.view().unwrap().receipt.is_none());
    }
}

#[test]
fn another_module_is_named() {
    // A section that nobody reads makes other bytes of the same module.
    let mut bytes = shipped::wasm();
    bytes.extend_from_slice(b"\0\x02\x01x");
    let engine = Engine::from_wasm(&bytes, None, Limits::default()).unwrap();
    let (decision, facts) = recorded();
    let mut session = Session::new(&engine, &PolicySource::from_json(POLICY).with_receipts(), None).unwrap();
    let again = session.decide_from(&facts).unwrap();
    assert_eq!(changed(&receipt(&decision), &receipt(again.json())), [Part::Module]);
}

#[test]
fn a_record_holds_whom_a_token_names_and_never_the_token() {
    let source = shipped::policy(&["TenantA"]).with_receipts();
    let mut session = Session::new(&ENGINE, &source, Some(&shipped::jwks(1))).unwrap();
    let token = shipped::token(1, &json!({}));
    let bearer = Credential::Token(Some(&token));
    let request = shipped::request(shipped::OPERATION);
    let mut records = Vec::new();
    // The second time the token is remembered.
    for _ in 0..2 {
        let (decision, facts) = session.authorize_recorded(&bearer, &request, shipped::NOW).unwrap();
        assert!(decision.allowed());
        let stored = serde_json::to_string(&facts).unwrap();
        assert!(token.split('.').all(|part| !stored.contains(part) && !decision.json().contains(part)));
        records.push((decision.json().to_owned(), stored));
    }
    assert_eq!(records[0], records[1]);
    // Without the keys, and long after the token has ended.
    let facts: DecisionFacts<'_> = serde_json::from_str(&records[0].1).unwrap();
    let mut later = Session::new(&ENGINE, &source, None).unwrap();
    assert_eq!(later.decide_from(&facts).unwrap().json(), records[0].0);

    let (decision, facts) = session.authorize_recorded(&Credential::Token(Some("x")), &request, 1.0).unwrap();
    assert_eq!((facts.principal.is_none(), facts.refused), (true, Some(Reason::CredentialInvalid)));
    assert_eq!(later.decide_from(&facts).unwrap().json(), decision.json());
}

#[test]
fn a_policy_that_gives_no_receipts_says_so() {
    let (_, facts) = recorded();
    let mut session = Session::new(&ENGINE, &PolicySource::from_json(POLICY), None).unwrap();
    for _ in 0..2 {
        let refused = session.decide_from(&facts);
        assert!(matches!(refused, Err(Error::Refused(error)) if error.code == "CALL_MALFORMED"));
    }
    let claim = Credential::Claim(Values::One(CLAIM.into()));
    assert!(session.authorize_recorded(&claim, &request(), NOW).is_err());
    assert!(session.authorize(&claim, &request(), NOW).unwrap().allowed());
}
