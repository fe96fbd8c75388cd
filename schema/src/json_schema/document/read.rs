//! Texts into an index: JSON first, then which names lead to which text.

use super::index::{Index, Text, identifier};
use super::keyword::is_schema;
use super::{Draft, index, uri};
use std::sync::Arc;

use crate::document::MAX_BYTES;
use crate::json::{self, DuplicateKey, Json, JsonError, JsonKind};
use crate::span::Place;
use crate::{Finding, Severity, Source, Span, Strictness};

/// The index of a schema and its references.
///
/// `None` if the schema cannot be read. A reference that cannot be read keeps a new schema from being used, but not a
/// stored one: there it is as if it were not there.
pub(super) fn index(source: &Source, strictness: Strictness, findings: &mut Vec<Finding>) -> Option<Index> {
    let root = text(&source.text, 0, Severity::Error, findings);
    let severity = if strictness == Strictness::Strict { Severity::Error } else { Severity::Warning };
    let references = source.references.iter().enumerate();
    let references = references.map(|(position, reference)| text(&reference.text, position + 1, severity, findings));
    let texts: Vec<Option<Json>> = std::iter::once(root).chain(references.collect::<Vec<_>>()).collect();
    let nothing = Json { span: Span::default(), kind: JsonKind::Null };
    let mut all: Vec<Json> = texts.into_iter().map(|json| json.unwrap_or(nothing.clone())).collect();
    for (file, json) in all.iter_mut().enumerate() {
        report_duplicates(json, file, strictness, findings);
        json.keep_last_of_duplicates();
    }
    let is_broken = findings.iter().any(|finding| finding.severity == Severity::Error);
    if is_broken { None } else { Some(Index::new(named(source, all))) }
}

fn named(source: &Source, texts: Vec<Json>) -> Vec<Text> {
    let root = texts.first().expect("the schema itself was read");
    let draft = index::declared_draft(root).unwrap_or(Draft::Draft7);
    let base = identifier(root, draft).and_then(|id| uri::join(None, id));
    let names = source.references.iter().map(|reference| names(&reference.name, base.as_deref()));
    std::iter::once(Vec::new()).chain(names).zip(texts).map(|(names, json)| Text { json, names }).collect()
}

/// How references can call a text: relative to the schema, to nothing, and word by word.
fn names(name: &str, base: Option<&str>) -> Vec<String> {
    let mut names: Vec<String> = [base, None].into_iter().filter_map(|base| uri::join(base, name)).collect();
    names.push(name.to_owned());
    names.dedup();
    names
}

fn text(text: &Arc<str>, file: usize, severity: Severity, findings: &mut Vec<Finding>) -> Option<Json> {
    if text.len() > MAX_BYTES {
        findings.push(too_large(text, file, severity));
        return None;
    }
    match json::read_shared(text) {
        Ok(json) if is_schema(&json) => Some(json),
        Ok(json) => {
            findings.push(not_a_schema(&json, file, severity));
            None
        }
        Err(error) => {
            findings.push(not_json(&error, file, severity));
            None
        }
    }
}

fn too_large(text: &str, file: usize, severity: Severity) -> Finding {
    let place = Place { file, span: Span::new(0, 0) };
    let message = format!("a JSON Schema of {} bytes; at most {MAX_BYTES} are read", text.len());
    Finding::new(severity, "schema::too-large", place, message)
        .label("this text")
        .note("A registry keeps a schema in one record, and brokers refuse records of this size.")
        .help("split the schema and refer to the parts")
}

fn not_a_schema(json: &Json, file: usize, severity: Severity) -> Finding {
    let place = Place { file, span: json.span };
    let message = format!("a JSON Schema must be an object or a boolean, but this is {}", json.describe());
    Finding::new(severity, "schema::not-a-schema", place, message)
        .label(format!("{} here", json.describe()))
        .note("Only objects and booleans say which values are valid.")
        .help("write an object such as `{\"type\": \"object\"}`")
}

fn not_json(error: &JsonError, file: usize, severity: Severity) -> Finding {
    let rules = "A JSON Schema is one JSON value, without comments and trailing commas.";
    error.finding(file, severity, error.to_string(), rules)
}

/// A key that is given twice is an error in new schemas; in stored ones the last counts, as for Jackson.
fn report_duplicates(json: &Json, file: usize, strictness: Strictness, findings: &mut Vec<Finding>) {
    let severity = match (strictness, file) {
        (Strictness::Strict, 0) => Severity::Error,
        _ => Severity::Warning,
    };
    findings.extend(json.duplicate_keys().iter().map(|duplicate| duplicate_key(duplicate, file, severity)));
}

fn duplicate_key(duplicate: &DuplicateKey<'_>, file: usize, severity: Severity) -> Finding {
    let message = format!("key `{}` is given twice", duplicate.key);
    Finding::new(severity, "schema::duplicate-key", Place { file, span: duplicate.again }, message)
        .label("given again here")
        .also(Place { file, span: duplicate.first }, "given first here")
        .note("JSON readers disagree about which of the two counts, so two programs would see two schemas.")
        .help("remove one of the two")
}
