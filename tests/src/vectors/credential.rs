//! Who asks.

use serde_json::{Map, Value, json};

use super::Case;

/// The time of cases that name none.
const NOW: f64 = 1_000_000_000.0;

/// The time of a case.
pub(super) fn now(case: &Case) -> f64 {
    case.request.get("now").and_then(Value::as_f64).unwrap_or(NOW)
}

/// Adds the credential of a case, and the user that it names, to the facts of a request.
pub(super) fn add(case: &Case, facts: &mut Map<String, Value>) {
    let Some(Value::Object(given)) = case.request.get("credential") else { return };
    let state = |known: bool| match given.get("state").and_then(Value::as_str) {
        None | Some("valid" | "active" | "ok") if known => "active",
        Some("expired") => "expired",
        Some("revoked") => "revoked",
        Some("logged_out" | "ended" | "sessions_ended") => "logged_out",
        _ => "unknown",
    };
    if given.get("kind").and_then(Value::as_str) == Some("admin_token") {
        // A token of which nothing else is said has been deployed everywhere.
        let branch = case.request.get("branch").cloned().unwrap_or_else(|| json!("live"));
        let deployed_to = given.get("deployed_to").cloned().unwrap_or_else(|| json!([branch]));
        let token = json!({ "state": state(true), "deployed_to": deployed_to });
        facts.insert("credential".into(), json!({ "admin_token": token }));
        return;
    }
    let user = given.get("user").and_then(Value::as_str).and_then(|id| case.users.get(id));
    // A session of which nothing else is said has just begun.
    let time = |name: &str| given.get(name).cloned().unwrap_or_else(|| json!(now(case)));
    let flag = |name: &str| given.get(name).and_then(Value::as_bool).unwrap_or(false);
    let session = json!({
        "state": state(user.is_some()),
        "issued_at": time("issued_at"),
        "last_used_at": time("last_used_at"),
        "keep_logged_in": flag("keep_logged_in"),
        "two_factor": flag("two_factor"),
    });
    facts.insert("credential".into(), json!({ "user": session }));
    if let Some(user) = user {
        facts.insert("user".into(), user.clone());
    }
}
