//! What a request changes: pure functions of the state.
//!
//! A writer calls them while it holds the log, on a state that has caught up with it, and writes exactly the records
//! that they return. Reading requests call them too, and find that there is nothing to write.
//!
//! Compatibility levels are kept and returned but not enforced: the engine that compares schemas comes later.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::content::{Content, Reference};
use crate::names::{Scope, Subject, Version, VersionSelector};
use crate::record::{Record, SchemaValue};
use crate::refusal::Refusal;
use crate::state::{Entry, State, Visibility};
use crate::submission::Submission;

/// The level of a registry that was never configured.
pub(crate) const DEFAULT_LEVEL: &str = "BACKWARD";

/// The mode of a registry that was never configured.
pub(crate) const DEFAULT_MODE: &str = "READWRITE";

/// An answer, and the records that must be in the log before it is given.
#[derive(Debug)]
pub(crate) struct Decision<T> {
    pub(crate) answer: T,
    pub(crate) records: Vec<Record>,
}

/// How a client asks for something to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deletion {
    /// Hidden from listings, readable by id.
    Soft,
    /// Gone; only what was soft-deleted before.
    Permanent,
}

type Outcome<T> = Result<Decision<T>, Refusal>;

/// Gives the schema a version of `subject`, the one that it has already if it is registered there.
pub(crate) fn register(state: &State, subject: &Subject, submission: &Submission) -> Outcome<Entry> {
    if let Some(entry) = find(state, subject, submission, Visibility::Live)
        && submission.version.is_none_or(|version| version == entry.version)
    {
        return Ok(Decision { answer: entry.clone(), records: Vec::new() });
    }
    writable(state, &Scope::Subject(subject.clone()))?;
    references_are_live(state, submission)?;
    let exhausted = |what: &str| Refusal::OperationNotPermitted(format!("there are no more {what}"));
    let version = state.next_version(subject).ok_or_else(|| exhausted("versions of this subject"))?;
    if let Some(expected) = submission.version.filter(|&expected| expected != version) {
        let why = format!("version {expected} was asked for, but the next version of the subject is {version}");
        return Err(Refusal::InvalidSchema(why));
    }
    let known = state.id_of(&submission.identity);
    let id = known.or_else(|| state.next_id()).ok_or_else(|| exhausted("schema ids"))?;
    let content = state.schema(id).cloned().unwrap_or_else(|| Arc::new(submission.content.clone()));
    let value = SchemaValue { id, content: Content::clone(&content), deleted: false };
    let record = Record::Schema { subject: subject.clone(), version, value: Some(value) };
    Ok(Decision { answer: Entry { version, id, content, deleted: false }, records: vec![record] })
}

/// The version of `subject` that has this schema.
pub(crate) fn look_up(
    state: &State,
    subject: &Subject,
    submission: &Submission,
    visibility: Visibility,
) -> Result<Entry, Refusal> {
    if state.versions(subject, visibility).next().is_none() {
        return Err(Refusal::SubjectNotFound(subject.clone()));
    }
    find(state, subject, submission, visibility).cloned().ok_or(Refusal::SchemaNotFound(None))
}

/// The version of `subject` that is selected.
pub(crate) fn version<'a>(
    state: &'a State,
    subject: &Subject,
    selector: VersionSelector,
    visibility: Visibility,
) -> Result<&'a Entry, Refusal> {
    let latest = state.versions(subject, visibility).next_back();
    let latest = latest.ok_or_else(|| Refusal::SubjectNotFound(subject.clone()))?;
    let VersionSelector::Exactly(version) = selector else { return Ok(latest) };
    let entry = state.versions(subject, visibility).find(|entry| entry.version == version);
    entry.ok_or_else(|| Refusal::VersionNotFound(version.to_string()))
}

/// Deletes all versions of a subject and says which.
pub(crate) fn delete_subject(state: &State, subject: &Subject, deletion: Deletion) -> Outcome<Vec<Version>> {
    let (live, all) = (Visibility::Live, Visibility::All);
    let has = |visibility| state.versions(subject, visibility).next().is_some();
    match deletion {
        _ if !has(all) => return Err(Refusal::SubjectNotFound(subject.clone())),
        Deletion::Soft if !has(live) => return Err(Refusal::SubjectSoftDeleted(subject.clone())),
        Deletion::Permanent if has(live) => return Err(Refusal::SubjectNotSoftDeleted(subject.clone())),
        _ => writable(state, &Scope::Subject(subject.clone()))?,
    }
    let shown = if deletion == Deletion::Soft { live } else { all };
    let versions: Vec<_> = state.versions(subject, shown).map(|entry| entry.version).collect();
    versions.iter().try_for_each(|&version| unreferenced(state, subject, version))?;
    let records = match deletion {
        Deletion::Soft => {
            let up_to = versions.last().copied().unwrap_or(Version::FIRST);
            vec![Record::DeleteSubject { subject: subject.clone(), up_to }]
        }
        Deletion::Permanent => {
            let remove = |&version| Record::Schema { subject: subject.clone(), version, value: None };
            let scope = Scope::Subject(subject.clone());
            let config = state.config(&scope).map(|_| Record::Config { scope: scope.clone(), value: None });
            let mode = state.mode(&scope).map(|_| Record::Mode { scope: scope.clone(), mode: None });
            versions.iter().rev().map(remove).chain(config).chain(mode).collect()
        }
    };
    Ok(Decision { answer: versions, records })
}

