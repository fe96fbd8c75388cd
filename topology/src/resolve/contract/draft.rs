//! An entry of `schemas` whose file has been read but not parsed.

use schema::Format;

use super::super::fields::{Field, Fields, Shape, name};
use super::file::{self, Files};
use super::{PAYLOAD_WORDS, settings};
use crate::diagnostic::Diagnostic;
use crate::findings::Findings;
use crate::ir::Settings;
use crate::name::SchemaName;
use crate::source::{FileId, Spanned};
use crate::syntax::{Kind, Value};

const SCHEMA: Shape = Shape {
    noun: "schema",
    keys: &[
        "file",
        "format",
        "message",
        "references",
        "compatibility",
        "policy",
        "compatibility_group",
        "mode",
        "normalize",
        "metadata",
        "rules",
        "doc",
    ],
    later: &[],
};

/// A schema whose file has been read but not parsed.
pub(super) struct Draft<'t> {
    pub(super) key: Value<'t>,
    pub(super) name: SchemaName,
    pub(super) file: Spanned<String>,
    pub(super) source: FileId,
    pub(super) format: Format,
    /// The Protobuf message.
    pub(super) message: Option<Spanned<String>>,
    /// The mapping of names to schemas.
    pub(super) references: Vec<Field<'t>>,
    pub(super) settings: Settings,
    pub(super) doc: Option<String>,
}

/// Reads one entry and its file.
pub(super) fn read<'t>(entry: &Field<'t>, files: &mut Files<'_, '_>, findings: &mut Findings) -> Option<Draft<'t>> {
    let key = entry.key;
    let name = schema_name(key, findings);
    let fields = match entry.value.kind() {
        Kind::Scalar(_) => None,
        _ => Some(Fields::of_named(&SCHEMA, key, entry.value, findings)?),
    };
    let field = match &fields {
        None => *entry,
        Some(fields) => fields.require("file", "schemas/NAME.avsc", findings)?,
    };
    let written = field.text("the path of a schema file", findings)?;
    let path = file::path(&written, &field, findings)?;
    let source = files.named(&path, &field, findings)?;
    let declared = fields.and_then(|fields| fields.get("format")?.word::<Format>(findings));
    let format = declared.map(|format| format.value).or_else(|| file::format_of(&path)).unwrap_or(Format::Avro);
    let file = Spanned::new(path, written.location);
    let mut draft = Draft {
        key,
        name: name?,
        file,
        source,
        format,
        message: None,
        references: Vec::new(),
        settings: Settings::default(),
        doc: None,
    };
    if let Some(fields) = fields {
        draft.message = message(&fields, format, findings);
        draft.references = references(&fields, findings);
        draft.settings = settings::read(&fields, format, findings);
        draft.doc = fields.get("doc").and_then(|field| field.prose(findings));
    }
    Some(draft)
}

fn message(fields: &Fields<'_>, format: Format, findings: &mut Findings) -> Option<Spanned<String>> {
    let field = fields.get("message")?;
    let text = field.text("the full name of a message", findings)?;
    if format != Format::Protobuf {
        findings.push(
            Diagnostic::error("schema::misplaced-key", format!("`message` of {} has no meaning", fields.subject))
                .label(field.key.location(), format!("the file is {format}"))
                .note("Only a Protobuf file holds several messages, of which one is chosen.")
                .help("remove it"),
        );
        return None;
    }
    Some(Spanned::new(text.value.to_owned(), text.location))
}

fn references<'t>(fields: &Fields<'t>, findings: &mut Findings) -> Vec<Field<'t>> {
    let field = fields.get("references");
    field.and_then(|field| field.named_entries(findings)).unwrap_or_default()
}

fn schema_name(key: Value<'_>, findings: &mut Findings) -> Option<SchemaName> {
    let text = key.text();
    if PAYLOAD_WORDS.contains(&text) {
        findings.push(
            Diagnostic::error("name::reserved", format!("a schema cannot be named `{text}`"))
                .label(key.location(), "this name")
                .note(format!("`{text}` as the key or value of a topic means plain data without a schema."))
                .help("choose another name"),
        );
        return None;
    }
    name("schema", text, key.location(), findings)
}
