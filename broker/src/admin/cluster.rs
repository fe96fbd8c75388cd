//! DescribeCluster and DescribeQuorum.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::describe_cluster_response::DescribeClusterBroker;
use kafka_protocol::messages::describe_quorum_response::{Listener, Node, PartitionData, ReplicaState, TopicData};
use kafka_protocol::messages::{
    BrokerId, DescribeClusterRequest, DescribeClusterResponse, DescribeQuorumRequest, DescribeQuorumResponse, TopicName,
};
use kafka_protocol::protocol::StrBytes;

use crate::machine::{Context, Machine, Outcome};
use crate::security::acl::{CLUSTER, Operation, ResourceType};
use crate::security::authorizer::authorized_operations;
use crate::wire::refusal::{Refusal, sentence};

/// The endpoints of brokers, as DescribeCluster numbers them; 2 are those of controllers.
const BROKERS: i8 = 1;

/// The broker that says it is the controller: the first that is up, −1 where none is.
pub(crate) fn controller(machine: &Machine) -> i32 {
    machine.metadata.brokers.values().find(|broker| broker.alive).map_or(-1, |broker| broker.id)
}

/// What the principal may do to the cluster; 0 for one that may not even see it.
pub(super) fn operations(machine: &Machine, cx: &Context) -> i32 {
    if cx.may(machine, Operation::Describe, ResourceType::Cluster, CLUSTER) {
        authorized_operations(machine, cx, ResourceType::Cluster, CLUSTER)
    } else {
        0
    }
}

/// Tells the brokers.
pub(crate) fn describe_cluster(machine: &mut Machine, cx: &Context, request: &DescribeClusterRequest) -> Outcome {
    let refuse = |why: &Refusal| {
        let refused = DescribeClusterResponse::default().with_error_code(why.code()).with_error_message(why.text());
        refused.into()
    };
    if cx.version >= 1 && request.endpoint_type != BROKERS {
        return refuse(&match request.endpoint_type {
            2 => Refusal::new(
                ResponseError::MismatchedEndpointType,
                "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER",
            ),
            other => Refusal::new(ResponseError::UnsupportedEndpointType, format!("Unsupported endpoint type {other}")),
        });
    }
    let shown = machine.metadata.brokers.values().filter(|broker| broker.alive || request.include_fenced_brokers);
    let mut response = DescribeClusterResponse::default()
        .with_error_message(None)
        .with_cluster_id(StrBytes::from_string(machine.metadata.cluster_id.clone()))
        .with_controller_id(BrokerId(controller(machine)));
    for broker in shown {
        let Some((host, port)) = broker.endpoints.get(&cx.listener) else { continue };
        response.brokers.push(
            DescribeClusterBroker::default()
                .with_broker_id(BrokerId(broker.id))
                .with_host(StrBytes::from_string(host.clone()))
                .with_port(i32::from(*port))
                .with_rack(broker.rack.clone().map(StrBytes::from_string))
                .with_is_fenced(!broker.alive),
        );
    }
    if request.include_cluster_authorized_operations {
        response.cluster_authorized_operations = operations(machine, cx);
    }
    response.into()
}

/// The topic that a `KRaft` quorum keeps metadata in. There is none here, but tools ask for its quorum.
const METADATA_TOPIC: &str = "__cluster_metadata";

/// Tells of a quorum as three controllers beside the brokers would be, all of them caught up.
pub(crate) fn describe_quorum(machine: &mut Machine, cx: &Context, request: DescribeQuorumRequest) -> Outcome {
    if !cx.may(machine, Operation::Describe, ResourceType::Cluster, CLUSTER) {
        let why = Refusal::from(ResponseError::ClusterAuthorizationFailed);
        let response = DescribeQuorumResponse::default().with_error_code(why.code());
        return response.with_error_message(why.text().filter(|_| cx.version >= 2)).into();
    }
    let sound = matches!(request.topics.as_slice(), [topic] if *topic.topic_name.as_str() == *METADATA_TOPIC
        && matches!(topic.partitions.as_slice(), [partition] if partition.partition_index == 0));
    if !sound {
        let unknown = ResponseError::UnknownTopicOrPartition;
        let partition = |index: i32| {
            PartitionData::default()
                .with_partition_index(index)
                .with_error_code(unknown.code())
                .with_error_message(Some(StrBytes::from_static_str(sentence(unknown))))
        };
        let topics = request.topics.into_iter().map(|topic| {
            let partitions = topic.partitions.iter().map(|asked| partition(asked.partition_index)).collect();
            TopicData::default().with_topic_name(topic.topic_name).with_partitions(partitions)
        });
        return DescribeQuorumResponse::default().with_topics(topics.collect()).into();
    }
    let partition = PartitionData::default()
        .with_leader_id(BrokerId(controller(machine)))
        .with_leader_epoch(1)
        .with_high_watermark(machine.metadata.applied)
        .with_current_voters(voters(machine, cx));
    let name = TopicName(StrBytes::from_static_str(METADATA_TOPIC));
    let topic = TopicData::default().with_topic_name(name).with_partitions(vec![partition]);
    let nodes = if cx.version >= 2 { nodes(machine) } else { Vec::new() };
    DescribeQuorumResponse::default().with_topics(vec![topic]).with_nodes(nodes).into()
}

/// The voters: the first three brokers.
fn voting(machine: &Machine) -> impl Iterator<Item = &crate::metadata::Broker> {
    machine.metadata.brokers.values().take(3)
}

fn voters(machine: &Machine, cx: &Context) -> Vec<ReplicaState> {
    let seen = if cx.version == 0 { -1 } else { cx.now };
    let state = |broker: &crate::metadata::Broker| {
        ReplicaState::default()
            .with_replica_id(BrokerId(broker.id))
            .with_log_end_offset(machine.metadata.applied)
            .with_last_fetch_timestamp(seen)
            .with_last_caught_up_timestamp(seen)
    };
    voting(machine).map(state).collect()
}

fn nodes(machine: &Machine) -> Vec<Node> {
    let node = |broker: &crate::metadata::Broker| {
        let listener = |(host, port): &(String, u16)| {
            Listener::default()
                .with_name(StrBytes::from_static_str("CONTROLLER"))
                .with_host(StrBytes::from_string(host.clone()))
                .with_port(*port)
        };
        let listeners = broker.endpoints.values().next().map(listener).into_iter().collect();
        Node::default().with_node_id(BrokerId(broker.id)).with_listeners(listeners)
    };
    voting(machine).map(node).collect()
}
