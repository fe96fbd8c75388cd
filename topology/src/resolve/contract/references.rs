//! The names in a text to files: of other schemas of the manifest, or of files beside them.

use std::collections::{BTreeMap, BTreeSet};

use schema::Format;
use schema::avro::Notation;
use schema::imports::{self, Import};
use schema::json;

use super::super::declared::Declared;
use super::super::fields::Shortened;
use super::draft::Draft;
use super::file::{self, Files};
use crate::diagnostic::Diagnostic;
use crate::findings::Findings;
use crate::ir::{Reference, SchemaFile};
use crate::source::{FileId, Location};

/// How many files a manifest's schemas may import, all in all.
const IMPORTED_FILES: usize = 10_000;

/// Every schema file, and which of them cannot be understood because something that they refer to is missing.
pub(super) struct Texts {
    pub(super) files: BTreeMap<FileId, SchemaFile>,
    pub(super) incomplete: BTreeSet<FileId>,
}

/// Finds what every file refers to, and reads what no entry names.
pub(super) fn link<'t>(
    drafts: &[Draft<'t>],
    positions: &Declared<'t, usize>,
    files: &mut Files<'_, '_>,
    findings: &mut Findings,
) -> Texts {
    let mut linker = Linker {
        drafts,
        texts: Texts { files: BTreeMap::new(), incomplete: BTreeSet::new() },
        by_id: BTreeMap::new(),
        queue: Vec::new(),
        imported: 0,
    };
    for draft in drafts {
        linker.add(draft.source, &draft.file.value, draft.format, files);
    }
    for draft in drafts {
        linker.listed(draft, positions, findings);
    }
    let mut next = 0;
    while let Some(file) = linker.queue.get(next).copied() {
        linker.imports(file, files, findings);
        next += 1;
    }
    break_circles(&mut linker.texts, findings);
    linker.texts
}

struct Linker<'d, 't> {
    drafts: &'d [Draft<'t>],
    texts: Texts,
    /// JSON Schemas by their `$id`.
    by_id: BTreeMap<String, FileId>,
    /// Every file, in the order in which it was found.
    queue: Vec<FileId>,
    imported: usize,
}

