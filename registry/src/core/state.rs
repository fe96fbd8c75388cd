//! What the log says: contexts, subjects, their versions, ids, settings.
//!
//! The state is a pure function of the records applied so far. Nothing else changes it, so that every registry that
//! reads the same log answers alike. It decides nothing: see [`crate::core::decide`].
//!
//! # Sharing and speculation
//!
//! A state is a handful of persistent maps: `clone` takes the same short time whatever is in it, and a clone that is
//! changed copies only the few nodes that it touches. So nobody needs to hold a lock for longer than a clone:
//!
//! * readers take a clone (or share one in an `Arc`) and ask it at leisure;
//! * the reader of the log applies records to its own, which it then publishes;
//! * a writer that commits several requests at once takes a clone, decides the first request on it, calls
//!   [`State::foresee`] with the records of the decision, decides the next one on the result, and so on. When the
//!   commit is done the reader of the log applies the same records from the log; when it fails, the clone is dropped.
//!
//! While no clone is alive, changes are made in place: replaying a log copies nothing.
//!
//! # Indexes
//!
//! Every question of a request is a look-up in one of the maps or a walk over what it asks for (see `seek`). Nothing
//! walks over all subjects, except listings that ask for all contexts.

mod apply;
mod entry;
mod index;
mod seek;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use immutable_chunkmap::map::Map;
use schema::identity::Identity;

use crate::core::config::Config;
use crate::core::content::Content;
use crate::core::mode::Mode;
use crate::core::names::{Context, SchemaId, Scope, Subject, SubjectPrefix, Version};
use crate::core::record::{Encoded, Record};

pub(crate) use apply::Oddity;
pub(crate) use entry::{Entry, Versions, Visibility};
use index::Index;

/// Small nodes: a write that others can see copies a few of them.
const NODE: usize = 32;

type Persistent<K, V> = Map<K, V, NODE>;

/// The registry's contents.
#[derive(Clone, Default)]
pub(crate) struct State {
    subjects: Persistent<Subject, Arc<Versions>>,
    contexts: Persistent<Context, Space>,
    schemas: Persistent<(Context, SchemaId), Arc<Content>>,
    index: Index,
    configs: Persistent<Scope, Arc<Config>>,
    modes: Persistent<Scope, Mode>,
    /// The bytes of keys that another registry wrote in its own way: a tombstone must repeat them.
    foreign_keys: Persistent<Vec<u8>, Arc<BTreeSet<Vec<u8>>>>,
    size: Size,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("size", &self.size).finish_non_exhaustive()
    }
}

/// A context's ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Space {
    highest_id: Option<SchemaId>,
    /// The one that the log tells of even when the schema that had it is gone.
    kept_id: Option<SchemaId>,
    /// Whether a record says that it exists; subjects do so too.
    declared: bool,
    subjects: u32,
}

/// Counts for the metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// With a live version.
    pub(crate) subjects: usize,
    /// Live ones.
    pub(crate) versions: usize,
    pub(crate) schemas: usize,
}

impl State {
    /// The keys under which other registries wrote what `encoded` is about.
    pub(crate) fn foreign_keys(&self, encoded: &Encoded) -> Vec<Vec<u8>> {
        self.foreign_keys.get(&encoded.key).into_iter().flat_map(|keys| keys.iter()).cloned().collect()
    }

    /// The subjects that begin so and have at least one version to show, sorted.
    pub(crate) fn subjects(&self, prefix: &SubjectPrefix, visibility: Visibility) -> Vec<&Subject> {
        let every = prefix.context.is_none().then(|| self.subjects.into_iter());
        let every = every.into_iter().flatten().filter(|(subject, _)| subject.name().starts_with(&prefix.name));
        let of_one = prefix.context.iter().flat_map(|context| self.beginning_with(context, &prefix.name));
        let found = every.chain(of_one).filter(|(_, versions)| versions.are_shown(visibility));
        found.map(|(subject, _)| subject).collect()
    }

