//! The librdkafka properties of our clients, and what is the same for all of them.
//!
//! Every property that differs from librdkafka's default is set here with its reason. `TOPOLOGY_KAFKA_*` variables
//! come last and win, except for those that [`settings`](crate::settings) refuses.

use std::time::Duration;

use rdkafka::client::{Client, ClientContext};
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::statistics::Statistics;

use crate::backoff::Backoff;
use crate::readiness::{Need, Readiness};
use crate::service::{Service, ServiceError};
use crate::settings::Settings;

/// How often librdkafka tells its statistics, from which lag and broker states come.
const STATISTICS_INTERVAL: Duration = Duration::from_secs(2);
/// How long one question for a topic's metadata may take.
const METADATA_TIMEOUT: Duration = Duration::from_secs(5);

/// The properties of a consumer that is a member of `group`.
pub(crate) fn consumer_config(service: &Service, group: &str) -> ClientConfig {
    let mut config = common(service);
    config
        .set("group.id", group)
        // Partitions that stay with a member keep running through a rebalance.
        .set("partition.assignment.strategy", "cooperative-sticky")
        // Only what was handled is stored, and what is stored is committed every second: that much a crash repeats.
        .set("enable.auto.offset.store", "false")
        .set("enable.auto.commit", "true")
        .set("auto.commit.interval.ms", "1000")
        // For offsets that retention has deleted. `Start::Latest` is a position committed at the first start.
        .set("auto.offset.reset", "earliest")
        .set("allow.auto.create.topics", "false")
        // A killed member's partitions move after this time. Kafka's and librdkafka's default of 45 s is made for
        // members that stop polling for long; ours never do. Range of most brokers: 6 s to 30 min.
        .set("session.timeout.ms", "10000")
        .set("heartbeat.interval.ms", "3000")
        // librdkafka's default, named because handlers may exceed it: the polling thread does not wait for them.
        .set("max.poll.interval.ms", "300000")
        // Brokers answer a fetch at once when there is data; this is only the longest wait without.
        .set("fetch.wait.max.ms", "500")
        // After an empty or failed fetch, ask again soon: the default of 500 ms would be the latency of a quiet topic.
        .set("fetch.error.backoff.ms", "100")
        // What is fetched ahead over all partitions; the queues of our tasks come behind it. Default: 64 MiB.
        .set("queued.max.messages.kbytes", "16384");
    overridden(config, service.settings())
}

/// The properties of a producer that a person calls.
pub(crate) fn producer_config(service: &Service) -> ClientConfig {
    let mut config = common(service);
    config
        // Implies acks=all and at most five requests in flight: no duplicates and no reordering by retries.
        .set("enable.idempotence", "true")
        .set("acks", "all")
        // Java's partitioner for keys, so that topics written from both sides can be joined.
        .set("partitioner", "murmur2_random")
        // 5 ms of patience make batches at little latency.
        .set("linger.ms", "5")
        // A third more client CPU than none for half the bytes on disk and on every replica's wire.
        .set("compression.type", "lz4")
        // As Java's delivery.timeout.ms; librdkafka's default is 5 minutes.
        .set("message.timeout.ms", "120000");
    overridden(config, service.settings())
}

/// The properties of a processor's producer: like any, but an outage of the brokers is waited out, however long.
pub(crate) fn processor_config(service: &Service) -> ClientConfig {
    let mut config = producer_config(service);
    config.set("message.timeout.ms", "0");
    overridden(config, service.settings())
}

fn common(service: &Service) -> ClientConfig {
    let settings = service.settings();
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", settings.bootstrap_servers())
        // What brokers log, and what quotas go by.
        .set("client.id", format!("{}-{}", service.context().service().name, settings.instance()))
        // A broker that restarts is back within a second of being up; the default maximum is 10 s.
        .set("reconnect.backoff.ms", "100")
        .set("reconnect.backoff.max.ms", "1000")
        .set("socket.keepalive.enable", "true")
        .set("statistics.interval.ms", STATISTICS_INTERVAL.as_millis().to_string());
    let security = settings.security();
    let properties = [
        ("security.protocol", security.protocol.as_deref()),
        ("sasl.mechanism", security.mechanism.as_deref()),
        ("sasl.username", security.username.as_deref()),
        ("sasl.password", security.password.as_ref().map(crate::settings::Secret::reveal)),
        ("ssl.ca.location", security.ca_file.as_deref()),
    ];
    for (property, value) in properties {
        if let Some(value) = value {
            config.set(property, value);
        }
    }
    config
}

