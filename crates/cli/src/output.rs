//! How answers are shown: colour on a terminal only, JSON on request.

use std::{
    fmt::{self, Write as _},
    io::Write,
    process::ExitCode,
};

use anstyle::{AnsiColor, Style};
use portcullis_wire::Reason;
use serde::Serialize;

use crate::failure::Failure;

/// Something is allowed.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Something is denied or wrong.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Something to look at.
pub const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// What matters in a line.
pub const BOLD: Style = Style::new().bold();
/// What matters less.
pub const DIM: Style = Style::new().dimmed();
/// Nothing of these.
pub const PLAIN: Style = Style::new();

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: allowed, valid, done.
    Allow,
    /// 1: denied, invalid, different.
    Deny,
    /// 2: something of what was given cannot be used.
    BadInput,
}

impl Exit {
    /// [`Exit::Allow`] if so, [`Exit::Deny`] if not.
    #[must_use]
    pub const fn allow_if(allowed: bool) -> Self {
        if allowed { Self::Allow } else { Self::Deny }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Allow => Self::from(0),
            Exit::Deny => Self::from(1),
            Exit::BadInput => Self::from(2),
        }
    }
}

/// Text from a file, safe to print: what does not print, or would change the terminal, is escaped.
pub struct Plain<'a>(pub &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|char| match char {
            '\'' | '"' | '\\' => f.write_char(char),
            _ => write!(f, "{}", char.escape_debug()),
        })
    }
}

/// A sign and a word that tell allowed from denied without colour.
#[must_use]
pub const fn verdict(allowed: bool) -> (&'static str, &'static str, Style) {
    if allowed { ("✓", "allow", GOOD) } else { ("✗", "deny", BAD) }
}

/// The verdict about an operation: the sign, the word, the id, what its API calls it, the reason.
#[must_use]
pub fn headline(allowed: bool, operation: &str, original: Option<&str>, reason: Reason) -> String {
    let (sign, word, style) = verdict(allowed);
    let original = original.map(|id| format!("  {DIM}{}{DIM:#}", Plain(id))).unwrap_or_default();
    let (operation, code) = (Plain(operation), reason.code());
    format!("{style}{sign} {word}{style:#}  {BOLD}{operation}{BOLD:#}{original}  {code}")
}

/// Writes an answer as one line of JSON.
///
/// # Errors
/// If it cannot be written.
pub fn json(answer: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(answer).map_err(std::io::Error::from)?;
    writeln!(anstream::stdout().lock(), "{text}")?;
    Ok(())
}

/// Writes an answer as JSON over several lines, for documents that people read too.
///
/// # Errors
/// If it cannot be written.
pub fn pretty_json(answer: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(answer).map_err(std::io::Error::from)?;
    writeln!(anstream::stdout().lock(), "{text}")?;
    Ok(())
}

/// Says on standard error what helps with an answer and is no part of it.
pub fn note(style: Style, word: &str, message: &str) {
    anstream::eprintln!("{style}{word}:{style:#} {message}");
}

/// Writes an answer for people. Styles are left out where standard output is no terminal, or
/// `NO_COLOR` is set.
///
/// # Errors
/// If it cannot be written.
pub fn text(text: &str) -> Result<(), Failure> {
    anstream::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

/// Writes a document byte for byte, whatever standard output is.
///
/// # Errors
/// If it cannot be written.
pub fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)?;
    // What has no line break at its end would stay behind.
    out.flush()?;
    Ok(())
}
