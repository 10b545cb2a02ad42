//! Whether a public key is a point of its curve.
//!
//! Hosts differ in what they check when they load a key. This check runs before any of them, so
//! that a key means the same everywhere. It works on public data, once for each key, and is
//! neither constant-time nor fast: a multiplication is a chain of doublings and additions.

use crate::key::EcCurve;
use core::cmp::Ordering;

/// Whether (x, y) satisfies y² = x³ - 3x + b on a NIST curve (FIPS 186-5, SP 800-186). The
/// coordinates are big-endian. Those curves have a prime order, so every point will do.
pub(crate) fn is_on_curve(curve: EcCurve, x: &[u8], y: &[u8]) -> bool {
    match curve {
        EcCurve::P256 => P256.holds(x, y),
        EcCurve::P384 => P384.holds(x, y),
        EcCurve::P521 => P521.holds(x, y),
    }
}

/// What 32 bytes are as an Ed25519 public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ed25519Point {
    /// A point whose order is large.
    Good,
    /// One of the few points of small order. Under such a key, signatures can be made without
    /// a private key that verify for many messages.
    SmallOrder,
    /// Not the encoding of a point.
    Invalid,
}

/// Decodes a point as RFC 8032 section 5.1.3 says, except that x itself is not computed: it is
/// enough that its square is one.
pub(crate) fn ed25519_point(encoded: &[u8; 32]) -> Ed25519Point {
    let mut big_endian = *encoded;
    big_endian.reverse();
    let [top, ..] = &mut big_endian;
    let x_is_odd = *top & 0x80 != 0;
    *top &= 0x7f;

    let field = &ED25519_FIELD;
    let y = Integer::from_be_bytes(&big_endian);
    if y >= field.prime {
        return Ed25519Point::Invalid;
    }
    let y_squared = field.multiply(y, y);
    let numerator = field.subtract(y_squared, Integer::ONE);
    let denominator = field.add(field.multiply(ED25519_D, y_squared), Integer::ONE);
    // x² = numerator / denominator. A fraction is a square exactly if the product is one.
    match field.jacobi(field.multiply(numerator, denominator)) {
        -1 => return Ed25519Point::Invalid,
        0 if x_is_odd => return Ed25519Point::Invalid,
        _ => {}
    }

    // Doubled three times, a point of small order (a divisor of 8) becomes the neutral element,
    // the only point with y = 1. The doubling needs y alone, held as the fraction y/z:
    // y(2P) = (d·y⁴ + 2·y²z² - z⁴) / (-d·y⁴ + 2d·y²z² + z⁴).
    let (mut y, mut z) = (y, Integer::ONE);
    for _ in 0..3 {
        let y2 = field.multiply(y, y);
        let z2 = field.multiply(z, z);
        let y2z2 = field.multiply(y2, z2);
        let dy4 = field.multiply(ED25519_D, field.multiply(y2, y2));
        let z4 = field.multiply(z2, z2);
        let dy2z2 = field.multiply(ED25519_D, y2z2);
        y = field.subtract(field.add(dy4, field.add(y2z2, y2z2)), z4);
        z = field.add(field.subtract(field.add(dy2z2, dy2z2), dy4), z4);
    }
    if y == z { Ed25519Point::SmallOrder } else { Ed25519Point::Good }
}

/// A curve y² = x³ - 3x + b.
struct Weierstrass<const N: usize> {
    field: Field<N>,
    b: Integer<N>,
}

impl<const N: usize> Weierstrass<N> {
    fn holds(&self, x: &[u8], y: &[u8]) -> bool {
        let field = &self.field;
        let (x, y) = (Integer::from_be_bytes(x), Integer::from_be_bytes(y));
        if x >= field.prime || y >= field.prime {
            return false;
        }
        let three = field.add(Integer::ONE, field.add(Integer::ONE, Integer::ONE));
        let slope = field.subtract(field.multiply(x, x), three);
        let right = field.add(field.multiply(slope, x), self.b);
        field.multiply(y, y) == right
    }
}

/// The integers modulo an odd prime. All operands are below the prime.
struct Field<const N: usize> {
    prime: Integer<N>,
}

impl<const N: usize> Field<N> {
    fn add(&self, a: Integer<N>, b: Integer<N>) -> Integer<N> {
        let (sum, carry) = a.add(b);
        if carry || sum >= self.prime { sum.subtract(self.prime).0 } else { sum }
    }

    fn subtract(&self, a: Integer<N>, b: Integer<N>) -> Integer<N> {
        let (difference, borrow) = a.subtract(b);
        if borrow { difference.add(self.prime).0 } else { difference }
    }

    fn multiply(&self, a: Integer<N>, b: Integer<N>) -> Integer<N> {
        let mut product = Integer::ZERO;
        for bit in b.bits() {
            product = self.add(product, product);
            if bit {
                product = self.add(product, a);
            }
        }
        product
    }

    /// The Jacobi symbol of a over the prime: 1 for a square other than 0, 0 for 0, -1 for the
    /// rest. The binary algorithm (Cohen, algorithm 1.4.12).
    fn jacobi(&self, a: Integer<N>) -> i8 {
        let (mut a, mut n) = (a, self.prime);
        let mut negative = false;
        while a != Integer::ZERO {
            while a.low() & 1 == 0 {
                a = a.half();
                negative ^= matches!(n.low() & 7, 3 | 5);
            }
            if a < n {
                core::mem::swap(&mut a, &mut n);
                negative ^= a.low() & 3 == 3 && n.low() & 3 == 3;
            }
            a = a.subtract(n).0;
        }
        match (n == Integer::ONE, negative) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => -1,
        }
    }
}

