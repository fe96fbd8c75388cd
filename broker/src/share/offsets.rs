//! `DescribeShareGroupOffsets`, `AlterShareGroupOffsets` and `DeleteShareGroupOffsets`: where a group begins in each
//! partition.

use std::collections::BTreeMap;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::alter_share_group_offsets_response as altered;
use kafka_protocol::messages::delete_share_group_offsets_response::DeleteShareGroupOffsetsResponseTopic;
use kafka_protocol::messages::describe_share_group_offsets_request::DescribeShareGroupOffsetsRequestGroup;
use kafka_protocol::messages::describe_share_group_offsets_response as described;
use kafka_protocol::messages::{
    AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsResponse, DeleteShareGroupOffsetsRequest,
    DeleteShareGroupOffsetsResponse, DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsResponse, TopicName,
};
use kafka_protocol::protocol::StrBytes;

use super::acknowledge::words;
use super::queue::Queue;
use super::{Part, PartKey, store};
use crate::group::access;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::TopicPartition;
use crate::security::acl::{Operation, ResourceType};

/// Says where groups begin; −1 where a group has not begun yet.
pub(crate) fn describe_offsets(
    machine: &mut Machine,
    cx: &Context,
    request: &DescribeShareGroupOffsetsRequest,
) -> Outcome {
    let group = |asked: &DescribeShareGroupOffsetsRequestGroup| {
        let group = described::DescribeShareGroupOffsetsResponseGroup::default().with_group_id(asked.group_id.clone());
        match known(machine, cx, &asked.group_id, Operation::Describe) {
            Ok(()) => group.with_topics(topics(machine, cx, asked)),
            Err((error, words)) => group.with_error_code(error.code()).with_error_message(words),
        }
    };
    let groups = request.groups.iter().map(group).collect();
    DescribeShareGroupOffsetsResponse::default().with_groups(groups).into()
}

fn topics(
    machine: &Machine,
    cx: &Context,
    asked: &DescribeShareGroupOffsetsRequestGroup,
) -> Vec<described::DescribeShareGroupOffsetsResponseTopic> {
    let mut wanted: BTreeMap<String, Vec<i32>> = BTreeMap::new();
    match &asked.topics {
        Some(topics) => {
            for topic in topics {
                wanted.entry(topic.topic_name.to_string()).or_default().extend(&topic.partitions);
            }
        }
        None => {
            for (_, place) in machine.shares.parts.keys().filter(|(group, _)| *group == *asked.group_id.0) {
                let Some(topic) = machine.metadata.topic_by_id(place.topic) else { continue };
                wanted.entry(topic.name.clone()).or_default().push(place.partition);
            }
        }
    }
    let mut answers = Vec::new();
    for (name, mut partitions) in wanted {
        partitions.sort_unstable();
        let may = cx.may(machine, Operation::Describe, ResourceType::Topic, &name);
        let topic = machine.metadata.topic(&name).filter(|_| may).map(|topic| topic.id);
        let partition = |index: &i32| {
            let data = described::DescribeShareGroupOffsetsResponsePartition::default()
                .with_partition_index(*index)
                .with_start_offset(-1);
            let Some(topic) = topic else {
                let error =
                    if may { ResponseError::UnknownTopicOrPartition } else { ResponseError::TopicAuthorizationFailed };
                return data.with_error_code(error.code()).with_error_message(Some(words(error)));
            };
            let key: PartKey = (asked.group_id.to_string(), TopicPartition { topic, partition: *index });
            match machine.shares.parts.get(&key) {
                Some(part) => data.with_start_offset(part.queue.start()),
                None => data,
            }
        };
        let answer = described::DescribeShareGroupOffsetsResponseTopic::default()
            .with_topic_name(TopicName(StrBytes::from_string(name)))
            .with_topic_id(topic.unwrap_or_default());
        answers.push(answer.with_partitions(partitions.iter().map(partition).collect()));
    }
    answers
}

