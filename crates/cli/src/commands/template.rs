//! `template`: render and check templates.

use std::{borrow::Cow, io, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use portcullis::{Error, Guards};
use portcullis_wire::guard::{
    self, GuardCall, RenderErrorKind, TemplateFinding, TemplateRendered, TemplateValidated,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    arguments::Global,
    batch, context,
    failure::Failure,
    help,
    output::{self, BOLD, Exit, Plain, WARN},
};

/// The commands below `template`.
#[derive(Debug, Subcommand)]
pub enum TemplateCommand {
    /// Put values into a template. Without FILE, answers lines of JSON
    #[command(after_help = help::TEMPLATE_RENDER)]
    Render(RenderOptions),
    /// What is wrong with a template? Without FILE, answers lines of JSON
    #[command(after_help = help::TEMPLATE_VALIDATE)]
    Validate(ValidateOptions),
}

/// Options of `template render`.
#[derive(Debug, Args)]
pub struct RenderOptions {
    /// The template
    #[arg(value_name = "FILE", requires = "context")]
    pub file: Option<PathBuf>,
    /// The values: a file with a JSON object
    #[arg(long, value_name = "FILE")]
    pub context: Option<PathBuf>,
    /// What the text is for
    #[arg(long, value_enum, default_value_t)]
    pub channel: Channel,
    /// Policy file (JSON or YAML)
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
}

/// What a text is for.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Channel {
    /// HTML: values are escaped
    #[default]
    Html,
    /// Plain text
    Text,
    /// JSON: values are JSON
    Json,
    /// A header or subject: one line
    Header,
}

impl From<Channel> for guard::Channel {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Html => Self::Html,
            Channel::Text => Self::Text,
            Channel::Json => Self::Json,
            Channel::Header => Self::Header,
        }
    }
}

/// Options of `template validate`.
#[derive(Debug, Args)]
pub struct ValidateOptions {
    /// The template
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Policy file (JSON or YAML)
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
}

/// A line in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(borrow, default, rename = "id")]
    _id: Option<&'a RawValue>,
    #[serde(borrow)]
    template: Cow<'a, str>,
    #[serde(borrow, default)]
    context: Option<&'a RawValue>,
}

/// A line out. Of an error, the caller is told its kind and no more.
#[derive(Serialize)]
struct Answer {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<RenderErrorKind>,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(command: &TemplateCommand, global: &Global) -> Result<Exit, Failure> {
    match command {
        TemplateCommand::Render(options) => render(options, global),
        TemplateCommand::Validate(options) => validate(options, global),
    }
}

fn render(options: &RenderOptions, global: &Global) -> Result<Exit, Failure> {
    let guards = context::guards(options.policy.as_deref(), global)?;
    let channel = options.channel.into();
    let (Some(file), Some(context)) = (&options.file, &options.context) else {
        let none = serde_json::value::to_raw_value(&serde_json::Map::new()).map_err(io::Error::from)?;
        return batch::run(io::stdin().lock(), io::stdout().lock(), |line| {
            let line: Line<'_> = serde_json::from_slice(line)?;
            let context = line.context.unwrap_or(&none);
            Ok(Answer::from(rendered(&guards, channel, &line.template, context)?))
        });
    };
    let values = context::text(context)?;
    let values: &RawValue = serde_json::from_str(&values)
        .map_err(|error| Failure::Input(format!("{} is not JSON: {error}", context.display())))?;
    let answer = rendered(&guards, channel, &context::text(file)?, values)?;
    let exit = Exit::allow_if(matches!(answer, TemplateRendered::Output(_)));
    match answer {
        answer if global.json => output::json(&Answer::from(answer))?,
        TemplateRendered::Output(text) => output::text(&text)?,
        // Whoever runs this on a file of their own is the one who reads the log.
        TemplateRendered::Failed { kind, detail, line } => {
            output::note(output::BAD, word(kind), &format!("{}:{line}: {}", file.display(), Plain(&detail)));
        }
    }
    Ok(exit)
}

fn rendered(
    guards: &Guards,
    channel: guard::Channel,
    template: &str,
    context: &RawValue,
) -> Result<TemplateRendered, Error> {
    let template = Cow::Borrowed(template);
    let rendered = guards.with_session(|session| {
        session.ask(&GuardCall::TemplateRender { policy: session.policy(), channel, template, context })
    });
    match rendered {
        Err(error @ (Error::Configuration { .. } | Error::Refused(_))) => Err(error),
        // The sandbox gave up on this template, and says nothing of the next.
        Err(error) => {
            Ok(TemplateRendered::Failed { kind: RenderErrorKind::Limit, detail: error.to_string(), line: 0 })
        }
        rendered => rendered,
    }
}

impl From<TemplateRendered> for Answer {
    fn from(rendered: TemplateRendered) -> Self {
        match rendered {
            TemplateRendered::Output(text) => Self { ok: true, output: Some(text), error: None },
            TemplateRendered::Failed { kind, .. } => Self { ok: false, output: None, error: Some(kind) },
        }
    }
}

const fn word(kind: RenderErrorKind) -> &'static str {
    match kind {
        RenderErrorKind::Syntax => "syntax",
        RenderErrorKind::NotAllowed => "not allowed",
        RenderErrorKind::Restricted => "restricted",
        RenderErrorKind::Undefined => "undefined",
        RenderErrorKind::Type => "type",
        RenderErrorKind::Channel => "channel",
        RenderErrorKind::Context => "context",
        RenderErrorKind::Limit => "limit",
    }
}

fn validate(options: &ValidateOptions, global: &Global) -> Result<Exit, Failure> {
    let guards = context::guards(options.policy.as_deref(), global)?;
    let Some(file) = &options.file else {
        return batch::run(io::stdin().lock(), io::stdout().lock(), |line| {
            let line: Line<'_> = serde_json::from_slice(line)?;
            Ok(validated(&guards, &line.template)?)
        });
    };
    let answer = validated(&guards, &context::text(file)?)?;
    if global.json {
        output::json(&answer)?;
    } else {
        output::text(&shown(&file.display().to_string(), &answer))?;
    }
    Ok(Exit::allow_if(answer.valid))
}

fn validated(guards: &Guards, template: &str) -> Result<TemplateValidated, Error> {
    let template = Cow::Borrowed(template);
    let validated = guards.with_session(|session| {
        session.ask(&GuardCall::TemplateValidate::<&RawValue> { policy: session.policy(), template })
    });
    match validated {
        Err(error @ (Error::Configuration { .. } | Error::Refused(_))) => Err(error),
        Err(error) => {
            let message = error.to_string();
            let finding = TemplateFinding { code: "limit".into(), message, line: 1, column: 1 };
            Ok(TemplateValidated { valid: false, findings: vec![finding] })
        }
        validated => validated,
    }
}

fn shown(file: &str, answer: &TemplateValidated) -> String {
    let (sign, _, style) = output::verdict(answer.valid);
    let word = if answer.valid { "valid" } else { "invalid" };
    let mut text = format!("{style}{sign} {word}{style:#}  {BOLD}{}{BOLD:#}\n", Plain(file));
    for TemplateFinding { code, message, line, column } in &answer.findings {
        text.push_str(&format!("  {WARN}{line}:{column}{WARN:#}: {} [{code}]\n", Plain(message)));
    }
    text
}
