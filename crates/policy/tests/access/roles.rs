//! Roles and the claim are gates of their own.

use portcullis_policy::{Credential, Policy};
use portcullis_wire::Reason;
use serde_json::{Value, json};

use super::{bearer, decided_for, policy};

const CLAIM: &str = "a:workflow-api";

fn reason(roles: &[&str], claim: &str, operation: &str) -> String {
    let policy = policy(json!({
        "roles": {
            "permissions": ["report:read", "report:write"],
            "roles": {
                "viewer": { "permissions": ["workflow:view", "report:read"] },
                "editor": { "permissions": ["workflow:edit"], "inherits": ["viewer"] },
                "admin": { "permissions": ["workflow:*"] },
                "auditor": { "permissions": ["*:view"] },
            },
        },
        "operations": {
            "workflow-api": { "permission": "workflow:view" },
            "workflow-api.rpc": { "permission": "workflow:edit" },
        },
    }));
    let principal = bearer(&policy, claim, roles);
    let request = json!({ "operation": operation });
    decided_for(&policy, Credential::Principal(&principal), request)["reason"].as_str().unwrap().into()
}

#[test]
fn every_requirement_that_covers_the_operation_binds() {
    assert_eq!(reason(&["viewer"], CLAIM, "workflow-api.liveness"), "ALLOWED");
    assert_eq!(reason(&["viewer"], CLAIM, "workflow-api.rpc.resume"), "ROLE_PERMISSION_MISSING");
    assert_eq!(reason(&["editor"], CLAIM, "workflow-api.rpc.resume"), "ALLOWED");
    assert_eq!(reason(&["admin"], CLAIM, "workflow-api.rpc.resume"), "ALLOWED");
    assert_eq!(reason(&["auditor"], CLAIM, "workflow-api.liveness"), "ALLOWED");
    assert_eq!(reason(&["auditor"], CLAIM, "workflow-api.rpc.resume"), "ROLE_PERMISSION_MISSING");
}

#[test]
fn the_answer_by_index_asks_the_same_gates() {
    let policy = policy(json!({
        "roles": { "roles": { "viewer": { "permissions": ["workflow:view"] } } },
        "operations": {
            "workflow-api": { "permission": "workflow:view" },
            "workflow-api.rpc": { "condition": "request.authenticated" },
        },
    }));
    let index = |id: &str| policy.catalog().operation(id).unwrap();
    let (liveness, resume) = (index("workflow-api.liveness"), index("workflow-api.rpc.resume"));
    let viewer = bearer(&policy, CLAIM, &["viewer"]);
    assert!(viewer.allows(&policy, liveness, None));
    assert!(!bearer(&policy, CLAIM, &[]).allows(&policy, liveness, None));
    // A condition cannot be judged without a request.
    assert!(!viewer.allows(&policy, resume, None));
    let request = json!({ "operation": "workflow-api.rpc.resume" });
    assert_eq!(decided_for(&policy, Credential::Principal(&viewer), request)["reason"], "ALLOWED");
}

#[test]
fn neither_gate_opens_the_other() {
    assert_eq!(reason(&["admin"], "d:workflow-api", "workflow-api.liveness"), "OPERATION_DENIED");
    assert_eq!(reason(&[], CLAIM, "workflow-api.liveness"), "ROLE_PERMISSION_MISSING");
    assert_eq!(reason(&["nobody knows"], CLAIM, "workflow-api.liveness"), "ROLE_PERMISSION_MISSING");
}

/// Some operations ask for more than a claim, or for nothing.
fn modes() -> Policy {
    policy(json!({
        "tenancy": { "mode": "multi", "tenants": ["A", "B"] },
        "roles": { "roles": { "viewer": { "permissions": ["workflow:view"] } } },
        "operations": {
            "workflow-api": { "authentication": "admin_only" },
            "workflow-api.rpc": { "authentication": "none" },
            "workflow-api.rpc.resume": { "authentication": "user_and_admin" },
            "workflow-api.rpc.create-instance": { "permission": "workflow:view" },
        },
    }))
}

