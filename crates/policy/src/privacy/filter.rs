//! What of a stream of records somebody may find, with what is hidden left out.
//!
//! Records come as lines of JSON. A record is looked through once; what is shown is copied once from
//! where it stands, and what is hidden not at all.

mod rows;

use alloc::{borrow::Cow, vec::Vec};
use core::ops::Range;

use portcullis_condition::{Fact, Facts, Path, Value as CelValue};
use portcullis_token::json;
use portcullis_wire::{Privacy, Request, policy::FieldType};

use super::{
    Fields, Grant, Type,
    scan::{self, Malformed},
};
use crate::{
    Decision, Policy,
    condition::{Bound, Failed, Foresight, Source, json_value, typed_json},
    decide::Searcher,
};

pub use rows::Untranslatable;

/// What became of the records so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many came.
    pub records: u64,
    /// How many of them may be found, and are shown.
    pub shown: u64,
    /// How many could not be judged: a rule failed on them. They are not shown.
    pub failed: u64,
    /// How many are no JSON object, or say one thing twice. They are not shown.
    pub malformed: u64,
}

/// A search that was allowed, for one caller and one type. It only knows the policy that allowed it.
pub struct Filter {
    type_index: usize,
    request: Request<'static>,
    authenticated: bool,
    admin: bool,
    rules: Rules,
    /// The field that each member of the last record was, in order: the next one is alike.
    layout: Vec<Option<usize>>,
    counts: Counts,
}

/// Which rules are left to judge for each record.
enum Rules {
    /// Privacy rules do not bind: everything is shown, fields that are not of the type too.
    Bypassed,
    /// What every record is granted, and the rules that depend on the record.
    Some { granted: Option<Grant>, left: Vec<usize> },
}

/// Where a value stands in its line: its first byte, and the byte after its last.
type Slot = (usize, usize);

impl Filter {
    /// The filter of a decision that allows a search.
    #[must_use]
    pub fn new(policy: &Policy, decision: &Decision<'_>, request: &Request<'_>) -> Option<Self> {
        let Searcher { privacy, authenticated, admin } = decision.search()?;
        let data = request.data.as_deref()?;
        let access = policy.access.as_deref()?;
        let type_index = access.type_index(&data.type_name)?;
        let of = access.type_list.get(type_index)?;
        let request = Request {
            now: request.now,
            user: request.user.as_deref().map(|user| user.to_static().into()),
            ..Request::default()
        };
        let mut filter = Self {
            type_index,
            request,
            authenticated,
            admin,
            rules: Rules::Bypassed,
            layout: Vec::new(),
            counts: Counts::default(),
        };
        if privacy == Privacy::Enforced {
            filter.rules = filter.foresee(of);
        }
        Some(filter)
    }

    fn foresee(&self, of: &Type) -> Rules {
        let bound = self.bound();
        let (mut granted, mut left) = (None::<Grant>, Vec::new());
        for (index, rule) in of.rules.iter().enumerate() {
            match rule.condition.without_resource(&bound) {
                Foresight::Always => granted = Some(granted.unwrap_or_default().unite(rule.grant)),
                Foresight::Never => {}
                Foresight::Depends => left.push(index),
            }
        }
        Rules::Some { granted, left }
    }

    fn bound(&self) -> Bound<'_> {
        Bound {
            request: Some(&self.request),
            now: self.request.now,
            user: self.request.user.as_deref(),
            authenticated: self.authenticated,
            admin: self.admin,
            ..Bound::default()
        }
    }

    /// What became of the records so far.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Filters whole lines. What may be found is appended to `out`, one record a line.
    pub fn run(&mut self, policy: &Policy, lines: &[u8], out: &mut Vec<u8>) {
        let of = policy.access.as_deref().and_then(|access| access.type_list.get(self.type_index));
        let Some(of) = of else { return };
        out.reserve(lines.len());
        let mut slots = Slots::new(of);
        let mut layout = core::mem::take(&mut self.layout);
        let mut counts = self.counts;
        for line in lines.split(|byte| *byte == b'\n') {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            counts.records = counts.records.saturating_add(1);
            let Ok(line) = core::str::from_utf8(line) else {
                counts.malformed = counts.malformed.saturating_add(1);
                continue;
            };
            if slots.read(of, line, &mut layout).is_err() {
                counts.malformed = counts.malformed.saturating_add(1);
                continue;
            }
            match self.grant(of, line, &slots) {
                Ok(grant) if grant.find => {
                    let everything = matches!(self.rules, Rules::Bypassed);
                    slots.write(line, if everything { None } else { Some(grant.view) }, out);
                    counts.shown = counts.shown.saturating_add(1);
                }
                Ok(_) => {}
                Err(_) => counts.failed = counts.failed.saturating_add(1),
            }
        }
        self.layout = layout;
        self.counts = counts;
    }

    fn grant(&self, of: &Type, line: &str, slots: &Slots) -> Result<Grant, Failed> {
        let Rules::Some { granted, left } = &self.rules else { return Ok(Grant::ALL) };
        let bound = self.bound();
        let mut united = *granted;
        for rule in left.iter().filter_map(|index| of.rules.get(*index)) {
            let facts =
                RecordFacts { bound: &bound, line, slots: &slots.slots, sources: &rule.condition.sources };
            if rule.condition.holds_for(&facts)? {
                united = Some(united.unwrap_or_default().unite(rule.grant));
            }
        }
        Ok(united.unwrap_or(of.everyone_else))
    }
}

