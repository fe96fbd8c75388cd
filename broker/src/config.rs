//! The settings of Kafka 4.3: every topic, broker, group and client-metrics config with its type, default and range.
//!
//! - [`definition`]: what there is, read once from a table of facts
//! - [`check`]: which values are taken, with the words that Kafka refuses the others in
//! - [`embedded`]: what this cluster's `server.properties` would say
//! - [`effective`]: which value holds: dynamic over static over default; what other areas ask
//! - [`topic`](mod@topic): a topic's values, typed, as the data path wants them
//! - [`sources`]: every place that has a value for a config
//! - [`entries`]: configs as clients are shown them
//! - [`documentation`]: what a config is for
//! - [`validate`]: whether the configs of one resource can stand together

pub(crate) mod definition;
pub(crate) mod check;
pub(crate) mod embedded;
pub(crate) mod effective;
pub(crate) mod topic;
pub(crate) mod sources;
pub(crate) mod entries;
pub(crate) mod documentation;
pub(crate) mod validate;

pub(crate) use effective::{broker_bool, broker_i64, broker_str};
pub(crate) use topic::{TopicConfig, topic};

#[cfg(test)]
mod tests;
