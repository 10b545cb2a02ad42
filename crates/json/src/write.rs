//! Typed values as compact JSON, for values that serde can write.
//!
//! Every answer of the module is written here, so it is made for short strings: they are checked and
//! copied eight bytes at a time. A copy of any length would be a call out of the sandbox for each.

use alloc::vec::Vec;
use core::fmt::Display;

use serde::{Serialize, Serializer, ser};
use thiserror::Error;

use crate::{decimal, parse::special_bytes};

/// The value has no form in JSON: a name of a member that is no string, or an error of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the value has no form in JSON")]
pub struct Unwritable;

impl ser::Error for Unwritable {
    fn custom<T: Display>(_message: T) -> Self {
        Self
    }
}

/// Writes a value behind what `out` holds: compact, with the escapes of the grammar, doubles in their
/// shortest form, and those that are not finite as `null`.
///
/// # Errors
/// [`Unwritable`]; then what was written is cut short.
pub fn write(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), Unwritable> {
    value.serialize(Writer(out))
}

/// A text this long is copied in one piece.
const LONG: usize = 64;

/// What stands in the output so far.
struct Writer<'a>(&'a mut Vec<u8>);

impl<'a> Writer<'a> {
    fn string(&mut self, text: &str) {
        self.0.push(b'"');
        let start = self.0.len();
        if !self.plain(text.as_bytes()) {
            self.0.truncate(start);
            self.escaped(text.as_bytes());
        }
        self.0.push(b'"');
    }

    /// Copies bytes as they are. False if one of them cannot stand so in a string.
    fn plain(&mut self, bytes: &[u8]) -> bool {
        let (words, rest) = bytes.as_chunks::<8>();
        let mut special = 0;
        if bytes.len() >= LONG {
            special =
                words.iter().fold(0, |special, word| special | special_bytes(u64::from_le_bytes(*word)));
            self.0.extend_from_slice(words.as_flattened());
        } else {
            for word in words {
                special |= special_bytes(u64::from_le_bytes(*word));
                self.0.extend_from_slice(word);
            }
        }
        if rest.is_empty() {
            return special == 0;
        }
        // What is left is written together with bytes before it, over those, and so in one piece too.
        if let Some(last) = bytes.last_chunk::<8>() {
            self.unwrite(last.len().saturating_sub(rest.len()));
            self.0.extend_from_slice(last);
            special |= special_bytes(u64::from_le_bytes(*last));
        } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            self.0.extend_from_slice(first);
            self.unwrite(first.len().saturating_add(last.len()).saturating_sub(rest.len()));
            self.0.extend_from_slice(last);
            let word = u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32;
            special |= special_bytes(word);
        } else {
            for byte in rest {
                special |= u64::from(escape(*byte).is_some());
                self.0.push(*byte);
            }
        }
        special == 0
    }

    fn unwrite(&mut self, bytes: usize) {
        self.0.truncate(self.0.len().saturating_sub(bytes));
    }

    fn escaped(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match escape(byte) {
                None => self.0.push(byte),
                Some(Escape::Letter(letter)) => self.0.extend_from_slice(&[b'\\', letter]),
                Some(Escape::Code) => {
                    let digit = |half: u8| if half < 10 { half | b'0' } else { half.wrapping_add(b'a' - 10) };
                    self.0.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
                }
            }
        }
    }

    fn open(self, open: u8, close: &'static [u8]) -> Items<'a> {
        self.0.push(open);
        Items { out: self.0, first: true, close }
    }

    /// Opens the object that stands for a variant with content; whoever writes that closes it.
    fn variant(mut self, name: &str) -> Self {
        self.0.push(b'{');
        self.string(name);
        self.0.push(b':');
        self
    }
}

enum Escape {
    Letter(u8),
    Code,
}

const fn escape(byte: u8) -> Option<Escape> {
    match byte {
        b'"' | b'\\' => Some(Escape::Letter(byte)),
        b'\n' => Some(Escape::Letter(b'n')),
        b'\r' => Some(Escape::Letter(b'r')),
        b'\t' => Some(Escape::Letter(b't')),
        0x08 => Some(Escape::Letter(b'b')),
        0x0c => Some(Escape::Letter(b'f')),
        0..0x20 => Some(Escape::Code),
        _ => None,
    }
}

