//! What each finding means: what it finds, why it matters, an example, the fix.
//!
//! Every code that any check of the project reports has a [`Rule`] here; a test compares them with the sources. The
//! rules of `lint` stand beside their checks, those of reading and of the compiler stand in the tables below.

mod compiler;
mod json_schema;
mod manifest;
mod protobuf;
mod references;
mod schema;
mod wiring;
mod yaml;
#[cfg(test)]
mod tests;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint;

/// What one code means.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The code, such as `topic::too-many-replicas`.
    pub code: &'static str,
    /// How much a finding of it matters.
    pub severity: Severity,
    /// What it finds, as one sentence.
    pub summary: &'static str,
    /// Why that matters, as sentences.
    pub why: &'static str,
    /// The smallest text that it finds something in: a part of a manifest, an Avro schema, or a JSON Schema (which
    /// starts with its `$schema`). Empty where no text shows it.
    pub example: &'static str,
    /// The same text mended.
    pub fix: &'static str,
}

impl Rule {
    /// A finding of this rule.
    pub(crate) fn finding(&self, message: impl Into<String>) -> Diagnostic {
        match self.severity {
            Severity::Advice => Diagnostic::advice(self.code, message),
            Severity::Warning => Diagnostic::warning(self.code, message),
            Severity::Error => Diagnostic::error(self.code, message),
        }
    }
}

/// The rule of a code.
pub fn explain(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code == code)
}

/// Every rule, in the order of reading a manifest.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    yaml::RULES
        .iter()
        .chain(manifest::RULES)
        .chain(wiring::RULES)
        .chain(schema::RULES)
        .chain(references::RULES)
        .chain(protobuf::RULES)
        .chain(json_schema::RULES)
        .chain(lint::rules())
        .chain(compiler::RULES)
}
