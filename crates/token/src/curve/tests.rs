use super::{
    ED25519_FIELD, EcCurve, Ed25519Point, Field, Integer, P256, P384, P521, ed25519_point, is_on_curve,
};
use crate::{base64url, json, testing};
use alloc::vec::Vec;
use proptest::prelude::*;

fn coordinates(jwk: &str) -> (Vec<u8>, Vec<u8>) {
    let jwk = json::parse(jwk).unwrap();
    let member = |name| base64url::decode(jwk.as_object().unwrap().get(name).unwrap().as_str().unwrap());
    (member("x").unwrap(), member("y").unwrap())
}

const CURVES: [(EcCurve, &str); 3] =
    [(EcCurve::P256, testing::EC_A3), (EcCurve::P384, testing::EC_P384), (EcCurve::P521, testing::EC_A4)];

fn ed25519(hex: &str) -> Ed25519Point {
    let digits: Vec<u8> = hex.chars().map(|digit| digit.to_digit(16).unwrap() as u8).collect();
    let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    ed25519_point(&bytes.try_into().unwrap())
}

#[test]
fn published_points_are_on_their_curves() {
    for (curve, jwk) in CURVES {
        let (x, y) = coordinates(jwk);
        assert!(is_on_curve(curve, &x, &y), "{curve:?}");
    }
}

#[test]
fn a_changed_bit_leaves_the_curve() {
    for (curve, jwk) in CURVES {
        let (x, y) = coordinates(jwk);
        for bit in (0..x.len() * 8).step_by(7) {
            let mut changed = x.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_on_curve(curve, &changed, &y), "{curve:?} x, bit {bit}");
            let mut changed = y.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_on_curve(curve, &x, &changed), "{curve:?} y, bit {bit}");
        }
        assert!(!is_on_curve(curve, &y, &x), "{curve:?} swapped");
        let zero = alloc::vec![0; x.len()];
        assert!(!is_on_curve(curve, &zero, &zero), "{curve:?} origin");
    }
}

#[test]
fn a_coordinate_of_the_prime_or_more_is_refused_though_congruent() {
    // (0, √b) is a point of P-256; (p, √b) names it a second time.
    let sqrt_b = sqrt_of_b();
    let zero = [0; 32];
    assert!(is_on_curve(EcCurve::P256, &zero, &sqrt_b));
    let mut prime = [0xff; 32];
    prime[4..8].copy_from_slice(&[0, 0, 0, 1]);
    prime[8..20].fill(0);
    assert!(!is_on_curve(EcCurve::P256, &prime, &sqrt_b));
}

/// The square root of b on P-256: b to the power (p + 1) / 4, since p ≡ 3 modulo 4.
fn sqrt_of_b() -> [u8; 32] {
    let field = &P256.field;
    let exponent = field.prime.add(Integer::ONE).0.half().half();
    let mut root = Integer::ONE;
    for bit in exponent.bits() {
        root = field.multiply(root, root);
        if bit {
            root = field.multiply(root, P256.b);
        }
    }
    let mut bytes = [0; 32];
    for (chunk, limb) in bytes.rchunks_mut(8).zip(root.0) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    bytes
}

#[test]
fn the_keys_of_rfc_8032_section_7_1_are_good_points() {
    for hex in [
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
    ] {
        assert_eq!(ed25519(hex), Ed25519Point::Good, "{hex}");
    }
}

#[test]
fn all_points_of_small_order_are_told_apart() {
    for hex in [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ] {
        assert_eq!(ed25519(hex), Ed25519Point::SmallOrder, "{hex}");
    }
}

#[test]
fn second_spellings_of_a_point_are_invalid() {
    for hex in [
        // y = 1 and y = -1 with the sign of an x that is zero.
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        // y = p, p + 1, and the largest that fits.
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ] {
        assert_eq!(ed25519(hex), Ed25519Point::Invalid, "{hex}");
    }
}

#[test]
fn a_y_without_an_x_is_invalid() {
    // (y² - 1) / (dy² + 1) is no square for y = 2.
    assert_eq!(
        ed25519("0200000000000000000000000000000000000000000000000000000000000000"),
        Ed25519Point::Invalid
    );
}

#[test]
fn the_symbol_of_a_small_field_agrees_with_the_list_of_squares() {
    let field = Field { prime: Integer([257, 0]) };
    let squares: Vec<u64> = (1..257).map(|root| root * root % 257).collect();
    for a in 0..257 {
        let expected = match a {
            0 => 0,
            _ if squares.contains(&a) => 1,
            _ => -1,
        };
        assert_eq!(field.jacobi(Integer([a, 0])), expected, "{a}");
    }
}

proptest! {
    #[test]
    fn a_product_in_a_small_field_agrees_with_the_machine(a in 0_u64..65_537, b in 0_u64..65_537) {
        let field = Field { prime: Integer([65_537, 0]) };
        let product = field.multiply(Integer([a, 0]), Integer([b, 0]));
        prop_assert!(product == Integer([a * b % 65_537, 0]));
    }

    #[test]
    fn a_square_has_the_symbol_one(bytes: [u8; 31]) {
        let root = Integer::from_be_bytes(&bytes);
        prop_assume!(root != Integer::ZERO);
        prop_assert_eq!(ED25519_FIELD.jacobi(ED25519_FIELD.multiply(root, root)), 1);
    }

    #[test]
    fn wide_fields_obey_the_laws(a: [u8; 40], b: [u8; 40], c: [u8; 40]) {
        fn check<const N: usize>(field: &Field<N>, a: &[u8], b: &[u8], c: &[u8]) -> bool {
            let [a, b, c] = [a, b, c].map(Integer::from_be_bytes);
            field.multiply(a, field.add(b, c)) == field.add(field.multiply(a, b), field.multiply(a, c))
                && field.subtract(field.add(a, b), b) == a
                && field.multiply(a, b) == field.multiply(b, a)
        }
        prop_assert!(check(&P384.field, &a, &b, &c));
        prop_assert!(check(&P521.field, &a, &b, &c));
    }
}
