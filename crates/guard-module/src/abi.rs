//! The raw door: numbers and JSON in linear memory, for any language.

portcullis_abi::exports!(crate::calls::run);
