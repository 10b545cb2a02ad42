//! Who asks: a credential on its way to a permit.

use portcullis_wire::{
    Reason, Values,
    call::{Handle, TokenSource},
};

use crate::CredentialOutcome;

/// Who asks, as the host knows it.
#[derive(Clone, PartialEq)]
pub enum Credential<'a> {
    /// The values of the `Authorization` header.
    Authorization(Values<'a>),
    /// A token, or none.
    Token(Option<&'a str>),
    /// The permission claim of a principal that something else has verified.
    Claim(Values<'a>),
}

/// Credentials stay out of logs.
impl std::fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Authorization(_) => "Authorization(…)",
            Self::Token(_) => "Token(…)",
            Self::Claim(_) => "Claim(…)",
        })
    }
}

/// A claim compiled for the session's policy. Good for this session only, until it is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permit {
    pub(crate) handle: Handle,
}

/// What became of a token.
#[derive(Clone, PartialEq)]
pub enum Outcome {
    /// No token came.
    Absent,
    /// The token is refused: the reason for the caller, a detail for the log.
    Refused {
        /// The reason code.
        reason: Reason,
        /// A stable word.
        detail: String,
    },
    /// The token is good.
    Verified(Token),
}

/// A good token.
#[derive(Clone, PartialEq)]
pub struct Token {
    pub(crate) permit: Permit,
    pub(crate) expires: f64,
    pub(crate) claims: Option<String>,
}

impl Token {
    /// The permit of the token's permission claim.
    #[must_use]
    pub const fn permit(&self) -> Permit {
        self.permit
    }

    /// When it ends, in seconds since 1970, leeway included.
    #[must_use]
    pub const fn expires(&self) -> f64 {
        self.expires
    }

    /// The token's claims as JSON text, where they were asked for.
    #[must_use]
    pub fn claims(&self) -> Option<&str> {
        self.claims.as_deref()
    }
}

/// Whom a credential stands for, and what became of it.
pub(crate) struct Caller {
    pub(crate) principal: Option<Handle>,
    pub(crate) refused: Option<Reason>,
    pub(crate) outcome: CredentialOutcome,
}

impl Caller {
    pub(crate) const fn of(principal: Handle, outcome: CredentialOutcome) -> Self {
        Self { principal: Some(principal), refused: None, outcome }
    }
}

impl From<Outcome> for Caller {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Absent => Self { principal: None, refused: None, outcome: CredentialOutcome::Absent },
            Outcome::Refused { reason, detail } => Self {
                principal: None,
                refused: Some(reason),
                outcome: CredentialOutcome::Refused { detail },
            },
            Outcome::Verified(token) => Self::of(token.permit.handle, CredentialOutcome::Verified),
        }
    }
}

/// The one text that the credential is.
pub(crate) fn credential_text<'a>(source: &'a TokenSource<'_>) -> Option<&'a str> {
    match source {
        TokenSource::Authorization(Values::One(value)) => Some(value),
        TokenSource::Token(Some(token)) => Some(token),
        TokenSource::Authorization(_) | TokenSource::Token(None) => None,
    }
}
