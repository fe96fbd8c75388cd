//! A topology against an earlier state of itself: every subject's schema against the one that it had, and in which order
//! services must roll out.

use std::fmt;

use schema::Document;
use schema::compatibility::{Direction, Effect, Level, Older, Policy, check, compare};

use super::declared::{Compared, Declared};
use super::{Audience, Texts, audiences, findings};
use crate::diagnostic::Diagnostic;
use crate::ir::{Schema, Subject, Topology};
use crate::source::FileId;

/// The code of an order in which services must be rolled out.
pub const ROLL_OUT: &str = "schema::roll-out";

/// The code of an earlier state that cannot be compared with.
pub const NOT_COMPARED: &str = "schema::not-compared";

/// The code of a subject that is no longer there.
pub const SUBJECT_REMOVED: &str = "schema::subject-removed";

/// What is asked of schemas in place of what the manifest declares.
#[derive(Clone, Copy, Debug, Default)]
pub struct Promise {
    /// The level; that of each schema if absent.
    pub level: Option<Level>,
    /// The policy; that of each schema if absent.
    pub policy: Option<Policy>,
}

/// Compares every subject with what it was.
///
/// `old_file` makes a source of the old topology one of the new one's sources, so that findings can show it; it is asked
/// only for files that findings point into. Levels that are transitive see the one version that `old` has: the registry
/// knows the others.
pub fn against(
    new: &Topology,
    old: &Topology,
    promise: Promise,
    old_file: &mut dyn FnMut(FileId) -> FileId,
) -> Vec<Diagnostic> {
    let (now, before) = (Declared::of(new), Declared::of(old));
    let audiences = audiences(new);
    let mut found = Vec::new();
    for subject in now.iter() {
        let Some(then) = before.get(&subject.name) else { continue };
        if now.is_same(subject, &before, then) || are_of_two_groups(now.schema(subject), before.schema(then)) {
            continue;
        }
        let (Some(new), Some(old)) = (now.compared(subject), before.compared(then)) else { continue };
        let promised = promised(now.schema(subject), promise);
        let audience = audiences.get(&subject.name).cloned().unwrap_or_default();
        found.extend(changed(&new, &old, promised, &audience, old_file));
    }
    found.extend(removed(new, &now, &before));
    found
}

/// Versions of different groups are not compared, wherever they meet.
fn are_of_two_groups(now: Option<&Schema>, then: Option<&Schema>) -> bool {
    let (Some(now), Some(then)) = (now, then) else { return false };
    let Some(group) = &now.settings.compatibility_group else { return false };
    let property = |schema: &Schema| {
        let metadata = schema.settings.metadata.as_ref()?;
        metadata.value.properties.get(&group.value).cloned()
    };
    // Metadata that is not declared is that of the version before.
    now.settings.metadata.is_some() && property(now) != property(then)
}

fn promised(schema: Option<&Schema>, promise: Promise) -> (Level, Policy) {
    let settings = schema.map(|schema| &schema.settings);
    let level = settings.and_then(|settings| settings.compatibility.as_ref()).map(|level| level.value);
    let policy = settings.and_then(|settings| settings.policy.as_ref()).map(|policy| policy.value);
    (promise.level.or(level).unwrap_or(Level::Backward), promise.policy.or(policy).unwrap_or_default())
}

fn changed(
    new: &Compared<'_>,
    old: &Compared<'_>,
    (level, policy): (Level, Policy),
    audience: &Audience,
    old_file: &mut dyn FnMut(FileId) -> FileId,
) -> Vec<Diagnostic> {
    let report = check(&new.document, &[Older { version: 0, document: &old.document }], level, policy);
    let mut found = Vec::new();
    if !report.failures.is_empty() || !report.warnings.is_empty() {
        let files = old.files.iter().map(|file| old_file(*file)).collect();
        let texts = Texts { new: &new.files, old: &[(0, files)] };
        found.extend(findings(&report, texts, audience));
    }
    if report.is_compatible() {
        let order = order(&new.document, &old.document, policy, audience);
        let label = super::start(&new.files);
        found.extend(order.map(|finding| Diagnostic { labels: label.into_iter().collect(), ..finding }));
    }
    found
}

