//! Goes through the text of a document once.
//!
//! The text is known to be JSON: its type says so. Should it ever not be, the scan ends, and what was
//! not understood is left out of the output, never copied.

mod inside;
mod pair;

use alloc::{borrow::Cow, format, string::String, vec::Vec};

use hashbrown::HashMap;
use portcullis_json::pointer::{push_element, push_member};
use portcullis_wire::policy::{Detector, Strategy};

use super::{
    HashKey, Masked, Rules, detect,
    hide::{self, Hidden, STARS},
    pointer::Fit,
};
use crate::{fields::Field, names};
use pair::Part;

/// Most names that are remembered with their rules.
const MAX_REMEMBERED: usize = 4096;

/// Masks a document.
pub(super) fn mask(rules: &Rules, text: &str, key: Option<&HashKey>) -> Masked {
    mask_inside(rules, text, key, 0)
}

/// Masks a document that stands, so many times, in a text of another. Pointers name places of the
/// outermost alone.
fn mask_inside(rules: &Rules, text: &str, key: Option<&HashKey>, inside: u32) -> Masked {
    let mut scan = Scan {
        rules,
        text,
        bytes: text.as_bytes(),
        key,
        inside,
        at: 0,
        copied: 0,
        known: HashMap::new(),
        frames: Vec::new(),
        masked: Masked {
            document: String::with_capacity(text.len()),
            masked: Vec::new(),
            erased: Vec::new(),
        },
    };
    if scan.run().is_none() {
        // Not JSON: nothing of it is passed on.
        scan.masked.document = "null".into();
        return scan.masked;
    }
    scan.flush(text.len());
    scan.masked
}

struct Scan<'d> {
    rules: &'d Rules,
    text: &'d str,
    bytes: &'d [u8],
    key: Option<&'d HashKey>,
    /// How many texts the document stands in.
    inside: u32,
    /// Where the scan is.
    at: usize,
    /// Up to where the output has what it is to have.
    copied: usize,
    /// What the rules say of names that came before, as they are written.
    known: HashMap<&'d str, Known>,
    frames: Vec<Frame<'d>>,
    masked: Masked,
}

/// What is known of a name.
#[derive(Clone, Copy)]
struct Known {
    /// The field, if it is hidden.
    hidden: Option<Field>,
    part: Part,
}

/// An object or list that the scan is in.
struct Frame<'d> {
    is_object: bool,
    /// Where the present member or element is: its name as it is written.
    name: &'d str,
    /// Or its number.
    index: usize,
    /// Where its text begins, the comma before it included.
    from: usize,
    /// Whether a member or element before it is in the output.
    kept: bool,
    /// The pointer rules that this object or list is on the way to.
    ways: u64,
    /// The hidden field that a member has said the other one's value is of.
    of: Option<Field>,
}

/// What to do with a value.
enum Action {
    Keep,
    Hide(Strategy),
    /// The name of the member is a value to hide.
    EraseName,
}

impl<'d> Scan<'d> {
    /// The value of the document, and all in it. None if it is no JSON.
    fn run(&mut self) -> Option<()> {
        self.space();
        let pointers = if self.inside == 0 { self.rules.pointers.as_slice() } else { &[] };
        let root = pointers.iter().find(|(pattern, _)| pattern.is_root());
        if let Some((_, field)) = root
            && self.rules.fields.hides(*field)
        {
            let strategy = field.strategy;
            let start = self.at;
            self.skip_value()?;
            // The document itself cannot be left out.
            let strategy = if strategy == Strategy::Drop { Strategy::Fixed } else { strategy };
            self.hide(start, strategy)?;
            return Some(());
        }
        let all = pointers.iter().enumerate().filter(|(_, (pattern, _))| !pattern.is_root());
        let ways = all.fold(0_u64, |ways, (at, _)| ways | bit(at));
        self.value(ways)?;
        while !self.frames.is_empty() {
            self.next_in_frame()?;
        }
        self.space();
        (self.at == self.bytes.len()).then_some(())
    }

