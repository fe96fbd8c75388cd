//! Whether declared schemas fit the versions that a registry has.
//!
//! The engine answers, from what `observe` read: the registry's own opinion is kept beside it. [`check`] serves `plan`;
//! [`diagnostics`] tells the same with the places in the user's files. Nothing here talks to a registry.

use std::collections::{BTreeMap, BTreeSet};

use schema::compatibility::{self, Failure, Level, Older, Policy, Report};
use schema::{Document, Referenced, Source, Strictness};
use topology::compatibility::{Declared, Texts, audiences, findings, version_not_compared};
use topology::source::{FileId, Sources};
use topology::{Diagnostic, Topology};

use crate::desired::{Desired, DesiredSubject, Subject};
use crate::observe::{Earlier, Observed, ObservedRegistry, ObservedSubject};

/// How the changed schemas of the declaration fit, by subject. Subjects whose schemas cannot be understood here are not
/// among them: their registry decides.
pub fn check(desired: &Desired, observed: &Observed) -> BTreeMap<Subject, Report> {
    let Some(registry) = &observed.registry else { return BTreeMap::new() };
    let changed = changed(desired, registry);
    let reports = changed.filter_map(|(subject, wanted, seen)| {
        let new = document(desired, wanted)?;
        let older = readable(older(wanted, seen, registry));
        let report = compare(&new, &older, wanted, registry);
        Some((subject.clone(), report))
    });
    reports.collect()
}

/// The same as findings about the user's files. The registered versions are added to the sources.
pub fn diagnostics(
    topology: &Topology,
    sources: &mut Sources,
    desired: &Desired,
    registry: &ObservedRegistry,
) -> Vec<Diagnostic> {
    let declared = Declared::of(topology);
    let audiences = audiences(topology);
    let mut found = Vec::new();
    for (name, report) in foreign(desired, registry) {
        let Some(schema) = declared.get(name.as_str()).and_then(|subject| declared.compared(subject)) else { continue };
        let audience = audiences.get(name.as_str()).cloned().unwrap_or_default();
        found.extend(findings(&report, Texts { new: &schema.files, old: &[] }, &audience));
    }
    for (name, wanted, seen) in changed(desired, registry) {
        let Some(schema) = declared.get(name.as_str()).and_then(|subject| declared.compared(subject)) else { continue };
        let older = older(wanted, seen, registry);
        let unreadable = older.iter().filter_map(|(version, read)| Some((*version, read.as_ref().err()?)));
        found.extend(unreadable.map(|(version, why)| version_not_compared(name.as_str(), version, why, &schema.files)));
        let older = readable(older);
        let report = compare(&schema.document, &older, wanted, registry);
        if report.failures.is_empty() && report.warnings.is_empty() {
            continue;
        }
        let old: Vec<(u32, Vec<FileId>)> =
            seen.earlier.iter().map(|earlier| (earlier.version, add(sources, name, earlier))).collect();
        let texts = Texts { new: &schema.files, old: &old };
        let audience = audiences.get(name.as_str()).cloned().unwrap_or_default();
        found.extend(findings(&report, texts, &audience));
    }
    found
}

fn add(sources: &mut Sources, subject: &Subject, earlier: &Earlier) -> Vec<FileId> {
    let own = sources.add(format!("{subject} version {}", earlier.version), earlier.schema.as_str());
    let referenced = earlier
        .references
        .iter()
        .map(|text| sources.add(format!("{} version {}", text.subject, text.version), text.schema.as_str()));
    let referenced: Vec<_> = referenced.collect();
    std::iter::once(own).chain(referenced).collect()
}

/// Subjects whose latest version is of another format, which every level but NONE forbids.
fn foreign<'a>(desired: &'a Desired, registry: &'a ObservedRegistry) -> impl Iterator<Item = (&'a Subject, Report)> {
    desired.subjects.iter().filter_map(|(name, wanted)| {
        let seen = registry.subjects.get(name).filter(|seen| seen.other_format.is_some())?;
        let level = Some(level(wanted, registry)).filter(|level| *level != Level::None)?;
        let failure = Failure {
            version: seen.latest.as_ref()?.version,
            direction: *level.directions().first()?,
            differences: Vec::new(),
        };
        Some((name, Report { level, failures: vec![failure], warnings: Vec::new() }))
    })
}

