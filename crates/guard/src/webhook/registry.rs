//! Addresses that are not public: first, last, and what they are. Sorted; none overlap.
//!
//! Generated from `data/special-purpose-addresses.json` by `cargo xtask generate`; do not edit.

/// When the registries were read.
pub const AS_OF: &str = "2025-06";

/// Blocks of IPv4 addresses.
#[rustfmt::skip]
pub(super) static V4: [(u32, u32, &str); 15] = [
    (0x00000000, 0x00ffffff, "0.0.0.0/8: \"This network\" (RFC 791)"),
    (0x0a000000, 0x0affffff, "10.0.0.0/8: Private-Use (RFC 1918)"),
    (0x64400000, 0x647fffff, "100.64.0.0/10: Shared Address Space (RFC 6598)"),
    (0x7f000000, 0x7fffffff, "127.0.0.0/8: Loopback (RFC 1122)"),
    (0xa9fe0000, 0xa9feffff, "169.254.0.0/16: Link Local (RFC 3927)"),
    (0xac100000, 0xac1fffff, "172.16.0.0/12: Private-Use (RFC 1918)"),
    (0xc0000000, 0xc00000ff, "192.0.0.0/24: IETF Protocol Assignments (RFC 6890)"),
    (0xc0000200, 0xc00002ff, "192.0.2.0/24: Documentation (TEST-NET-1) (RFC 5737)"),
    (0xc0586300, 0xc05863ff, "192.88.99.0/24: Deprecated (6to4 Relay Anycast) (RFC 7526)"),
    (0xc0a80000, 0xc0a8ffff, "192.168.0.0/16: Private-Use (RFC 1918)"),
    (0xc6120000, 0xc613ffff, "198.18.0.0/15: Benchmarking (RFC 2544)"),
    (0xc6336400, 0xc63364ff, "198.51.100.0/24: Documentation (TEST-NET-2) (RFC 5737)"),
    (0xcb007100, 0xcb0071ff, "203.0.113.0/24: Documentation (TEST-NET-3) (RFC 5737)"),
    (0xe0000000, 0xefffffff, "224.0.0.0/4: Multicast (RFC 5771)"),
    (0xf0000000, 0xffffffff, "240.0.0.0/4: Reserved (RFC 1112)"),
];

/// Blocks of IPv6 addresses.
#[rustfmt::skip]
pub(super) static V6: [(u128, u128, &str); 7] = [
    (0x00000000000000000000000000000000, 0x1fffffffffffffffffffffffffffffff, "::/3: not Global Unicast (RFC 4291)"),
    (0x20010000000000000000000000000000, 0x200101ffffffffffffffffffffffffff, "2001::/23: IETF Protocol Assignments (RFC 2928)"),
    (0x20010db8000000000000000000000000, 0x20010db8ffffffffffffffffffffffff, "2001:db8::/32: Documentation (RFC 3849)"),
    (0x20020000000000000000000000000000, 0x2002ffffffffffffffffffffffffffff, "2002::/16: 6to4 (RFC 3056)"),
    (0x3fff0000000000000000000000000000, 0x3fff0fffffffffffffffffffffffffff, "3fff::/20: Documentation (RFC 9637)"),
    (0x40000000000000000000000000000000, 0x7fffffffffffffffffffffffffffffff, "4000::/2: not Global Unicast (RFC 4291)"),
    (0x80000000000000000000000000000000, 0xffffffffffffffffffffffffffffffff, "8000::/1: not Global Unicast (RFC 4291)"),
];
