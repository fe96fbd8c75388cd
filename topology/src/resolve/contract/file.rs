//! Paths of schema files, and their texts, each read once.

use std::io;

use indexmap::IndexMap;
use schema::Format;

use super::super::fields::{Field, Shortened};
use super::Project;
use crate::diagnostic::Diagnostic;
use crate::encoding;
use crate::findings::Findings;
use crate::source::{FileId, Spanned};
use crate::syntax::limit;

/// The texts that have been read, by path.
pub(super) struct Files<'f, 'p> {
    project: &'f mut Project<'p>,
    /// What was read; nothing where a finding says why not.
    known: IndexMap<String, Option<FileId>>,
}

impl<'f, 'p> Files<'f, 'p> {
    pub(super) fn new(project: &'f mut Project<'p>) -> Self {
        Self { project, known: IndexMap::new() }
    }

    /// The text of a file that was read.
    pub(super) fn text(&self, file: FileId) -> &str {
        &self.project.sources.get(file).text
    }

    /// A file that the manifest names.
    pub(super) fn named(&mut self, path: &str, field: &Field<'_>, findings: &mut Findings) -> Option<FileId> {
        if let Some(known) = self.known.get(path) {
            return *known;
        }
        let read = self.read_named(path, field, findings);
        // Every entry that names a broken file is told, but a finding of the same words comes once.
        if read.is_some() {
            self.known.insert(path.to_owned(), read);
        }
        read
    }

    /// A file that another imports; `Ok(None)` if there is none of this path, or if it is broken and has been reported.
    ///
    /// # Errors
    ///
    /// With the words of the system, if the file is there and cannot be read.
    pub(super) fn imported(&mut self, path: &str, findings: &mut Findings) -> Result<Option<FileId>, String> {
        if let Some(known) = self.known.get(path) {
            return Ok(*known);
        }
        let bytes = match (self.project.read)(path) {
            Ok(bytes) if bytes.len() > limit::FILE_BYTES => {
                return Err(format!("it is larger than {} MiB", limit::FILE_BYTES >> 20));
            }
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let (text, fault) = encoding::decode(bytes);
        let source = self.project.sources.add(path, text);
        if let Some(fault) = &fault {
            findings.push(fault.finding(source));
        }
        let read = fault.is_none().then_some(source);
        self.known.insert(path.to_owned(), read);
        Ok(read)
    }

    fn read_named(&mut self, path: &str, field: &Field<'_>, findings: &mut Findings) -> Option<FileId> {
        let shown = Shortened(path);
        let bytes = match (self.project.read)(path) {
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
        let source = self.project.sources.add(path, text);
        if let Some(fault) = fault {
            findings.push(fault.finding(source).label(field.location(), "the file is named here"));
            return None;
        }
        Some(source)
    }
}

/// The path without `.` and `..`, which must stay in the project.
pub(super) fn path(file: &Spanned<&str>, field: &Field<'_>, findings: &mut Findings) -> Option<String> {
    let path = inside(file.value);
    if path.is_none() {
        let message = format!("file `{}` is not a path inside the project", Shortened(file.value));
        findings.push(
            field
                .point(Diagnostic::error("schema::outside-project", message), "this path")
                .note("A manifest describes the same system on every machine, so its files lie beside or below it.")
                .help("copy the file into the project and write its path relative to the manifest, with `/`"),
        );
    }
    path
}

/// A path without `.` and `..`; `None` if it leaves the project or names no file.
pub(super) fn inside(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    let mut leaves = path.starts_with('/') || path.contains(['\\', ':']);
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => leaves |= parts.pop().is_none(),
            part => parts.push(part),
        }
    }
    (!leaves && !parts.is_empty()).then(|| parts.join("/"))
}

/// The format that an extension stands for.
pub(super) fn format_of(path: &str) -> Option<Format> {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("avsc" | "avdl") => Some(Format::Avro),
        Some("proto") => Some(Format::Protobuf),
        Some("json") => Some(Format::Json),
        _ => None,
    }
}
