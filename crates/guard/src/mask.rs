//! Hides values in documents: by field, by pointer, by classification, by the value itself.
//!
//! ```text
//! JSON text ─► scan ─► member ─► rule? ───────────► hidden ─► output, pointers
//!              bytes   or        pointer, name,     by its
//!              once    element   else the value     strategy
//! ```
//!
//! The document is gone through once, without a tree: what is not hidden is copied as it stands.
//! A text that is a document itself is gone through as one. Nothing of a hidden value is seen but what its strategy shows, and none of them shows how long
//! it was.

pub mod detect;
mod hide;
mod pointer;
mod scan;
mod shown;

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use portcullis_wire::policy::{DetectorRule, Finding, MaskingSection, Strategy};
use serde_json::value::RawValue;
use thiserror::Error;

pub use hide::HashKey;
pub use shown::{masked_card, masked_ssn};

use crate::fields::{Field, Fields};
use pointer::Pattern;

/// Most rules with pointers: which of them a place still fits is a bit each.
const MAX_POINTERS: usize = 64;

/// What a policy hides in documents.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    fields: Fields,
    pointers: Vec<(Pattern, Field)>,
    detectors: Vec<DetectorRule>,
    needs_key: bool,
}

/// A document without what it must not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The document, as JSON text.
    pub document: String,
    /// What was hidden, as JSON Pointers.
    pub masked: Vec<String>,
    /// What was left out, as JSON Pointers. A name that is itself a value to hide is `****` there.
    pub erased: Vec<String>,
}

/// Why a document could not be masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MaskError {
    /// The policy hides by keyed hash.
    #[error("the policy hides values by keyed hash, and no key was given")]
    KeyMissing,
}

impl Rules {
    /// Checks a section of a policy.
    ///
    /// # Errors
    /// Every mistake, with its path.
    pub fn new(section: &MaskingSection) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let fields = Fields::new(section).unwrap_or_else(|mistakes| {
            findings.extend(mistakes);
            Fields::default()
        });
        let mut pointers = Vec::new();
        for (at, rule) in section.fields.iter().enumerate() {
            // What has both was found above.
            let (Some(text), None) = (&rule.pointer, &rule.name) else { continue };
            let message = match Pattern::new(text) {
                Some(_) if pointers.len() >= MAX_POINTERS => "at most 64 rules have pointers",
                Some(pattern) => {
                    pointers.push((pattern, Field { level: rule.level, strategy: rule.strategy }));
                    continue;
                }
                None => {
                    "expected a JSON Pointer: empty, or parts that each begin with `/`; `**` only at the end"
                }
            };
            let path = format!("/masking/fields/{at}/pointer");
            findings.push(Finding {
                code: "masking_pointer".to_string(),
                path,
                message: message.to_string(),
            });
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        let strategies = section.fields.iter().map(|rule| rule.strategy);
        let needs_key = strategies
            .chain(section.detect.iter().map(|rule| rule.strategy))
            .any(|used| used == Strategy::Hash);
        Ok(Self { fields, pointers, detectors: section.detect.clone(), needs_key })
    }

    /// What is known of fields by their names.
    #[must_use]
    pub const fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The document without what these rules hide.
    ///
    /// # Errors
    /// If a key is needed and none is given.
    pub fn mask(&self, document: &RawValue, key: Option<&HashKey>) -> Result<Masked, MaskError> {
        if self.needs_key && key.is_none() {
            return Err(MaskError::KeyMissing);
        }
        Ok(scan::mask(self, document.get(), key))
    }
}

#[cfg(test)]
mod tests;
