//! A claim is its text, and where the rules stand in it.

use alloc::{boxed::Box, vec::Vec};
use core::{fmt, ops::Range};

use crate::{ClaimError, MAX_CLAIM_BYTES, TenantRule, build::ClaimBuilder, catalog::Catalog, parse};

/// What a rule does with what its target covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// `d`
    Deny,
    /// `a`
    Allow,
}

impl Effect {
    /// The letter that stands for the effect in a claim.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Allow => 'a',
            Self::Deny => 'd',
        }
    }

    /// The effect as a word: `allow` or `deny`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }

    pub(crate) const fn from_bool(allows: bool) -> Self {
        if allows { Self::Allow } else { Self::Deny }
    }

    pub(crate) const fn is_allow(self) -> bool {
        matches!(self, Self::Allow)
    }

    pub(crate) const fn other(self) -> Self {
        Self::from_bool(!self.is_allow())
    }
}

/// A parsed permission claim. It owns its text; printing gives back exactly what was parsed.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    pub(crate) text: Box<str>,
    pub(crate) operations: Vec<RuleSpan>,
    pub(crate) tenants: Option<RuleSpan>,
}

/// Where the target of a rule stands; the rule itself begins two bytes before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RuleSpan {
    pub(crate) effect: Effect,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// One rule of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<'a> {
    /// Allow or deny.
    pub effect: Effect,
    /// What it is about.
    pub target: Target<'a>,
    /// Where the whole rule stands in the claim, as byte offsets.
    pub span: Range<usize>,
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// This operation and every one below it.
    Operation(&'a str),
    /// The tenant rule.
    Tenants(TenantRule<'a>),
}

impl Claim {
    /// Reads a claim of at most [`MAX_CLAIM_BYTES`].
    ///
    /// # Errors
    /// What is wrong, at which byte, and what was expected there. Whether the targets exist is
    /// not asked here: that takes a catalog.
    pub fn parse(text: &str) -> Result<Self, ClaimError> {
        parse::parse(text, MAX_CLAIM_BYTES)
    }

    /// Reads a claim of at most `max_bytes`; a longer one is refused before any of it is read.
    ///
    /// # Errors
    /// As [`Claim::parse`].
    pub fn parse_within(text: &str, max_bytes: usize) -> Result<Self, ClaimError> {
        parse::parse(text, max_bytes)
    }

    /// A builder for a claim on the operations of `catalog`.
    #[must_use]
    pub fn builder(catalog: &Catalog) -> ClaimBuilder<'_> {
        ClaimBuilder::new(catalog)
    }

    /// The claim's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The rules about operations, in the order of the text.
    pub fn operation_rules(&self) -> impl ExactSizeIterator<Item = (Effect, &str)> {
        self.operations.iter().map(|rule| (rule.effect, self.slice(rule)))
    }

    /// The rule about tenants, if the claim has one.
    #[must_use]
    pub fn tenant_rule(&self) -> Option<TenantRule<'_>> {
        let span = self.tenants.as_ref()?;
        Some(TenantRule::from_target(span.effect, self.slice(span)))
    }

    /// All rules, in the order of the text.
    #[must_use]
    pub fn rules(&self) -> Vec<Rule<'_>> {
        let tenants = self.tenants.as_ref();
        let before = |rule: &RuleSpan| tenants.is_some_and(|tenants| rule.start < tenants.start);
        let (before, after) = self.operations.split_at(self.operations.partition_point(before));
        before.iter().chain(tenants).chain(after).map(|span| self.rule(span)).collect()
    }

    /// The operation rule with this index, in the order of [`Claim::operation_rules`].
    #[must_use]
    pub fn operation_rule(&self, index: usize) -> Option<Rule<'_>> {
        self.operations.get(index).map(|span| self.rule(span))
    }

    fn rule(&self, span: &RuleSpan) -> Rule<'_> {
        let is_tenant_rule = self.tenants.as_ref() == Some(span);
        Rule {
            effect: span.effect,
            target: if is_tenant_rule {
                Target::Tenants(TenantRule::from_target(span.effect, self.slice(span)))
            } else {
                Target::Operation(self.slice(span))
            },
            span: span.range(),
        }
    }

    /// The whole rule.
    pub(crate) fn rule_text(&self, span: &RuleSpan) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    pub(crate) const fn holds_several_rules(&self) -> bool {
        self.operations.len() > 1 || (self.operations.len() == 1 && self.tenants.is_some())
    }

    /// The target of a rule.
    pub(crate) fn slice(&self, span: &RuleSpan) -> &str {
        // Spans are made by the parser of this very text, so the lookup cannot miss.
        self.text.get(span.start..span.end).unwrap_or_default()
    }
}

impl RuleSpan {
    pub(crate) const fn range(&self) -> Range<usize> {
        self.start.saturating_sub(2)..self.end
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A claim tells what a person may do: its text is kept out of logs.
impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("bytes", &self.text.len())
            .field("operation_rules", &self.operations.len())
            .field("tenant_rule", &self.tenants.is_some())
            .finish()
    }
}

impl core::str::FromStr for Claim {
    type Err = ClaimError;

    fn from_str(text: &str) -> Result<Self, ClaimError> {
        Self::parse(text)
    }
}
