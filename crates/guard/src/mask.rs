//! Hides values in documents: by field, by pointer, by classification, by the value itself.
