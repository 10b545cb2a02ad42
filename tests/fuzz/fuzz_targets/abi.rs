//! The raw ABI of the shipped module: whatever addresses, lengths, handles and bytes a host gives, and
//! in whatever order, the module neither traps nor calls an import, and answers in JSON.

#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::{arbitrary, arbitrary::Arbitrary, fuzz_target};

#[path = "../../../crates/host/tests/abi/raw.rs"]
#[expect(dead_code, reason = "the tests of the ABI use more of it")]
mod raw;

use raw::{Buffer, Raw};

/// What a host does next. Buffers are named by their place among those that are out.
#[derive(Debug, Arbitrary)]
enum Act<'a> {
    Give(&'a [u8]),
    Alloc(u32),
    Free { buffer: u8, longer: i8 },
    Call { buffer: u8, at: i16, longer: i16 },
    Text(&'a str),
    Permit { policy: u32, buffer: u8, at: i8, longer: i8 },
    Allows { principal: u32, operation: u32, tenant: u32 },
    Release(u32),
}

/// Beyond this, an instance is started anew: what one input leaves behind must not fill it up.
const MOST_BYTES: usize = 64 << 20;
const MOST_LENGTH: u32 = 1 << 20;

thread_local! {
    static INSTANCE: RefCell<Raw> = RefCell::new(Raw::new());
}

fn run(raw: &mut Raw, acts: &[Act<'_>]) {
    let mut out: Vec<Buffer> = Vec::new();
    let named = |out: &[Buffer], buffer: u8| out.get(usize::from(buffer) % out.len().max(1)).copied();
    for act in acts {
        match *act {
            Act::Give(bytes) if !bytes.is_empty() && out.len() < 64 => out.push(raw.give(bytes)),
            Act::Give(_) => {}
            Act::Alloc(length) => {
                let length = length % MOST_LENGTH;
                let address = raw.alloc(length);
                if address != 0 {
                    out.push(Buffer { address, length });
                }
            }
            Act::Free { buffer, longer } => {
                if let Some(known) = named(&out, buffer) {
                    raw.free(known.address, known.length.wrapping_add_signed(longer.into()));
                    if longer == 0 {
                        out.retain(|other| other.address != known.address);
                    }
                }
            }
            Act::Call { buffer, at, longer } => {
                if let Some(known) = named(&out, buffer) {
                    let address = known.address.wrapping_add_signed(at.into());
                    let packed = raw.call_at(address, known.length.wrapping_add_signed(longer.into()));
                    if packed != 0 {
                        assert!(serde_json::from_str::<serde_json::Value>(&raw.answer(packed)).is_ok());
                    }
                }
            }
            Act::Text(text) if out.len() < 64 => {
                let answer: serde_json::Value = serde_json::from_str(&raw.call(text)).unwrap();
                assert!(answer.get("ok").is_some() != answer.get("error").is_some());
            }
            Act::Text(_) => {}
            Act::Permit { policy, buffer, at, longer } => {
                if let Some(known) = named(&out, buffer) {
                    let address = known.address.wrapping_add_signed(at.into());
                    raw.permit_at(policy, address, known.length.wrapping_add_signed(longer.into()));
                }
            }
            Act::Allows { principal, operation, tenant } => {
                assert!(raw.allows(principal, operation, tenant) <= 1);
            }
            Act::Release(handle) => assert!(raw.release(handle) <= 1),
        }
    }
    for buffer in out {
        raw.take(buffer);
    }
    assert_eq!(raw.imports_called(), 0);
}

fuzz_target!(|acts: Vec<Act<'_>>| {
    INSTANCE.with_borrow_mut(|raw| {
        run(raw, &acts);
        if raw.memory_bytes() > MOST_BYTES {
            *raw = Raw::new();
        }
    });
});
