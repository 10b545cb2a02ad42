//! The algorithms that keys can be made for.

use std::{fmt, str::FromStr};

use crate::Error;

/// Declares the algorithms once: the variant, its registered name, what it is.
macro_rules! algorithms {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal;)+) => {
        /// A signature algorithm of RFC 7518 or RFC 8037.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Algorithm {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Algorithm {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The registered name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

algorithms! {
    /// HMAC with SHA-256.
    Hs256 = "HS256";
    /// HMAC with SHA-384.
    Hs384 = "HS384";
    /// HMAC with SHA-512.
    Hs512 = "HS512";
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256 = "RS256";
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384 = "RS384";
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512 = "RS512";
    /// RSASSA-PSS with SHA-256.
    Ps256 = "PS256";
    /// RSASSA-PSS with SHA-384.
    Ps384 = "PS384";
    /// RSASSA-PSS with SHA-512.
    Ps512 = "PS512";
    /// ECDSA on P-256 with SHA-256.
    Es256 = "ES256";
    /// ECDSA on P-384 with SHA-384.
    Es384 = "ES384";
    /// ECDSA on P-521 with SHA-512.
    Es512 = "ES512";
    /// Ed25519; `Ed25519` (RFC 9864) is read as another name of it.
    EdDsa = "EdDSA";
}

impl FromStr for Algorithm {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        if name == "Ed25519" {
            return Ok(Self::EdDsa);
        }
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|algorithm| algorithm.name()).collect();
            Error::configuration(format!("not a signature algorithm; expected one of {}", names.join(", ")))
        })
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
