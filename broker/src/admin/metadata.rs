//! Metadata: which topics there are and where their partitions live.

use std::collections::HashSet;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use kafka_protocol::messages::{BrokerId, MetadataRequest, MetadataResponse, TopicName};
use kafka_protocol::protocol::StrBytes;
use uuid::Uuid;

use super::{create, topic_name};
use crate::config;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::{Partition, Topic, is_internal};
use crate::security::acl::{CLUSTER, Operation, ResourceType};
use crate::security::authorizer::authorized_operations;

/// Answers Metadata: all topics, none, by name or by id.
pub(crate) fn metadata(machine: &mut Machine, cx: &Context, request: &MetadataRequest) -> Outcome {
    if let Some(error) = refused(cx, request) {
        return all_refused(request, error);
    }
    let topics = topics(machine, cx, request);
    let mut response = MetadataResponse::default()
        .with_brokers(brokers(machine, cx))
        .with_cluster_id(Some(StrBytes::from_string(machine.metadata.cluster_id.clone())))
        .with_controller_id(BrokerId(super::cluster::controller(machine)))
        .with_topics(topics);
    if request.include_cluster_authorized_operations && (8..=10).contains(&cx.version) {
        response.cluster_authorized_operations = super::cluster::operations(machine, cx);
    }
    response.into()
}

/// Ids are known from version 10 on and work from 12 on.
fn refused(cx: &Context, request: &MetadataRequest) -> Option<ResponseError> {
    let topics = request.topics.as_deref().unwrap_or_default();
    if topics.iter().any(|topic| topic.name.is_none() && topic.topic_id.is_nil()) {
        return Some(ResponseError::UnknownServerError);
    }
    let with_id = |topic: &kafka_protocol::messages::metadata_request::MetadataRequestTopic| {
        topic.name.is_none() || !topic.topic_id.is_nil()
    };
    ((10..12).contains(&cx.version) && topics.iter().any(with_id)).then_some(ResponseError::InvalidRequest)
}

fn all_refused(request: &MetadataRequest, error: ResponseError) -> Outcome {
    let topic = |topic: &kafka_protocol::messages::metadata_request::MetadataRequestTopic| {
        let name = topic.name.clone().unwrap_or_default();
        MetadataResponseTopic::default()
            .with_name(Some(name))
            .with_topic_id(topic.topic_id)
            .with_error_code(error.code())
    };
    MetadataResponse::default()
        .with_cluster_id(None)
        .with_topics(request.topics.iter().flatten().map(topic).collect())
        .with_error_code(error.code())
        .into()
}

fn brokers(machine: &Machine, cx: &Context) -> Vec<MetadataResponseBroker> {
    let mut brokers = Vec::new();
    for broker in machine.metadata.brokers.values().filter(|broker| broker.alive) {
        let Some((host, port)) = broker.endpoints.get(&cx.listener) else { continue };
        brokers.push(
            MetadataResponseBroker::default()
                .with_node_id(BrokerId(broker.id))
                .with_port(i32::from(*port))
                .with_host(StrBytes::from_string(host.clone()))
                .with_rack(broker.rack.clone().map(StrBytes::from_string)),
        );
    }
    brokers
}

