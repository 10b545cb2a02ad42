//! Who a table is about, and what the module decides for them.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use clap::Args;
use portcullis::{Credential, Permit, PolicySource, Session};
use portcullis_wire::{
    Request, Stage, Values,
    call::{Call, ClaimParts, ClaimText, TenantParts},
};
use serde::Serialize;
use serde_json::Value;

use crate::{failure::Failure, output::Plain};

/// What the bearer of every tenant and operation, and of no role, is called.
const NOBODY: &str = "(no role)";

/// What whoever shows no credential is called.
const ANONYMOUS: &str = "(no credential)";

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
}

impl Subject {
    fn bearer(name: &str, claim: Option<String>, roles: Vec<String>) -> Self {
        Self { name: name.to_owned(), claim, roles, anonymous: false }
    }
}

impl SubjectOptions {
    /// Those who ask, in the order of their first option, claims first; without options, one for each of
    /// these roles, and one without any. `open`: the policy has operations for which nobody need be known.
    ///
    /// # Errors
    /// If a name has two claims.
    pub(super) fn subjects(&self, roles: BTreeSet<String>, open: bool) -> Result<Vec<Subject>, Failure> {
        let mut subjects: Vec<Subject> = Vec::new();
        if self.anonymous || open {
            subjects.push(Subject { anonymous: true, ..Subject::bearer(ANONYMOUS, None, Vec::new()) });
        }
        if self.claim.is_empty() && self.roles.is_empty() {
            subjects.push(Subject::bearer(NOBODY, None, Vec::new()));
            let holder = |role: String| Subject::bearer(&role.clone(), None, vec![role]);
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

/// The names of the roles that a policy defines.
///
/// # Errors
/// If the policy cannot be read.
pub(super) fn roles(policy: &PolicySource) -> Result<BTreeSet<String>, Failure> {
    let document: Value = serde_json::from_str(policy.document()).map_err(std::io::Error::from)?;
    let roles = document["roles"]["roles"].as_object();
    Ok(roles.into_iter().flat_map(|roles| roles.keys().cloned()).collect())
}

/// Whether some operation of a policy is for whoever comes.
///
/// # Errors
/// If the policy cannot be read.
pub(super) fn open(policy: &PolicySource) -> Result<bool, Failure> {
    let document: Value = serde_json::from_str(policy.document()).map_err(std::io::Error::from)?;
    let entries = document["operations"].as_object();
    Ok(entries.into_iter().flat_map(|it| it.values()).any(|entry| entry["authentication"] == "none"))
}

/// Somebody who asks in a session; none without a credential. Their claim and roles are compiled once, for every question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bearer(Option<Permit>);

impl Bearer {
    /// Lets the module compile claim and roles.
    ///
    /// # Errors
    /// What befell the sandbox.
    pub(super) fn new(session: &mut Session, subject: &Subject) -> Result<Self, Failure> {
        if subject.anonymous {
            return Ok(Self(None));
        }
        let policy = session.policy().policy;
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
        let roles: Vec<Cow<'_, str>> = subject.roles.iter().map(|role| Cow::Borrowed(&**role)).collect();
        Ok(Self(Some(session.permit_with_roles(&claim, &roles)?)))
    }

    /// What the module says of an operation and a tenant: `allow`, `condition` where it would depend on
    /// facts that a table does not have, or the reason of the denial.
    ///
    /// # Errors
    /// What befell the sandbox.
    pub(super) fn verdict(
        self,
        session: &mut Session,
        operation: &str,
        tenant: Option<&str>,
    ) -> Result<&'static str, Failure> {
        let request = Request {
            operation: Some(Cow::Borrowed(operation)),
            tenant: tenant.map_or(Values::Absent, |tenant| Values::One(Cow::Borrowed(tenant))),
            ..Request::default()
        };
        let decided = match self.0 {
            Some(permit) => session.decide(permit, &request)?,
            None => session.authorize(&Credential::Token(None), &request, 0.0)?,
        };
        let decision = decided.view()?;
        Ok(match (decision.decision, decision.stage) {
            (true, _) => "allow",
            (false, Some(Stage::Condition)) => "condition",
            (false, _) => decision.reason.code(),
        })
    }
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
