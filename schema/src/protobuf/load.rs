//! Reads a file and everything that it imports, and links them.
//!
//! The order is ours, not the compiler's: every file is parsed even if another has an error, and depth is bounded by
//! memory, not by the stack. What is wrong with imports themselves is told in `imports`.

mod imports;

use std::collections::BTreeMap;

use prost_reflect::{DescriptorPool, FileDescriptor};
use prost_types::FileDescriptorProto;
use prost_types::source_code_info::Location;
use protox::file::File;

use super::places::Places;
use super::serialized::Serialized;
use super::{errors, known, limits, validity};
use crate::span::{Place, Span};
use crate::{Finding, Source, Strictness};

/// Parses and links; `None` exactly if an error was pushed.
pub(super) fn load(source: &Source, strictness: Strictness, findings: &mut Vec<Finding>) -> Option<FileDescriptor> {
    let mut loader = Loader {
        source,
        strictness,
        findings: Vec::new(),
        units: Vec::new(),
        positions: BTreeMap::new(),
        suggestions: 0,
    };
    let order = loader.read_all();
    let file = if loader.has_error() { None } else { loader.link(&order) };
    findings.append(&mut loader.findings);
    file
}

/// The name of the schema among its imports.
pub(super) fn root_name(source: &Source) -> String {
    let mut name = "schema.proto".to_owned();
    while source.references.iter().any(|reference| *reference.name == *name) {
        name.insert(0, '_');
    }
    name
}

/// One text parsed, without looking at others.
pub(super) fn parse(name: &str, text: &str, file: usize) -> Result<FileDescriptorProto, Vec<Finding>> {
    limits::check_text(text, file).map_err(|finding| vec![*finding])?;
    if let Some(finding) = edition(text, file) {
        return Err(vec![finding]);
    }
    let parsed = match text.strip_prefix('\u{feff}') {
        // Three spaces are as many bytes as the mark, so that places stay right.
        Some(rest) => File::from_source(name, &format!("   {rest}")),
        None => File::from_source(name, text),
    };
    let descriptor = parsed.map_err(|error| errors::parse_errors(&error, file, text))?.into();
    limits::check_file(&descriptor, file).map_err(|finding| vec![*finding])?;
    Ok(descriptor)
}

/// Editions are said not to be read in words of our own: the compiler only sees a word that it does not expect.
fn edition(text: &str, file: usize) -> Option<Finding> {
    let edition = crate::imports::edition(text)?;
    let place = Place { file, span: edition.span };
    Some(
        Finding::error("schema::edition", place, format!("edition `{}` is not supported", edition.name))
            .label("the edition is chosen here")
            .note("Editions replace proto2 and proto3 by features per field, which the compiler does not know yet.")
            .help("write `syntax = \"proto3\";`, and `optional` where a field's presence matters"),
    )
}

struct Loader<'a> {
    source: &'a Source,
    strictness: Strictness,
    findings: Vec<Finding>,
    units: Vec<Unit>,
    positions: BTreeMap<String, usize>,
    /// For how many imports a name was looked for that may be meant.
    suggestions: usize,
}

/// One file that has been read.
struct Unit {
    /// Which text it is: 0 the schema, `n` reference `n - 1`; `None` for a known import.
    file: Option<usize>,
    descriptor: FileDescriptorProto,
    places: Places,
    /// Which of the imports in the text each dependency is: some may have been dropped.
    imports: Vec<usize>,
    /// Dependencies of which nothing is known, to be dropped when all have been looked at; ascending.
    missing: Vec<usize>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Its imports are being read: whoever imports it now closes a circle.
    Open,
    Done,
}