    /// The next member or element of the innermost object or list, or its end.
    fn next_in_frame(&mut self) -> Option<()> {
        self.space();
        let at = self.at;
        let byte = *self.bytes.get(at)?;
        let frame = self.frames.last_mut()?;
        match byte {
            b'}' | b']' => {
                self.at = at.checked_add(1)?;
                self.frames.pop();
                self.kept();
                return Some(());
            }
            b',' => {
                frame.from = at;
                self.at = at.checked_add(1)?;
                frame.index = frame.index.checked_add(1)?;
                if !frame.kept {
                    // Nothing stands before the comma any more.
                    frame.from = self.at;
                    self.flush(at);
                    self.copied = self.at;
                }
                self.space();
            }
            _ => {}
        }
        let is_object = self.frames.last()?.is_object;
        if is_object {
            let name = self.string()?;
            self.space();
            (self.bytes.get(self.at) == Some(&b':')).then_some(())?;
            self.at = self.at.checked_add(1)?;
            self.space();
            self.frames.last_mut()?.name = name;
        }
        let (action, ways) = self.action()?;
        match action {
            Action::Keep => self.value(ways),
            Action::Hide(strategy) => {
                let start = self.at;
                self.skip_value()?;
                self.hide(start, strategy)
            }
            Action::EraseName => {
                self.skip_value()?;
                self.erase(true)
            }
        }
    }

    /// What the rules say of the present member or element, and the pointer rules it is on the way to.
    fn action(&mut self) -> Option<(Action, u64)> {
        let mut ways = 0;
        let depth = self.frames.len().checked_sub(1)?;
        let frame = self.frames.last()?;
        if frame.ways != 0 {
            let part = match frame.is_object {
                true => unescaped(frame.name),
                false => Cow::Owned(format!("{}", frame.index)),
            };
            let mut named = None;
            for (at, (pattern, field)) in self.rules.pointers.iter().enumerate() {
                if frame.ways & bit(at) == 0 {
                    continue;
                }
                match pattern.fit(depth, &part) {
                    Fit::Not => {}
                    Fit::Way => ways |= bit(at),
                    // Of several, the most sensitive.
                    Fit::Named => named = Some(more_sensitive(named, *field)),
                }
            }
            if let Some(field) = named {
                let hides = self.rules.fields.hides(field);
                return Some((if hides { Action::Hide(field.strategy) } else { Action::Keep }, ways));
            }
        }
        if !frame.is_object {
            return Some((Action::Keep, ways));
        }
        let name = frame.name;
        let Known { hidden, part } = self.of_name(name);
        let hidden = match part {
            Part::Alone => hidden,
            Part::Name => {
                let named = self.named_here();
                let frame = self.frames.last_mut()?;
                frame.of = named.or(frame.of);
                hidden
            }
            Part::Value => hidden.or(self.frames.last()?.of).or_else(|| self.named_ahead()),
        };
        if let Some(field) = hidden {
            return Some((Action::Hide(field.strategy), ways));
        }
        if !self.rules.detectors.is_empty() {
            let name = unescaped(name);
            if self.rules.detectors.iter().any(|rule| detect::detects(rule.kind, name.as_bytes())) {
                return Some((Action::EraseName, ways));
            }
        }
        Some((Action::Keep, ways))
    }

    /// What is known of a name. The same few names come again and again.
    fn of_name(&mut self, name: &'d str) -> Known {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let text = unescaped(name);
        let field = self.rules.fields.of(&text);
        let hidden = self.rules.fields.hides(field).then_some(field);
        let known = Known { hidden, part: pair::part(&names::normalized(&text)) };
        if self.known.len() < MAX_REMEMBERED {
            self.known.insert(name, known);
        }
        known
    }

    /// A value that no rule hides: an object or list is gone into, a text or number looked at.
    fn value(&mut self, ways: u64) -> Option<()> {
        let start = self.at;
        match *self.bytes.get(start)? {
            open @ (b'{' | b'[') => {
                self.at = start.checked_add(1)?;
                let is_object = open == b'{';
                self.frames.push(Frame {
                    is_object,
                    name: "",
                    index: 0,
                    from: self.at,
                    kept: false,
                    ways,
                    of: None,
                });
            }
            b'"' => {
                let text = self.string()?;
                if self.masked_inside(start, text)? {
                    return Some(());
                }
                let detectors = &self.rules.detectors;
                let rule = if detectors.is_empty() {
                    None
                } else {
                    let text = unescaped(text);
                    detectors.iter().find(|rule| detect::detects(rule.kind, text.as_bytes()))
                };
                match rule {
                    Some(rule) => self.hide(start, rule.strategy)?,
                    None => self.kept(),
                }
            }
            _ => {
                self.skip_scalar()?;
                // Card and social security numbers may be numbers of JSON, too, in any notation.
                let number = self.text.get(start..self.at)?;
                let whole = if self.rules.detectors.is_empty() { None } else { whole_number(number) };
                let number = whole.as_deref().unwrap_or(number).as_bytes();
                let of_numbers = |kind| matches!(kind, Detector::Card | Detector::Ssn);
                let mut detectors = self.rules.detectors.iter();
                match detectors.find(|rule| of_numbers(rule.kind) && detect::detects(rule.kind, number)) {
                    Some(rule) => self.hide(start, rule.strategy)?,
                    None => self.kept(),
                }
            }
        }
        Some(())
    }

