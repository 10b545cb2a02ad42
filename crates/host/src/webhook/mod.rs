//! Sends webhooks where the guard module allows it, and nowhere else.
//!
//! ```text
//! URL ─► verdict ─► look-up ─► verdict ─► connection ─► TLS ─► exchange ─► response
//!        the URL    once       the URL    to a checked  the    limits      or again, after
//!                              and all    address       host               a pause
//!                              addresses                proved
//! ```
//!
//! 1. The host is looked up once for an attempt. All that came of it is checked, and the connection goes
//!    to an address of the verdict: below it nothing takes a name, and no proxy is asked.
//! 2. A redirect is followed only where [`WebhookOptions::max_redirects`] says so, if it keeps method and
//!    body (307, 308), and by the same path from the start. Another origin gets no credential, no
//!    signature and no header but the type of the body.
//! 3. TLS is verified, for the host of the URL. There is no way to switch that off.
//! 4. It is tried again where the receiver cannot have acted: no connection, 429, 503. Where it may have
//!    (a connection that broke, 502, 504) only with [`WebhookRequest::idempotency_key`].
//! 5. No URL, header, body or secret is in an error or in `Debug`.
//!
//! Whatever the last status was, it is a response: whether that is a success is the caller's to say.

mod auth;
mod error;
mod exchange;
mod net;
mod options;
mod request;
mod retry;
mod sign;
mod tls;
mod verdict;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::{HeaderMap, HeaderValue, StatusCode, header};
use portcullis_wire::guard::WebhookReason;
use rustls::ClientConfig;
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

pub use auth::{Credential, WebhookAuth};
pub use error::{Stage, WebhookError};
pub use net::{Connector, DirectConnector, NetFuture, Resolver, SystemResolver};
pub use options::WebhookOptions;
pub use request::{WebhookRequest, WebhookResponse};
pub use tls::Trust;

use self::{
    exchange::{Message, Reply},
    request::IDEMPOTENCY_KEY,
};
use crate::{Error, Guards};

/// Sends webhooks. One for a process; any number of tasks at once.
pub struct WebhookClient {
    guards: Arc<Guards>,
    options: WebhookOptions,
    resolver: Box<dyn Resolver>,
    connector: Box<dyn Connector>,
    tls: Arc<ClientConfig>,
}

impl WebhookClient {
    /// A client that asks this module, and trusts whom the system trusts.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the system's certificates cannot be used.
    pub fn new(guards: Arc<Guards>, options: WebhookOptions) -> Result<Self, Error> {
        let tls = tls::configuration(&Trust::System)?;
        Ok(Self {
            guards,
            options,
            resolver: Box::new(SystemResolver),
            connector: Box::new(DirectConnector),
            tls,
        })
    }

    /// With another resolver.
    #[must_use]
    pub fn with_resolver(mut self, resolver: impl Resolver + 'static) -> Self {
        self.resolver = Box::new(resolver);
        self
    }

    /// With another way to connect to an address that was checked.
    #[must_use]
    pub fn with_connector(mut self, connector: impl Connector + 'static) -> Self {
        self.connector = Box::new(connector);
        self
    }

    /// With others to trust: a certificate authority of one's own.
    ///
    /// # Errors
    /// [`Error::Configuration`] if a certificate cannot be used.
    pub fn with_trust(mut self, trust: &Trust) -> Result<Self, Error> {
        self.tls = tls::configuration(trust)?;
        Ok(self)
    }

    /// Sends a request, and again where that is safe. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// That of the last attempt.
    pub async fn send(&self, request: &WebhookRequest) -> Result<WebhookResponse, WebhookError> {
        request.check(self.options.max_request_bytes)?;
        let repeatable = request.idempotency_key.is_some();
        let id = match &request.idempotency_key {
            Some(key) => key.clone(),
            None => sign::new_id()?,
        };
        let deadline = Instant::now() + self.options.total_timeout;
        let mut attempt = 1;
        loop {
            let outcome = self.attempt(request, &id, deadline).await;
            let (again, asked) = match &outcome {
                Ok(reply) => (
                    retry::is_transient(reply.status, repeatable),
                    retry::retry_after(&reply.headers, SystemTime::now()),
                ),
                Err(error) => (error.is_transient(repeatable), None),
            };
            let pause = retry::backoff(&self.options, attempt).max(asked.unwrap_or_default());
            let in_time = Instant::now().checked_add(pause).is_some_and(|next| next < deadline);
            if !again || attempt >= self.options.max_attempts || !in_time {
                let Reply { status, headers, body, is_cut } = outcome?;
                return Ok(WebhookResponse { status, headers, body, is_cut, attempts: attempt });
            }
            sleep(pause).await;
            attempt += 1;
        }
    }

