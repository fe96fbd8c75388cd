//! DescribeTransactions, ListTransactions and DescribeProducers: what operators look at.

use std::collections::BTreeMap;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::describe_producers_response::{PartitionResponse, ProducerState, TopicResponse};
use kafka_protocol::messages::describe_transactions_response::{TopicData, TransactionState};
use kafka_protocol::messages::list_transactions_response::TransactionState as Listed;
use kafka_protocol::messages::{
    DescribeProducersRequest, DescribeProducersResponse, DescribeTransactionsRequest, DescribeTransactionsResponse,
    ListTransactionsRequest, ListTransactionsResponse, ProducerId, TopicName, TransactionalId,
};
use kafka_protocol::protocol::StrBytes;
use regex_lite::Regex;

use super::coordinator;
use super::state::{State, Transaction};
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::TopicPartition;
use crate::security::acl::{Operation, ResourceType};
use crate::wire::refusal::Refusal;

/// Describes transactions by id.
pub(crate) fn describe_transactions(
    machine: &mut Machine,
    cx: &Context,
    request: &DescribeTransactionsRequest,
) -> Outcome {
    let of = |id: &TransactionalId| match find(machine, cx, id) {
        Ok(known) => describe(machine, cx, known),
        Err(error) => TransactionState::default().with_error_code(error.code()),
    };
    let states = request.transactional_ids.iter().map(|id| of(id).with_transactional_id(id.clone())).collect();
    DescribeTransactionsResponse::default().with_transaction_states(states).into()
}

fn find<'a>(machine: &'a Machine, cx: &Context, id: &str) -> Result<&'a Transaction, ResponseError> {
    if !cx.may(machine, Operation::Describe, ResourceType::TransactionalId, id) {
        return Err(ResponseError::TransactionalIdAuthorizationFailed);
    }
    if id.is_empty() {
        return Err(ResponseError::InvalidRequest);
    }
    coordinator::seat_at(machine, id, cx.broker)?;
    machine.transactions.ids.get(id).ok_or(ResponseError::TransactionalIdNotFound)
}

fn describe(machine: &Machine, cx: &Context, known: &Transaction) -> TransactionState {
    let mut topics: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for (topic, partition) in &known.partitions {
        topics.entry(topic).or_default().push(*partition);
    }
    let seen = topics.into_iter().filter(|(name, _)| cx.may(machine, Operation::Describe, ResourceType::Topic, name));
    let topic = |(name, partitions): (&str, Vec<i32>)| {
        let name = TopicName(StrBytes::from_string(name.to_owned()));
        TopicData::default().with_topic(name).with_partitions(partitions)
    };
    TransactionState::default()
        .with_transaction_state(StrBytes::from_static_str(known.state.name()))
        .with_transaction_timeout_ms(known.timeout_ms)
        .with_transaction_start_time_ms(known.started)
        .with_producer_id(ProducerId(known.producer.id))
        .with_producer_epoch(known.producer.epoch)
        .with_topics(seen.map(topic).collect())
}

