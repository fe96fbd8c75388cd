//! The Avro files of a manifest: read together, so that a name of one can be used in another.

use std::collections::{BTreeMap, BTreeSet};

use schema::avro::{self, NamedKind, Type, TypeId};
use schema::{Format, Referenced};

use super::document::diagnostic;
use super::draft::Draft;
use super::references::Texts;
use crate::diagnostic::Diagnostic;
use crate::findings::Findings;
use crate::source::FileId;

/// The types of all Avro files.
pub(super) struct Avro {
    pub(super) schemas: avro::Schemas,
    /// The file of each place.
    pub(super) files: Vec<FileId>,
    /// The named roots of the files that can be used.
    roots: BTreeMap<FileId, TypeId>,
    /// The files whose types a file uses directly.
    uses: BTreeMap<FileId, BTreeSet<FileId>>,
}

/// Reads the Avro files of the entries.
pub(super) fn parse(drafts: &[Draft<'_>], texts: &Texts, findings: &mut Findings) -> Avro {
    let mut files: Vec<FileId> = Vec::new();
    let mut seen = BTreeSet::new();
    for draft in drafts.iter().filter(|draft| draft.format == Format::Avro) {
        if seen.insert(draft.source) {
            files.push(draft.source);
        }
    }
    // What they import comes after them.
    files.extend(
        texts
            .files
            .iter()
            .filter(|(_, file)| file.format == Format::Avro)
            .filter_map(|(source, _)| seen.insert(*source).then_some(*source)),
    );
    let file = |source: &FileId| &texts.files[source];
    let inputs: Vec<_> =
        files.iter().map(|source| avro::File { name: &file(source).path, text: &file(source).text }).collect();
    let parsed = avro::parse(&inputs);
    let mut broken = BTreeSet::new();
    for finding in parsed.findings {
        if finding.severity == schema::Severity::Error {
            broken.insert(finding.place.file);
        }
        findings.push(diagnostic(finding, &files));
    }
    let mut roots = BTreeMap::new();
    for (position, source) in files.iter().enumerate() {
        if let Some(Type::Named(root)) = parsed.schemas.root(position) {
            roots.insert(*source, *root);
        } else if !broken.contains(&position) {
            for draft in drafts.iter().filter(|draft| draft.source == *source) {
                findings.push(no_named_root(draft));
            }
        }
    }
    let uses = uses(&parsed.schemas, &files);
    Avro { schemas: parsed.schemas, files, roots, uses }
}

fn uses(schemas: &avro::Schemas, files: &[FileId]) -> BTreeMap<FileId, BTreeSet<FileId>> {
    let mut uses: BTreeMap<FileId, BTreeSet<FileId>> = BTreeMap::new();
    for (_, named) in schemas.iter() {
        let NamedKind::Record(fields) = &named.kind else { continue };
        let Some(own) = files.get(named.place.file) else { continue };
        let mut work: Vec<&Type> = fields.iter().map(|field| &field.schema).collect();
        while let Some(schema) = work.pop() {
            match schema {
                Type::Named(id) => {
                    let other = files.get(schemas.get(*id).place.file).filter(|other| *other != own);
                    uses.entry(*own).or_default().extend(other);
                }
                Type::Array(inner) | Type::Map(inner) => work.push(inner),
                Type::Union(branches) => work.extend(branches),
                _ => {}
            }
        }
    }
    uses
}

impl Avro {
    /// The root of a file, unless the file cannot be used.
    pub(super) fn root(&self, file: FileId) -> Option<TypeId> {
        self.roots.get(&file).copied()
    }

    /// The files whose types a file uses, directly or through others, each after those that it uses itself; `None`
    /// where two files use each other.
    pub(super) fn closure(&self, file: FileId) -> Option<Vec<FileId>> {
        let of = |file: FileId| self.uses.get(&file).into_iter().flatten();
        let mut found = Vec::new();
        let mut seen = BTreeSet::from([file]);
        let mut open = vec![(file, of(file))];
        while let Some((current, next)) = open.last_mut() {
            let current = *current;
            match next.next() {
                Some(other) if seen.insert(*other) => open.push((*other, of(*other))),
                // Either it is there already, or it is what is being looked at.
                Some(other) if !found.contains(other) => return None,
                Some(_) => {}
                None => {
                    open.pop();
                    found.push(current);
                }
            }
        }
        // The file itself comes last.
        found.pop();
        Some(found)
    }

    /// A file as something that others refer to.
    pub(super) fn referenced(&self, file: FileId, texts: &Texts) -> Option<Referenced> {
        let name = &self.schemas.get(self.root(file)?).name;
        let text = texts.files.get(&file)?.text.clone();
        Some(Referenced { name: name.to_string().into(), subject: "".into(), version: 0, text })
    }

    /// Reports types that an entry with a list of references uses and does not list, and listed names that are not
    /// defined where they should be.
    pub(super) fn check_listed(&self, drafts: &[Draft<'_>], texts: &Texts, findings: &mut Findings) {
        for draft in drafts.iter().filter(|draft| draft.format == Format::Avro && !draft.references.is_empty()) {
            let listed = &texts.files[&draft.source].references;
            for reference in listed {
                let defines = self.schemas.iter().any(|(_, named)| {
                    named.name.to_string() == reference.name
                        && self.files.get(named.place.file) == Some(&reference.file)
                });
                if !defines && self.root(reference.file).is_some() {
                    let path = &texts.files[&reference.file].path;
                    findings.push(
                        Diagnostic::error(
                            "schema::reference-name",
                            format!("file `{path}` does not define `{}`", reference.name),
                        )
                        .label(reference.location, "no type of this full name there")
                        .note("An Avro schema refers to another by the full name of a type that is defined there.")
                        .help("write the full name of the type, with its namespace"),
                    );
                }
            }
            let Some(closure) = texts.closure(draft.source) else { continue };
            let known: BTreeSet<FileId> = closure.iter().map(|reference| reference.file).collect();
            let used = self.uses.get(&draft.source).into_iter().flatten();
            for missing in used.filter(|file| !known.contains(file)) {
                findings.push(unlisted(draft, *missing, self, texts));
            }
        }
    }
}

fn unlisted(draft: &Draft<'_>, missing: FileId, avro: &Avro, texts: &Texts) -> Diagnostic {
    let path = &texts.files[&missing].path;
    let finding = Diagnostic::error(
        "schema::unlisted-reference",
        format!("schema `{}` uses a type of `{path}`, which its `references` lack", draft.name),
    )
    .label(draft.references[0].key.location(), "the list begins here")
    .note("A schema with a list of references is registered as it is written, and knows only what the list names.");
    match avro.root(missing) {
        Some(root) => {
            let name = &avro.schemas.get(root).name;
            finding.help(format!("add `{name}: SCHEMA` with the schema of `{path}`"))
        }
        None => finding.help("list every schema whose types it uses"),
    }
}

fn no_named_root(draft: &Draft<'_>) -> Diagnostic {
    Diagnostic::error("schema::no-named-root", format!("schema `{}` has no record as its root", draft.name))
        .label(draft.file.location, "the root of this file has no name")
        .note("A schema becomes a Rust type of its own, and the name of its root is the name of that type.")
        .help("wrap the type in a record with one field")
}
