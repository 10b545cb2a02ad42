use proptest::prelude::*;

use super::*;

fn session(issued_at: f64, last_used_at: f64) -> SessionFacts<'static> {
    SessionFacts { issued_at: Some(issued_at), last_used_at: Some(last_used_at), ..SessionFacts::default() }
}

fn at(session: &SessionFacts<'_>, now: f64) -> Result<(), Reason> {
    judge(&CredentialFacts::User(session.clone()), LIVE, Some(now)).map_err(|(reason, _)| reason)
}

#[test]
fn a_session_lives_24_hours() {
    let it = session(0.0, 23.0 * HOUR);
    assert_eq!(at(&it, DAY - 1.0), Ok(()));
    assert_eq!(at(&it, DAY), Err(Reason::CredentialExpired));
}

#[test]
fn kept_sessions_live_a_year_and_with_a_second_factor_a_month() {
    let kept = SessionFacts { keep_logged_in: true, ..session(0.0, 364.0 * DAY) };
    assert_eq!(at(&kept, 364.9 * DAY), Ok(()));
    assert_eq!(at(&kept, 365.0 * DAY), Err(Reason::CredentialExpired));
    let second = SessionFacts { keep_logged_in: true, two_factor: true, ..session(0.0, 29.0 * DAY) };
    assert_eq!(at(&second, 29.9 * DAY), Ok(()));
    assert_eq!(at(&second, 30.0 * DAY), Err(Reason::CredentialExpired));
    let not_kept = SessionFacts { two_factor: true, ..session(0.0, DAY) };
    assert_eq!(at(&not_kept, 1.1 * DAY), Err(Reason::CredentialExpired));
}

#[test]
fn a_session_that_idles_over_30_days_ends() {
    let kept = SessionFacts { keep_logged_in: true, ..session(0.0, DAY) };
    assert_eq!(at(&kept, 31.0 * DAY), Ok(()));
    assert_eq!(at(&kept, 31.0 * DAY + 1.0), Err(Reason::CredentialExpired));
}

#[test]
fn what_was_ended_is_refused_alike() {
    use CredentialState::{Expired, LoggedOut, Revoked, Unknown};
    for state in [Expired, LoggedOut, Revoked, Unknown] {
        let user = SessionFacts { state, ..session(0.0, 0.0) };
        assert_eq!(at(&user, 1.0), Err(Reason::CredentialInvalid));
        let token =
            AdminTokenFacts { state, deployed_to: [LIVE.into()].into(), ..AdminTokenFacts::default() };
        let judged = judge(&CredentialFacts::AdminToken(token), LIVE, None);
        assert_eq!(judged.map_err(|(reason, _)| reason), Err(Reason::CredentialInvalid));
    }
}

#[test]
fn times_that_are_missing_deny() {
    for it in [
        SessionFacts { issued_at: Some(0.0), ..SessionFacts::default() },
        SessionFacts { last_used_at: Some(0.0), ..SessionFacts::default() },
    ] {
        assert_eq!(at(&it, 1.0), Err(Reason::CredentialInvalid));
    }
    let whole = CredentialFacts::User(session(0.0, 0.0));
    assert_eq!(judge(&whole, LIVE, None), Err((Reason::CredentialInvalid, "session_times_missing")));
}

#[test]
fn credentials_are_good_on_their_branch() {
    let token = AdminTokenFacts { deployed_to: ["test".into()].into(), ..AdminTokenFacts::default() };
    let token = CredentialFacts::AdminToken(token);
    assert_eq!(judge(&token, "test", None), Ok(()));
    assert_eq!(judge(&token, LIVE, None), Err((Reason::CredentialWrongBranch, "not_deployed")));
    let user = SessionFacts { branch: Some("test".into()), ..session(0.0, 0.0) };
    assert_eq!(at(&user, 1.0), Err(Reason::CredentialWrongBranch));
}

proptest! {
    #[test]
    fn no_session_outlives_its_longest_life(
        issued in any::<f64>(), used in any::<f64>(), now in any::<f64>(), keep: bool, second: bool,
    ) {
        let it = SessionFacts { keep_logged_in: keep, two_factor: second, ..session(issued, used) };
        if at(&it, now).is_ok() {
            prop_assert!(now - issued < 365.0 * DAY && now - used <= IDLE);
            prop_assert!(issued <= now + LEEWAY);
        }
    }
}
