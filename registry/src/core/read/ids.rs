//! Schemas by id and by GUID.

use std::collections::BTreeMap;
use std::sync::Arc;

use schema::identity::Identity;

use crate::core::answer::{ContextId, Page, SchemaAnswer, SubjectVersion};
use crate::core::content::Content;
use crate::core::engine::{Engine, Presentation};
use crate::core::names::{Context, SchemaId, Subject};
use crate::core::read::candidates;
use crate::core::refusal::{Refusal, quoted};
use crate::core::state::{Entry, State, Visibility};

/// An id as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdQuery {
    pub(crate) id: SchemaId,
    /// The context of the path; `.` without one.
    pub(crate) context: Context,
    /// The parameter `subject`: the id is looked for in the context of this subject.
    pub(crate) subject: Option<Subject>,
}

/// A schema, the context where it was found, and the version of the asked subject that it is.
struct Found<'a> {
    context: Context,
    content: &'a Arc<Content>,
    under: Option<(Subject, &'a Entry)>,
}

fn find<'a>(state: &'a State, query: &IdQuery) -> Result<Found<'a>, Refusal> {
    let IdQuery { id, context, subject } = query;
    for one in subject.iter().flat_map(|subject| candidates(state, subject)) {
        let context = one.context();
        // The highest version with the id, as the index of Confluent's registry has it.
        let entry = state.versions(&one, Visibility::All).rev().find(|entry| entry.id == *id);
        if let Some(entry) = entry {
            return Ok(Found { context, content: &entry.content, under: Some((one, entry)) });
        }
    }
    let context = subject.as_ref().map_or_else(|| context.clone(), Subject::context);
    let content = state.schema(&context, *id).ok_or_else(|| Refusal::SchemaNotFound(Some(id.to_string())))?;
    Ok(Found { context, content, under: None })
}

/// `GET /schemas/ids/{id}`; `with_max_id` for `fetchMaxId`.
pub(crate) fn by_id(
    state: &State,
    engine: &Engine,
    query: &IdQuery,
    presentation: &Presentation,
) -> Result<SchemaAnswer, Refusal> {
    let Found { context, content, under } = find(state, query)?;
    let mut answer = SchemaAnswer::of(content);
    if let Some((subject, entry)) = under {
        answer = SchemaAnswer { id: None, ..SchemaAnswer::version(&subject, entry) };
    } else if let Some((_, entry)) = state.uses(&context, query.id).next() {
        answer.ts = entry.timestamp;
        answer.deleted = state.uses(&context, query.id).all(|(_, entry)| entry.deleted);
    }
    Ok(engine.present(state, &context, content, presentation, answer))
}

/// The highest id of the context that `query` is about (`fetchMaxId`).
pub(crate) fn max_id(state: &State, query: &IdQuery) -> Option<SchemaId> {
    find(state, query).ok().and_then(|found| state.highest_id(&found.context))
}

/// `GET /schemas/ids/{id}/subjects`
pub(crate) fn subjects_of(
    state: &State,
    query: &IdQuery,
    visibility: Visibility,
    page: Page,
) -> Result<Vec<Subject>, Refusal> {
    let uses = versions_of(state, query, visibility, Page::default())?;
    Ok(page.of(uses.into_iter().map(|one| one.subject)))
}

/// `GET /schemas/ids/{id}/versions`: the highest version of each subject.
pub(crate) fn versions_of(
    state: &State,
    query: &IdQuery,
    visibility: Visibility,
    page: Page,
) -> Result<Vec<SubjectVersion>, Refusal> {
    let found = find(state, query)?;
    let uses = state.uses(&found.context, query.id).filter(|(_, entry)| visibility.shows(entry.deleted));
    let highest: BTreeMap<_, _> = uses.map(|(subject, entry)| (subject, entry.version)).collect();
    let uses = highest.into_iter().map(|(subject, version)| SubjectVersion { subject: subject.clone(), version });
    Ok(page.of(uses))
}

/// `GET /schemas/guids/{guid}`
pub(crate) fn by_guid(
    state: &State,
    engine: &Engine,
    guid: &str,
    presentation: &Presentation,
) -> Result<SchemaAnswer, Refusal> {
    let (context, id) = of_guid(state, guid).next().ok_or_else(|| unknown_guid(guid))?;
    let content = state.schema(&context, id).ok_or_else(|| unknown_guid(guid))?;
    let mut answer = SchemaAnswer::of(content);
    answer.ts = state.uses(&context, id).next().and_then(|(_, entry)| entry.timestamp);
    Ok(engine.present(state, &context, content, presentation, answer))
}

/// `GET /schemas/guids/{guid}/ids`
pub(crate) fn ids_of_guid(state: &State, guid: &str) -> Result<Vec<ContextId>, Refusal> {
    let ids: Vec<_> = of_guid(state, guid).map(|(context, id)| ContextId { context, id }).collect();
    if ids.is_empty() { Err(unknown_guid(guid)) } else { Ok(ids) }
}

fn of_guid<'a>(state: &'a State, guid: &str) -> impl Iterator<Item = (Context, SchemaId)> + use<'a> {
    let identity = guid.parse::<Identity>().ok();
    let ids = identity.into_iter().flat_map(|identity| state.ids_of(identity));
    ids.map(|(context, id)| (context.clone(), id))
}

fn unknown_guid(guid: &str) -> Refusal {
    Refusal::SchemaNotFound(Some(quoted(guid)))
}
