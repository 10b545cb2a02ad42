//! Roles and the claim are gates of their own.

use portcullis_policy::Credential;
use serde_json::json;

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
