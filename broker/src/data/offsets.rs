//! ListOffsets and OffsetForLeaderEpoch: where in a log something is.

use std::collections::HashSet;
use std::io;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kafka_protocol::messages::list_offsets_response::{ListOffsetsPartitionResponse, ListOffsetsTopicResponse};
use kafka_protocol::messages::offset_for_leader_epoch_request::{OffsetForLeaderPartition, OffsetForLeaderTopic};
use kafka_protocol::messages::offset_for_leader_epoch_response::{EpochEndOffset, OffsetForLeaderTopicResult};
use kafka_protocol::messages::{
    ListOffsetsRequest, ListOffsetsResponse, OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse,
};

use super::lookup::{self, Asks};
use crate::log::{Found, Log};
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::{Partition, TopicPartition};
use crate::security::acl::{CLUSTER, Operation, ResourceType};

/// A replica id that is a consumer's.
const CONSUMER: i32 = -1;
/// A replica id that may read at any replica, up to the end.
const DEBUGGER: i32 = -2;

const LATEST: i64 = -1;
const EARLIEST: i64 = -2;
const MAX_TIMESTAMP: i64 = -3;
const EARLIEST_LOCAL: i64 = -4;
const LATEST_TIERED: i64 = -5;
const EARLIEST_PENDING_UPLOAD: i64 = -6;

/// Answers ListOffsets.
pub(crate) fn list_offsets(machine: &mut Machine, cx: &Context, request: &ListOffsetsRequest) -> Outcome {
    let twice = asked_twice(&request.topics);
    let mut topics = Vec::new();
    for topic in &request.topics {
        let id = machine.metadata.topic(&topic.name).map(|topic| topic.id);
        let allowed = cx.may(machine, Operation::Describe, ResourceType::Topic, &topic.name);
        let mut partitions: Vec<ListOffsetsPartitionResponse> = Vec::new();
        for asked in &topic.partitions {
            let again = twice.contains(&(topic.name.as_str(), asked.partition_index));
            if again && partitions.iter().any(|known| known.partition_index == asked.partition_index) {
                continue;
            }
            let found = if !allowed {
                Err(ResponseError::TopicAuthorizationFailed)
            } else if again {
                Err(ResponseError::InvalidRequest)
            } else if !is_supported(asked.timestamp, cx.version) {
                Err(ResponseError::UnsupportedVersion)
            } else {
                let key = id.map(|topic| TopicPartition { topic, partition: asked.partition_index });
                find(machine, cx, key, request, asked)
            };
            partitions.push(told(asked.partition_index, cx.version, found));
        }
        topics.push(ListOffsetsTopicResponse::default().with_name(topic.name.clone()).with_partitions(partitions));
    }
    ListOffsetsResponse::default().with_topics(topics).into()
}

fn asked_twice(topics: &[ListOffsetsTopic]) -> HashSet<(&str, i32)> {
    let mut seen = HashSet::new();
    let all = topics.iter().flat_map(|topic| topic.partitions.iter().map(|asked| (topic.name.as_str(), asked)));
    all.map(|(name, asked)| (name, asked.partition_index)).filter(|key| !seen.insert(*key)).collect()
}

/// Which version of the request brought a special time.
fn is_supported(timestamp: i64, version: i16) -> bool {
    match timestamp {
        LATEST | EARLIEST | 0.. => true,
        MAX_TIMESTAMP => version >= 7,
        EARLIEST_LOCAL => version >= 8,
        LATEST_TIERED => version >= 9,
        EARLIEST_PENDING_UPLOAD => version >= 11,
        _ => false,
    }
}

