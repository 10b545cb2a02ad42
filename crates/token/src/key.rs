//! One key of a set: JSON Web Key (RFC 7517), for verification.
//!
//! A key is bound to the algorithms it may serve when it is read, from its type, its curve, its
//! length and its own `alg`. Private members are not read.

use crate::{
    Algorithm, Algorithms, Family, KeyProblem, base64url,
    curve::{self, Ed25519Point},
    json::{Json, Object},
};
use alloc::{string::String, vec::Vec};
use core::fmt;

/// The sizes of RSA moduli that are served, in bits. 2048 is the least that RFC 7518 section
/// 3.3 allows; 8192 the most that the native platform takes.
const RSA_BITS: core::ops::RangeInclusive<usize> = 2048..=8192;

/// The native platform refuses longer exponents.
const RSA_EXPONENT_BITS: usize = 33;

/// RFC 7517 registers eight values of `key_ops`; a longer list than this is no such list.
const MAX_OPERATIONS: usize = 64;

/// A key that can verify signatures.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    index: usize,
    kid: Option<String>,
    algorithms: Algorithms,
    material: KeyMaterial,
}

/// The public numbers of a key, or the secret of an HMAC key, decoded. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyMaterial {
    /// An RSA public key.
    Rsa {
        /// The modulus, big-endian, without leading zeros: odd, 2048 to 8192 bits.
        modulus: Vec<u8>,
        /// The public exponent, big-endian, without leading zeros: odd, from 3 to 33 bits.
        exponent: Vec<u8>,
    },
    /// A point on a NIST curve, other than that at infinity.
    Ec {
        /// The curve.
        curve: EcCurve,
        /// The first coordinate, big-endian, as long as the field.
        x: Vec<u8>,
        /// The second coordinate, likewise.
        y: Vec<u8>,
    },
    /// An Ed25519 public key in the encoding of RFC 8032: a point, and not of small order.
    Ed25519([u8; 32]),
    /// An HMAC secret of at least 32 bytes.
    Secret(Vec<u8>),
}

/// The NIST curves of RFC 7518 section 6.2.1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EcCurve {
    /// P-256, for ES256.
    P256,
    /// P-384, for ES384.
    P384,
    /// P-521, for ES512.
    P521,
}

impl EcCurve {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "P-256" => Self::P256,
            "P-384" => Self::P384,
            "P-521" => Self::P521,
            _ => return None,
        })
    }

    /// The registered name, such as `P-256`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The length of a coordinate in bytes; a signature is twice as long.
    #[must_use]
    pub const fn field_length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    const fn algorithm(self) -> Algorithm {
        match self {
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
            Self::P521 => Algorithm::Es512,
        }
    }
}

impl Key {
    /// Reads one key. With the problem comes the `kid`, if it is a string.
    pub(crate) fn read(index: usize, jwk: &Json<'_>) -> Result<Self, (Option<String>, KeyProblem)> {
        let jwk = jwk.as_object().ok_or((None, KeyProblem::NotAnObject))?;
        let kid = jwk.get("kid").and_then(Json::as_str).map(String::from);
        match read(jwk) {
            Ok((material, algorithms)) => Ok(Self { index, kid, algorithms, material }),
            Err(problem) => Err((kid, problem)),
        }
    }

    /// The position in the `keys` of the document, from 0; 0 for a single key. Keys that were
    /// left out count.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }

    /// The `kid`, any string.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The algorithms that this key may serve; at least one.
    #[must_use]
    pub const fn algorithms(&self) -> Algorithms {
        self.algorithms
    }

    /// The key itself.
    #[must_use]
    pub const fn material(&self) -> &KeyMaterial {
        &self.material
    }

    /// The length that every signature of this key has, in bytes. All algorithms fix it: RFC
    /// 7518 sections 3.2 and 3.4, RFC 8017 sections 8.1.2 and 8.2.2, RFC 8032 section 5.1.6.
    pub(crate) fn signature_length(&self, algorithm: Algorithm) -> usize {
        match &self.material {
            KeyMaterial::Rsa { modulus, .. } => modulus.len(),
            KeyMaterial::Ec { curve, .. } => curve.field_length().saturating_mul(2),
            KeyMaterial::Ed25519(_) => 64,
            KeyMaterial::Secret(_) => algorithm.hash_length(),
        }
    }
}

