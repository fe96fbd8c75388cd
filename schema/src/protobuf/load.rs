//! Reads a file and everything that it imports, and links them.
//!
//! The order is ours, not the compiler's: every file is parsed even if another has an error, cycles and missing
//! imports are found with their places, and depth is bounded by memory, not by the stack.

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

/// The field number of `dependency` in `FileDescriptorProto`.
const DEPENDENCY: i32 = 3;

/// Parses and links; `None` exactly if an error was pushed.
pub(super) fn load(source: &Source, strictness: Strictness, findings: &mut Vec<Finding>) -> Option<FileDescriptor> {
    let mut loader = Loader { source, strictness, findings: Vec::new(), units: Vec::new(), positions: BTreeMap::new() };
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
    let statement = text.split(';').next()?;
    let line = statement.lines().rev().find(|line| !line.trim().is_empty())?.trim();
    let value = line.strip_prefix("edition")?.trim_start().strip_prefix('=')?.trim();
    let start = text.find(line)?;
    let place = Place { file, span: Span::from(start..start + line.len()) };
    Some(
        Finding::error("schema::edition", place, format!("edition {} is not supported", value.replace('"', "`")))
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
}

/// One file that has been read.
struct Unit {
    /// Which text it is: 0 the schema, `n` reference `n - 1`; `None` for a known import.
    file: Option<usize>,
    descriptor: FileDescriptorProto,
    places: Places,
    /// Which of the imports in the text each dependency is: some may have been dropped.
    imports: Vec<usize>,
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
                self.units[unit].state = State::Done;
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
                    Opened::Missing => {
                        if self.missing(unit, next, &import) {
                            stack.pop();
                            stack.push((unit, next));
                        }
                    }
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
        self.units.push(Unit { file, descriptor, places, imports, state: State::Open });
        unit
    }

    fn import_place(&self, unit: usize, import: usize) -> Place {
        let unit = &self.units[unit];
        let path = [DEPENDENCY, i32::try_from(unit.imports[import]).unwrap_or(i32::MAX)];
        Place { file: unit.file.unwrap_or_default(), span: unit.places.around(&path).unwrap_or_default() }
    }

    fn check_repeated_imports(&mut self, unit: usize) {
        let mut first = BTreeMap::new();
        let mut repeated = Vec::new();
        for (index, import) in self.units[unit].descriptor.dependency.iter().enumerate() {
            if let Some(&first) = first.get(import) {
                repeated.push((first, index, import.clone()));
            } else {
                first.insert(import.clone(), index);
            }
        }
        for (first, index, import) in repeated.iter().rev() {
            let finding = match self.strictness {
                Strictness::Strict => Finding::error,
                Strictness::Lenient => Finding::warning,
            };
            let finding = finding(
                "schema::duplicate-import",
                self.import_place(unit, *index),
                format!("`{import}` is imported twice"),
            );
            let first = self.import_place(unit, *first);
            self.findings.push(
                finding
                    .label("imported again here")
                    .also(first, "imported first here")
                    .note("Compilers refuse a file that imports another twice.")
                    .help("remove one of the two imports"),
            );
            self.units[unit].remove_import(*index);
        }
    }

    fn circular(&mut self, stack: &[(usize, usize)], other: usize, next: usize, import: &str) {
        let Some(&(unit, _)) = stack.last() else { return };
        let mut finding = Finding::error(
            "schema::circular-import",
            self.import_place(unit, next),
            format!("`{import}` imports itself, directly or through others"),
        )
        .label("the circle is closed here")
        .note("Files are linked after those that they import; in a circle none can be the first.")
        .help("move what both files need into a third that imports neither");
        let circle = stack.iter().skip_while(|(unit, _)| *unit != other);
        for &(unit, next) in circle.take(stack.len().saturating_sub(1)).filter(|(one, _)| *one != unit) {
            finding = finding.also(self.import_place(unit, next - 1), "through this import");
        }
        self.findings.push(finding);
    }

    /// Whether the import was dropped, because nothing is asked of a stored schema.
    fn missing(&mut self, unit: usize, next: usize, import: &str) -> bool {
        let place = self.import_place(unit, next);
        let mut names: Vec<&str> = known::names().collect();
        names.extend(self.source.references.iter().map(|reference| &*reference.name));
        let close = names
            .into_iter()
            // Nobody mistypes a short name for a long one, and distances take time with their product.
            .filter(|name| name.len().abs_diff(import.len()) <= 3)
            .map(|name| (strsim::damerau_levenshtein(name, import), name))
            .filter(|(distance, _)| *distance <= 3)
            .min();
        let help = match close {
            Some((_, name)) => format!("did you mean `{name}`?"),
            None => format!("add a reference named `{import}` with the subject and version that define it"),
        };
        let finding = match self.strictness {
            Strictness::Strict => Finding::error,
            Strictness::Lenient => Finding::warning,
        };
        self.findings.push(
            finding("schema::missing-reference", place, format!("nothing is known of `{import}`"))
                .label("imported here")
                .note(
                    "A registry has no files: an import is found by the name of a reference, or is one of those \
                     that every registry knows, such as `google/protobuf/timestamp.proto`.",
                )
                .help(help),
        );
        if self.strictness == Strictness::Lenient {
            self.units[unit].remove_import(next);
        }
        self.strictness == Strictness::Lenient
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

impl Unit {
    /// Removes an import, and keeps the positions of public and weak ones right.
    fn remove_import(&mut self, import: usize) {
        self.imports.remove(import);
        self.descriptor.dependency.remove(import);
        let removed = i32::try_from(import).unwrap_or(i32::MAX);
        for positions in [&mut self.descriptor.public_dependency, &mut self.descriptor.weak_dependency] {
            positions.retain(|&position| position != removed);
            positions.iter_mut().filter(|position| **position > removed).for_each(|position| *position -= 1);
        }
    }
}
