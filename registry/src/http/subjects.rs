//! `/subjects`: register, look up, read and delete versions.

use axum::extract::{Path, State};
use axum::response::IntoResponse;

use super::Registry;
use super::input::{JsonBytes, Options};
use super::shape::{Reply, SchemaBody};
use crate::decide::{self, Deletion};
use crate::names::{SchemaId, Subject, Version, VersionSelector};
use crate::refusal::Refusal;
use crate::state::State as Contents;

type Answer<T> = Result<Reply<T>, Refusal>;

/// `GET /subjects`
pub(super) async fn list(State(service): Registry, options: Options) -> Reply<Vec<Subject>> {
    let prefix = prefix(&options);
    Reply(service.read(|state| {
        let subjects = state.subjects(options.visibility()).filter(|subject| subject.as_str().starts_with(prefix));
        options.page(subjects.cloned())
    }))
}

/// The prefix that subjects must have; contexts in it mean all, for there is one.
pub(super) fn prefix(options: &Options) -> &str {
    let prefix = options.text("subjectPrefix").unwrap_or_default();
    prefix.strip_prefix(":*:").or_else(|| prefix.strip_prefix(":.:")).unwrap_or(prefix)
}

/// `GET /subjects/{subject}/versions`
pub(super) async fn versions(
    State(service): Registry,
    Path(subject): Path<String>,
    options: Options,
) -> Answer<Vec<Version>> {
    let subject: Subject = subject.parse()?;
    service.read(|state| {
        if state.versions(&subject, options.visibility()).next().is_none() {
            return Err(Refusal::SubjectNotFound(subject.clone()));
        }
        let versions = state.versions(&subject, options.visibility()).map(|entry| entry.version);
        Ok(Reply(options.page(versions)))
    })
}

/// `POST /subjects/{subject}/versions`
pub(super) async fn register(
    State(service): Registry,
    Path(subject): Path<String>,
    JsonBytes(body): JsonBytes,
) -> Answer<SchemaBody> {
    let subject: Subject = subject.parse()?;
    let submission = service.submission(body).await?;
    let entry = service.write(move |state: &Contents| decide::register(state, &subject, &submission)).await?;
    Ok(Reply(SchemaBody::registered(&entry)))
}

/// `POST /subjects/{subject}`
pub(super) async fn look_up(
    State(service): Registry,
    Path(subject): Path<String>,
    options: Options,
    JsonBytes(body): JsonBytes,
) -> Answer<SchemaBody> {
    let subject: Subject = subject.parse()?;
    let submission = service.submission(body).await?;
    let entry = service.read(|state| decide::look_up(state, &subject, &submission, options.visibility()))?;
    Ok(Reply(SchemaBody::version(&subject, &entry)))
}

/// `GET /subjects/{subject}/versions/{version}`
pub(super) async fn version(
    State(service): Registry,
    Path((subject, version)): Path<(String, String)>,
    options: Options,
) -> Answer<SchemaBody> {
    let (subject, selector) = selected(&subject, &version)?;
    service.read(|state| {
        let entry = decide::version(state, &subject, selector, options.visibility())?;
        Ok(Reply(SchemaBody::version(&subject, entry)))
    })
}

/// `GET /subjects/{subject}/versions/{version}/schema`
pub(super) async fn schema(
    State(service): Registry,
    Path((subject, version)): Path<(String, String)>,
    options: Options,
) -> Result<impl IntoResponse, Refusal> {
    let (subject, selector) = selected(&subject, &version)?;
    let text = service.read(|state| {
        let entry = decide::version(state, &subject, selector, options.visibility())?;
        Ok::<_, Refusal>(entry.content.text.to_string())
    })?;
    Ok(([(axum::http::header::CONTENT_TYPE, super::shape::CONTENT_TYPE)], text))
}

/// `GET /subjects/{subject}/versions/{version}/referencedby`
pub(super) async fn referrers(
    State(service): Registry,
    Path((subject, version)): Path<(String, String)>,
    options: Options,
) -> Answer<Vec<SchemaId>> {
    let (subject, selector) = selected(&subject, &version)?;
    service.read(|state| {
        let version = decide::version(state, &subject, selector, options.visibility())?.version;
        Ok(Reply(options.page(state.referrers(&subject, version))))
    })
}

/// `DELETE /subjects/{subject}`
pub(super) async fn delete(
    State(service): Registry,
    Path(subject): Path<String>,
    options: Options,
) -> Answer<Vec<Version>> {
    let (subject, deletion): (Subject, _) = (subject.parse()?, deletion(&options));
    let versions = service.write(move |state: &Contents| decide::delete_subject(state, &subject, deletion)).await?;
    Ok(Reply(versions))
}

/// `DELETE /subjects/{subject}/versions/{version}`
pub(super) async fn delete_version(
    State(service): Registry,
    Path((subject, version)): Path<(String, String)>,
    options: Options,
) -> Answer<Version> {
    let (subject, selector) = selected(&subject, &version)?;
    let deletion = deletion(&options);
    let decide = move |state: &Contents| decide::delete_version(state, &subject, selector, deletion);
    Ok(Reply(service.write(decide).await?))
}

fn deletion(options: &Options) -> Deletion {
    if options.flag("permanent") { Deletion::Permanent } else { Deletion::Soft }
}

pub(super) fn selected(subject: &str, version: &str) -> Result<(Subject, VersionSelector), Refusal> {
    Ok((subject.parse()?, version.parse()?))
}