/// Makes an empty group begin elsewhere.
pub(crate) fn alter_offsets(machine: &mut Machine, cx: &Context, request: AlterShareGroupOffsetsRequest) -> Outcome {
    let response = AlterShareGroupOffsetsResponse::default();
    let id = request.group_id.to_string();
    if let Err((error, words)) = empty(machine, cx, &id, Operation::Read) {
        return response.with_error_code(error.code()).with_error_message(words).into();
    }
    let mut topics = Vec::new();
    for topic in request.topics {
        let may = cx.may(machine, Operation::Read, ResourceType::Topic, &topic.topic_name);
        let found = machine.metadata.topic(&topic.topic_name).filter(|_| may).map(|topic| topic.id);
        let mut partitions = Vec::new();
        for asked in topic.partitions {
            let place = found.map(|topic| TopicPartition { topic, partition: asked.partition_index });
            let place = place.filter(|place| machine.metadata.partition(*place).is_some());
            let data =
                altered::AlterShareGroupOffsetsResponsePartition::default().with_partition_index(asked.partition_index);
            partitions.push(if let Some(place) = place {
                let (key, queue): (PartKey, _) = ((id.clone(), place), Queue::new(asked.start_offset.max(0)));
                let snapshot_epoch = machine.shares.parts.get(&key).map_or(-1, |part| part.snapshot_epoch);
                machine.shares.parts.insert(key.clone(), Part { queue, kept: None, snapshot_epoch });
                store::keep(machine, &key);
                data
            } else {
                let error = refusal(may);
                data.with_error_code(error.code()).with_error_message(Some(words(error)))
            });
        }
        let answer = altered::AlterShareGroupOffsetsResponseTopic::default().with_topic_name(topic.topic_name);
        topics.push(answer.with_topic_id(found.unwrap_or_default()).with_partitions(partitions));
    }
    response.with_responses(topics).into()
}

/// Makes an empty group forget topics.
pub(crate) fn delete_offsets(machine: &mut Machine, cx: &Context, request: DeleteShareGroupOffsetsRequest) -> Outcome {
    let response = DeleteShareGroupOffsetsResponse::default();
    let id = request.group_id.to_string();
    if let Err((error, words)) = empty(machine, cx, &id, Operation::Delete) {
        return response.with_error_code(error.code()).with_error_message(words).into();
    }
    let mut topics = Vec::new();
    for topic in request.topics {
        let may = cx.may(machine, Operation::Read, ResourceType::Topic, &topic.topic_name);
        let found = machine.metadata.topic(&topic.topic_name).filter(|_| may).map(|topic| topic.id);
        let answer = DeleteShareGroupOffsetsResponseTopic::default().with_topic_name(topic.topic_name);
        topics.push(if let Some(topic) = found {
            let of = |(group, place): &&PartKey| *group == id && place.topic == topic;
            let keys: Vec<PartKey> = machine.shares.parts.keys().filter(of).cloned().collect();
            for key in &keys {
                store::forget(machine, key);
            }
            answer.with_topic_id(topic)
        } else {
            let error = refusal(may);
            answer.with_error_code(error.code()).with_error_message(Some(words(error)))
        });
    }
    response.with_responses(topics).into()
}

fn refusal(may: bool) -> ResponseError {
    if may { ResponseError::UnknownTopicOrPartition } else { ResponseError::TopicAuthorizationFailed }
}

/// An error with Kafka's words, where it has some.
type Refusal = (ResponseError, Option<StrBytes>);

fn known(machine: &Machine, cx: &Context, id: &str, operation: Operation) -> Result<(), Refusal> {
    access::group(machine, cx, id, operation).map_err(|error| (error, None))?;
    if machine.shares.groups.contains_key(id) {
        return Ok(());
    }
    let kind = if machine.groups.kind(id).is_some() { "is not a share group" } else { "not found" };
    Err((ResponseError::GroupIdNotFound, Some(StrBytes::from_string(format!("Group {id} {kind}.")))))
}

fn empty(machine: &Machine, cx: &Context, id: &str, operation: Operation) -> Result<(), Refusal> {
    known(machine, cx, id, operation)?;
    if machine.shares.groups.get(id).is_some_and(|group| group.members.is_empty()) {
        return Ok(());
    }
    Err((ResponseError::NonEmptyGroup, Some(StrBytes::from_static_str("The group is not empty."))))
}