fn overridden(mut config: ClientConfig, settings: &Settings) -> ClientConfig {
    for (property, value) in settings.kafka() {
        config.set(property, value);
    }
    config
}

/// Whether the cluster knows a topic.
pub(crate) fn topic_state<C: ClientContext>(client: &Client<C>, topic: &str) -> TopicState {
    let metadata = match client.fetch_metadata(Some(topic), METADATA_TIMEOUT) {
        Ok(metadata) => metadata,
        Err(error) => return TopicState::Unknown(format!("no broker answers: {error}")),
    };
    let found = metadata.topics().iter().find(|found| found.name() == topic);
    match found.map(|found| found.error().map(RDKafkaErrorCode::from)) {
        Some(None) => TopicState::Exists,
        None | Some(Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic)) => {
            TopicState::Unknown(format!("topic `{topic}` does not exist on the cluster; `topology apply` creates it"))
        }
        Some(Some(code)) => TopicState::Unknown(format!("topic `{topic}` cannot be used: {code}")),
    }
}

/// What the cluster says about a topic.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TopicState {
    Exists,
    /// It cannot be used yet, for this reason.
    Unknown(String),
}

/// Waits until all `topics` exist, or the service ends. The reason is visible in `/ready` meanwhile.
pub(crate) async fn await_topics<F>(service: &Service, topics: Vec<&'static str>, state: F) -> Result<(), ServiceError>
where
    F: Fn(&str) -> TopicState + Clone + Send + 'static,
{
    service.waits_quietly(Need::Topics, "asking the cluster for its topics");
    for topic in topics {
        let mut backoff = Backoff::startup();
        while !service.ending().is_set() {
            let state = state.clone();
            let asked = tokio::task::spawn_blocking(move || state(topic)).await.map_err(ServiceError::client)?;
            let TopicState::Unknown(reason) = asked else { break };
            service.waits(Need::Topics, &reason);
            service.pause(backoff.pause()).await;
        }
    }
    service.readiness().met(Need::Topics);
    Ok(())
}

/// Keeps the readiness honest about the connections to brokers.
pub(crate) fn note_brokers(statistics: &Statistics, readiness: &Readiness) {
    let mut brokers = statistics.brokers.values().filter(|broker| broker.nodeid >= 0).peekable();
    if brokers.peek().is_none() || brokers.any(|broker| broker.state == "UP") {
        if readiness.met(Need::Brokers) {
            tracing::info!("connected to the cluster again");
        }
    } else {
        note_unreachable(readiness);
    }
}

/// Takes note of what a client reports about itself. What passes by itself is for `TOPOLOGY_LOG=kafka=debug`: a
/// cluster that restarts would fill the log.
pub(crate) fn note_client_error(error: &KafkaError, reason: &str, readiness: &Readiness) {
    use RDKafkaErrorCode::{AllBrokersDown, BrokerTransportFailure, OperationTimedOut};
    match error.rdkafka_error_code() {
        Some(AllBrokersDown) => note_unreachable(readiness),
        Some(BrokerTransportFailure | OperationTimedOut) => tracing::debug!(target: "kafka", "{reason}"),
        _ => {
            readiness.note_error(reason);
            tracing::warn!(target: "kafka", "{reason}");
        }
    }
}

fn note_unreachable(readiness: &Readiness) {
    if readiness.waits(Need::Brokers, "no broker can be reached") {
        tracing::warn!("no broker can be reached; trying again until one can");
    }
}

/// Passes librdkafka's own log on, one level lower: it reports as errors what it then repairs.
pub(crate) fn log_line(level: RDKafkaLogLevel, facility: &str, line: &str) {
    use RDKafkaLogLevel::{Alert, Critical, Debug, Emerg};
    match level {
        Emerg | Alert | Critical => tracing::error!(target: "kafka", "{facility}: {line}"),
        Debug => tracing::trace!(target: "kafka", "{facility}: {line}"),
        _ => tracing::debug!(target: "kafka", "{facility}: {line}"),
    }
}
