//! Texts to schemas: each with everything that it refers to, as a registry has it.

use std::collections::BTreeMap;
use std::sync::Arc;

use schema::avro::{Notation, Type};
use schema::{Document, Format, Referenced, Source, Strictness, protobuf};

use super::super::fields::{Shortened, either};
use super::avro::Avro;
use super::draft::Draft;
use super::references::Texts;
use crate::diagnostic::{Diagnostic, Severity};
use crate::findings::Findings;
use crate::ir::{Reference, Schema, SchemaKind};
use crate::source::{FileId, Location};

/// A text with what it refers to, and the file of each.
struct Whole {
    source: Source,
    files: Vec<FileId>,
}

/// The schema of an entry, unless a finding says why there is none.
pub(super) fn schema(draft: Draft<'_>, texts: &Texts, avro: &Avro, findings: &mut Findings) -> Option<Schema> {
    let whole = match draft.format {
        Format::Avro => avro_text(&draft, texts, avro)?,
        Format::Protobuf | Format::Json => linked_text(&draft, texts, findings)?,
    };
    let notation = |file: &FileId| texts.files.get(file).map_or(Notation::Json, |file| Notation::of_path(&file.path));
    let notations: Vec<Notation> = whole.files.iter().map(notation).collect();
    let parsed = Document::parse_notations(&whole.source, &notations, Strictness::Strict);
    // What is wrong with an Avro text has been said of all Avro files together.
    if draft.format != Format::Avro || parsed.document.is_none() {
        let places = if whole.files.is_empty() { vec![draft.source] } else { whole.files.clone() };
        for finding in parsed.findings {
            findings.push(diagnostic(finding, &places));
        }
    }
    let document = parsed.document?;
    let kind = match &document {
        Document::Avro(_) => SchemaKind::Avro { root: avro.root(draft.source)? },
        Document::Protobuf(document) => message(&draft, document, findings)?,
        Document::Json(_) => SchemaKind::Json { title: document.record_name() },
    };
    Some(Schema {
        name: draft.name,
        declared: draft.key.location(),
        file: draft.file,
        source: draft.source,
        kind,
        document: Arc::new(document),
        document_files: whole.files,
        settings: draft.settings,
        doc: draft.doc,
    })
}

fn avro_text(draft: &Draft<'_>, texts: &Texts, avro: &Avro) -> Option<Whole> {
    let root = avro.root(draft.source)?;
    if let Some(closure) = avro.closure(draft.source) {
        let references: Option<Vec<_>> = closure.iter().map(|file| avro.referenced(*file, texts)).collect();
        if let Some(references) = references {
            let text = texts.files.get(&draft.source)?.text.clone();
            let files = std::iter::once(draft.source).chain(closure).collect();
            return Some(Whole { source: Source { format: Format::Avro, text, references }, files });
        }
    }
    // Files that use each other have no order: the types are written into one text, which no file is.
    let text = avro.schemas.self_contained(&Type::Named(root));
    Some(Whole { source: Source::new(Format::Avro, text), files: Vec::new() })
}

fn linked_text(draft: &Draft<'_>, texts: &Texts, findings: &mut Findings) -> Option<Whole> {
    let closure = texts.closure(draft.source)?;
    let mut names: BTreeMap<&str, &Reference> = BTreeMap::new();
    for reference in &closure {
        let first = *names.entry(&reference.name).or_insert(reference);
        if first.file != reference.file {
            findings.push(ambiguous(first, reference));
            return None;
        }
    }
    let references = closure.iter().map(|reference| {
        let text = texts.files.get(&reference.file)?.text.clone();
        Some(Referenced { name: reference.name.as_str().into(), subject: "".into(), version: 0, text })
    });
    let source = Source {
        format: draft.format,
        text: texts.files.get(&draft.source)?.text.clone(),
        references: references.collect::<Option<_>>()?,
    };
    let files = std::iter::once(draft.source).chain(closure.iter().map(|reference| reference.file)).collect();
    Some(Whole { source, files })
}

