//! DeleteRecords: moves the start of a log forward.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::delete_records_request::{DeleteRecordsPartition, DeleteRecordsTopic};
use kafka_protocol::messages::delete_records_response::{DeleteRecordsPartitionResult, DeleteRecordsTopicResult};
use kafka_protocol::messages::{DeleteRecordsRequest, DeleteRecordsResponse};

use super::lookup::{self, Asks};
use crate::config;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::{TopicPartition, is_internal};
use crate::security::acl::{Operation, ResourceType};

/// In place of an offset: everything up to the high watermark.
const HIGH_WATERMARK: i64 = -1;

/// Answers DeleteRecords.
pub(crate) fn delete_records(machine: &mut Machine, cx: &Context, request: &DeleteRecordsRequest) -> Outcome {
    let mut topics = Vec::new();
    for topic in &request.topics {
        let mut partitions = Vec::new();
        for asked in &topic.partitions {
            let result = DeleteRecordsPartitionResult::default().with_partition_index(asked.partition_index);
            partitions.push(match delete(machine, cx, topic, asked) {
                Ok(start) => result.with_low_watermark(start),
                Err(error) => result.with_low_watermark(-1).with_error_code(error.code()),
            });
        }
        topics.push(DeleteRecordsTopicResult::default().with_name(topic.name.clone()).with_partitions(partitions));
    }
    DeleteRecordsResponse::default().with_topics(topics).into()
}

fn delete(
    machine: &mut Machine,
    cx: &Context,
    topic: &DeleteRecordsTopic,
    asked: &DeleteRecordsPartition,
) -> Result<i64, ResponseError> {
    if !cx.may(machine, Operation::Delete, ResourceType::Topic, &topic.name) {
        return Err(ResponseError::TopicAuthorizationFailed);
    }
    let id = machine.metadata.topic(&topic.name).map(|topic| topic.id);
    let key = id.map(|topic| TopicPartition { topic, partition: asked.partition_index });
    if key.and_then(|key| machine.metadata.partition(key)).is_some() && is_internal(&topic.name) {
        return Err(ResponseError::InvalidTopicException);
    }
    let (_, log) = lookup::partition(machine, cx, key, -1, Asks::Leader)?;
    let (start, end) = (log.start_offset(), log.end_offset());
    if !config::topic(machine, &topic.name).cleanup_delete {
        return Err(ResponseError::PolicyViolation);
    }
    let to = if asked.offset == HIGH_WATERMARK { end } else { asked.offset };
    if !(0..=end).contains(&to) {
        return Err(ResponseError::OffsetOutOfRange);
    }
    if let Some(log) = key.and_then(|key| machine.logs.get_mut(key)) {
        log.delete_before(to).map_err(|_| ResponseError::KafkaStorageError)?;
    }
    Ok(to.max(start))
}
