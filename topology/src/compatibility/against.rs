//! A topology against an earlier state of itself: every subject's schema against the one that it had, and in which order
//! services must roll out.

use std::collections::{BTreeMap, BTreeSet};

use schema::Document;
use schema::compatibility::{Direction, Effect, Level, Older, Policy, check, compare};

use super::{Audience, Texts, audiences, findings};
use crate::diagnostic::Diagnostic;
use crate::ir::{SchemaId, Subject, Topology};
use crate::source::FileId;

/// The code of an order in which services must be rolled out.
pub const ROLL_OUT: &str = "schema::roll-out";

/// The code of a subject that is no longer there.
pub const SUBJECT_REMOVED: &str = "schema::subject-removed";

/// Compares every subject with what it was.
///
/// `old_file` makes a source of the old topology one of the new one's sources, so that findings can show it; it is asked
/// only for files that findings point into. Levels that are transitive see the one version that `old` has: the registry
/// knows the others.
pub fn against(new: &Topology, old: &Topology, old_file: &mut dyn FnMut(FileId) -> FileId) -> Vec<Diagnostic> {
    let before: BTreeMap<String, Subject> =
        old.subjects().into_iter().map(|subject| (subject.name.clone(), subject)).collect();
    let audiences = audiences(new);
    let now = new.subjects();
    let mut found = Vec::new();
    for subject in &now {
        let Some(then) = before.get(&subject.name).and_then(|then| then.schema) else { continue };
        let Some(schema) = subject.schema else { continue };
        if new[schema].document.source() != old[then].document.source() {
            let audience = audiences.get(&subject.name).cloned().unwrap_or_default();
            found.extend(changed(new, schema, (old, then), &audience, old_file));
        }
    }
    found.extend(removed(new, &now, &before));
    found
}

fn changed(
    new: &Topology,
    schema: SchemaId,
    (old, then): (&Topology, SchemaId),
    audience: &Audience,
    old_file: &mut dyn FnMut(FileId) -> FileId,
) -> Vec<Diagnostic> {
    let (schema, then) = (&new[schema], &old[then]);
    let level = schema.settings.compatibility.as_ref().map_or(Level::Backward, |level| level.value);
    let policy = schema.settings.policy.as_ref().map_or(Policy::Strict, |policy| policy.value);
    let report = check(&schema.document, &[Older { version: 0, document: &then.document }], level, policy);
    let mut found = Vec::new();
    if !report.failures.is_empty() || !report.warnings.is_empty() {
        let files = then.document_files.iter().map(|file| old_file(*file)).collect();
        let texts = Texts { new: &schema.document_files, old: &[(0, files)] };
        found.extend(findings(&report, texts, audience));
    }
    if report.is_compatible() {
        let order = order(&schema.document, &then.document, policy, audience);
        let label = super::start(&schema.document_files);
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
    let list = |services: &[String], kind: &str| match services {
        [] => format!("the services that {kind} it"),
        some => some.join(", "),
    };
    let (readers, writers) = (list(&audience.readers, "read"), list(&audience.writers, "write"));
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
    let message = format!("the change of {subject} must reach {first} before {last}");
    let help = format!("deploy {first} with the new schema everywhere, then {last}");
    Some(Diagnostic::advice(ROLL_OUT, message).note(why).help(help))
}

/// Subjects that are in use no longer, where the topology still has their topic: their versions stay in the registry.
fn removed(new: &Topology, now: &[Subject], before: &BTreeMap<String, Subject>) -> Vec<Diagnostic> {
    let names: BTreeSet<&str> = now.iter().map(|subject| subject.name.as_str()).collect();
    let gone = before.values().filter(|subject| subject.schema.is_some() && !names.contains(subject.name.as_str()));
    let finding = |subject: &Subject| {
        let topic = new.topics.iter().find(|topic| subject.name.starts_with(&format!("{}-", topic.name)))?;
        let message = format!("subject `{}` is no longer declared", subject.name);
        let finding = Diagnostic::warning(SUBJECT_REMOVED, message)
            .label(topic.declared, "the topic that it was of")
            .note("Records that were written with it are still in the topic, and its versions stay in the registry.")
            .help("keep the schema until the topic's retention has passed");
        Some(finding)
    };
    gone.filter_map(finding).collect()
}
