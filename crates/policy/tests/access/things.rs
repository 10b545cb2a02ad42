//! Things of types: exposure, and what rules grant.

use portcullis_policy::Policy;
use serde_json::{Value, json};

use super::{admin, decided, policy, reason, session, with};

fn of(constraints: &str) -> Policy {
    policy(json!({
        "surfaces": { "data_api": true, "constraints": constraints },
        "types": {
            "order": {
                "exposed": true,
                "fields": {
                    "id": { "type": "string", "written": "never" },
                    "creator": { "type": "string", "written": "creator" },
                    "status": "string",
                    "secret": "string",
                    "slug": { "type": "string", "always_constrainable": true },
                    "cart": "object",
                },
                "rules": [
                    { "name": "owner", "when": "has(user.id) && resource.creator == user.id",
                      "grant": { "find": true, "view": "all", "files": true, "autobind": ["status", "creator"],
                                 "create": true, "modify": true, "delete": true } },
                    { "name": "staff", "when": "has(user.staff) && user.staff",
                      "grant": { "find": true, "view": ["status", "secret"] } },
                ],
                "everyone_else": { "find": true, "view": ["status"] },
            },
            "note": { "exposed": true, "fields": { "text": "string" } },
            "draft": { "fields": { "text": "string" }, "everyone_else": { "find": true, "view": "all" } },
        },
        "declarations": { "user": { "id": "string", "staff": "bool" } },
    }))
}

fn order() -> Value {
    json!({ "id": "o1", "creator": "u", "status": "open", "secret": "s", "slug": "x" })
}

fn api(method: &str, user: Option<&str>, data: Value) -> Value {
    let request = json!({ "surface": "data_api", "method": method, "now": 1_000, "data": with(json!({ "type": "order" }), data) });
    match user {
        None => request,
        Some("admin") => with(request, json!({ "credential": admin() })),
        Some(id) => with(request, json!({ "credential": session(), "user": { "id": id } })),
    }
}

fn one(method: &str, user: Option<&str>, body: Value) -> Value {
    api(method, user, json!({ "id": "o1", "record": order(), "body": body }))
}

#[test]
fn nothing_is_exposed_unless_it_says_so() {
    let open = of("strict");
    assert_eq!(reason(&policy(json!({})), one("GET", None, json!(null))), "DATA_API_DISABLED");
    for name in ["draft", "nothing"] {
        let asked = api("GET", Some("admin"), json!({ "type": name }));
        assert_eq!(reason(&open, asked), "TYPE_NOT_EXPOSED");
    }
    // A type without rules grants nobody anything.
    assert_eq!(reason(&open, api("GET", Some("u"), json!({ "type": "note" }))), "SEARCH_NOT_ALLOWED");
    let note = api("GET", Some("u"), json!({ "type": "note", "id": "1", "record": { "text": "x" } }));
    assert_eq!(reason(&open, note), "NOT_FOUND");
}

#[test]
fn rules_that_match_unite_and_everyone_else_is_for_whom_none_does() {
    let open = of("strict");
    let fields = |user: Option<&str>, facts: Value| {
        let asked = with(one("GET", user, json!(null)), facts);
        decided(&open, asked)["data_scope"]["fields"].clone()
    };
    assert_eq!(fields(Some("u"), json!({})), json!(["creator", "id", "secret", "slug", "status"]));
    assert_eq!(fields(Some("v"), json!({})), json!(["status"]));
    assert_eq!(fields(None, json!({})), json!(["status"]));
    assert_eq!(
        fields(Some("v"), json!({ "user": { "id": "v", "staff": true } })),
        json!(["secret", "status"])
    );
    assert_eq!(fields(Some("admin"), json!({})), json!(["creator", "id", "secret", "slug", "status"]));
}

