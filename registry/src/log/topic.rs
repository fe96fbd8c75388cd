//! Creates the log's topic, or verifies that the one that exists keeps everything.
//!
//! A log with a second partition has no order, and one whose old records are deleted by age loses schemas; both have
//! cost people their registries. Neither is repaired here: what to do about data is for its owner to say.

use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use tokio::time::{Instant, sleep};

use super::denied::{self, Silence};
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
    let refused = |error| Error::settings(config, error);
    let admin: AdminClient<Quiet> = client_config(config).create_with_context(Quiet).map_err(refused)?;
    let topic = config.topic.clone();
    let asked = tokio::task::spawn_blocking(move || (observe(&admin, &topic), admin)).await;
    let (observed, admin) = asked.expect("observing does not panic");
    let Cluster { brokers, topic } = match observed {
        Ok(cluster) => cluster,
        Err(KafkaError::MetadataFetch(code)) => return silence(config, code).await,
        Err(error) => return later_or_settings(config, &error),
    };
    match topic {
        Some(Layout { partitions: 1, replicas }) => verify_settings(config, &admin, replicas, brokers).await,
        Some(Layout { partitions, .. }) => Err(Error::WrongPartitions { topic: config.topic.clone(), partitions }),
        None => create(config, &admin, brokers).await,
    }
}

/// Nobody answered; why, in the words of who did not.
async fn silence(config: &Config, code: RDKafkaErrorCode) -> Result<Attempt, Error> {
    let asked = config.clone();
    let listened = tokio::task::spawn_blocking(move || denied::listen(&asked, METADATA_TIMEOUT)).await;
    match listened.expect("listening does not panic") {
        Silence::Lasting(error) => Err(*error),
        Silence::Passing(reason) => Ok(Attempt::Later(match reason {
            Some(reason) => format!("no broker answers: {reason}"),
            None => format!("no broker answers: {code}"),
        })),
    }
}

struct Cluster {
    brokers: usize,
    /// `None`: the topic does not exist.
    topic: Option<Layout>,
}

struct Layout {
    partitions: usize,
    replicas: usize,
}

fn observe(admin: &AdminClient<Quiet>, topic: &str) -> Result<Cluster, KafkaError> {
    let metadata = admin.inner().fetch_metadata(None, METADATA_TIMEOUT)?;
    let topic = metadata.topics().iter().find(|one| one.name() == topic).map(|topic| Layout {
        partitions: topic.partitions().len(),
        replicas: topic.partitions().first().map_or(0, |partition| partition.replicas().len()),
    });
    Ok(Cluster { brokers: metadata.brokers().len(), topic })
}

async fn create(config: &Config, admin: &AdminClient<Quiet>, brokers: usize) -> Result<Attempt, Error> {
    let factor = i32::from(config.replication_factor.unwrap_or_else(|| u16::try_from(brokers.min(3)).unwrap_or(3)));
    let min_insync = if factor > 2 { "2" } else { "1" };
    let topic = NewTopic::new(&config.topic, 1, TopicReplication::Fixed(factor))
        .set("cleanup.policy", "compact")
        .set("min.insync.replicas", min_insync);
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
            Some(Err((_, code))) if denied::advice(config, code).is_some() => {
                let advice = denied::advice(config, code).unwrap_or_default();
                Err(Error::Denied(format!("there is no topic {} to be seen, and {advice}", config.topic)))
            }
            Some(Err((_, code))) if is_lasting(code) => {
                Err(Error::CreateTopic { topic: config.topic.clone(), source: KafkaError::AdminOp(code) })
            }
            Some(Err((_, code))) => Ok(Attempt::Later(format!("topic {} cannot be created: {code}", config.topic))),
        },
        Err(error) => later_or_settings(config, &error),
    }
}

async fn verify_settings(
    config: &Config,
    admin: &AdminClient<Quiet>,
    replicas: usize,
    brokers: usize,
) -> Result<Attempt, Error> {
    let topic = &config.topic;
    let results = match admin.describe_configs([&ResourceSpecifier::Topic(topic)], &options()).await {
        Ok(results) => results,
        Err(error) => return later_or_settings(config, &error),
    };
    let resource = match results.into_iter().next() {
        Some(Ok(resource)) => resource,
        Some(Err(code @ RDKafkaErrorCode::TopicAuthorizationFailed)) => {
            tracing::warn!(%topic, "the cleanup policy of the log could not be checked: {code}");
            return Ok(Attempt::Done);
        }
        Some(Err(code)) => return Ok(Attempt::Later(format!("the settings of topic {topic} cannot be read: {code}"))),
        None => return Ok(Attempt::Later(format!("the settings of topic {topic} were not returned"))),
    };
    let setting = |name| resource.get(name).and_then(|entry| entry.value.clone()).unwrap_or_default();
    let policy = setting("cleanup.policy");
    if policy != "compact" {
        return Err(Error::WrongCleanupPolicy { topic: topic.clone(), policy });
    }
    if let Some(advice) = advice(replicas, brokers, &setting("min.insync.replicas")) {
        tracing::warn!(%topic, replicas, "{advice}");
    }
    Ok(Attempt::Done)
}

/// What to change about a topic that keeps everything as long as its brokers live.
fn advice(replicas: usize, brokers: usize, min_insync: &str) -> Option<String> {
    let min_insync: usize = min_insync.parse().unwrap_or(1);
    if brokers > 1 && replicas == 1 {
        let how = "reassign it to three (kafka-reassign-partitions) and set min.insync.replicas=2";
        return Some(format!(
            "the log has one replica on a cluster of {brokers} brokers and is lost with its disk; {how}"
        ));
    }
    if replicas > 2 && min_insync < 2 {
        let how = "kafka-configs --alter --add-config min.insync.replicas=2";
        return Some(format!("a write to the log is confirmed by one broker and is lost with it; {how}"));
    }
    if min_insync >= replicas && replicas > 1 {
        let how = format!("set it to {}", replicas - 1);
        return Some(format!(
            "min.insync.replicas={min_insync} lets no broker be down while schemas are written; {how}"
        ));
    }
    None
}

/// Errors that another attempt does not change.
fn is_lasting(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(code, Code::PolicyViolation | Code::InvalidTopic)
}

fn later_or_settings(config: &Config, error: &KafkaError) -> Result<Attempt, Error> {
    match error {
        KafkaError::ClientConfig(..) | KafkaError::ClientCreation(_) => Err(Error::settings(config, error.clone())),
        other => Ok(Attempt::Later(other.to_string())),
    }
}

fn options() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(REQUEST_TIMEOUT)).operation_timeout(Some(REQUEST_TIMEOUT))
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn advises_where_a_log_can_be_lost_or_blocked_by_one_broker() {
        assert!(advice(1, 3, "1").unwrap().contains("lost with its disk"));
        assert!(advice(3, 3, "1").unwrap().contains("confirmed by one broker"));
        assert!(advice(3, 3, "3").unwrap().contains("set it to 2"));
    }

    #[test]
    fn has_no_advice_for_what_is_well() {
        assert_eq!(advice(3, 3, "2"), None);
        assert_eq!(advice(1, 1, "1"), None);
        assert_eq!(advice(2, 2, "1"), None);
    }
}