/// A number of N × 64 bits, the lowest limb first.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Integer<const N: usize>([u64; N]);

impl<const N: usize> Integer<N> {
    const ZERO: Self = Self([0; N]);
    const ONE: Self = {
        let mut limbs = [0; N];
        if let Some(low) = limbs.first_mut() {
            *low = 1;
        }
        Self(limbs)
    };

    /// Bytes beyond the width are not read; callers give no more.
    fn from_be_bytes(bytes: &[u8]) -> Self {
        let mut limbs = [0; N];
        for (limb, chunk) in limbs.iter_mut().zip(bytes.rchunks(8)) {
            *limb = chunk.iter().fold(0, |high, byte| high << 8 | u64::from(*byte));
        }
        Self(limbs)
    }

    fn low(&self) -> u64 {
        self.0.first().copied().unwrap_or(0)
    }

    /// From the highest to the lowest.
    fn bits(&self) -> impl Iterator<Item = bool> {
        self.0.iter().rev().flat_map(|limb| (0..64).rev().map(move |bit| limb.wrapping_shr(bit) & 1 == 1))
    }

    fn half(self) -> Self {
        let mut limbs = self.0;
        let mut carry = 0;
        for limb in limbs.iter_mut().rev() {
            let low = *limb & 1;
            *limb = *limb >> 1 | carry << 63;
            carry = low;
        }
        Self(limbs)
    }

    fn add(self, other: Self) -> (Self, bool) {
        let mut limbs = self.0;
        let mut carry = false;
        for (limb, addend) in limbs.iter_mut().zip(other.0) {
            let (sum, first) = limb.overflowing_add(addend);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            *limb = sum;
            carry = first | second;
        }
        (Self(limbs), carry)
    }

    fn subtract(self, other: Self) -> (Self, bool) {
        let mut limbs = self.0;
        let mut borrow = false;
        for (limb, subtrahend) in limbs.iter_mut().zip(other.0) {
            let (difference, first) = limb.overflowing_sub(subtrahend);
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            *limb = difference;
            borrow = first | second;
        }
        (Self(limbs), borrow)
    }
}

impl<const N: usize> Ord for Integer<N> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.iter().rev().cmp(other.0.iter().rev())
    }
}

impl<const N: usize> PartialOrd for Integer<N> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

static P256: Weierstrass<4> = Weierstrass {
    field: Field {
        prime: Integer([
            0xffff_ffff_ffff_ffff,
            0x0000_0000_ffff_ffff,
            0x0000_0000_0000_0000,
            0xffff_ffff_0000_0001,
        ]),
    },
    b: Integer([0x3bce_3c3e_27d2_604b, 0x651d_06b0_cc53_b0f6, 0xb3eb_bd55_7698_86bc, 0x5ac6_35d8_aa3a_93e7]),
};

static P384: Weierstrass<6> = Weierstrass {
    field: Field {
        prime: Integer([
            0x0000_0000_ffff_ffff,
            0xffff_ffff_0000_0000,
            0xffff_ffff_ffff_fffe,
            0xffff_ffff_ffff_ffff,
            0xffff_ffff_ffff_ffff,
            0xffff_ffff_ffff_ffff,
        ]),
    },
    b: Integer([
        0x2a85_c8ed_d3ec_2aef,
        0xc656_398d_8a2e_d19d,
        0x0314_088f_5013_875a,
        0x181d_9c6e_fe81_4112,
        0x988e_056b_e3f8_2d19,
        0xb331_2fa7_e23e_e7e4,
    ]),
};

static P521: Weierstrass<9> = Weierstrass {
    field: Field {
        prime: Integer([
            0xffff_ffff_ffff_ffff,
            0xffff_ffff_ffff_ffff,
            0xffff_ffff_ffff_ffff,
            0xffff_ffff_ffff_ffff,
            0xffff_ffff_ffff_ffff,
            0xffff_ffff_ffff_ffff,
            0xffff_ffff_ffff_ffff,
            0xffff_ffff_ffff_ffff,
            0x0000_0000_0000_01ff,
        ]),
    },
    b: Integer([
        0xef45_1fd4_6b50_3f00,
        0x3573_df88_3d2c_34f1,
        0x1652_c0bd_3bb1_bf07,
        0x5619_3951_ec7e_937b,
        0xb8b4_8991_8ef1_09e1,
        0xa2da_725b_99b3_15f3,
        0x929a_21a0_b685_40ee,
        0x953e_b961_8e1c_9a1f,
        0x0000_0000_0000_0051,
    ]),
};

/// 2²⁵⁵ - 19.
static ED25519_FIELD: Field<4> = Field {
    prime: Integer([
        0xffff_ffff_ffff_ffed,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
        0x7fff_ffff_ffff_ffff,
    ]),
};

/// The d of the twisted Edwards curve -x² + y² = 1 + dx²y².
const ED25519_D: Integer<4> =
    Integer([0x75eb_4dca_1359_78a3, 0x0070_0a4d_4141_d8ab, 0x8cc7_4079_7779_e898, 0x5203_6cee_2b6f_fe73]);

#[cfg(test)]
mod tests;
