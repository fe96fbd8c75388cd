//! How a record changes the state. It does not parse schemas: a start with 100,000 of them must be short.

use std::sync::Arc;

use super::{Entry, State};
use crate::core::config::Config;
use crate::core::content::Content;
use crate::core::mode::Mode;
use crate::core::names::{Context, SchemaId, Scope, Subject, SubjectPrefix, Version, VersionSelector};
use crate::core::record::{Position, Record, SchemaValue};

/// Something that was wrong with a record, though it could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Oddity {
    /// The record gives an id to a schema that another schema of the context has already; it was not applied. Another
    /// registry wrote it: of ours, only the fenced leader gives ids.
    IdTaken { subject: Subject, version: Version, id: SchemaId },
}

impl State {
    /// Applies the next record of the log, whose key was written as `key`.
    pub(crate) fn apply(&mut self, key: &[u8], record: Record, at: Position) -> Option<Oddity> {
        self.note_foreign_key(key, &record);
        self.change(record, at)
    }

    /// Applies records that a decision asks for before they are in the log, so that the next request can be decided.
    ///
    /// For a clone only: the state that answers requests knows what is in the log.
    pub(crate) fn foresee(&mut self, records: &[Record]) {
        for record in records {
            let oddity = self.change(record.clone(), Position::default());
            debug_assert_eq!(oddity, None, "a decision does not give an id twice");
        }
    }

    fn change(&mut self, record: Record, at: Position) -> Option<Oddity> {
        match record {
            Record::Schema { subject, version, value: Some(value) } => return self.put(subject, version, value, at),
            Record::Schema { subject, version, value: None } => self.remove(&subject, version),
            Record::Config { scope, value } => self.set_config(&scope, value.map(Arc::from)),
            Record::Mode { scope, mode } => self.set_mode(scope, mode),
            Record::DeleteSubject { subject, up_to } => self.soft_delete(&subject, up_to),
            Record::ClearSubject { scope } => self.clear(&scope),
            Record::Context { context, exists } => self.declare(context, exists),
            Record::HighestIds(ids) => ids.into_iter().for_each(|(context, id)| self.keep_id(context, id)),
            Record::Noop | Record::Unknown => {}
        }
        None
    }

    fn put(&mut self, subject: Subject, version: Version, value: SchemaValue, at: Position) -> Option<Oddity> {
        let SchemaValue { id, content, deleted } = value;
        let context = subject.context();
        let space = self.contexts.get_or_default_cow(context.clone());
        space.highest_id = space.highest_id.max(Some(id));
        if self.is_taken(&context, id, &content, (&subject, version)) {
            return Some(Oddity::IdTaken { subject, version, id });
        }
        self.remove(&subject, version);
        let content = self.intern(&context, id, content);
        self.refer(&subject, version, &content, true);
        self.index.add_use(context.clone(), id, subject.clone(), version);
        let entry = Entry { version, id, content, deleted, timestamp: at.timestamp };
        let versions = self.subjects.get_or_default_cow(subject);
        let (known, was_live) = (!versions.is_empty(), versions.is_live());
        Arc::make_mut(versions).put(entry);
        self.size.versions += usize::from(!deleted);
        self.size.subjects += usize::from(!deleted && !was_live);
        if !known {
            self.contexts.get_or_default_cow(context).subjects += 1;
        }
        None
    }

    /// Whether another schema has the id. A version may change its own schema: nobody else can have used the id.
    fn is_taken(&self, context: &Context, id: SchemaId, content: &Content, own: (&Subject, Version)) -> bool {
        let Some(known) = self.schema(context, id) else { return false };
        **known != *content && self.index.uses(context, id).any(|one| one != own)
    }

    /// The content under its id: the one that is there already, or `content`, in the text of another context if that
    /// has the same.
    fn intern(&mut self, context: &Context, id: SchemaId, content: Arc<Content>) -> Arc<Content> {
        let key = (context.clone(), id);
        if let Some(known) = self.schemas.get(&key) {
            return Arc::clone(known);
        }
        let elsewhere = self.index.ids(content.identity()).next().map(|(context, id)| (context.clone(), id));
        let same = elsewhere.and_then(|key| self.schemas.get(&key)).filter(|known| ***known == *content);
        let content = same.map_or(content, Arc::clone);
        self.index.add_id(content.identity(), context.clone(), id);
        self.schemas.insert_cow(key, Arc::clone(&content));
        self.size.schemas += 1;
        content
    }

