//! Who uses what: the questions that would otherwise take a scan of everything.

use immutable_chunkmap::set::Set;
use schema::identity::Identity;

use super::NODE;
use crate::core::names::{Context, SchemaId, Subject, Version};

/// Sorted tuples; each question is the range that begins with what is asked for.
#[derive(Clone, Default)]
pub(super) struct Index {
    /// The ids of an identity, by context.
    ids: Set<(Identity, Context, SchemaId), NODE>,
    /// The versions with an id.
    uses: Set<(Context, SchemaId, Subject, Version), NODE>,
    /// A version, and a version that refers to it.
    referrers: Set<(Subject, Version, Subject, Version), NODE>,
    /// A subject, and one whose alias it is.
    aliases: Set<(Subject, Subject), NODE>,
}

impl Index {
    pub(super) fn ids(&self, identity: Identity) -> impl Iterator<Item = (&Context, SchemaId)> {
        let from = (identity, Context::DEFAULT, SchemaId::FIRST);
        let range = self.ids.range::<(Identity, Context, SchemaId), _>(from..);
        range.take_while(move |(of, ..)| *of == identity).map(|(_, context, id)| (context, *id))
    }

    pub(super) fn add_id(&mut self, identity: Identity, context: Context, id: SchemaId) {
        self.ids.insert_cow((identity, context, id));
    }

    pub(super) fn remove_id(&mut self, identity: Identity, context: Context, id: SchemaId) {
        self.ids.remove_cow(&(identity, context, id));
    }

    pub(super) fn uses(&self, context: &Context, id: SchemaId) -> impl Iterator<Item = (&Subject, Version)> + use<'_> {
        let wanted = context.clone();
        let from = (context.clone(), id, Subject::bound(""), Version::FIRST);
        let range = self.uses.range::<(Context, SchemaId, Subject, Version), _>(from..);
        range
            .take_while(move |(context, of, ..)| *of == id && *context == wanted)
            .map(|(.., subject, version)| (subject, *version))
    }

    pub(super) fn add_use(&mut self, context: Context, id: SchemaId, subject: Subject, version: Version) {
        self.uses.insert_cow((context, id, subject, version));
    }

    pub(super) fn remove_use(&mut self, context: Context, id: SchemaId, subject: Subject, version: Version) {
        self.uses.remove_cow(&(context, id, subject, version));
    }

    pub(super) fn referrers(
        &self,
        subject: &Subject,
        version: Version,
    ) -> impl Iterator<Item = (&Subject, Version)> + use<'_> {
        let wanted = subject.clone();
        let from = (subject.clone(), version, Subject::bound(""), Version::FIRST);
        let range = self.referrers.range::<(Subject, Version, Subject, Version), _>(from..);
        range
            .take_while(move |(to, of, ..)| *of == version && *to == wanted)
            .map(|(.., subject, version)| (subject, *version))
    }

    pub(super) fn add_referrer(&mut self, to: (Subject, Version), from: (Subject, Version)) {
        self.referrers.insert_cow((to.0, to.1, from.0, from.1));
    }

    pub(super) fn remove_referrer(&mut self, to: (Subject, Version), from: (Subject, Version)) {
        self.referrers.remove_cow(&(to.0, to.1, from.0, from.1));
    }

    pub(super) fn aliases<'a>(&'a self, subject: &'a Subject) -> impl Iterator<Item = &'a Subject> {
        let range = self.aliases.range::<(Subject, Subject), _>((subject.clone(), Subject::bound(""))..);
        range.take_while(move |(target, _)| target == subject).map(|(_, alias)| alias)
    }

    pub(super) fn add_alias(&mut self, target: Subject, alias: Subject) {
        self.aliases.insert_cow((target, alias));
    }

    pub(super) fn remove_alias(&mut self, target: Subject, alias: Subject) {
        self.aliases.remove_cow(&(target, alias));
    }
}
