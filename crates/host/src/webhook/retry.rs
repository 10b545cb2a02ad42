//! When to try again, and after how long.

use std::time::{Duration, SystemTime};

use aws_lc_rs::rand;
use http::{HeaderMap, StatusCode, header::RETRY_AFTER};

use super::WebhookOptions;

/// Whether a status asks for another attempt that cannot make the receiver act twice. `repeatable`:
/// it may receive the request twice.
pub(super) fn is_transient(status: StatusCode, repeatable: bool) -> bool {
    match status {
        // By their meaning the receiver did not take the request.
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => true,
        // Somebody on the way speaks: the receiver may have acted.
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => repeatable,
        _ => false,
    }
}

/// How long to wait after this attempt, the first being 1: twice as long each time, of which up to a
/// half is taken away at random so that senders do not come back together.
pub(super) fn backoff(options: &WebhookOptions, attempt: u32) -> Duration {
    let doubled = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
    let longest = options.backoff.saturating_mul(doubled).min(options.max_backoff);
    let mut random = [0; 4];
    // Without random bytes the longest it is.
    let _ = rand::fill(&mut random);
    let part = f64::from(u32::from_be_bytes(random)) / f64::from(u32::MAX);
    longest.mul_f64(1.0 - part / 2.0)
}

/// What the receiver asks for: seconds, or a date.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_limit_and_are_spread() {
        let second = Duration::from_secs(1);
        let options =
            WebhookOptions { backoff: second, max_backoff: 5 * second, ..WebhookOptions::default() };
        for (attempt, longest) in [(1, 1), (2, 2), (3, 4), (4, 5), (40, 5)] {
            let delays: Vec<_> = (0..64).map(|_| backoff(&options, attempt)).collect();
            let longest = longest * second;
            assert!(delays.iter().all(|delay| (longest / 2..=longest).contains(delay)), "{attempt}");
            assert!(delays.iter().any(|delay| delay != &delays[0]), "{attempt}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:30 GMT").unwrap();
        let read =
            |value: &str| retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]), now);
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(7)));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:07 GMT"), Some(Duration::ZERO));
        assert_eq!(read("soon"), None);
        assert_eq!(read("-1"), None);
    }

    #[test]
    fn only_what_was_not_acted_on_is_sent_again_without_a_key() {
        let codes = |repeatable| {
            (100..600)
                .filter(|&code| is_transient(StatusCode::from_u16(code).unwrap(), repeatable))
                .collect::<Vec<_>>()
        };
        assert_eq!(codes(false), [429, 503]);
        assert_eq!(codes(true), [429, 502, 503, 504]);
    }
}