impl<'t> Linker<'_, 't> {
    fn add(&mut self, source: FileId, path: &str, format: Format, files: &Files<'_, '_>) {
        if self.texts.files.contains_key(&source) {
            return;
        }
        let text = files.text(source);
        if format == Format::Json
            && let Some(id) = json_id(text)
        {
            self.by_id.entry(id).or_insert(source);
        }
        let file = SchemaFile { path: path.to_owned(), format, text: text.into(), references: Vec::new() };
        self.texts.files.insert(source, file);
        self.queue.push(source);
    }

    /// The references that the manifest lists for a schema.
    fn listed(&mut self, draft: &Draft<'t>, positions: &Declared<'t, usize>, findings: &mut Findings) {
        for field in &draft.references {
            let name = field.key.text();
            let Some(position) = positions.find(field, findings) else {
                self.texts.incomplete.insert(draft.source);
                continue;
            };
            let target = &self.drafts[position.value];
            if target.format != draft.format {
                findings.push(other_format(name, draft, target, position.location));
                self.texts.incomplete.insert(draft.source);
                continue;
            }
            let text = &self.texts.files[&draft.source].text;
            if draft.format != Format::Avro && !imports::of(draft.format, text).iter().any(|found| found.name == name) {
                findings.push(unused(name, draft, field.key.location()));
                continue;
            }
            let reference = Reference { name: name.to_owned(), file: target.source, location: field.key.location() };
            self.refer(draft.source, reference);
        }
    }

    fn refer(&mut self, from: FileId, reference: Reference) {
        let Some(file) = self.texts.files.get_mut(&from) else { return };
        if !file.references.iter().any(|known| known.name == reference.name) {
            file.references.push(reference);
        }
    }

    fn imports(&mut self, from: FileId, files: &mut Files<'_, '_>, findings: &mut Findings) {
        let Some(file) = self.texts.files.get(&from).cloned() else { return };
        let is_idl = is_idl(&file);
        let imports = if is_idl { imports::of_idl(&file.text) } else { imports::of(file.format, &file.text) };
        for import in imports {
            if file.references.iter().any(|known| known.name == import.name) {
                continue;
            }
            let location = Location { file: from, span: import.span };
            match self.find(&file, &import, files, findings) {
                // Avro's names work across files in any order, so that the file is read is all that an import asks.
                Ok(Some(_)) if is_idl => {}
                Ok(Some(target)) => self.refer(from, Reference { name: import.name, file: target, location }),
                // The engine has the well-known files, and knows the schemas inside of a JSON Schema.
                Ok(None) if file.format == Format::Json || is_built_in(&import.name) => {}
                Ok(None) => {
                    findings.push(not_found(&file, &import, location));
                    self.texts.incomplete.insert(from);
                }
                Err(why) => {
                    findings.push(unreadable(&import, location, &why));
                    self.texts.incomplete.insert(from);
                }
            }
        }
    }

    /// The file that an import means: by its `$id`, or from the folder of the file upwards.
    fn find(
        &mut self,
        from: &SchemaFile,
        import: &Import,
        files: &mut Files<'_, '_>,
        findings: &mut Findings,
    ) -> Result<Option<FileId>, String> {
        if from.format == Format::Json {
            let base = json_id(&from.text);
            let absolute = base.as_deref().and_then(|base| beside(base, &import.name));
            let known = [Some(import.name.as_str()), absolute.as_deref()];
            if let Some(found) = known.into_iter().flatten().find_map(|id| self.by_id.get(id)) {
                return Ok(Some(*found));
            }
        }
        for path in candidates(&from.path, &import.name) {
            if let Some(found) = files.imported(&path, findings)? {
                if !self.texts.files.contains_key(&found) {
                    self.imported += 1;
                    if self.imported > IMPORTED_FILES {
                        return Err(format!("more than {IMPORTED_FILES} files are imported"));
                    }
                    self.add(found, &path, from.format, files);
                }
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// The paths that an import may mean: relative to the folder of the file, then to each folder above it.
fn candidates(from: &str, name: &str) -> Vec<String> {
    let mut folder = from;
    let mut paths = Vec::new();
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above;
        paths.extend(file::inside(&format!("{folder}/{name}")));
    }
    paths.extend(file::inside(name));
    paths.dedup();
    paths
}

/// A relative URI as one beside another.
fn beside(base: &str, name: &str) -> Option<String> {
    let (folder, _) = base.rsplit_once('/')?;
    let name = name.strip_prefix("./").unwrap_or(name);
    (!name.contains(':')).then(|| format!("{folder}/{name}"))
}

fn json_id(text: &str) -> Option<String> {
    let root = json::read(text).ok()?;
    let id = root.get("$id").or_else(|| root.get("id"))?.as_str()?;
    Some(id.trim_end_matches('#').to_owned()).filter(|id| !id.is_empty())
}

fn is_idl(file: &SchemaFile) -> bool {
    file.format == Format::Avro && Notation::of_path(&file.path) == Notation::Idl
}

fn is_built_in(name: &str) -> bool {
    name.starts_with("google/") || name.starts_with("confluent/")
}

/// Takes away references that lead back to where they come from, and reports them.
fn break_circles(texts: &mut Texts, findings: &mut Findings) {
    let mut done: BTreeSet<FileId> = BTreeSet::new();
    let starts: Vec<FileId> = texts.files.keys().copied().collect();
    for start in starts {
        // Each file that is open, with the position of the reference that is followed next.
        let mut open: Vec<(FileId, usize)> = vec![(start, 0)];
        while let Some((file, next)) = open.last().copied() {
            let Some(reference) = texts.files[&file].references.get(next).cloned() else {
                done.insert(file);
                open.pop();
                continue;
            };
            if open.iter().any(|(file, _)| *file == reference.file) {
                findings.push(circle(texts, &reference, file));
                texts.incomplete.insert(file);
                if let Some(file) = texts.files.get_mut(&file) {
                    file.references.retain(|known| *known != reference);
                }
                continue;
            }
            if let Some((_, position)) = open.last_mut() {
                *position = next + 1;
            }
            if !done.contains(&reference.file) {
                open.push((reference.file, 0));
            }
        }
    }
}

impl Texts {
    /// A file's references, directly or through others, each after those that it refers to itself; `None` if one of
    /// them is incomplete.
    pub(super) fn closure(&self, file: FileId) -> Option<Vec<&Reference>> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::from([file]);
        let mut open: Vec<(FileId, usize, Option<&Reference>)> = vec![(file, 0, None)];
        while let Some((file, next, through)) = open.last_mut() {
            if self.incomplete.contains(file) {
                return None;
            }
            let Some(reference) = self.files.get(file)?.references.get(*next) else {
                found.extend(*through);
                open.pop();
                continue;
            };
            *next += 1;
            if seen.insert(reference.file) {
                open.push((reference.file, 0, Some(reference)));
            }
        }
        Some(found)
    }
}

fn other_format(name: &str, draft: &Draft<'_>, target: &Draft<'_>, location: Location) -> Diagnostic {
    let message = format!("schema `{}` refers to a schema of another format as `{}`", draft.name, Shortened(name));
    Diagnostic::error("schema::reference-format", message)
        .label(location, format!("`{}` is {}, `{}` is {}", target.name, target.format, draft.name, draft.format))
        .label(target.key.location(), "declared here")
        .note("A schema is understood together with what it refers to, by the rules of one format.")
        .help(format!("name a schema that is {}", draft.format))
}

fn unused(name: &str, draft: &Draft<'_>, location: Location) -> Diagnostic {
    let message = format!("schema `{}` does not refer to anything as `{}`", draft.name, Shortened(name));
    let what = if draft.format == Format::Protobuf { "`import`" } else { "`$ref`" };
    Diagnostic::warning("schema::unused-reference", message)
        .label(location, format!("no {what} of this name in `{}`", draft.file))
        .note("A reference that the text does not use is not registered.")
        .help(format!("write the name as the {what} has it, or remove it"))
}

fn not_found(file: &SchemaFile, import: &Import, location: Location) -> Diagnostic {
    let message = format!("import `{}` is not found", Shortened(&import.name));
    let tried = candidates(&file.path, &import.name);
    let finding = Diagnostic::error("schema::import-not-found", message).label(location, "no such file");
    let finding = match tried.as_slice() {
        [] => finding.note("The path leads out of the project."),
        tried => finding.note(format!("Looked for: {}.", tried.join(", "))),
    };
    finding.help("create the file, or list the schema that it is under `references` of the schema")
}

fn unreadable(import: &Import, location: Location, why: &str) -> Diagnostic {
    let message = format!("import `{}` cannot be read", Shortened(&import.name));
    Diagnostic::error("schema::unreadable-import", message)
        .label(location, "this file")
        .note(format!("The system says: {why}."))
        .help("make it a regular file that can be read")
}

fn circle(texts: &Texts, reference: &Reference, from: FileId) -> Diagnostic {
    let path = |file: FileId| texts.files.get(&file).map_or("", |file| &file.path);
    let message = format!("file `{}` imports itself through `{}`", path(reference.file), path(from));
    Diagnostic::error("schema::circular-import", message)
        .label(reference.location, "this leads back to where it comes from")
        .note("A registry stores each text after those that it refers to, so there is no order for these.")
        .help("move what both need into a third file")
}
