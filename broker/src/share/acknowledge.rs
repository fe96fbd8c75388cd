//! `ShareAcknowledge`, and the acknowledgements that ride on `ShareFetch`.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::share_acknowledge_response as answered;
use kafka_protocol::messages::{BrokerId, ShareAcknowledgeRequest, ShareAcknowledgeResponse};
use kafka_protocol::protocol::StrBytes;

use super::queue::Verdict;
use super::session::{self, Phase};
use super::{PartKey, SessionKey, fetch, settings, store};
use crate::group::access;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::TopicPartition;
use crate::security::acl::{Operation, ResourceType};

/// Deals with records that a member holds.
pub(crate) fn acknowledge(machine: &mut Machine, cx: &Context, request: &ShareAcknowledgeRequest) -> Outcome {
    let response = ShareAcknowledgeResponse::default();
    let (group, member) =
        match names(machine, cx, request.group_id.as_ref().map(|id| &id.0), request.member_id.as_ref()) {
            Ok(names) => names,
            Err(error) => return response.with_error_code(error.code()).into(),
        };
    let key: SessionKey = (cx.broker, group, member);
    let epoch = request.share_session_epoch;
    let entered = if epoch == 0 {
        Err(ResponseError::InvalidShareSessionEpoch)
    } else {
        session::enter(machine, &key, cx.connection, epoch)
    };
    let phase = match entered {
        Ok(phase) => phase,
        Err(error) => return response.with_error_code(error.code()).into(),
    };
    let mut responses = Vec::new();
    for topic in &request.topics {
        let mut partitions = Vec::new();
        for asked in &topic.partitions {
            let verdicts = asked.acknowledgement_batches.iter().map(|batch| Verdict {
                first: batch.first_offset,
                last: batch.last_offset,
                kinds: batch.acknowledge_types.clone(),
            });
            let place = TopicPartition { topic: topic.topic_id, partition: asked.partition_index };
            let verdicts: Vec<Verdict> = verdicts.collect();
            let done = apply(machine, cx, &key, place, &verdicts);
            let data = answered::PartitionData::default().with_partition_index(asked.partition_index);
            partitions.push(match done {
                Ok(()) => data,
                Err(error) => {
                    let known = machine.metadata.partition(place);
                    let (leader, epoch) = known.map_or((-1, -1), |known| (known.leader, known.leader_epoch));
                    let leader = answered::LeaderIdAndEpoch::default()
                        .with_leader_id(BrokerId(leader).0)
                        .with_leader_epoch(epoch);
                    let moved = error == ResponseError::NotLeaderOrFollower;
                    let words = refusal(error, &verdicts);
                    let data = data.with_error_code(error.code()).with_error_message(words);
                    if moved { data.with_current_leader(leader) } else { data }
                }
            });
        }
        let answer = answered::ShareAcknowledgeTopicResponse::default().with_topic_id(topic.topic_id);
        responses.push(answer.with_partitions(partitions));
    }
    if phase == Phase::Close {
        fetch::close(machine, &key);
    }
    response.with_responses(responses).into()
}

/// A request's group and member, if the principal may read the group.
///
/// # Errors
///
/// `INVALID_REQUEST`, `UNSUPPORTED_VERSION`, `GROUP_AUTHORIZATION_FAILED`.
pub(super) fn names(
    machine: &Machine,
    cx: &Context,
    group: Option<&StrBytes>,
    member: Option<&StrBytes>,
) -> Result<(String, String), ResponseError> {
    if !settings::enabled(machine) {
        return Err(ResponseError::UnsupportedVersion);
    }
    let group = group.filter(|group| !group.is_empty()).ok_or(ResponseError::InvalidRequest)?;
    let member = member.filter(|member| !member.is_empty()).ok_or(ResponseError::InvalidRequest)?;
    access::allowed(machine, cx, group, Operation::Read)?;
    Ok((group.to_string(), member.to_string()))
}

/// Whether a member may deal with a partition here.
///
/// # Errors
///
/// `UNKNOWN_TOPIC_ID`, `TOPIC_AUTHORIZATION_FAILED`, `UNKNOWN_TOPIC_OR_PARTITION`, `NOT_LEADER_OR_FOLLOWER`.
pub(super) fn check(machine: &Machine, cx: &Context, place: TopicPartition) -> Result<(), ResponseError> {
    let topic = machine.metadata.topic_by_id(place.topic).ok_or(ResponseError::UnknownTopicId)?;
    if !cx.may(machine, Operation::Read, ResourceType::Topic, &topic.name) {
        return Err(ResponseError::TopicAuthorizationFailed);
    }
    let partition = machine.metadata.partition(place).ok_or(ResponseError::UnknownTopicOrPartition)?;
    if partition.leader == cx.broker { Ok(()) } else { Err(ResponseError::NotLeaderOrFollower) }
}

/// Applies what a member says of one partition, keeps it, and lets others have what became free.
///
/// # Errors
///
/// [`check`]'s, `INVALID_REQUEST`, `INVALID_RECORD_STATE`.
pub(super) fn apply(
    machine: &mut Machine,
    cx: &Context,
    (_, group, member): &SessionKey,
    place: TopicPartition,
    verdicts: &[Verdict],
) -> Result<(), ResponseError> {
    check(machine, cx, place)?;
    verdicts.iter().try_for_each(Verdict::check)?;
    let limit = settings::delivery_limit(machine, group);
    let key: PartKey = (group.clone(), place);
    let part = machine.shares.parts.get_mut(&key).ok_or(ResponseError::InvalidRecordState)?;
    part.queue.acknowledge(member, verdicts, limit)?;
    store::keep(machine, &key);
    if verdicts.iter().any(|verdict| verdict.kinds.contains(&2)) {
        fetch::wake(machine, place);
    }
    Ok(())
}

/// Kafka's words for what an acknowledgement is refused with: none where the batches contradict themselves.
fn refusal(error: ResponseError, verdicts: &[Verdict]) -> Option<StrBytes> {
    match error {
        ResponseError::InvalidRequest if verdicts.iter().any(|verdict| verdict.check().is_err()) => None,
        ResponseError::InvalidRequest => Some(StrBytes::from_static_str(
            "Batch record not found. The first offset in request is past acquired records.",
        )),
        error => Some(words(error)),
    }
}

/// Kafka's words for what a partition answers.
pub(super) fn words(error: ResponseError) -> StrBytes {
    StrBytes::from_static_str(match error {
        ResponseError::InvalidRecordState => {
            "The record state is invalid. The acknowledgement of delivery could not be completed."
        }
        ResponseError::NotLeaderOrFollower => {
            "For requests intended only for the leader, this error indicates that the broker is not the current leader. \
             For requests intended for any replica, this error indicates that the broker is not a replica of the topic \
             partition."
        }
        ResponseError::UnknownTopicId => "This server does not host this topic ID.",
        ResponseError::UnknownTopicOrPartition => "This server does not host this topic-partition.",
        ResponseError::TopicAuthorizationFailed => "Topic authorization failed.",
        _ => {
            "This most likely occurs because of a request being malformed by the client library or the message was \
             sent to an incompatible broker. See the broker logs for more details."
        }
    })
}
