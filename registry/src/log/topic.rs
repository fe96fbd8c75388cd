//! Creates the log's topic, or verifies that the one that exists keeps everything.
//!
//! A log with a second partition has no order, and one whose old records are deleted by age loses schemas; both have
//! cost people their registries. Neither is repaired here: what to do about data is for its owner to say.

use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use tokio::time::{Instant, sleep};

use super::{Quiet, client_config};
use crate::{Config, Error};

const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// A cluster that is not there is asked often, so that its start is noticed and its absence is said soon.
const METADATA_TIMEOUT: Duration = Duration::from_secs(2);
/// The first pause between attempts; each is twice the one before, up to the longest. A topic that was just created is
/// there at once on the embedded cluster.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// What one attempt found.
enum Attempt {
    Done,
    /// Try again; the text says why.
    Later(String),
}

/// Waits for the cluster, then creates or verifies the topic.
///
/// # Errors
///
/// When the cluster does not answer before `config.startup_timeout` has passed, or the topic would lose schemas.
pub(crate) async fn prepare(config: &Config) -> Result<(), Error> {
    let deadline = Instant::now() + config.startup_timeout;
    let mut said = String::new();
    let mut pause = FIRST_PAUSE;
    loop {
        let reason = match attempt(config).await? {
            Attempt::Done => return Ok(()),
            Attempt::Later(reason) => reason,
        };
        if Instant::now() >= deadline {
            let bootstrap_servers = config.bootstrap_servers.clone();
            return Err(Error::ClusterUnavailable { bootstrap_servers, waited: config.startup_timeout, reason });
        }
        if reason != said {
            tracing::info!(bootstrap_servers = %config.bootstrap_servers, "waiting for the Kafka cluster: {reason}");
            said = reason;
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn attempt(config: &Config) -> Result<Attempt, Error> {
    let settings = config.clone();
    let observed = tokio::task::spawn_blocking(move || observe(&settings)).await;
    let Cluster { brokers, partitions } = match observed.expect("observing does not panic") {
        Ok(cluster) => cluster,
        Err(error) => return later_or_settings(&error),
    };
    match partitions {
        Some(1) => verify_policy(config).await,
        Some(partitions) => Err(Error::WrongPartitions { topic: config.topic.clone(), partitions }),
        None => create(config, brokers).await,
    }
}

struct Cluster {
    brokers: usize,
    /// `None`: the topic does not exist.
    partitions: Option<usize>,
}

fn observe(config: &Config) -> Result<Cluster, KafkaError> {
    let consumer: BaseConsumer<Quiet> = client_config(config).create_with_context(Quiet)?;
    let metadata = consumer.fetch_metadata(None, METADATA_TIMEOUT)?;
    let topic = metadata.topics().iter().find(|topic| topic.name() == config.topic);
    let partitions = topic.map(|topic| topic.partitions().len());
    Ok(Cluster { brokers: metadata.brokers().len(), partitions })
}

async fn create(config: &Config, brokers: usize) -> Result<Attempt, Error> {
    let factor = i32::from(config.replication_factor.unwrap_or_else(|| u16::try_from(brokers.min(3)).unwrap_or(3)));
    let min_insync = if factor > 2 { "2" } else { "1" };
    let topic = NewTopic::new(&config.topic, 1, TopicReplication::Fixed(factor))
        .set("cleanup.policy", "compact")
        .set("min.insync.replicas", min_insync);
    let admin: AdminClient<Quiet> = client_config(config).create_with_context(Quiet).map_err(Error::Settings)?;
    match admin.create_topics(&[topic], &options()).await {
        Ok(results) => match results.into_iter().next() {
            None | Some(Ok(_)) => {
                tracing::info!(topic = %config.topic, replication_factor = factor, "created the log");
                Ok(Attempt::Later("the log was created just now".to_owned()))
            }
            Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) => {
                Ok(Attempt::Later("another registry creates the log".to_owned()))
            }
            Some(Err((_, RDKafkaErrorCode::InvalidReplicationFactor))) => Ok(Attempt::Later(format!(
                "topic {} is to have {factor} replicas, and {brokers} brokers are up",
                config.topic
            ))),
            Some(Err((_, code))) if is_lasting(code) => {
                Err(Error::CreateTopic { topic: config.topic.clone(), source: KafkaError::AdminOp(code) })
            }
            Some(Err((_, code))) => Ok(Attempt::Later(format!("topic {} cannot be created: {code}", config.topic))),
        },
        Err(error) => later_or_settings(&error),
    }
}

async fn verify_policy(config: &Config) -> Result<Attempt, Error> {
    let admin: AdminClient<Quiet> = client_config(config).create_with_context(Quiet).map_err(Error::Settings)?;
    let resource = ResourceSpecifier::Topic(&config.topic);
    let results = match admin.describe_configs([&resource], &options()).await {
        Ok(results) => results,
        Err(error) => return later_or_settings(&error),
    };
    match results.into_iter().next() {
        Some(Ok(resource)) => {
            let policy = resource.get("cleanup.policy").and_then(|entry| entry.value.clone()).unwrap_or_default();
            if policy == "compact" {
                return Ok(Attempt::Done);
            }
            Err(Error::WrongCleanupPolicy { topic: config.topic.clone(), policy })
        }
        Some(Err(code @ RDKafkaErrorCode::TopicAuthorizationFailed)) => {
            tracing::warn!(topic = %config.topic, "the cleanup policy of the log could not be checked: {code}");
            Ok(Attempt::Done)
        }
        Some(Err(code)) => Ok(Attempt::Later(format!("the settings of topic {} cannot be read: {code}", config.topic))),
        None => Ok(Attempt::Later(format!("the settings of topic {} were not returned", config.topic))),
    }
}

/// Errors that another attempt does not change.
fn is_lasting(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        code,
        Code::TopicAuthorizationFailed | Code::ClusterAuthorizationFailed | Code::PolicyViolation | Code::InvalidTopic
    )
}

fn later_or_settings(error: &KafkaError) -> Result<Attempt, Error> {
    match error {
        KafkaError::ClientConfig(..) | KafkaError::ClientCreation(_) => Err(Error::Settings(error.clone())),
        KafkaError::MetadataFetch(code) => Ok(Attempt::Later(format!("no broker answers: {code}"))),
        other => Ok(Attempt::Later(other.to_string())),
    }
}

fn options() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(REQUEST_TIMEOUT)).operation_timeout(Some(REQUEST_TIMEOUT))
}
