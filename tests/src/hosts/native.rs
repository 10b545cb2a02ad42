//! The crates, linked in: no sandbox between.

use std::path::Path;

use portcullis::{Digest, Verifiers};
use portcullis_policy::{ClaimValue, Credential, Policy, Principal, bearer, challenge, decide, load};
use portcullis_token::{KeySet, base64url};
use portcullis_wire::{Decision, Values, call::KeyView};

use super::{Host, request, values};
use crate::corpus::{Case, Group};

/// The policy crate itself.
pub struct Native {
    /// What receipts say of the module, which is not there: the digest of the file that the others run.
    module: String,
    policy: Option<Policy>,
    keys: Option<(KeySet, Verifiers)>,
}

impl Native {
    /// Reads the digest of the module's file.
    ///
    /// # Errors
    /// If it is missing.
    pub fn new(module: &Path) -> Result<Self, String> {
        let wasm = std::fs::read(module)
            .map_err(|error| format!("{}: {error}; run `cargo xtask dist`", module.display()))?;
        Ok(Self { module: Digest::of(&wasm).to_string(), policy: None, keys: None })
    }
}

impl Host for Native {
    fn load(&mut self, group: &Group) -> Result<(), String> {
        let document = group.policy.to_string();
        let mut policy = load(&document, None).map_err(|error| format!("{error:?}"))?;
        if group.receipts && !policy.give_receipts(&self.module, &document, None) {
            return Err("the policy gives no receipts".into());
        }
        self.policy = Some(policy);
        self.keys = match &group.jwks {
            None => None,
            Some(jwks) => {
                let jwks = jwks.to_string();
                let set = KeySet::parse(jwks.as_bytes()).map_err(|error| error.to_string())?;
                let usable: Vec<KeyView> = set
                    .keys()
                    .iter()
                    .map(|key| KeyView {
                        index: key.index() as u32,
                        kid: key.kid().map(Into::into),
                        algorithms: key
                            .algorithms()
                            .iter()
                            .map(|algorithm| algorithm.name().into())
                            .collect(),
                    })
                    .collect();
                let verifiers = Verifiers::load(&jwks, &usable).map_err(|error| error.to_string())?;
                Some((set, verifiers))
            }
        };
        Ok(())
    }

    fn decide(&mut self, case: &Case, now: f64) -> Result<String, String> {
        let policy = self.policy.as_ref().ok_or("no policy")?;
        let request = request(case, now)?;
        let principal;
        let credential = match &case.claim {
            Some(claim) => {
                principal = Principal::assumed_with_roles(
                    policy,
                    match &values(claim)? {
                        Values::Absent => ClaimValue::Missing,
                        Values::One(claim) => ClaimValue::One(claim),
                        Values::Several => ClaimValue::Several,
                    },
                    case.roles.iter().map(String::as_str),
                );
                Credential::Principal(&principal)
            }
            None => match self.verify(policy, case, now)? {
                Ok(Some(verified)) => {
                    principal = verified;
                    Credential::Principal(&principal)
                }
                Ok(None) => Credential::Absent,
                Err(reason) => Credential::Refused(reason),
            },
        };
        let decision = decide(policy, credential, &request);
        let receipt = policy.receipt(credential, &request);
        serde_json::to_string(&Decision { receipt, ..decision.view() }).map_err(|error| error.to_string())
    }
}

impl Native {
    fn verify(
        &self,
        policy: &Policy,
        case: &Case,
        now: f64,
    ) -> Result<Result<Option<Principal>, portcullis_wire::Reason>, String> {
        let none = serde_json::Value::Null;
        let header = values(case.authorization.as_ref().unwrap_or(&none))?;
        let token = match &case.token {
            Some(token) => Some(token.as_str()),
            None => match bearer(&header) {
                Ok(token) => token,
                Err(refusal) => return Ok(Err(refusal.reason)),
            },
        };
        let Some(token) = token else { return Ok(Ok(None)) };
        let (keys, verifiers) = self.keys.as_ref().ok_or("no keys")?;
        let challenge = match challenge(policy, keys, token) {
            Ok(challenge) => challenge,
            Err(refusal) => return Ok(Err(refusal.reason)),
        };
        let jws = challenge.jws();
        let signature = token.rsplit_once('.').and_then(|(_, signature)| base64url::decode(signature));
        let genuine = signature.is_some_and(|signature| {
            let key = jws.key().index() as u32;
            verifiers.verify(key, jws.algorithm().name(), jws.signing_input().as_bytes(), &signature)
        });
        let verified = Principal::from_token(policy, &challenge, genuine, now, None);
        Ok(verified.map(Some).map_err(|refusal| refusal.reason))
    }
}
