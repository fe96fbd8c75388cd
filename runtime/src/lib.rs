//! What generated services link: producers, consumers and stateless processors on librdkafka.
//!
//! A service is one call of `run`: [`Consumer::run`], [`Processor::run`] or [`ProducerService::run`]. It reads its
//! settings from the environment, looks up its schema ids, joins its group, serves `/health`, `/ready` and
//! `/metrics`, and ends cleanly on SIGTERM.
//!
//! In reading order:
//!
//! * [`mod@format`], [`topic`] and [`message`]: what travels, and how it is written as bytes.
//! * [`error`], [`policy`] and [`context`]: what a handler can say, what follows from it, and what it can ask.
//! * `settings`, `kafka`: the environment, and the librdkafka properties that follow from it.
//! * `schemas`, `registry`, `resolution`: schema ids, and reading what was written with another schema.
//! * [`producer`], `group`, [`consumer`], [`processor`]: the data plane.
//! * `service`, `readiness`, `metrics`, `http`: the process around it.
//!
//! # Delivery
//!
//! Consumers and processors deliver **at least once, in order per partition**: an offset is committed after the
//! record's handler returned `Ok` (or, in a processor, after every record that it caused was acknowledged by all
//! in-sync replicas). After a crash or a rebalance the records since the last commit are handled again.
//! Partitions run in parallel.
//!
//! # Features
//!
//! * `tls` (off): TLS and SASL/SCRAM towards brokers, `https` towards the registry. Needs OpenSSL at build time.
//! * `zstd` (off): batches compressed with zstd.

#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]

mod backoff;
pub mod consumer;
pub mod context;
pub mod error;
pub mod format;
mod group;
mod http;
mod kafka;
mod logging;
pub mod message;
mod metrics;
mod panics;
mod protobuf;
pub mod policy;
pub mod processor;
pub mod producer;
mod readiness;
mod registry;
mod resolution;
mod schemas;
mod service;
mod settings;
mod stopping;
pub mod topic;

pub use consumer::Consumer;
pub use context::{Context, ServiceInfo};
pub use error::{HandlerError, SendError};
pub use format::Format;
pub use message::{Headers, Message};
pub use policy::{OnError, Start, Then};
pub use processor::{Output, Processor};
pub use producer::{Delivery, Producer, ProducerService};
pub use topic::Topic;
pub use topology_codec as codec;
