//! A schema gets a version of a subject, the one that it has already if it is registered there.
//!
//! The order of the steps is Confluent's: it decides which of several reasons a client is told.

use std::sync::Arc;

use super::{Decision, Outcome, changeable, keeping_ids, not_permitted};
use crate::core::answer::SchemaAnswer;
use crate::core::config::Config;
use crate::core::content::{self, Content};
use crate::core::engine::{Candidate, Engine};
use crate::core::mode::Mode;
use crate::core::names::{Context, SchemaId, Scope, Subject, Version};
use crate::core::record::{Record, SchemaValue};
use crate::core::refusal::Refusal;
use crate::core::request::SchemaRequest;
use crate::core::state::{Entry, State, Visibility};

/// `POST /subjects/{subject}/versions`
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    pub(crate) subject: Subject,
    pub(crate) request: SchemaRequest,
    /// `normalize=true`; the subject's configuration may say so too.
    pub(crate) normalize: bool,
    /// Whether compatibility does not matter (`force=true`).
    pub(crate) force: bool,
}

/// What is known about a registration before it is decided.
struct Case<'a> {
    state: &'a State,
    engine: &'a Engine,
    registration: &'a Registration,
    subject: Subject,
    context: Context,
    config: Config,
    mode: Mode,
}

/// Decides a registration.
///
/// # Errors
///
/// 42201 for what is not a schema, 40901 for one that does not fit, 42205 for what the mode forbids.
pub(crate) fn register(state: &State, engine: &Engine, registration: &Registration) -> Outcome<SchemaAnswer> {
    let subject = state.target(&registration.subject);
    if subject.context().is_global() {
        let why = "the context .__GLOBAL has settings and no schemas";
        return Err(Refusal::InvalidSubject { subject: subject.to_string(), why });
    }
    let scope = Scope::Subject(subject.clone());
    let case = Case {
        state,
        engine,
        registration,
        context: subject.context(),
        config: Config::effective(state, &scope),
        mode: Mode::effective(state, &scope),
        subject,
    };
    if let Some(entry) = case.known() {
        return Ok(Decision::known(SchemaAnswer::registered(entry)));
    }
    case.permitted()?;
    case.decide()
}