    /// One attempt, with the redirects that it follows.
    async fn attempt(
        &self,
        request: &WebhookRequest,
        id: &str,
        deadline: Instant,
    ) -> Result<Reply, WebhookError> {
        let deadline = deadline.min(Instant::now() + self.options.timeout);
        let mut text = request.url.clone();
        let mut origin = None;
        for _ in 0..=self.options.max_redirects {
            // What the verdict says of it comes first; this is only how to read it.
            let url = Url::parse(&text).map_err(|_| WebhookError::Rejected(WebhookReason::HostInvalid))?;
            let here = url.origin();
            let is_first = *origin.get_or_insert_with(|| here.clone()) == here;
            let reply = self.hop(request, id, &url, &text, is_first, deadline).await?;
            if !reply.status.is_redirection() || reply.status == StatusCode::NOT_MODIFIED {
                return Ok(reply);
            }
            text = follow(&url, &reply)?;
        }
        Err(WebhookError::Redirect)
    }

    async fn hop(
        &self,
        request: &WebhookRequest,
        id: &str,
        url: &Url,
        text: &str,
        is_first: bool,
        deadline: Instant,
    ) -> Result<Reply, WebhookError> {
        let connect_by = deadline.min(Instant::now() + self.options.connect_timeout);
        let connecting = async {
            let target = verdict::target(&self.guards, &*self.resolver, url, text).await?;
            // A password in a URL is in every log on the way: there is `credential` for it.
            if !url.username().is_empty() || url.password().is_some() {
                return Err(WebhookError::Request("the URL holds a credential"));
            }
            let stream = exchange::connect(&*self.connector, &self.tls, &target).await?;
            Ok((target, stream))
        };
        let (target, stream) = timeout_at(connect_by, connecting)
            .await
            .map_err(|_| WebhookError::Timeout(Stage::Connecting))??;
        let headers = headers(request, id, is_first)?;
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let message = Message { method: &request.method, path, headers, body: &request.body };
        timeout_at(deadline, exchange::exchange(stream, &target, message, &self.options))
            .await
            .map_err(|_| WebhookError::Timeout(Stage::Exchanging))?
    }
}

/// What is sent: to the origin that was asked for, everything.
fn headers(request: &WebhookRequest, id: &str, is_first: bool) -> Result<HeaderMap, WebhookError> {
    let mut headers = HeaderMap::new();
    let agent = HeaderValue::from_static(concat!("portcullis/", env!("CARGO_PKG_VERSION")));
    headers.insert(header::USER_AGENT, agent);
    if !is_first {
        headers
            .extend(request.headers.get(header::CONTENT_TYPE).map(|it| (header::CONTENT_TYPE, it.clone())));
        return Ok(headers);
    }
    headers.extend(request.headers.clone());
    if let Some(key) = &request.idempotency_key {
        let key = HeaderValue::try_from(key)
            .map_err(|_| WebhookError::Request("the idempotency key does not fit a header"))?;
        headers.insert(IDEMPOTENCY_KEY, key);
    }
    if let Some(credential) = &request.credential {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
        credential.prove(&mut headers, id, now, &request.body)?;
    }
    Ok(headers)
}

/// Where a redirect leads, as text for the verdict.
fn follow(from: &Url, reply: &Reply) -> Result<String, WebhookError> {
    // The others turn a request into another one.
    if !matches!(reply.status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT) {
        return Err(WebhookError::Redirect);
    }
    let location = reply.headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
    // What the parser would drop or repair, the verdict would not see any more.
    let location = location
        .filter(|text| !text.chars().any(|char| char == '\\' || char.is_control() || char.is_whitespace()))
        .ok_or(WebhookError::Redirect)?;
    Ok(from.join(location).map_err(|_| WebhookError::Redirect)?.into())
}

impl fmt::Debug for WebhookClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookClient").field("options", &self.options).finish_non_exhaustive()
    }
}
