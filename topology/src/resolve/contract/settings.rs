//! What a registry shall hold a subject to, as an entry of `schemas` says it.

use schema::Format;
use schema::compatibility::{Level, Policy};

use super::super::fields::{Field, Fields, Shape};
use super::rules;
use crate::diagnostic::Diagnostic;
use crate::findings::Findings;
use crate::ir::{Metadata, Settings};
use crate::source::Spanned;
use crate::syntax::Kind;

const METADATA: Shape = Shape { noun: "`metadata`", keys: &["tags", "properties", "sensitive"], later: &[] };

/// Reads the settings among the keys of an entry.
pub(super) fn read(fields: &Fields<'_>, format: Format, findings: &mut Findings) -> Settings {
    let flag = |field: Field<'_>, findings: &mut Findings| {
        field.flag(findings).map(|flag| Spanned::new(flag, field.location()))
    };
    let group = |field: Field<'_>, findings: &mut Findings| {
        let text = field.text("the name of a property of `metadata`", findings)?;
        Some(Spanned::new(text.value.to_owned(), text.location))
    };
    let policy = fields.get("policy").and_then(|field| policy(&field, format, findings));
    Settings {
        compatibility: fields.get("compatibility").and_then(|field| field.word::<Level>(findings)),
        policy,
        mode: fields.get("mode").and_then(|field| field.word(findings)),
        normalize: fields.get("normalize").and_then(|field| flag(field, findings)),
        compatibility_group: fields.get("compatibility_group").and_then(|field| group(field, findings)),
        metadata: fields.get("metadata").and_then(|field| metadata(&field, findings)),
        rules: fields.get("rules").and_then(|field| rules::read(&field, findings)),
    }
}

fn policy(field: &Field<'_>, format: Format, findings: &mut Findings) -> Option<Spanned<Policy>> {
    let policy = field.word::<Policy>(findings)?;
    if format != Format::Json {
        findings.push(
            Diagnostic::warning("schema::misplaced-key", format!("`policy` of {} has no effect", field.subject))
                .label(field.key.location(), format!("the file is {format}"))
                .note("The policy says how JSON Schemas are compared; other formats have one way.")
                .help("remove it"),
        );
    }
    Some(policy)
}

fn metadata(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<Metadata>> {
    let fields = Fields::read(&METADATA, None, field.key, field.value, findings)?;
    let mut metadata = Metadata::default();
    for tag in entries(fields.get("tags"), findings) {
        let tags = words(&tag, "a tag, or a list of tags", findings);
        metadata.tags.insert(tag.key.text().to_owned(), tags.into_iter().collect());
    }
    for property in entries(fields.get("properties"), findings) {
        if let Some(text) = property.text("a text", findings) {
            metadata.properties.insert(property.key.text().to_owned(), text.value.to_owned());
        }
    }
    if let Some(field) = fields.get("sensitive") {
        metadata.sensitive = words(&field, "the names of properties", findings).into_iter().collect();
    }
    Some(Spanned::new(metadata, field.key.location()))
}

/// The entries of a mapping that need not be there.
pub(super) fn entries<'t>(field: Option<Field<'t>>, findings: &mut Findings) -> Vec<Field<'t>> {
    field.and_then(|field| field.named_entries(findings)).unwrap_or_default()
}

/// A text or a list of texts.
pub(super) fn words(field: &Field<'_>, expected: &str, findings: &mut Findings) -> Vec<String> {
    let items: Vec<Field<'_>> = match field.value.kind() {
        Kind::Sequence(items) => items.iter().map(|value| Field { value, ..*field }).collect(),
        _ => vec![*field],
    };
    items.iter().filter_map(|item| Some(item.text(expected, findings)?.value.to_owned())).collect()
}
