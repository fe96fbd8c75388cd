//! Confluent's REST API: paths, parameters and JSON shapes around `decide` and the state.
//!
//! In reading order:
//! * [`settings`]: how the HTTP side runs.
//! * [`server`]: connections; [`gate`]: what every request passes; [`api`]: which function answers it.
//! * [`subjects`], [`schemas`], [`config`], [`compatibility`], [`health`]: the functions that answer.
//! * [`route`], [`query`], [`media`], [`body`]: the parts of a request.
//! * [`reply`] and [`fault`]: what is answered, and why not; [`shape`]: schemas in JSON.
//! * [`limits`] and [`metrics`].

pub(crate) mod settings;
pub(crate) mod server;
pub(crate) mod gate;
pub(crate) mod api;
mod subjects;
mod schemas;
mod config;
mod compatibility;
mod health;
mod route;
mod query;
mod media;
mod body;
mod reply;
mod fault;
mod shape;
mod limits;
mod metrics;

pub(crate) use health::Status;

use crate::state::Visibility;

/// What `deleted` and `deletedOnly` ask for.
fn visibility(query: &query::Query) -> Visibility {
    match (query.flag("deletedOnly"), query.flag("deleted")) {
        (true, _) => Visibility::Deleted,
        (false, true) => Visibility::All,
        (false, false) => Visibility::Live,
    }
}
