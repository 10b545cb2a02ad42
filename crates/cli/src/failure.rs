//! Why a command has no answer, and how that is told.

use std::{io::Write, process::ExitCode};

use portcullis::Error;
use portcullis_wire::policy::Finding;

use crate::{openapi::ImportError, output};

/// Why a command has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was given cannot be used.
    #[error("{0}")]
    Input(String),
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
    const fn code(&self) -> u8 {
        match self {
            Self::Input(_) | Self::Import(_) => 2,
            Self::Host(Error::Configuration { .. } | Error::Refused(_)) => 2,
            Self::Host(_) | Self::Output(_) => 3,
        }
    }

    fn findings(&self) -> &[Finding] {
        match self {
            Self::Host(Error::Configuration { findings, .. }) => findings,
            _ => &[],
        }
    }
}

/// Says why there is no answer, on standard error. A pipe that was closed is not worth a word.
#[must_use]
pub fn report(failure: &Failure, json: bool) -> ExitCode {
    let code = failure.code();
    if let Failure::Output(error) = failure
        && error.kind() == std::io::ErrorKind::BrokenPipe
    {
        return ExitCode::from(0);
    }
    let mut err = anstream::stderr().lock();
    // Standard error is the last resort; there is nobody to tell that it failed.
    let _ = if json {
        let findings = failure.findings();
        let mut error = serde_json::json!({ "message": failure.to_string() });
        if !findings.is_empty() {
            error["findings"] = serde_json::json!(findings);
        }
        writeln!(err, "{}", serde_json::json!({ "error": error }))
    } else {
        let (bad, bold) = (output::BAD, output::BOLD);
        let mut text = format!("{bad}error:{bad:#} {failure}\n");
        for Finding { code, path, message } in failure.findings() {
            let path = if path.is_empty() { "/" } else { path };
            text.push_str(&format!("  {bold}{path}{bold:#}: {message} [{code}]\n"));
        }
        err.write_all(text.as_bytes())
    };
    ExitCode::from(code)
}
