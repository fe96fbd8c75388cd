//! The log: a compacted topic with one partition, read by one thread and written by one transaction at a time.
//!
//! In reading order:
//! * [`denied`] says why a cluster does not let a registry in, or do what it has to.
//! * [`topic`] creates the topic, or verifies that the one that exists keeps everything.
//! * [`claim`] says who leads; a leader writes it into the log itself.
//! * [`reader`] applies every record to the state, in order, and says how far it is.
//! * [`writer`] is a transactional producer, which fences the one before it.
//! * [`commit`] decides what clients ask for and writes it, many requests to a transaction.

mod denied;
pub(crate) mod topic;
pub(crate) mod claim;
pub(crate) mod reader;
pub(crate) mod writer;
pub(crate) mod commit;

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

/// Who opens this for writing fences whoever had it before.
fn transactional_id(config: &Config) -> String {
    format!("{}-writer", config.topic)
}

/// Settings that all clients of the registry share; what the configuration says of security comes last and wins.
pub(crate) fn client_config(config: &Config) -> ClientConfig {
    let mut client = ClientConfig::new();
    client
        .set("bootstrap.servers", &config.bootstrap_servers)
        .set("client.id", "topology-registry")
        .set("reconnect.backoff.ms", "50")
        .set("reconnect.backoff.max.ms", "1000")
        .set("socket.connection.setup.timeout.ms", "5000")
        // Requests are small and somebody waits for each.
        .set("socket.nagle.disable", "true")
        .set("topic.metadata.refresh.fast.interval.ms", "100")
        // A topic that is gone is to be noticed in seconds. It exists before it is read: nothing has to spread first.
        .set("topic.metadata.propagation.max.ms", "2000")
        .set("log_level", "6");
    for (name, value) in &config.client_properties {
        client.set(name, value);
    }
    client
}