    /// Hides the value from `start` up to here.
    fn hide(&mut self, start: usize, strategy: Strategy) -> Option<()> {
        if strategy == Strategy::Drop && !self.frames.is_empty() {
            return self.erase(false);
        }
        let whole = self.text.get(start..self.at)?;
        let inside = whole.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        self.flush(start);
        let text = inside.map(unescaped);
        let hidden = text.as_deref().map_or(Hidden::Other(whole), Hidden::Text);
        hide::write(strategy, &hidden, self.key, &mut self.masked.document);
        self.copied = self.at;
        let pointer = self.pointer(false);
        self.masked.masked.push(pointer);
        self.kept();
        Some(())
    }

    /// Leaves out the present member or element.
    fn erase(&mut self, hides_name: bool) -> Option<()> {
        let from = self.frames.last()?.from;
        self.flush(from);
        self.copied = self.at;
        let pointer = self.pointer(hides_name);
        self.masked.erased.push(pointer);
        Some(())
    }

    /// The present member or element is in the output.
    fn kept(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.kept = true;
        }
    }

    fn pointer(&self, hides_name: bool) -> String {
        let mut pointer = String::new();
        let last = self.frames.len().saturating_sub(1);
        for (depth, frame) in self.frames.iter().enumerate() {
            match frame.is_object {
                true if hides_name && depth == last => push_member(&mut pointer, STARS),
                true => push_member(&mut pointer, &unescaped(frame.name)),
                false => push_element(&mut pointer, frame.index),
            }
        }
        pointer
    }

    fn flush(&mut self, to: usize) {
        if let Some(text) = self.text.get(self.copied..to) {
            self.masked.document.push_str(text);
            self.copied = to;
        }
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at = self.at.saturating_add(1);
        }
    }

    /// A string, as it is written between its quotes.
    fn string(&mut self) -> Option<&'d str> {
        let start = self.at.checked_add(1)?;
        (self.bytes.get(self.at) == Some(&b'"')).then_some(())?;
        let mut rest = self.bytes.get(start..)?;
        loop {
            let special = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
            let is_end = *rest.get(special)? == b'"';
            rest = rest.get(special.checked_add(if is_end { 1 } else { 2 })?..)?;
            if is_end {
                break;
            }
        }
        self.at = self.bytes.len().checked_sub(rest.len())?;
        self.text.get(start..self.at.checked_sub(1)?)
    }

    /// A number or literal.
    fn skip_scalar(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t');
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        (length > 0).then_some(())?;
        self.at = self.at.checked_add(length)?;
        Some(())
    }

    /// Any value, whatever is in it.
    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match *self.bytes.get(self.at)? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth = depth.checked_add(1)?;
                    self.at = self.at.checked_add(1)?;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at = self.at.checked_add(1)?;
                }
                b',' | b':' => self.at = self.at.checked_add(1)?,
                _ => self.skip_scalar()?,
            }
            if depth == 0 {
                return Some(());
            }
            self.space();
        }
    }
}

const fn bit(at: usize) -> u64 {
    1_u64 << (at & 63)
}

/// A number with a fraction or an exponent as the whole number that it is, if it is one.
fn whole_number(number: &str) -> Option<String> {
    if !number.contains(['.', 'e', 'E']) {
        return None;
    }
    let value: f64 = number.parse().ok()?;
    let whole = value as u64;
    (whole as f64 == value).then(|| format!("{whole}"))
}

/// The more sensitive of two fields.
fn more_sensitive(one: Option<Field>, other: Field) -> Field {
    one.filter(|field| field.level >= other.level).unwrap_or(other)
}

/// A string without its escapes. One that cannot be read stands for itself.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    match serde_json::from_str(&format!("\"{text}\"")) {
        Ok(text) => Cow::Owned(text),
        // Half of a surrogate pair: JSON, but no text.
        Err(_) => Cow::Borrowed(text),
    }
}
