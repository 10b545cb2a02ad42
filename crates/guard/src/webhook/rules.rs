//! What a policy says of webhooks, checked and made ready.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use portcullis_wire::policy::{Finding, WebhooksSection};

use super::host;

/// Where webhooks may go.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Sorted. None: any public domain.
    exact: Option<Vec<String>>,
    /// Sorted; without `*.`.
    below: Vec<String>,
    /// None: any port that is not another protocol's.
    ports: Option<Vec<u16>>,
    userinfo: bool,
    ip_literals: bool,
}

/// Ports on which something else than HTTP listens, by the Fetch standard: where the policy names
/// no ports, a webhook must not speak to a mail server or a database of some other machine.
const OTHER_PROTOCOLS: &[u16] = &[
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
    109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
    526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
    3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// What holds without a policy: nothing may be sent.
impl Default for Rules {
    fn default() -> Self {
        let (exact, ports) = (Some(Vec::new()), Some(Vec::new()));
        Self { exact, below: Vec::new(), ports, userinfo: false, ip_literals: false }
    }
}

impl Rules {
    /// Checks a section of a policy.
    ///
    /// # Errors
    /// Every mistake, with its path.
    pub fn new(section: &WebhooksSection) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let mut push = |code: &str, path: String, message: &str| {
            findings.push(Finding { code: code.to_string(), path, message: message.to_string() });
        };
        if section.schemes.is_empty() || section.schemes.iter().any(|scheme| scheme != "https") {
            push("scheme", "/webhooks/schemes".into(), "webhooks are sent by `https` only");
        }
        let mut below: Vec<String> = Vec::new();
        let exact = section.allow_domains.as_ref().map(|domains| {
            let mut exact: Vec<String> = Vec::new();
            for (at, domain) in domains.iter().enumerate() {
                let (list, name) = match domain.strip_prefix("*.") {
                    Some(name) => (&mut below, name),
                    None => (&mut exact, domain.as_str()),
                };
                match host::read(name) {
                    Ok(host::Host::Name(name)) if !host::is_local(&name) => {
                        let place = list.partition_point(|listed| *listed < name);
                        list.insert(place, name);
                    }
                    _ => push(
                        "domain",
                        format!("/webhooks/allow_domains/{at}"),
                        "expected a public domain, such as `api.example.com`, or `*.example.com` for those below it",
                    ),
                }
            }
            exact
        });
        if let Some(at) = section.ports.iter().flatten().position(|port| *port == 0) {
            push("port", format!("/webhooks/ports/{at}"), "expected 1 to 65535");
        }
        if findings.is_empty() {
            Ok(Self {
                exact,
                below,
                ports: section.ports.clone(),
                userinfo: section.allow_userinfo,
                ip_literals: section.allow_ip_literals,
            })
        } else {
            Err(findings)
        }
    }

    /// Whether a name, in its ASCII form, is listed, or below one that is listed with `*.`.
    pub(super) fn allows_domain(&self, name: &str) -> bool {
        let Some(exact) = &self.exact else { return true };
        let is_in =
            |list: &[String], name: &str| list.binary_search_by(|listed| listed.as_str().cmp(name)).is_ok();
        if is_in(exact, name) {
            return true;
        }
        let mut rest = name;
        while let Some((_, above)) = rest.split_once('.') {
            if is_in(&self.below, above) {
                return true;
            }
            rest = above;
        }
        false
    }

    pub(super) fn allows_port(&self, port: u16) -> bool {
        match &self.ports {
            Some(ports) => ports.contains(&port),
            None => port != 0 && OTHER_PROTOCOLS.binary_search(&port).is_err(),
        }
    }

    pub(super) const fn allows_userinfo(&self) -> bool {
        self.userinfo
    }

    pub(super) const fn allows_ip_literals(&self) -> bool {
        self.ip_literals
    }
}
