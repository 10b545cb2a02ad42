//! Text to claim, in one pass over the bytes.

use alloc::vec::Vec;

use crate::{
    ClaimError, ErrorKind, MAX_TENANT_BYTES,
    rule::{Claim, Effect, RuleSpan},
    sort,
};

#[cfg(test)]
mod tests;

const EFFECT: &str = "`a:` or `d:`";
const COLON: &str = "`:`";
const SEGMENT: &str = "a segment of a-z, 0-9 and `-`";
const AFTER_SEGMENT: &str = "a-z, 0-9, `-`, `.`, `;` or the end";
const TENANT: &str = "a tenant id of A-Z, a-z, 0-9, `.`, `_` and `-`";
const AFTER_TENANT: &str = "A-Z, a-z, 0-9, `.`, `_`, `-`, `,`, `;` or the end";
const TENANT_LENGTH: &str = "a tenant id of at most 128 characters";
const TENANT_ONCE: &str = "a tenant id that is not listed yet";
const ONE_TENANT_RULE: &str = "at most one tenant rule";
const RULE: &str = "at least one rule";
const SHORTER: &str = "a value within the limit";

const TENANTS: &[u8] = b"tenants";

pub(crate) fn parse(text: &str, max_bytes: usize) -> Result<Claim, ClaimError> {
    if text.len() > max_bytes {
        return Err(ClaimError::new(ErrorKind::TooLarge, max_bytes, SHORTER));
    }
    if text.is_empty() {
        return Err(ClaimError::new(ErrorKind::Missing, 0, RULE));
    }
    let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
    let mut operations = Vec::with_capacity(text.len().min(1024) / 16);
    let mut tenants = None;
    loop {
        let effect = reader.effect()?;
        let start = reader.at;
        if reader.eats_tenants() {
            if tenants.is_some() {
                let at = start.saturating_sub(2);
                return Err(ClaimError::new(ErrorKind::MultipleTenantRules, at, ONE_TENANT_RULE));
            }
            reader.tenant_list()?;
            tenants = Some(RuleSpan { effect, start, end: reader.at });
        } else {
            reader.operation()?;
            operations.push(RuleSpan { effect, start, end: reader.at });
        }
        if reader.peek().is_none() {
            return Ok(Claim { text: text.into(), operations, tenants });
        }
        reader.step(); // the `;`: every production above ends there or at the end
    }
}

/// A byte that may stand in a segment of an operation id.
pub(crate) const fn is_segment_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')
}

/// A byte that may stand in a tenant id.
pub(crate) const fn is_tenant_byte(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-')
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    const fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    const fn fail<T>(&self, kind: ErrorKind, expected: &'static str) -> Result<T, ClaimError> {
        Err(ClaimError::new(kind, self.at, expected))
    }

    fn effect(&mut self) -> Result<Effect, ClaimError> {
        let effect = match self.peek() {
            Some(b'a') => Effect::Allow,
            Some(b'd') => Effect::Deny,
            Some(b';') | None => return self.fail(ErrorKind::EmptyRule, EFFECT),
            Some(_) => return self.fail(ErrorKind::Effect, EFFECT),
        };
        self.step();
        if self.peek() != Some(b':') {
            return self.fail(ErrorKind::Colon, COLON);
        }
        self.step();
        Ok(effect)
    }

    /// Takes the word `tenants` where it is a whole target, and not the root of an operation id.
    fn eats_tenants(&mut self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(after) = rest.strip_prefix(TENANTS) else { return false };
        let whole = matches!(after.first(), None | Some(b';' | b':'));
        if whole {
            self.at = self.at.saturating_add(TENANTS.len());
        }
        whole
    }

    fn skip_while(&mut self, accept: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&byte| !accept(byte)).unwrap_or(rest.len());
        self.at = self.at.saturating_add(length);
        length
    }

    fn operation(&mut self) -> Result<(), ClaimError> {
        loop {
            let length = self.skip_while(is_segment_byte);
            match self.peek() {
                _ if length == 0 => return self.fail(ErrorKind::Operation, SEGMENT),
                Some(b'.') => self.step(),
                Some(b';') | None => return Ok(()),
                Some(_) => return self.fail(ErrorKind::Operation, AFTER_SEGMENT),
            }
        }
    }

    fn tenant_list(&mut self) -> Result<(), ClaimError> {
        if self.peek() != Some(b':') {
            return Ok(());
        }
        self.step();
        let start = self.at;
        loop {
            let first = self.at;
            let length = self.skip_while(is_tenant_byte);
            if length > MAX_TENANT_BYTES {
                self.at = first.saturating_add(MAX_TENANT_BYTES);
                return self.fail(ErrorKind::Tenant, TENANT_LENGTH);
            }
            match self.peek() {
                _ if length == 0 => return self.fail(ErrorKind::Tenant, TENANT),
                Some(b',') => self.step(),
                Some(b';') | None => break,
                Some(_) => return self.fail(ErrorKind::Tenant, AFTER_TENANT),
            }
        }
        self.refuse_repeated(start)
    }

    /// Lists may hold thousands of ids, so they are sorted rather than compared pair by pair.
    fn refuse_repeated(&self, start: usize) -> Result<(), ClaimError> {
        let list = self.bytes.get(start..self.at).unwrap_or_default();
        let mut at = start;
        let ids: Vec<(&[u8], usize)> = list
            .split(|&byte| byte == b',')
            .map(|id| {
                let offset = at;
                at = at.saturating_add(id.len()).saturating_add(1);
                (id, offset)
            })
            .collect();
        // Of equal ids, the one that stands first stays first.
        let ids = sort::sorted_by_key(&ids, |&(id, _)| id);
        let repeated = ids.windows(2).filter_map(|pair| match pair {
            [(one, _), (two, offset)] if one == two => Some(*offset),
            _ => None,
        });
        match repeated.min() {
            Some(offset) => Err(ClaimError::new(ErrorKind::DuplicateTenant, offset, TENANT_ONCE)),
            None => Ok(()),
        }
    }
}
