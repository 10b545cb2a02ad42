//! Discovery.

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use serde_json::json;

use crate::support::{Pdp, fixture};

const PATH: &str = "/.well-known/authzen-configuration";

fn get(path: &str, host: &str) -> Request<Full<Bytes>> {
    Request::get(path).header("host", host).body(Full::default()).unwrap()
}

fn with_url(url: &'static str) -> Pdp {
    Pdp::with(
        move |secret| {
            let mut policy = fixture(secret);
            policy["authzen"]["url"] = json!(url);
            policy
        },
        None,
    )
}

#[tokio::test]
async fn the_metadata_says_where_the_endpoints_are() {
    let pdp = with_url("https://pdp.example.com");
    let (status, body, answer) = pdp.send(get(PATH, "elsewhere")).await;
    assert_eq!(status, 200);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(
        body,
        json!({
            "policy_decision_point": "https://pdp.example.com",
            "access_evaluation_endpoint": "https://pdp.example.com/access/v1/evaluation",
            "access_evaluations_endpoint": "https://pdp.example.com/access/v1/evaluations",
        })
    );
    assert_eq!(pdp.send(get(&format!("{PATH}/tenant"), "elsewhere")).await.0, 404);
}

#[tokio::test]
async fn an_address_with_a_path_has_its_metadata_below_too() {
    let pdp = with_url("https://pdp.example.com/tenant");
    for path in [PATH.to_owned(), format!("{PATH}/tenant")] {
        let (status, body, _) = pdp.send(get(&path, "elsewhere")).await;
        assert_eq!(status, 200, "{path}");
        assert_eq!(body["access_evaluation_endpoint"], "https://pdp.example.com/tenant/access/v1/evaluation");
    }
    assert!(pdp.surface.serves("/tenant/access/v1/evaluation"));
    assert!(pdp.surface.serves("/access/v1/evaluations"));
    assert!(!pdp.surface.serves("/other/access/v1/evaluation"));
    assert_eq!(pdp.send(get(&format!("{PATH}/other"), "elsewhere")).await.0, 404);
}

#[tokio::test]
async fn without_an_address_the_callers_own_is_told() {
    let pdp = Pdp::new();
    let url = async |host| pdp.send(get(PATH, host)).await.1["policy_decision_point"].clone();
    assert_eq!(url("pdp.example.com").await, "https://pdp.example.com");
    assert_eq!(url("127.0.0.1:8080").await, "http://127.0.0.1:8080");
}

#[tokio::test]
async fn other_methods_are_told_which_one_is_right() {
    let pdp = Pdp::new();
    for (method, path, right) in [("POST", PATH, "GET"), ("GET", "/access/v1/evaluation", "POST")] {
        let request = Request::builder().method(method).uri(path).body(Full::default()).unwrap();
        let (status, _, answer) = pdp.send(request).await;
        assert_eq!((status, answer.headers()["allow"].to_str().unwrap()), (405, right));
    }
}