fn ambiguous(first: &Reference, second: &Reference) -> Diagnostic {
    let message = format!("`{}` means two files", Shortened(&second.name));
    Diagnostic::error("schema::ambiguous-import", message)
        .label(second.location, "another file than")
        .label(first.location, "the one meant here")
        .note("A registry keeps one text for each name that a schema refers to, directly or through others.")
        .help("write both names from the same folder")
}

/// The message of a Protobuf file that records are.
fn message(draft: &Draft<'_>, document: &protobuf::Document, findings: &mut Findings) -> Option<SchemaKind> {
    let messages = messages(document);
    let found = match &draft.message {
        None => messages.into_iter().next(),
        Some(wanted) => {
            let found = messages.iter().find(|(name, _)| *name == wanted.value).cloned();
            if found.is_none() {
                let names: Vec<_> = messages.iter().map(|(name, _)| name.as_str()).collect();
                let text = format!("file `{}` has no message `{}`", draft.file, Shortened(&wanted.value));
                let finding =
                    Diagnostic::error("schema::unknown-message", text).label(wanted.location, "no such message");
                let nearest = findings.nearest(&wanted.value, names.iter().copied());
                findings.push(match nearest {
                    Some(nearest) => finding.help(format!("did you mean `{nearest}`?")).fix(wanted.location, nearest),
                    None if names.is_empty() => finding.help("declare a message in the file"),
                    None => finding.help(format!("write {}", either(&names[..names.len().min(12)]))),
                });
                return None;
            }
            found
        }
    };
    let Some((message, indexes)) = found else {
        findings.push(
            Diagnostic::error("schema::no-message", format!("schema `{}` has no message", draft.name))
                .label(draft.file.location, "this file declares no message")
                .note("A record is a message; a file of enums or services alone can only be imported.")
                .help("name a file with a message, and let it import this one"),
        );
        return None;
    };
    Some(SchemaKind::Protobuf { message, indexes })
}

/// Every message of a file with its indexes, in the order of the text. Entries of maps are messages that nobody wrote:
/// they are not counted, as Confluent's serializers find messages in the text.
fn messages(document: &protobuf::Document) -> Vec<(String, Vec<u32>)> {
    let mut found = Vec::new();
    let mut work: Vec<_> = document.file().messages().zip(0..).map(|(message, at)| (message, vec![at])).collect();
    work.reverse();
    while let Some((message, indexes)) = work.pop() {
        let written = message.child_messages().filter(|inner| !inner.is_map_entry());
        let inner = written.zip(0..).map(|(inner, at)| {
            let indexes: Vec<u32> = indexes.iter().copied().chain([at]).collect();
            (inner, indexes)
        });
        let inner: Vec<_> = inner.collect();
        work.extend(inner.into_iter().rev());
        found.push((message.full_name().to_owned(), indexes));
    }
    found
}

/// A finding of the engine as one of this crate; `files` are those of its places.
pub(super) fn diagnostic(finding: schema::Finding, files: &[FileId]) -> Diagnostic {
    let location = |place: schema::Place| {
        let (file, span) = match files.get(place.file) {
            Some(file) => (*file, place.span),
            None => (files[0], schema::Span::default()),
        };
        Location { file, span }
    };
    let severity = match finding.severity {
        schema::Severity::Advice => Severity::Advice,
        schema::Severity::Warning => Severity::Warning,
        schema::Severity::Error => Severity::Error,
    };
    let mut diagnostic = Diagnostic::error(finding.code, finding.message).label(location(finding.place), finding.label);
    diagnostic.severity = severity;
    diagnostic.note = finding.note;
    diagnostic.help = finding.help;
    finding.secondary.into_iter().fold(diagnostic, |diagnostic, (place, text)| diagnostic.label(location(place), text))
}