impl<'a> Case<'a> {
    fn request(&self) -> &'a SchemaRequest {
        &self.registration.request
    }

    fn normalize(&self) -> bool {
        self.registration.normalize || self.config.normalize == Some(true)
    }

    /// Whether an entry is what the client asks for, and not only its schema.
    fn is_asked_for(&self, entry: &Entry) -> bool {
        self.request().version.is_none_or(|version| version == entry.version)
            && self.request().id.is_none_or(|id| id == entry.id)
    }

    /// The version that the schema has already, as far as that is known without what the configuration adds to it.
    fn known(&self) -> Option<&'a Entry> {
        let request = self.request();
        let text = request.text.as_deref().filter(|_| !self.config.adds_to_schemas())?;
        if !self.normalize() && request.references.iter().all(|reference| reference.version > 0) {
            let identity = content::identity(text, &request.references, &request.contract);
            let known = self.state.ids_of(identity).any(|(context, _)| *context == self.context);
            let versions = || self.state.versions(&self.subject, Visibility::Live).rev();
            let is_it = |entry: &&Entry| {
                entry.content.identity() == identity && *entry.content.schema_type() == request.schema_type
            };
            let entry = known.then(versions).and_then(|mut versions| versions.find(is_it));
            if let Some(entry) = entry.filter(|entry| self.is_asked_for(entry)) {
                return Some(entry);
            }
        }
        if !self.state.has(&self.subject, Visibility::Live) {
            return None;
        }
        let candidate = Candidate::as_it_is(self.state, self.engine, &self.subject, request, self.normalize());
        // What is wrong with a schema is said when it is about to be registered.
        let found = self.engine.find(self.state, &self.subject, &candidate.ok()?, Visibility::Live);
        found.filter(|entry| self.is_asked_for(entry))
    }

    /// Whether the mode allows it: ids come from here in one mode, and from elsewhere in the others.
    fn permitted(&self) -> Result<(), Refusal> {
        let scope = Scope::Subject(self.subject.clone());
        changeable(self.state, &scope)?;
        match (self.request().id, self.mode) {
            (Some(_), Mode::Import | Mode::Forward) | (None, Mode::ReadWrite) => Ok(()),
            (Some(id), _) => Err(not_permitted(
                &scope,
                &format!("not in import mode: its ids are given here, so leave `id` ({id}) out or set the mode IMPORT"),
            )),
            (None, mode) => Err(not_permitted(
                &scope,
                &format!("not in read-write mode: in mode {mode} a schema brings its `id` with it"),
            )),
        }
    }

    fn decide(&self) -> Outcome<SchemaAnswer> {
        let exhausted = |what: &str| Refusal::OperationNotPermitted(format!("there are no more {what}"));
        let next = self.state.next_version(&self.subject).ok_or_else(|| exhausted("versions of this subject"))?;
        let candidate = self.candidate()?;
        let known = self.state.id_of(&self.context, &candidate.content);
        if let (Some(existing), Some(asked)) = (known, self.request().id)
            && existing != asked
        {
            return Err(Refusal::IdDoesNotMatch { existing, asked });
        }
        if let Some(entry) = self.engine.find(self.state, &self.subject, &candidate, Visibility::Live)
            && self.is_asked_for(entry)
        {
            return Ok(Decision::known(SchemaAnswer::registered(entry)));
        }
        if !self.mode.is_import() && !self.registration.force {
            self.fits(&candidate)?;
        }
        let version = self.version(next)?;
        let id = self.request().id.or(known).or_else(|| self.state.next_id(&self.context));
        let id = id.ok_or_else(|| exhausted("schema ids"))?;
        self.unclaimed(id, &candidate)?;
        Ok(self.decision(version, id, candidate.content))
    }

    /// The schema in the form in which it would be stored.
    fn candidate(&self) -> Result<Candidate, Refusal> {
        let Self { state, engine, subject, config, .. } = self;
        if self.mode.is_import() {
            return Candidate::as_it_is(state, engine, subject, self.request(), false);
        }
        Candidate::new(state, engine, subject, config, self.request(), self.normalize())
    }

    fn fits(&self, candidate: &Candidate) -> Result<(), Refusal> {
        let before: Vec<_> = self.state.versions(&self.subject, Visibility::Live).collect();
        let found = self.engine.incompatibility(self.state, &self.subject, candidate, &before, &self.config)?;
        found.map_or(Ok(()), |found| Err(found.refusal(&self.subject)))
    }

    /// The version that it gets: the next one, or on import any that is free.
    fn version(&self, next: Version) -> Result<Version, Refusal> {
        let Some(asked) = self.request().version else { return Ok(next) };
        if self.mode.is_import() {
            return match self.state.version(&self.subject, asked) {
                Some(entry) if !entry.deleted => Err(Refusal::OperationNotPermitted(format!(
                    "Overwrite new schema with version {asked} of subject {} is not permitted: it has the id {}",
                    self.subject, entry.id
                ))),
                _ => Ok(asked),
            };
        }
        if asked == next {
            return Ok(next);
        }
        Err(Refusal::InvalidSchema(format!(
            "Invalid schema, details: Version is not one more than previous version: version {asked} was asked for, \
             and the next version of subject \"{}\" is {next}",
            self.subject
        )))
    }

    /// Refuses an id that another schema has.
    fn unclaimed(&self, id: SchemaId, candidate: &Candidate) -> Result<(), Refusal> {
        match self.state.schema(&self.context, id) {
            Some(content) if **content != *candidate.content => Err(Refusal::OperationNotPermitted(format!(
                "Overwrite new schema with id {id} is not permitted: in context {} it belongs to another schema",
                self.context
            ))),
            _ => Ok(()),
        }
    }

    fn decision(&self, version: Version, id: SchemaId, content: Arc<Content>) -> Decision<SchemaAnswer> {
        let is_new_context = !self.context.is_default() && !self.state.is_declared(&self.context);
        let context = is_new_context.then(|| Record::Context { context: self.context.clone(), exists: true });
        let content = self.state.schema(&self.context, id).cloned().unwrap_or(content);
        let entry = Entry { version, id, content: Arc::clone(&content), deleted: false, timestamp: None };
        let value = SchemaValue { id, content, deleted: false };
        let record = Record::Schema { subject: self.subject.clone(), version, value: Some(value) };
        let records: Vec<_> = context.into_iter().chain(self.superseded(version, id)).chain([record]).collect();
        // What is superseded has the id of what is written; an import may put another one in the place of a version.
        let records = if self.mode.is_import() { keeping_ids(self.state, records) } else { records };
        Decision { answer: SchemaAnswer::registered(&entry), records }
    }

    /// Deleted versions with the same schema: nobody needs them once it has a live one, unless they are referred to.
    fn superseded(&self, version: Version, id: SchemaId) -> impl Iterator<Item = Record> {
        let deleted = self.state.versions(&self.subject, Visibility::Deleted);
        let unneeded = deleted.filter(move |entry| {
            let is_referred_to = self.state.referrers(&self.subject, entry.version).next().is_some();
            entry.id == id && entry.version < version && !is_referred_to
        });
        unneeded.map(|entry| Record::Schema { subject: self.subject.clone(), version: entry.version, value: None })
    }
}