/// Where the fields of one record stand.
struct Slots {
    /// By field of the type.
    slots: Vec<Option<Slot>>,
    /// In the order in which they came: the field, and the member as a whole.
    members: Vec<(Option<usize>, Slot)>,
}

impl Slots {
    fn new(of: &Type) -> Self {
        let mut slots = Vec::new();
        slots.resize(of.fields.len(), None);
        Self { slots, members: Vec::new() }
    }

    fn read(&mut self, of: &Type, line: &str, layout: &mut Vec<Option<usize>>) -> Result<(), Malformed> {
        self.slots.fill(None);
        self.members.clear();
        scan::members(line.as_bytes(), |member| {
            let place = self.members.len();
            let name = line.get(member.name.clone()).ok_or(Malformed)?;
            let field = match layout.get(place).copied().flatten() {
                Some(guess)
                    if !member.escaped && of.fields.get(guess).is_some_and(|it| *it.name == *name) =>
                {
                    Some(guess)
                }
                _ => {
                    let field = of.field(&unescaped(name, member.escaped)?);
                    if layout.len() <= place {
                        layout.resize(place.saturating_add(1), None);
                    }
                    if let Some(known) = layout.get_mut(place) {
                        *known = field;
                    }
                    field
                }
            };
            if let Some(slot) = field.and_then(|field| self.slots.get_mut(field))
                && slot.replace(pair(&member.value)).is_some()
            {
                // Two readers may take different ones of the two.
                return Err(Malformed);
            }
            self.members.push((field, pair(&member.whole)));
            Ok(())
        })
    }

    /// Copies what is shown; neighbours in one piece.
    fn write(&self, line: &str, shown: Option<Fields>, out: &mut Vec<u8>) {
        out.push(b'{');
        let shows = |field: Option<usize>| match shown {
            None => true,
            Some(fields) => field.is_some_and(|field| fields.has(field)),
        };
        let mut first = true;
        let mut piece: Option<Slot> = None;
        for (field, (start, end)) in &self.members {
            if shows(*field) {
                piece = Some((piece.map_or(*start, |(start, _)| start), *end));
            } else if let Some(piece) = piece.take() {
                copy(line, piece, &mut first, out);
            }
        }
        if let Some(piece) = piece {
            copy(line, piece, &mut first, out);
        }
        out.extend_from_slice(b"}\n");
    }
}

fn copy(line: &str, (start, end): (usize, usize), first: &mut bool, out: &mut Vec<u8>) {
    if !core::mem::take(first) {
        out.push(b',');
    }
    out.extend_from_slice(line.as_bytes().get(start..end).unwrap_or_default());
}

const fn pair(range: &Range<usize>) -> Slot {
    (range.start, range.end)
}

fn unescaped(name: &str, escaped: bool) -> Result<Cow<'_, str>, Malformed> {
    if !escaped {
        return Ok(Cow::Borrowed(name));
    }
    let quoted = alloc::format!("\"{name}\"");
    match json::parse(&quoted) {
        Ok(json::Json::String(name)) => Ok(Cow::Owned(name.into_owned())),
        _ => Err(Malformed),
    }
}

/// The facts of one record, read where they stand.
struct RecordFacts<'f> {
    bound: &'f Bound<'f>,
    line: &'f str,
    slots: &'f [Option<Slot>],
    sources: &'f [Source],
}

impl<'f> Facts<'f> for RecordFacts<'f> {
    fn fact(&self, place: usize, path: &Path) -> Fact<'f> {
        let Some(Source::Resource(of, field)) = self.sources.get(place) else {
            return self.bound.fact(self.sources.get(place), path);
        };
        let slot = self.slots.get(*field).copied().flatten();
        let text = slot.and_then(|(start, end)| self.line.get(start..end));
        let Some(text) = text else { return Fact::Missing { found: 1 } };
        record_fact(text, *of, path)
    }
}

fn record_fact<'f>(text: &'f str, of: FieldType, path: &Path) -> Fact<'f> {
    if path.fields().len() == 1 {
        return typed_json(text, of).map_or(Fact::Missing { found: 1 }, Fact::Value);
    }
    nested(text, path).unwrap_or_else(|found| Fact::Missing { found })
}

/// What lies below a field.
fn nested<'f>(text: &str, path: &Path) -> Result<Fact<'f>, usize> {
    let tree = json::parse(text).map_err(|_| 1_usize)?;
    let mut at = &tree;
    let mut found = 2_usize;
    if at.is_null() {
        return Err(1);
    }
    for name in path.fields().skip(1) {
        let below = at.as_object().and_then(|object| object.get(name)).filter(|value| !value.is_null());
        at = below.ok_or(found)?;
        found = found.saturating_add(1);
    }
    let value = json_value(at).map(|value: CelValue<'_>| value.to_owned());
    value.map(Fact::Value).ok_or(found.saturating_sub(1))
}
