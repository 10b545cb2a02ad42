//! The types that others are made of.

use super::{BTreeMap, Box, Cow, Json, Read, Reader, String, ToString, Vec, decimal};

/// Puts what was read in its place, or says what was expected.
macro_rules! put {
    ($place:expr, $read:expr, $json:expr, $reader:expr, $expected:expr) => {
        match $read {
            Some(value) => {
                *$place = value;
                true
            }
            None => $reader.wrong($json, $expected),
        }
    };
}

impl<'a> Read<'a> for Cow<'a, str> {
    fn blank() -> Self {
        Cow::Borrowed("")
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        put!(self, json.as_str().map(Cow::Borrowed), json, reader, "a string")
    }
}

impl<'a> Read<'a> for String {
    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        put!(self, json.as_str().map(ToString::to_string), json, reader, "a string")
    }
}

impl<'a> Read<'a> for bool {
    fn blank() -> Self {
        false
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        put!(self, json.as_bool(), json, reader, "true or false")
    }
}

impl<'a> Read<'a> for f64 {
    fn blank() -> Self {
        Self::NAN
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        let number = json.as_number().and_then(|number| decimal::parse(number.as_str()));
        put!(self, number, json, reader, "a number")
    }
}

/// A whole number without sign, fraction and exponent.
fn natural(json: &Json<'_>) -> Option<u64> {
    json.as_number().and_then(|number| number.as_str().parse().ok())
}

macro_rules! naturals {
    ($($type:ty: $expected:literal),+) => {$(
        impl<'a> Read<'a> for $type {
            fn blank() -> Self {
                0
            }

            fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
                let number = natural(json).and_then(|number| number.try_into().ok());
                put!(self, number, json, reader, $expected)
            }
        }
    )+};
}

naturals! {
    u8: "a whole number from 0 to 255",
    u16: "a whole number from 0 to 65535",
    u32: "a whole number from 0 to 4294967295",
    u64: "a whole number"
}

/// null alone.
impl<'a> Read<'a> for () {
    fn blank() -> Self {}

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        json.is_null() || reader.wrong(json, "null")
    }
}

impl<'a, T: Read<'a>> Read<'a> for Option<T> {
    fn blank() -> Self {
        None
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        let good = json.is_null() || self.insert(T::blank()).read(json, reader);
        if !good || json.is_null() {
            *self = None;
        }
        good
    }
}

impl<'a, T: Read<'a>> Read<'a> for Box<T> {
    fn blank() -> Self {
        Self::new(T::blank())
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        self.as_mut().read(json, reader)
    }
}

/// What is wrong in a list is left out of it.
impl<'a, T: Read<'a>> Read<'a> for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        self.clear();
        self.reserve(json.as_array().map_or(0, <[_]>::len));
        reader.elements(json, &mut |_, json, reader| {
            let mut value = T::blank();
            if value.read(json, reader) {
                self.push(value);
            }
        })
    }
}

/// What is wrong in a map is left out of it.
impl<'a, K: From<&'a str> + Ord, T: Read<'a>> Read<'a> for BTreeMap<K, T> {
    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        reader.entries(json, &mut |name, json, reader| {
            let mut value = T::blank();
            if value.read(json, reader) {
                self.insert(name.into(), value);
            }
        })
    }
}

/// A list of two.
impl<'a, A: Read<'a>, B: Read<'a>> Read<'a> for (A, B) {
    fn blank() -> Self {
        (A::blank(), B::blank())
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        if json.as_array().is_none_or(|list| list.len() != 2) {
            return reader.wrong(json, "a list of two");
        }
        let mut good = true;
        reader.elements(json, &mut |index, json, reader| {
            good &= if index == 0 { self.0.read(json, reader) } else { self.1.read(json, reader) };
        });
        good
    }
}