#[test]
fn a_decision_tells_which_rules_matched() {
    let open = of("strict");
    let rules = |asked: Value| decided(&open, asked)["data_scope"].get("rules").cloned();
    let staff = |user: &str| json!({ "user": { "id": user, "staff": true } });
    assert_eq!(rules(one("GET", Some("u"), json!(null))), Some(json!(["owner"])));
    assert_eq!(rules(with(one("GET", Some("u"), json!(null)), staff("u"))), Some(json!(["owner", "staff"])));
    assert_eq!(rules(one("GET", Some("v"), json!(null))), Some(json!([])));
    assert_eq!(rules(one("PATCH", Some("u"), json!({ "status": "x" }))), Some(json!(["owner"])));
    // No rule is asked of an administrator, none of a search, and a denial tells nothing of the data.
    assert_eq!(rules(one("GET", Some("admin"), json!(null))), None);
    assert_eq!(rules(api("GET", Some("u"), json!({}))), None);
    assert_eq!(rules(one("DELETE", Some("v"), json!(null))), None);
}

#[test]
fn a_rule_that_cannot_be_judged_grants_nothing_to_anyone() {
    let open = of("strict");
    // The owner's rule reads a field that is empty, and everyone else would see the status.
    let asked = api("GET", Some("v"), json!({ "id": "o1", "record": { "id": "o1", "status": "open" } }));
    assert_eq!(reason(&open, asked), "CONDITION_ERROR");
}

#[test]
fn one_field_is_visible_or_hidden() {
    let open = of("strict");
    let field = |user: &str, field: &str| {
        reason(&open, api("GET", Some(user), json!({ "id": "o1", "record": order(), "field": field })))
    };
    assert_eq!(field("v", "status"), "ALLOWED");
    assert_eq!(field("v", "secret"), "FIELD_HIDDEN");
    assert_eq!(field("v", "nothing"), "FIELD_HIDDEN");
}

#[test]
fn a_change_must_be_granted_before_and_after() {
    let open = of("strict");
    let change = |method: &str, user: Option<&str>, body: Value| {
        let decision = decided(&open, one(method, user, body));
        (decision["reason"].as_str().unwrap().to_owned(), decision["status"].as_u64().unwrap())
    };
    let said = |reason: &str, status: u64| (reason.to_owned(), status);
    assert_eq!(change("PATCH", Some("u"), json!({ "status": "done" })), said("ALLOWED", 204));
    assert_eq!(change("PATCH", Some("v"), json!({ "status": "done" })), said("MODIFY_DENIED", 401));
    assert_eq!(change("PATCH", None, json!({ "status": "done" })), said("MODIFY_DENIED", 401));
    assert_eq!(change("PATCH", Some("u"), json!({ "creator": "v" })), said("MODIFY_SELF_LOCKOUT", 401));
    assert_eq!(change("PATCH", Some("admin"), json!({ "creator": "v" })), said("MODIFY_DENIED", 401));
    assert_eq!(change("PATCH", Some("u"), json!({ "id": "o2" })), said("FIELD_UNKNOWN", 400));
    assert_eq!(change("PATCH", Some("u"), json!({ "nothing": 1 })), said("FIELD_UNKNOWN", 400));
    // Replaced, the creator stays.
    assert_eq!(change("PUT", Some("u"), json!({ "status": "x" })), said("ALLOWED", 204));
    assert_eq!(change("DELETE", Some("u"), json!(null)), said("ALLOWED", 204));
    assert_eq!(change("DELETE", Some("v"), json!(null)), said("DELETE_DENIED", 401));
    let missing = api("DELETE", Some("u"), json!({ "id": "o9" }));
    assert_eq!(reason(&open, missing), "NOT_FOUND");
}

#[test]
fn what_is_made_is_judged_as_it_will_be() {
    let open = of("strict");
    let made = |user: Option<&str>, body: Value| reason(&open, api("POST", user, json!({ "body": body })));
    assert_eq!(made(Some("u"), json!({ "status": "new" })), "ALLOWED");
    assert_eq!(made(Some("u"), json!({ "creator": "u" })), "ALLOWED");
    assert_eq!(made(Some("u"), json!({ "creator": "v" })), "CREATE_DENIED");
    let decision = decided(
        &open,
        api("POST", Some("u"), json!({ "body": [{ "creator": "u" }, { "creator": "v" }, 1] })),
    );
    assert_eq!(decision["data_scope"]["created"], json!([0]));
    assert_eq!(decision["data_scope"]["rejected"], json!([1, 2]));
    let many: Vec<Value> = (0..1_001).map(|_| json!({})).collect();
    assert_eq!(made(Some("u"), json!(many)), "INPUT_TOO_LARGE");
}

