//! Time, size and attempts have an end.

use std::time::{Duration, Instant};

use portcullis::webhook::{Stage, WebhookError, WebhookOptions};

use crate::support::{OK, PUBLIC, SILENCE, quick, request, scene};

#[tokio::test]
async fn a_server_that_is_silent_is_given_up_and_not_asked_again() {
    let options = WebhookOptions { timeout: Duration::from_millis(300), ..quick() };
    let scene = scene(&[SILENCE], &[&[PUBLIC]], options).await;
    let began = Instant::now();
    let error = scene.client.send(&request()).await.unwrap_err();
    assert!(matches!(error, WebhookError::Timeout(Stage::Exchanging)), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(scene.requests.lock().unwrap().len(), 1, "it may have acted");
}

#[tokio::test]
async fn with_a_key_the_silent_server_is_asked_again() {
    let options = WebhookOptions { timeout: Duration::from_millis(500), ..quick() };
    let scene = scene(&[SILENCE, OK], &[&[PUBLIC]], options).await;
    let mut request = request();
    request.idempotency_key = Some("once-1".into());
    let response = scene.client.send(&request).await.unwrap();
    assert_eq!(response.attempts, 2);
    let requests = scene.requests.lock().unwrap();
    assert!(requests.iter().all(|request| request.contains("idempotency-key: once-1\r\n")));
}

#[tokio::test]
async fn a_large_response_is_cut() {
    let large = format!("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n{}", "x".repeat(1_000_000));
    let options = WebhookOptions { max_response_bytes: 1000, ..quick() };
    let scene = scene(&[&large], &[&[PUBLIC]], options).await;
    let response = scene.client.send(&request()).await.unwrap();
    assert_eq!((response.body.len(), response.is_cut), (1000, true));
}

#[tokio::test]
async fn headers_beyond_the_limit_are_no_response() {
    let large = format!("HTTP/1.1 200 OK\r\nx: {}\r\ncontent-length: 0\r\n\r\n", "x".repeat(100_000));
    let many = format!("HTTP/1.1 200 OK\r\n{}content-length: 0\r\n\r\n", "x: y\r\n".repeat(80));
    for response in [large, many] {
        let scene = scene(&[&response], &[&[PUBLIC]], quick()).await;
        let error = scene.client.send(&request()).await.unwrap_err();
        assert_eq!(error.code(), "WEBHOOK_RESPONSE_INVALID");
    }
}

#[tokio::test]
async fn a_request_beyond_the_limit_is_not_sent() {
    let scene = scene(&[OK], &[&[PUBLIC]], WebhookOptions { max_request_bytes: 4, ..quick() }).await;
    let error = scene.client.send(&request()).await.unwrap_err();
    assert_eq!(error.code(), "WEBHOOK_REQUEST_INVALID");
    assert!(scene.connections.lock().unwrap().is_empty());
}

#[tokio::test]
async fn attempts_are_bounded_and_the_last_status_is_told() {
    let busy = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";
    let scene = scene(&[busy], &[&[PUBLIC]], quick()).await;
    let response = scene.client.send(&request()).await.unwrap();
    assert_eq!((response.status.as_u16(), response.attempts), (503, 3));
    assert_eq!(scene.requests.lock().unwrap().len(), 3);
    assert_eq!(scene.lookups.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn an_address_that_refuses_is_tried_again_and_the_next_one_used() {
    let options = quick();
    let refuses = scene(&[OK], &[&["93.184.216.35"]], options.clone()).await;
    let error = refuses.client.send(&request()).await.unwrap_err();
    assert_eq!(error.code(), "WEBHOOK_UNREACHABLE");
    assert_eq!(refuses.connections.lock().unwrap().len(), 3);
    let second = scene(&[OK], &[&["93.184.216.35", PUBLIC]], options).await;
    assert_eq!(second.client.send(&request()).await.unwrap().attempts, 1);
}

#[tokio::test]
async fn a_pause_that_the_receiver_asks_for_is_kept() {
    let busy = "HTTP/1.1 429 Slower\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
    let waits = scene(&[busy, OK], &[&[PUBLIC]], quick()).await;
    let began = Instant::now();
    assert_eq!(waits.client.send(&request()).await.unwrap().attempts, 2);
    assert!(began.elapsed() >= Duration::from_secs(1));
    // One beyond the time that there is ends the attempts.
    let busy = "HTTP/1.1 429 Slower\r\nretry-after: 18446744073709551615\r\ncontent-length: 0\r\n\r\n";
    let gives_up = scene(&[busy, OK], &[&[PUBLIC]], quick()).await;
    let response = gives_up.client.send(&request()).await.unwrap();
    assert_eq!((response.status.as_u16(), response.attempts), (429, 1));
}

#[tokio::test]
async fn a_gateway_that_fails_is_asked_again_only_with_a_key() {
    let bad = "HTTP/1.1 502 Bad\r\ncontent-length: 0\r\n\r\n";
    for (key, attempts) in [(None, 1), (Some("k".to_owned()), 3)] {
        let scene = scene(&[bad], &[&[PUBLIC]], quick()).await;
        let mut request = request();
        request.idempotency_key = key;
        assert_eq!(scene.client.send(&request).await.unwrap().attempts, attempts);
    }
}
