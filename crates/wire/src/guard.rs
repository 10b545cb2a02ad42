//! Calls into the guard module, and their answers. The frame is that of [`crate::call`].
//!
//! Documents are carried as they stand, not as text inside text: `J` is JSON that is passed on
//! unread, such as `&RawValue`.

use alloc::{borrow::Cow, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::call::Handle;

/// Every call that the guard module answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum GuardCall<'a, J> {
    /// Which version is this? Answer: [`crate::call::Version`].
    #[serde(rename = "version")]
    Version {},
    /// Checks what a policy says of guards, and keeps it. Answer: [`GuardPolicyLoaded`]; error
    /// `POLICY_INVALID`. The rest of the document is the decision module's to check.
    #[serde(rename = "policy.load")]
    PolicyLoad {
        /// The document as JSON text.
        #[serde(borrow)]
        document: Cow<'a, str>,
    },
    /// May a request be sent to this URL? Answer: [`WebhookVerdict`].
    #[serde(rename = "webhook.check")]
    WebhookCheck {
        /// The policy; without one, nothing may be sent.
        policy: Option<Handle>,
        /// The URL.
        #[serde(borrow)]
        url: Cow<'a, str>,
        /// What the host was resolved to, if it was.
        #[serde(borrow, default)]
        addresses: Option<Vec<Cow<'a, str>>>,
    },
    /// What is wrong with a template? Answer: [`TemplateValidated`].
    #[serde(rename = "template.validate")]
    TemplateValidate {
        /// The policy; without one, fields are restricted by their names alone.
        policy: Option<Handle>,
        /// The template.
        #[serde(borrow)]
        template: Cow<'a, str>,
    },
    /// A template with values put in. Answer: [`TemplateRendered`].
    #[serde(rename = "template.render")]
    TemplateRender {
        /// The policy; without one, fields are restricted by their names alone.
        policy: Option<Handle>,
        /// What the text is for.
        #[serde(default)]
        channel: Channel,
        /// The template.
        #[serde(borrow)]
        template: Cow<'a, str>,
        /// The values: an object.
        context: J,
    },
    /// A document without what it must not show. Answer: [`Masked`].
    #[serde(rename = "mask")]
    Mask {
        /// The policy; without one, fields are hidden by their names alone.
        policy: Option<Handle>,
        /// The key of keyed hashes, in hexadecimal.
        #[serde(borrow, default)]
        hash_key: Option<Cow<'a, str>>,
        /// The document.
        document: J,
    },
    /// What is wrong with a workflow definition? Answer: [`crate::workflow::LintReport`].
    #[serde(rename = "workflow.lint")]
    WorkflowLint {
        /// The policy; without one, no webhook may be sent anywhere.
        policy: Option<Handle>,
        /// The definition.
        workflow: J,
    },
    /// What would a workflow definition do for an event? Nothing is done. Answer:
    /// [`crate::workflow::Simulation`]; error `CALL_MALFORMED`.
    #[serde(rename = "workflow.simulate")]
    WorkflowSimulate {
        /// The policy; without one, no webhook may be sent and no row written.
        policy: Option<Handle>,
        /// The definition.
        workflow: J,
        /// The event: [`crate::workflow::EventDocument`].
        event: J,
    },
    /// A workflow definition in the canonical shape. Answer:
    /// [`crate::workflow::WorkflowDocument`]; error `CALL_MALFORMED`.
    #[serde(rename = "workflow.convert")]
    WorkflowConvert {
        /// The definition, in any dialect.
        workflow: J,
    },
    /// What are definitions checked for? Answer: a list of [`crate::workflow::RuleDescription`].
    #[serde(rename = "workflow.rules")]
    WorkflowRules {},
    /// Gives back a policy. Answer: null.
    #[serde(rename = "release")]
    Release {
        /// What to give back.
        handle: Handle,
    },
}

/// Answer to `policy.load`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardPolicyLoaded {
    /// The policy.
    pub policy: Handle,
}

