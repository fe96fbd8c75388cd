//! OffsetFetch: one group before version 8, any number from there on.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::offset_fetch_request::{OffsetFetchRequestGroup, OffsetFetchRequestTopics};
use kafka_protocol::messages::offset_fetch_response::{
    OffsetFetchResponseGroup, OffsetFetchResponsePartition, OffsetFetchResponsePartitions, OffsetFetchResponseTopic,
    OffsetFetchResponseTopics,
};
use kafka_protocol::messages::{OffsetFetchRequest, OffsetFetchResponse, TopicName};
use kafka_protocol::protocol::StrBytes;

use crate::group::{Kind, access};
use crate::machine::{Context, Machine, Outcome};
use crate::security::acl::{Operation, ResourceType};

/// Answers OffsetFetch.
pub(crate) fn offset_fetch(machine: &mut Machine, cx: &Context, request: OffsetFetchRequest) -> Outcome {
    if cx.version >= 8 {
        let groups = request.groups.iter().map(|group| answer(machine, cx, group, request.require_stable)).collect();
        return OffsetFetchResponse::default().with_groups(groups).into();
    }
    let topics = request.topics.map(|topics| {
        let renamed = |topic: kafka_protocol::messages::offset_fetch_request::OffsetFetchRequestTopic| {
            let asked = OffsetFetchRequestTopics::default().with_name(topic.name);
            asked.with_partition_indexes(topic.partition_indexes)
        };
        topics.into_iter().map(renamed).collect()
    });
    let group = OffsetFetchRequestGroup::default().with_group_id(request.group_id).with_topics(topics);
    single(cx.version, &group, answer(machine, cx, &group, request.require_stable)).into()
}

/// A group's answer in the shape of the versions that knew one group only.
fn single(version: i16, asked: &OffsetFetchRequestGroup, answer: OffsetFetchResponseGroup) -> OffsetFetchResponse {
    let error = answer.error_code;
    let answer = if error != 0 && version < 2 { refused_everywhere(asked, error) } else { answer };
    let topics = answer.topics.into_iter().map(|topic| {
        let partitions = topic.partitions.into_iter().map(|partition| {
            OffsetFetchResponsePartition::default()
                .with_partition_index(partition.partition_index)
                .with_committed_offset(partition.committed_offset)
                .with_committed_leader_epoch(partition.committed_leader_epoch)
                .with_metadata(partition.metadata)
                .with_error_code(partition.error_code)
        });
        OffsetFetchResponseTopic::default().with_name(topic.name).with_partitions(partitions.collect())
    });
    OffsetFetchResponse::default().with_error_code(error).with_topics(topics.collect())
}

/// Version 1 has no place for a group's error but its partitions.
fn refused_everywhere(asked: &OffsetFetchRequestGroup, error: i16) -> OffsetFetchResponseGroup {
    let topics = asked.topics.iter().flatten().map(|topic| {
        let partitions = topic.partition_indexes.iter().map(|partition| nothing(*partition, error)).collect();
        OffsetFetchResponseTopics::default().with_name(topic.name.clone()).with_partitions(partitions)
    });
    OffsetFetchResponseGroup::default().with_topics(topics.collect())
}

fn answer(
    machine: &Machine,
    cx: &Context,
    asked: &OffsetFetchRequestGroup,
    require_stable: bool,
) -> OffsetFetchResponseGroup {
    let response = OffsetFetchResponseGroup::default().with_group_id(asked.group_id.clone());
    if let Err(error) = check(machine, cx, asked) {
        return response.with_error_code(error.code());
    }
    let topics = match &asked.topics {
        Some(topics) => topics.iter().map(|topic| named(machine, cx, &asked.group_id, topic, require_stable)).collect(),
        None => all(machine, cx, &asked.group_id, require_stable),
    };
    response.with_topics(topics)
}

fn check(machine: &Machine, cx: &Context, asked: &OffsetFetchRequestGroup) -> Result<(), ResponseError> {
    access::allowed(machine, cx, &asked.group_id, Operation::Describe)?;
    access::coordinated(machine, cx, &asked.group_id)?;
    match machine.groups.kind(&asked.group_id) {
        Some(Kind::Consumer(group)) => group.check_fetch(asked.member_id.as_deref(), asked.member_epoch),
        _ => Ok(()),
    }
}

fn named(
    machine: &Machine,
    cx: &Context,
    group: &str,
    topic: &OffsetFetchRequestTopics,
    require_stable: bool,
) -> OffsetFetchResponseTopics {
    let may = cx.may(machine, Operation::Describe, ResourceType::Topic, &topic.name);
    let denied = ResponseError::TopicAuthorizationFailed.code();
    let partitions = topic.partition_indexes.iter().map(|partition| {
        if may {
            committed(machine, group, &topic.name, *partition, require_stable)
        } else {
            nothing(*partition, denied)
        }
    });
    OffsetFetchResponseTopics::default().with_name(topic.name.clone()).with_partitions(partitions.collect())
}

/// Every offset of the group, of the topics that the principal may see.
fn all(machine: &Machine, cx: &Context, group: &str, require_stable: bool) -> Vec<OffsetFetchResponseTopics> {
    let mut topics: Vec<OffsetFetchResponseTopics> = Vec::new();
    for (topic, partition) in machine.groups.offsets(group).into_iter().flat_map(|offsets| offsets.keys()) {
        if !cx.may(machine, Operation::Describe, ResourceType::Topic, topic) {
            continue;
        }
        if topics.last().is_none_or(|last| last.name.as_str() != topic) {
            let name = TopicName(StrBytes::from_string(topic.clone()));
            topics.push(OffsetFetchResponseTopics::default().with_name(name));
        }
        let found = committed(machine, group, topic, *partition, require_stable);
        if let Some(last) = topics.last_mut() {
            last.partitions.push(found);
        }
    }
    topics
}

fn committed(
    machine: &Machine,
    group: &str,
    topic: &str,
    partition: i32,
    require_stable: bool,
) -> OffsetFetchResponsePartitions {
    let place = (topic.to_owned(), partition);
    if require_stable && machine.groups.is_pending(group, &place) {
        return nothing(partition, ResponseError::UnstableOffsetCommit.code());
    }
    match machine.groups.offsets(group).and_then(|offsets| offsets.get(&place)) {
        Some(committed) => OffsetFetchResponsePartitions::default()
            .with_partition_index(partition)
            .with_committed_offset(committed.offset)
            .with_committed_leader_epoch(committed.leader_epoch)
            .with_metadata(Some(StrBytes::from_string(committed.metadata.clone()))),
        None => nothing(partition, 0),
    }
}

fn nothing(partition: i32, error: i16) -> OffsetFetchResponsePartitions {
    OffsetFetchResponsePartitions::default()
        .with_partition_index(partition)
        .with_committed_offset(-1)
        .with_committed_leader_epoch(-1)
        .with_metadata(Some(StrBytes::default()))
        .with_error_code(error)
}
