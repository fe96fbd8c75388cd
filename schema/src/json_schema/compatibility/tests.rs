//! Tables of pairs of schemas, and properties that hold for all pairs.

mod generate;
mod hostile;
pub(super) mod rows;
mod soundness;
mod table;

use super::compare;
use crate::compatibility::{Difference, Direction, Effect, Policy};
use crate::json_schema::Document;
use crate::{Format, Source, Strictness};

/// Reads a schema that is known to be one.
fn schema(text: &str) -> Document {
    read(text).unwrap_or_else(|findings| panic!("{text}: {findings:?}"))
}

fn read(text: &str) -> Result<Document, Vec<crate::Finding>> {
    let mut findings = Vec::new();
    Document::parse(&Source::new(Format::Json, text), Strictness::Lenient, &mut findings).ok_or(findings)
}

/// The differences as lines of `RULE path`.
fn lines(differences: &[Difference]) -> Vec<String> {
    differences.iter().map(|difference| format!("{} {}", difference.rule.name, difference.path)).collect()
}

fn strict(writer: &str, reader: &str) -> Vec<Difference> {
    compare(&schema(reader), &schema(writer), Policy::Strict, Direction::Backward)
}

fn worst(differences: &[Difference]) -> Effect {
    differences.iter().map(|difference| difference.effect).max().unwrap_or(Effect::Safe)
}
