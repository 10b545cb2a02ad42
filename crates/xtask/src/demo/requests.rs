//! The requests of the demo: each is there to show something.

use anyhow::Result;
use serde_json::{Value, json};

/// The claim of the clerk whom the demo follows.
pub(super) const CLAIM: &str = "d:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:workflow-api.search;a:tenants:TenantA,TenantB";

/// A request, and how the table shows it.
pub(super) struct Asked {
    pub(super) id: &'static str,
    pub(super) who: &'static str,
    pub(super) asked: String,
    pub(super) tenant: Option<&'static str>,
    pub(super) line: String,
}

/// All requests. `mint` gives a token for options of `portcullis token mint`.
pub(super) fn all(mint: impl Fn(&[&str]) -> Result<String>) -> Result<Vec<Asked>> {
    let clerk = mint(&["--subject", "ann", "--claim", CLAIM])?;
    let expired = mint(&["--subject", "ann", "--claim", CLAIM, "--now", "1000000000"])?;
    let reader = mint(&["--subject", "ben", "--allow", "workflow-api.data.schemes", "--tenants", "TenantA"])?;
    let forged = forge(&clerk);
    let resume = "POST /workflow-api/rpc/resume";
    let delete = "POST /workflow-api/rpc/delete-instance";
    let scheme = "GET /workflow-api/data/schemes/Order";
    Ok(vec![
        asked("clerk", resume, Some("TenantA"), "clerk", json!(clerk)),
        asked("exception", delete, Some("TenantA"), "clerk", json!(clerk)),
        asked("elsewhere", scheme, Some("TenantA"), "clerk", json!(clerk)),
        asked("reader", scheme, Some("TenantA"), "reader", json!(reader)),
        asked("spoofed", resume, Some("TenantC"), "clerk", json!(clerk)),
        asked("alias", resume, Some("TenantB.Logical"), "clerk", json!(clerk)),
        asked("unnamed", resume, None, "clerk", json!(clerk)),
        asked("anonymous", resume, Some("TenantA"), "anonymous", Value::Null),
        asked("forged", resume, Some("TenantA"), "forger", json!(forged)),
        asked("expired", resume, Some("TenantA"), "clerk, late", json!(expired)),
        asked("unknown", "GET /workflow-api/nope", Some("TenantA"), "clerk", json!(clerk)),
        asked("method", "GET /workflow-api/rpc/resume", Some("TenantA"), "clerk", json!(clerk)),
        asked("climbing", "POST /workflow-api/rpc/%2e%2e/designer", Some("TenantA"), "clerk", json!(clerk)),
    ])
}

fn asked(
    id: &'static str,
    request: &str,
    tenant: Option<&'static str>,
    who: &'static str,
    token: Value,
) -> Asked {
    let (method, path) = request.split_once(' ').unwrap_or((request, ""));
    let line = json!({ "id": id, "token": token, "method": method, "path": path, "tenant": tenant });
    Asked { id, who, asked: request.replace("/workflow-api/", "…/"), tenant, line: line.to_string() }
}

/// The same signature under a claim that allows everything.
fn forge(token: &str) -> String {
    let mut parts: Vec<&str> = token.split('.').collect();
    // {"iss":"https://issuer.test","aud":"workflow-api","exp":9999999999,"WorkflowApiPermissions":"a:workflow-api;a:tenants"}
    let payload = "eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjoid29ya2Zsb3ctYXBpIiwiZXhwIjo5OTk5OTk5OTk5LCJXb3JrZmxvd0FwaVBlcm1pc3Npb25zIjoiYTp3b3JrZmxvdy1hcGk7YTp0ZW5hbnRzIn0";
    if let Some(middle) = parts.get_mut(1) {
        *middle = payload;
    }
    parts.join(".")
}
