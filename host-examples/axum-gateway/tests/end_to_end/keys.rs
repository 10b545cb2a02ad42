//! The issuer's keys: rotation, floods, an issuer that is down or talks nonsense.

use std::{fs, time::Duration};

use serde_json::{Value, json};

use crate::support::{CLAIM, Gateway, Issuer, jwks, key, origin, policy, refusal, token};

async fn gateway(issuer: &Issuer, fetching: Value) -> Gateway {
    let config = json!({
        "origin": format!("http://{}", origin().await),
        "jwks": { "url": format!("http://{}/keys", issuer.address) },
        "fetching": fetching,
    });
    Gateway::start(&config, &policy())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_token_of_a_new_key_waits_for_a_fetch_and_passes() {
    let (old, new) = (key("old"), key("new"));
    let issuer = Issuer::start(&jwks(&[&old])).await;
    let gateway = gateway(&issuer, json!({ "cooldown_s": 1 })).await;
    gateway.until("it gets ready", || async { gateway.ready().await == 200 }).await;
    issuer.answer(200, jwks(&[&old, &new]));
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(issuer.asked(), 1, "nobody asked for new keys yet");
    for key in [&new, &old] {
        assert_eq!(gateway.resume(&token(key, "ada", CLAIM)).send().await.unwrap().status(), 200);
    }
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_there_are_no_keys_no_token_is_good() {
    let key = key("one");
    let issuer = Issuer::start(&json!({ "keys": [] })).await;
    let gateway = gateway(&issuer, json!({ "cooldown_s": 1 })).await;
    gateway.until("the first fetch", || async { issuer.asked() >= 1 }).await;
    assert_eq!(gateway.ready().await, 503);
    for (status, body) in
        [(500, String::new()), (302, String::new()), (200, "{".into()), (200, "a".repeat(600_000))]
    {
        issuer.answer(status, body);
        let asked = issuer.asked();
        gateway.until("the next fetch", || async { issuer.asked() > asked }).await;
        let told = refusal(gateway.resume(&token(&key, "ada", CLAIM)).send().await.unwrap()).await;
        assert_eq!((told.0, told.2), (503, "KEYS_UNAVAILABLE".into()));
    }
    issuer.answer(200, jwks(&[&key]));
    gateway.until("it gets ready", || async { gateway.ready().await == 200 }).await;
    assert_eq!(gateway.resume(&token(&key, "ada", CLAIM)).send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_outlive_an_issuer_that_is_down_but_not_for_ever() {
    let key = key("one");
    let issuer = Issuer::start(&jwks(&[&key])).await;
    let fetching = json!({ "cooldown_s": 1, "max_age_s": 1, "stale_s": 3 });
    let gateway = gateway(&issuer, fetching).await;
    gateway.until("it gets ready", || async { gateway.ready().await == 200 }).await;
    issuer.answer(500, "");
    let token = token(&key, "ada", CLAIM);
    let asked = issuer.asked();
    gateway.until("two fetches that fail", || async { issuer.asked() >= asked + 2 }).await;
    assert_eq!(gateway.resume(&token).send().await.unwrap().status(), 200);
    gateway.until("the keys are too old", || async { gateway.ready().await == 503 }).await;
    let told = refusal(gateway.resume(&token).send().await.unwrap()).await;
    assert_eq!((told.0, told.2), (503, "KEYS_UNAVAILABLE".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keys_clients_are_told_what_is_left_of_the_cool_down() {
    let key = key("one");
    let issuer = Issuer::start(&jwks(&[&key])).await;
    issuer.answer(500, "");
    let gateway = gateway(&issuer, json!({ "cooldown_s": 40 })).await;
    gateway.until("a fetch that fails", || async { issuer.asked() > 0 }).await;
    let token = token(&key, "ada", CLAIM);
    let retry_after = async || {
        let answer = gateway.resume(&token).send().await.unwrap();
        assert_eq!(answer.status(), 503);
        answer.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap()
    };
    let first = retry_after().await;
    assert!((30..=40).contains(&first), "{first}");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let second = retry_after().await;
    assert!(second < first && second >= 25, "{first}, then {second}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_unknown_keys_costs_one_fetch_in_a_cool_down() {
    let (known, unknown) = (key("known"), key("unknown"));
    let issuer = Issuer::start(&jwks(&[&known])).await;
    let gateway = gateway(&issuer, json!({ "cooldown_s": 5 })).await;
    gateway.until("it gets ready", || async { gateway.ready().await == 200 }).await;
    let bad = token(&unknown, "mallory", CLAIM);
    let flood = async || {
        let sent: Vec<_> = (0..200).map(|_| tokio::spawn(gateway.resume(&bad).send())).collect();
        for answer in sent {
            let told = refusal(answer.await.unwrap().unwrap()).await;
            assert_eq!((told.0, told.2.as_str()), (401, "CREDENTIAL_INVALID"));
        }
    };
    flood().await;
    assert_eq!(issuer.asked(), 1, "the first fetch was just now");
    tokio::time::sleep(Duration::from_secs(5)).await;
    flood().await;
    assert_eq!(issuer.asked(), 2);
    assert_eq!(gateway.resume(&token(&known, "ada", CLAIM)).send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_in_a_file_are_rotated_by_writing_it_and_kept_if_it_is_broken() {
    let (old, new) = (key("old"), key("new"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.json");
    fs::write(&file, jwks(&[&old]).to_string()).unwrap();
    let config = json!({ "origin": format!("http://{}", origin().await), "jwks": { "file": file } });
    let mut gateway = Gateway::start(&config, &policy());
    let (of_old, of_new) = (token(&old, "ada", CLAIM), token(&new, "ada", CLAIM));
    assert_eq!(gateway.resume(&of_old).send().await.unwrap().status(), 200);
    assert_eq!(gateway.resume(&of_new).send().await.unwrap().status(), 401);

    fs::write(&file, jwks(&[&new]).to_string()).unwrap();
    gateway.logged(|log| log["message"] == "reloaded" && log["what"] == "keys");
    assert_eq!(gateway.resume(&of_new).send().await.unwrap().status(), 200);
    assert_eq!(gateway.resume(&of_old).send().await.unwrap().status(), 401, "the old token is forgotten");

    fs::write(&file, "{").unwrap();
    gateway.logged(|log| log["what"] == "keys" && log["level"] == "ERROR");
    assert_eq!(gateway.resume(&of_new).send().await.unwrap().status(), 200);
}
