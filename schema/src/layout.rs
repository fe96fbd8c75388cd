//! Schema texts laid out for people: the same text with other white space.
//!
//! * [`json()`]: `.avsc` and `.avpr` files and JSON Schemas.
//! * [`braces()`]: `.proto` and `.avdl` files, whose comments and line breaks stay.

mod json;
mod braces;
#[cfg(test)]
mod tests;

pub use braces::braces;
pub use json::json;

/// The columns that a line may fill before it is broken.
const WIDTH: usize = 100;

/// The blanks of one level.
const INDENT: usize = 2;