impl KeyMaterial {
    /// The `kty` and, for curves, the `crv` of RFC 7518 section 6 and RFC 8037 section 2.
    #[must_use]
    pub const fn kind(&self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Rsa { .. } => ("RSA", None),
            Self::Ec { curve, .. } => ("EC", Some(curve.name())),
            Self::Ed25519(_) => ("OKP", Some("Ed25519")),
            Self::Secret(_) => ("oct", None),
        }
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        match (self, algorithm.family()) {
            (Self::Rsa { .. }, Family::RsaPkcs1 | Family::RsaPss) => true,
            (Self::Ec { curve, .. }, Family::Ecdsa) => curve.algorithm() == algorithm,
            (Self::Ed25519(_), Family::EdDsa) => true,
            (Self::Secret(secret), Family::Hmac) => secret.len() >= algorithm.hash_length(),
            _ => false,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Key")
            .field("index", &self.index)
            .field("material", &self.material)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for KeyMaterial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kty, crv) = self.kind();
        write!(formatter, "{kty}({}..)", crv.unwrap_or_default())
    }
}

fn read(jwk: &Object<'_>) -> Result<(KeyMaterial, Algorithms), KeyProblem> {
    if jwk.repeats() {
        return Err(KeyProblem::RepeatedName);
    }
    optional_string(jwk, "kid")?;
    let kty = string(jwk, "kty")?;
    check_use(jwk)?;
    let algorithm = match optional_string(jwk, "alg")? {
        Some(name) => Some(Algorithm::parse(name).ok_or(KeyProblem::AlgorithmUnknown)?),
        None => None,
    };
    let material = match kty {
        "RSA" => rsa(jwk)?,
        "EC" => ec(jwk)?,
        "OKP" => okp(jwk)?,
        "oct" => KeyMaterial::Secret(bytes(jwk, "k")?),
        _ => return Err(KeyProblem::KeyTypeUnknown),
    };
    let algorithms: Algorithms = Algorithm::ALL
        .into_iter()
        .filter(|fitting| algorithm.is_none_or(|named| named == *fitting))
        .filter(|fitting| material.fits(*fitting))
        .collect();
    if algorithms.is_empty() {
        let is_hmac = algorithm.is_none_or(|named| named.family() == Family::Hmac);
        return Err(match material {
            KeyMaterial::Secret(_) if is_hmac => KeyProblem::SecretTooShort,
            _ => KeyProblem::AlgorithmMismatch,
        });
    }
    Ok((material, algorithms))
}

/// `use` and `key_ops` (RFC 7517 sections 4.2 and 4.3): where they are, they must allow
/// verification, and agree; operations must not be repeated.
fn check_use(jwk: &Object<'_>) -> Result<(), KeyProblem> {
    let usage = optional_string(jwk, "use")?;
    if usage.is_some_and(|usage| usage != "sig") {
        return Err(KeyProblem::Use);
    }
    let Some(operations) = jwk.get("key_ops") else {
        return Ok(());
    };
    let malformed = KeyProblem::Member("key_ops");
    let operations = operations
        .as_array()
        .ok_or(malformed)?
        .iter()
        .map(|operation| operation.as_str().ok_or(malformed))
        .collect::<Result<Vec<_>, _>>()?;
    let repeats = || {
        let mut rest = operations.as_slice();
        core::iter::from_fn(|| rest.split_off_first().map(|first| rest.contains(first)))
            .any(|repeats| repeats)
    };
    let contradicts =
        usage.is_some() && operations.iter().any(|operation| !matches!(*operation, "sign" | "verify"));
    if operations.len() > MAX_OPERATIONS || repeats() || contradicts || !operations.contains(&"verify") {
        return Err(KeyProblem::Operations);
    }
    Ok(())
}