fn changed<'a>(
    desired: &'a Desired,
    registry: &'a ObservedRegistry,
) -> impl Iterator<Item = (&'a Subject, &'a DesiredSubject, &'a ObservedSubject)> {
    let pairs = desired.subjects.iter().filter_map(|(name, wanted)| Some((name, wanted, registry.subjects.get(name)?)));
    pairs.filter(|(_, _, seen)| seen.declared_version.is_none() && !seen.earlier.is_empty())
}

/// A version, or why it cannot be read.
type Read = (u32, Result<Document, String>);

/// The versions that count: all or the latest, and only those of the same group.
fn older(wanted: &DesiredSubject, seen: &ObservedSubject, registry: &ObservedRegistry) -> Vec<Read> {
    let group_of =
        |properties: &BTreeMap<String, String>| wanted.group.as_ref().map(|group| properties.get(group).cloned());
    let own = match &wanted.metadata {
        Some(metadata) => group_of(&metadata.properties),
        // Metadata that the manifest does not declare is that of the latest version.
        None => seen.earlier.last().and_then(|latest| group_of(&latest.properties)),
    };
    let same_group = seen.earlier.iter().filter(|earlier| group_of(&earlier.properties) == own);
    let mut counting: Vec<&Earlier> = same_group.collect();
    if !level(wanted, registry).is_transitive() {
        // The one before it is no substitute for a version that cannot be read.
        counting.drain(..counting.len().saturating_sub(1));
    }
    counting.into_iter().map(|earlier| (earlier.version, parse(earlier))).collect()
}

fn readable(older: Vec<Read>) -> Vec<(u32, Document)> {
    older.into_iter().filter_map(|(version, read)| Some((version, read.ok()?))).collect()
}

fn level(wanted: &DesiredSubject, registry: &ObservedRegistry) -> Level {
    wanted.compatibility.unwrap_or(registry.compatibility)
}

fn compare(new: &Document, older: &[(u32, Document)], wanted: &DesiredSubject, registry: &ObservedRegistry) -> Report {
    let older: Vec<_> = older.iter().map(|(version, document)| Older { version: *version, document }).collect();
    let policy: Policy = wanted.policy.unwrap_or(registry.policy);
    compatibility::check(new, &older, level(wanted, registry), policy)
}

fn parse(earlier: &Earlier) -> Result<Document, String> {
    let references = earlier.references.iter().map(|text| Referenced {
        name: text.name.as_str().into(),
        subject: text.subject.as_str().into(),
        version: text.version,
        text: text.schema.as_str().into(),
    });
    let source =
        Source { format: earlier.format, text: earlier.schema.as_str().into(), references: references.collect() };
    Document::parse(&source, Strictness::Lenient).or_reason()
}

/// A declared schema with the texts that it refers to.
fn document(desired: &Desired, wanted: &DesiredSubject) -> Option<Document> {
    let mut references = Vec::new();
    let mut seen: BTreeSet<&Subject> = BTreeSet::new();
    let mut work: Vec<(&str, &Subject, bool)> =
        wanted.references.iter().rev().map(|to| (to.name.as_str(), &to.subject, false)).collect();
    while let Some((name, subject, is_expanded)) = work.pop() {
        let target = desired.subjects.get(subject)?;
        if is_expanded {
            references.push(Referenced {
                name: name.into(),
                subject: subject.as_str().into(),
                version: 0,
                text: target.schema.as_str().into(),
            });
        } else if seen.insert(subject) {
            work.push((name, subject, true));
            work.extend(target.references.iter().rev().map(|to| (to.name.as_str(), &to.subject, false)));
        }
    }
    let source = Source { format: wanted.format, text: wanted.schema.as_str().into(), references };
    Document::parse(&source, Strictness::Lenient).document
}
