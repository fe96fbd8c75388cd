//! Whether everything that a JSON Schema accepts is accepted by another.
//!
//! * `rule`: every rule with its reasons.
//! * `model`: a schema as Confluent's rules see it, each of one kind.
//! * `finding`: what a comparison has found so far; `message`: in Confluent's words.
//! * `comparison`: pairs of schemas, each compared once, however they refer to each other.
//! * `diff`: what is compared, kind by kind.
//! * `identity`: schemas that are the same; `overlap`: schemas that no value satisfies together.
//! * `value` and `pattern`: JSON values and regular expressions.
//!
//! The verdict is Confluent's. Where its rules do not look, or accept what breaks readers, a difference is
//! [`Risky`](crate::compatibility::Effect::Risky): without one of those, and without a breaking one, everything that
//! the writer's schema accepts is accepted by the reader's. Not so for `$dynamicRef`, which is taken for a `$ref`.

mod rule;
mod model;
mod finding;
mod message;
mod comparison;
mod diff;
mod identity;
mod overlap;
mod value;
mod pattern;
#[cfg(test)]
mod tests;

use super::Document;
use crate::compatibility::{Difference, Direction, Policy};

use comparison::Comparison;
use finding::Wanted;
pub use rule::RULES;
#[cfg(test)]
pub(crate) use tests::rows::ROWS;

/// Every difference between the reader's and the writer's schema.
pub(crate) fn compare(reader: &Document, writer: &Document, policy: Policy, direction: Direction) -> Vec<Difference> {
    differences([reader, writer], Comparison::new(policy, Wanted::All), direction)
}

/// The same without safe ones, which saves most of the time where schemas differ in their descriptions alone.
pub(crate) fn hazards(reader: &Document, writer: &Document, policy: Policy, direction: Direction) -> Vec<Difference> {
    differences([reader, writer], Comparison::new(policy, Wanted::Hazards), direction)
}

fn differences<'a>(
    [reader, writer]: [&'a Document; 2],
    comparison: Comparison<'a>,
    direction: Direction,
) -> Vec<Difference> {
    if identity::is_same_text(writer, reader) {
        return Vec::new();
    }
    let found = comparison.run(writer.root(), reader.root());
    found.into_iter().map(|found| found.into_difference(direction)).collect()
}
