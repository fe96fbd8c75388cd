//! Schemas: the files that `schemas` names, read and linked.
//!
//! Two schemas may name one file; it is read once. What a file refers to is found by its name: among the other
//! schemas of the manifest, or on disk. An Avro file whose root has no name (`"string"`, a union) cannot be the type
//! of a topic or a definition for others, so it is refused here; a root that is an enum or a fixed may be used by
//! other files and is refused where a topic needs a record.
//!
//! In reading order:
//! * `file`: paths and texts.
//! * [`draft`]: an entry of `schemas`, read but not parsed.
//! * [`settings`], [`rules`]: what a registry shall hold a subject to.
//! * [`references`]: those names to files.
//! * [`avro`], [`document`]: texts to types.

mod file;
mod draft;
mod settings;
mod rules;
mod references;
mod avro;
mod document;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;

use super::declared::Declared;
use super::fields::Field;
use crate::findings::Findings;
use crate::ir::{Schema, SchemaFile, SchemaId};
use crate::source::{FileId, Location, Sources};

use draft::Draft;

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
    pub(super) files: BTreeMap<FileId, SchemaFile>,
    pub(super) avro: schema::avro::Schemas,
    pub(super) avro_files: Vec<FileId>,
    pub(super) declared: Declared<'t, SchemaId>,
}

impl Contracts<'_> {
    /// The place of something in an Avro type; that of `otherwise` if the type is from no file of `schemas`.
    pub(super) fn location(&self, place: schema::avro::Place, otherwise: &Schema) -> Location {
        let file = self.avro_files.get(place.file).copied().unwrap_or(otherwise.source);
        Location { file, span: place.span }
    }
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
    let mut files = file::Files::new(project);
    let mut drafts: Vec<Draft<'t>> = Vec::new();
    let mut positions = Declared::new("schema", "schemas");
    for entry in &entries {
        declared.declare(entry.key, None);
        let draft = draft::read(entry, &mut files, findings);
        positions.declare(entry.key, draft.is_some().then_some(drafts.len()));
        drafts.extend(draft);
    }
    let texts = references::link(&drafts, &positions, &mut files, findings);
    let avro = avro::parse(&drafts, &texts, findings);
    avro.check_listed(&drafts, &texts, findings);
    let mut schemas = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let key = draft.key;
        let Some(schema) = document::schema(draft, &texts, &avro, findings) else { continue };
        declared.declare(key, Some(SchemaId(schemas.len())));
        schemas.push(schema);
    }
    Contracts { schemas, files: texts.files, avro: avro.schemas, avro_files: avro.files, declared }
}
