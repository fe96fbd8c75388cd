//! Schemas: the files that `schemas` names, read and linked.
//!
//! Two schemas may name one file; it is read once. A file whose root has no name (`"string"`, a union) cannot be the type of a topic or a definition for others, so
//! it is refused here; a root that is an enum or a fixed may be used by other files and is refused where a topic
//! needs a record.

use std::io;

use indexmap::IndexMap;
use schema::avro;

use super::declared::Declared;
use super::fields::{Field, Fields, Shape, Shortened, later, name};
use crate::diagnostic::{Diagnostic, Severity};
use crate::encoding;
use crate::findings::Findings;
use crate::ir::{Schema, SchemaId};
use crate::name::SchemaName;
use crate::source::{FileId, Location, Sources, Spanned};
use crate::syntax::{Kind, Value, limit};

const SCHEMA: Shape =
    Shape { noun: "schema", keys: &["file", "compatibility", "doc"], later: &["message", "references"] };

/// Words that `key` and `value` of a topic give another meaning.
pub(super) const PAYLOAD_WORDS: [&str; 5] = ["string", "bytes", "int", "long", "none"];

/// The files of a project.
pub(crate) struct Project<'p> {
    /// The texts that have been read; what is read here is added.
    pub(crate) sources: &'p mut Sources,
    /// Reads a file, its path relative to the manifest.
    pub(crate) read: &'p dyn Fn(&str) -> io::Result<Vec<u8>>,
}

/// The schemas and the types in their files.
#[derive(Debug)]
pub(super) struct Contracts<'t> {
    pub(super) schemas: Vec<Schema>,
    pub(super) avro: avro::Schemas,
    pub(super) declared: Declared<'t, SchemaId>,
}

/// A schema whose file has been read but not parsed.
struct Draft<'t> {
    key: Value<'t>,
    name: SchemaName,
    file: Spanned<String>,
    source: FileId,
    compatibility: Option<Spanned<crate::ir::Compatibility>>,
    doc: Option<String>,
}

/// Reads `schemas` and the files that it names.
pub(super) fn resolve<'t>(
    field: Option<Field<'t>>,
    project: &mut Project<'_>,
    findings: &mut Findings,
) -> Contracts<'t> {
    let mut declared = Declared::new("schema", "schemas");
    let entries = match field {
        None => Vec::new(),
        Some(field) => field.named_entries(findings).unwrap_or_else(|| {
            declared = Declared::unknown("schema", "schemas");
            Vec::new()
        }),
    };
    let mut texts = IndexMap::new();
    let mut drafts = Vec::new();
    for entry in &entries {
        declared.declare(entry.key, None);
        drafts.extend(draft(entry, project, &mut texts, findings));
    }
    let (drafts, avro) = parse(drafts, project.sources, findings);
    let mut schemas = Vec::with_capacity(drafts.len());
    for (draft, root) in drafts {
        declared.declare(draft.key, Some(SchemaId(schemas.len())));
        schemas.push(draft.finish(root));
    }
    Contracts { schemas, avro, declared }
}

fn draft<'t>(
    entry: &Field<'t>,
    project: &mut Project<'_>,
    texts: &mut IndexMap<String, FileId>,
    findings: &mut Findings,
) -> Option<Draft<'t>> {
    let key = entry.key;
    let name = schema_name(key, findings);
    let (file, compatibility, doc) = if let Kind::Scalar(_) = entry.value.kind() {
        (Some(*entry), None, None)
    } else {
        let fields = Fields::of_named(&SCHEMA, key, entry.value, findings)?;
        let compatibility = fields.get("compatibility").and_then(|field| field.word(findings));
        let doc = fields.get("doc").and_then(|field| field.prose(findings));
        (fields.require("file", "schemas/NAME.avsc", findings), compatibility, doc)
    };
    let field = file?;
    let file = field.text("the path of an Avro file", findings)?;
    let path = path(&file, &field, findings)?;
    let source = match texts.get(&path) {
        Some(source) => *source,
        None => read(&path, &field, project, findings)?,
    };
    texts.insert(path.clone(), source);
    let file = Spanned::new(path, file.location);
    Some(Draft { key, name: name?, file, source, compatibility, doc })
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

