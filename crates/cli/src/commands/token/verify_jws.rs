//! `token verify-jws`: signed messages in, what was signed out.

use std::{borrow::Cow, io, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Args;
use portcullis::{Engine, Error, KeyRing, PolicySource, Session};
use serde::{Deserialize, Serialize, de::Error as _};
use serde_json::value::RawValue;

use crate::{
    arguments::Global,
    batch::{self, Fault},
    context,
    failure::Failure,
    output::{self, Exit, Plain},
};

/// Options of `token verify-jws`.
#[derive(Debug, Args)]
pub struct VerifyJwsOptions {
    /// The signed message, in compact form; `-` reads it from standard input
    #[arg(requires = "jwks")]
    jws: Option<String>,
    /// Keys (JWK Set or JWK); not needed for lines that bring their own
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
}

/// A line in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(borrow, default, rename = "id")]
    _id: Option<&'a RawValue>,
    #[serde(borrow)]
    jws: Cow<'a, str>,
    /// As text: what is wrong with a key, such as a repeated name, is the module's to find.
    #[serde(borrow, default)]
    jwk: Option<&'a RawValue>,
}

/// A line out.
#[derive(Debug, PartialEq, Serialize)]
struct Answer {
    valid: bool,
    payload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
}

pub(super) fn run(options: &VerifyJwsOptions, global: &Global) -> Result<Exit, Failure> {
    let jwks = options.jwks.as_deref().map(context::text).transpose()?;
    let mut verifier =
        Verifier::new(context::engine(global)?, jwks).map_err(|error| match &options.jwks {
            Some(file) => context::about_file(file, error),
            None => error.into(),
        })?;
    if let Some(keys) = &verifier.keys {
        context::warn_of_keys(keys.loaded());
    }
    let Some(jws) = &options.jws else {
        return batch::run(io::stdin().lock(), io::stdout().lock(), |line| {
            let line: Line<'_> = serde_json::from_slice(line)?;
            if line.jwk.is_none() && verifier.keys.is_none() {
                return Err(Fault::Line(serde_json::Error::missing_field("jwk")));
            }
            match verifier.verify(&line.jws, line.jwk.map(RawValue::get)) {
                Ok(verified) => Ok(Answer::from(verified.ok())),
                // The sandbox gave up on this message. That says nothing of the next.
                Err(_) => {
                    verifier.renew()?;
                    Ok(Answer::from(None))
                }
            }
        });
    };
    let verified = verifier.verify(&super::given(jws)?, None)?;
    let detail = verified.as_ref().err().cloned().unwrap_or_default();
    let answer = Answer::from(verified.ok());
    if global.json {
        output::json(&answer)?;
    } else {
        output::text(&shown(&answer, &detail))?;
    }
    Ok(Exit::allow_if(answer.valid))
}

/// A session, and the keys of the file.
struct Verifier {
    engine: Engine,
    jwks: Option<String>,
    session: Session,
    keys: Option<KeyRing>,
}

impl Verifier {
    fn new(engine: Engine, jwks: Option<String>) -> Result<Self, Error> {
        let (session, keys) = open(&engine, jwks.as_deref())?;
        Ok(Self { engine, jwks, session, keys })
    }

    /// Takes a new sandbox.
    fn renew(&mut self) -> Result<(), Error> {
        (self.session, self.keys) = open(&self.engine, self.jwks.as_deref())?;
        Ok(())
    }

    /// What was signed, or why the message is refused; with `jwk` by that alone.
    fn verify(&mut self, jws: &str, jwk: Option<&str>) -> Result<Result<Vec<u8>, String>, Error> {
        let Some(jwk) = jwk else {
            return match &self.keys {
                Some(keys) => self.session.verify_jws(keys, jws),
                None => Ok(Err("key_missing".into())),
            };
        };
        let keys = match self.session.load_keys(jwk) {
            Ok(keys) => keys,
            // A key that cannot be used verifies nothing.
            Err(Error::Configuration { .. }) => return Ok(Err("key_unusable".into())),
            Err(error) => return Err(error),
        };
        let verified = self.session.verify_jws(&keys, jws)?;
        self.session.release_keys(keys)?;
        Ok(verified)
    }
}

/// A signature is looked at under no policy; a session has one all the same.
fn open(engine: &Engine, jwks: Option<&str>) -> Result<(Session, Option<KeyRing>), Error> {
    let mut session = Session::new(engine, &PolicySource::from_json(r#"{"portcullis":1}"#), None)?;
    let keys = jwks.map(|jwks| session.load_keys(jwks)).transpose()?;
    Ok((session, keys))
}

impl From<Option<Vec<u8>>> for Answer {
    fn from(payload: Option<Vec<u8>>) -> Self {
        let Some(payload) = payload else {
            return Self { valid: false, payload: None, encoding: None };
        };
        let (payload, encoding) = match String::from_utf8(payload) {
            Ok(text) => (text, None),
            Err(error) => (URL_SAFE_NO_PAD.encode(error.as_bytes()), Some("base64url")),
        };
        Self { valid: true, payload: Some(payload), encoding }
    }
}

fn shown(answer: &Answer, detail: &str) -> String {
    let (sign, _, style) = output::verdict(answer.valid);
    match &answer.payload {
        Some(payload) => {
            let encoding = answer.encoding.map(|name| format!(", in {name}")).unwrap_or_default();
            format!("{style}{sign} genuine{style:#}{encoding}\n{}\n", Plain(payload))
        }
        None => format!("{style}{sign} refused{style:#}  {detail}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_text_if_it_can_be() {
        let line = |payload: &[u8]| serde_json::to_string(&Answer::from(Some(payload.to_vec()))).unwrap();
        assert_eq!(line(b"{}\n\0"), r#"{"valid":true,"payload":"{}\n\u0000"}"#);
        assert_eq!(line(b""), r#"{"valid":true,"payload":""}"#);
        assert_eq!(line(b"\xff\xfe"), r#"{"valid":true,"payload":"__4","encoding":"base64url"}"#);
        assert_eq!(serde_json::to_string(&Answer::from(None)).unwrap(), r#"{"valid":false,"payload":null}"#);
    }
}
