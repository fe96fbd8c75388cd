//! Pairs of schemas with what each direction finds, and why. A peer judges the same pairs in the crate of all tests.

// The paths are written out because another crate reads this file by its path.
#[path = "rows/scalars.rs"]
mod scalars;
#[path = "rows/properties.rs"]
mod properties;
#[path = "rows/objects.rs"]
mod objects;
#[path = "rows/arrays.rs"]
mod arrays;
#[path = "rows/combinations.rs"]
mod combinations;

/// One pair: why the cells are as they are; the two schemas; what the second finds in data of the first, and the first
/// in data of the second. A path stands for the rule before it.
pub(crate) type Row = (&'static str, [&'static str; 2], &'static [&'static str], &'static [&'static str]);

/// Every row, by what it is about.
pub(crate) const ROWS: &[&[Row]] = &[scalars::ROWS, properties::ROWS, objects::ROWS, arrays::ROWS, combinations::ROWS];
