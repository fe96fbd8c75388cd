//! `/schemas`: read by id, whatever the subject.

use serde::Serialize;

use super::api::Asked;
use super::fault::Fault;
use super::reply::Reply;
use super::shape::SchemaBody;
use super::subjects::prefix;
use super::visibility;
use crate::names::{SchemaId, Subject, Version};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::state::{Entry, State as Contents, Visibility};

type Answer = Result<Reply, Fault>;

/// How many schemas one answer lists at the most, as Confluent has it.
const LIST_LIMIT: usize = 1000;

/// `GET /schemas`
pub(super) fn list(service: &Service, asked: &Asked) -> Answer {
    let (prefix, visibility, page) = (prefix(asked), visibility(&asked.query), asked.query.page(LIST_LIMIT)?);
    Ok(service.read(|state| {
        let subjects = state.subjects(visibility).filter(|subject| subject.as_str().starts_with(prefix));
        let entries = subjects.flat_map(|subject| {
            let latest_only = asked.query.flag("latestOnly");
            let skipped = if latest_only { state.versions(subject, visibility).count() - 1 } else { 0 };
            state.versions(subject, visibility).skip(skipped).map(move |entry| (subject, entry))
        });
        Reply::json(&page.of(entries.map(|(subject, entry)| SchemaBody::version(subject, entry))))
    }))
}

/// `GET /schemas/ids/{id}`; with `?subject=`, the answer says which version of the subject it is, if it is one.
pub(super) fn by_id(service: &Service, asked: &Asked) -> Answer {
    let id = asked.id()?;
    service.read(|state| {
        let content = state.schema(id).ok_or_else(|| not_found(id))?;
        let mut body = SchemaBody::of(content);
        let wanted = asked.query.text("subject").and_then(|subject| subject.parse::<Subject>().ok());
        if let Some((subject, entry)) =
            uses(state, id, Visibility::All).find(|(subject, _)| Some(*subject) == wanted.as_ref())
        {
            body = body.under(subject, entry.version);
        }
        if asked.query.flag("fetchMaxId") {
            body = body.with_max_id(state.highest_id());
        }
        Ok(Reply::json(&body).lasting())
    })
}

/// `GET /schemas/ids/{id}/schema`
pub(super) fn text(service: &Service, asked: &Asked) -> Answer {
    let id = asked.id()?;
    service.read(|state| {
        let content = state.schema(id).ok_or_else(|| not_found(id))?;
        Ok(Reply::text(&content.text).lasting())
    })
}

/// `GET /schemas/ids/{id}/subjects`
pub(super) fn subjects(service: &Service, asked: &Asked) -> Answer {
    let (id, page) = (asked.id()?, asked.query.page(usize::MAX)?);
    service.read(|state| {
        let uses = uses(state, known(state, id)?, visibility(&asked.query));
        let mut subjects: Vec<_> = uses.map(|(subject, _)| subject).collect();
        subjects.dedup();
        Ok(Reply::json(&page.of(subjects.into_iter())))
    })
}

/// A version of a subject.
#[derive(Debug, Serialize)]
struct Use<'a> {
    subject: &'a Subject,
    version: Version,
}

/// `GET /schemas/ids/{id}/versions`
pub(super) fn versions(service: &Service, asked: &Asked) -> Answer {
    let (id, page) = (asked.id()?, asked.query.page(usize::MAX)?);
    service.read(|state| {
        let uses = uses(state, known(state, id)?, visibility(&asked.query));
        Ok(Reply::json(&page.of(uses.map(|(subject, entry)| Use { subject, version: entry.version }))))
    })
}

fn known(state: &Contents, id: SchemaId) -> Result<SchemaId, Refusal> {
    if state.schema(id).is_some() { Ok(id) } else { Err(not_found(id)) }
}

fn not_found(id: SchemaId) -> Refusal {
    Refusal::SchemaNotFound(Some(id.to_string()))
}

fn uses(state: &Contents, id: SchemaId, visibility: Visibility) -> impl Iterator<Item = (&Subject, &Entry)> {
    state.uses(id).filter(move |(_, entry)| visibility.shows(entry.deleted))
}