#[test]
fn a_search_is_not_narrowed_by_what_it_might_hide() {
    let search = |mode: &str, user: Value, field: &str, page_defined: bool| {
        let constraints = json!([{ "field": field, "page_defined": page_defined }]);
        let asked =
            with(api("GET", Some("u"), json!({ "constraints": constraints })), json!({ "user": user }));
        decided(&of(mode), asked)
    };
    let (user, staff) = (json!({ "id": "u" }), json!({ "id": "u", "staff": true }));
    let said = |decision: Value| decision["reason"].as_str().unwrap().to_owned();
    assert_eq!(said(search("strict", user.clone(), "status", false)), "ALLOWED");
    // The owner sees it; of other things it is hidden, and those are found, too.
    let refused = search("strict", user.clone(), "secret", false);
    assert_eq!(refused["trace"].as_array().unwrap().last().unwrap()["detail"], "secret");
    assert_eq!(said(refused), "CONSTRAINT_NOT_ALLOWED");
    assert_eq!(said(search("strict", staff, "secret", false)), "ALLOWED");
    assert_eq!(said(search("strict", user.clone(), "slug", false)), "ALLOWED");
    assert_eq!(said(search("strict", user.clone(), "nothing", false)), "CONSTRAINT_NOT_ALLOWED");
    assert_eq!(said(search("automatic", user.clone(), "secret", false)), "CONSTRAINT_NOT_ALLOWED");
    assert_eq!(said(search("automatic", user.clone(), "secret", true)), "ALLOWED");
    assert_eq!(said(search("off", user, "secret", false)), "ALLOWED");
}

#[test]
fn files_and_bindings_are_granted_apart() {
    let open = of("strict");
    let app = |user: &str, data: Value| {
        reason(&open, with(api("GET", Some(user), data), json!({ "surface": "app", "method": null })))
    };
    let on = |action: &str, field: &str| json!({ "action": action, "record": order(), "field": field });
    assert_eq!(app("u", on("file", "status")), "ALLOWED");
    assert_eq!(app("v", on("file", "status")), "FILE_DENIED");
    assert_eq!(app("u", on("autobind", "status")), "ALLOWED");
    assert_eq!(app("u", on("autobind", "secret")), "AUTOBIND_DENIED");
    assert_eq!(app("u", on("autobind", "creator")), "AUTOBIND_DENIED");
    assert_eq!(app("v", on("autobind", "status")), "AUTOBIND_DENIED");
    assert_eq!(app("u", on("delete", "status")), "REQUEST_MALFORMED");
}

#[test]
fn data_of_which_fields_are_classified_comes_with_the_rules_to_mask_them() {
    let sections = json!({
        "types": { "order": {
            "exposed": true, "fields": { "id": "string", "email": "string", "card": "string" },
            "rules": [{ "name": "all", "when": "true", "grant": { "find": true, "view": "all" } }],
        } },
        "surfaces": { "data_api": true },
        "masking": { "fields": [
            { "name": "email", "level": "confidential", "strategy": "hash" },
            { "name": "id", "level": "internal" },
            { "pointer": "/card", "strategy": "last_four" },
        ], "detect": [{ "kind": "iban" }] },
    });
    let search = json!({ "surface": "app", "data": { "type": "order", "action": "search" } });
    let decision = decided(&policy(sections.clone()), search.clone());
    let rules = json!([{ "name": "email", "strategy": "hash" }, { "pointer": "/card", "strategy": "last_four" },
            { "detect": "iban", "strategy": "fixed" }]);
    assert_eq!(decision["obligations"], json!([{ "mask": rules }]));

    let mut open = sections.clone();
    open["masking"]["hide_from"] = "internal".into();
    let decision = decided(&policy(open), search.clone());
    assert_eq!(decision["obligations"][0]["mask"].as_array().unwrap().len(), 4);
    let mut none = sections;
    none["masking"] = json!({});
    assert_eq!(decided(&policy(none), search)["obligations"], Value::Null);
}
