//! The module in wasmtime, through the host crate.

use std::path::Path;

use portcullis::{
    Credential, Engine, Limits, PolicySource, Session,
    wire::{DecisionFacts, PrincipalFacts},
};

use super::{Host, request, values};
use crate::corpus::{Case, Group};

/// A session of the host crate.
pub struct Wasmtime {
    engine: Engine,
    session: Option<Session>,
    receipts: bool,
}

impl Wasmtime {
    /// Loads the module from a file.
    ///
    /// # Errors
    /// If it is missing or unusable.
    pub fn new(module: &Path) -> Result<Self, String> {
        let wasm = std::fs::read(module)
            .map_err(|error| format!("{}: {error}; run `cargo xtask dist`", module.display()))?;
        let engine = Engine::from_wasm(&wasm, None, Limits::default()).map_err(|error| error.to_string())?;
        Ok(Self { engine, session: None, receipts: false })
    }
}

impl Host for Wasmtime {
    fn load(&mut self, group: &Group) -> Result<(), String> {
        let source = PolicySource::from_json(group.policy.to_string());
        let source = if group.receipts { source.with_receipts() } else { source };
        self.receipts = group.receipts;
        let jwks = group.jwks.as_ref().map(ToString::to_string);
        let session = Session::new(&self.engine, &source, jwks.as_deref());
        self.session = Some(session.map_err(|error| format!("{error:?}"))?);
        Ok(())
    }

    fn decide(&mut self, case: &Case, now: f64) -> Result<String, String> {
        let session = self.session.as_mut().ok_or("no policy")?;
        let none = serde_json::Value::Null;
        if let (Some(claim), false) = (&case.claim, case.roles.is_empty()) {
            let roles: Vec<_> = case.roles.iter().map(Into::into).collect();
            if self.receipts {
                let principal = PrincipalFacts { claim: values(claim)?, roles, ..PrincipalFacts::default() };
                let facts =
                    DecisionFacts { principal: Some(principal), refused: None, request: request(case, now)? };
                let decision = session.decide_from(&facts).map_err(|error| format!("{error:?}"))?;
                return Ok(decision.json().to_owned());
            }
            let decision = session
                .authorize_assumed(&values(claim)?, &roles, &request(case, now)?, now)
                .map_err(|error| format!("{error:?}"))?;
            return Ok(decision.json().to_owned());
        }
        let credential = match (&case.claim, &case.token) {
            (Some(claim), _) => Credential::Claim(values(claim)?),
            (None, Some(token)) => Credential::Token(Some(token)),
            (None, None) => Credential::Authorization(values(case.authorization.as_ref().unwrap_or(&none))?),
        };
        let request = request(case, now)?;
        let decided = if self.receipts {
            session.authorize_recorded(&credential, &request, now).map(|(decision, _)| decision)
        } else {
            session.authorize(&credential, &request, now)
        };
        let decision = decided.map_err(|error| format!("{error:?}"))?;
        Ok(decision.json().to_owned())
    }
}
