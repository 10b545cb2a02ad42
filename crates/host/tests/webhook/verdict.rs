//! Nothing goes where the verdict does not send it.

use portcullis::{
    webhook::{WebhookError, WebhookOptions},
    wire::guard::WebhookReason,
};

use crate::support::{OK, PUBLIC, quick, request, scene};

fn reason(error: &WebhookError) -> WebhookReason {
    match error {
        WebhookError::Rejected(reason) => *reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn loopback_is_blocked_and_nothing_connects() {
    for address in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254"] {
        let scene = scene(&[OK], &[&[PUBLIC, address]], quick()).await;
        let error = scene.client.send(&request()).await.unwrap_err();
        assert_eq!(error.code(), "WEBHOOK_REJECTED", "{address}");
        assert_eq!(reason(&error), WebhookReason::AddressNotPublic, "{address}");
        assert!(scene.connections.lock().unwrap().is_empty());
        assert_eq!(scene.lookups.lock().unwrap().len(), 1, "a verdict is not tried again");
    }
}

#[tokio::test]
async fn a_name_that_is_not_allowed_is_not_looked_up() {
    let scene = scene(&[OK], &[&[PUBLIC]], quick()).await;
    for (url, expected) in [
        ("https://evil.example.org/", WebhookReason::DomainNotAllowed),
        ("http://hooks.example.com/", WebhookReason::Scheme),
        ("https://127.0.0.1/", WebhookReason::IpLiteral),
        ("https://user:pass@hooks.example.com/", WebhookReason::Userinfo),
        ("https://hooks.example.com:8443/", WebhookReason::PortNotAllowed),
    ] {
        let mut request = request();
        request.url = url.into();
        let error = scene.client.send(&request).await.unwrap_err();
        assert_eq!(reason(&error), expected, "{url}");
    }
    assert!(scene.lookups.lock().unwrap().is_empty());
    assert!(scene.connections.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_resolver_that_answers_differently_the_second_time_changes_nothing() {
    let scene = scene(&[OK], &[&[PUBLIC], &["127.0.0.1"]], quick()).await;
    let response = scene.client.send(&request()).await.unwrap();
    assert_eq!((response.status.as_u16(), response.attempts), (200, 1));
    assert_eq!(*scene.lookups.lock().unwrap(), ["hooks.example.com"]);
    assert_eq!(*scene.connections.lock().unwrap(), [format!("{PUBLIC}:443").parse().unwrap()]);
}

#[tokio::test]
async fn every_attempt_is_checked_anew() {
    let busy = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";
    let scene = scene(&[busy, OK], &[&[PUBLIC], &["127.0.0.1"]], quick()).await;
    let error = scene.client.send(&request()).await.unwrap_err();
    assert_eq!(reason(&error), WebhookReason::AddressNotPublic);
    assert_eq!(scene.lookups.lock().unwrap().len(), 2, "one look-up for each attempt");
    assert_eq!(scene.connections.lock().unwrap().len(), 1);
}

fn redirect(location: &str) -> String {
    format!("HTTP/1.1 307 Elsewhere\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n")
}

#[tokio::test]
async fn a_redirect_is_followed_only_where_asked_for() {
    let elsewhere = redirect("/next");
    let scene = scene(&[&elsewhere, OK], &[&[PUBLIC]], quick()).await;
    let error = scene.client.send(&request()).await.unwrap_err();
    assert_eq!(error.code(), "WEBHOOK_REDIRECTED");
    assert_eq!(scene.requests.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_redirect_to_a_blocked_place_is_refused() {
    let options = WebhookOptions { max_redirects: 2, ..quick() };
    for (location, expected) in [
        ("http://hooks.example.com/", WebhookReason::Scheme),
        ("https://169.254.169.254/latest", WebhookReason::IpLiteral),
        ("https://evil.example.org/", WebhookReason::DomainNotAllowed),
        // Allowed by name, and it resolves to loopback.
        ("https://other.example.com/", WebhookReason::AddressNotPublic),
    ] {
        let elsewhere = redirect(location);
        let scene = scene(&[&elsewhere, OK], &[&[PUBLIC], &["127.0.0.1"]], options.clone()).await;
        let error = scene.client.send(&request()).await.unwrap_err();
        assert_eq!(reason(&error), expected, "{location}");
        assert_eq!(scene.connections.lock().unwrap().len(), 1, "{location}");
    }
}

#[tokio::test]
async fn redirects_have_a_limit() {
    let options = WebhookOptions { max_redirects: 2, ..quick() };
    let elsewhere = redirect("/again");
    let scene = scene(&[&elsewhere], &[&[PUBLIC]], options).await;
    let error = scene.client.send(&request()).await.unwrap_err();
    assert_eq!(error.code(), "WEBHOOK_REDIRECTED");
    assert_eq!(scene.requests.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_server_that_the_system_does_not_know_is_not_trusted() {
    let scene = scene(&[OK], &[&[PUBLIC]], quick()).await;
    let client = scene.client.with_trust(&portcullis::webhook::Trust::Authorities(Vec::new())).unwrap();
    let error = client.send(&request()).await.unwrap_err();
    assert_eq!(error.code(), "WEBHOOK_TLS_FAILED");
    assert!(scene.requests.lock().unwrap().is_empty());
}
