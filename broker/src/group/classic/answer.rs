//! The answers of the classic protocol, in the shape that each version wants.

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::join_group_response::JoinGroupResponseMember;
use kafka_protocol::messages::{JoinGroupResponse, SyncGroupResponse};
use kafka_protocol::protocol::StrBytes;

use super::group::{Classic, Waiter};

pub(crate) fn text(value: &str) -> StrBytes {
    StrBytes::from_string(value.to_owned())
}

/// JoinGroup refused.
pub(crate) fn join_refused(waiter: Waiter, member: &str, error: ResponseError) -> JoinGroupResponse {
    JoinGroupResponse::default()
        .with_error_code(error.code())
        .with_generation_id(-1)
        .with_protocol_name((waiter.version < 7).then(StrBytes::default))
        .with_member_id(text(member))
}

/// Whether a JoinGroup's answer lists the members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    Members,
    Nobody,
}

/// JoinGroup granted, with the group's current generation.
pub(crate) fn joined(group: &Classic, waiter: Waiter, member: &str, listing: Listing) -> JoinGroupResponse {
    let protocol = group.protocol.as_deref();
    let members = group.members.values().filter(|_| listing == Listing::Members).map(|member| {
        JoinGroupResponseMember::default()
            .with_member_id(text(&member.id))
            .with_group_instance_id(member.instance.as_deref().map(text))
            .with_metadata(member.metadata(protocol))
    });
    JoinGroupResponse::default()
        .with_generation_id(group.generation)
        .with_protocol_type(group.protocol_type.as_deref().map(text))
        .with_protocol_name(protocol.map(text).or_else(|| (waiter.version < 7).then(StrBytes::default)))
        .with_leader(text(group.leader.as_deref().unwrap_or_default()))
        .with_member_id(text(member))
        .with_members(members.collect())
}

/// SyncGroup refused.
pub(crate) fn sync_refused(error: ResponseError) -> SyncGroupResponse {
    SyncGroupResponse::default().with_error_code(error.code())
}

/// SyncGroup answered with a member's assignment.
pub(crate) fn synced(group: &Classic, assignment: Bytes) -> SyncGroupResponse {
    SyncGroupResponse::default()
        .with_protocol_type(group.protocol_type.as_deref().map(text))
        .with_protocol_name(group.protocol.as_deref().map(text))
        .with_assignment(assignment)
}
