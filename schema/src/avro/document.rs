//! One Avro schema with its references, as a registry has it.

use crate::{Finding, Source, Strictness};

/// A parsed Avro schema.
#[derive(Clone, Debug)]
pub struct Document {
    source: Source,
}

impl Document {
    pub(crate) fn parse(source: &Source, _strictness: Strictness, _findings: &mut Vec<Finding>) -> Option<Self> {
        Some(Self { source: source.clone() })
    }

    /// The text that it was read from, and those that it refers to.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// What Java's `Schema.toString` prints.
    pub fn canonical(&self) -> String {
        self.source.text.to_string()
    }

    /// Confluent's normalised form.
    pub fn normalized(&self) -> String {
        self.canonical()
    }

    /// `resolved`: every reference inlined.
    pub fn formatted(&self, _format: &str) -> Option<String> {
        None
    }

    /// The full name of the root, if it is a named type.
    pub fn record_name(&self) -> Option<String> {
        None
    }
}
