//! Where a group begins: `Start::Latest` as positions that are committed before the group exists.
//!
//! Kafka's own `auto.offset.reset=latest` forgets: a member that restarts before its first commit, or that finds its
//! offset deleted, jumps over records. A committed position does not.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::metadata::MetadataTopic;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::backoff::Backoff;
use crate::group::assignment::add_offset;
use crate::group::member::Client;
use crate::policy::Start;
use crate::readiness::Need;
use crate::service::{Service, ServiceError};

/// How long one question to the cluster may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Commits the end of every partition that the group has no offset for, if it begins at the latest.
pub(crate) async fn position(
    service: &Service,
    client: &Arc<Client>,
    start: Start,
    topics: &[&'static str],
) -> Result<(), ServiceError> {
    if start == Start::Earliest {
        return Ok(());
    }
    let mut backoff = Backoff::startup();
    while !service.ending().is_set() {
        let (client, topics) = (Arc::clone(client), topics.to_vec());
        let asked = tokio::task::spawn_blocking(move || commit_ends(&client, &topics)).await;
        let Err(error) = asked.map_err(ServiceError::client)? else { break };
        service.waits(Need::Topics, &format!("waiting to commit the group's first positions: {error}"));
        service.pause(backoff.pause()).await;
    }
    service.readiness().met(Need::Topics);
    Ok(())
}

fn commit_ends(client: &Client, topics: &[&str]) -> Result<(), KafkaError> {
    let mut partitions = TopicPartitionList::new();
    for topic in topics {
        let metadata = client.fetch_metadata(Some(topic), TIMEOUT)?;
        for partition in
            metadata.topics().iter().filter(|found| found.name() == *topic).flat_map(MetadataTopic::partitions)
        {
            partitions.add_partition(topic, partition.id());
        }
    }
    let committed = client.committed_offsets(partitions, TIMEOUT)?;
    let mut ends = TopicPartitionList::new();
    for element in committed.elements().iter().filter(|element| !matches!(element.offset(), Offset::Offset(_))) {
        let (_, end) = client.fetch_watermarks(element.topic(), element.partition(), TIMEOUT)?;
        add_offset(&mut ends, element.topic(), element.partition(), end);
    }
    if ends.count() == 0 {
        return Ok(());
    }
    match client.commit(&ends, CommitMode::Sync) {
        // The group has members already: its first one has done this.
        Err(error) if is_alive(&error) => Ok(()),
        outcome => outcome,
    }
}

fn is_alive(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::UnknownMemberId
                | RDKafkaErrorCode::IllegalGeneration
                | RDKafkaErrorCode::RebalanceInProgress
        )
    )
}
