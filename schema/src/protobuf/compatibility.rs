//! Whether a Protobuf file reads what another wrote.
//!
//! * `rules`: what is looked at.
//! * `comparison`: the two files, and what has been found.
//! * `messages`, `fields`, `oneofs`, `enums`: Confluent's rules, and hazards beside them.
//! * `history`: hazards for the future: numbers and names that can be used again.
//! * `services`: hazards for callers.

mod rules;
mod comparison;
mod messages;
mod fields;
mod oneofs;
mod enums;
mod history;
mod services;

pub use rules::RULES;
pub(crate) use rules::is_history;

use super::Document;
use crate::compatibility::{Difference, Direction};

/// Every difference between the reader's and the writer's schema, and what the newer of the two leaves to be used again.
pub(crate) fn compare(reader: &Document, writer: &Document, direction: Direction) -> Vec<Difference> {
    comparison::Comparison::new(reader, writer, direction).run()
}

#[cfg(test)]
mod tests;
