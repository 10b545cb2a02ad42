//! One fetch of a key set.

use bytes::BytesMut;
use reqwest::{
    Client, StatusCode, Url,
    header::{ACCEPT, HeaderValue},
    redirect::Policy,
};

use super::JwksOptions;
use crate::{Error, FetchOutcome};

/// Asks one address.
pub(super) struct Fetcher {
    client: Client,
    address: Url,
    max_bytes: usize,
}

impl Fetcher {
    pub(super) fn new(address: &str, options: &JwksOptions) -> Result<Self, Error> {
        let address = Url::parse(address)
            .map_err(|error| Error::configuration(format!("the address of the keys is no URL: {error}")))?;
        let is_safe = match address.scheme() {
            "https" => true,
            "http" => options.allow_http || is_this_machine(&address),
            _ => false,
        };
        if !is_safe {
            return Err(Error::configuration("the address of the keys must begin with https://"));
        }
        let client = Client::builder()
            .timeout(options.timeout)
            .redirect(Policy::none())
            .referer(false)
            .user_agent(concat!("portcullis/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Error::configuration(format!("no client for the keys: {error}")))?;
        Ok(Self { client, address, max_bytes: options.max_bytes })
    }

    /// The document.
    pub(super) async fn fetch(&self) -> Result<String, FetchOutcome> {
        let accept = HeaderValue::from_static("application/jwk-set+json, application/json");
        let request = self.client.get(self.address.clone()).header(ACCEPT, accept);
        let mut response = request.send().await.map_err(|_| FetchOutcome::Unreachable)?;
        if response.status() != StatusCode::OK {
            return Err(FetchOutcome::Unreachable);
        }
        let mut body = BytesMut::new();
        while let Some(part) = response.chunk().await.map_err(|_| FetchOutcome::Unreachable)? {
            if body.len().saturating_add(part.len()) > self.max_bytes {
                return Err(FetchOutcome::Unusable);
            }
            body.extend_from_slice(&part);
        }
        String::from_utf8(body.into()).map_err(|_| FetchOutcome::Unusable)
    }
}

fn is_this_machine(address: &Url) -> bool {
    match address.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_encrypted_or_from_this_machine() {
        let check = |address| Fetcher::new(address, &JwksOptions::default()).is_ok();
        assert!(check("https://issuer.test/keys"));
        assert!(check("http://127.0.0.1:8080/keys"));
        assert!(check("http://[::1]/keys"));
        assert!(check("http://localhost/keys"));
        assert!(!check("http://issuer.test/keys"));
        assert!(!check("http://localhost.issuer.test/keys"));
        assert!(!check("file:///etc/keys"));
        assert!(!check("keys"));
        let open = JwksOptions { allow_http: true, ..JwksOptions::default() };
        assert!(Fetcher::new("http://issuer.test/keys", &open).is_ok());
    }
}
