//! What is said where the gateway does not start.

use std::{fmt, process::ExitCode};

use portcullis::{Error, wire::policy::Finding};

/// Why the gateway does not start, or ended.
#[derive(Debug)]
pub enum Failure {
    /// The operator's to mend.
    Configuration {
        /// What is wrong.
        message: String,
        /// With a policy, every mistake.
        findings: Vec<Finding>,
    },
    /// Something else.
    Other(String),
}

impl Failure {
    /// A configuration with one thing wrong.
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::Configuration { message: message.into(), findings: Vec::new() }
    }

    /// What the program ends with.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Configuration { .. } => ExitCode::from(2),
            Self::Other(_) => ExitCode::from(3),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Configuration { message, findings } => Self::Configuration { message, findings },
            // A bundle, or a call of this program's: the code tells.
            Error::Refused(refused) => Self::configuration(format!("{} [{}]", refused.message, refused.code)),
            other => Self::Other(other.to_string()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(message) => write!(f, "error: {message}"),
            Self::Configuration { message, findings } => {
                write!(f, "error: {message}")?;
                findings.iter().try_for_each(|finding| {
                    let at = if finding.path.is_empty() { "the document" } else { &finding.path };
                    write!(f, "\n  {at}: {} [{}]", finding.message, finding.code)
                })
            }
        }
    }
}
