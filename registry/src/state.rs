//! What the log says: subjects, their versions, ids, levels and modes.
//!
//! The state is a pure function of the records applied so far. Nothing else changes it, so that every registry that
//! reads the same log answers alike. It decides nothing: see `decide`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::content::{Content, Identity};
use crate::names::{SchemaId, Scope, Subject, Version};
use crate::record::{Encoded, Record, SchemaValue};

/// A version of a subject.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) version: Version,
    pub(crate) id: SchemaId,
    pub(crate) content: Arc<Content>,
    pub(crate) deleted: bool,
}

/// Which versions a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    Live,
    Deleted,
    All,
}

impl Visibility {
    /// Whether a version is among them.
    pub(crate) fn shows(self, deleted: bool) -> bool {
        match self {
            Self::Live => !deleted,
            Self::Deleted => deleted,
            Self::All => true,
        }
    }
}

/// A schema and where it is used.
#[derive(Debug)]
struct Stored {
    content: Arc<Content>,
    identity: Arc<Identity>,
    uses: BTreeSet<(Subject, Version)>,
}

/// Something that was wrong with a record, though it could be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Oddity {
    /// The record gives an id to a schema that another schema has already; it was not applied.
    IdTaken(SchemaId),
}

/// The registry's contents.
#[derive(Debug, Default)]
pub(crate) struct State {
    subjects: BTreeMap<Subject, BTreeMap<Version, Entry>>,
    schemas: BTreeMap<SchemaId, Stored>,
    ids: HashMap<Arc<Identity>, SchemaId>,
    configs: BTreeMap<Scope, Map<String, Value>>,
    modes: BTreeMap<Scope, String>,
    highest_id: Option<SchemaId>,
    /// The bytes of keys that another registry wrote in its own way: a tombstone must repeat them.
    foreign_keys: HashMap<Vec<u8>, BTreeSet<Vec<u8>>>,
}

impl State {
    /// Applies the next record of the log, whose key was written as `key`.
    pub(crate) fn apply(&mut self, key: &[u8], record: Record) -> Option<Oddity> {
        self.note_foreign_key(key, &record);
        match record {
            Record::Schema { subject, version, value: Some(value) } => return self.put(subject, version, value),
            Record::Schema { subject, version, value: None } => self.remove(&subject, version),
            Record::Config { scope, value } => set(&mut self.configs, scope, value),
            Record::Mode { scope, mode } => set(&mut self.modes, scope, mode),
            Record::DeleteSubject { subject, up_to } => self.soft_delete(&subject, up_to),
            Record::ClearSubject { scope } => self.clear(scope.subject()),
            Record::Noop | Record::Unknown => {}
        }
        None
    }

    fn put(&mut self, subject: Subject, version: Version, value: SchemaValue) -> Option<Oddity> {
        let SchemaValue { id, content, deleted } = value;
        let identity = Arc::new(content.identity());
        let taken = self.schemas.get(&id).is_some_and(|stored| stored.identity != identity);
        let replaces_itself = self
            .schemas
            .get(&id)
            .is_some_and(|stored| stored.uses.len() == 1 && stored.uses.contains(&(subject.clone(), version)));
        if taken && !replaces_itself {
            return Some(Oddity::IdTaken(id));
        }
        self.remove(&subject, version);
        self.highest_id = self.highest_id.max(Some(id));
        self.ids.entry(Arc::clone(&identity)).or_insert(id);
        let fresh = || Stored { content: Arc::new(content), identity, uses: BTreeSet::new() };
        let stored = self.schemas.entry(id).or_insert_with(fresh);
        stored.uses.insert((subject.clone(), version));
        let entry = Entry { version, id, content: Arc::clone(&stored.content), deleted };
        self.subjects.entry(subject).or_default().insert(version, entry);
        None
    }

    fn remove(&mut self, subject: &Subject, version: Version) {
        let Some(versions) = self.subjects.get_mut(subject) else { return };
        let Some(entry) = versions.remove(&version) else { return };
        if versions.is_empty() {
            self.subjects.remove(subject);
        }
        let Some(stored) = self.schemas.get_mut(&entry.id) else { return };
        stored.uses.remove(&(subject.clone(), version));
        if stored.uses.is_empty() {
            if self.ids.get(&stored.identity) == Some(&entry.id) {
                self.ids.remove(&stored.identity);
            }
            self.schemas.remove(&entry.id);
        }
    }

    fn soft_delete(&mut self, subject: &Subject, up_to: Version) {
        for entry in self.subjects.get_mut(subject).into_iter().flat_map(|versions| versions.range_mut(..=up_to)) {
            entry.1.deleted = true;
        }
    }

