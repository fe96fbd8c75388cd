//! A new schema against the versions before it.

use super::{Difference, Direction, Effect, Level, Policy};
use crate::{Document, Format, avro, json_schema, protobuf};

/// An earlier version of a subject.
#[derive(Clone, Copy, Debug)]
pub struct Older<'a> {
    /// Its version; 0 where there are none, as in files.
    pub version: u32,
    /// Its schema.
    pub document: &'a Document,
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Report {
    /// The level that was asked for.
    pub level: Level,
    /// One entry for each version and direction with a difference that breaks, the newest version first.
    pub failures: Vec<Failure>,
    /// The same for differences that only are a hazard.
    pub warnings: Vec<Failure>,
}

/// Two schemas that do not fit in one direction.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The earlier version.
    pub version: u32,
    /// Who cannot read whose data.
    pub direction: Direction,
    /// Why: every such difference, in Confluent's order. Empty exactly if the formats are not the same.
    pub differences: Vec<Difference>,
}

impl Report {
    /// Whether the new schema may become a version of the subject.
    pub fn is_compatible(&self) -> bool {
        self.failures.is_empty()
    }
}

/// Every difference that matters when `reader` reads what was written with `writer`, in Confluent's order.
///
/// Safe differences are among them. The reader is taken for the new schema.
///
/// `None` if the formats are not the same, which no level allows.
pub fn compare(reader: &Document, writer: &Document, policy: Policy) -> Option<Vec<Difference>> {
    differences(reader, writer, Direction::Backward, policy)
}

/// Every difference between a new and an old schema that matters in one direction, in Confluent's order.
///
/// Safe differences are among them. What they say and suggest is said of these two, whichever of them reads: what is
/// suggested is a change of the new one.
///
/// `None` if the formats are not the same, which no level allows.
pub fn differences(new: &Document, old: &Document, direction: Direction, policy: Policy) -> Option<Vec<Difference>> {
    let (reader, writer) = match direction {
        Direction::Backward => (new, old),
        Direction::Forward => (old, new),
    };
    match (reader, writer) {
        (Document::Avro(reader), Document::Avro(writer)) => {
            Some(avro::compatibility::compare(reader, writer, direction))
        }
        (Document::Protobuf(reader), Document::Protobuf(writer)) => {
            Some(protobuf::compatibility::compare(reader, writer, direction))
        }
        (Document::Json(reader), Document::Json(writer)) => {
            Some(json_schema::compatibility::compare(reader, writer, policy, direction))
        }
        _ => None,
    }
}

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Search {
    /// What breaks.
    Failures,
    /// What breaks, and what is a hazard.
    Everything,
}

/// Differences that break, and hazards if they are looked for; what else is found does not matter.
fn search(
    new: &Document,
    old: &Document,
    direction: Direction,
    policy: Policy,
    sought: Search,
) -> Option<Vec<Difference>> {
    let (reader, writer) = match direction {
        Direction::Backward => (new, old),
        Direction::Forward => (old, new),
    };
    match (reader, writer) {
        (Document::Avro(reader), Document::Avro(writer)) if sought == Search::Failures => {
            Some(avro::compatibility::failures(reader, writer, direction))
        }
        (Document::Json(reader), Document::Json(writer)) => {
            Some(json_schema::compatibility::hazards(reader, writer, policy, direction))
        }
        _ => differences(new, old, direction, policy),
    }
}

/// Checks a new schema against the live versions of its subject, which are given oldest first.
///
/// Levels that are not transitive look at the last one alone. Every version that does not fit is reported: Confluent's
/// registry stops at the newest of them.
pub fn check(new: &Document, older: &[Older<'_>], level: Level, policy: Policy) -> Report {
    run(new, older, level, policy, Search::Everything)
}

/// The same without a look at hazards: the report has no warnings, and takes a fraction of the time.
pub fn verdict(new: &Document, older: &[Older<'_>], level: Level, policy: Policy) -> Report {
    let report = run(new, older, level, policy, Search::Failures);
    Report { warnings: Vec::new(), ..report }
}

fn run(new: &Document, older: &[Older<'_>], level: Level, policy: Policy, sought: Search) -> Report {
    let mut report = Report { level, failures: Vec::new(), warnings: Vec::new() };
    let considered = if level.is_transitive() { older.len() } else { 1 };
    for one in older.iter().rev().take(considered) {
        for &direction in level.directions() {
            let mut found = search(new, one.document, direction, policy, sought);
            if level.directions() == [Direction::Forward] && sought == Search::Everything {
                found = found.map(|found| [found, history(new, one.document, policy)].concat());
            }
            report.add(one.version, direction, found);
        }
    }
    report
}

impl Report {
    fn add(&mut self, version: u32, direction: Direction, differences: Option<Vec<Difference>>) {
        let failure = |differences| Failure { version, direction, differences };
        let Some(differences) = differences else { return self.failures.push(failure(Vec::new())) };
        let (breaking, others): (Vec<_>, Vec<_>) =
            differences.into_iter().partition(|difference| difference.effect == Effect::Breaking);
        let risky: Vec<_> = others.into_iter().filter(|difference| difference.effect == Effect::Risky).collect();
        if !breaking.is_empty() {
            self.failures.push(failure(breaking));
        }
        if !risky.is_empty() {
            self.warnings.push(failure(risky));
        }
    }
}

/// Hazards of what is gone in the new schema, which only looking backward shows.
fn history(new: &Document, old: &Document, policy: Policy) -> Vec<Difference> {
    if new.format() != Format::Protobuf {
        return Vec::new();
    }
    let mut found = compare(new, old, policy).unwrap_or_default();
    found.retain(|difference| protobuf::compatibility::is_history(difference.rule));
    found
}
