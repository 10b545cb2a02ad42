//! From an HTTP request to what the policy is asked.

use std::time::{SystemTime, UNIX_EPOCH};

use http::{
    HeaderMap, HeaderName,
    header::{ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, ORIGIN},
    request::Parts,
};

use crate::{
    Credential,
    wire::{Request, Values},
};

/// The values of the `Authorization` header.
pub(crate) fn credential(headers: &HeaderMap) -> Credential<'_> {
    Credential::Authorization(values(headers, AUTHORIZATION.as_str()))
}

/// What the policy is asked about a request.
pub(crate) fn request<'a>(parts: Facts<'a>, tenant_header: &str) -> Request<'a> {
    Request {
        operation: None,
        method: Some(parts.method.into()),
        path: Some(parts.path.into()),
        tenant: values(parts.headers, tenant_header),
        preflight: parts.headers.contains_key(ORIGIN)
            && parts.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD),
        ..Request::default()
    }
}

/// The parts of a request that matter.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) method: &'a str,
    /// As it came: not decoded, without the query.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
}

impl<'a, B> From<&'a http::Request<B>> for Facts<'a> {
    fn from(request: &'a http::Request<B>) -> Self {
        Self { method: request.method().as_str(), path: request.uri().path(), headers: request.headers() }
    }
}

impl<'a> From<&'a Parts> for Facts<'a> {
    fn from(parts: &'a Parts) -> Self {
        Self { method: parts.method.as_str(), path: parts.uri.path(), headers: &parts.headers }
    }
}

/// The values of a header, never joined. Bytes that are not UTF-8 become U+FFFD, which stands in no
/// credential and no tenant id: the module refuses the value as malformed.
pub(crate) fn values<'a>(headers: &'a HeaderMap, name: &str) -> Values<'a> {
    // The module has checked that the name is one.
    let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { return Values::Several };
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => Values::Absent,
        (Some(value), None) => Values::One(String::from_utf8_lossy(value.as_bytes())),
        _ => Values::Several,
    }
}

/// Seconds since 1970. A clock that stands before that tells no time, and everything is denied.
pub(crate) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(f64::NAN, |since| since.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::*;

    #[test]
    fn several_values_are_never_one() {
        let mut headers = HeaderMap::new();
        assert_eq!(values(&headers, "Tenant"), Values::Absent);
        headers.append("tenant", HeaderValue::from_static("A"));
        assert_eq!(values(&headers, "Tenant"), Values::One("A".into()));
        headers.append("tenant", HeaderValue::from_static("A"));
        assert_eq!(values(&headers, "Tenant"), Values::Several);
    }

    #[test]
    fn bytes_that_are_not_utf_8_become_a_character_that_no_value_has() {
        let mut headers = HeaderMap::new();
        headers.append("tenant", HeaderValue::from_bytes(b"Tenant\xff").unwrap());
        assert_eq!(values(&headers, "Tenant"), Values::One("Tenant\u{fffd}".into()));
    }

    #[test]
    fn a_preflight_has_both_of_its_headers() {
        let preflight = |headers: &[&str]| {
            let mut request = http::Request::builder().method("OPTIONS").uri("/a%2Fb?c");
            for name in headers {
                request = request.header(*name, "x");
            }
            let request = request.body(()).unwrap();
            let asked = super::request(Facts::from(&request), "Tenant");
            assert_eq!(asked.path.as_deref(), Some("/a%2Fb"));
            asked.preflight
        };
        assert!(preflight(&["Origin", "Access-Control-Request-Method"]));
        assert!(!preflight(&["Origin"]));
        assert!(!preflight(&["Access-Control-Request-Method"]));
    }
}
