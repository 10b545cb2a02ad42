//! Limits of the client.

use std::time::Duration;

/// How webhooks are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookOptions {
    /// When an attempt is given up that has no connection yet: look-up, TCP and TLS. 5 seconds unless
    /// said otherwise.
    pub connect_timeout: Duration,
    /// When an attempt is given up, redirects included. 15 seconds unless said otherwise.
    pub timeout: Duration,
    /// When all attempts and the pauses between them are given up. One minute unless said otherwise.
    pub total_timeout: Duration,
    /// Most attempts. 3 unless said otherwise; 1: it is not tried again.
    pub max_attempts: u32,
    /// The pause after the first attempt, doubled after each. Half a second unless said otherwise.
    pub backoff: Duration,
    /// The longest pause of its own making; the receiver may ask for a longer one, within the total.
    /// 20 seconds unless said otherwise.
    pub max_backoff: Duration,
    /// Most redirects that are followed. None unless said otherwise.
    pub max_redirects: u32,
    /// Largest body to send. 1 MiB unless said otherwise.
    pub max_request_bytes: usize,
    /// How much of a body is read. 64 KiB unless said otherwise.
    pub max_response_bytes: usize,
    /// Most headers of a response. 64 unless said otherwise.
    pub max_response_headers: usize,
    /// Largest head of a response: at least 8 KiB. 16 KiB unless said otherwise.
    pub max_response_header_bytes: usize,
}

impl Default for WebhookOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(15),
            total_timeout: Duration::from_secs(60),
            max_attempts: 3,
            backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(20),
            max_redirects: 0,
            max_request_bytes: 1 << 20,
            max_response_bytes: 64 << 10,
            max_response_headers: 64,
            max_response_header_bytes: 16 << 10,
        }
    }
}
