//! `/schemas`: read by id, whatever the subject.

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use serde::Serialize;

use super::Registry;
use super::input::Options;
use super::shape::{CONTENT_TYPE, Reply, SchemaBody};
use super::subjects::prefix;
use crate::content::AVRO;
use crate::names::{SchemaId, Subject, Version};
use crate::refusal::Refusal;
use crate::state::{Entry, State as Contents, Visibility};

type Answer<T> = Result<Reply<T>, Refusal>;

/// How many schemas one answer lists at the most, as Confluent has it.
const LIST_LIMIT: usize = 1000;

/// `GET /schemas`
pub(super) async fn list(State(service): Registry, options: Options) -> Reply<Vec<SchemaBody>> {
    let (prefix, visibility) = (prefix(&options), options.visibility());
    Reply(service.read(|state| {
        let subjects = state.subjects(visibility).filter(|subject| subject.as_str().starts_with(prefix));
        let entries = subjects.flat_map(|subject| {
            let skipped = if options.flag("latestOnly") { state.versions(subject, visibility).count() - 1 } else { 0 };
            state.versions(subject, visibility).skip(skipped).map(move |entry| (subject, entry))
        });
        let page = options.page(entries).into_iter().take(LIST_LIMIT);
        page.map(|(subject, entry)| SchemaBody::version(subject, entry)).collect()
    }))
}

/// `GET /schemas/types`
pub(super) async fn types() -> Reply<[&'static str; 1]> {
    Reply([AVRO])
}

/// `GET /schemas/ids/{id}`; with `?subject=`, the answer says which version of the subject it is, if it is one.
pub(super) async fn by_id(State(service): Registry, Path(id): Path<String>, options: Options) -> Answer<SchemaBody> {
    service.read(|state| {
        let id = known(state, &id)?;
        let content = state.schema(id).ok_or_else(|| not_found(id))?;
        let mut body = SchemaBody::of(content);
        let wanted = options.text("subject").and_then(|subject| subject.parse::<Subject>().ok());
        if let Some((subject, entry)) =
            uses(state, id, Visibility::All).find(|(subject, _)| Some(*subject) == wanted.as_ref())
        {
            body = body.under(subject, entry.version);
        }
        if options.flag("fetchMaxId") {
            body = body.with_max_id(state.highest_id());
        }
        Ok(Reply(body))
    })
}

/// `GET /schemas/ids/{id}/schema`
pub(super) async fn text_by_id(State(service): Registry, Path(id): Path<String>) -> Result<impl IntoResponse, Refusal> {
    let text = service.read(|state| {
        let id = known(state, &id)?;
        state.schema(id).map(|content| content.text.to_string()).ok_or_else(|| not_found(id))
    })?;
    Ok(([(axum::http::header::CONTENT_TYPE, CONTENT_TYPE)], text))
}

/// `GET /schemas/ids/{id}/subjects`
pub(super) async fn subjects(
    State(service): Registry,
    Path(id): Path<String>,
    options: Options,
) -> Answer<Vec<Subject>> {
    service.read(|state| {
        let mut subjects: Vec<_> =
            uses(state, known(state, &id)?, options.visibility()).map(|(subject, _)| subject.clone()).collect();
        subjects.dedup();
        Ok(Reply(options.page(subjects.into_iter())))
    })
}

/// A version of a subject.
#[derive(Debug, Serialize)]
pub(super) struct Use {
    subject: Subject,
    version: Version,
}

/// `GET /schemas/ids/{id}/versions`
pub(super) async fn versions(State(service): Registry, Path(id): Path<String>, options: Options) -> Answer<Vec<Use>> {
    service.read(|state| {
        let uses = uses(state, known(state, &id)?, options.visibility());
        let uses = uses.map(|(subject, entry)| Use { subject: subject.clone(), version: entry.version });
        Ok(Reply(options.page(uses)))
    })
}

fn known(state: &Contents, id: &str) -> Result<SchemaId, Refusal> {
    let id: SchemaId = id.parse()?;
    if state.schema(id).is_some() { Ok(id) } else { Err(not_found(id)) }
}

fn not_found(id: SchemaId) -> Refusal {
    Refusal::SchemaNotFound(Some(id.to_string()))
}

fn uses(state: &Contents, id: SchemaId, visibility: Visibility) -> impl Iterator<Item = (&Subject, &Entry)> {
    state.uses(id).filter(move |(_, entry)| visibility.shows(entry.deleted))
}
