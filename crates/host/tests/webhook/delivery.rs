//! What the receiver reads, and what nobody else does.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use portcullis::webhook::{Credential, WebhookAuth, WebhookOptions};

use crate::support::{OK, PUBLIC, quick, request, scene, secret};

const CANARY: &str = "canary-of-the-secret";

fn header<'r>(request: &'r str, name: &str) -> &'r str {
    let found = request.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    found.unwrap_or_else(|| panic!("no {name} in {request}"))
}

#[tokio::test]
async fn the_request_arrives_as_it_was_meant() {
    let scene = scene(&[OK], &[&[PUBLIC]], quick()).await;
    let response = scene.client.send(&request()).await.unwrap();
    assert_eq!((&*response.body, response.is_cut), (&b"ok"[..], false));
    let requests = scene.requests.lock().unwrap();
    assert!(requests[0].starts_with("POST /in?x=1 HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[0].ends_with("\r\n\r\n{\"a\":1}"));
    assert_eq!(header(&requests[0], "host"), "hooks.example.com");
    assert_eq!(header(&requests[0], "content-type"), "application/json");
}

#[tokio::test]
async fn secrets_go_to_the_receiver_and_nowhere_else() {
    let (_directory, place) = secret(&format!("{CANARY}\n"));
    let basic = format!("Basic {}", STANDARD.encode(format!("ada:{CANARY}")));
    for (auth, name, value) in [
        (WebhookAuth::Basic { user: "ada".into(), password: place.clone() }, "authorization", basic),
        (WebhookAuth::Bearer { token: place.clone() }, "authorization", format!("Bearer {CANARY}")),
        (WebhookAuth::ApiKey { header: "X-Key".into(), key: place.clone() }, "x-key", CANARY.into()),
    ] {
        let elsewhere =
            "HTTP/1.1 307 Elsewhere\r\nlocation: https://other.example.com/\r\ncontent-length: 0\r\n\r\n";
        let options = WebhookOptions { max_redirects: 1, ..quick() };
        let scene = scene(&[elsewhere, OK], &[&[PUBLIC]], options).await;
        let mut request = request();
        request.url = format!("https://hooks.example.com/{CANARY}");
        request.body = CANARY.into();
        request.credential = Some(Credential::read(&auth).unwrap());
        let response = scene.client.send(&request).await.unwrap();
        let requests = scene.requests.lock().unwrap();
        assert_eq!(header(&requests[0], name), value);
        let (head, _) = requests[1].split_once("\r\n\r\n").unwrap();
        assert!(!head.contains(&value) && head.contains("host: other.example.com"), "{head}");
        let shown = format!("{auth:?} {request:?} {response:?} {:?}", scene.client);
        assert!(!shown.contains(CANARY) && !shown.contains(&value), "{shown}");
    }
}

#[tokio::test]
async fn errors_do_not_show_the_url_or_a_secret() {
    let (_directory, place) = secret(CANARY);
    let closed = "garbage that is no response\r\n\r\n";
    for (url, lookup) in [
        (format!("https://evil.example.org/{CANARY}"), PUBLIC),
        (format!("https://hooks.example.com/{CANARY}"), "127.0.0.1"),
        (format!("https://hooks.example.com/{CANARY}"), "93.184.216.35"),
        (format!("https://hooks.example.com/{CANARY}"), PUBLIC),
    ] {
        let scene = scene(&[closed], &[&[lookup]], quick()).await;
        let mut request = request();
        request.url = url;
        request.credential = Some(Credential::read(&WebhookAuth::Bearer { token: place.clone() }).unwrap());
        let error = scene.client.send(&request).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(CANARY), "{shown}");
    }
}

#[tokio::test]
async fn a_signed_request_is_one_that_standard_webhooks_verify() {
    let bytes: Vec<u8> = (0..32).collect();
    let (_directory, place) = secret(&format!("whsec_{}", STANDARD.encode(&bytes)));
    let busy = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";
    let scene = scene(&[busy, OK], &[&[PUBLIC]], quick()).await;
    let mut request = request();
    let secrets = vec![place.clone(), place];
    request.credential = Some(Credential::read(&WebhookAuth::Signed { secrets }).unwrap());
    scene.client.send(&request).await.unwrap();
    let requests = scene.requests.lock().unwrap();
    for request in &*requests {
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        let (id, time) = (header(request, "webhook-id"), header(request, "webhook-timestamp"));
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        let signatures: Vec<_> = header(request, "webhook-signature").split(' ').collect();
        assert_eq!(signatures.len(), 2, "one by each secret");
        for signature in signatures {
            let tag = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
            hmac::verify(&key, format!("{id}.{time}.{body}").as_bytes(), &tag).expect("the signature");
        }
    }
    assert_eq!(header(&requests[0], "webhook-id"), header(&requests[1], "webhook-id"));
}

#[test]
fn secrets_that_cannot_be_used_are_the_operators_to_hear_of() {
    let (_directory, short) = secret("whsec_c2hvcnQ=");
    let (_directory2, split) = secret("one\r\ntwo");
    for auth in [
        WebhookAuth::Signed { secrets: vec![short] },
        WebhookAuth::Signed { secrets: Vec::new() },
        WebhookAuth::Bearer { token: split.clone() },
        WebhookAuth::ApiKey { header: "Host".into(), key: split.clone() },
        WebhookAuth::Basic { user: "a:b".into(), password: split },
    ] {
        let error = Credential::read(&auth).unwrap_err();
        assert_eq!(error.code(), "CONFIGURATION");
        assert!(!error.to_string().contains("two") && !error.to_string().contains("c2hvcnQ"));
    }
}
