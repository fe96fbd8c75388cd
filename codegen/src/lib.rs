//! A topology to the files of Rust crates.
