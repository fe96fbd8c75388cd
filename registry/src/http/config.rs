//! `/config` and `/mode`: compatibility levels are kept, modes of other registries are shown and respected.

use hyper::Method;
use serde_json::json;

use super::api::Asked;
use super::fault::Fault;
use super::reply::Reply;
use super::route::Endpoint;
use crate::decide;
use crate::names::Scope;
use crate::refusal::Refusal;
use crate::request::compatibility_level;
use crate::service::Service;
use crate::state::State as Contents;

/// `/config` and `/config/{subject}`
pub(super) async fn answer(service: &Service, asked: &Asked) -> Result<Reply, Fault> {
    let scope = scope(asked)?;
    let level = if asked.method == Method::GET {
        level(service, asked, &scope)?
    } else if asked.method == Method::PUT {
        let level = compatibility_level(&asked.body)?;
        let set = level.clone();
        service.write(move |state: &Contents| decide::set_level(state, scope.clone(), &set)).await?;
        return Ok(Reply::json(&json!({ "compatibility": level })));
    } else {
        service.write(move |state: &Contents| decide::delete_config(state, scope.clone())).await?
    };
    Ok(Reply::json(&json!({ "compatibilityLevel": level })))
}

fn level(service: &Service, asked: &Asked, scope: &Scope) -> Result<String, Refusal> {
    service.read(|state| match (decide::configured_level(state, scope), scope) {
        (Some(level), _) => Ok(level.to_owned()),
        (None, Scope::Subject(subject)) if !asked.query.flag("defaultToGlobal") => {
            Err(Refusal::NoSubjectCompatibility(subject.clone()))
        }
        _ => Ok(decide::effective_level(state, scope).to_owned()),
    })
}

/// `/mode` and `/mode/{subject}`
pub(super) fn answer_mode(service: &Service, asked: &Asked) -> Result<Reply, Fault> {
    if asked.method != Method::GET {
        return Err(Refusal::ModeIsReadOnly.into());
    }
    let scope = scope(asked)?;
    let mode = service.read(|state| match (state.mode(&scope), &scope) {
        (Some(mode), _) => Ok(mode.to_owned()),
        (None, Scope::Subject(subject)) if !asked.query.flag("defaultToGlobal") => {
            Err(Refusal::NoSubjectMode(subject.clone()))
        }
        _ => Ok(decide::effective_mode(state, &scope).to_owned()),
    })?;
    Ok(Reply::json(&json!({ "mode": mode })))
}

fn scope(asked: &Asked) -> Result<Scope, Refusal> {
    match asked.endpoint {
        Endpoint::GlobalConfig | Endpoint::GlobalMode => Ok(Scope::Global),
        _ => Ok(Scope::Subject(asked.subject()?)),
    }
}
