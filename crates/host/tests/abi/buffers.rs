//! Memory that the host may write, and nothing else that it names.

use crate::raw::{Buffer, MAX_INPUT, Raw};

const VERSION: &[u8] = br#"{"version":{}}"#;

#[track_caller]
fn works(raw: &mut Raw) {
    assert!(raw.call(VERSION).starts_with(r#"{"ok":{"abi":1,"#));
}

/// Ranges that are not within the buffer.
fn foreign(raw: &Raw, Buffer { address, length }: Buffer) -> Vec<(u32, u32)> {
    let end = u32::try_from(raw.memory_bytes()).expect("a size");
    vec![
        (0, 0),
        (0, 1),
        (0, u32::MAX),
        (16, 4),
        (1 << 16, 64),
        (address - 1, 1),
        (address - 1, length),
        (address, length + 1),
        (address, u32::MAX),
        (address, u32::MAX - address),
        (address, u32::MAX - address + 1),
        (address + length, 1),
        (address + length + 1, 0),
        (end - 1, 1),
        (end, 0),
        (end, 1),
        (u32::MAX, 0),
        (u32::MAX, 1),
        (u32::MAX, u32::MAX),
        (u32::MAX - 3, 8),
    ]
}

#[test]
fn input_that_is_not_within_a_buffer_is_refused() {
    let mut raw = Raw::new();
    let policy = raw.policy();
    let buffer = raw.give(VERSION);
    for (address, length) in foreign(&raw, buffer) {
        assert_eq!(raw.call_at(address, length), 0, "{address}+{length}");
        assert_eq!(raw.permit_at(policy, address, length), 0, "{address}+{length}");
    }
    assert_ne!(raw.call_at(buffer.address, buffer.length), 0);
    works(&mut raw);
}

#[test]
fn a_part_of_a_buffer_is_within_it() {
    let mut raw = Raw::new();
    let text = [b"   ", VERSION, b"trash"].concat();
    let buffer = raw.give(&text);
    let packed = raw.call_at(buffer.address + 3, VERSION.len() as u32);
    assert!(raw.answer(packed).starts_with(r#"{"ok":"#));
    for (address, length) in [(buffer.address, 0), (buffer.address + buffer.length, 0), (buffer.address, 1)] {
        let packed = raw.call_at(address, length);
        assert!(raw.answer(packed).contains("CALL_MALFORMED"));
    }
}

#[test]
fn two_buffers_side_by_side_are_not_one() {
    let mut raw = Raw::new();
    let mut buffers: Vec<Buffer> = (0..32).map(|_| raw.give(&[b' '; 64])).collect();
    buffers.sort_by_key(|buffer| buffer.address);
    for pair in buffers.windows(2) {
        let length = pair[1].address + pair[1].length - pair[0].address;
        assert_eq!(raw.call_at(pair[0].address, length), 0);
    }
    works(&mut raw);
}

#[test]
fn an_answer_is_no_buffer() {
    let mut raw = Raw::new();
    let buffer = raw.give(VERSION);
    let packed = raw.call_at(buffer.address, buffer.length);
    let (address, length) = ((packed >> 32) as u32, (packed & 0xffff_ffff) as u32);
    let answer = raw.answer(packed);
    raw.free(address, length);
    assert_eq!(raw.call_at(address, length), 0);
    assert_eq!(raw.answer(packed), answer, "it stands until the next call");
    works(&mut raw);
}

#[test]
fn a_buffer_that_was_given_back_is_none() {
    let mut raw = Raw::new();
    let buffer = raw.give(VERSION);
    raw.take(buffer);
    assert_eq!(raw.call_at(buffer.address, buffer.length), 0);
    works(&mut raw);
}

#[test]
fn giving_back_twice_is_passed_over() {
    let mut raw = Raw::new();
    let buffer = raw.give(&[b'x'; 4096]);
    raw.take(buffer);
    raw.take(buffer);
    raw.take(buffer);
    // Were the memory free twice, two buffers could be in one place.
    let mut buffers: Vec<Buffer> = (0..64).map(|number| raw.give(&[number; 4096])).collect();
    buffers.sort_by_key(|buffer| buffer.address);
    assert!(buffers.windows(2).all(|pair| pair[0].address + pair[0].length <= pair[1].address));
    for buffer in buffers {
        let bytes = raw.bytes(buffer.address, buffer.length);
        assert!(bytes.iter().all(|byte| *byte == bytes[0]));
        raw.take(buffer);
    }
    works(&mut raw);
}

#[test]
fn giving_back_what_was_not_given_out_is_passed_over() {
    let mut raw = Raw::new();
    let buffer = raw.give(VERSION);
    for (address, length) in foreign(&raw, buffer) {
        raw.free(address, length);
    }
    for length in [0, 1, buffer.length - 1] {
        raw.free(buffer.address, length);
        raw.free(buffer.address + 1, length);
    }
    let packed = raw.call_at(buffer.address, buffer.length);
    assert!(raw.answer(packed).starts_with(r#"{"ok":"#));
    raw.take(buffer);
    works(&mut raw);
}

#[test]
fn buffers_are_bounded_in_length_and_number() {
    let mut raw = Raw::new();
    for length in [0, MAX_INPUT + 1, i32::MAX as u32, i32::MAX as u32 + 1, u32::MAX] {
        assert_eq!(raw.alloc(length), 0, "{length}");
    }
    let large = raw.alloc(MAX_INPUT);
    assert_ne!(large, 0);
    let small: Vec<u32> = (1..64).map(|_| raw.alloc(8)).collect();
    assert!(!small.contains(&0));
    assert_eq!(raw.alloc(8), 0);
    raw.free(large, MAX_INPUT);
    assert_ne!(raw.alloc(8), 0);
}

#[test]
fn a_new_buffer_shows_nothing_of_what_stood_there() {
    let mut raw = Raw::new();
    for length in [16, 4096, 1 << 20] {
        let secret = raw.give(&vec![b's'; length]);
        raw.take(secret);
        let again = raw.alloc(secret.length);
        assert!(raw.bytes(again, secret.length).iter().all(|byte| *byte == 0), "{length}");
    }
}

#[test]
fn the_largest_input_is_answered() {
    let mut raw = Raw::new();
    assert_eq!(raw.error(vec![b'['; MAX_INPUT as usize]), "CALL_MALFORMED");
    assert_eq!(raw.error(vec![0xff; MAX_INPUT as usize]), "CALL_MALFORMED");
    let before = raw.memory_bytes();
    for _ in 0..3 {
        assert_eq!(raw.error(vec![b' '; MAX_INPUT as usize]), "CALL_MALFORMED");
    }
    assert_eq!(raw.memory_bytes(), before);
    works(&mut raw);
}
