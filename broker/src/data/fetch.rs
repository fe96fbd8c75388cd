//! Fetch: now, or when there is enough to give.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::fetch_response::{FetchableTopicResponse, PartitionData};
use kafka_protocol::messages::{FetchRequest, FetchResponse};

use crate::machine::{Context, Machine, Outcome, Ticket, Timestamp};
use crate::metadata::TopicPartition;

/// Whether a parked fetch may go on waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    More,
    Over,
}

/// A fetch that waits.
#[derive(Debug)]
pub(crate) struct Parked {
    pub(crate) cx: Context,
    pub(crate) until: Timestamp,
    request: FetchRequest,
    keys: Vec<TopicPartition>,
}

/// Answers, or parks the request until there are `min_bytes` or its time is over.
pub(crate) fn fetch(machine: &mut Machine, cx: &Context, request: FetchRequest) -> Outcome {
    let (response, size, keys, refused) = read(machine, cx, &request);
    let until = cx.now + i64::from(request.max_wait_ms.max(0));
    if refused || size >= request.min_bytes || until <= cx.now || keys.is_empty() {
        return response.into();
    }
    for key in &keys {
        machine.data.waiting.entry(*key).or_default().insert(cx.ticket);
    }
    machine.data.parked.insert(cx.ticket, Parked { cx: cx.clone(), until, request, keys });
    machine.wake_at(until);
    Outcome::Parked
}

/// Looks at a parked fetch again.
pub(crate) fn retry(machine: &mut Machine, ticket: Ticket, wait: Wait) {
    let Some(parked) = unpark(machine, ticket) else { return };
    let (response, size, keys, refused) = read(machine, &parked.cx, &parked.request);
    if wait == Wait::Over || refused || size >= parked.request.min_bytes || keys.is_empty() {
        machine.reply(ticket, response);
        return;
    }
    for key in &parked.keys {
        machine.data.waiting.entry(*key).or_default().insert(ticket);
    }
    machine.data.parked.insert(ticket, parked);
}

/// Takes a fetch out of waiting.
pub(crate) fn unpark(machine: &mut Machine, ticket: Ticket) -> Option<Parked> {
    let parked = machine.data.parked.remove(&ticket)?;
    for key in &parked.keys {
        if let Some(tickets) = machine.data.waiting.get_mut(key) {
            tickets.remove(&ticket);
            if tickets.is_empty() {
                machine.data.waiting.remove(key);
            }
        }
    }
    Some(parked)
}

fn read(machine: &Machine, cx: &Context, request: &FetchRequest) -> (FetchResponse, i32, Vec<TopicPartition>, bool) {
    let (mut size, mut keys, mut refused, mut topics) = (0, Vec::new(), false, Vec::new());
    for topic in &request.topics {
        let found = if cx.version >= 13 {
            machine.metadata.topic_by_id(topic.topic_id)
        } else {
            machine.metadata.topic(&topic.topic)
        };
        let mut partitions = Vec::new();
        for asked in &topic.partitions {
            let key = found.map(|found| TopicPartition { topic: found.id, partition: asked.partition });
            let data = PartitionData::default().with_partition_index(asked.partition);
            let answer = key.ok_or(ResponseError::UnknownTopicOrPartition).and_then(|key| {
                keys.push(key);
                let partition = machine.metadata.partition(key).ok_or(ResponseError::UnknownTopicOrPartition)?;
                if partition.leader != cx.broker {
                    return Err(ResponseError::NotLeaderOrFollower);
                }
                let log = machine.logs.get(key).ok_or(ResponseError::UnknownTopicOrPartition)?;
                if asked.fetch_offset > log.end_offset() || asked.fetch_offset < log.start_offset() {
                    return Err(ResponseError::OffsetOutOfRange);
                }
                let max = usize::try_from(asked.partition_max_bytes).unwrap_or(0);
                let bytes = log
                    .read(asked.fetch_offset, log.end_offset(), max)
                    .map_err(|_| ResponseError::KafkaStorageError)?;
                Ok((bytes, log.start_offset(), log.end_offset(), log.last_stable_offset()))
            });
            partitions.push(match answer {
                Ok((bytes, start, end, stable)) => {
                    size += i32::try_from(bytes.len()).unwrap_or(i32::MAX);
                    data.with_records(Some(bytes))
                        .with_log_start_offset(start)
                        .with_high_watermark(end)
                        .with_last_stable_offset(stable)
                }
                Err(error) => {
                    refused = true;
                    data.with_error_code(error.code()).with_high_watermark(-1).with_records(Some(bytes::Bytes::new()))
                }
            });
        }
        let answer = FetchableTopicResponse::default().with_topic(topic.topic.clone()).with_topic_id(topic.topic_id);
        topics.push(answer.with_partitions(partitions));
    }
    (FetchResponse::default().with_responses(topics), size, keys, refused)
}
