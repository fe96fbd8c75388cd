//! A schema as text, with the texts that it refers to.

use std::sync::Arc;

use crate::Format;

/// A schema's text and everything that is needed to understand it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// How the text is written.
    pub format: Format,
    /// The text.
    pub text: Arc<str>,
    /// The texts that it refers to, directly or through others, each after those that it refers to itself.
    pub references: Vec<Referenced>,
}

/// A text that a schema refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referenced {
    /// How texts refer to it: a full name (Avro), an import (Protobuf), a URI (JSON Schema).
    pub name: Arc<str>,
    /// The subject that it is registered under; empty for a file.
    pub subject: Arc<str>,
    /// The version of that subject; 0 for a file.
    pub version: u32,
    /// The text.
    pub text: Arc<str>,
}

/// How much is asked of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strictness {
    /// Of a new schema: names and defaults must be valid (Confluent's `validateNewSchemas`).
    Strict,
    /// Of a stored schema: what can be understood is, because it is in use already.
    Lenient,
}

impl Source {
    /// A text that refers to no other.
    pub fn new(format: Format, text: impl Into<Arc<str>>) -> Self {
        Self { format, text: text.into(), references: Vec::new() }
    }
}
