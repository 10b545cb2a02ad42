//! RSA private keys between their two encodings: JWK members (RFC 7518 section 6.3) and the
//! `RSAPrivateKey` of PKCS #1 (RFC 8017 appendix A.1.2).

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use pkcs1::RsaPrivateKeyRef;
use pkcs8::PrivateKeyInfoRef;

/// A new key of 2048 bits, as PKCS #1.
pub(super) fn generate() -> Option<Vec<u8>> {
    pkcs1(&KeyPair::generate(KeySize::Rsa2048).ok()?)
}

/// aws-lc-rs writes PKCS #8; inside of it is PKCS #1.
pub(super) fn pkcs1(pair: &KeyPair) -> Option<Vec<u8>> {
    let outer: Pkcs8V1Der<'_> = pair.as_der().ok()?;
    let info = PrivateKeyInfoRef::try_from(outer.as_ref()).ok()?;
    Some(info.private_key.as_bytes().to_vec())
}

/// The members `n`, `e`, `d`, `p`, `q`, `dp`, `dq` and `qi`.
pub(super) fn members(pkcs1: &[u8]) -> Option<[Vec<u8>; 8]> {
    let key = RsaPrivateKeyRef::try_from(pkcs1).ok()?;
    let numbers = [
        key.modulus,
        key.public_exponent,
        key.private_exponent,
        key.prime1,
        key.prime2,
        key.exponent1,
        key.exponent2,
        key.coefficient,
    ];
    Some(numbers.map(|number| number.as_bytes().to_vec()))
}
