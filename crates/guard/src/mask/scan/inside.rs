//! Documents that stand in texts of documents.

use portcullis_wire::policy::Strategy;
use serde_json::value::RawValue;

use super::{Scan, mask_inside, unescaped};

/// Documents inside texts of documents that are gone into; what is deeper is hidden whole.
const MAX_INSIDE: u32 = 4;

impl Scan<'_> {
    /// Masks the document that stands in the text from `start` up to here, if one does; whether
    /// something of it was hidden.
    pub(super) fn masked_inside(&mut self, start: usize, text: &str) -> Option<bool> {
        let opens = |text: &str| text.trim_start().starts_with(['{', '[']);
        if !opens(text) && !text.starts_with('\\') {
            return Some(false);
        }
        let text = unescaped(text);
        if !opens(&text) || serde_json::from_str::<&RawValue>(&text).is_err() {
            return Some(false);
        }
        if self.inside >= MAX_INSIDE {
            self.hide(start, Strategy::Fixed)?;
            return Some(true);
        }
        let inside = mask_inside(self.rules, &text, self.key, self.inside.saturating_add(1));
        if inside.masked.is_empty() && inside.erased.is_empty() {
            return Some(false);
        }
        self.flush(start);
        self.masked.document.push_str(&serde_json::to_string(&inside.document).ok()?);
        self.copied = self.at;
        let pointer = self.pointer(false);
        self.masked.masked.push(pointer);
        self.kept();
        Some(true)
    }
}
