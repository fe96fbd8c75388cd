//! AddPartitionsToTxn and AddOffsetsToTxn: what a transaction writes to, known before the first record.

use std::collections::BTreeSet;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::add_partitions_to_txn_request::{AddPartitionsToTxnTopic, AddPartitionsToTxnTransaction};
use kafka_protocol::messages::add_partitions_to_txn_response::{
    AddPartitionsToTxnPartitionResult, AddPartitionsToTxnResult, AddPartitionsToTxnTopicResult,
};
use kafka_protocol::messages::{
    AddOffsetsToTxnRequest, AddOffsetsToTxnResponse, AddPartitionsToTxnRequest, AddPartitionsToTxnResponse,
};

use super::coordinator;
use super::state::{Place, Producer};
use crate::control::coordinator::{CoordinatorKind, partition_of};
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::is_internal;
use crate::security::acl::{CLUSTER, Operation, ResourceType};

/// Adds partitions: one transaction of a client up to version 3, several of a broker from version 4 on.
pub(crate) fn add_partitions_to_txn(
    machine: &mut Machine,
    cx: &Context,
    request: AddPartitionsToTxnRequest,
) -> Outcome {
    let response = AddPartitionsToTxnResponse::default();
    if cx.version < 4 {
        let transaction = AddPartitionsToTxnTransaction::default()
            .with_transactional_id(request.v3_and_below_transactional_id)
            .with_producer_id(request.v3_and_below_producer_id)
            .with_producer_epoch(request.v3_and_below_producer_epoch)
            .with_topics(request.v3_and_below_topics);
        let results = add_one(machine, cx, &transaction);
        return response.with_results_by_topic_v3_and_below(results).into();
    }
    if !cx.may(machine, Operation::ClusterAction, ResourceType::Cluster, CLUSTER) {
        return response.with_error_code(ResponseError::ClusterAuthorizationFailed.code()).into();
    }
    let mut results = Vec::new();
    for transaction in request.transactions {
        let topics = add_one(machine, cx, &transaction);
        let result = AddPartitionsToTxnResult::default().with_transactional_id(transaction.transactional_id);
        results.push(result.with_topic_results(topics));
    }
    response.with_results_by_transaction(results).into()
}

fn add_one(
    machine: &mut Machine,
    cx: &Context,
    transaction: &AddPartitionsToTxnTransaction,
) -> Vec<AddPartitionsToTxnTopicResult> {
    let topics = &transaction.topics;
    let id = transaction.transactional_id.as_str();
    if cx.version < 4 && !cx.may(machine, Operation::Write, ResourceType::TransactionalId, id) {
        return all(topics, |_| Some(ResponseError::TransactionalIdAuthorizationFailed));
    }
    let refused = |place: &Place| refuse(machine, cx, place);
    if places(topics).iter().any(|place| refused(place).is_some()) {
        return all(topics, |place| Some(refused(place).unwrap_or(ResponseError::OperationNotAttempted)));
    }
    let producer = Producer { id: transaction.producer_id.0, epoch: transaction.producer_epoch };
    if transaction.verify_only {
        return verify(machine, cx, id, producer, topics);
    }
    let version = if cx.version > 3 { 2 } else { 0 };
    let error = add(machine, cx, id, producer, &places(topics), version).err();
    let error = error.map(|error| match error {
        ResponseError::ProducerFenced if cx.version < 2 => ResponseError::InvalidProducerEpoch,
        error => error,
    });
    all(topics, |_| error)
}

/// Why a partition cannot be added.
fn refuse(machine: &Machine, cx: &Context, (topic, partition): &Place) -> Option<ResponseError> {
    let writable = !is_internal(topic) && cx.may(machine, Operation::Write, ResourceType::Topic, topic);
    if cx.version < 4 && !writable {
        return Some(ResponseError::TopicAuthorizationFailed);
    }
    let count = machine.metadata.topic(topic).map_or(0, |topic| topic.partitions.len());
    let exists = usize::try_from(*partition).is_ok_and(|index| index < count);
    (!exists).then_some(ResponseError::UnknownTopicOrPartition)
}

