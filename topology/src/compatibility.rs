//! A compatibility report as findings in the texts that were compared.
//!
//! The engine speaks of readers and writers; people think in old and new, and in the services that would fail. This
//! module translates, and tells the same difference to several versions once. `against` compares whole topologies.

mod against;
mod audience;
mod declared;

use std::collections::BTreeMap;

use schema::Place;
use schema::compatibility::{Difference, Direction, Failure, Report};

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, Location};

pub use against::{NOT_COMPARED, Promise, ROLL_OUT, SUBJECT_REMOVED, against};
pub use audience::{Audience, audiences};
pub use declared::{Compared, Declared};

/// The code of two schemas that are not of one format.
pub const FORMAT_CHANGED: &str = "schema::format-changed";

/// Where the texts of a comparison are among the sources. Text 0 is the schema, the others are what it refers to.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// The new schema.
    pub new: &'a [FileId],
    /// Every earlier version with its texts; a version without texts is named and not shown.
    pub old: &'a [(u32, Vec<FileId>)],
}

/// Everything that the report found: what breaks as errors, then hazards as warnings.
pub fn findings(report: &Report, texts: Texts<'_>, audience: &Audience) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (failures, severity) in [(&report.failures, Severity::Error), (&report.warnings, Severity::Warning)] {
        for group in grouped(failures) {
            findings.push(group.finding(severity, report, texts, audience));
        }
    }
    findings
}

/// One difference, and between which versions it is.
struct Group<'a> {
    /// Of the newest version that has it, and which of the two schemas reads there.
    direction: Direction,
    /// `None`: the formats are not the same.
    difference: Option<&'a Difference>,
    /// Every version that has it, newest first, by who reads.
    versions: BTreeMap<Direction, Vec<u32>>,
}

/// The same difference to several versions is told once, and so is one that is the same whoever reads.
fn grouped(failures: &[Failure]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known = BTreeMap::new();
    for failure in failures {
        let (direction, version) = (failure.direction, failure.version);
        let foreign = failure.differences.is_empty().then_some(None);
        for difference in failure.differences.iter().map(Some).chain(foreign) {
            let key = difference.map(|told| (told.rule.name, &*told.path, &*told.what, told.suggestion(direction)));
            let position = *known.entry(key).or_insert_with(|| {
                groups.push(Group { direction, difference, versions: BTreeMap::new() });
                groups.len() - 1
            });
            groups[position].versions.entry(direction).or_default().push(version);
        }
    }
    groups
}

