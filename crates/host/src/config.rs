//! The limits of a sandbox.

use std::time::Duration;

/// What one instance of the module may use, and how many there may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory of one instance, in bytes. 256 MiB unless said otherwise: a policy of 100,000
    /// operations and as many tenants needs about a third of it.
    pub memory_bytes: usize,
    /// Time of one call. One second unless said otherwise; it is kept to 10 ms.
    pub call_time: Duration,
    /// Longest input of one call, in bytes; the module itself takes at most 32 MiB.
    pub input_bytes: usize,
    /// Longest answer to one call, in bytes.
    pub output_bytes: usize,
    /// Most instances at once. Twice the processors unless said otherwise.
    pub instances: usize,
    /// Verified tokens that each instance remembers, at most 32,768.
    pub cached_tokens: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            memory_bytes: 256 << 20,
            call_time: Duration::from_secs(1),
            input_bytes: 32 << 20,
            output_bytes: 64 << 20,
            instances: processors.saturating_mul(2),
            cached_tokens: 4096,
        }
    }
}
