//! What Protobuf files are read, and what is said of those that are not.

mod hostile;
mod printing;
mod reading;

use std::sync::Arc;

use super::Document;
use crate::{Finding, Format, Referenced, Source, Strictness};

/// A schema with its references, in the order in which they are given.
pub(super) fn source(text: &str, references: &[(&str, &str)]) -> Source {
    let references = references
        .iter()
        .map(|(name, text)| Referenced {
            name: Arc::from(*name),
            subject: Arc::from(*name),
            version: 1,
            text: Arc::from(*text),
        })
        .collect();
    Source { references, ..Source::new(Format::Protobuf, text) }
}

pub(super) fn try_parse(source: &Source, strictness: Strictness) -> (Option<Document>, Vec<Finding>) {
    let mut findings = Vec::new();
    let document = Document::parse(source, strictness, &mut findings);
    (document, findings)
}

/// The document of a text that must be valid.
pub(super) fn parse(text: &str) -> Document {
    parse_with(text, &[])
}

pub(super) fn parse_with(text: &str, references: &[(&str, &str)]) -> Document {
    let (document, findings) = try_parse(&source(text, references), Strictness::Strict);
    document.unwrap_or_else(|| panic!("{text}\n{findings:#?}"))
}
