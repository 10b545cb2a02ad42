//! What the inner service is told in headers, and what nobody else may tell it.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::wire::Decision;

/// How the names of all headers begin that only a gate may set, in lower case.
pub const PREFIX: &str = "portcullis-";
/// The reason code of the decision.
pub const DECISION: HeaderName = HeaderName::from_static("portcullis-decision");
/// The operation that the request is.
pub const OPERATION: HeaderName = HeaderName::from_static("portcullis-operation");
/// The tenant that the request is for.
pub const TENANT: HeaderName = HeaderName::from_static("portcullis-tenant");
/// Who asks, percent-encoded.
pub const SUBJECT: HeaderName = HeaderName::from_static("portcullis-subject");
/// The signed assertion of an edge gate.
pub const ASSERTION: HeaderName = HeaderName::from_static("portcullis-assertion");

/// Removes every header that only a gate may set, or that could be taken for the tenant's: servers
/// that hand headers on as CGI variables take `_` for `-`.
pub(crate) fn strip(headers: &mut HeaderMap, tenant_header: &str) {
    let foreign: Vec<HeaderName> =
        headers.keys().filter(|name| is_forged(name.as_str(), tenant_header)).cloned().collect();
    for name in foreign {
        headers.remove(name);
    }
}

fn is_forged(name: &str, tenant_header: &str) -> bool {
    begins_as(name, PREFIX)
        || name.len() == tenant_header.len()
            && begins_as(name, tenant_header)
            && !name.eq_ignore_ascii_case(tenant_header)
}

/// Whether a name begins with another, as such servers read both.
fn begins_as(name: &str, other: &str) -> bool {
    let as_read = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    name.len() >= other.len()
        && name.bytes().zip(other.bytes()).all(|(one, two)| as_read(one) == as_read(two))
}

/// Sets the headers of a decision. Whether all of it could be written: an inner service that is told
/// half of a decision could take it for another.
pub(crate) fn set(headers: &mut HeaderMap, decision: &Decision<'_>) -> bool {
    let subject =
        decision.principal.as_ref().and_then(|principal| principal.subject.as_deref()).map(percent_encode);
    headers.insert(DECISION, HeaderValue::from_static(decision.reason.code()));
    [
        (OPERATION, decision.operation.as_deref()),
        (TENANT, decision.tenant.as_deref()),
        (SUBJECT, subject.as_deref()),
    ]
    .into_iter()
    .all(|(name, value)| match value.map(HeaderValue::from_str) {
        None => true,
        Some(Ok(value)) => {
            headers.insert(name, value);
            true
        }
        Some(Err(_)) => false,
    })
}

/// As JavaScript's `encodeURIComponent`, so that edge gates write the same.
pub(crate) fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let [high, low] =
                [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789ABCDEF"[digit as usize]));
            out.extend(['%', high, low]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_taken_for_the_gates_word_goes_and_the_rest_stays() {
        let mut headers = HeaderMap::new();
        for name in ["Portcullis-Decision", "portcullis_subject", "Tenant_ID", "Tenant-ID", "portcullis"] {
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_static("ALLOWED"),
            );
            headers
                .append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_static("twice"));
        }
        strip(&mut headers, "Tenant-Id");
        let mut left: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["portcullis", "tenant-id"]);
    }

    #[test]
    fn subjects_are_encoded_as_in_javascript() {
        assert_eq!(percent_encode("auth0|Ada L.\r\nX: é!"), "auth0%7CAda%20L.%0D%0AX%3A%20%C3%A9!");
    }
}
