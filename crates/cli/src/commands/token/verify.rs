//! `token verify`: tokens in, what became of them out.

use std::{borrow::Cow, collections::BTreeMap, io, path::PathBuf};

use clap::Args;
use portcullis::{Error, Outcome, Session};
use portcullis_wire::Reason;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    arguments::Global,
    batch, context,
    failure::Failure,
    output::{self, BOLD, DIM, Exit, PLAIN, Plain},
    table::{Cell, Table},
};

/// Options of `token verify`.
#[derive(Debug, Args)]
pub struct VerifyOptions {
    /// The token; `-` reads it from standard input
    token: Option<String>,
    /// Policy file (JSON or YAML)
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The issuer's key set (JWK Set)
    #[arg(long, value_name = "FILE")]
    jwks: PathBuf,
    /// The time, in seconds since 1970; the clock's by default
    #[arg(long, value_name = "SECONDS", value_parser = context::seconds)]
    now: Option<f64>,
}

/// A line in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(borrow, default, rename = "id")]
    _id: Option<&'a RawValue>,
    /// Null where no token came; a line must say so.
    #[serde(borrow, deserialize_with = "Option::deserialize")]
    token: Option<Cow<'a, str>>,
}

/// A line out.
#[derive(Serialize)]
struct Answer {
    valid: bool,
    reason: Option<Reason>,
    detail: Option<String>,
    claims: Option<Box<RawValue>>,
}

pub(super) fn run(options: &VerifyOptions, global: &Global) -> Result<Exit, Failure> {
    let open = || context::session(&options.policy, Some(&options.jwks), global);
    let mut session = open()?;
    let now = || options.now.unwrap_or_else(context::now);
    let Some(token) = &options.token else {
        return batch::run(io::stdin().lock(), io::stdout().lock(), |line| {
            let line: Line<'_> = serde_json::from_slice(line)?;
            let Some(token) = &line.token else {
                return Ok(Answer::refused(Reason::AuthenticationRequired, None));
            };
            match verify(&mut session, token, now()) {
                Ok(answer) => Ok(answer),
                Err(error @ (Error::Configuration { .. } | Error::Refused(_))) => Err(error.into()),
                // The sandbox gave up on this token. That refuses it, and says nothing of the next.
                Err(error) => {
                    session = open()?;
                    Ok(Answer::refused(batch::denial(&error), None))
                }
            }
        });
    };
    let now = now();
    let answer = verify(&mut session, &super::given(token)?, now)?;
    if global.json {
        output::json(&answer)?;
    } else {
        output::text(&shown(&answer, now)?)?;
    }
    Ok(Exit::allow_if(answer.valid))
}

fn verify(session: &mut Session, token: &str, now: f64) -> Result<Answer, Error> {
    match session.verify(token, now, true)? {
        Outcome::Absent => Ok(Answer::refused(Reason::AuthenticationRequired, None)),
        Outcome::Refused { reason, detail } => Ok(Answer::refused(reason, Some(detail))),
        Outcome::Verified(token) => {
            session.release(token.permit())?;
            // A line break in JSON can only be white space, and would end the line here.
            let claims = token.claims().unwrap_or_default().replace(['\n', '\r'], " ");
            let claims =
                RawValue::from_string(claims).map_err(|_| Error::Contract("claims that are no JSON"))?;
            Ok(Answer { valid: true, reason: None, detail: None, claims: Some(claims) })
        }
    }
}

impl Answer {
    const fn refused(reason: Reason, detail: Option<String>) -> Self {
        Self { valid: false, reason: Some(reason), detail, claims: None }
    }
}

fn shown(answer: &Answer, now: f64) -> Result<String, Failure> {
    let (sign, _, style) = output::verdict(answer.valid);
    let Some(claims) = &answer.claims else {
        let reason = answer.reason.map(Reason::code).unwrap_or_default();
        let detail = answer.detail.as_deref().map(|detail| format!(": {detail}")).unwrap_or_default();
        return Ok(format!("{style}{sign} refused{style:#}  {reason}{detail}\n"));
    };
    let claims: BTreeMap<Cow<'_, str>, &RawValue> =
        serde_json::from_str(claims.get()).map_err(io::Error::from)?;
    let mut table = Table::default();
    for (name, value) in &claims {
        let value = value.get();
        let text = serde_json::from_str::<String>(value);
        let mut cell = Cell::new(PLAIN, Plain(text.as_deref().unwrap_or(value)).to_string());
        if matches!(&**name, "exp" | "nbf" | "iat")
            && let Ok(date) = value.parse::<f64>()
        {
            cell = cell.and(DIM, format!("  {}", from_now(date - now)));
        }
        table.row([Cell::new(PLAIN, "  ").and(BOLD, Plain(name).to_string()), cell]);
    }
    Ok(format!("{style}{sign} good{style:#}\n{}", table.render()))
}

/// How far away a date is, in its largest whole unit.
fn from_now(seconds: f64) -> String {
    let distance = seconds.abs();
    let (count, unit) = match distance {
        ..120.0 => (distance, "s"),
        ..7200.0 => (distance / 60.0, "min"),
        ..172_800.0 => (distance / 3600.0, "h"),
        _ => (distance / 86_400.0, "days"),
    };
    let count = count.floor();
    if seconds < 0.0 { format!("{count} {unit} ago") } else { format!("in {count} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_whether_a_token_came() {
        let read = |line: &'static str| serde_json::from_str::<Line<'_>>(line).map(|line| line.token);
        assert_eq!(read(r#"{"token":null}"#).unwrap(), None);
        assert_eq!(read(r#"{"id":[1],"token":"a\u002eb"}"#).unwrap().as_deref(), Some("a.b"));
        for line in
            [r#"{"id":1}"#, r#"{"token":1}"#, r#"{"token":"a","token":"b"}"#, r#"{"token":"a","jwk":1}"#]
        {
            assert!(read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn distances_are_told_in_whole_units() {
        for (seconds, text) in [
            (0.0, "in 0 s"),
            (-1.5, "1 s ago"),
            (119.9, "in 119 s"),
            (3600.0, "in 60 min"),
            (-7200.0, "2 h ago"),
            (400_000.0, "in 4 days"),
        ] {
            assert_eq!(from_now(seconds), text);
        }
    }
}
