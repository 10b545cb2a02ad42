//! Is an address public? By the special-purpose registries, IPv4 and IPv6 alike.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::registry;

/// The block that keeps an address from being public, if one does.
///
/// Prefixes that carry an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo) are such blocks
/// whatever they carry: where such a packet ends is for a gateway to say, not for the address. ISATAP
/// carries one too, below any prefix.
#[must_use]
pub fn special_purpose(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => block_of(&registry::V4, address.to_bits()),
        IpAddr::V6(address) => block_of(&registry::V6, address.to_bits()).or_else(|| isatap(address)),
    }
}

/// An interface identifier of ISATAP (RFC 5214, section 6.1): `0:5efe` or `200:5efe`, then an IPv4 address.
fn isatap(address: Ipv6Addr) -> Option<&'static str> {
    let [_, _, _, _, 0 | 0x200, 0x5efe, _, _] = address.segments() else { return None };
    Some("::0:5efe:0:0/96: ISATAP (RFC 5214)")
}

fn block_of<T: Ord + Copy>(blocks: &'static [(T, T, &'static str)], address: T) -> Option<&'static str> {
    let behind = blocks.partition_point(|(first, _, _)| *first <= address);
    let (_, last, name) = blocks.get(behind.checked_sub(1)?)?;
    (address <= *last).then_some(*name)
}

/// An address in the one spelling that every reader takes alike: four decimal numbers without
/// leading zeros, or hexadecimal groups without a zone.
pub(super) fn parse(text: &str) -> Option<IpAddr> {
    // The standard library's parsers are strict: no octal, no hexadecimal, no missing parts, no zone.
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Some(IpAddr::V4(address));
    }
    text.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_public(text: &str) -> bool {
        special_purpose(text.parse().unwrap()).is_none()
    }

    #[test]
    fn blocks_end_where_the_registries_say() {
        for (inside, outside) in [
            ("0.255.255.255", "1.0.0.0"),
            ("10.0.0.0", "9.255.255.255"),
            ("10.255.255.255", "11.0.0.0"),
            ("100.64.0.0", "100.63.255.255"),
            ("100.127.255.255", "100.128.0.0"),
            ("127.255.255.255", "128.0.0.0"),
            ("169.254.0.0", "169.253.255.255"),
            ("172.31.255.255", "172.32.0.0"),
            ("192.0.0.255", "192.0.1.0"),
            ("192.88.99.0", "192.88.98.255"),
            ("198.19.255.255", "198.20.0.0"),
            ("224.0.0.0", "223.255.255.255"),
            ("2001:1ff:ffff::", "2001:200::"),
            ("2001:db8:ffff::", "2001:db9::"),
            ("3fff:fff::", "3fff:1000::"),
            ("1fff:ffff::", "2000::"),
            ("4000::", "3fff:ffff::"),
        ] {
            assert!(!is_public(inside), "{inside}");
            assert!(is_public(outside), "{outside}");
        }
    }

    #[test]
    fn prefixes_that_carry_an_address_are_not_public_whatever_they_carry() {
        for address in [
            "::ffff:8.8.8.8",
            "::8.8.8.8",
            "::ffff:0:8.8.8.8",
            "64:ff9b::808:808",
            "64:ff9b:1:808:8:800::",
            "2002:808:808::1",
            "2001:0:4136:e378:8000:63bf:f7f7:f7f7",
            "2400:cb00::5efe:808:808",
            "2400:cb00:0:1:200:5efe:8.8.8.8",
        ] {
            assert!(!is_public(address), "{address}");
        }
    }

    #[test]
    fn what_only_looks_like_isatap_is_public() {
        for address in ["2400:cb00::5efe", "2400:cb00::5efe:1", "2400:cb00::100:5efe:808:808", "2400:5efe::1"]
        {
            assert!(is_public(address), "{address}");
        }
    }

    #[test]
    fn what_the_nearest_device_answers_is_not_public() {
        for address in ["192.0.0.9", "192.0.0.10", "2001:1::1", "2001:1::3"] {
            assert!(!is_public(address), "{address}");
        }
    }

    #[test]
    fn tables_are_sorted_and_do_not_overlap() {
        assert!(registry::V4.is_sorted_by(|one, next| one.1 < next.0));
        assert!(registry::V6.is_sorted_by(|one, next| one.1 < next.0));
    }
}
