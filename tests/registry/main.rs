//! Schema registries as processes, on embedded clusters: as their clients meet them over HTTP, under `kill -9`, under
//! faults of the cluster, and with logs that other registries wrote.
//!
//! Tests of the HTTP side share one registry as far as they can, each in a context of its own, so that ids and listings
//! are its own too.

mod apache;
mod archive;
mod client;
mod clients;
mod converter;
mod crash;
mod encrypted;
mod faults;
mod fleet;
mod foreign;
mod fuzz;
mod http;
mod limits;
#[path = "../differential/raw.rs"]
mod raw;
mod secured;
mod security;
mod server;
