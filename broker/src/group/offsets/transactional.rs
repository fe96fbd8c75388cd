//! TxnOffsetCommit: offsets that count once their transaction commits.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::txn_offset_commit_request::{
    TxnOffsetCommitRequestPartition, TxnOffsetCommitRequestTopic,
};
use kafka_protocol::messages::txn_offset_commit_response::{
    TxnOffsetCommitResponsePartition, TxnOffsetCommitResponseTopic,
};
use kafka_protocol::messages::{TxnOffsetCommitRequest, TxnOffsetCommitResponse};

use super::commit::{Committer, admit, check_metadata, entries, is_refused_early, readable};
use super::{Committed, Place};
use crate::group::{access, store};
use crate::machine::{Context, Machine, Outcome};
use crate::security::acl::{Operation, ResourceType};
use crate::transaction::admission::{self, Support, Writer};

/// Answers TxnOffsetCommit, partition by partition.
pub(crate) fn txn_offset_commit(machine: &mut Machine, cx: &Context, request: &TxnOffsetCommitRequest) -> Outcome {
    let judged = allowed(machine, cx, request);
    let (mut accepted, mut topics) = (Vec::new(), Vec::new());
    for topic in &request.topics {
        let mut partitions = Vec::new();
        for partition in &topic.partitions {
            let verdict = judged.and_then(|()| check(machine, cx, topic, partition));
            let error = verdict.as_ref().err().map_or(0, ResponseError::code);
            accepted.extend(verdict.ok());
            let index = partition.partition_index;
            partitions
                .push(TxnOffsetCommitResponsePartition::default().with_partition_index(index).with_error_code(error));
        }
        topics.push(TxnOffsetCommitResponseTopic::default().with_name(topic.name.clone()).with_partitions(partitions));
    }
    if !accepted.is_empty()
        && let Err(error) = write(machine, cx, request, accepted)
    {
        let all = topics.iter_mut().flat_map(|topic| &mut topic.partitions);
        for partition in all.filter(|partition| partition.error_code == 0) {
            partition.error_code = error.code();
        }
    }
    for topic in &mut topics {
        topic.partitions.sort_by_key(|partition| !is_refused_early(partition.error_code));
    }
    topics.sort_by_key(|topic| !topic.partitions.iter().any(|partition| is_refused_early(partition.error_code)));
    TxnOffsetCommitResponse::default().with_topics(topics).into()
}

fn allowed(machine: &Machine, cx: &Context, request: &TxnOffsetCommitRequest) -> Result<(), ResponseError> {
    if !cx.may(machine, Operation::Write, ResourceType::TransactionalId, &request.transactional_id) {
        return Err(ResponseError::TransactionalIdAuthorizationFailed);
    }
    access::allowed(machine, cx, &request.group_id, Operation::Read)
}

fn check(
    machine: &Machine,
    cx: &Context,
    topic: &TxnOffsetCommitRequestTopic,
    partition: &TxnOffsetCommitRequestPartition,
) -> Result<(Place, Committed), ResponseError> {
    let id = readable(machine, cx, &topic.name, partition.partition_index)?;
    let metadata = partition.committed_metadata.as_deref().unwrap_or_default();
    check_metadata(machine, metadata)?;
    let committed = Committed {
        offset: partition.committed_offset,
        leader_epoch: partition.committed_leader_epoch,
        metadata: metadata.to_owned(),
        timestamp: cx.now,
        topic: id,
        ..Committed::default()
    };
    Ok(((topic.name.to_string(), partition.partition_index), committed))
}

fn write(
    machine: &mut Machine,
    cx: &Context,
    request: &TxnOffsetCommitRequest,
    accepted: Vec<(Place, Committed)>,
) -> Result<(), ResponseError> {
    if request.group_id.is_empty() {
        return Err(ResponseError::InvalidGroupId);
    }
    let key = access::coordinated(machine, cx, &request.group_id)?;
    let writer = Writer {
        transactional_id: &request.transactional_id,
        producer_id: request.producer_id.0,
        producer_epoch: request.producer_epoch,
        first_sequence: -1,
    };
    admission::admit(machine, key, writer, Support::of_offset_commit(cx.version))?;
    let committer = Committer {
        member: &request.member_id,
        instance: request.group_instance_id.as_deref(),
        generation: request.generation_id,
        transactional: true,
        version: cx.version,
    };
    admit(machine, key, &request.group_id, committer)?;
    let producer = (request.producer_id.0, request.producer_epoch);
    let first = store::append_transactional(machine, key, &entries(&request.group_id, &accepted), producer)?;
    let pending = machine.groups.pending.entry((key.partition, producer.0)).or_default();
    for ((place, committed), record_offset) in accepted.into_iter().zip(first..) {
        pending.insert((request.group_id.to_string(), place), Committed { record_offset, ..committed });
    }
    Ok(())
}
