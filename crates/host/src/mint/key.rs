//! Private keys: JSON Web Keys (RFC 7517) that sign.

use std::fmt;

use aws_lc_rs::{
    encoding::{AsBigEndian, Curve25519SeedBin, EcPrivateKeyBin},
    rand::SystemRandom,
    rsa,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING,
        EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm as Jose, EncodingKey};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Algorithm, random, random_text, rsa as pkcs};
use crate::Error;

/// A private key, or an HMAC secret, bound to one algorithm. `Debug` shows neither.
pub struct SigningKey {
    algorithm: Algorithm,
    jwk: Jwk,
    signer: Signer,
}

enum Signer {
    Jose(EncodingKey, Jose),
    /// `jsonwebtoken` has no ES512.
    P521(EcdsaKeyPair),
}

/// The members of a private key. Others are passed over, and not written.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Jwk {
    kty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    usage: Option<String>,
    #[serde(skip_serializing)]
    key_ops: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dq: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    qi: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    k: Option<String>,
}

impl SigningKey {
    /// Makes a new key: 2048 bits for RSA, as many bytes as the hash for HMAC. Without a `kid`, it
    /// gets a random one.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the system gives no random numbers.
    pub fn generate(algorithm: Algorithm, kid: Option<&str>) -> Result<Self, Error> {
        let failed = || Error::configuration("no key can be made here");
        let mut jwk = match algorithm {
            Algorithm::Hs256 => Jwk::secret(&random::<32>()?),
            Algorithm::Hs384 => Jwk::secret(&random::<48>()?),
            Algorithm::Hs512 => Jwk::secret(&random::<64>()?),
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => {
                Jwk::new_ec(algorithm).ok_or_else(failed)?
            }
            Algorithm::EdDsa => Jwk::new_ed25519().ok_or_else(failed)?,
            _ => Jwk::new_rsa().ok_or_else(failed)?,
        };
        jwk.kid = Some(match kid {
            Some(kid) => kid.to_owned(),
            None => random_text()?,
        });
        jwk.alg = Some(algorithm.name().into());
        Self::from_members(jwk)
    }

    /// Reads a private JWK. `alg` may be missing where the key fits one algorithm only: on the
    /// curves. An RSA key has all members of RFC 7518 section 6.3.2.
    ///
    /// # Errors
    /// [`Error::Configuration`] if it is no private JWK, is not meant to sign, is weak, or its members
    /// do not belong together.
    pub fn from_jwk(json: &str) -> Result<Self, Error> {
        // The parser's own words could repeat a value.
        let unreadable = || Error::configuration("this is not one private key as a JSON Web Key (RFC 7517)");
        Self::from_members(serde_json::from_str(json).map_err(|_| unreadable())?)
    }

    fn from_members(jwk: Jwk) -> Result<Self, Error> {
        if jwk.usage.as_deref().is_some_and(|usage| usage != "sig")
            || jwk.key_ops.as_ref().is_some_and(|operations| !operations.iter().any(|name| name == "sign"))
        {
            return Err(Error::configuration("the key is not meant to sign: see its `use` and `key_ops`"));
        }
        let algorithm = jwk.algorithm()?;
        let signer = jwk.signer(algorithm).ok_or_else(|| {
            Error::configuration(format!(
                "the key cannot sign with {algorithm}: a private member is missing, malformed or too short, \
                 or the members do not belong together"
            ))
        })?;
        let jwk = Jwk { alg: Some(algorithm.name().into()), usage: Some("sig".into()), ..jwk };
        Ok(Self { algorithm, jwk, signer })
    }

