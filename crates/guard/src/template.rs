//! Checks and renders templates that people who are not trusted with the host write.
//!
//! ```text
//! text ─► read ─► check ─► context ─► run ─► output
//!         Jinja   names    declared   counted  escaped for
//!         tree    and uses values     steps    its channel
//! ```
//!
//! The syntax is Jinja's, read by `minijinja`'s parser. What it read is run here, by an evaluator
//! that has the operations listed in [`evaluate`] and [`filters`] and no others: nothing can be
//! called, assigned, included or repeated, and a loop runs over what the context holds. Steps and
//! sizes are counted, so a template ends.
//!
//! A restricted value is a value of its own kind. Whatever path leads to it, only a masking filter
//! takes it; everything else is an error, in the check where names show it, and at the latest when
//! the template runs.

mod check;
mod context;
mod evaluate;
mod filters;
mod operators;
mod output;
mod read;
mod run;
mod uses;
mod value;

use alloc::{borrow::Cow, string::String, vec::Vec};

use portcullis_wire::{
    guard::{Channel, RenderErrorKind, TemplateFinding},
    policy::TemplatesSection,
};

use crate::fields::Fields;

/// Longest template, in bytes.
pub const MAX_TEMPLATE_BYTES: usize = 64 << 10;

/// Longest output, in bytes; no text on the way there is longer either.
pub const MAX_OUTPUT_BYTES: usize = 64 << 10;

/// Most steps of one rendering.
const MAX_STEPS: u32 = 200_000;

/// Most tokens in one `{{ … }}` or `{% … %}`: what is read is as deep as they are many.
const MAX_TOKENS_IN_BLOCK: usize = 256;

/// What templates may show.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// What is known of fields.
    pub fields: &'a Fields,
    /// The variables that templates may name; none: any.
    pub variables: Option<&'a [String]>,
}

impl<'a> Options<'a> {
    /// What a policy says.
    #[must_use]
    pub fn new(fields: &'a Fields, section: &'a TemplatesSection) -> Self {
        Self { fields, variables: section.variables.as_deref() }
    }

    fn declares(&self, name: &str) -> bool {
        self.variables.is_none_or(|names| names.iter().any(|declared| declared == name))
    }
}

/// Why there is no text. The kind is for the caller; the rest, without any value, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError {
    /// The kind.
    pub kind: RenderErrorKind,
    /// What is wrong.
    pub detail: Cow<'static, str>,
    /// Where in the template, in bytes.
    pub offset: u32,
}

impl RenderError {
    pub(crate) const fn new(kind: RenderErrorKind, detail: &'static str) -> Self {
        Self { kind, detail: Cow::Borrowed(detail), offset: 0 }
    }

    const fn at(mut self, offset: u32) -> Self {
        // What is nearest to the mistake says where it is.
        if self.offset == 0 {
            self.offset = offset;
        }
        self
    }

    /// The line and the column of the mistake, from 1.
    #[must_use]
    pub fn position(&self, template: &str) -> (u32, u32) {
        position(template, self.offset)
    }
}

/// Everything that is wrong with a template.
#[must_use]
pub fn validate(template: &str, options: &Options<'_>) -> Vec<TemplateFinding> {
    let problems = match read::parse(template) {
        Ok(tree) => check::problems(&tree, options),
        Err(error) => {
            let code = match error.kind {
                RenderErrorKind::Limit => "limit",
                _ => "syntax",
            };
            Vec::from([check::Problem { code, message: error.detail, offset: error.offset, certain: true }])
        }
    };
    let finding = |problem: check::Problem| {
        let (line, column) = position(template, problem.offset);
        TemplateFinding {
            code: Cow::Borrowed(problem.code),
            message: problem.message.into_owned(),
            line,
            column,
        }
    };
    problems.into_iter().map(finding).collect()
}

/// The template with values put in. `context` is a JSON object.
///
/// # Errors
/// Why there is no text.
pub fn render(
    template: &str,
    context: &str,
    channel: Channel,
    options: &Options<'_>,
) -> Result<String, RenderError> {
    let tree = read::parse(template)?;
    check::refuse(&tree, options)?;
    let context = context::read(context, &tree, options)?;
    run::run(&tree, &context, channel)
}

fn position(template: &str, offset: u32) -> (u32, u32) {
    let before = template.get(..offset as usize).unwrap_or(template);
    let line = before.bytes().filter(|byte| *byte == b'\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    let from_one = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
    (from_one(line), from_one(column))
}

#[cfg(test)]
mod tests;
