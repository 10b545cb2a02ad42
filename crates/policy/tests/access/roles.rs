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
fn neither_gate_opens_the_other() {
    assert_eq!(reason(&["admin"], "d:workflow-api", "workflow-api.liveness"), "OPERATION_DENIED");
    assert_eq!(reason(&[], CLAIM, "workflow-api.liveness"), "ROLE_PERMISSION_MISSING");
    assert_eq!(reason(&["nobody knows"], CLAIM, "workflow-api.liveness"), "ROLE_PERMISSION_MISSING");
}