impl Loader<'_> {
    fn has_error(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == crate::Severity::Error)
    }

    /// Reads the schema and what it imports; the order is that of linking.
    fn read_all(&mut self) -> Vec<usize> {
        let mut order = Vec::new();
        let name = root_name(self.source);
        let text = self.source.text.clone();
        let Some(root) = self.read(&name, &text, Some(0)) else {
            // What it imports is not known: all that is given is looked at, so that every error is found at once.
            for (position, reference) in self.source.references.iter().enumerate() {
                self.read(&reference.name, &reference.text, Some(position + 1));
            }
            return order;
        };
        let mut stack = vec![(root, 0)];
        while let Some((unit, next)) = stack.pop() {
            let Some(import) = self.units[unit].descriptor.dependency.get(next).cloned() else {
                self.units[unit].close();
                order.push(unit);
                continue;
            };
            stack.push((unit, next + 1));
            match self.positions.get(&import).copied() {
                Some(other) if self.units[other].state == State::Open => self.circular(&stack, other, next, &import),
                Some(_) => {}
                None => match self.open(&import) {
                    Opened::Unit(opened) => stack.push((opened, 0)),
                    Opened::Broken => {}
                    Opened::Missing => self.missing(unit, next, &import),
                },
            }
        }
        order
    }

    fn open(&mut self, import: &str) -> Opened {
        let reference = self.source.references.iter().position(|reference| *reference.name == *import);
        if let Some(reference) = reference {
            let mut text = self.source.references[reference].text.clone();
            if let Some(descriptor) = Serialized::decode(&text) {
                // Options of extensions are left out: they mean nothing to who imports the file.
                text = descriptor.text(&DescriptorPool::new()).into();
            }
            return self.read(import, &text, Some(reference + 1)).map_or(Opened::Broken, Opened::Unit);
        }
        match known::open(import) {
            Some(file) => Opened::Unit(self.add(import, None, file.into(), Places::default())),
            None => Opened::Missing,
        }
    }

    fn read(&mut self, name: &str, text: &str, file: Option<usize>) -> Option<usize> {
        match parse(name, text, file.unwrap_or_default()) {
            Ok(mut descriptor) => {
                let places = Places::new(&descriptor, text);
                descriptor.source_code_info = None;
                if self.strictness == Strictness::Strict {
                    self.findings.extend(validity::check(&descriptor, &places, file.unwrap_or_default()));
                }
                let unit = self.add(name, file, descriptor, places);
                self.check_repeated_imports(unit);
                Some(unit)
            }
            Err(mut findings) => {
                self.findings.append(&mut findings);
                None
            }
        }
    }

    fn add(&mut self, name: &str, file: Option<usize>, descriptor: FileDescriptorProto, places: Places) -> usize {
        let unit = self.units.len();
        self.positions.insert(name.to_owned(), unit);
        let imports = (0..descriptor.dependency.len()).collect();
        self.units.push(Unit { file, descriptor, places, imports, missing: Vec::new(), state: State::Open });
        unit
    }

    fn link(&mut self, order: &[usize]) -> Option<FileDescriptor> {
        let mut pool = DescriptorPool::new();
        for &unit in order {
            let unit = &self.units[unit];
            if pool.add_file_descriptor_proto(unit.descriptor.clone()).is_err() {
                // The pool is the same as before. Places cost time, so they are computed for files with errors only.
                self.findings.extend(link_errors(&mut pool, unit));
                return None;
            }
        }
        pool.get_file_by_name(&root_name(self.source))
    }
}

enum Opened {
    Unit(usize),
    Broken,
    Missing,
}

/// How many elements a file may have so that every error is looked for, and not only the first: the compiler takes
/// time in proportion to errors times elements.
const MAX_LABELLED: usize = 20_000;

fn link_errors(pool: &mut DescriptorPool, unit: &Unit) -> Vec<Finding> {
    let file = unit.file.unwrap_or_default();
    let mut labelled = unit.descriptor.clone();
    if unit.places.len() <= MAX_LABELLED {
        let location = |(at, path): (i32, &[i32])| Location {
            path: path.to_vec(),
            span: vec![0, at, at + 1],
            ..Default::default()
        };
        let location = (0..).zip(unit.places.paths()).map(location).collect();
        labelled.source_code_info = Some(prost_types::SourceCodeInfo { location });
    }
    let Err(error) = pool.add_file_descriptor_proto(labelled) else { return Vec::new() };
    let path = error.path().map(<[i32]>::to_vec);
    let mut findings =
        errors::link_errors(&error.with_source_code(&" ".repeat(unit.places.len() + 1)), file, &unit.places);
    if let (Some(path), Some(first)) = (path, findings.first_mut())
        && let Some(span) = unit.places.around(&path)
        && first.place.span == Span::default()
    {
        first.place.span = span;
    }
    findings
}
