//! Why a command has no answer, and how that is told.

use std::{io::Write, process::ExitCode};

use portcullis::Error;
use portcullis_wire::{call::ClaimErrorView, policy::Finding};
use serde_json::json;

use crate::{
    claim,
    openapi::{DocumentProblem, ImportError},
    output::{BAD, BOLD, Plain, WARN},
};

/// Why a command has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was given cannot be used.
    #[error("{0}")]
    Input(String),
    /// Arguments that are none of this program's.
    #[error("{}", .0.trim().trim_start_matches("error: "))]
    Usage(String),
    /// A claim that is not valid.
    #[error("the claim is not valid: {}", .error.kind.replace('_', " "))]
    Claim {
        /// The claim.
        claim: String,
        /// What is wrong with it, and where.
        error: ClaimErrorView,
        /// What may have been meant.
        hint: Option<String>,
    },
    /// The module or its host says so.
    #[error(transparent)]
    Host(#[from] Error),
    /// Documents that make no catalog.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Nobody reads what is written.
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Failure {
    /// 2 for what the user can mend, 3 for the rest.
    const fn exit(&self) -> u8 {
        match self {
            Self::Input(_) | Self::Usage(_) | Self::Claim { .. } | Self::Import(_) => 2,
            Self::Host(Error::Configuration { .. } | Error::Refused(_)) => 2,
            Self::Host(_) | Self::Output(_) => 3,
        }
    }

    /// A stable code.
    fn code(&self) -> &str {
        match self {
            Self::Input(_) => "INPUT",
            Self::Usage(_) => "USAGE",
            Self::Claim { .. } => "CLAIM_INVALID",
            Self::Host(error) => error.code(),
            Self::Import(_) => "IMPORT",
            Self::Output(_) => "OUTPUT",
        }
    }

    fn findings(&self) -> &[Finding] {
        match self {
            Self::Host(Error::Configuration { findings, .. }) => findings,
            _ => &[],
        }
    }

    /// Everything that is known of the failure, for programs.
    fn json(&self) -> serde_json::Value {
        let mut error = json!({ "code": self.code(), "message": self.to_string() });
        match self {
            Self::Claim { error: place, hint, .. } => {
                error["claim"] = json!(place);
                error["hint"] = json!(hint);
            }
            Self::Host(Error::Configuration { findings, .. }) if !findings.is_empty() => {
                error["findings"] = json!(findings);
            }
            Self::Import(ImportError::Documents(problems)) => {
                let problem = |DocumentProblem { document, place, message }: &_| json!({ "document": document, "place": place, "message": message });
                error["problems"] = problems.iter().map(problem).collect();
            }
            Self::Import(ImportError::Ids(problems)) => error["problems"] = json!(problems),
            _ => {}
        }
        json!({ "error": error })
    }

    /// The same for people.
    fn text(&self) -> String {
        let mut text = format!("{BAD}error:{BAD:#} {self}\n");
        if let Self::Claim { claim, error, hint } = self {
            text.push_str(&claim::marked(claim, error));
            if let Some(hint) = hint {
                text.push_str(&format!("{WARN}hint:{WARN:#} {hint}\n"));
            }
        }
        text.push_str(&listed(self.findings()));
        text
    }
}

/// Findings about a policy, a line each.
#[must_use]
pub fn listed(findings: &[Finding]) -> String {
    let line = |Finding { code, path, message }: &Finding| {
        let path = if path.is_empty() { "/" } else { path };
        format!("  {BOLD}{}{BOLD:#}: {} [{code}]\n", Plain(path), Plain(message))
    };
    findings.iter().map(line).collect()
}

/// Says why there is no answer, on standard error. A pipe that was closed is not worth a word.
#[must_use]
pub fn report(failure: &Failure, json: bool) -> ExitCode {
    if let Failure::Output(error) = failure
        && error.kind() == std::io::ErrorKind::BrokenPipe
    {
        return ExitCode::from(0);
    }
    let text = if json { format!("{}\n", failure.json()) } else { failure.text() };
    // Standard error is the last resort; there is nobody to tell that it failed.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
    ExitCode::from(failure.exit())
}