fn find(
    machine: &Machine,
    cx: &Context,
    key: Option<TopicPartition>,
    request: &ListOffsetsRequest,
    asked: &ListOffsetsPartition,
) -> Result<Option<Found>, ResponseError> {
    let asks = if request.replica_id.0 == DEBUGGER { Asks::AnyReplica } else { Asks::Leader };
    let (partition, log) = lookup::partition(machine, cx, key, asked.current_leader_epoch, asks)?;
    let bound = match request.isolation_level {
        1 if request.replica_id.0 == CONSUMER => log.last_stable_offset(),
        _ => log.end_offset(),
    };
    let at = |offset, leader_epoch| Found { offset, timestamp: -1, leader_epoch };
    match asked.timestamp {
        LATEST => Ok(Some(at(bound, partition.leader_epoch))),
        EARLIEST | EARLIEST_LOCAL => Ok(Some(at(log.start_offset(), first_epoch(log, partition.leader_epoch)))),
        LATEST_TIERED | EARLIEST_PENDING_UPLOAD => Ok(None),
        MAX_TIMESTAMP => below(bound, log.latest_time()),
        timestamp => below(bound, log.at_time(timestamp)),
    }
}

/// The epoch of the first record; of an empty log, that of its leader.
fn first_epoch(log: &Log, leader_epoch: i32) -> i32 {
    log.epoch_at(log.start_offset()).unwrap_or(leader_epoch)
}

fn below(bound: i64, found: io::Result<Option<Found>>) -> Result<Option<Found>, ResponseError> {
    let found = found.map_err(|_| ResponseError::KafkaStorageError)?;
    Ok(found.filter(|found| found.offset < bound))
}

fn told(index: i32, version: i16, found: Result<Option<Found>, ResponseError>) -> ListOffsetsPartitionResponse {
    let response = ListOffsetsPartitionResponse::default().with_partition_index(index);
    match found {
        Ok(Some(found)) => {
            let epoch = if version >= 4 { found.leader_epoch } else { -1 };
            response.with_offset(found.offset).with_timestamp(found.timestamp).with_leader_epoch(epoch)
        }
        Ok(None) => response.with_offset(-1).with_timestamp(-1),
        Err(error) => response.with_error_code(error.code()).with_offset(-1).with_timestamp(-1),
    }
}

/// Answers OffsetForLeaderEpoch: where an epoch ended, for clients and replicas that look for where logs part.
pub(crate) fn offset_for_leader_epoch(
    machine: &mut Machine,
    cx: &Context,
    request: &OffsetForLeaderEpochRequest,
) -> Outcome {
    let is_broker = cx.may(machine, Operation::ClusterAction, ResourceType::Cluster, CLUSTER);
    let result = |topic: &OffsetForLeaderTopic| {
        let id = machine.metadata.topic(&topic.topic).map(|topic| topic.id);
        let allowed = is_broker || cx.may(machine, Operation::Describe, ResourceType::Topic, &topic.topic);
        let partitions = topic.partitions.iter().map(|asked| {
            let key = id.map(|topic| TopicPartition { topic, partition: asked.partition });
            let answer = EpochEndOffset::default().with_partition(asked.partition).with_leader_epoch(-1);
            match if allowed { ended(machine, cx, key, asked) } else { Err(ResponseError::TopicAuthorizationFailed) } {
                Ok(Some((epoch, end))) => answer.with_leader_epoch(epoch).with_end_offset(end),
                Ok(None) => answer.with_end_offset(-1),
                Err(error) => answer.with_error_code(error.code()).with_end_offset(-1),
            }
        });
        OffsetForLeaderTopicResult::default().with_topic(topic.topic.clone()).with_partitions(partitions.collect())
    };
    let topics = request.topics.iter().map(result).collect();
    OffsetForLeaderEpochResponse::default().with_topics(topics).into()
}

/// Where the asked epoch ended, as the leader knows it: its own epoch goes on to the end of the log.
fn ended(
    machine: &Machine,
    cx: &Context,
    key: Option<TopicPartition>,
    asked: &OffsetForLeaderPartition,
) -> Result<Option<(i32, i64)>, ResponseError> {
    let (partition, log) = lookup::partition(machine, cx, key, asked.current_leader_epoch, Asks::Leader)?;
    Ok(epoch_end(partition, log, asked.leader_epoch))
}

/// Where an epoch ended: the largest that is known and not above it, and the offset after its last record.
pub(crate) fn epoch_end(partition: &Partition, log: &Log, epoch: i32) -> Option<(i32, i64)> {
    if epoch == partition.leader_epoch {
        return Some((epoch, log.end_offset()));
    }
    (0..partition.leader_epoch).contains(&epoch).then(|| log.epoch_end(epoch)).flatten()
}