    fn clear(&mut self, subject: Option<&Subject>) {
        let all = self.subjects.iter().filter(|(name, _)| subject.is_none_or(|subject| *name == subject));
        let deleted = all.flat_map(|(name, versions)| {
            versions.values().filter(|entry| entry.deleted).map(|entry| (name.clone(), entry.version))
        });
        for (subject, version) in deleted.collect::<Vec<_>>() {
            self.remove(&subject, version);
        }
    }

    fn note_foreign_key(&mut self, key: &[u8], record: &Record) {
        let Some(Encoded { key: ours, value }) = record.encode() else { return };
        if ours == key {
            return;
        }
        let keys = self.foreign_keys.entry(ours).or_default();
        if value.is_some() {
            keys.insert(key.to_owned())
        } else {
            keys.remove(key)
        };
    }

    /// The keys under which other registries wrote what `encoded` is about.
    pub(crate) fn foreign_keys(&self, encoded: &Encoded) -> Vec<Vec<u8>> {
        self.foreign_keys.get(&encoded.key).into_iter().flatten().cloned().collect()
    }

    /// The names of subjects with at least one version to show, sorted.
    pub(crate) fn subjects(&self, visibility: Visibility) -> impl Iterator<Item = &Subject> {
        self.subjects.iter().filter(move |(_, versions)| is_shown(versions, visibility)).map(|(subject, _)| subject)
    }

    /// The versions of a subject, oldest first.
    pub(crate) fn versions(
        &self,
        subject: &Subject,
        visibility: Visibility,
    ) -> impl DoubleEndedIterator<Item = &Entry> {
        let entries = self.subjects.get(subject).into_iter().flat_map(BTreeMap::values);
        entries.filter(move |entry| visibility.shows(entry.deleted))
    }

    /// One version of a subject, deleted or not.
    pub(crate) fn version(&self, subject: &Subject, version: Version) -> Option<&Entry> {
        self.subjects.get(subject)?.get(&version)
    }

    /// The schema with this id.
    pub(crate) fn schema(&self, id: SchemaId) -> Option<&Arc<Content>> {
        Some(&self.schemas.get(&id)?.content)
    }

    /// The id of this schema under any subject.
    pub(crate) fn id_of(&self, identity: &Identity) -> Option<SchemaId> {
        self.ids.get(identity).copied()
    }

    /// Where the schema with this id is used, sorted.
    pub(crate) fn uses(&self, id: SchemaId) -> impl Iterator<Item = (&Subject, &Entry)> {
        let uses = self.schemas.get(&id).into_iter().flat_map(|stored| &stored.uses);
        uses.filter_map(|(subject, version)| Some((subject, self.version(subject, *version)?)))
    }

    /// The schemas that refer to this version of this subject.
    pub(crate) fn referrers(&self, subject: &Subject, version: Version) -> impl Iterator<Item = SchemaId> {
        self.schemas.iter().filter(move |(_, stored)| stored.content.refers_to(subject, version)).map(|(id, _)| *id)
    }

    /// The highest id that any record of the log has.
    pub(crate) fn highest_id(&self) -> Option<SchemaId> {
        self.highest_id
    }

    /// The id for the next new schema; `None` when there are no more.
    pub(crate) fn next_id(&self) -> Option<SchemaId> {
        self.highest_id.map_or(Some(SchemaId::FIRST), SchemaId::next)
    }

    /// The version for the next new schema of a subject: soft-deleted ones stay reserved.
    pub(crate) fn next_version(&self, subject: &Subject) -> Option<Version> {
        let last = self.versions(subject, Visibility::All).next_back();
        last.map_or(Some(Version::FIRST), |entry| entry.version.next())
    }

    /// The configuration of exactly this scope.
    pub(crate) fn config(&self, scope: &Scope) -> Option<&Map<String, Value>> {
        self.configs.get(scope)
    }

    /// The mode of exactly this scope.
    pub(crate) fn mode(&self, scope: &Scope) -> Option<&str> {
        self.modes.get(scope).map(String::as_str)
    }

    /// How many subjects, versions and schemas there are.
    pub(crate) fn size(&self) -> Size {
        Size {
            subjects: self.subjects(Visibility::Live).count(),
            versions: self.subjects.values().flat_map(BTreeMap::values).filter(|entry| !entry.deleted).count(),
            schemas: self.schemas.len(),
        }
    }
}

/// Counts for the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) subjects: usize,
    pub(crate) versions: usize,
    pub(crate) schemas: usize,
}

/// A subject is shown as deleted only when nothing of it is live.
fn is_shown(versions: &BTreeMap<Version, Entry>, visibility: Visibility) -> bool {
    let live = versions.values().any(|entry| !entry.deleted);
    match visibility {
        Visibility::Live => live,
        Visibility::Deleted => !live,
        Visibility::All => true,
    }
}

fn set<V>(values: &mut BTreeMap<Scope, V>, scope: Scope, value: Option<V>) {
    match value {
        Some(value) => values.insert(scope, value),
        None => values.remove(&scope),
    };
}
