//! What the guard module says of a URL.

use std::net::{IpAddr, SocketAddr};

use portcullis_wire::guard::{Allowance, GuardCall, WebhookReason, WebhookVerdict};
use serde_json::value::RawValue;
use url::Url;

use super::{WebhookError, net::Resolver};
use crate::{Error, Guards};

/// Where a request goes: all of it from the verdict.
pub(super) struct Target {
    /// The host, for TLS and the request.
    pub(super) host: String,
    pub(super) port: u16,
    /// The addresses that were checked, for the connection.
    pub(super) addresses: Vec<SocketAddr>,
}

/// Resolves the host of a URL, once, and asks whether a request may go to all that came of it.
pub(super) async fn target(
    guards: &Guards,
    resolver: &dyn Resolver,
    url: &Url,
    text: &str,
) -> Result<Target, WebhookError> {
    // First without addresses: a name that is not allowed is not even looked up, for a look-up tells
    // whoever answers it.
    let verdict = ask(guards, text, None)?;
    let verdict = match (verdict.verdict, verdict.reason) {
        // The host is an address.
        (Allowance::Allow, _) => verdict,
        (Allowance::Block, WebhookReason::NotResolved) => {
            let host = url.host_str().ok_or(WebhookError::Rejected(WebhookReason::HostInvalid))?;
            let addresses = resolver.resolve(host).await.map_err(|_| WebhookError::Lookup)?;
            let verdict = ask(guards, text, Some(&addresses))?;
            if verdict.verdict == Allowance::Allow && verdict.host.as_deref() != Some(host) {
                return Err(WebhookError::Rejected(WebhookReason::HostInvalid));
            }
            verdict
        }
        (Allowance::Block, reason) => return Err(WebhookError::Rejected(reason)),
    };
    if verdict.verdict == Allowance::Block {
        return Err(WebhookError::Rejected(verdict.reason));
    }
    let unclear = || Error::Contract("a verdict that allows names a host, a port and addresses");
    let (Some(host), Some(port)) = (verdict.host, verdict.port) else { return Err(unclear().into()) };
    let addresses: Result<Vec<_>, _> =
        verdict.connect.iter().map(|text| text.parse().map(|ip| SocketAddr::new(ip, port))).collect();
    let addresses = addresses.map_err(|_| unclear())?;
    if addresses.is_empty() { Err(unclear().into()) } else { Ok(Target { host, port, addresses }) }
}

fn ask(guards: &Guards, url: &str, addresses: Option<&[IpAddr]>) -> Result<WebhookVerdict, Error> {
    let addresses =
        addresses.map(|addresses| addresses.iter().map(|address| address.to_string().into()).collect());
    guards.with_session(|session| {
        let policy = session.policy();
        session.ask(&GuardCall::WebhookCheck::<&RawValue> { policy, url: url.into(), addresses })
    })
}