/// Lists the transactions that this broker coordinates.
pub(crate) fn list_transactions(machine: &mut Machine, cx: &Context, request: &ListTransactionsRequest) -> Outcome {
    let response = ListTransactionsResponse::default();
    let pattern = match request.transactional_id_pattern.as_deref().filter(|pattern| !pattern.is_empty()) {
        Some(pattern) => match Regex::new(&format!(r"\A(?:{pattern})\z")) {
            Ok(pattern) => Some(pattern),
            Err(_) => return response.with_error_code(ResponseError::InvalidRegularExpression.code()).into(),
        },
        None => None,
    };
    let state = |name: &str| State::ALL.into_iter().find(|state| state.name() == name);
    // Two states of Kafka that no transaction rests in: known, but never found.
    let passing = |name: &str| matches!(name, "Dead" | "PrepareEpochFence");
    let unknown = request.state_filters.iter().filter(|name| state(name).is_none() && !passing(name)).cloned();
    let unknown = unknown.collect();
    let states: Vec<State> = request.state_filters.iter().filter_map(|name| state(name)).collect();
    let included = |id: &str, known: &Transaction| {
        (request.producer_id_filters.is_empty() || request.producer_id_filters.contains(&ProducerId(known.producer.id)))
            && (request.state_filters.is_empty() || states.contains(&known.state))
            && (request.duration_filter < 0 || cx.now - known.started > request.duration_filter)
            && pattern.as_ref().is_none_or(|pattern| pattern.is_match(id))
    };
    let seen = |id: &str| {
        coordinator::seat_at(machine, id, cx.broker).is_ok()
            && cx.may(machine, Operation::Describe, ResourceType::TransactionalId, id)
    };
    let found = machine.transactions.ids.iter().filter(|(id, known)| included(id, known) && seen(id));
    let listed = |(id, known): (&String, &Transaction)| {
        Listed::default()
            .with_transactional_id(TransactionalId(StrBytes::from_string(id.clone())))
            .with_producer_id(ProducerId(known.producer.id))
            .with_transaction_state(StrBytes::from_static_str(known.state.name()))
    };
    let found = found.map(listed).collect();
    response.with_unknown_state_filters(unknown).with_transaction_states(found).into()
}

/// Describes the producers that partitions know. Any replica may be asked.
pub(crate) fn describe_producers(machine: &mut Machine, cx: &Context, request: DescribeProducersRequest) -> Outcome {
    let mut topics = Vec::new();
    for topic in request.topics {
        let is_unknown = machine.metadata.topic(&topic.name).is_none();
        let of = |index: &i32| {
            let response = PartitionResponse::default().with_partition_index(*index);
            match producers(machine, cx, &topic.name, *index) {
                Ok(producers) => response.with_active_producers(producers),
                Err(error @ ResponseError::UnknownTopicOrPartition) if is_unknown => {
                    let words = "This server does not host this topic-partition.";
                    response.with_error_code(error.code()).with_error_message(Some(StrBytes::from_static_str(words)))
                }
                Err(error @ ResponseError::TopicAuthorizationFailed) => {
                    response.with_error_code(error.code()).with_error_message(Refusal::from(error).text())
                }
                Err(error) => response.with_error_code(error.code()),
            }
        };
        let partitions = topic.partition_indexes.iter().map(of).collect();
        topics.push(TopicResponse::default().with_name(topic.name).with_partitions(partitions));
    }
    DescribeProducersResponse::default().with_topics(topics).into()
}

fn producers(
    machine: &Machine,
    cx: &Context,
    topic: &str,
    partition: i32,
) -> Result<Vec<ProducerState>, ResponseError> {
    if !cx.may(machine, Operation::Read, ResourceType::Topic, topic) {
        return Err(ResponseError::TopicAuthorizationFailed);
    }
    let topic = machine.metadata.topic(topic).ok_or(ResponseError::UnknownTopicOrPartition)?.id;
    let key = TopicPartition { topic, partition };
    let known = machine.metadata.partition(key).ok_or(ResponseError::UnknownTopicOrPartition)?;
    if !known.replicas.contains(&cx.broker) {
        return Err(ResponseError::NotLeaderOrFollower);
    }
    let log = machine.logs.get(key).ok_or(ResponseError::UnknownTopicOrPartition)?;
    let mut states: Vec<ProducerState> = log
        .producers()
        .iter()
        .map(|(id, producer)| {
            ProducerState::default()
                .with_producer_id(ProducerId(id))
                .with_producer_epoch(i32::from(producer.epoch))
                .with_last_sequence(producer.last_sequence())
                .with_last_timestamp(producer.last_timestamp)
                .with_coordinator_epoch(producer.coordinator_epoch)
                .with_current_txn_start_offset(producer.open.unwrap_or(-1))
        })
        .collect();
    states.sort_by_key(|state| state.producer_id);
    Ok(states)
}