/// In which order services must roll out a change that its level allows; `None` where any order will do.
fn order(new: &Document, old: &Document, policy: Policy, audience: &Audience) -> Option<Diagnostic> {
    let reads = |reader, writer| {
        let differences = compare(reader, writer, policy)?;
        Some(differences.iter().all(|difference| difference.effect != Effect::Breaking))
    };
    let can = |direction| match direction {
        Direction::Backward => reads(new, old).unwrap_or(false),
        Direction::Forward => reads(old, new).unwrap_or(false),
    };
    let (readers, writers) = (Side::readers(audience), Side::writers(audience));
    let subject = &audience.subject;
    let (first, last, why) = match (can(Direction::Backward), can(Direction::Forward)) {
        (true, true) => return None,
        (true, false) => (readers, writers, "The new schema reads old data, but the old one does not read new data."),
        (false, true) => (writers, readers, "The old schema reads new data, but the new one does not read old data."),
        (false, false) => {
            let message = format!("no order of rolling out keeps every reader of {subject} working");
            let finding = Diagnostic::warning(ROLL_OUT, message)
                .note("Neither schema reads the other's data, and level NONE lets that pass.")
                .help(
                    "write the new schema to a topic of its own, and move readers over before the old one is dropped",
                );
            return Some(finding);
        }
    };
    let both: Vec<&str> = first.names.iter().copied().filter(|name| last.names.contains(name)).collect();
    if both.is_empty() {
        let message = format!("the change of {subject} must reach {first} before {last}");
        let help = format!("deploy {first} with the new schema everywhere, then {last}");
        return Some(Diagnostic::advice(ROLL_OUT, message).note(why).help(help));
    }
    let both = both.join(", ");
    let message = format!("{both} reads and writes {subject}, so it is on both sides of the roll-out");
    let help = match last.without(&first) {
        Some(last) => {
            format!("stop every instance of {both} before one with the new schema starts; deploy {first}, then {last}")
        }
        None => format!("stop every instance of {both} before one with the new schema starts"),
    };
    Some(Diagnostic::warning(ROLL_OUT, message).note(why).help(help))
}

/// The services that read a subject, or those that write it.
struct Side<'a> {
    names: Vec<&'a str>,
    verb: &'static str,
}

impl<'a> Side<'a> {
    fn readers(audience: &'a Audience) -> Self {
        Self { names: audience.readers.iter().map(String::as_str).collect(), verb: "read" }
    }

    fn writers(audience: &'a Audience) -> Self {
        Self { names: audience.writers.iter().map(String::as_str).collect(), verb: "write" }
    }

    /// Those that are not in `other`, if there are any.
    fn without(&self, other: &Self) -> Option<Self> {
        let names: Vec<&str> = self.names.iter().copied().filter(|name| !other.names.contains(name)).collect();
        (!names.is_empty()).then_some(Self { names, verb: self.verb })
    }
}

impl fmt::Display for Side<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.names.as_slice() {
            [] => write!(f, "the services that {} it", self.verb),
            names => f.write_str(&names.join(", ")),
        }
    }
}

/// Subjects that are in use no longer, where the topology still has their topic: their versions stay in the registry.
fn removed(new: &Topology, now: &Declared<'_>, before: &Declared<'_>) -> Vec<Diagnostic> {
    let is_gone = |subject: &&Subject| subject.schema.is_some() && now.get(&subject.name).is_none();
    let gone: Vec<&Subject> = before.iter().filter(is_gone).collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let topics = before.topics();
    let finding = |subject: &Subject| {
        let topic_name = topics.get(&subject.name)?;
        let topic = new.topics.iter().find(|topic| topic.name == **topic_name)?;
        let message = format!("subject `{}` is no longer declared", subject.name);
        let finding = Diagnostic::warning(SUBJECT_REMOVED, message)
            .label(topic.declared, "the topic that it was of")
            .note("Records that were written with it are still in the topic, and its versions stay in the registry.")
            .help("keep the schema until the topic's retention has passed");
        Some(finding)
    };
    gone.into_iter().filter_map(finding).collect()
}
