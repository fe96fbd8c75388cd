//! DescribeTopicPartitions: topics by name, as many partitions at a time as the client takes, and where to go on.

use std::collections::BTreeSet;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::describe_topic_partitions_request::TopicRequest;
use kafka_protocol::messages::describe_topic_partitions_response::{
    Cursor, DescribeTopicPartitionsResponsePartition as PartitionTold,
    DescribeTopicPartitionsResponseTopic as TopicTold,
};
use kafka_protocol::messages::{BrokerId, DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse, TopicName};
use kafka_protocol::protocol::StrBytes;

use super::metadata::offline;
use super::topic_name;
use crate::config;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::{Partition, Topic, is_internal};
use crate::security::acl::{Operation, ResourceType};
use crate::security::authorizer::authorized_operations;

/// Tells topics in the order of their names.
pub(crate) fn describe_topic_partitions(
    machine: &mut Machine,
    cx: &Context,
    request: &DescribeTopicPartitionsRequest,
) -> Outcome {
    let (from, first) = match &request.cursor {
        Some(cursor) => (cursor.topic_name.to_string(), cursor.partition_index),
        None => (String::new(), 0),
    };
    let named = !request.topics.is_empty();
    // An empty name cannot be asked about at the authorizer, and Kafka fails over it as a whole.
    if request.topics.iter().any(|topic| topic.name.is_empty()) {
        return refused(request, ResponseError::UnknownServerError).into();
    }
    let misses = named && !from.is_empty() && request.topics.iter().all(|topic| topic.name.as_str() != from);
    if misses || first < 0 {
        return refused(request, ResponseError::InvalidRequest).into();
    }
    let names: BTreeSet<String> = if named {
        request.topics.iter().map(|topic| topic.name.to_string()).collect()
    } else {
        machine.metadata.topics().map(|topic| topic.name.clone()).collect()
    };
    let most = config::broker_i64(machine, "max.request.partition.size.limit");
    let limit = i64::from(request.response_partition_limit).clamp(1, most.max(1));
    let mut page = Page { machine, cx, left: usize::try_from(limit).unwrap_or(1), topics: Vec::new(), next: None };
    let mut barred = Vec::new();
    for name in names.iter().filter(|name| **name >= from) {
        if !cx.may(machine, Operation::Describe, ResourceType::Topic, name) {
            if named {
                barred.push(unknown(name, ResponseError::TopicAuthorizationFailed));
            }
        } else if page.next.is_none() {
            page.topic(name, if *name == from { first } else { 0 });
        }
    }
    let Page { mut topics, next, .. } = page;
    topics.extend(barred);
    DescribeTopicPartitionsResponse::default().with_topics(topics).with_next_cursor(next).into()
}

/// The same error for every topic that was asked for.
fn refused(request: &DescribeTopicPartitionsRequest, error: ResponseError) -> DescribeTopicPartitionsResponse {
    let told =
        |topic: &TopicRequest| TopicTold::default().with_name(Some(topic.name.clone())).with_error_code(error.code());
    let topics = request.topics.iter().map(told).collect();
    DescribeTopicPartitionsResponse::default().with_topics(topics).with_next_cursor(None)
}

struct Page<'a> {
    machine: &'a Machine,
    cx: &'a Context,
    left: usize,
    topics: Vec<TopicTold>,
    next: Option<Cursor>,
}

impl Page<'_> {
    fn topic(&mut self, name: &str, first: i32) {
        let operations = authorized_operations(self.machine, self.cx, ResourceType::Topic, name);
        let Some(topic) = self.machine.metadata.topic(name) else {
            let error = match topic_name::check(name) {
                Ok(()) => ResponseError::UnknownTopicOrPartition,
                Err(_) => ResponseError::InvalidTopicException,
            };
            self.topics.push(unknown(name, error).with_topic_authorized_operations(operations));
            return;
        };
        if self.left == 0 {
            self.next = Some(cursor(name, first));
            return;
        }
        let rest = (0..).zip(&topic.partitions).skip(usize::try_from(first).unwrap_or(0));
        let partitions: Vec<_> = rest.take(self.left).map(|(index, p)| told(self.machine, topic, index, p)).collect();
        self.left -= partitions.len();
        let end = first + i32::try_from(partitions.len()).unwrap_or(i32::MAX);
        if usize::try_from(end).is_ok_and(|end| end < topic.partitions.len()) {
            self.next = Some(cursor(name, end));
        }
        self.topics.push(
            TopicTold::default()
                .with_name(Some(topic_name_of(name)))
                .with_topic_id(topic.id)
                .with_is_internal(topic.is_internal())
                .with_partitions(partitions)
                .with_topic_authorized_operations(operations),
        );
    }
}

fn topic_name_of(name: &str) -> TopicName {
    TopicName(StrBytes::from_string(name.to_owned()))
}

fn cursor(name: &str, partition: i32) -> Cursor {
    Cursor::default().with_topic_name(topic_name_of(name)).with_partition_index(partition)
}

fn unknown(name: &str, error: ResponseError) -> TopicTold {
    TopicTold::default()
        .with_name(Some(topic_name_of(name)))
        .with_is_internal(is_internal(name))
        .with_error_code(error.code())
}

fn told(machine: &Machine, topic: &Topic, index: i32, partition: &Partition) -> PartitionTold {
    let ids = |brokers: &[i32]| brokers.iter().copied().map(BrokerId).collect::<Vec<_>>();
    let error = if partition.leader < 0 { ResponseError::LeaderNotAvailable.code() } else { 0 };
    PartitionTold::default()
        .with_error_code(error)
        .with_partition_index(index)
        .with_leader_id(BrokerId(partition.leader))
        .with_leader_epoch(partition.leader_epoch)
        .with_replica_nodes(ids(&partition.replicas))
        .with_isr_nodes(ids(&partition.isr))
        .with_eligible_leader_replicas(Some(ids(&eligible(machine, topic, partition))))
        .with_last_known_elr(Some(Vec::new()))
        .with_offline_replicas(offline(machine, partition).map(BrokerId).collect())
}

/// Replicas that are out of sync and may lead all the same: as many as the in-sync ones lack to their minimum. The one
/// store is theirs too, so that nothing is lost.
fn eligible(machine: &Machine, topic: &Topic, partition: &Partition) -> Vec<i32> {
    let on = machine.metadata.features.get("eligible.leader.replicas.version").is_some_and(|level| *level > 0);
    let least = usize::try_from(config::topic(machine, &topic.name).min_insync_replicas).unwrap_or(1);
    let lacking = least.min(partition.replicas.len()).saturating_sub(partition.isr.len());
    let out = partition.replicas.iter().copied().filter(|broker| !partition.isr.contains(broker));
    out.take(if on { lacking } else { 0 }).collect()
}
