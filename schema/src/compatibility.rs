//! Whether schemas of one subject can be used together, and what breaks if not.
//!
//! * [`level`]: what a subject promises.
//! * [`difference`]: one difference between two schemas, and the rule that judges it.
//! * `check`: a new schema against the versions before it.
//!
//! The comparison itself is a matter of the format: `avro::compatibility`, `protobuf::compatibility`,
//! `json_schema::compatibility`.

pub mod level;
pub mod difference;
mod check;
#[cfg(test)]
mod tests;

pub use check::{Failure, Older, Report, check, compare, differences, verdict};
pub use difference::{Difference, Effect, Rule, rule, rules};
pub use level::{Direction, Level, Policy};
