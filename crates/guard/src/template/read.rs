//! Text to tree, within limits that keep the tree from being deep.

use alloc::{borrow::Cow, string::ToString};

use minijinja::{
    machinery::{Token, WhitespaceConfig, ast::Stmt, parse as parse_tree, tokenize},
    syntax::SyntaxConfig,
};
use portcullis_wire::guard::RenderErrorKind;

use super::{MAX_TEMPLATE_BYTES, MAX_TOKENS_IN_BLOCK, RenderError};

/// Texts shorter than this cannot be deep.
const SHORT_BYTES: usize = 512;

/// Most lines: the parser counts them in 16 bits.
const MAX_LINES: usize = 10_000;

pub(super) fn parse(template: &str) -> Result<Stmt<'_>, RenderError> {
    if template.len() > MAX_TEMPLATE_BYTES {
        return Err(RenderError::new(RenderErrorKind::Limit, "the template is too long"));
    }
    if template.len() > SHORT_BYTES {
        shallow(template)?;
    }
    parse_tree(template, "", SyntaxConfig, WhitespaceConfig::default())
        .map_err(|error| syntax(template, &error))
}

/// Refuses what the parser would go too deep for. The parser itself counts how deep blocks and
/// parentheses are nested, but not chains of operators.
fn shallow(template: &str) -> Result<(), RenderError> {
    if template.bytes().filter(|byte| *byte == b'\n').count() > MAX_LINES {
        return Err(RenderError::new(RenderErrorKind::Limit, "the template has too many lines"));
    }
    let mut tokens = 0_usize;
    for token in tokenize(template, false, SyntaxConfig, WhitespaceConfig::default()) {
        let (token, span) = token.map_err(|error| syntax(template, &error))?;
        tokens = match token {
            Token::TemplateData(_) | Token::VariableStart | Token::BlockStart => 0,
            _ => tokens.saturating_add(1),
        };
        if tokens > MAX_TOKENS_IN_BLOCK {
            let error = RenderError::new(RenderErrorKind::Limit, "the expression is too long");
            return Err(error.at(span.start_offset));
        }
    }
    Ok(())
}

fn syntax(template: &str, error: &minijinja::Error) -> RenderError {
    // The parser tells the line and not the column.
    let before = error.line().unwrap_or(1).saturating_sub(1);
    let offset: usize = template.split_inclusive('\n').take(before).map(str::len).sum();
    let offset = u32::try_from(offset).unwrap_or(0);
    // The parser repeats names and tokens of the template, and nothing else.
    let detail = error.detail().unwrap_or("the template cannot be read").to_string();
    RenderError { kind: RenderErrorKind::Syntax, detail: Cow::Owned(detail), offset }
}
