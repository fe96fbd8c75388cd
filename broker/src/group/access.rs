//! Who may ask this broker about a group.

use kafka_protocol::error::ResponseError;

use crate::control::coordinator::{CoordinatorKind, known_partition};
use crate::machine::{Context, Machine};
use crate::metadata::TopicPartition;
use crate::security::acl::{Operation, ResourceType};

/// The partition that keeps a group, for a request that this broker may answer about it.
///
/// # Errors
///
/// `GroupAuthorizationFailed`, `InvalidGroupId` for an empty name, or [`coordinated`]'s.
pub(crate) fn group(
    machine: &Machine,
    cx: &Context,
    id: &str,
    operation: Operation,
) -> Result<TopicPartition, ResponseError> {
    allowed(machine, cx, id, operation)?;
    if id.is_empty() {
        return Err(ResponseError::InvalidGroupId);
    }
    coordinated(machine, cx, id)
}

/// Whether the principal may do this to the group.
///
/// # Errors
///
/// `GroupAuthorizationFailed`.
pub(crate) fn allowed(machine: &Machine, cx: &Context, id: &str, operation: Operation) -> Result<(), ResponseError> {
    let may = cx.may(machine, operation, ResourceType::Group, id);
    if may { Ok(()) } else { Err(ResponseError::GroupAuthorizationFailed) }
}

/// The partition that keeps a group, if the broker that was asked leads it.
///
/// # Errors
///
/// `NotCoordinator`.
pub(crate) fn coordinated(machine: &Machine, cx: &Context, id: &str) -> Result<TopicPartition, ResponseError> {
    let key = known_partition(machine, CoordinatorKind::Group, id).ok_or(ResponseError::NotCoordinator)?;
    let leader = machine.metadata.partition(key).map(|partition| partition.leader);
    if leader == Some(cx.broker) { Ok(key) } else { Err(ResponseError::NotCoordinator) }
}

/// A client's address as groups tell it: `/127.0.0.1`.
pub(crate) fn host(cx: &Context) -> String {
    format!("/{}", cx.peer)
}
