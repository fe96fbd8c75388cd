//! Contracts on produce: a topic may demand that its records carry ids of schemas that the registry has for it.
//!
//! A foreign client in development is held to what the manifest declares. The registry keeps its schemas in a topic of
//! this cluster, so the broker reads them there and asks nobody:
//!
//! - [`strategy`]: which subjects a topic's schemas are registered under
//! - [`schemas`]: the ids of every subject, followed in the registry's topic
//! - [`check`]: the id that a record carries, and whether it may
//!
//! The configs are those of Confluent Server: `confluent.{key,value}.schema.validation` and
//! `confluent.{key,value}.subject.name.strategy`.

pub(crate) mod strategy;
pub(crate) mod schemas;
pub(crate) mod check;

#[cfg(test)]
mod tests;

pub(crate) use check::Contract;
pub(crate) use schemas::Schemas;
pub(crate) use strategy::Strategy;