impl Group<'_> {
    fn finding(&self, severity: Severity, report: &Report, texts: Texts<'_>, audience: &Audience) -> Diagnostic {
        let Some(difference) = self.difference else { return self.format_changed(report, texts, audience) };
        let consequence = self.consequence(severity, report, audience);
        let mut finding = Diagnostic {
            code: difference.rule.name,
            severity,
            message: difference.what.clone(),
            labels: Vec::new(),
            note: Some(format!("{consequence} {}", difference.rule.why)),
            help: Some(difference.suggestion(self.direction).to_owned()),
            fix: None,
        };
        let (new, old) = match self.direction {
            Direction::Backward => (difference.reader, difference.writer),
            Direction::Forward => (difference.writer, difference.reader),
        };
        let latest = self.all_versions().first().copied().unwrap_or_default();
        let old_texts = texts.old.iter().find(|(version, _)| *version == latest).map_or(&[][..], |(_, files)| files);
        if let Some(location) = new.and_then(|place| located(place, texts.new)) {
            finding = finding.label(location, "in the new schema");
        }
        if let Some(location) = old.and_then(|place| located(place, old_texts)) {
            finding = finding.label(location, format!("in {}", called(latest)));
        }
        if finding.labels.is_empty() {
            finding.labels.extend(start(texts.new));
        }
        finding
    }

    /// The versions of both directions, newest first.
    fn all_versions(&self) -> Vec<u32> {
        let mut versions: Vec<u32> = self.versions.values().flatten().copied().collect();
        versions.sort_unstable_by(|left, right| right.cmp(left));
        versions.dedup();
        versions
    }

    /// On which side the difference does harm: that of the reader, with one exception.
    fn sufferer(&self, direction: Direction) -> Direction {
        match (direction, self.difference.map(|difference| difference.rule.name)) {
            // The old readers are those without the symbol.
            (Direction::Backward, Some("ENUM_SYMBOL_WITHOUT_DEFAULT")) => Direction::Forward,
            (direction, _) => direction,
        }
    }

    /// Who cannot read whose data.
    fn consequence(&self, severity: Severity, report: &Report, audience: &Audience) -> String {
        let named = |services: &[String]| match services {
            [] => String::new(),
            some => format!(" ({})", some.join(", ")),
        };
        let cannot = if severity == Severity::Error { "cannot read" } else { "may misread or refuse" };
        let (readers, writers) = (named(&audience.readers), named(&audience.writers));
        let sentence = |(direction, versions): (&Direction, &Vec<u32>)| {
            let versions = format!("{}{}", listed(versions), audience.of_subject());
            match self.sufferer(*direction) {
                Direction::Backward => format!(
                    "Services that use the new schema{readers} {cannot} the data that was written with {versions}."
                ),
                Direction::Forward => format!(
                    "Services that still use {versions}{readers} {cannot} the data that the new schema{writers} writes."
                ),
            }
        };
        let mut sentences: Vec<String> = self.versions.iter().map(sentence).collect();
        if severity == Severity::Error {
            sentences.push(format!("Level {} forbids that.", report.level));
        }
        sentences.join(" ")
    }

    fn format_changed(&self, report: &Report, texts: Texts<'_>, audience: &Audience) -> Diagnostic {
        let (of_subject, versions) = (audience.of_subject(), listed(&self.all_versions()));
        let message = format!("the new schema{of_subject} is of another format than {versions}");
        let mut finding = Diagnostic::error(FORMAT_CHANGED, message)
            .note(format!(
                "No reader of one format reads the other, so no level but NONE allows it; this is {}.",
                report.level
            ))
            .help("give the new format a topic or a subject of its own");
        finding.labels.extend(start(texts.new));
        finding
    }
}

/// A version in a registry that cannot be read here, so that nobody can say whether the new schema fits it.
pub fn version_not_compared(subject: &str, version: u32, reason: &str, new: &[FileId]) -> Diagnostic {
    let message = format!("version {version} of subject `{subject}` cannot be read, so nothing is compared with it");
    let mut finding = Diagnostic::warning(NOT_COMPARED, message)
        .note(format!("What is wrong with it: {reason}. Whether the new schema fits it is not known."))
        .help("ask the registry itself, which may read what cannot be read here");
    finding.labels.extend(start(new));
    finding
}

fn located(place: Place, files: &[FileId]) -> Option<Location> {
    files.get(place.file).map(|file| Location { file: *file, span: place.span })
}

/// A label at the beginning of the new text, for what has no place of its own.
fn start(files: &[FileId]) -> Option<crate::diagnostic::Label> {
    let location = located(Place { file: 0, span: schema::Span::default() }, files)?;
    Some(crate::diagnostic::Label { location, text: "in this schema".to_owned() })
}

fn called(version: u32) -> String {
    if version == 0 { "the old schema".to_owned() } else { format!("version {version}") }
}

/// "version 3", "versions 1, 2 and 3", or "the old schema".
fn listed(versions: &[u32]) -> String {
    let mut sorted: Vec<String> = {
        let mut numbers = versions.to_vec();
        numbers.sort_unstable();
        numbers.iter().map(ToString::to_string).collect()
    };
    match (versions, sorted.pop()) {
        ([version], _) => called(*version),
        (_, Some(last)) => format!("versions {} and {last}", sorted.join(", ")),
        (_, None) => called(0),
    }
}
