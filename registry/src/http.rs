//! Confluent's REST API: paths, parameters and JSON shapes around `decide` and the state.
//!
//! In reading order:
//! * [`settings`]: how the HTTP side runs.
//! * [`server`]: connections; [`gate`]: what every request passes; [`api`]: which function answers it.
//! * [`asked`]: a request in the registry's terms.
//! * [`subjects`], [`schemas`], [`compatibility`], [`config`], [`mode`], [`contexts`], [`cluster`], [`health`]: the
//!   functions that answer.
//! * [`route`], [`query`], [`media`], [`body`]: the parts of a request; [`stall`] and [`idle`]: connections that are stuck, and
//!   that make room.
//! * [`reply`] and [`fault`]: what is answered, and why not.
//! * [`leader`]: writes that another registry has to do; [`again`]: what to do about one that was not confirmed.
//! * [`rate`] and [`metrics`]: how often an address may ask, and how often all did.

pub(crate) mod settings;
pub(crate) mod server;
pub(crate) mod gate;
pub(crate) mod api;
mod asked;
mod subjects;
mod schemas;
mod compatibility;
mod config;
mod mode;
mod contexts;
mod cluster;
mod health;
mod route;
mod query;
mod media;
mod body;
mod stall;
mod idle;
mod reply;
mod fault;
mod leader;
mod again;
mod rate;
mod metrics;

pub(crate) use health::Status;