fn verify(
    machine: &Machine,
    cx: &Context,
    id: &str,
    producer: Producer,
    topics: &[AddPartitionsToTxnTopic],
) -> Vec<AddPartitionsToTxnTopicResult> {
    let known = if id.is_empty() {
        Err(ResponseError::InvalidRequest)
    } else {
        coordinator::seat_at(machine, id, cx.broker)
            .and_then(|_| machine.transactions.ids.get(id).ok_or(ResponseError::InvalidProducerIdMapping))
            .and_then(|known| known.admit(producer).map(|()| known))
    };
    all(topics, |place| match &known {
        Err(error) => Some(*error),
        Ok(known) => (!known.partitions.contains(place)).then_some(ResponseError::TransactionAbortable),
    })
}

fn add(
    machine: &mut Machine,
    cx: &Context,
    id: &str,
    producer: Producer,
    places: &BTreeSet<Place>,
    version: i16,
) -> Result<(), ResponseError> {
    if id.is_empty() {
        return Err(ResponseError::InvalidRequest);
    }
    coordinator::seat_at(machine, id, cx.broker)?;
    let known = machine.transactions.ids.get(id).ok_or(ResponseError::InvalidProducerIdMapping)?;
    known.admit(producer)?;
    let Some(next) = known.add(places, version, cx.now) else { return Ok(()) };
    coordinator::store(machine, id, next)?;
    let at = coordinator::next_check(machine);
    machine.wake_at(at);
    Ok(())
}

fn places(topics: &[AddPartitionsToTxnTopic]) -> BTreeSet<Place> {
    let of = |topic: &AddPartitionsToTxnTopic| {
        let name = topic.name.to_string();
        topic.partitions.iter().map(move |partition| (name.clone(), *partition)).collect::<Vec<_>>()
    };
    topics.iter().flat_map(of).collect()
}

fn all(
    topics: &[AddPartitionsToTxnTopic],
    error: impl Fn(&Place) -> Option<ResponseError>,
) -> Vec<AddPartitionsToTxnTopicResult> {
    let of = |topic: &AddPartitionsToTxnTopic| {
        let result = |index: &i32| {
            let code = error(&(topic.name.to_string(), *index)).map_or(0, |error| error.code());
            AddPartitionsToTxnPartitionResult::default().with_partition_index(*index).with_partition_error_code(code)
        };
        let results = topic.partitions.iter().map(result).collect();
        AddPartitionsToTxnTopicResult::default().with_name(topic.name.clone()).with_results_by_partition(results)
    };
    topics.iter().map(of).collect()
}

/// Adds the partition of `__consumer_offsets` that keeps a group.
pub(crate) fn add_offsets_to_txn(machine: &mut Machine, cx: &Context, request: &AddOffsetsToTxnRequest) -> Outcome {
    let error = add_offsets(machine, cx, request).err();
    let code = match error {
        Some(ResponseError::ProducerFenced) if cx.version < 2 => ResponseError::InvalidProducerEpoch.code(),
        Some(error) => error.code(),
        None => 0,
    };
    AddOffsetsToTxnResponse::default().with_error_code(code).into()
}

fn add_offsets(machine: &mut Machine, cx: &Context, request: &AddOffsetsToTxnRequest) -> Result<(), ResponseError> {
    let id = request.transactional_id.as_str();
    if !cx.may(machine, Operation::Write, ResourceType::TransactionalId, id) {
        return Err(ResponseError::TransactionalIdAuthorizationFailed);
    }
    if !cx.may(machine, Operation::Read, ResourceType::Group, &request.group_id) {
        return Err(ResponseError::GroupAuthorizationFailed);
    }
    let key = partition_of(machine, CoordinatorKind::Group, &request.group_id);
    let key = key.map_err(|_| ResponseError::CoordinatorNotAvailable)?;
    let places = BTreeSet::from([(CoordinatorKind::Group.topic().to_owned(), key.partition)]);
    let producer = Producer { id: request.producer_id.0, epoch: request.producer_epoch };
    add(machine, cx, id, producer, &places, 0)
}