const ADMIN: &str = r#"{ "admin_token": { "deployed_to": ["live"], "tenants": ["A"] } }"#;
const USER: &str = r#"{ "user": { "issued_at": 1, "last_used_at": 1, "tenants": ["A"] } }"#;

/// The answers of an operation to nobody, a claim that allows it, one that denies it, a user's session
/// and an administrator's API token.
fn answers(operation: &str, tenant: &str) -> [String; 5] {
    let policy = modes();
    let ask = |credential, facts: &str| {
        let facts: Value = serde_json::from_str(facts).unwrap();
        let request = json!({ "operation": operation, "tenant": tenant, "now": 2, "credential": facts });
        decided_for(&policy, credential, request)["reason"].as_str().unwrap().to_owned()
    };
    let allowed = bearer(&policy, "a:workflow-api;a:tenants:A", &[]);
    let denied = bearer(&policy, "d:workflow-api;a:tenants:A", &[]);
    [
        ask(Credential::Absent, "null"),
        ask(Credential::Principal(&allowed), "null"),
        ask(Credential::Principal(&denied), "null"),
        ask(Credential::Absent, USER),
        ask(Credential::Absent, ADMIN),
    ]
}

#[test]
fn the_nearest_entry_says_who_must_be_known() {
    let admin = "ADMIN_CREDENTIAL_REQUIRED";
    let required = "AUTHENTICATION_REQUIRED";
    assert_eq!(answers("workflow-api.liveness", "A"), [required, admin, admin, admin, "ALLOWED"]);
    assert_eq!(answers("workflow-api.rpc.delete-instance", "A"), ["ALLOWED"; 5]);
    assert_eq!(
        answers("workflow-api.rpc.resume", "A"),
        [required, "ALLOWED", "OPERATION_DENIED", "CLAIM_MISSING", "CLAIM_MISSING"]
    );
    // An entry that does not say it leaves it to the one above; what it asks binds whoever comes.
    assert_eq!(answers("workflow-api.rpc.create-instance", "A"), ["ROLE_PERMISSION_MISSING"; 5]);
    // Nobody is let in by a name that the catalog does not have.
    assert_eq!(answers("workflow-api.rpc.nothing", "A")[0], required);
}

#[test]
fn an_operation_that_asks_for_nobody_still_asks_for_the_tenant() {
    let open = "workflow-api.rpc.delete-instance";
    let denied = "TENANT_DENIED";
    assert_eq!(answers(open, "B"), ["ALLOWED", denied, denied, denied, denied]);
    assert_eq!(answers(open, "C"), ["TENANT_UNKNOWN"; 5]);
    assert_eq!(answers("workflow-api.liveness", "B")[4], denied);
}

#[test]
fn a_bad_credential_is_refused_where_none_is_needed() {
    let policy = modes();
    let request = || json!({ "operation": "workflow-api.rpc.delete-instance", "tenant": "A" });
    let refused = Credential::Refused(Reason::CredentialExpired);
    assert_eq!(decided_for(&policy, refused, request())["reason"], "CREDENTIAL_EXPIRED");
    let malformed = bearer(&policy, "nonsense", &[]);
    assert_eq!(
        decided_for(&policy, Credential::Principal(&malformed), request())["reason"],
        "CLAIM_MALFORMED"
    );
}

#[test]
fn the_answer_by_index_asks_who_must_be_known() {
    let policy = modes();
    let tenant = |id: &str| policy.tenancy().tenants().index(id);
    let allows = |claim: &str, id: &str| {
        let operation = policy.catalog().operation(id).unwrap();
        bearer(&policy, claim, &[]).allows(&policy, operation, tenant("A"))
    };
    assert!(!allows("a:workflow-api;a:tenants:A", "workflow-api.liveness"));
    assert!(allows("d:workflow-api;a:tenants:A", "workflow-api.rpc.delete-instance"));
    assert!(allows("a:workflow-api;a:tenants:A", "workflow-api.rpc.resume"));
    assert!(!allows("d:workflow-api;a:tenants:A", "workflow-api.rpc.resume"));
}