fn rsa(jwk: &Object<'_>) -> Result<KeyMaterial, KeyProblem> {
    // Some issuers prefix a zero byte, against RFC 7518 section 6.3.1.1; the number is the same.
    let modulus = without_leading_zeros(bytes(jwk, "n")?);
    let exponent = without_leading_zeros(bytes(jwk, "e")?);
    let length = bit_length(&modulus);
    if length < *RSA_BITS.start() {
        return Err(KeyProblem::RsaTooShort);
    }
    if length > *RSA_BITS.end() {
        return Err(KeyProblem::RsaTooLong);
    }
    if !is_odd(&modulus) || has_roca_fingerprint(&modulus) {
        return Err(KeyProblem::RsaModulusWeak);
    }
    if !is_odd(&exponent) || exponent == [1] || bit_length(&exponent) > RSA_EXPONENT_BITS {
        return Err(KeyProblem::RsaExponent);
    }
    Ok(KeyMaterial::Rsa { modulus, exponent })
}

fn ec(jwk: &Object<'_>) -> Result<KeyMaterial, KeyProblem> {
    let curve = EcCurve::parse(string(jwk, "crv")?).ok_or(KeyProblem::CurveUnknown)?;
    let coordinate = |member| {
        let bytes = bytes(jwk, member)?;
        // The full length, with leading zeros: RFC 7518 section 6.2.1.2.
        if bytes.len() == curve.field_length() { Ok(bytes) } else { Err(KeyProblem::Member(member)) }
    };
    let (x, y) = (coordinate("x")?, coordinate("y")?);
    if !curve::is_on_curve(curve, &x, &y) {
        return Err(KeyProblem::PointInvalid);
    }
    Ok(KeyMaterial::Ec { curve, x, y })
}

fn okp(jwk: &Object<'_>) -> Result<KeyMaterial, KeyProblem> {
    if string(jwk, "crv")? != "Ed25519" {
        return Err(KeyProblem::CurveUnknown);
    }
    let x = <[u8; 32]>::try_from(bytes(jwk, "x")?).map_err(|_| KeyProblem::Member("x"))?;
    match curve::ed25519_point(&x) {
        Ed25519Point::Good => Ok(KeyMaterial::Ed25519(x)),
        Ed25519Point::SmallOrder => Err(KeyProblem::PointWeak),
        Ed25519Point::Invalid => Err(KeyProblem::PointInvalid),
    }
}

fn optional_string<'j>(jwk: &'j Object<'_>, member: &'static str) -> Result<Option<&'j str>, KeyProblem> {
    match jwk.get(member) {
        None => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or(KeyProblem::Member(member)),
    }
}

fn string<'j>(jwk: &'j Object<'_>, member: &'static str) -> Result<&'j str, KeyProblem> {
    optional_string(jwk, member)?.ok_or(KeyProblem::Member(member))
}

fn bytes(jwk: &Object<'_>, member: &'static str) -> Result<Vec<u8>, KeyProblem> {
    base64url::decode(string(jwk, member)?).ok_or(KeyProblem::Member(member))
}

fn without_leading_zeros(mut bytes: Vec<u8>) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    bytes
}

/// For a number without leading zero bytes.
fn bit_length(bytes: &[u8]) -> usize {
    let unused = bytes.first().map_or(0, |first| first.leading_zeros());
    bytes.len().saturating_mul(8).saturating_sub(unused as usize)
}

fn is_odd(bytes: &[u8]) -> bool {
    bytes.last().is_some_and(|last| last & 1 == 1)
}

/// Whether a modulus comes from the generator of CVE-2017-15361, whose keys can be factored:
/// modulo each small prime it is then a power of 65537. By chance that happens to less than one
/// modulus in 2²⁵ (Nemec and others, "The Return of Coppersmith's Attack", 2017, section 2.1).
fn has_roca_fingerprint(modulus: &[u8]) -> bool {
    const PRIMES: [u32; 38] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101,
        103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ];
    PRIMES.into_iter().all(|prime| {
        let remainder = |value: u32| value.checked_rem(prime).unwrap_or(0);
        let residue = modulus.iter().fold(0, |high, byte| remainder(high << 8 | u32::from(*byte)));
        let mut power = 1;
        loop {
            if power == residue {
                return true;
            }
            power = remainder(power.wrapping_mul(remainder(65_537)));
            if power == 1 {
                return false;
            }
        }
    })
}
