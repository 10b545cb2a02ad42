//! Calls about keys and tokens. The module applies the rules; the host does the arithmetic.

use portcullis_policy::{Presumed, Principal, Refusal, bearer, challenge as challenged};
use portcullis_token::{ConfigurationError, KeySet, bundle, jws};
use portcullis_wire::{
    Reason,
    call::{
        BundleConcluded, Challenged, Concluded, Handle, KeyView, KeyWarning, KeysLoaded, OnBundle,
        Presumed as PresumedAnswer, SignatureChallenge, TokenSource, Verified,
    },
};

use crate::{
    answers::{Answer, Failure},
    state::State,
};

/// What the host found out.
pub(crate) struct Facts<'a> {
    pub(crate) genuine: bool,
    pub(crate) now: f64,
    pub(crate) confirmation: Option<&'a str>,
    /// Whether the answer carries the token's claims.
    pub(crate) claims: bool,
}

pub(crate) fn load_keys(state: &mut State, jwks: &str) -> Result<KeysLoaded, Failure> {
    let set = KeySet::parse(jwks.as_bytes()).map_err(|error| Failure::Keys(explain(&error)))?;
    let usable = set
        .keys()
        .iter()
        .map(|key| KeyView {
            index: key.index() as u32,
            kid: key.kid().map(Into::into),
            algorithms: key.algorithms().iter().map(|algorithm| algorithm.name().into()).collect(),
        })
        .collect();
    let warnings = set
        .warnings()
        .iter()
        .map(|warning| KeyWarning {
            index: warning.index as u32,
            kid: warning.kid.clone(),
            message: warning.problem.to_string(),
        })
        .collect();
    Ok(KeysLoaded { keys: state.add_keys(set)?, usable, warnings })
}

fn explain(error: &ConfigurationError) -> String {
    let mut text = error.to_string();
    if let ConfigurationError::NoUsableKey(warnings) = error {
        for warning in warnings {
            text.push_str(&format!("; key {}: {}", warning.index, warning.problem));
        }
    }
    text
}

pub(crate) fn challenge<'a>(
    state: &State,
    policy: Handle,
    keys: Handle,
    credential: &'a TokenSource<'_>,
) -> Result<Challenged<'a>, Failure> {
    let (policy, keys) = (state.policy(policy)?, state.keys(keys)?);
    let token = match token(credential) {
        Ok(Some(token)) => token,
        Ok(None) => return Ok(Challenged::Absent),
        Err(refusal) => return Ok(Challenged::Refused(refused(refusal))),
    };
    Ok(match challenged(policy, keys, token) {
        Ok(challenge) => Challenged::Challenge(signature(challenge.jws(), token_start(credential, token))),
        Err(refusal) => Challenged::Refused(refused(refusal)),
    })
}

pub(crate) fn conclude(
    state: &mut State,
    policy_handle: Handle,
    keys: Handle,
    credential: &TokenSource<'_>,
    facts: &Facts<'_>,
) -> Result<Concluded<'static>, Failure> {
    let (policy, keys) = (state.policy(policy_handle)?, state.keys(keys)?);
    let verified = token(credential).and_then(|token| match token {
        None => Err(Refusal { reason: Reason::AuthenticationRequired, detail: "absent" }),
        Some(token) => {
            let challenge = challenged(policy, keys, token)?;
            let principal =
                Principal::from_token(policy, &challenge, facts.genuine, facts.now, facts.confirmation)?;
            Ok((principal, facts.claims.then(|| payload(token))))
        }
    });
    let (principal, claims) = match verified {
        Ok(verified) => verified,
        Err(refusal) => return Ok(Concluded::Refused(refused(refusal))),
    };
    let expires = principal.expires().unwrap_or_default();
    let claims = claims.flatten().map(Into::into);
    Ok(Concluded::Verified(Verified {
        principal: state.add_principal(policy_handle, principal)?,
        expires,
        claims,
    }))
}

pub(crate) fn presume(
    state: &mut State,
    policy_handle: Handle,
    keys: Handle,
    credential: &TokenSource<'_>,
    now: f64,
    confirmation: Option<&str>,
) -> Result<PresumedAnswer, Failure> {
    let (policy, keys) = (state.policy(policy_handle)?, state.keys(keys)?);
    let presumed = token(credential).ok().flatten().and_then(|token| {
        let challenge = challenged(policy, keys, token).ok()?;
        Presumed::from_token(policy, &challenge, now, confirmation).ok()
    });
    let Some(presumed) = presumed else { return Ok(PresumedAnswer { presumed: None, expires: None }) };
    let expires = presumed.expires();
    Ok(PresumedAnswer { presumed: Some(state.add_presumed(policy_handle, presumed)?), expires })
}

pub(crate) fn jws_challenge<'a>(
    state: &State,
    keys: Handle,
    compact: &'a str,
) -> Result<Challenged<'a>, Failure> {
    Ok(match jws::challenge(compact, state.keys(keys)?) {
        Ok(challenge) => Challenged::Challenge(signature(&challenge, 0)),
        Err(rejection) => Challenged::Refused(refused(rejection.into())),
    })
}

pub(crate) fn bundle(state: &State, on: &OnBundle<'_>, answer: Answer<'_>) {
    let expected = bundle::Expected {
        now: on.now.unwrap_or(f64::NAN),
        name: on.name.as_deref(),
        at_least: on.at_least,
        in_force: on.in_force.as_deref(),
        older: on.older,
    };
    let keys = match state.keys(on.keys) {
        Ok(keys) => keys,
        Err(failure) => return answer.error(failure),
    };
    let challenge = bundle::challenge(&on.line, keys);
    match challenge.as_ref().map_err(|rejection| *rejection).and_then(|it| it.conclude(on.genuine, &expected))
    {
        Ok(manifest) => {
            answer.ok(&BundleConcluded { manifest: manifest.text().into(), unchanged: manifest.unchanged() })
        }
        Err(rejection) => answer.error(rejection),
    }
}

fn token<'a>(credential: &'a TokenSource<'_>) -> Result<Option<&'a str>, Refusal> {
    match credential {
        TokenSource::Authorization(values) => bearer(values),
        TokenSource::Token(token) => Ok(token.as_deref()),
    }
}

fn token_start(credential: &TokenSource<'_>, token: &str) -> u32 {
    match credential {
        TokenSource::Authorization(portcullis_wire::Values::One(value)) => (value.len() - token.len()) as u32,
        _ => 0,
    }
}

fn signature<'a>(challenge: &jws::Challenge<'_>, token_start: u32) -> SignatureChallenge<'a> {
    SignatureChallenge {
        key: challenge.key().index() as u32,
        algorithm: challenge.algorithm().name().into(),
        token_start,
        signed_bytes: challenge.signing_input().len() as u32,
    }
}

/// The claims of a token that was verified, exactly as they were signed.
fn payload(token: &str) -> Option<String> {
    let bytes = portcullis_token::base64url::decode(token.split('.').nth(1)?)?;
    String::from_utf8(bytes).ok()
}

fn refused<'a>(refusal: Refusal) -> portcullis_wire::call::Refusal<'a> {
    portcullis_wire::call::Refusal { reason: refusal.reason, detail: refusal.detail.into() }
}