fn topics(machine: &mut Machine, cx: &Context, request: &MetadataRequest) -> Vec<MetadataResponseTopic> {
    let operations = request.include_topic_authorized_operations && cx.version >= 8;
    let Some(asked) = request.topics.as_ref().filter(|topics| cx.version > 0 || !topics.is_empty()) else {
        let may = |topic: &&Topic| cx.may(machine, Operation::Describe, ResourceType::Topic, &topic.name);
        return machine.metadata.topics().filter(may).map(|topic| known(machine, cx, topic, operations)).collect();
    };
    let ids: Vec<Uuid> = asked.iter().map(|topic| topic.topic_id).filter(|id| !id.is_nil()).collect();
    if !ids.is_empty() {
        return by_ids(machine, cx, &ids, operations);
    }
    let create = request.allow_auto_topic_creation && config::broker_bool(machine, "auto.create.topics.enable");
    let (mut found, mut missing, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for name in asked.iter().filter_map(|topic| topic.name.as_ref()).filter(|name| seen.insert((*name).clone())) {
        let error = |error: ResponseError| {
            MetadataResponseTopic::default()
                .with_name(Some(name.clone()))
                .with_is_internal(is_internal(name))
                .with_error_code(error.code())
        };
        if !cx.may(machine, Operation::Describe, ResourceType::Topic, name) {
            missing.push(error(ResponseError::TopicAuthorizationFailed));
        } else if let Some(topic) = machine.metadata.topic(name) {
            found.push(known(machine, cx, topic, operations));
        } else {
            missing.push(error(absent(machine, cx, name, create)));
        }
    }
    found.extend(missing);
    found
}

fn by_ids(machine: &Machine, cx: &Context, ids: &[Uuid], operations: bool) -> Vec<MetadataResponseTopic> {
    let mut seen = HashSet::new();
    let answer = |id: &Uuid| {
        let error = |error: ResponseError| {
            MetadataResponseTopic::default().with_topic_id(*id).with_name(None).with_error_code(error.code())
        };
        match machine.metadata.topic_by_id(*id) {
            None => error(ResponseError::UnknownTopicId),
            Some(topic) if !cx.may(machine, Operation::Describe, ResourceType::Topic, &topic.name) => {
                error(ResponseError::TopicAuthorizationFailed)
            }
            Some(topic) => known(machine, cx, topic, operations),
        }
    };
    ids.iter().filter(|id| seen.insert(**id)).map(answer).collect()
}

/// What is said of a topic that is not there; it may be made, and then the client's next try finds it.
fn absent(machine: &mut Machine, cx: &Context, name: &TopicName, create: bool) -> ResponseError {
    if topic_name::check(name).is_err() {
        return ResponseError::InvalidTopicException;
    }
    if !create {
        return ResponseError::UnknownTopicOrPartition;
    }
    let may = cx.may(machine, Operation::Create, ResourceType::Cluster, CLUSTER)
        || cx.may(machine, Operation::Create, ResourceType::Topic, name);
    if !may {
        return ResponseError::TopicAuthorizationFailed;
    }
    match create::automatic(machine, name) {
        Ok(()) => ResponseError::UnknownTopicOrPartition,
        Err(why) => why.error,
    }
}

fn known(machine: &Machine, cx: &Context, topic: &Topic, operations: bool) -> MetadataResponseTopic {
    let placed = |(index, partition)| placed(machine, cx, index, partition);
    let told = MetadataResponseTopic::default()
        .with_name(Some(TopicName(StrBytes::from_string(topic.name.clone()))))
        .with_topic_id(topic.id)
        .with_is_internal(topic.is_internal())
        .with_partitions((0..).zip(&topic.partitions).map(placed).collect());
    if operations {
        let operations = authorized_operations(machine, cx, ResourceType::Topic, &topic.name);
        return told.with_topic_authorized_operations(operations);
    }
    told
}

fn placed(machine: &Machine, cx: &Context, index: i32, partition: &Partition) -> MetadataResponsePartition {
    let offline: Vec<BrokerId> = offline(machine, partition).map(BrokerId).collect();
    // Version 0 does not tell which replicas are offline: it leaves them out.
    let told = |brokers: &[i32]| -> Vec<BrokerId> {
        let shown = |broker: &i32| cx.version > 0 || machine.metadata.is_alive(*broker);
        brokers.iter().copied().filter(shown).map(BrokerId).collect()
    };
    let error = if partition.leader < 0 {
        ResponseError::LeaderNotAvailable.code()
    } else if cx.version == 0 && !offline.is_empty() {
        ResponseError::ReplicaNotAvailable.code()
    } else {
        0
    };
    MetadataResponsePartition::default()
        .with_error_code(error)
        .with_partition_index(index)
        .with_leader_id(BrokerId(partition.leader))
        .with_leader_epoch(partition.leader_epoch)
        .with_replica_nodes(told(&partition.replicas))
        .with_isr_nodes(told(&partition.isr))
        .with_offline_replicas(offline)
}

/// The replicas whose brokers are down.
pub(super) fn offline<'a>(machine: &'a Machine, partition: &'a Partition) -> impl Iterator<Item = i32> + 'a {
    partition.replicas.iter().copied().filter(|broker| !machine.metadata.is_alive(*broker))
}
