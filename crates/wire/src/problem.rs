//! What a denial says to the outside (RFC 9457).

use serde::Serialize;

use crate::{Decision, Reason, Stage};

/// The body of a denial. It names the stage and the reason, and nothing of the policy. What exists
/// and is hidden reads exactly as what does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The phrase of the status.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The stage that denied.
    pub stage: Option<Stage>,
    /// The reason, as the outside may know it.
    pub reason: Reason,
}

impl Reason {
    /// The reason as the outside may know it.
    #[must_use]
    pub const fn outward(self) -> Self {
        match self {
            Self::ResourceTenantMismatch => Self::NotFound,
            Self::WorkflowNotExposed => Self::WorkflowUnknown,
            other => other,
        }
    }
}

impl Decision<'_> {
    /// What the outside is told.
    #[must_use]
    pub const fn problem(&self) -> Problem {
        let reason = self.reason.outward();
        Problem {
            kind: "about:blank",
            title: title(self.status),
            status: self.status,
            // Which stage found nothing would tell whether there is something.
            stage: match reason {
                Reason::NotFound => Some(Stage::Data),
                _ => self.stage,
            },
            reason,
        }
    }
}

const fn title(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Denied",
    }
}
