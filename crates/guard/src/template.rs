//! Checks and renders templates that people who are not trusted with the host write.
