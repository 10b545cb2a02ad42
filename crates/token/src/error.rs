//! What can go wrong, split by who has to act: the bearer of a token ([`Rejection`]) or the
//! operator ([`ConfigurationError`], [`KeyWarning`], [`RulesMistake`]).
//!
//! Codes are stable and in snake case. Nothing here holds token or key content.

use crate::json::JsonError;
use alloc::{string::String, vec::Vec};
use thiserror::Error;

/// Why a token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum Rejection {
    /// Longer than [`jws::MAX_BYTES`](crate::jws::MAX_BYTES).
    #[error("the token is too large")]
    TooLarge,
    /// Not three parts separated by dots.
    #[error("not a compact JWS of three parts")]
    Form,
    /// A part is not canonical base64url.
    #[error("a part is not canonical base64url")]
    Encoding,
    /// The header is not a strict JSON object.
    #[error("the header is not a strict JSON object")]
    Header,
    /// `alg`, `kid`, `typ` or `cty` is of the wrong type, or `alg` is missing.
    #[error("a header member is missing or of the wrong type")]
    HeaderMember,
    /// `alg` is none of those served; `none` never is.
    #[error("the algorithm is not served")]
    AlgorithmUnsupported,
    /// The policy does not accept this algorithm.
    #[error("the policy does not accept the algorithm")]
    AlgorithmNotAccepted,
    /// The header holds `crit`, `b64` or `zip`.
    #[error("the header demands an extension")]
    Extension,
    /// The policy does not accept this `typ`.
    #[error("the policy does not accept the type of the token")]
    Type,
    /// The payload is declared to be a token itself.
    #[error("a token inside a token")]
    Nested,
    /// No usable key has this `kid`. The one rejection after which fresh keys may help.
    #[error("no key has this kid")]
    KidUnknown,
    /// No usable key of this `kid`, or of the whole set without one, fits the algorithm.
    #[error("no key fits the algorithm")]
    KeyMismatch,
    /// More than one key fits.
    #[error("more than one key fits")]
    KeyAmbiguous,
    /// The signature has a length that no signature of this key has.
    #[error("the signature has the wrong length")]
    SignatureLength,
    /// The platform found the signature not genuine.
    #[error("the signature is not genuine")]
    Signature,
    /// The payload is not a strict JSON object.
    #[error("the claims are not a strict JSON object")]
    Claims,
    /// It looks like an OpenID Connect ID token.
    #[error("an ID token is no access token")]
    IdToken,
    /// A claim that the policy requires is missing or null.
    #[error("a required claim is missing")]
    ClaimMissing,
    /// `iss` is missing.
    #[error("the issuer is missing")]
    IssuerMissing,
    /// `iss` is not a string.
    #[error("the issuer is of the wrong type")]
    IssuerInvalid,
    /// The policy does not accept this `iss`.
    #[error("the policy does not accept the issuer")]
    IssuerNotAccepted,
    /// `sub` is not a string.
    #[error("the subject is of the wrong type")]
    SubjectInvalid,
    /// `aud` is missing.
    #[error("the audience is missing")]
    AudienceMissing,
    /// `aud` is neither a string nor a list of strings.
    #[error("the audience is of the wrong type")]
    AudienceInvalid,
    /// The policy names none of this `aud`.
    #[error("the token is for another audience")]
    AudienceNotAccepted,
    /// `exp` is missing.
    #[error("the expiry is missing")]
    ExpiryMissing,
    /// `exp` is not a number, or no date.
    #[error("the expiry is no date")]
    ExpiryInvalid,
    /// `nbf` is not a number, or no date.
    #[error("the begin of validity is no date")]
    NotBeforeInvalid,
    /// `iat` is not a number, or no date.
    #[error("the date of issue is no date")]
    IssuedAtInvalid,
    /// `nbf` lies in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` lies in the future.
    #[error("the token was issued in the future")]
    IssuedInFuture,
    /// `cnf` is not one thumbprint that can be compared.
    #[error("the confirmation is of an unknown kind")]
    ConfirmationInvalid,
    /// The token is bound to a key, and the host has not verified one.
    #[error("the token is bound to a key that was not proved")]
    ConfirmationMissing,
    /// The token is bound to another key than the one that the host has verified.
    #[error("the token is bound to another key")]
    ConfirmationMismatch,
    /// The token was good, and has expired.
    #[error("the token has expired")]
    Expired,
}

