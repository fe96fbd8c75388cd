//! Metadata and DescribeTopicPartitions: which topics there are and where their partitions live.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use kafka_protocol::messages::{
    BrokerId, DescribeTopicPartitionsRequest, MetadataRequest, MetadataResponse, TopicName,
};
use kafka_protocol::protocol::StrBytes;

use crate::machine::{Context, Machine, Outcome};
use crate::metadata::{Partition, Topic};
use crate::security::acl::{Operation, ResourceType};

/// Answers Metadata: all topics, none, by name or by id.
pub(crate) fn metadata(machine: &mut Machine, cx: &Context, request: MetadataRequest) -> Outcome {
    let mut response = MetadataResponse::default();
    response.cluster_id = Some(StrBytes::from_string(machine.metadata.cluster_id.clone()));
    response.controller_id = BrokerId(machine.metadata.brokers.values().find(|b| b.alive).map_or(-1, |b| b.id));
    for broker in machine.metadata.brokers.values().filter(|broker| broker.alive) {
        let Some((host, port)) = broker.endpoints.get(&cx.listener) else { continue };
        let told = MetadataResponseBroker::default().with_node_id(BrokerId(broker.id)).with_port(i32::from(*port));
        response.brokers.push(
            told.with_host(StrBytes::from_string(host.clone()))
                .with_rack(broker.rack.clone().map(StrBytes::from_string)),
        );
    }
    match request.topics.filter(|topics| cx.version > 0 || !topics.is_empty()) {
        None => {
            for topic in machine.metadata.topics() {
                if cx.may(machine, Operation::Describe, ResourceType::Topic, &topic.name) {
                    response.topics.push(known(topic, cx));
                }
            }
        }
        Some(asked) => {
            for topic in asked {
                response.topics.push(match &topic.name {
                    Some(name) => by_name(machine, cx, name),
                    None => match machine.metadata.topic_by_id(topic.topic_id) {
                        Some(found) => known(found, cx),
                        None => MetadataResponseTopic::default()
                            .with_topic_id(topic.topic_id)
                            .with_name(None)
                            .with_error_code(ResponseError::UnknownTopicId.code()),
                    },
                });
            }
        }
    }
    response.into()
}

fn by_name(machine: &Machine, cx: &Context, name: &TopicName) -> MetadataResponseTopic {
    let refused = MetadataResponseTopic::default().with_name(Some(name.clone()));
    if !cx.may(machine, Operation::Describe, ResourceType::Topic, name) {
        return refused.with_error_code(ResponseError::TopicAuthorizationFailed.code());
    }
    match machine.metadata.topic(name) {
        Some(topic) => known(topic, cx),
        None => refused.with_error_code(ResponseError::UnknownTopicOrPartition.code()),
    }
}

fn known(topic: &Topic, cx: &Context) -> MetadataResponseTopic {
    let partitions = (0..).zip(&topic.partitions).map(|(index, partition)| placed(index, partition, cx)).collect();
    MetadataResponseTopic::default()
        .with_name(Some(TopicName(StrBytes::from_string(topic.name.clone()))))
        .with_topic_id(topic.id)
        .with_is_internal(topic.is_internal())
        .with_partitions(partitions)
}

fn placed(index: i32, partition: &Partition, _cx: &Context) -> MetadataResponsePartition {
    let ids = |brokers: &[i32]| brokers.iter().copied().map(BrokerId).collect::<Vec<_>>();
    let error = if partition.leader < 0 { ResponseError::LeaderNotAvailable.code() } else { 0 };
    MetadataResponsePartition::default()
        .with_error_code(error)
        .with_partition_index(index)
        .with_leader_id(BrokerId(partition.leader))
        .with_leader_epoch(partition.leader_epoch)
        .with_replica_nodes(ids(&partition.replicas))
        .with_isr_nodes(ids(&partition.isr))
}

pub(crate) fn describe_topic_partitions(
    _machine: &mut Machine,
    _cx: &Context,
    _request: DescribeTopicPartitionsRequest,
) -> Outcome {
    Outcome::Close
}
