//! Where a schema is, and its text with everything that it refers to.
//!
//! A place is a file, `git:REVISION:FILE`, or `-` for standard input. What a Protobuf file imports and a JSON Schema
//! refers to is looked for beside it and in the folders above, and so is what Avro IDL (`.avdl`) imports; JSON of Avro names
//! no files, so its references are given.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schema::avro::Notation;
use schema::imports;
use schema::{Document, Finding, Format, Referenced, Source, Strictness};
use topology::source::{FileId, Sources};
use topology::{Diagnostic, Severity};

use crate::args::SchemaTextArgs;
use crate::failure::Failure;
use crate::git;

/// How many files one schema may refer to.
const MOST_REFERENCES: usize = 1_000;

/// A schema that was read.
#[derive(Debug)]
pub(crate) struct Text {
    /// The texts of the document among the sources: 0 is the schema itself.
    pub(crate) files: Vec<FileId>,
    /// `None` where one of the diagnostics is an error.
    pub(crate) document: Option<Document>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Where a schema is.
#[derive(Clone, Debug)]
enum Place {
    Stdin,
    Disk(PathBuf),
    Git { revision: String, path: PathBuf },
}

impl Place {
    fn parse(text: &str) -> Result<Self, Failure> {
        if text == "-" {
            return Ok(Self::Stdin);
        }
        let Some(rest) = text.strip_prefix("git:") else { return Ok(Self::Disk(PathBuf::from(text))) };
        let wrong = || {
            Failure::usage(format!("`{text}` names no file in a git revision"))
                .help("write `git:REVISION:FILE`, such as `git:main:schemas/order.avsc`")
        };
        let (revision, path) = split_revision(rest).ok_or_else(wrong)?;
        // git would take a revision that begins so for an option.
        if revision.is_empty() || revision.starts_with('-') || path.is_empty() {
            return Err(wrong());
        }
        Ok(Self::Git { revision: revision.to_owned(), path: PathBuf::from(path) })
    }

    fn read(&self) -> Result<String, Failure> {
        let bytes = match self {
            Self::Stdin => {
                let mut bytes = Vec::new();
                let most = u64::try_from(schema::document::MAX_BYTES).unwrap_or(u64::MAX);
                let read = std::io::stdin().lock().take(most + 1).read_to_end(&mut bytes);
                read.map(|_| bytes)
                    .map_err(|error| Failure::world("standard input could not be read").because(&error))?
            }
            Self::Disk(path) => crate::project::read_file(path).map_err(|error| {
                Failure::usage(format!("the schema `{}` could not be read", path.display())).because(&error)
            })?,
            Self::Git { revision, path } => git::file(Path::new("."), revision, path)?,
        };
        String::from_utf8(bytes)
            .map_err(|error| Failure::usage(format!("{} is not UTF-8 text", self.name())).because(&error.utf8_error()))
    }

    /// The path by which the file is known; empty for standard input.
    fn path(&self) -> &Path {
        match self {
            Self::Stdin => Path::new(""),
            Self::Disk(path) | Self::Git { path, .. } => path,
        }
    }

    /// The notation of Avro that the name stands for.
    fn notation(&self) -> Notation {
        self.path().to_str().map_or(Notation::Json, Notation::of_path)
    }

    /// The same kind of place with another path.
    fn at(&self, path: PathBuf) -> Self {
        match self {
            Self::Git { revision, .. } => Self::Git { revision: revision.clone(), path },
            _ => Self::Disk(path),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".to_owned(),
            Self::Disk(path) => path.display().to_string(),
            Self::Git { revision, path } => format!("git:{revision}:{}", path.display()),
        }
    }

    fn exists(&self) -> bool {
        match self {
            Self::Stdin => true,
            Self::Disk(path) => path.is_file(),
            Self::Git { revision, path } => git::has_file(Path::new("."), revision, path),
        }
    }
}

/// A revision and a file. The first colon parts them, unless it is in the braces of a date or of a search
/// (`main@{2026-01-31 08:00}:order.avsc`).
fn split_revision(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_u32;
    let position = text.char_indices().find_map(|(position, letter)| {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => return Some(position),
            _ => {}
        }
        None
    })?;
    Some((&text[..position], &text[position + 1..]))
}