macro_rules! integers {
    ($($method:ident $type:ty),*) => {$(
        fn $method(self, value: $type) -> Result<(), Unwritable> {
            Writer(self.0).plain(itoa::Buffer::new().format(value).as_bytes());
            Ok(())
        }
    )*};
}

impl<'a> Serializer for Writer<'a> {
    type Error = Unwritable;
    type Ok = ();
    type SerializeMap = Items<'a>;
    type SerializeSeq = Items<'a>;
    type SerializeStruct = Items<'a>;
    type SerializeStructVariant = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Items<'a>;
    type SerializeTupleVariant = Items<'a>;

    integers!(
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64
    );

    fn serialize_bool(self, value: bool) -> Result<(), Unwritable> {
        // Two copies of known lengths, for one of either length would be a call out of the sandbox.
        if value {
            self.0.extend_from_slice(b"true");
        } else {
            self.0.extend_from_slice(b"false");
        }
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Unwritable> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Unwritable> {
        if !value.is_finite() {
            return self.serialize_unit();
        }
        self.0.extend_from_slice(decimal::print(value).as_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Unwritable> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(mut self, value: &str) -> Result<(), Unwritable> {
        self.string(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Unwritable> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<(), Unwritable> {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unwritable> {
        self.0.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Unwritable> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), Unwritable> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        let Self(out) = self.variant(variant);
        value.serialize(Writer(out))?;
        out.push(b'}');
        Ok(())
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Items<'a>, Unwritable> {
        Ok(self.open(b'[', b"]"))
    }

    fn serialize_tuple(self, _length: usize) -> Result<Items<'a>, Unwritable> {
        Ok(self.open(b'[', b"]"))
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Items<'a>, Unwritable> {
        Ok(self.open(b'[', b"]"))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Items<'a>, Unwritable> {
        Ok(self.variant(variant).open(b'[', b"]}"))
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Items<'a>, Unwritable> {
        Ok(self.open(b'{', b"}"))
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Items<'a>, Unwritable> {
        Ok(self.open(b'{', b"}"))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Items<'a>, Unwritable> {
        Ok(self.variant(variant).open(b'{', b"}}"))
    }
}

/// The elements or members of something that is being written.
struct Items<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
    close: &'static [u8],
}

impl Items<'_> {
    fn next(&mut self) {
        if !core::mem::take(&mut self.first) {
            self.out.push(b',');
        }
    }

    fn element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.next();
        value.serialize(Writer(self.out))
    }

    fn member<T: ?Sized + Serialize>(&mut self, name: &str, value: &T) -> Result<(), Unwritable> {
        self.next();
        Writer(self.out).string(name);
        self.out.push(b':');
        value.serialize(Writer(self.out))
    }

    fn close(self) -> Result<(), Unwritable> {
        for byte in self.close {
            self.out.push(*byte);
        }
        Ok(())
    }
}

/// The traits of serde for lists differ in the name of one method, those of records in nothing.
macro_rules! items {
    ($($trait:ident $method:ident),* ; $($record:ident),*) => {
        $(impl ser::$trait for Items<'_> {
            type Error = Unwritable;
            type Ok = ();

            fn $method<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Unwritable> {
                self.element(value)
            }

            fn end(self) -> Result<(), Unwritable> {
                self.close()
            }
        })*
        $(impl ser::$record for Items<'_> {
            type Error = Unwritable;
            type Ok = ();

            fn serialize_field<T: ?Sized + Serialize>(&mut self, name: &'static str, value: &T) -> Result<(), Unwritable> {
                self.member(name, value)
            }

            fn end(self) -> Result<(), Unwritable> {
                self.close()
            }
        })*
    };
}

items!(
    SerializeSeq serialize_element, SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field, SerializeTupleVariant serialize_field;
    SerializeStruct, SerializeStructVariant
);

impl ser::SerializeMap for Items<'_> {
    type Error = Unwritable;
    type Ok = ();

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), Unwritable> {
        self.next();
        let start = self.out.len();
        key.serialize(Writer(self.out))?;
        // Only a string begins so.
        if self.out.get(start) == Some(&b'"') { Ok(()) } else { Err(Unwritable) }
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.out.push(b':');
        value.serialize(Writer(self.out))
    }

    fn end(self) -> Result<(), Unwritable> {
        self.close()
    }
}

#[cfg(test)]
mod tests;
