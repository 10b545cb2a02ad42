//! `crates/guard/data/special-purpose-addresses.json` to tables in Rust: the addresses that no
//! request of a webhook may reach.

use std::{
    fmt::Write as _,
    fs,
    net::{Ipv4Addr, Ipv6Addr},
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::workspace::Workspace;

const DATA: &str = "crates/guard/data/special-purpose-addresses.json";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    #[serde(rename = "about")]
    _about: String,
    #[serde(rename = "sources")]
    _sources: Vec<String>,
    as_of: String,
    ipv4: Vec<Entry>,
    ipv6: Vec<Entry>,
    also_refused: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    block: String,
    name: String,
    reference: String,
    /// The registry's column; what it calls not applicable is null, and not reachable.
    #[serde(default)]
    globally_reachable: Option<bool>,
}

/// A block as its first and last address, and what it is.
struct Range {
    first: u128,
    last: u128,
    name: String,
}

pub(super) fn generate(workspace: &Workspace) -> Result<String> {
    let text = fs::read_to_string(workspace.path(DATA)).with_context(|| format!("cannot read {DATA}"))?;
    let data: Data = serde_json::from_str(&text).with_context(|| format!("cannot parse {DATA}"))?;
    let (also4, also6): (Vec<_>, Vec<_>) =
        data.also_refused.iter().partition(|entry| !entry.block.contains(':'));
    let v4 = refused(data.ipv4.iter().chain(also4), 32)?;
    let v6 = refused(data.ipv6.iter().chain(also6), 128)?;
    Ok(source(&data.as_of, &v4, &v6))
}

/// The blocks that are not globally reachable, in order, without those inside another one. What is
/// reachable inside a block that is not (protocol anycast, which the nearest device answers) stays
/// refused with it.
fn refused<'e>(entries: impl Iterator<Item = &'e Entry>, bits: u32) -> Result<Vec<Range>> {
    let mut ranges = Vec::new();
    for entry in entries.filter(|entry| entry.globally_reachable != Some(true)) {
        let name = format!("{}: {} ({})", entry.block, entry.name, entry.reference);
        let (first, last) = ends(&entry.block, bits).with_context(|| format!("{name} is no block"))?;
        ranges.push(Range { first, last, name });
    }
    ranges.sort_by_key(|range| (range.first, u128::MAX - range.last));
    let mut outermost: Vec<Range> = Vec::new();
    for range in ranges {
        match outermost.last() {
            Some(outer) if range.first <= outer.last => {
                ensure!(range.last <= outer.last, "{} overlaps {}", range.name, outer.name);
            }
            _ => outermost.push(range),
        }
    }
    Ok(outermost)
}

fn ends(block: &str, bits: u32) -> Result<(u128, u128)> {
    let (address, length) = block.split_once('/').context("there is no prefix length")?;
    let length: u32 = length.parse()?;
    ensure!(length <= bits, "the prefix is too long");
    let first = match bits {
        32 => u128::from(address.parse::<Ipv4Addr>()?.to_bits()),
        _ => address.parse::<Ipv6Addr>()?.to_bits(),
    };
    // A prefix of no bits would shift by all of them.
    let below = 1_u128.checked_shl(bits - length).map_or(u128::MAX, |size| size - 1);
    ensure!(first & below == 0, "the address has bits below the prefix");
    Ok((first, first | below))
}

fn source(as_of: &str, v4: &[Range], v6: &[Range]) -> String {
    let mut text = format!(
        "//! Addresses that are not public: first, last, and what they are. Sorted; none overlap.\n\
         //!\n\
         //! Generated from `data/special-purpose-addresses.json` by `cargo xtask generate`; do not edit.\n\n\
         /// When the registries were read.\n\
         pub const AS_OF: &str = {as_of:?};\n"
    );
    for (version, width, ranges) in [("V4", 8, v4), ("V6", 32, v6)] {
        let bits = width * 4;
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n/// Blocks of IP{} addresses.\n#[rustfmt::skip]\npub(super) static {version}: [(u{bits}, u{bits}, &str); {}] = [\n",
            version.to_lowercase(),
            ranges.len()
        );
        for Range { first, last, name } in ranges {
            let _ = writeln!(text, "    (0x{first:0width$x}, 0x{last:0width$x}, {name:?}),");
        }
        text.push_str("];\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_inside_another_one_goes_with_it() {
        let entry = |block: &str, globally_reachable| Entry {
            block: block.into(),
            name: String::new(),
            reference: String::new(),
            globally_reachable,
        };
        let entries = [
            entry("240.0.0.0/4", Some(false)),
            entry("255.255.255.255/32", Some(false)),
            entry("192.0.0.0/24", None),
            entry("192.0.0.9/32", Some(true)),
        ];
        let ranges = refused(entries.iter(), 32).unwrap();
        let ends: Vec<_> = ranges.iter().map(|range| (range.first, range.last)).collect();
        assert_eq!(ends, [(0xc000_0000, 0xc000_00ff), (0xf000_0000, 0xffff_ffff)]);
    }

    #[test]
    fn what_is_no_block_is_refused() {
        for block in ["10.0.0.0", "10.0.0.0/33", "10.0.0.1/8", "10.0.0/8"] {
            assert!(ends(block, 32).is_err(), "{block}");
        }
    }
}
