//! OffsetCommit.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use kafka_protocol::messages::offset_commit_response::{OffsetCommitResponsePartition, OffsetCommitResponseTopic};
use kafka_protocol::messages::{OffsetCommitRequest, OffsetCommitResponse};
use uuid::Uuid;

use super::{Committed, Place};
use crate::config::broker_i64;
use crate::group::stored::{Entry, offset as record};
use crate::group::{Kind, access, classic, store};
use crate::machine::{Context, Machine, Outcome, Timestamp};
use crate::metadata::TopicPartition;
use crate::security::acl::{Operation, ResourceType};

/// Who commits, as far as the group's protocol has a say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Committer<'a> {
    pub(crate) member: &'a str,
    pub(crate) instance: Option<&'a str>,
    /// −1 for who is no member.
    pub(crate) generation: i32,
    pub(crate) transactional: bool,
    pub(crate) version: i16,
}

/// Answers OffsetCommit, partition by partition.
pub(crate) fn offset_commit(machine: &mut Machine, cx: &Context, request: &OffsetCommitRequest) -> Outcome {
    let group = request.group_id.to_string();
    let committer = Committer {
        member: &request.member_id,
        instance: request.group_instance_id.as_deref(),
        generation: request.generation_id_or_member_epoch,
        transactional: false,
        version: cx.version,
    };
    let expires = Some(cx.now.saturating_add(request.retention_time_ms)).filter(|_| request.retention_time_ms >= 0);
    let mut accepted = Vec::new();
    let judged = access::allowed(machine, cx, &group, Operation::Read);
    let mut topics: Vec<OffsetCommitResponseTopic> = request
        .topics
        .iter()
        .map(|topic| {
            let judge = |partition: &OffsetCommitRequestPartition| {
                judged.and_then(|()| check(machine, cx, topic, partition, expires)).map(|(place, committed)| {
                    accepted.push((place, committed));
                })
            };
            judge_topic(topic, judge)
        })
        .collect();
    if !accepted.is_empty()
        && let Err(error) = write(machine, cx, &group, committer, accepted)
    {
        for partition in topics.iter_mut().flat_map(|topic| &mut topic.partitions) {
            if partition.error_code == 0 {
                partition.error_code = error.code();
            }
        }
    }
    for topic in &mut topics {
        topic.partitions.sort_by_key(|partition| !is_refused_early(partition.error_code));
    }
    topics.sort_by_key(|topic| !topic.partitions.iter().any(|partition| is_refused_early(partition.error_code)));
    OffsetCommitResponse::default().with_topics(topics).into()
}

/// Whether a partition was refused before the group was asked: Kafka's answers list these first.
pub(super) fn is_refused_early(code: i16) -> bool {
    let early = [
        ResponseError::TopicAuthorizationFailed,
        ResponseError::UnknownTopicOrPartition,
        ResponseError::UnknownTopicId,
    ];
    early.iter().any(|error| error.code() == code)
}

fn judge_topic(
    topic: &OffsetCommitRequestTopic,
    mut judge: impl FnMut(&OffsetCommitRequestPartition) -> Result<(), ResponseError>,
) -> OffsetCommitResponseTopic {
    let partitions = topic.partitions.iter().map(|partition| {
        OffsetCommitResponsePartition::default()
            .with_partition_index(partition.partition_index)
            .with_error_code(judge(partition).err().map_or(0, |error| error.code()))
    });
    OffsetCommitResponseTopic::default().with_name(topic.name.clone()).with_partitions(partitions.collect())
}

/// What one partition's commit comes to, apart from the group.
fn check(
    machine: &Machine,
    cx: &Context,
    topic: &OffsetCommitRequestTopic,
    partition: &OffsetCommitRequestPartition,
    expires: Option<Timestamp>,
) -> Result<(Place, Committed), ResponseError> {
    let id = readable(machine, cx, &topic.name, partition.partition_index)?;
    let metadata = partition.committed_metadata.as_deref().unwrap_or_default();
    check_metadata(machine, metadata)?;
    let committed = Committed {
        offset: partition.committed_offset,
        leader_epoch: partition.committed_leader_epoch,
        metadata: metadata.to_owned(),
        timestamp: cx.now,
        expires,
        topic: id,
        record_offset: 0,
    };
    Ok(((topic.name.to_string(), partition.partition_index), committed))
}

/// The id of a topic that the principal may read and that has this partition.
pub(super) fn readable(machine: &Machine, cx: &Context, topic: &str, partition: i32) -> Result<Uuid, ResponseError> {
    if !cx.may(machine, Operation::Read, ResourceType::Topic, topic) {
        return Err(ResponseError::TopicAuthorizationFailed);
    }
    let id = machine.metadata.topic(topic).map(|topic| topic.id).ok_or(ResponseError::UnknownTopicOrPartition)?;
    let known = machine.metadata.partition(TopicPartition { topic: id, partition });
    known.map(|_| id).ok_or(ResponseError::UnknownTopicOrPartition)
}

/// Whether a commit's metadata is short enough to keep.
pub(super) fn check_metadata(machine: &Machine, metadata: &str) -> Result<(), ResponseError> {
    let limit = broker_i64(machine, "offset.metadata.max.bytes");
    let length = i64::try_from(metadata.len()).unwrap_or(i64::MAX);
    if length > limit { Err(ResponseError::OffsetMetadataTooLarge) } else { Ok(()) }
}

/// Whether the group lets this committer commit; a simple consumer's group is made on the spot.
pub(super) fn admit(
    machine: &mut Machine,
    key: TopicPartition,
    group: &str,
    committer: Committer<'_>,
) -> Result<(), ResponseError> {
    match machine.groups.kind(group) {
        None if committer.generation < 0 => {
            machine.groups.open_classic(group, machine.now());
            Ok(())
        }
        None if committer.version >= 9 && !committer.transactional => Err(ResponseError::GroupIdNotFound),
        None => Err(ResponseError::IllegalGeneration),
        Some(Kind::Classic(known)) => {
            known.check_commit(committer)?;
            let touch = |known: &mut classic::group::Classic, step: &mut classic::group::Step| {
                known.touch(committer.member, step);
            };
            classic::step(machine, key, group, None, touch);
            Ok(())
        }
        Some(Kind::Consumer(known)) => known.check_commit(committer),
    }
}

fn write(
    machine: &mut Machine,
    cx: &Context,
    group: &str,
    committer: Committer<'_>,
    accepted: Vec<(Place, Committed)>,
) -> Result<(), ResponseError> {
    let key = access::coordinated(machine, cx, group)?;
    admit(machine, key, group, committer)?;
    let first = store::append(machine, key, &entries(group, &accepted))?;
    for ((place, committed), record_offset) in accepted.into_iter().zip(first..) {
        machine.groups.commit(group, place, Committed { record_offset, ..committed });
    }
    Ok(())
}

/// The records of these commits, in order.
pub(super) fn entries(group: &str, accepted: &[(Place, Committed)]) -> Vec<Entry> {
    let entry = |((topic, partition), committed): &(Place, Committed)| Entry {
        key: record::key(group, topic, *partition),
        value: Some(record::value(committed)),
    };
    accepted.iter().map(entry).collect()
}
