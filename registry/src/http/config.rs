//! `/config` and `/mode`: compatibility levels are kept, modes of other registries are shown and respected.

use axum::extract::{Path, State};
use serde::Serialize;

use super::Registry;
use super::input::{JsonBytes, Options};
use super::shape::Reply;
use crate::decide;
use crate::names::{Scope, Subject};
use crate::refusal::Refusal;
use crate::request::compatibility_level;
use crate::service::Service;
use crate::state::State as Contents;

type Answer<T> = Result<Reply<T>, Refusal>;

/// A level as it is read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Level {
    compatibility_level: String,
}

/// A level as it is set: Confluent's API has another word for it.
#[derive(Debug, Serialize)]
pub(super) struct NewLevel {
    compatibility: String,
}

/// A mode.
#[derive(Debug, Serialize)]
pub(super) struct Mode {
    mode: String,
}

/// `GET /config`
pub(super) async fn global_level(State(service): Registry) -> Reply<Level> {
    let compatibility_level = service.read(|state| decide::effective_level(state, &Scope::Global).to_owned());
    Reply(Level { compatibility_level })
}

/// `GET /config/{subject}`
pub(super) async fn level(State(service): Registry, Path(subject): Path<String>, options: Options) -> Answer<Level> {
    let subject: Subject = subject.parse()?;
    let scope = Scope::Subject(subject.clone());
    let level = service.read(|state| {
        let configured = decide::configured_level(state, &scope).map(str::to_owned);
        configured
            .or_else(|| options.flag("defaultToGlobal").then(|| decide::effective_level(state, &scope).to_owned()))
    });
    let compatibility_level = level.ok_or(Refusal::NoSubjectCompatibility(subject))?;
    Ok(Reply(Level { compatibility_level }))
}

/// `PUT /config`
pub(super) async fn set_global_level(State(service): Registry, JsonBytes(body): JsonBytes) -> Answer<NewLevel> {
    set(&service, Scope::Global, &body).await
}

/// `PUT /config/{subject}`
pub(super) async fn set_level(
    State(service): Registry,
    Path(subject): Path<String>,
    JsonBytes(body): JsonBytes,
) -> Answer<NewLevel> {
    set(&service, Scope::Subject(subject.parse()?), &body).await
}

/// `DELETE /config`
pub(super) async fn delete_global_level(State(service): Registry) -> Answer<Level> {
    delete_config(&service, Scope::Global).await
}

/// `DELETE /config/{subject}`
pub(super) async fn delete_level(State(service): Registry, Path(subject): Path<String>) -> Answer<Level> {
    delete_config(&service, Scope::Subject(subject.parse()?)).await
}

/// `GET /mode`
pub(super) async fn global_mode(State(service): Registry) -> Reply<Mode> {
    Reply(Mode { mode: service.read(|state| decide::effective_mode(state, &Scope::Global).to_owned()) })
}

/// `GET /mode/{subject}`
pub(super) async fn mode(State(service): Registry, Path(subject): Path<String>, options: Options) -> Answer<Mode> {
    let subject: Subject = subject.parse()?;
    let scope = Scope::Subject(subject.clone());
    let mode = service.read(|state| {
        let configured = state.mode(&scope).map(str::to_owned);
        configured.or_else(|| options.flag("defaultToGlobal").then(|| decide::effective_mode(state, &scope).to_owned()))
    });
    Ok(Reply(Mode { mode: mode.ok_or(Refusal::NoSubjectMode(subject))? }))
}

/// `PUT` and `DELETE` of modes.
pub(super) async fn refuse_mode() -> Refusal {
    Refusal::ModeIsReadOnly
}

async fn set(service: &Service, scope: Scope, body: &[u8]) -> Answer<NewLevel> {
    let compatibility = compatibility_level(body)?;
    let level = compatibility.clone();
    service.write(move |state: &Contents| decide::set_level(state, scope.clone(), &level)).await?;
    Ok(Reply(NewLevel { compatibility }))
}

async fn delete_config(service: &Service, scope: Scope) -> Answer<Level> {
    let decide = move |state: &Contents| decide::delete_config(state, scope.clone());
    Ok(Reply(Level { compatibility_level: service.write(decide).await? }))
}
