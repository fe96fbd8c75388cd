//! Markers: the control batches that end a transaction in each of its partitions, and WriteTxnMarkers.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::write_txn_markers_request::WritableTxnMarker;
use kafka_protocol::messages::write_txn_markers_response::{
    WritableTxnMarkerPartitionResult, WritableTxnMarkerResult, WritableTxnMarkerTopicResult,
};
use kafka_protocol::messages::{WriteTxnMarkersRequest, WriteTxnMarkersResponse};

use super::state::{Place, Producer};
use crate::control::coordinator::CoordinatorKind;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::TopicPartition;
use crate::records::build::{BatchBuilder, NewRecord};
use crate::security::acl::{CLUSTER, Operation, ResourceType};
use crate::{data, group};

/// How a transaction ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) producer: Producer,
    pub(super) commit: bool,
    pub(super) coordinator_epoch: i32,
}

/// Writes the marker to one partition of a transaction. False while the partition has no leader or cannot be written:
/// then it is to be tried again. A partition that is gone, or where the producer is ahead, needs none.
pub(super) fn reach(machine: &mut Machine, place: &Place, end: End) -> bool {
    let topic = machine.metadata.topic(&place.0);
    let key = topic.map(|topic| TopicPartition { topic: topic.id, partition: place.1 });
    let Some((key, partition)) = key.and_then(|key| Some((key, machine.metadata.partition(key)?))) else { return true };
    if partition.leader < 0 {
        return false;
    }
    let ahead = machine.logs.get(key).map(|log| log.producers().check_epoch(end.producer.id, end.producer.epoch));
    matches!(ahead, Some(Err(_))) || append(machine, key, end).is_ok()
}

fn append(machine: &mut Machine, key: TopicPartition, end: End) -> Result<(), ResponseError> {
    let partition = machine.metadata.partition(key).ok_or(ResponseError::UnknownTopicOrPartition)?;
    let leader_epoch = partition.leader_epoch;
    let batch = batch(end, machine.now());
    let log = machine.logs.get_mut(key).ok_or(ResponseError::UnknownTopicOrPartition)?;
    log.append(&batch, leader_epoch).map_err(|error| {
        tracing::warn!(%error, partition = key.partition, "a transaction's marker cannot be written");
        ResponseError::KafkaStorageError
    })?;
    if machine.metadata.topic(CoordinatorKind::Group.topic()).is_some_and(|topic| topic.id == key.topic) {
        group::transaction_ended(machine, end.producer.id, key.partition, end.commit);
    }
    data::appended(machine, key);
    Ok(())
}

/// A control batch: the key is a version and a type (0 abort, 1 commit), the value a version and the coordinator's epoch.
fn batch(end: End, timestamp: i64) -> Vec<u8> {
    let key = [0, 0, 0, u8::from(end.commit)];
    let mut value = vec![0, 0];
    value.extend_from_slice(&end.coordinator_epoch.to_be_bytes());
    let mut batch = BatchBuilder::control(end.producer.id, end.producer.epoch);
    batch.push(&NewRecord { timestamp, key: Some(&key), value: Some(&value), ..NewRecord::default() });
    batch.finish()
}

/// WriteTxnMarkers: what a coordinator sends to leaders, and what an operator sends to end a hanging transaction.
pub(crate) fn write_txn_markers(machine: &mut Machine, cx: &Context, request: &WriteTxnMarkersRequest) -> Outcome {
    let allowed = cx.may(machine, Operation::Alter, ResourceType::Cluster, CLUSTER)
        || cx.may(machine, Operation::ClusterAction, ResourceType::Cluster, CLUSTER);
    let mut results = Vec::new();
    for marker in &request.markers {
        let mut topics = Vec::new();
        for topic in &marker.topics {
            let mut partitions = Vec::new();
            for index in &topic.partition_indexes {
                let written = if allowed {
                    write(machine, cx, marker, &topic.name, *index)
                } else {
                    Err(ResponseError::ClusterAuthorizationFailed)
                };
                let code = written.err().map_or(0, |error| error.code());
                let result = WritableTxnMarkerPartitionResult::default();
                partitions.push(result.with_partition_index(*index).with_error_code(code));
            }
            let result = WritableTxnMarkerTopicResult::default().with_name(topic.name.clone());
            topics.push(result.with_partitions(partitions));
        }
        let result = WritableTxnMarkerResult::default().with_producer_id(marker.producer_id);
        results.push(result.with_topics(topics));
    }
    WriteTxnMarkersResponse::default().with_markers(results).into()
}

fn write(
    machine: &mut Machine,
    cx: &Context,
    marker: &WritableTxnMarker,
    topic: &str,
    partition: i32,
) -> Result<(), ResponseError> {
    let topic = machine.metadata.topic(topic).ok_or(ResponseError::UnknownTopicOrPartition)?.id;
    let key = TopicPartition { topic, partition };
    let known = machine.metadata.partition(key).ok_or(ResponseError::UnknownTopicOrPartition)?;
    if known.leader != cx.broker {
        // A broker that holds no replica does not know the partition at all.
        let replica = known.replicas.contains(&cx.broker);
        let unknown = ResponseError::UnknownTopicOrPartition;
        return Err(if replica { ResponseError::NotLeaderOrFollower } else { unknown });
    }
    let producer = Producer { id: marker.producer_id.0, epoch: marker.producer_epoch };
    if producer.epoch < 0 {
        // Kafka cannot build a marker without an epoch, and says no more than that.
        return Err(ResponseError::UnknownServerError);
    }
    let (commit, coordinator_epoch) = (marker.transaction_result, marker.coordinator_epoch);
    let log = machine.logs.get(key).ok_or(ResponseError::UnknownTopicOrPartition)?;
    log.producers().check_marker(producer.id, producer.epoch, coordinator_epoch, 0)?;
    append(machine, key, End { producer, commit, coordinator_epoch })
}
