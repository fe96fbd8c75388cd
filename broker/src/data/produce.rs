//! Produce.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::produce_response::{PartitionProduceResponse, TopicProduceResponse};
use kafka_protocol::messages::{ProduceRequest, ProduceResponse};

use crate::data;
use crate::log::producers::Check;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::TopicPartition;
use crate::records::Header;
use crate::transaction::admission::{Support, Writer, admit};

/// Appends what is valid, partition by partition.
pub(crate) fn produce(machine: &mut Machine, cx: &Context, request: ProduceRequest) -> Outcome {
    let mut responses = Vec::new();
    let transactional_id = request.transactional_id.unwrap_or_default();
    for topic in request.topic_data {
        let found = match machine.metadata.topic(&topic.name) {
            Some(found) if cx.version <= 12 => Some(found),
            _ => machine.metadata.topic_by_id(topic.topic_id),
        };
        let id = found.map(|found| found.id);
        let mut partitions = Vec::new();
        for partition in topic.partition_data {
            let response = PartitionProduceResponse::default().with_index(partition.index).with_log_append_time_ms(-1);
            let key = id.map(|topic| TopicPartition { topic, partition: partition.index });
            let records = partition.records.unwrap_or_default();
            partitions.push(
                match key
                    .ok_or(ResponseError::UnknownTopicOrPartition)
                    .and_then(|key| append(machine, cx, key, &transactional_id, &records))
                {
                    Ok((base, start)) => response.with_base_offset(base).with_log_start_offset(start),
                    Err(error) => response.with_error_code(error.code()).with_base_offset(-1).with_log_start_offset(-1),
                },
            );
        }
        let answer = TopicProduceResponse::default().with_name(topic.name).with_topic_id(topic.topic_id);
        responses.push(answer.with_partition_responses(partitions));
    }
    if request.acks == 0 { Outcome::Silent } else { ProduceResponse::default().with_responses(responses).into() }
}

fn append(
    machine: &mut Machine,
    cx: &Context,
    key: TopicPartition,
    transactional_id: &str,
    records: &[u8],
) -> Result<(i64, i64), ResponseError> {
    let partition = machine.metadata.partition(key).ok_or(ResponseError::UnknownTopicOrPartition)?;
    if partition.leader != cx.broker {
        return Err(ResponseError::NotLeaderOrFollower);
    }
    let epoch = partition.leader_epoch;
    let header = Header::check(records).map_err(|_| ResponseError::CorruptMessage)?;
    if header.is_transactional() {
        let writer = Writer {
            transactional_id,
            producer_id: header.producer_id,
            producer_epoch: header.producer_epoch,
            first_sequence: header.base_sequence,
        };
        admit(machine, key, writer, Support::of_produce(cx.version))?;
    }
    let log = machine.logs.get_mut(key).ok_or(ResponseError::UnknownTopicOrPartition)?;
    if let Check::Duplicate { first_offset, .. } = log.producers().check(&header, cx.now)? {
        return Ok((first_offset, log.start_offset()));
    }
    let base = log.append(records, epoch).map_err(|_| ResponseError::KafkaStorageError)?;
    let start = log.start_offset();
    data::appended(machine, key);
    Ok((base, start))
}