    fn remove(&mut self, subject: &Subject, version: Version) {
        let Some(versions) = self.subjects.get_mut_cow(subject) else { return };
        let versions = Arc::make_mut(versions);
        let was_live = versions.is_live();
        let Some(entry) = versions.remove(version) else { return };
        let (is_live, is_empty) = (versions.is_live(), versions.is_empty());
        let context = subject.context();
        self.size.versions -= usize::from(!entry.deleted);
        self.size.subjects -= usize::from(was_live && !is_live);
        if is_empty {
            self.subjects.remove_cow(subject);
            self.contexts.get_or_default_cow(context.clone()).subjects -= 1;
        }
        self.refer(subject, version, &entry.content, false);
        self.index.remove_use(context.clone(), entry.id, subject.clone(), version);
        if self.index.uses(&context, entry.id).next().is_none() {
            self.index.remove_id(entry.content.identity(), context.clone(), entry.id);
            self.schemas.remove_cow(&(context, entry.id));
            self.size.schemas -= 1;
        }
    }

    /// Notes what a version refers to, or forgets it.
    fn refer(&mut self, subject: &Subject, version: Version, content: &Content, refers: bool) {
        let context = subject.context();
        for reference in content.references() {
            // What no request could have written refers to nothing that could be deleted.
            let (Ok(target), Ok(VersionSelector::Exactly(of))) = (reference.target(&context), reference.selector())
            else {
                continue;
            };
            let referrer = (subject.clone(), version);
            if refers {
                self.index.add_referrer((target, of), referrer);
            } else {
                self.index.remove_referrer(&(target, of), &referrer);
            }
        }
    }

    fn soft_delete(&mut self, subject: &Subject, up_to: Version) {
        let Some(versions) = self.subjects.get_mut_cow(subject) else { return };
        let before = versions.live();
        Arc::make_mut(versions).soft_delete(up_to);
        let after = versions.live();
        self.size.versions -= before - after;
        self.size.subjects -= usize::from(before > 0 && after == 0);
    }

    fn clear(&mut self, scope: &Scope) {
        let subjects: Vec<Subject> = match scope {
            Scope::Subject(subject) => vec![subject.clone()],
            Scope::Context(context) if context.is_global() => self.names(&SubjectPrefix::all()),
            Scope::Context(context) => self.names(&SubjectPrefix::of_context(context.clone())),
            Scope::Global => self.names(&SubjectPrefix::of_context(Context::DEFAULT)),
        };
        for subject in subjects {
            let deleted = self.versions(&subject, super::Visibility::Deleted).map(|entry| entry.version);
            for version in deleted.collect::<Vec<_>>() {
                self.remove(&subject, version);
            }
        }
    }

    fn names(&self, prefix: &SubjectPrefix) -> Vec<Subject> {
        self.subjects(prefix, super::Visibility::All).into_iter().cloned().collect()
    }

    fn declare(&mut self, context: Context, exists: bool) {
        self.contexts.get_or_default_cow(context).declared = exists;
    }

    fn keep_id(&mut self, context: Context, id: SchemaId) {
        let space = self.contexts.get_or_default_cow(context);
        space.highest_id = space.highest_id.max(Some(id));
        space.kept_id = space.kept_id.max(Some(id));
    }

    fn set_config(&mut self, scope: &Scope, config: Option<Arc<Config>>) {
        if let Scope::Subject(subject) = scope {
            let before = self.target(subject);
            self.index.remove_alias(&before, subject);
        }
        match config {
            Some(config) => self.configs.insert_cow(scope.clone(), config),
            None => self.configs.remove_cow(scope),
        };
        if let Scope::Subject(subject) = scope {
            let after = self.target(subject);
            if after != *subject {
                self.index.add_alias(after, subject.clone());
            }
        }
    }

    fn set_mode(&mut self, scope: Scope, mode: Option<Mode>) {
        match mode {
            Some(mode) => self.modes.insert_cow(scope, mode),
            None => self.modes.remove_cow(&scope),
        };
    }

    fn note_foreign_key(&mut self, key: &[u8], record: &Record) {
        // Encoding a value would cost as much as reading it; the key does not depend on it.
        let Some(ours) = record.key() else { return };
        if ours == key {
            return;
        }
        let removes = record.is_tombstone();
        let keys = self.foreign_keys.get_or_default_cow(ours.clone());
        if removes {
            Arc::make_mut(keys).remove(key);
        } else {
            Arc::make_mut(keys).insert(key.to_owned());
        }
        if keys.is_empty() {
            self.foreign_keys.remove_cow(&ours);
        }
    }
}
