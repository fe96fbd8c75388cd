//! Who uses what: the questions that would otherwise take a scan of everything.

use immutable_chunkmap::map::Map;
use immutable_chunkmap::set::Set;
use schema::identity::Identity;

use super::NODE;
use crate::core::names::{Context, SchemaId, Subject, Version};

/// Each question is one look-up.
#[derive(Clone, Default)]
pub(super) struct Index {
    /// The ids of an identity, by context.
    ids: Multimap<Identity, (Context, SchemaId)>,
    /// The versions with an id.
    uses: Multimap<(Context, SchemaId), (Subject, Version)>,
    /// The versions that refer to a version.
    referrers: Multimap<(Subject, Version), (Subject, Version)>,
    /// The subjects whose alias a subject is.
    aliases: Multimap<Subject, Subject>,
}

impl Index {
    pub(super) fn ids(&self, identity: Identity) -> impl Iterator<Item = (&Context, SchemaId)> {
        self.ids.of(&identity).map(|(context, id)| (context, *id))
    }

    pub(super) fn add_id(&mut self, identity: Identity, context: Context, id: SchemaId) {
        self.ids.add(identity, (context, id));
    }

    pub(super) fn remove_id(&mut self, identity: Identity, context: Context, id: SchemaId) {
        self.ids.remove(&identity, &(context, id));
    }

    pub(super) fn uses(&self, context: &Context, id: SchemaId) -> impl Iterator<Item = (&Subject, Version)> + use<'_> {
        self.uses.of(&(context.clone(), id)).map(|(subject, version)| (subject, *version))
    }

    pub(super) fn add_use(&mut self, context: Context, id: SchemaId, subject: Subject, version: Version) {
        self.uses.add((context, id), (subject, version));
    }

    pub(super) fn remove_use(&mut self, context: Context, id: SchemaId, subject: Subject, version: Version) {
        self.uses.remove(&(context, id), &(subject, version));
    }

    pub(super) fn referrers(
        &self,
        subject: &Subject,
        version: Version,
    ) -> impl Iterator<Item = (&Subject, Version)> + use<'_> {
        self.referrers.of(&(subject.clone(), version)).map(|(subject, version)| (subject, *version))
    }

    pub(super) fn add_referrer(&mut self, to: (Subject, Version), from: (Subject, Version)) {
        self.referrers.add(to, from);
    }

    pub(super) fn remove_referrer(&mut self, to: &(Subject, Version), from: &(Subject, Version)) {
        self.referrers.remove(to, from);
    }

    pub(super) fn aliases<'a>(&'a self, subject: &'a Subject) -> impl Iterator<Item = &'a Subject> {
        self.aliases.of(subject)
    }

    pub(super) fn add_alias(&mut self, target: Subject, alias: Subject) {
        self.aliases.add(target, alias);
    }

    pub(super) fn remove_alias(&mut self, target: &Subject, alias: &Subject) {
        self.aliases.remove(target, alias);
    }
}

/// Keys with one value or more, sorted.
///
/// A sorted set of pairs would do, but finding where a key begins in one takes this library a walk over all before it.
#[derive(Clone)]
struct Multimap<K: Ord + Clone, V: Ord + Clone>(Map<K, Values<V>, NODE>);

/// Most keys have one value, which then needs no set of its own.
#[derive(Clone)]
enum Values<V: Ord + Clone> {
    One(V),
    Many(Set<V, NODE>),
}

impl<K: Ord + Clone, V: Ord + Clone> Default for Multimap<K, V> {
    fn default() -> Self {
        Self(Map::default())
    }
}

impl<K: Ord + Clone, V: Ord + Clone> Multimap<K, V> {
    fn of(&self, key: &K) -> impl Iterator<Item = &V> + use<'_, K, V> {
        let (one, many) = match self.0.get(key) {
            None => (None, None),
            Some(Values::One(value)) => (Some(value), None),
            Some(Values::Many(values)) => (None, Some(values)),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    fn add(&mut self, key: K, value: V) {
        let Some(values) = self.0.get_mut_cow(&key) else {
            self.0.insert_cow(key, Values::One(value));
            return;
        };
        match values {
            Values::One(one) if *one == value => {}
            Values::One(one) => {
                let mut many = Set::default();
                many.insert_cow(one.clone());
                many.insert_cow(value);
                *values = Values::Many(many);
            }
            Values::Many(many) => {
                many.insert_cow(value);
            }
        }
    }

    fn remove(&mut self, key: &K, value: &V) {
        let is_last = match self.0.get_mut_cow(key) {
            None => false,
            Some(Values::One(one)) => one == value,
            Some(Values::Many(many)) => {
                many.remove_cow(value);
                many.len() == 0
            }
        };
        if is_last {
            self.0.remove_cow(key);
        }
    }
}
