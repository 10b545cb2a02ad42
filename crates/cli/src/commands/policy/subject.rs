//! Who a table is about, and what the module decides for them.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use clap::Args;
use portcullis::{Credential, Permit, PolicySource, Session};
use portcullis_wire::{
    Request, Stage, Values,
    call::{Call, ClaimParts, ClaimText, PolicyTable, TenantParts},
    facts::{AdminTokenFacts, CredentialFacts},
};
use serde::Serialize;
use serde_json::Value;

use crate::{failure::Failure, output::Plain};

/// What the bearer of every tenant and operation, and of no role, is called.
const NOBODY: &str = "(no role)";

/// What whoever shows no credential is called.
const ANONYMOUS: &str = "(no credential)";

/// What an administrator's API token is called; one with roles, after whoever else has them.
const ADMIN: &str = "(admin token)";

/// Where the requests of a table go. An administrator's API token is deployed there.
const BRANCH: &str = "live";

/// Options that name who asks.
#[derive(Debug, Args)]
pub(super) struct SubjectOptions {
    /// Someone who asks, by name, and their claim; may be given several times
    #[arg(long, value_name = "NAME=CLAIM", value_parser = named)]
    claim: Vec<(String, String)>,
    /// Someone who asks, by name, and their roles; may be given several times
    #[arg(long, value_name = "NAME=ROLE,…", value_parser = named)]
    roles: Vec<(String, String)>,
    /// Ask for whoever shows no credential, too; done without being told where the policy lets nobody in
    /// particular in
    #[arg(long)]
    anonymous: bool,
    /// Ask for administrators' API tokens, too: one without roles, and one with the roles of each bearer;
    /// done without being told where an operation of the policy does not ask for a claim
    #[arg(long)]
    admin_token: bool,
}

fn named(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !name.contains(char::is_control) => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("expected a name, `=`, and its value".into()),
    }
}

/// Somebody who asks.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Subject {
    /// What the answer calls them.
    pub(super) name: String,
    /// Their claim; none for one that allows everything.
    claim: Option<String>,
    roles: Vec<String>,
    /// Whether they show no credential.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    anonymous: bool,
    /// Whether they show an administrator's API token, which has no claim and is for every tenant.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    admin_token: bool,
}

impl Subject {
    fn bearer(name: &str, claim: Option<String>, roles: Vec<String>) -> Self {
        Self { name: name.to_owned(), claim, roles, anonymous: false, admin_token: false }
    }

    fn admin(name: &str, roles: Vec<String>) -> Self {
        Self { admin_token: true, ..Self::bearer(name, None, roles) }
    }
}

impl SubjectOptions {
    /// Those who ask: whoever shows no credential, then bearers, then administrators' API tokens.
    ///
    /// # Errors
    /// If a name has two claims.
    pub(super) fn subjects(&self, policies: &[&PolicySource]) -> Result<Vec<Subject>, Failure> {
        let documents = policies.iter().map(|policy| Document::of(policy)).collect::<Result<Vec<_>, _>>()?;
        let mut subjects = Vec::new();
        if self.anonymous || documents.iter().any(|document| document.has_mode(&["none"])) {
            subjects.push(Subject { anonymous: true, ..Subject::bearer(ANONYMOUS, None, Vec::new()) });
        }
        let bearers = self.bearers(documents.iter().flat_map(Document::roles).collect())?;
        let mut admins = Vec::new();
        if self.admin_token || documents.iter().any(|document| document.has_mode(&["none", "admin_only"])) {
            admins.push(Subject::admin(ADMIN, Vec::new()));
            let held = bearers.iter().filter(|bearer| !bearer.roles.is_empty());
            admins.extend(held.map(|it| Subject::admin(&format!("{} {ADMIN}", it.name), it.roles.clone())));
        }
        subjects.extend(bearers);
        subjects.extend(admins);
        Ok(subjects)
    }

    /// Bearers in the order of their first option, claims first; without options, one for each of these
    /// roles, and one without any.
    fn bearers(&self, roles: BTreeSet<&str>) -> Result<Vec<Subject>, Failure> {
        let mut subjects: Vec<Subject> = Vec::new();
        if self.claim.is_empty() && self.roles.is_empty() {
            subjects.push(Subject::bearer(NOBODY, None, Vec::new()));
            let holder = |role: &str| Subject::bearer(role, None, vec![role.to_owned()]);
            subjects.extend(roles.into_iter().map(holder));
            return Ok(subjects);
        }
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, claim) in &self.claim {
            if places.insert(name, subjects.len()).is_some() {
                return Err(Failure::Input(format!("`{}` has two claims", Plain(name))));
            }
            subjects.push(Subject::bearer(name, Some(claim.clone()), Vec::new()));
        }
        for (name, roles) in &self.roles {
            let at = *places.entry(name).or_insert_with(|| {
                subjects.push(Subject::bearer(name, None, Vec::new()));
                subjects.len() - 1
            });
            subjects[at].roles.extend(roles.split(',').map(ToOwned::to_owned));
        }
        Ok(subjects)
    }
}

/// What a policy says of who there is.
struct Document(Value);