/// The path without `.` and `..`, which must stay in the project.
fn path(file: &Spanned<&str>, field: &Field<'_>, findings: &mut Findings) -> Option<String> {
    let mut parts = Vec::new();
    let mut leaves = file.value.starts_with('/') || file.value.contains(['\\', ':']);
    for part in file.value.split('/') {
        match part {
            "" | "." => {}
            ".." => leaves |= parts.pop().is_none(),
            part => parts.push(part),
        }
    }
    if leaves || parts.is_empty() {
        let message = format!("file `{}` is not a path inside the project", Shortened(file.value));
        findings.push(
            field
                .point(Diagnostic::error("schema::outside-project", message), "this path")
                .note("A manifest describes the same system on every machine, so its files lie beside or below it.")
                .help("copy the file into the project and write its path relative to the manifest, with `/`"),
        );
        return None;
    }
    let extension = parts.last().and_then(|last| last.rsplit_once('.')).map(|(_, extension)| extension);
    if let Some("proto" | "json") = extension {
        findings.push(later(&format!("the format of `{}`", Shortened(file.value)), file.location));
        return None;
    }
    Some(parts.join("/"))
}

fn read(path: &str, field: &Field<'_>, project: &mut Project<'_>, findings: &mut Findings) -> Option<FileId> {
    let shown = Shortened(path);
    let bytes = match (project.read)(path) {
        Ok(bytes) if bytes.len() > limit::FILE_BYTES => {
            let message = format!("file `{shown}` is larger than {} MiB", limit::FILE_BYTES >> 20);
            findings.push(field.point(Diagnostic::error("schema::too-large", message), "this file"));
            return None;
        }
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let finding = Diagnostic::error("schema::file-not-found", format!("file `{shown}` does not exist"));
            let finding = field.point(finding, "no such file");
            findings.push(finding.help("create it, or correct the path; it is relative to the manifest"));
            return None;
        }
        Err(error) => {
            let finding = Diagnostic::error("schema::unreadable-file", format!("file `{shown}` cannot be read"));
            findings.push(field.point(finding, "this file").note(format!("The system says: {error}.")));
            return None;
        }
    };
    let (text, fault) = encoding::decode(bytes);
    let source = project.sources.add(path, text);
    if let Some(fault) = fault {
        findings.push(fault.finding(source).label(field.location(), "the file is named here"));
        return None;
    }
    Some(source)
}

/// Parses the files of the drafts. Those without a usable root are left out, and the position of each remaining
/// draft is the position of its file in the result.
fn parse<'t>(
    drafts: Vec<Draft<'t>>,
    sources: &Sources,
    findings: &mut Findings,
) -> (Vec<(Draft<'t>, avro::TypeId)>, avro::Schemas) {
    let parsed = avro::parse(&files(&drafts, sources));
    for finding in parsed.findings {
        findings.push(diagnostic(finding, &drafts));
    }
    let mut usable = Vec::new();
    let mut broken = Vec::new();
    for (position, draft) in drafts.into_iter().enumerate() {
        match parsed.schemas.root(position) {
            Some(avro::Type::Named(root)) => usable.push((draft, *root)),
            root => {
                if root.is_some() {
                    findings.push(no_named_root(&draft));
                }
                broken.push(draft);
            }
        }
    }
    if broken.is_empty() {
        return (usable, parsed.schemas);
    }
    // With the broken files at the end, positions of files and of schemas agree again.
    let count = usable.len();
    let drafts: Vec<_> = usable.into_iter().map(|(draft, _)| draft).chain(broken).collect();
    let again = avro::parse(&files(&drafts, sources)).schemas;
    let roots = drafts.into_iter().take(count).enumerate().filter_map(|(position, draft)| match again.root(position) {
        Some(avro::Type::Named(root)) => Some((draft, *root)),
        _ => None,
    });
    (roots.collect(), again)
}

fn diagnostic(finding: schema::Finding, drafts: &[Draft<'_>]) -> Diagnostic {
    let location = |place: avro::Place| Location { file: drafts[place.file].source, span: place.span };
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

fn no_named_root(draft: &Draft<'_>) -> Diagnostic {
    Diagnostic::error("schema::no-named-root", format!("schema `{}` has no record as its root", draft.name))
        .label(draft.file.location, "the root of this file has no name")
        .note("A schema becomes a Rust type of its own, and the name of its root is the name of that type.")
        .help("wrap the type in a record with one field")
}

impl Draft<'_> {
    fn finish(self, root: avro::TypeId) -> Schema {
        Schema {
            name: self.name,
            declared: self.key.location(),
            file: self.file,
            source: self.source,
            root,
            compatibility: self.compatibility,
            doc: self.doc,
        }
    }
}

fn files<'s>(drafts: &[Draft<'_>], sources: &'s Sources) -> Vec<avro::File<'s>> {
    let source = |draft: &Draft<'_>| sources.get(draft.source);
    drafts.iter().map(|draft| avro::File { name: &source(draft).name, text: &source(draft).text }).collect()
}
