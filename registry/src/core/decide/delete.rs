//! Versions and subjects are deleted: first softly, then for good.

use super::{Decision, Outcome, changeable, keeping_ids};
use crate::core::names::{Scope, Subject, Version, VersionSelector};
use crate::core::read::subjects::find_exactly;
use crate::core::record::{Record, SchemaValue};
use crate::core::refusal::Refusal;
use crate::core::state::{State, Visibility};

/// How a client asks for something to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deletion {
    /// Hidden from listings, readable by id.
    Soft,
    /// Gone; only what was soft-deleted before.
    Permanent,
}

impl Deletion {
    /// Which referrers stand in the way: those that are live, or all.
    fn blocked_by(self) -> Visibility {
        match self {
            Self::Soft => Visibility::Live,
            Self::Permanent => Visibility::All,
        }
    }
}

/// `DELETE /subjects/{subject}`: deletes all versions and says which.
///
/// # Errors
///
/// 40401, 40404 and 40405 when there is nothing to delete so; 42206 when it is referred to.
pub(crate) fn delete_subject(state: &State, subject: &Subject, deletion: Deletion) -> Outcome<Vec<Version>> {
    let subject = &state.target(subject);
    let scope = Scope::Subject(subject.clone());
    changeable(state, &scope)?;
    let has = |visibility| state.versions(subject, visibility).next().is_some();
    let shown = match deletion {
        _ if !has(Visibility::All) => return Err(Refusal::SubjectNotFound(subject.clone())),
        Deletion::Soft if !has(Visibility::Live) => return Err(Refusal::SubjectSoftDeleted(subject.clone())),
        Deletion::Permanent if has(Visibility::Live) => return Err(Refusal::SubjectNotSoftDeleted(subject.clone())),
        Deletion::Soft => Visibility::Live,
        Deletion::Permanent => Visibility::All,
    };
    let versions: Vec<_> = state.versions(subject, shown).map(|entry| entry.version).collect();
    for &version in &versions {
        // Versions of the same subject go with it.
        unreferenced(state, subject, version, |by| by != subject, deletion)?;
    }
    let records = match deletion {
        Deletion::Soft => {
            let up_to = versions.last().copied().unwrap_or(Version::FIRST);
            vec![Record::DeleteSubject { subject: subject.clone(), up_to }]
        }
        Deletion::Permanent => {
            let remove = |&version| Record::Schema { subject: subject.clone(), version, value: None };
            let config = state.config(&scope).map(|_| Record::Config { scope: scope.clone(), value: None });
            let mode = state.mode(&scope).map(|_| Record::Mode { scope: scope.clone(), mode: None });
            keeping_ids(state, versions.iter().rev().map(remove).chain(config).chain(mode).collect())
        }
    };
    Ok(Decision { answer: versions, records })
}

/// `DELETE /subjects/{subject}/versions/{version}`: deletes one version and says which.
///
/// # Errors
///
/// 40401, 40402, 40406 and 40407 when there is nothing to delete so; 42206 when it is referred to.
pub(crate) fn delete_version(
    state: &State,
    subject: &Subject,
    selector: VersionSelector,
    deletion: Deletion,
) -> Outcome<Version> {
    let subject = &state.target(subject);
    changeable(state, &Scope::Subject(subject.clone()))?;
    let visibility = match (selector, deletion) {
        (VersionSelector::Latest, Deletion::Soft) => Visibility::Live,
        _ => Visibility::All,
    };
    let entry = find_exactly(state, subject, selector, visibility)?;
    let version = entry.version;
    match deletion {
        Deletion::Soft if entry.deleted => return Err(Refusal::VersionSoftDeleted(subject.clone(), version)),
        Deletion::Permanent if !entry.deleted => return Err(Refusal::VersionNotSoftDeleted(subject.clone(), version)),
        _ => unreferenced(state, subject, version, |_| true, deletion)?,
    }
    let value = match deletion {
        Deletion::Soft => Some(SchemaValue { deleted: true, ..entry.value() }),
        Deletion::Permanent => None,
    };
    let records = vec![Record::Schema { subject: subject.clone(), version, value }];
    let records = if deletion == Deletion::Permanent { keeping_ids(state, records) } else { records };
    Ok(Decision { answer: version, records })
}

fn unreferenced(
    state: &State,
    subject: &Subject,
    version: Version,
    counts: impl Fn(&Subject) -> bool,
    deletion: Deletion,
) -> Result<(), Refusal> {
    let visibility = deletion.blocked_by();
    let mut referrers = state.referrers(subject, version);
    match referrers.find(|(by, entry)| counts(by) && visibility.shows(entry.deleted)) {
        Some((by, entry)) => {
            let by = format!("version {} of subject '{by}' (id {})", entry.version, entry.id);
            Err(Refusal::ReferenceExists(subject.clone(), version, by))
        }
        None => Ok(()),
    }
}
