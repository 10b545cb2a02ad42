//! Who asks? A credential that is bad is refused even where none is needed.

use alloc::borrow::Cow;

use portcullis_wire::{
    Reason, Request,
    facts::{AdminTokenFacts, CredentialFacts, Origin, SessionFacts},
    policy::AuthenticationMode,
};

use super::{Credential, Decision, request::Target};
use crate::{Principal, roles::Permissions, roles::Roles, session};

/// Who asks, once their credential is known to be good.
#[derive(Clone, Copy)]
pub(super) enum Caller<'c> {
    /// Nobody who is known.
    Anonymous,
    /// The bearer of a token with a claim.
    Bearer(&'c Principal),
    /// A user with a session.
    User(&'c SessionFacts<'c>),
    /// An administrator's API token.
    Admin(&'c AdminTokenFacts<'c>),
}

impl<'a> Decision<'a> {
    #[inline]
    pub(super) fn identity<'c>(
        &mut self,
        target: &Target<'a>,
        credential: Credential<'c>,
        request: &'c Request<'_>,
    ) -> Result<Caller<'c>, Reason> {
        let caller = match (credential, request.credential.as_deref()) {
            (Credential::Refused(reason), _) => return Err(reason),
            (Credential::Principal(principal), _) => {
                if let Some(expires) = principal.expires()
                    // A time that is missing, or not a number, is before nothing: denied.
                    && !request.now.is_some_and(|now| now < expires)
                {
                    return Err(Reason::CredentialExpired);
                }
                Caller::Bearer(principal)
            }
            (Credential::Absent, Some(facts)) => {
                let branch = request.branch.as_deref().unwrap_or(session::LIVE);
                if let Err((reason, detail)) = session::judge(facts, branch, request.now) {
                    self.detail(detail);
                    return Err(reason);
                }
                match facts {
                    CredentialFacts::User(session) => Caller::User(session),
                    CredentialFacts::AdminToken(token) => Caller::Admin(token),
                }
            }
            (Credential::Absent, None) => Caller::Anonymous,
        };
        let needed = match target {
            Target::Named(_) | Target::Routed(_) => target.authentication(self.policy),
            Target::Workflow(workflow, _) if request.origin == Origin::External => workflow.authentication,
            Target::Workflow(..) | Target::Data(_) => AuthenticationMode::None,
        };
        match (needed, caller) {
            (AuthenticationMode::None, _)
            | (AuthenticationMode::UserAndAdmin, Caller::Bearer(_) | Caller::User(_))
            | (_, Caller::Admin(_)) => Ok(caller),
            (_, Caller::Anonymous) => Err(Reason::AuthenticationRequired),
            (AuthenticationMode::AdminOnly, _) => Err(Reason::AdminCredentialRequired),
        }
    }
}

impl<'c> Caller<'c> {
    pub(super) const fn is_known(self) -> bool {
        !matches!(self, Self::Anonymous)
    }

    pub(super) const fn is_admin(self) -> bool {
        matches!(self, Self::Admin(_))
    }

    /// The claim's bearer. Other credentials have no claim.
    #[inline]
    pub(super) const fn bearer(self) -> Result<&'c Principal, Reason> {
        match self {
            Self::Bearer(principal) => Ok(principal),
            Self::Anonymous => Err(Reason::AuthenticationRequired),
            Self::User(_) | Self::Admin(_) => Err(Reason::ClaimMissing),
        }
    }

    /// What the caller's roles let them do.
    pub(super) fn permissions(self, roles: &Roles) -> Cow<'c, Permissions> {
        let of = |names: &[Cow<'_, str>]| Cow::Owned(roles.of(names.iter().map(AsRef::as_ref)));
        match self {
            Self::Bearer(principal) => Cow::Borrowed(principal.permissions()),
            Self::User(session) => of(&session.roles),
            Self::Admin(token) => of(&token.roles),
            Self::Anonymous => of(&[]),
        }
    }
}