impl Rejection {
    /// The reason code of the decision: `CREDENTIAL_EXPIRED`, `INPUT_TOO_LARGE`, or
    /// `CREDENTIAL_INVALID` for all others.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Expired => "CREDENTIAL_EXPIRED",
            Self::TooLarge => "INPUT_TOO_LARGE",
            _ => "CREDENTIAL_INVALID",
        }
    }

    /// The detail for the log.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        match self {
            Self::TooLarge => "token_too_large",
            Self::Form => "form_invalid",
            Self::Encoding => "base64url_invalid",
            Self::Header => "header_invalid",
            Self::HeaderMember => "header_member_invalid",
            Self::AlgorithmUnsupported => "algorithm_unsupported",
            Self::AlgorithmNotAccepted => "algorithm_not_accepted",
            Self::Extension => "extension_refused",
            Self::Type => "type_not_accepted",
            Self::Nested => "nested_token",
            Self::KidUnknown => "kid_unknown",
            Self::KeyMismatch => "key_mismatch",
            Self::KeyAmbiguous => "key_ambiguous",
            Self::SignatureLength => "signature_length_invalid",
            Self::Signature => "signature_invalid",
            Self::Claims => "claims_invalid",
            Self::IdToken => "id_token",
            Self::ClaimMissing => "required_claim_missing",
            Self::IssuerMissing => "iss_missing",
            Self::IssuerInvalid => "iss_invalid",
            Self::IssuerNotAccepted => "iss_not_accepted",
            Self::SubjectInvalid => "sub_invalid",
            Self::AudienceMissing => "aud_missing",
            Self::AudienceInvalid => "aud_invalid",
            Self::AudienceNotAccepted => "aud_not_accepted",
            Self::ExpiryMissing => "exp_missing",
            Self::ExpiryInvalid => "exp_invalid",
            Self::NotBeforeInvalid => "nbf_invalid",
            Self::IssuedAtInvalid => "iat_invalid",
            Self::NotYetValid => "not_yet_valid",
            Self::IssuedInFuture => "issued_in_future",
            Self::ConfirmationInvalid => "cnf_invalid",
            Self::ConfirmationMissing => "confirmation_missing",
            Self::ConfirmationMismatch => "confirmation_mismatch",
            Self::Expired => "expired",
        }
    }

    /// Whether a key set that is newer than the one at hand could change the answer, so that
    /// the host may fetch it, within its cool-down.
    #[must_use]
    pub const fn may_need_fresh_keys(self) -> bool {
        matches!(self, Self::KidUnknown)
    }
}

/// A key set or policy that cannot be put to use.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConfigurationError {
    /// The key set document is longer than [`MAX_KEY_SET_BYTES`](crate::MAX_KEY_SET_BYTES).
    #[error("the key set is too large")]
    KeySetTooLarge,
    /// The key set document is not strict JSON.
    #[error("the key set is not strict JSON: {0}")]
    KeySetJson(JsonError),
    /// The document is neither an object with one list of `keys` nor a key.
    #[error("neither a key set (RFC 7517 section 5) nor a key")]
    KeySetForm,
    /// No key of the set can verify anything. The warnings say why, key by key.
    #[error("the key set has no usable key")]
    NoUsableKey(Vec<KeyWarning>),
    /// The token rules have mistakes.
    #[error("the token rules have mistakes")]
    Rules(Vec<RulesMistake>),
}

impl ConfigurationError {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KeySetTooLarge => "key_set_too_large",
            Self::KeySetJson(_) => "key_set_json",
            Self::KeySetForm => "key_set_form",
            Self::NoUsableKey(_) => "no_usable_key",
            Self::Rules(_) => "token_rules",
        }
    }
}