/// Answer to `webhook.check`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookVerdict {
    /// Whether a request may be sent.
    pub verdict: Allowance,
    /// Why, or why not.
    pub reason: WebhookReason,
    /// The addresses to connect to, without another look-up. Empty unless allowed.
    pub connect: Vec<String>,
    /// The host as it is named in TLS and in the request. Null unless allowed.
    pub host: Option<String>,
    /// The port. Null unless allowed.
    pub port: Option<u16>,
}

/// Whether something may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Allowance {
    /// It may.
    Allow,
    /// It may not.
    Block,
}

/// Why a webhook may be sent, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WebhookReason {
    /// Nothing speaks against it.
    Allowed,
    /// The URL is too long.
    TooLong,
    /// A control character, white space, a backslash, or a character that does not show.
    Character,
    /// The URL does not begin with `https://`.
    Scheme,
    /// The URL carries a user name or password, or looks as if it did.
    Userinfo,
    /// The host is missing, or not written as every reader reads it.
    HostInvalid,
    /// The host is a name that only this machine or network knows.
    HostLocal,
    /// The host is an address, which the policy does not allow.
    IpLiteral,
    /// The policy does not allow the domain.
    DomainNotAllowed,
    /// The port is not a number from 1 on without leading zeros.
    PortInvalid,
    /// The policy does not allow the port.
    PortNotAllowed,
    /// The host has no address.
    NotResolved,
    /// An address that is not written as one, or too many.
    AddressInvalid,
    /// An address that is not public.
    AddressNotPublic,
    /// The sandbox reached a limit.
    EvaluationLimit,
}

impl WebhookReason {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Allowed => "ALLOWED",
            Self::TooLong => "TOO_LONG",
            Self::Character => "CHARACTER",
            Self::Scheme => "SCHEME",
            Self::Userinfo => "USERINFO",
            Self::HostInvalid => "HOST_INVALID",
            Self::HostLocal => "HOST_LOCAL",
            Self::IpLiteral => "IP_LITERAL",
            Self::DomainNotAllowed => "DOMAIN_NOT_ALLOWED",
            Self::PortInvalid => "PORT_INVALID",
            Self::PortNotAllowed => "PORT_NOT_ALLOWED",
            Self::NotResolved => "NOT_RESOLVED",
            Self::AddressInvalid => "ADDRESS_INVALID",
            Self::AddressNotPublic => "ADDRESS_NOT_PUBLIC",
            Self::EvaluationLimit => "EVALUATION_LIMIT",
        }
    }
}

/// What the text of a template is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// HTML: what is put in is escaped.
    #[default]
    Html,
    /// Plain text.
    Text,
    /// JSON: what is put in is a JSON value, or the inside of a JSON string where it stands in one.
    Json,
    /// A header or a subject: one line. Control characters and line breaks are refused.
    Header,
}

/// Answer to `template.validate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateValidated {
    /// Whether there are no findings.
    pub valid: bool,
    /// Everything that is wrong.
    pub findings: Vec<TemplateFinding>,
}

/// One thing that is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateFinding {
    /// A stable code in snake case.
    pub code: Cow<'static, str>,
    /// What is wrong and what to do.
    pub message: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

/// Answer to `template.render`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateRendered {
    /// The text.
    Output(String),
    /// There is none. The kind is for the caller, the rest for the log.
    Failed {
        /// The kind.
        kind: RenderErrorKind,
        /// What is wrong, without any value.
        detail: String,
        /// The line, from 1; 0 where it is no line's fault.
        line: u32,
    },
}

/// Why there is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RenderErrorKind {
    /// The template cannot be read.
    Syntax,
    /// It uses what templates may not use.
    NotAllowed,
    /// It would show a restricted value.
    Restricted,
    /// A variable or member is not there.
    Undefined,
    /// A value is not of a type that the operation takes.
    Type,
    /// What was put in does not fit the channel.
    Channel,
    /// The context is not a JSON object.
    Context,
    /// A limit was reached.
    Limit,
}

/// Answer to `mask`. The document comes as JSON, not as text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Masked<J> {
    /// The document.
    pub document: J,
    /// What was hidden, as JSON Pointers.
    pub masked: Vec<String>,
    /// What was left out, as JSON Pointers.
    pub erased: Vec<String>,
}
