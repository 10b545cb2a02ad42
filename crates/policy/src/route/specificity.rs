//! How closely a template describes the segments of one request.

/// What kind of template segment describes a request segment, least specific first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Multi,
    Parameter,
    Mixed,
    Literal,
}

/// The kind for each of up to 64 request segments, as two bits in two words.
///
/// It starts as literal everywhere and is lowered segment by segment, so that halfway through a
/// path it is the best that can still come of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Specificity {
    high: u64,
    low: u64,
}

impl Specificity {
    pub(super) const LITERAL: Self = Self { high: u64::MAX, low: u64::MAX };

    /// The same with `kind` for the segment whose bit is `lane`, which was literal until now.
    pub(super) fn lowered(self, lane: u64, kind: Kind) -> Self {
        match kind {
            Kind::Literal => self,
            Kind::Mixed => Self { low: self.low & !lane, ..self },
            Kind::Parameter => Self { high: self.high & !lane, ..self },
            Kind::Multi => Self { high: self.high & !lane, low: self.low & !lane },
        }
    }

    /// At least as specific in every segment, and more in one.
    pub(super) fn beats(self, other: Self) -> bool {
        let same_high = !(self.high ^ other.high);
        let less = (!self.high & other.high) | (same_high & !self.low & other.low);
        less == 0 && self != other
    }
}