/// A key that was left out, or that shares its `kid` with another.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("key {index}: {problem}")]
pub struct KeyWarning {
    /// The position in `keys`, from 0; 0 for a single key.
    pub index: usize,
    /// The `kid`, if it is a string.
    pub kid: Option<String>,
    /// Why.
    pub problem: KeyProblem,
}

/// What is wrong with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum KeyProblem {
    /// Not a JSON object.
    #[error("not an object")]
    NotAnObject,
    /// A member name is repeated, in the key or in a value of it.
    #[error("a member name is repeated")]
    RepeatedName,
    /// The named member is missing, of the wrong type, or wrongly encoded.
    #[error("`{0}` is missing or malformed")]
    Member(&'static str),
    /// A `kty` that is not served.
    #[error("the key type is not served")]
    KeyTypeUnknown,
    /// A `crv` that is not served.
    #[error("the curve is not served")]
    CurveUnknown,
    /// An `alg` that is not served, as those for encryption.
    #[error("the algorithm is not served")]
    AlgorithmUnknown,
    /// `alg` is not one for keys of this type and curve.
    #[error("the algorithm does not fit the key")]
    AlgorithmMismatch,
    /// `use` is something other than `sig`.
    #[error("the key is not meant for signatures")]
    Use,
    /// `key_ops` does not list `verify`, repeats itself, or contradicts `use`.
    #[error("the operations of the key do not allow it to verify")]
    Operations,
    /// An RSA modulus of less than 2048 bits.
    #[error("the RSA modulus is shorter than 2048 bits")]
    RsaTooShort,
    /// An RSA modulus of more than 8192 bits.
    #[error("the RSA modulus is longer than 8192 bits")]
    RsaTooLong,
    /// An even RSA modulus, or one made by the weak generator of CVE-2017-15361.
    #[error("the RSA modulus is weak")]
    RsaModulusWeak,
    /// An RSA exponent that is even, below 3, or of more than 33 bits.
    #[error("the RSA exponent is not an odd number from 3 to 33 bits")]
    RsaExponent,
    /// The coordinates are not those of a point on the curve.
    #[error("the point is not on the curve")]
    PointInvalid,
    /// An Ed25519 point of small order.
    #[error("the point has a small order")]
    PointWeak,
    /// A secret shorter than the hash of its algorithm.
    #[error("the secret is shorter than the hash")]
    SecretTooShort,
    /// Another key of the set has the same `kid`, or as this one none, and fits an algorithm
    /// that this one fits. Tokens for which both fit are refused.
    #[error("another key fits the same tokens")]
    Clash,
}

impl KeyProblem {
    /// A stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAnObject => "not_an_object",
            Self::RepeatedName => "repeated_name",
            Self::Member(_) => "member_malformed",
            Self::KeyTypeUnknown => "key_type_unknown",
            Self::CurveUnknown => "curve_unknown",
            Self::AlgorithmUnknown => "algorithm_unknown",
            Self::AlgorithmMismatch => "algorithm_mismatch",
            Self::Use => "use_not_sig",
            Self::Operations => "operations_without_verify",
            Self::RsaTooShort => "rsa_too_short",
            Self::RsaTooLong => "rsa_too_long",
            Self::RsaModulusWeak => "rsa_modulus_weak",
            Self::RsaExponent => "rsa_exponent",
            Self::PointInvalid => "point_invalid",
            Self::PointWeak => "point_weak",
            Self::SecretTooShort => "secret_too_short",
            Self::Clash => "kid_clash",
        }
    }
}

/// A mistake in the token rules of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[error("`{field}`: {problem}")]
pub struct RulesMistake {
    /// The field of [`RulesOptions`](crate::RulesOptions), by its name.
    pub field: &'static str,
    /// Which entry, for a field that is a list.
    pub index: Option<usize>,
    /// What is wrong, and what is expected.
    pub problem: &'static str,
}
