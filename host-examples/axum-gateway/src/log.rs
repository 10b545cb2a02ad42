//! Structured logs, to the standard error.

use std::io::stderr;

use tracing_subscriber::EnvFilter;

use crate::config;

/// Starts to write logs. `RUST_LOG` chooses what; without it, `info`.
pub fn start(log: config::Log) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    match log {
        config::Log::Json => {
            logs.json().flatten_event(true).with_current_span(true).with_span_list(false).init()
        }
        config::Log::Text => logs.init(),
    }
}