    /// What the key signs with.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// What verifiers know the key by.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.jwk.kid.as_deref()
    }

    /// The key itself, as JSON: whoever has it can sign.
    #[must_use]
    pub fn private_jwk(&self) -> String {
        self.jwk.json()
    }

    /// What verifiers need and everybody may know, as JSON. An HMAC key has no such part: there,
    /// whoever verifies can sign, and needs the private key.
    #[must_use]
    pub fn public_jwk(&self) -> Option<String> {
        let Jwk { kty, kid, alg, usage, crv, x, y, n, e, k: None, .. } = self.jwk.clone() else {
            return None;
        };
        Some(Jwk { kty, kid, alg, usage, crv, x, y, n, e, ..Jwk::default() }.json())
    }

    /// Signs any bytes: a compact JWS (RFC 7515). `alg` and `kid` of the header are the key's, whatever
    /// `header` says.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the key does not sign after all.
    pub fn sign(&self, mut header: Map<String, Value>, payload: &[u8]) -> Result<String, Error> {
        header.insert("alg".into(), self.algorithm.name().into());
        match self.kid() {
            Some(kid) => header.insert("kid".into(), kid.into()),
            None => header.remove("kid"),
        };
        let header = URL_SAFE_NO_PAD.encode(Value::from(header).to_string());
        let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
        let signature = self.signature(input.as_bytes())?;
        Ok(format!("{input}.{signature}"))
    }

    /// The bare signature of a message, in base64url.
    ///
    /// # Errors
    /// As [`SigningKey::sign`].
    pub fn signature(&self, message: &[u8]) -> Result<String, Error> {
        let failed = || Error::configuration(format!("the key does not sign with {}", self.algorithm));
        match &self.signer {
            Signer::Jose(key, algorithm) => {
                jsonwebtoken::crypto::sign(message, key, *algorithm).map_err(|_| failed())
            }
            Signer::P521(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message).map_err(|_| failed())?;
                Ok(URL_SAFE_NO_PAD.encode(signature))
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

impl Jwk {
    fn secret(bytes: &[u8]) -> Self {
        Self { kty: "oct".into(), k: text(bytes), ..Self::default() }
    }

    fn new_rsa() -> Option<Self> {
        let [n, e, d, p, q, dp, dq, qi] = pkcs::members(&pkcs::generate()?)?.map(|number| text(&number));
        Some(Self { kty: "RSA".into(), n, e, d, p, q, dp, dq, qi, ..Self::default() })
    }

    fn new_ec(algorithm: Algorithm) -> Option<Self> {
        let (curve, parameters) = curve(algorithm)?;
        let pair = EcdsaKeyPair::generate(parameters).ok()?;
        let d: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().ok()?;
        // The uncompressed form of SEC 1: a byte 4, then the coordinates.
        let (_, coordinates) = pair.public_key().as_ref().split_first()?;
        let (x, y) = coordinates.split_at(coordinates.len() / 2);
        let (x, y, d) = (text(x), text(y), text(d.as_ref()));
        Some(Self { kty: "EC".into(), crv: Some(curve.into()), x, y, d, ..Self::default() })
    }

    fn new_ed25519() -> Option<Self> {
        let pair = Ed25519KeyPair::generate().ok()?;
        let seed: Curve25519SeedBin<'_> = pair.seed().ok()?.as_be_bytes().ok()?;
        let (x, d) = (text(pair.public_key().as_ref()), text(seed.as_ref()));
        Some(Self { kty: "OKP".into(), crv: Some("Ed25519".into()), x, d, ..Self::default() })
    }

    fn algorithm(&self) -> Result<Algorithm, Error> {
        let only = match self.crv.as_deref() {
            Some("P-256") => Some(Algorithm::Es256),
            Some("P-384") => Some(Algorithm::Es384),
            Some("P-521") => Some(Algorithm::Es512),
            Some("Ed25519") => Some(Algorithm::EdDsa),
            _ => None,
        };
        let named = self.alg.as_deref().map(str::parse).transpose()?;
        let algorithm = named.or(only).ok_or_else(|| {
            Error::configuration("the key does not say what it signs with; name it in the member `alg`")
        })?;
        let kty = match algorithm {
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => "oct",
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => "EC",
            Algorithm::EdDsa => "OKP",
            _ => "RSA",
        };
        let on_a_curve = matches!(kty, "EC" | "OKP");
        if self.kty != kty || on_a_curve && only != Some(algorithm) {
            return Err(Error::configuration(format!(
                "{algorithm} does not fit the `kty` or `crv` of the key"
            )));
        }
        Ok(algorithm)
    }

    fn signer(&self, algorithm: Algorithm) -> Option<Signer> {
        let jose = match algorithm {
            Algorithm::Hs256 => return self.hmac(32, Jose::HS256),
            Algorithm::Hs384 => return self.hmac(48, Jose::HS384),
            Algorithm::Hs512 => return self.hmac(64, Jose::HS512),
            Algorithm::Es256 => return self.ec(algorithm, Some(Jose::ES256)),
            Algorithm::Es384 => return self.ec(algorithm, Some(Jose::ES384)),
            Algorithm::Es512 => return self.ec(algorithm, None),
            Algorithm::EdDsa => return self.ed25519(),
            Algorithm::Rs256 => Jose::RS256,
            Algorithm::Rs384 => Jose::RS384,
            Algorithm::Rs512 => Jose::RS512,
            Algorithm::Ps256 => Jose::PS256,
            Algorithm::Ps384 => Jose::PS384,
            Algorithm::Ps512 => Jose::PS512,
        };
        self.rsa(jose)
    }

    /// RFC 7518 section 3.2: a secret at least as long as the hash.
    fn hmac(&self, least: usize, algorithm: Jose) -> Option<Signer> {
        let secret = bytes(&self.k).filter(|secret| secret.len() >= least)?;
        Some(Signer::Jose(EncodingKey::from_secret(&secret), algorithm))
    }

    fn rsa(&self, algorithm: Jose) -> Option<Signer> {
        let public_key = rsa::PublicKeyComponents { n: bytes(&self.n)?, e: bytes(&self.e)? };
        let pair = rsa::KeyPair::from_components(&rsa::KeyPairComponents {
            public_key,
            d: bytes(&self.d)?,
            p: bytes(&self.p)?,
            q: bytes(&self.q)?,
            dP: bytes(&self.dp)?,
            dQ: bytes(&self.dq)?,
            qInv: bytes(&self.qi)?,
        });
        let der = pkcs::pkcs1(&pair.ok()?)?;
        Some(Signer::Jose(EncodingKey::from_rsa_der(&der), algorithm))
    }

    fn ec(&self, algorithm: Algorithm, jose: Option<Jose>) -> Option<Signer> {
        let (_, parameters) = curve(algorithm)?;
        let point = [vec![0x04], bytes(&self.x)?, bytes(&self.y)?].concat();
        let pair =
            EcdsaKeyPair::from_private_key_and_public_key(parameters, &bytes(&self.d)?, &point).ok()?;
        Some(match jose {
            Some(jose) => Signer::Jose(EncodingKey::from_ec_der(pair.to_pkcs8v1().ok()?.as_ref()), jose),
            None => Signer::P521(pair),
        })
    }

    fn ed25519(&self) -> Option<Signer> {
        let pair = Ed25519KeyPair::from_seed_and_public_key(&bytes(&self.d)?, &bytes(&self.x)?).ok()?;
        let der = pair.to_pkcs8v1().ok()?;
        Some(Signer::Jose(EncodingKey::from_ed_der(der.as_ref()), Jose::EdDSA))
    }

    fn json(&self) -> String {
        // Texts under names of its own: writing them does not fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

const fn curve(algorithm: Algorithm) -> Option<(&'static str, &'static EcdsaSigningAlgorithm)> {
    match algorithm {
        Algorithm::Es256 => Some(("P-256", &ECDSA_P256_SHA256_FIXED_SIGNING)),
        Algorithm::Es384 => Some(("P-384", &ECDSA_P384_SHA384_FIXED_SIGNING)),
        Algorithm::Es512 => Some(("P-521", &ECDSA_P521_SHA512_FIXED_SIGNING)),
        _ => None,
    }
}

fn text(bytes: &[u8]) -> Option<String> {
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

fn bytes(member: &Option<String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(member.as_ref()?).ok()
}
