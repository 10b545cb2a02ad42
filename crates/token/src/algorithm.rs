//! The signature algorithms of JOSE that are served (RFC 7518 section 3, RFC 8037, RFC 9864).

use core::fmt;

/// A signature algorithm. `none` is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    Ps256,
    /// RSASSA-PSS with SHA-384 and a salt of 48 bytes.
    Ps384,
    /// RSASSA-PSS with SHA-512 and a salt of 64 bytes.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// Ed25519, named `EdDSA` by RFC 8037 and `Ed25519` by RFC 9864. Both names are read, and
    /// mean the same.
    EdDsa,
}

/// What kind of arithmetic an algorithm needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// A message authentication code: whoever can verify can also sign.
    Hmac,
    /// RSA with the padding of PKCS #1 version 1.5.
    RsaPkcs1,
    /// RSA with PSS padding; MGF1 with the same hash, and a salt as long as the hash.
    RsaPss,
    /// ECDSA on a NIST curve; the signature is r and s, each as long as the field (RFC 7518
    /// section 3.4).
    Ecdsa,
    /// The Edwards-curve algorithm Ed25519 (RFC 8032).
    EdDsa,
}

impl Algorithm {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 13] = [
        Self::Hs256,
        Self::Hs384,
        Self::Hs512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::EdDsa,
    ];

    /// Reads a name as it stands in a header, a key or a policy. Exact, with regard to case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "HS256" => Self::Hs256,
            "HS384" => Self::Hs384,
            "HS512" => Self::Hs512,
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "ES512" => Self::Es512,
            "EdDSA" | "Ed25519" => Self::EdDsa,
            _ => return None,
        })
    }

    /// The registered name; `EdDSA` for Ed25519.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The kind of arithmetic.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::Hs256 | Self::Hs384 | Self::Hs512 => Family::Hmac,
            Self::Rs256 | Self::Rs384 | Self::Rs512 => Family::RsaPkcs1,
            Self::Ps256 | Self::Ps384 | Self::Ps512 => Family::RsaPss,
            Self::Es256 | Self::Es384 | Self::Es512 => Family::Ecdsa,
            Self::EdDsa => Family::EdDsa,
        }
    }

    /// The length of the hash in bytes. Ed25519 uses SHA-512 inside.
    #[must_use]
    pub const fn hash_length(self) -> usize {
        match self {
            Self::Hs256 | Self::Rs256 | Self::Ps256 | Self::Es256 => 32,
            Self::Hs384 | Self::Rs384 | Self::Ps384 | Self::Es384 => 48,
            Self::Hs512 | Self::Rs512 | Self::Ps512 | Self::Es512 | Self::EdDsa => 64,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A set of algorithms.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Algorithms {
    bits: u16,
}

impl Algorithms {
    /// The empty set.
    pub const NONE: Self = Self { bits: 0 };

    const fn bit(algorithm: Algorithm) -> u16 {
        1_u16.wrapping_shl(algorithm as u32)
    }

    /// Adds an algorithm.
    pub const fn insert(&mut self, algorithm: Algorithm) {
        self.bits |= Self::bit(algorithm);
    }

    /// Whether the algorithm is in the set.
    #[must_use]
    pub const fn contains(self, algorithm: Algorithm) -> bool {
        self.bits & Self::bit(algorithm) != 0
    }

    pub(crate) const fn union(self, other: Self) -> Self {
        Self { bits: self.bits | other.bits }
    }

    pub(crate) const fn intersection(self, other: Self) -> Self {
        Self { bits: self.bits & other.bits }
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self { bits: self.bits & !other.bits }
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// The members, in the order of [`Algorithm::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Algorithm> {
        Algorithm::ALL.into_iter().filter(move |algorithm| self.contains(*algorithm))
    }
}

impl FromIterator<Algorithm> for Algorithms {
    fn from_iter<I: IntoIterator<Item = Algorithm>>(algorithms: I) -> Self {
        let mut set = Self::NONE;
        for algorithm in algorithms {
            set.insert(algorithm);
        }
        set
    }
}

impl fmt::Debug for Algorithms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Algorithms};

    #[test]
    fn every_name_is_read_back() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::parse(algorithm.name()), Some(algorithm));
        }
    }

    #[test]
    fn ed25519_is_the_new_name_of_eddsa() {
        assert_eq!(Algorithm::parse("Ed25519"), Some(Algorithm::EdDsa));
    }

    #[test]
    fn none_and_near_names_are_no_algorithms() {
        for name in [
            "none", "None", "NONE", "", "hs256", "HS256 ", "ES256K", "ES521", "ES224", "Ed448", "RS1",
            "RSA-OAEP",
        ] {
            assert_eq!(Algorithm::parse(name), None, "{name:?}");
        }
    }

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let set: Algorithms = [Algorithm::Rs256, Algorithm::EdDsa].into_iter().collect();
        for algorithm in Algorithm::ALL {
            assert_eq!(set.contains(algorithm), matches!(algorithm, Algorithm::Rs256 | Algorithm::EdDsa));
        }
        assert!(Algorithms::NONE.is_empty());
        assert_eq!(Algorithm::ALL.into_iter().collect::<Algorithms>().iter().count(), 13);
    }
}
