//! Where the endpoints are, for callers that are told the address of the host only.

use serde_json::{Value, json};

use super::Surface;

/// Where callers look for it. An address with a path has that behind it.
pub(super) const PATH: &str = "/.well-known/authzen-configuration";

/// The metadata. Without an address in the policy, the one by which the caller came is told: it is
/// told to that caller alone.
pub(super) fn document(surface: &Surface, host: Option<&str>) -> Option<Value> {
    let url = match (&surface.url, host) {
        (Some(url), _) => url.clone(),
        (None, Some(host)) if is_this_machine(host) => format!("http://{host}"),
        (None, Some(host)) => format!("https://{host}"),
        (None, None) => return None,
    };
    Some(json!({
        "policy_decision_point": url,
        "access_evaluation_endpoint": format!("{url}/access/v1/evaluation"),
        "access_evaluations_endpoint": format!("{url}/access/v1/evaluations"),
    }))
}

/// The path of the policy's address.
pub(super) fn base_path(surface: &Surface) -> &str {
    let rest = surface.url.as_deref().and_then(|url| url.split_once("://")).map_or("", |(_, rest)| rest);
    rest.find('/').map_or("", |at| &rest[at..])
}

fn is_this_machine(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}
