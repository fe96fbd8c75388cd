//! FindCoordinator: the broker that looks after a group, a transactional id or a share partition is the leader of
//! one partition of the internal topic that keeps it.

mod internal;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::find_coordinator_response::Coordinator;
use kafka_protocol::messages::{BrokerId, FindCoordinatorRequest, FindCoordinatorResponse};
use kafka_protocol::protocol::StrBytes;

use crate::machine::{Context, Machine, Outcome};
use crate::metadata::TopicPartition;
use crate::security::acl::{CLUSTER, Operation, ResourceType};

/// What a coordinator looks after; the numbers are Kafka's key types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CoordinatorKind {
    Group = 0,
    Transaction = 1,
    Share = 2,
}

impl CoordinatorKind {
    /// The internal topic that keeps its state.
    pub(crate) fn topic(self) -> &'static str {
        match self {
            Self::Group => "__consumer_offsets",
            Self::Transaction => "__transaction_state",
            Self::Share => "__share_group_state",
        }
    }
}

/// The partition that keeps a key's state; makes the internal topic where there is none yet.
///
/// # Errors
///
/// When the topic cannot be made.
pub(crate) fn partition_of(machine: &mut Machine, kind: CoordinatorKind, key: &str) -> std::io::Result<TopicPartition> {
    if machine.metadata.topic(kind.topic()).is_none() {
        internal::create(machine, kind)?;
    }
    known_partition(machine, kind, key).ok_or_else(|| std::io::Error::other("no internal topic"))
}

/// The partition that keeps a key's state, if the internal topic is there.
pub(crate) fn known_partition(machine: &Machine, kind: CoordinatorKind, key: &str) -> Option<TopicPartition> {
    let topic = machine.metadata.topic(kind.topic())?;
    let partition = java_hash(key) % i32::try_from(topic.partitions.len()).ok()?.max(1);
    Some(TopicPartition { topic: topic.id, partition })
}

/// The broker that coordinates a key: the leader of its partition, −1 where it has none.
///
/// # Errors
///
/// When the internal topic cannot be made.
pub(crate) fn coordinator(machine: &mut Machine, kind: CoordinatorKind, key: &str) -> std::io::Result<i32> {
    let key = partition_of(machine, kind, key)?;
    Ok(machine.metadata.partition(key).map_or(-1, |partition| partition.leader))
}

/// `Utils.abs(key.hashCode())` of Java: UTF-16 units, wrapping, the sign bit taken off.
pub(crate) fn java_hash(key: &str) -> i32 {
    key.encode_utf16().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit))) & i32::MAX
}

/// Answers FindCoordinator: one key before version 4, any number from there on.
pub(crate) fn find_coordinator(machine: &mut Machine, cx: &Context, request: &FindCoordinatorRequest) -> Outcome {
    let kind = kind(request.key_type, cx.version);
    if cx.version >= 4 {
        let found = request.coordinator_keys.iter().map(|key| match kind {
            Some(kind) => batched(key, find(machine, cx, kind, key)),
            None if request.key_type == CoordinatorKind::Share as i8 => {
                batched(key, Err(ResponseError::InvalidRequest))
            }
            None => batched(key, Err(ResponseError::InvalidRequest))
                .with_error_message(Some(StrBytes::from_static_str(message(ResponseError::InvalidRequest)))),
        });
        let found = found.collect();
        return FindCoordinatorResponse::default().with_coordinators(found).into();
    }
    let response = FindCoordinatorResponse::default();
    match kind.ok_or(ResponseError::InvalidRequest).and_then(|kind| find(machine, cx, kind, &request.key)) {
        Ok(node) => response
            .with_node_id(node.id)
            .with_host(node.host)
            .with_port(node.port)
            .with_error_message(Some(StrBytes::from_static_str("NONE"))),
        Err(error) => response
            .with_error_code(error.code())
            .with_error_message(Some(StrBytes::from_static_str(message(error))))
            .with_node_id(BrokerId(-1))
            .with_port(-1),
    }
    .into()
}

/// Kafka's text for what can go wrong here.
fn message(error: ResponseError) -> &'static str {
    match error {
        ResponseError::CoordinatorNotAvailable => "The coordinator is not available.",
        ResponseError::GroupAuthorizationFailed => "Group authorization failed.",
        ResponseError::TransactionalIdAuthorizationFailed => "Transactional Id authorization failed.",
        ResponseError::ClusterAuthorizationFailed => "Cluster authorization failed.",
        _ => {
            "This most likely occurs because of a request being malformed by the client library or the message was \
             sent to an incompatible broker. See the broker logs for more details."
        }
    }
}

/// Where a coordinator listens.
struct Node {
    id: BrokerId,
    host: StrBytes,
    port: i32,
}

fn kind(key_type: i8, version: i16) -> Option<CoordinatorKind> {
    match key_type {
        0 => Some(CoordinatorKind::Group),
        1 => Some(CoordinatorKind::Transaction),
        2 if version >= 6 => Some(CoordinatorKind::Share),
        _ => None,
    }
}

fn batched(key: &StrBytes, found: Result<Node, ResponseError>) -> Coordinator {
    let coordinator = Coordinator::default().with_key(key.clone());
    match found {
        Ok(node) => coordinator.with_node_id(node.id).with_host(node.host).with_port(node.port),
        Err(error) => coordinator.with_error_code(error.code()).with_node_id(BrokerId(-1)).with_port(-1),
    }
}

fn find(machine: &mut Machine, cx: &Context, kind: CoordinatorKind, key: &str) -> Result<Node, ResponseError> {
    authorize(machine, cx, kind, key)?;
    let key = if kind == CoordinatorKind::Share { share_key(key).ok_or(ResponseError::InvalidRequest)? } else { key };
    let leader = coordinator(machine, kind, key).map_err(|_| ResponseError::CoordinatorNotAvailable)?;
    let broker = machine.metadata.brokers.get(&leader).filter(|broker| broker.alive);
    let broker = broker.ok_or(ResponseError::CoordinatorNotAvailable)?;
    let (host, port) = broker.endpoints.get(&cx.listener).ok_or(ResponseError::CoordinatorNotAvailable)?;
    Ok(Node { id: BrokerId(leader), host: StrBytes::from_string(host.clone()), port: i32::from(*port) })
}

fn authorize(machine: &Machine, cx: &Context, kind: CoordinatorKind, key: &str) -> Result<(), ResponseError> {
    let (operation, resource, name, error) = match kind {
        CoordinatorKind::Group => {
            (Operation::Describe, ResourceType::Group, key, ResponseError::GroupAuthorizationFailed)
        }
        CoordinatorKind::Transaction => {
            (Operation::Describe, ResourceType::TransactionalId, key, ResponseError::TransactionalIdAuthorizationFailed)
        }
        CoordinatorKind::Share => {
            (Operation::ClusterAction, ResourceType::Cluster, CLUSTER, ResponseError::ClusterAuthorizationFailed)
        }
    };
    if cx.may(machine, operation, resource, name) { Ok(()) } else { Err(error) }
}

/// `group:topic id:partition`, checked; the whole of it is what is hashed.
fn share_key(key: &str) -> Option<&str> {
    let (rest, partition) = key.rsplit_once(':')?;
    let (group, topic) = rest.rsplit_once(':')?;
    let id = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, topic).ok()?;
    (!group.is_empty() && id.len() == 16 && partition.parse::<i32>().is_ok_and(|index| index >= 0)).then_some(key)
}