/// Reads a schema and what it refers to.
pub(crate) fn read(
    place: &str,
    args: &SchemaTextArgs,
    strictness: Strictness,
    sources: &mut Sources,
) -> Result<Text, Failure> {
    let place = Place::parse(place)?;
    let format = format(&place, args)?;
    let text = place.read()?;
    let mut files = vec![sources.add(place.name(), text.clone())];
    // What a schema of a revision refers to is that of the revision, where it was there already.
    let given = args.reference.iter().map(|(name, path)| {
        let then = Some(place.at(path.clone())).filter(Place::exists);
        (name.clone(), then.unwrap_or_else(|| Place::Disk(path.clone())))
    });
    let given: Vec<_> = given.collect();
    let mut finder = Finder {
        place: &place,
        format,
        sources,
        files: &mut files,
        seen: BTreeSet::new(),
        found: Vec::new(),
        notations: Vec::new(),
    };
    for (name, place) in given {
        finder.add(&name, &place)?;
    }
    let notation = place.notation();
    finder.follow(&text, notation)?;
    let mut notations = vec![notation];
    notations.append(&mut finder.notations);
    let source = Source { format, text: text.into(), references: finder.found };
    let parsed = Document::parse_notations(&source, &notations, strictness);
    let findings = parsed.findings.into_iter().map(|finding| diagnostic(finding, &files));
    let diagnostics = findings.map(|finding| with_reference(finding, format)).collect();
    Ok(Text { files, document: parsed.document, diagnostics })
}

fn format(place: &Place, args: &SchemaTextArgs) -> Result<Format, Failure> {
    if let Some(format) = args.schema_type {
        return Ok(format.into());
    }
    let extension = place.path().extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension {
        "avsc" | "avdl" | "avpr" => Ok(Format::Avro),
        "proto" => Ok(Format::Protobuf),
        "json" => Ok(Format::Json),
        _ => Err(Failure::usage(format!("the format of `{}` is not known from its name", place.name()))
            .help("name it with `--type avro`, `--type protobuf` or `--type json`")),
    }
}

/// Finds what a schema refers to, each text after those that it refers to itself.
struct Finder<'a> {
    place: &'a Place,
    format: Format,
    sources: &'a mut Sources,
    files: &'a mut Vec<FileId>,
    seen: BTreeSet<String>,
    found: Vec<Referenced>,
    /// How each of them is written.
    notations: Vec<Notation>,
}

impl Finder<'_> {
    fn follow(&mut self, text: &str, notation: Notation) -> Result<(), Failure> {
        let is_idl = self.format == Format::Avro && notation == Notation::Idl;
        let imports = if is_idl { imports::of_idl(text) } else { imports::of(self.format, text) };
        for import in imports {
            if let Some(place) = self.find(&import.name) {
                self.add(&import.name, &place)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, name: &str, place: &Place) -> Result<(), Failure> {
        if !self.seen.insert(name.to_owned()) {
            return Ok(());
        }
        if self.seen.len() > MOST_REFERENCES {
            return Err(Failure::usage(format!("`{}` refers to more than {MOST_REFERENCES} files", self.place.name())));
        }
        let text: Arc<str> = place.read()?.into();
        let notation = place.notation();
        self.follow(&text, notation)?;
        self.notations.push(notation);
        self.files.push(self.sources.add(place.name(), text.to_string()));
        self.found.push(Referenced { name: name.into(), subject: "".into(), version: 0, text });
        Ok(())
    }

    /// The file of this name in the folder of the schema, or the nearest one above it. What is not there may be built in,
    /// or else the parser reports it.
    fn find(&self, name: &str) -> Option<Place> {
        let path = Some(name).filter(|path| !path.is_empty() && !path.contains("://"))?;
        let folders = self.place.path().ancestors().skip(1);
        folders.map(|folder| self.place.at(folder.join(path))).find(Place::exists)
    }
}

/// A type that is not known may be in a file that was not named.
fn with_reference(finding: Diagnostic, format: Format) -> Diagnostic {
    if finding.code != "schema::unknown-type" || format != Format::Avro {
        return finding;
    }
    let name = finding.message.split('`').nth(1).unwrap_or("NAME");
    let file = format!("name the file that defines it: `--reference {name}=FILE`");
    let help = match &finding.help {
        Some(help) => format!("{file}; {help}"),
        None => file,
    };
    Diagnostic { help: Some(help), ..finding }
}

/// A finding of the engine in the words of the manifest's.
fn diagnostic(finding: Finding, files: &[FileId]) -> Diagnostic {
    let severity = match finding.severity {
        schema::Severity::Error => Severity::Error,
        schema::Severity::Warning => Severity::Warning,
        schema::Severity::Advice => Severity::Advice,
    };
    let places = std::iter::once((finding.place, finding.label)).chain(finding.secondary);
    let label = |(place, text): (schema::Place, String)| {
        let file = *files.get(place.file)?;
        Some(topology::diagnostic::Label { location: topology::source::Location { file, span: place.span }, text })
    };
    Diagnostic {
        code: finding.code,
        severity,
        message: finding.message,
        labels: places.filter_map(label).collect(),
        note: finding.note,
        help: finding.help,
        fix: None,
    }
}
