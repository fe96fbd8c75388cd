//! What is wrong with imports: nothing is known of one, it is written twice, or it closes a circle.
//!
//! A stored schema keeps working without an import that nobody finds or that is repeated: it is dropped, with a warning.

use std::collections::BTreeMap;

use super::{Loader, State, Unit, known};
use crate::near::nearest_within;
use crate::span::Place;
use crate::{Finding, Severity, Strictness};

/// The field number of `dependency` in `FileDescriptorProto`.
const DEPENDENCY: i32 = 3;

/// For how many missing imports a name is looked for that may be meant; each takes a look at all names.
const MAX_SUGGESTIONS: usize = 20;

impl Loader<'_> {
    fn import_place(&self, unit: usize, import: usize) -> Place {
        let unit = &self.units[unit];
        let path = [DEPENDENCY, i32::try_from(unit.imports[import]).unwrap_or(i32::MAX)];
        Place { file: unit.file.unwrap_or_default(), span: unit.places.around(&path).unwrap_or_default() }
    }

    /// Of a new schema all is asked, of a stored one nothing.
    fn severity(&self) -> Severity {
        match self.strictness {
            Strictness::Strict => Severity::Error,
            Strictness::Lenient => Severity::Warning,
        }
    }

    pub(super) fn check_repeated_imports(&mut self, unit: usize) {
        let mut first = BTreeMap::new();
        let mut repeated = Vec::new();
        for (index, import) in self.units[unit].descriptor.dependency.iter().enumerate() {
            if let Some(&first) = first.get(import.as_str()) {
                repeated.push((first, index));
            } else {
                first.insert(import.as_str(), index);
            }
        }
        for &(first, index) in repeated.iter().rev() {
            let import = &self.units[unit].descriptor.dependency[index];
            let finding = Finding::new(
                self.severity(),
                "schema::duplicate-import",
                self.import_place(unit, index),
                format!("`{import}` is imported twice"),
            );
            let first = self.import_place(unit, first);
            self.findings.push(
                finding
                    .label("imported again here")
                    .also(first, "imported first here")
                    .note("Compilers refuse a file that imports another twice.")
                    .help("remove one of the two imports"),
            );
        }
        let repeated: Vec<usize> = repeated.into_iter().map(|(_, index)| index).collect();
        self.units[unit].drop_imports(&repeated);
    }

    pub(super) fn circular(&mut self, stack: &[(usize, usize)], other: usize, next: usize, import: &str) {
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

    /// An import of which nothing is known. A stored schema is read without it.
    pub(super) fn missing(&mut self, unit: usize, next: usize, import: &str) {
        let help = match self.close_name(import) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("add a reference named `{import}` with the subject and version that define it"),
        };
        let place = self.import_place(unit, next);
        let message = format!("nothing is known of `{import}`");
        self.findings.push(
            Finding::new(self.severity(), "schema::missing-reference", place, message)
                .label("imported here")
                .note(
                    "A registry has no files: an import is found by the name of a reference, or is one of those \
                     that every registry knows, such as `google/protobuf/timestamp.proto`.",
                )
                .help(help),
        );
        if self.strictness == Strictness::Lenient {
            self.units[unit].missing.push(next);
        }
    }

    /// The name of a file that may be meant.
    fn close_name(&mut self, import: &str) -> Option<String> {
        self.suggestions += 1;
        if self.suggestions > MAX_SUGGESTIONS {
            return None;
        }
        let references = self.source.references.iter().map(|reference| &*reference.name);
        let known = known::names().map(|name| -> &str { name });
        nearest_within(import, 3, known.chain(references)).map(str::to_owned)
    }
}

impl Unit {
    /// All imports have been looked at: those that are missing are dropped.
    pub(super) fn close(&mut self) {
        self.state = State::Done;
        let missing = std::mem::take(&mut self.missing);
        self.drop_imports(&missing);
    }

    /// Drops imports, given in ascending order, and keeps the positions of public and weak ones right.
    fn drop_imports(&mut self, dropped: &[usize]) {
        if dropped.is_empty() {
            return;
        }
        let is_kept = |position: usize| dropped.binary_search(&position).is_err();
        let kept: Vec<usize> = (0..self.imports.len()).filter(|position| is_kept(*position)).collect();
        self.imports = kept.iter().map(|position| self.imports[*position]).collect();
        let dependencies = &mut self.descriptor.dependency;
        *dependencies = kept.iter().map(|position| std::mem::take(&mut dependencies[*position])).collect();
        let moved = |position: i32| {
            let position = usize::try_from(position).ok().filter(|position| is_kept(*position))?;
            i32::try_from(position - dropped.partition_point(|one| *one < position)).ok()
        };
        for positions in [&mut self.descriptor.public_dependency, &mut self.descriptor.weak_dependency] {
            *positions = positions.iter().filter_map(|position| moved(*position)).collect();
        }
    }
}
