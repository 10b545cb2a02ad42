//! Hides values in documents: by field, by pointer, by classification, by the value itself.

pub mod detect;
mod shown;

pub use shown::{masked_card, masked_ssn};
