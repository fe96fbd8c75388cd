//! A schema of any format, parsed: the value that everything else asks.

use crate::{Finding, Format, Severity, Source, Strictness};
use crate::{avro, json_schema, protobuf};

/// The largest text that is read. Confluent's own limit is that of a Kafka record.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// A parsed schema.
#[derive(Clone, Debug)]
pub enum Document {
    /// An Avro schema.
    Avro(avro::Document),
    /// A Protobuf file.
    Protobuf(protobuf::Document),
    /// A JSON Schema.
    Json(json_schema::Document),
}

/// What a text says, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The schema; `None` exactly if one of the findings is an error.
    pub document: Option<Document>,
    /// Everything that is wrong, in the order of the text. Places in file 0 are in the schema, places in file `n` in
    /// the reference `n - 1`.
    pub findings: Vec<Finding>,
}

impl Parsed {
    /// The schema, or the first thing that keeps it from being read.
    ///
    /// # Errors
    ///
    /// One lower-case phrase, where there is no document.
    pub fn or_reason(self) -> Result<Document, String> {
        let first = || self.findings.into_iter().find(|finding| finding.severity == Severity::Error);
        self.document.ok_or_else(|| first().map(|finding| finding.message).unwrap_or_default())
    }
}

impl Document {
    /// Reads a schema. Never panics and never takes more than time and memory in proportion to the text.
    pub fn parse(source: &Source, strictness: Strictness) -> Parsed {
        let mut findings = Vec::new();
        let document = match source.format {
            Format::Avro => avro::Document::parse(source, strictness, &mut findings).map(Self::Avro),
            Format::Protobuf => protobuf::Document::parse(source, strictness, &mut findings).map(Self::Protobuf),
            Format::Json => json_schema::Document::parse(source, strictness, &mut findings).map(Self::Json),
        };
        Parsed { document, findings }
    }

    /// Reads an Avro schema whose texts may be IDL: the first notation is that of the schema, the next that of its first
    /// reference, and so on. Schemas of other formats have one notation.
    pub fn parse_notations(source: &Source, notations: &[avro::Notation], strictness: Strictness) -> Parsed {
        if source.format != Format::Avro {
            return Self::parse(source, strictness);
        }
        let mut findings = Vec::new();
        let document = avro::Document::parse_notations(source, notations, strictness, &mut findings);
        Parsed { document: document.map(Self::Avro), findings }
    }

    /// How it is written.
    pub fn format(&self) -> Format {
        match self {
            Self::Avro(_) => Format::Avro,
            Self::Protobuf(_) => Format::Protobuf,
            Self::Json(_) => Format::Json,
        }
    }

    /// The text that it was read from, and those that it refers to.
    pub fn source(&self) -> &Source {
        match self {
            Self::Avro(document) => document.source(),
            Self::Protobuf(document) => document.source(),
            Self::Json(document) => document.source(),
        }
    }

    /// The text that Confluent's registry stores for it.
    pub fn canonical(&self) -> String {
        match self {
            Self::Avro(document) => document.canonical(),
            Self::Protobuf(document) => document.canonical(),
            Self::Json(document) => document.canonical(),
        }
    }

    /// The text that Confluent's registry stores for it under `normalize=true`: equal for schemas that differ only in
    /// how they are written.
    pub fn normalized(&self) -> String {
        match self {
            Self::Avro(document) => document.normalized(),
            Self::Protobuf(document) => document.normalized(),
            Self::Json(document) => document.normalized(),
        }
    }

    /// The text in one of the registry's output formats: `resolved` (Avro), `ignore_extensions` and `serialized`
    /// (Protobuf). `None` for a format that this kind of schema does not have, which registries ignore.
    pub fn formatted(&self, format: &str) -> Option<String> {
        match self {
            Self::Avro(document) => document.formatted(format),
            Self::Protobuf(document) => document.formatted(format),
            Self::Json(_) => None,
        }
    }

    /// The name that subject name strategies by record use: the full name of an Avro type, the full name of the first
    /// message of a Protobuf file, the `title` of a JSON Schema.
    pub fn record_name(&self) -> Option<String> {
        match self {
            Self::Avro(document) => document.record_name(),
            Self::Protobuf(document) => document.record_name(),
            Self::Json(document) => document.record_name(),
        }
    }
}