/// Deletes one version of a subject and says which.
pub(crate) fn delete_version(
    state: &State,
    subject: &Subject,
    selector: VersionSelector,
    deletion: Deletion,
) -> Outcome<Version> {
    let visibility = match (selector, deletion) {
        (VersionSelector::Latest, Deletion::Soft) => Visibility::Live,
        _ => Visibility::All,
    };
    let entry = version(state, subject, selector, visibility)?;
    let version = entry.version;
    match deletion {
        Deletion::Soft if entry.deleted => return Err(Refusal::VersionSoftDeleted(subject.clone(), version)),
        Deletion::Permanent if !entry.deleted => return Err(Refusal::VersionNotSoftDeleted(subject.clone(), version)),
        _ => writable(state, &Scope::Subject(subject.clone()))?,
    }
    unreferenced(state, subject, version)?;
    let value = match deletion {
        Deletion::Soft => Some(SchemaValue { id: entry.id, content: Content::clone(&entry.content), deleted: true }),
        Deletion::Permanent => None,
    };
    let record = Record::Schema { subject: subject.clone(), version, value };
    Ok(Decision { answer: version, records: vec![record] })
}

/// Sets the compatibility level of a subject, or the global one.
pub(crate) fn set_level(state: &State, scope: Scope, level: &str) -> Outcome<()> {
    writable(state, &scope)?;
    let mut config = state.config(&scope).cloned().unwrap_or_default();
    config.insert("compatibilityLevel".to_owned(), level.into());
    if let Some(subject) = scope.subject() {
        config.insert("subject".to_owned(), subject.as_str().into());
    }
    Ok(Decision { answer: (), records: vec![Record::Config { scope, value: Some(config) }] })
}

/// Removes the configuration of a subject, or the global one, and says which level it had.
pub(crate) fn delete_config(state: &State, scope: Scope) -> Outcome<String> {
    let Some(config) = state.config(&scope) else {
        return match scope {
            Scope::Subject(subject) => Err(Refusal::NoSubjectCompatibility(subject)),
            Scope::Global => Ok(Decision { answer: DEFAULT_LEVEL.to_owned(), records: Vec::new() }),
        };
    };
    writable(state, &scope)?;
    let answer = level_of(config).unwrap_or(DEFAULT_LEVEL).to_owned();
    Ok(Decision { answer, records: vec![Record::Config { scope, value: None }] })
}

/// The configured level of exactly this scope.
pub(crate) fn configured_level<'a>(state: &'a State, scope: &Scope) -> Option<&'a str> {
    state.config(scope).and_then(level_of)
}

/// The level that counts for a subject: its own, the global one, or the default.
pub(crate) fn effective_level<'a>(state: &'a State, scope: &Scope) -> &'a str {
    configured_level(state, scope).or_else(|| configured_level(state, &Scope::Global)).unwrap_or(DEFAULT_LEVEL)
}

/// The mode that counts for a subject: its own, the global one, or the default.
pub(crate) fn effective_mode<'a>(state: &'a State, scope: &Scope) -> &'a str {
    state.mode(scope).or_else(|| state.mode(&Scope::Global)).unwrap_or(DEFAULT_MODE)
}

/// Whether data of the two versions can be exchanged, as far as that is known without comparing schemas.
pub(crate) fn compatible_at_sight(
    state: &State,
    subject: &Subject,
    submission: &Submission,
    with: &[Entry],
) -> Result<bool, Refusal> {
    let level_is_none = effective_level(state, &Scope::Subject(subject.clone())) == "NONE";
    if level_is_none || with.iter().all(|entry| entry.content.identity() == submission.identity) {
        return Ok(true);
    }
    Err(Refusal::NotImplemented(
        "This version of the registry does not compare schemas yet: it answers only for identical schemas and for \
         subjects with compatibility NONE",
    ))
}

fn level_of(config: &Map<String, Value>) -> Option<&str> {
    config.get("compatibilityLevel").and_then(Value::as_str)
}

/// The newest version of `subject` with this schema.
fn find<'a>(state: &'a State, subject: &Subject, submission: &Submission, visibility: Visibility) -> Option<&'a Entry> {
    let id = state.id_of(&submission.identity)?;
    state.versions(subject, visibility).rev().find(|entry| entry.id == id)
}

/// The schemas that a submission refers to may have been deleted since it was checked.
fn references_are_live(state: &State, submission: &Submission) -> Result<(), Refusal> {
    for Reference { name, subject, version: referenced } in &submission.content.references {
        version(state, &subject.parse()?, VersionSelector::Exactly(*referenced), Visibility::Live)
            .map_err(|refusal| Refusal::InvalidSchema(format!("reference `{name}`: {refusal}")))?;
    }
    Ok(())
}

fn unreferenced(state: &State, subject: &Subject, version: Version) -> Result<(), Refusal> {
    match state.referrers(subject, version).next() {
        Some(id) => Err(Refusal::ReferenceExists(subject.clone(), version, id)),
        None => Ok(()),
    }
}

/// Modes other than reading and writing come from other registries; what they allow is not served here.
fn writable(state: &State, scope: &Scope) -> Result<(), Refusal> {
    let mode = effective_mode(state, scope);
    match scope {
        _ if mode == DEFAULT_MODE => Ok(()),
        Scope::Subject(subject) => Err(Refusal::OperationNotPermitted(format!("Subject {subject} is in {mode} mode"))),
        Scope::Global => Err(Refusal::OperationNotPermitted(format!("The registry is in {mode} mode"))),
    }
}
