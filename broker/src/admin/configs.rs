//! DescribeConfigs, AlterConfigs, IncrementalAlterConfigs and ListConfigResources.
//!
//! - [`describe`]: what holds, and where it comes from
//! - [`alter`]: changing what a resource sets itself
//! - [`brokers`]: what a broker takes while it runs
//! - [`loggers`]: log levels, which Kafka treats as configs of a broker

pub(crate) mod describe;
pub(crate) mod alter;
pub(crate) mod brokers;
pub(crate) mod loggers;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::list_config_resources_response::ConfigResource as Listed;
use kafka_protocol::messages::{ListConfigResourcesRequest, ListConfigResourcesResponse};
use kafka_protocol::protocol::StrBytes;

use crate::machine::{Context, Machine, Outcome};
use crate::metadata::ConfigResource;
use crate::security::acl::{CLUSTER, Operation, ResourceType};

/// The kinds of resources that ListConfigResources knows, in the order of Kafka's answer.
const KINDS: [i8; 5] = [
    ConfigResource::GROUP,
    ConfigResource::CLIENT_METRICS,
    ConfigResource::BROKER_LOGGER,
    ConfigResource::BROKER,
    ConfigResource::TOPIC,
];

/// Names what has configs or could have.
pub(crate) fn list_config_resources(
    machine: &mut Machine,
    cx: &Context,
    request: ListConfigResourcesRequest,
) -> Outcome {
    let refuse = |error: ResponseError| ListConfigResourcesResponse::default().with_error_code(error.code()).into();
    if !cx.may(machine, Operation::DescribeConfigs, ResourceType::Cluster, CLUSTER) {
        return refuse(ResponseError::ClusterAuthorizationFailed);
    }
    let kinds = match (cx.version, request.resource_types) {
        (0, _) => vec![ConfigResource::CLIENT_METRICS],
        (_, kinds) if kinds.is_empty() => KINDS.to_vec(),
        (_, kinds) => kinds,
    };
    if kinds.iter().any(|kind| !KINDS.contains(kind)) {
        return refuse(ResponseError::UnsupportedVersion);
    }
    let listed = |kind: i8| {
        let named = move |name: String| {
            Listed::default().with_resource_name(StrBytes::from_string(name)).with_resource_type(kind)
        };
        names(machine, kind).into_iter().map(named)
    };
    let resources = KINDS.into_iter().filter(|kind| kinds.contains(kind)).flat_map(listed).collect();
    ListConfigResourcesResponse::default().with_config_resources(resources).into()
}

fn names(machine: &Machine, kind: i8) -> Vec<String> {
    match kind {
        ConfigResource::TOPIC => machine.metadata.topics().map(|topic| topic.name.clone()).collect(),
        ConfigResource::BROKER | ConfigResource::BROKER_LOGGER => {
            machine.metadata.brokers.keys().map(ToString::to_string).collect()
        }
        _ => {
            machine.metadata.configs.keys().filter(|known| known.kind == kind).map(|known| known.name.clone()).collect()
        }
    }
}

/// What a principal must be allowed to do to a resource, and the error where it is not.
fn guard(kind: i8, name: &str) -> (ResourceType, &str, ResponseError) {
    match kind {
        ConfigResource::TOPIC => (ResourceType::Topic, name, ResponseError::TopicAuthorizationFailed),
        ConfigResource::GROUP => (ResourceType::Group, name, ResponseError::GroupAuthorizationFailed),
        _ => (ResourceType::Cluster, CLUSTER, ResponseError::ClusterAuthorizationFailed),
    }
}

fn is_kind(kind: i8) -> bool {
    KINDS.contains(&kind)
}