    /// The subjects of one context whose names begin so, with all their versions.
    fn beginning_with<'a>(
        &'a self,
        context: &Context,
        name: &str,
    ) -> impl Iterator<Item = (&'a Subject, &'a Arc<Versions>)> + use<'a> {
        let start = format!("{}{name}", context.qualifier());
        let found = seek::from(&self.subjects, &start);
        let context = context.clone();
        found
            .take_while(move |(subject, _)| subject.as_str().starts_with(&start))
            .filter(move |(subject, _)| subject.context() == context)
    }

    /// The versions of a subject, deleted or not; `None` if it never had one or all were deleted permanently.
    pub(crate) fn subject(&self, subject: &Subject) -> Option<&Versions> {
        self.subjects.get(subject).map(|versions| &**versions)
    }

    /// The versions of a subject, oldest first.
    pub(crate) fn versions(
        &self,
        subject: &Subject,
        visibility: Visibility,
    ) -> impl DoubleEndedIterator<Item = &Entry> {
        let entries = self.subject(subject).into_iter().flat_map(Versions::all);
        entries.filter(move |entry| visibility.shows(entry.deleted))
    }

    /// One version of a subject, deleted or not.
    pub(crate) fn version(&self, subject: &Subject, version: Version) -> Option<&Entry> {
        self.subject(subject)?.get(version)
    }

    /// Whether a subject has a version to show.
    pub(crate) fn has(&self, subject: &Subject, visibility: Visibility) -> bool {
        self.subject(subject).is_some_and(|versions| versions.are_shown(visibility))
    }

    /// The version for the next new schema of a subject: soft-deleted ones stay reserved.
    pub(crate) fn next_version(&self, subject: &Subject) -> Option<Version> {
        let last = self.versions(subject, Visibility::All).next_back();
        last.map_or(Some(Version::FIRST), |entry| entry.version.next())
    }

    /// The contexts that have subjects or were made, the default one among them, sorted.
    pub(crate) fn contexts(&self) -> Vec<Context> {
        let known = self.contexts.into_iter().filter(|(_, space)| space.declared || space.subjects > 0);
        let others = known.map(|(context, _)| context.clone()).filter(|context| !context.is_default());
        std::iter::once(Context::DEFAULT).chain(others).collect()
    }

    /// Whether the log says that the context exists, apart from its subjects.
    pub(crate) fn is_declared(&self, context: &Context) -> bool {
        self.contexts.get(context).is_some_and(|space| space.declared)
    }

    /// The schema with this id.
    pub(crate) fn schema(&self, context: &Context, id: SchemaId) -> Option<&Arc<Content>> {
        self.schemas.get(&(context.clone(), id))
    }

    /// The id of this schema in a context; the lowest, if another registry gave it several.
    ///
    /// The identity alone does not tell: the same text may be a schema of two types.
    pub(crate) fn id_of(&self, context: &Context, content: &Content) -> Option<SchemaId> {
        let ids = self.ids_of(content.identity()).filter(|(of, _)| *of == context).map(|(_, id)| id);
        ids.into_iter().find(|id| self.schema(context, *id).is_some_and(|known| **known == *content))
    }

    /// The ids of the schemas with this identity (GUID), by context.
    pub(crate) fn ids_of(&self, identity: Identity) -> impl Iterator<Item = (&Context, SchemaId)> {
        self.index.ids(identity)
    }

    /// Where the schema with this id is used, sorted.
    pub(crate) fn uses<'a>(
        &'a self,
        context: &Context,
        id: SchemaId,
    ) -> impl Iterator<Item = (&'a Subject, &'a Entry)> {
        let uses = self.index.uses(context, id);
        uses.filter_map(|(subject, version)| Some((subject, self.version(subject, version)?)))
    }

    /// The versions that refer to this version of this subject, and their subjects, sorted.
    pub(crate) fn referrers<'a>(
        &'a self,
        subject: &Subject,
        version: Version,
    ) -> impl Iterator<Item = (&'a Subject, &'a Entry)> {
        let referrers = self.index.referrers(subject, version);
        referrers.filter_map(|(subject, version)| Some((subject, self.version(subject, version)?)))
    }

    /// The highest id that any record of the log has in a context.
    pub(crate) fn highest_id(&self, context: &Context) -> Option<SchemaId> {
        self.contexts.get(context)?.highest_id
    }

    /// What must be in the log beside `removals` of versions, so that no id is given again when these are all that it
    /// says of them. `None` if the highest ids stay known without.
    pub(crate) fn highest_ids_without(&self, removals: &[Record]) -> Option<Record> {
        let removed = removals.iter().filter_map(|record| match record {
            Record::Schema { subject, version, .. } => Some((subject.context(), self.version(subject, *version)?.id)),
            _ => None,
        });
        let is_highest = |(context, id): &(Context, SchemaId)| {
            self.contexts.get(context).is_some_and(|space| space.highest_id == Some(*id) && space.kept_id != Some(*id))
        };
        let fresh: BTreeMap<_, _> = removed.filter(is_highest).collect();
        if fresh.is_empty() {
            return None;
        }
        // One record has them all, and takes the place of the one before.
        let known = self.contexts.into_iter().filter_map(|(context, space)| Some((context.clone(), space.kept_id?)));
        Some(Record::HighestIds(known.chain(fresh).collect()))
    }

    /// The id for the next new schema of a context; `None` when there are no more.
    pub(crate) fn next_id(&self, context: &Context) -> Option<SchemaId> {
        self.highest_id(context).map_or(Some(SchemaId::FIRST), SchemaId::next)
    }

    /// The configuration of exactly this scope.
    pub(crate) fn config(&self, scope: &Scope) -> Option<&Config> {
        self.configs.get(scope).map(|config| &**config)
    }

    /// The mode of exactly this scope.
    pub(crate) fn mode(&self, scope: &Scope) -> Option<Mode> {
        self.modes.get(scope).copied()
    }

    /// The scopes with a mode that are subjects covered by `scope`.
    pub(crate) fn modes_within<'a>(&'a self, scope: &'a Scope) -> impl Iterator<Item = &'a Scope> {
        let subjects = self.modes.into_iter().map(|(one, _)| one);
        subjects.filter(move |one| matches!(one, Scope::Subject(subject) if scope.covers(subject)))
    }

    /// The subject that requests for this one are about: another one, if its configuration has an alias.
    pub(crate) fn target(&self, subject: &Subject) -> Subject {
        let alias = self.config(&Scope::Subject(subject.clone())).and_then(|config| config.alias.as_deref());
        let target = alias.filter(|alias| !alias.is_empty());
        let target = target.and_then(|alias| Subject::within(&subject.context(), alias).ok());
        target.unwrap_or_else(|| subject.clone())
    }

    /// The subjects whose alias is this one.
    pub(crate) fn aliases_of<'a>(&'a self, subject: &'a Subject) -> impl Iterator<Item = &'a Subject> {
        self.index.aliases(subject)
    }

    /// How many subjects, versions and schemas there are.
    pub(crate) fn size(&self) -> Size {
        self.size
    }
}
