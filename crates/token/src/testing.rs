//! Keys and tokens for the tests of this crate. The keys are those of the RFCs.

use crate::{KeySet, base64url};
use alloc::{format, string::String, vec::Vec};

/// RFC 7515 appendix A.1.
pub(crate) const OCT_A1: &str = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
/// The modulus of RFC 7515 appendix A.2.
pub(crate) const MODULUS_A2: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
/// RFC 7515 appendix A.3.
pub(crate) const EC_A3: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
/// RFC 7515 appendix A.4.
pub(crate) const EC_A4: &str = r#"{"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}"#;
/// The base point of P-384 (SP 800-186).
pub(crate) const EC_P384: &str = r#"{"kty":"EC","crv":"P-384","x":"qofKIr6LBTeOscce8yCtdG4dO2KLp5uYWfdB4IJUKjhVAvJdv1UpbDpUXjhydgq3","y":"NhfeSpYmLG9dnpi_kpLcKfj0Hb0omhR86doxE7XwuMAKYLHOHX6BnXpDHXyQ6g5f"}"#;
/// RFC 8037 appendix A.2.
pub(crate) const OKP_8037: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

/// RFC 7515 appendix A.2, with further members.
pub(crate) fn rsa(members: &str) -> String {
    format!(r#"{{"kty":"RSA","n":"{MODULUS_A2}","e":"AQAB"{members}}}"#)
}

/// A key with further members.
pub(crate) fn with(jwk: &str, members: &str) -> String {
    format!("{}{members}}}", jwk.strip_suffix('}').unwrap())
}

/// A key set of these keys.
pub(crate) fn set(keys: &[&str]) -> KeySet {
    KeySet::parse(document(keys).as_bytes()).unwrap()
}

/// A key set document.
pub(crate) fn document(keys: &[&str]) -> String {
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

/// A token with a signature of so many bytes.
pub(crate) fn token(header: &str, payload: &[u8], signature_length: usize) -> String {
    let signature: Vec<u8> = (0..signature_length).map(|index| index as u8).collect();
    format!(
        "{}.{}.{}",
        base64url::encode(header.as_bytes()),
        base64url::encode(payload),
        base64url::encode(&signature)
    )
}
