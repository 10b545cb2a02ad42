//! The `.cwasm` file: what it was made from, then the machine code. The only file of this crate
//! with `unsafe` code.
#![expect(unsafe_code, reason = "wasmtime takes precompiled code only from callers who vouch for it")]

use wasmtime::Module;

use crate::{Digest, Error};

const MAGIC: &[u8; 8] = b"PORTCW\x00\x02";

pub(crate) fn join(wasm: Digest, code: &[u8]) -> Vec<u8> {
    let whole = Digest::of_all(&[wasm.bytes(), code]);
    [MAGIC.as_slice(), whole.bytes(), wasm.bytes(), code].concat()
}

/// Takes a file apart, if it is what was written: a torn download must not be run.
pub(crate) fn split(bytes: &[u8]) -> Result<(Digest, &[u8]), Error> {
    let torn = || Error::configuration("not a precompiled module, or not a whole one");
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(torn)?;
    let (whole, rest) = rest.split_first_chunk::<32>().ok_or_else(torn)?;
    let (wasm, code) = rest.split_first_chunk::<32>().ok_or_else(torn)?;
    if Digest::of_all(&[wasm, code]).bytes() != whole {
        return Err(torn());
    }
    Ok((Digest::from_bytes(*wasm), code))
}

pub(crate) fn load(engine: &wasmtime::Engine, code: &[u8]) -> wasmtime::Result<Module> {
    // SAFETY: the caller of `Engine::from_precompiled` vouches that `Engine::precompile` wrote the
    // file; `split` has checked that it is whole, and wasmtime checks version, features and target.
    unsafe { Module::deserialize(engine, code) }
}
