//! The log: a compacted topic with one partition, read by one thread and written by one transaction at a time.
//!
//! In reading order:
//! * [`topic`] creates the topic, or verifies that the one that exists keeps everything.
//! * [`reader`] applies every record to the state, in order, and says how far it is.
//! * [`writer`] turns a decision into records, fenced against other registries on the same topic.

pub(crate) mod topic;
pub(crate) mod reader;
pub(crate) mod writer;

use rdkafka::ClientConfig;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;

use crate::Config;

/// The only partition of the log.
pub(crate) const PARTITION: i32 = 0;

/// Passes librdkafka's own words on for debugging only: what matters of them is said where it is handled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quiet;

impl ClientContext for Quiet {
    fn log(&self, _: RDKafkaLogLevel, facility: &str, message: &str) {
        tracing::debug!(facility, "librdkafka: {message}");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::debug!("librdkafka: {error}: {reason}");
    }
}

impl ConsumerContext for Quiet {}

/// Settings that all clients of the registry share.
pub(crate) fn client_config(config: &Config) -> ClientConfig {
    let mut client = ClientConfig::new();
    client
        .set("bootstrap.servers", &config.bootstrap_servers)
        .set("client.id", "topology-registry")
        .set("reconnect.backoff.ms", "50")
        .set("reconnect.backoff.max.ms", "1000")
        .set("socket.connection.setup.timeout.ms", "5000")
        .set("topic.metadata.refresh.fast.interval.ms", "100")
        .set("log_level", "6");
    client
}
