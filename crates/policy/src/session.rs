//! Sessions and API tokens: are they good, here and now?

use portcullis_wire::{
    Reason,
    facts::{AdminTokenFacts, CredentialFacts, CredentialState, SessionFacts},
};

const HOUR: f64 = 3_600.0;
const DAY: f64 = 24.0 * HOUR;
/// A session that is not used this long ends.
const IDLE: f64 = 30.0 * DAY;
/// How far the clocks of hosts may differ.
const LEEWAY: f64 = 300.0;

/// The branch of requests that name none.
pub(crate) const LIVE: &str = "live";

/// Why a credential is refused: the reason for the caller, and a stable word for the trace. A
/// credential that was ended looks to the caller like one that never was.
pub(crate) type Refused = (Reason, &'static str);

/// Judges a credential by what its store says.
pub(crate) fn judge(credential: &CredentialFacts<'_>, branch: &str, now: Option<f64>) -> Result<(), Refused> {
    match credential {
        CredentialFacts::User(session) => {
            state(session.state)?;
            user(session, branch, now)
        }
        CredentialFacts::AdminToken(token) => {
            state(token.state)?;
            admin(token, branch)
        }
    }
}

const fn state(state: CredentialState) -> Result<(), Refused> {
    Err((
        Reason::CredentialInvalid,
        match state {
            CredentialState::Active => return Ok(()),
            CredentialState::Expired => "expired",
            CredentialState::Revoked => "revoked",
            CredentialState::LoggedOut => "logged_out",
            CredentialState::Unknown => "unknown",
        },
    ))
}

fn user(session: &SessionFacts<'_>, branch: &str, now: Option<f64>) -> Result<(), Refused> {
    let (Some(issued), Some(used), Some(now)) = (session.issued_at, session.last_used_at, now) else {
        return Err((Reason::CredentialInvalid, "session_times_missing"));
    };
    let lifetime = match (session.keep_logged_in, session.two_factor) {
        (false, _) => 24.0 * HOUR,
        (true, true) => 30.0 * DAY,
        (true, false) => 365.0 * DAY,
    };
    // Said so that a time that is no number is never within.
    let has_begun = issued <= now + LEEWAY && used <= now + LEEWAY;
    if !has_begun {
        return Err((Reason::CredentialInvalid, "session_from_the_future"));
    }
    let lives = now - issued < lifetime;
    if !lives {
        return Err((Reason::CredentialExpired, "lifetime"));
    }
    let is_used = now - used <= IDLE;
    if !is_used {
        return Err((Reason::CredentialExpired, "idle"));
    }
    match &session.branch {
        Some(made_on) if made_on != branch => Err((Reason::CredentialWrongBranch, "session_branch")),
        _ => Ok(()),
    }
}

fn admin(token: &AdminTokenFacts<'_>, branch: &str) -> Result<(), Refused> {
    if token.deployed_to.iter().any(|deployed| deployed == branch) {
        Ok(())
    } else {
        Err((Reason::CredentialWrongBranch, "not_deployed"))
    }
}

#[cfg(test)]
mod tests;
