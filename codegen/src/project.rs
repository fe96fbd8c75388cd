//! The workspace around the generated crates.