impl Document {
    fn of(policy: &PolicySource) -> Result<Self, Failure> {
        Ok(Self(serde_json::from_str(policy.document()).map_err(std::io::Error::from)?))
    }

    /// The names of the roles that it defines.
    fn roles(&self) -> impl Iterator<Item = &str> {
        self.0["roles"]["roles"].as_object().into_iter().flat_map(|roles| roles.keys().map(String::as_str))
    }

    /// Whether some operation asks for one of these ways of authentication.
    fn has_mode(&self, modes: &[&str]) -> bool {
        let mut entries = self.0["operations"].as_object().into_iter().flat_map(|it| it.values());
        entries.any(|entry| entry["authentication"].as_str().is_some_and(|mode| modes.contains(&mode)))
    }
}

/// Somebody who asks in a session.
#[derive(Debug)]
pub(super) enum Bearer {
    /// They show no credential.
    Anonymous,
    /// Their claim and roles, compiled once for every question.
    Permit(Permit),
    /// They show an administrator's API token.
    Admin {
        /// Its roles.
        roles: Vec<String>,
        /// The tenants of the policy: it is for all of them.
        tenants: Vec<String>,
    },
}

impl Bearer {
    /// Lets the module compile claim and roles.
    ///
    /// # Errors
    /// What befell the sandbox.
    pub(super) fn new(session: &mut Session, subject: &Subject) -> Result<Self, Failure> {
        if subject.anonymous {
            return Ok(Self::Anonymous);
        }
        let policy = session.policy().policy;
        if subject.admin_token {
            let PolicyTable { tenants, .. } = session.ask(&Call::PolicyTable { policy })?;
            return Ok(Self::Admin { roles: subject.roles.clone(), tenants });
        }
        let claim = match &subject.claim {
            Some(claim) => claim.clone(),
            None => {
                let parts = ClaimParts {
                    allow_all_operations: true,
                    allow: Vec::new(),
                    deny: Vec::new(),
                    tenants: Some(TenantParts::AllExcept(Vec::new())),
                };
                let built: ClaimText = session.ask(&Call::ClaimBuild { policy, parts })?;
                built.claim
            }
        };
        let roles: Vec<Cow<'_, str>> = borrowed(&subject.roles);
        Ok(Self::Permit(session.permit_with_roles(&claim, &roles)?))
    }

    /// What the module says of an operation and a tenant: `allow`, `condition` where it would depend on
    /// facts that a table does not have, or the reason of the denial.
    ///
    /// # Errors
    /// What befell the sandbox.
    pub(super) fn verdict(
        &self,
        session: &mut Session,
        operation: &str,
        tenant: Option<&str>,
    ) -> Result<&'static str, Failure> {
        let request = Request {
            operation: Some(Cow::Borrowed(operation)),
            tenant: tenant.map_or(Values::Absent, |tenant| Values::One(Cow::Borrowed(tenant))),
            ..Request::default()
        };
        let decided = match self {
            Self::Permit(permit) => session.decide(*permit, &request)?,
            Self::Anonymous => session.authorize(&Credential::Token(None), &request, 0.0)?,
            Self::Admin { roles, tenants } => {
                // All tenants would be as many in every question. Of a tenant that is named, it is asked
                // whether the token is for that one; one that is not registered is refused before.
                let tenants = tenant.map_or_else(|| borrowed(tenants), |one| vec![Cow::Borrowed(one)]);
                let facts = AdminTokenFacts {
                    deployed_to: vec![Cow::Borrowed(BRANCH)],
                    roles: borrowed(roles),
                    tenants,
                    ..AdminTokenFacts::default()
                };
                let credential = Some(Box::new(CredentialFacts::AdminToken(facts)));
                let request = Request { credential, branch: Some(Cow::Borrowed(BRANCH)), ..request };
                session.authorize(&Credential::Token(None), &request, 0.0)?
            }
        };
        let decision = decided.view()?;
        Ok(match (decision.decision, decision.stage) {
            (true, _) => "allow",
            (false, Some(Stage::Condition)) => "condition",
            (false, _) => decision.reason.code(),
        })
    }
}

fn borrowed(texts: &[String]) -> Vec<Cow<'_, str>> {
    texts.iter().map(|text| Cow::Borrowed(&**text)).collect()
}

/// Tenants that have the same answers, as a table names them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub(super) enum Tenants {
    /// All that were asked about.
    All(All),
    /// These; null is a request without a tenant.
    These(Vec<Option<String>>),
}

/// `"*"`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) enum All {
    /// All of them.
    #[serde(rename = "*")]
    All,
}

impl Tenants {
    /// These of so many.
    pub(super) fn of<'a>(tenants: impl ExactSizeIterator<Item = Option<&'a str>>, all: usize) -> Self {
        if tenants.len() == all {
            Self::All(All::All)
        } else {
            Self::These(tenants.map(|tenant| tenant.map(ToOwned::to_owned)).collect())
        }
    }
}

impl std::fmt::Display for Tenants {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::These(tenants) = self else { return f.write_str("*") };
        for (at, tenant) in tenants.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            write!(f, "{comma}{}", Plain(tenant.as_deref().unwrap_or("(no tenant)")))?;
        }
        Ok(())
    }
}
