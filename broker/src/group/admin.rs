//! ListGroups, DescribeGroups, ConsumerGroupDescribe and DeleteGroups.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::delete_groups_response::DeletableGroupResult;
use kafka_protocol::messages::describe_groups_response::{DescribedGroup, DescribedGroupMember};
use kafka_protocol::messages::list_groups_response::ListedGroup;
use kafka_protocol::messages::{
    DeleteGroupsRequest, DeleteGroupsResponse, DescribeGroupsRequest, DescribeGroupsResponse, GroupId,
    ListGroupsRequest, ListGroupsResponse,
};
use kafka_protocol::protocol::StrBytes;

use super::classic::answer::text;
use super::classic::group::{Classic, State};
use super::stored::{Entry, classic as record, consumer as consumer_record};
use super::{Kind, access, offsets, store};
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::TopicPartition;
use crate::security::acl::{CLUSTER, Operation, ResourceType};
use crate::security::authorizer::authorized_operations;

/// Says that authorized operations were not asked for.
pub(crate) const OPERATIONS_OMITTED: i32 = i32::MIN;

/// Answers ListGroups with the groups that this broker coordinates.
pub(crate) fn list_groups(machine: &mut Machine, cx: &Context, request: &ListGroupsRequest) -> Outcome {
    let everything = cx.may(machine, Operation::Describe, ResourceType::Cluster, CLUSTER);
    let wanted = |filter: &[StrBytes], value: &str| {
        filter.is_empty() || filter.iter().any(|wanted| wanted.eq_ignore_ascii_case(value))
    };
    let groups = machine.groups.all.iter().filter(|(id, group)| {
        access::coordinated(machine, cx, id).is_ok()
            && wanted(&request.states_filter, group.kind.state())
            && wanted(&request.types_filter, group.kind.name())
            && (everything || access::allowed(machine, cx, id, Operation::Describe).is_ok())
    });
    let listed = groups.map(|(id, group)| {
        ListedGroup::default()
            .with_group_id(GroupId(text(id)))
            .with_protocol_type(text(group.kind.protocol_type()))
            .with_group_state(StrBytes::from_static_str(group.kind.state()))
            .with_group_type(StrBytes::from_static_str(group.kind.name()))
    });
    let shares = machine.shares.listed().filter(|(id, state)| {
        access::coordinated(machine, cx, id).is_ok()
            && wanted(&request.states_filter, state)
            && wanted(&request.types_filter, "share")
            && (everything || access::allowed(machine, cx, id, Operation::Describe).is_ok())
    });
    let shares = shares.map(|(id, state)| {
        ListedGroup::default()
            .with_group_id(GroupId(text(id)))
            .with_protocol_type(StrBytes::from_static_str("share"))
            .with_group_state(StrBytes::from_static_str(state))
            .with_group_type(StrBytes::from_static_str("share"))
    });
    ListGroupsResponse::default().with_groups(listed.chain(shares).collect()).into()
}

/// Answers DescribeGroups: classic groups.
pub(crate) fn describe_groups(machine: &mut Machine, cx: &Context, request: &DescribeGroupsRequest) -> Outcome {
    let describe = |id: &GroupId| {
        let described =
            DescribedGroup::default().with_group_id(id.clone()).with_authorized_operations(OPERATIONS_OMITTED);
        let described = match access::allowed(machine, cx, id, Operation::Describe)
            .and_then(|()| access::coordinated(machine, cx, id))
        {
            Err(error) => return described.with_error_code(error.code()),
            Ok(_) => match machine.groups.kind(id) {
                Some(Kind::Classic(group)) => classic(described, group),
                Some(Kind::Consumer(_)) => {
                    absent(described, cx, format!("Group {} is not a classic group.", id.as_str()))
                }
                None => absent(described, cx, format!("Group {} not found.", id.as_str())),
            },
        };
        if request.include_authorized_operations && described.error_code == 0 {
            described.with_authorized_operations(authorized_operations(machine, cx, ResourceType::Group, id))
        } else {
            described
        }
    };
    DescribeGroupsResponse::default().with_groups(invalid_first(&request.groups).map(describe).collect()).into()
}

/// Groups without a name are refused before the others are looked at.
pub(crate) fn invalid_first(groups: &[GroupId]) -> impl Iterator<Item = &GroupId> {
    let (invalid, valid): (Vec<&GroupId>, Vec<&GroupId>) = groups.iter().partition(|id| id.is_empty());
    invalid.into_iter().chain(valid)
}

fn absent(described: DescribedGroup, cx: &Context, message: String) -> DescribedGroup {
    let dead = described.with_group_state(StrBytes::from_static_str("Dead"));
    if cx.version < 6 {
        return dead;
    }
    dead.with_error_code(ResponseError::GroupIdNotFound.code()).with_error_message(Some(StrBytes::from_string(message)))
}

fn classic(described: DescribedGroup, group: &Classic) -> DescribedGroup {
    let stable = group.state == State::Stable;
    let protocol = group.protocol.as_deref().filter(|_| stable);
    let members = group.members.values().map(|member| {
        let shown = DescribedGroupMember::default()
            .with_member_id(text(&member.id))
            .with_group_instance_id(member.instance.as_deref().map(text))
            .with_client_id(text(&member.client_id))
            .with_client_host(text(&member.client_host));
        let assignment = if stable { member.assignment.clone() } else { bytes::Bytes::new() };
        shown.with_member_metadata(member.metadata(protocol)).with_member_assignment(assignment)
    });
    described
        .with_group_state(StrBytes::from_static_str(group.state.name()))
        .with_protocol_type(text(group.protocol_type.as_deref().unwrap_or_default()))
        .with_protocol_data(text(protocol.unwrap_or_default()))
        .with_members(members.collect())
}

/// Answers DeleteGroups: only groups without members go.
pub(crate) fn delete_groups(machine: &mut Machine, cx: &Context, request: &DeleteGroupsRequest) -> Outcome {
    let mut results = Vec::new();
    for id in invalid_first(&request.groups_names) {
        let allowed = access::allowed(machine, cx, id, Operation::Delete);
        let deleted =
            allowed.and_then(|()| access::coordinated(machine, cx, id)).and_then(|key| match machine.groups.kind(id) {
                None => match crate::share::delete_group(machine, id) {
                    None => Err(ResponseError::GroupIdNotFound),
                    Some(false) => Err(ResponseError::NonEmptyGroup),
                    Some(true) => Ok(()),
                },
                Some(kind) if !kind.is_empty() => Err(ResponseError::NonEmptyGroup),
                Some(_) => remove(machine, key, id),
            });
        let error = deleted.err().map_or(0, |error| error.code());
        results.push(DeletableGroupResult::default().with_group_id(id.clone()).with_error_code(error));
    }
    DeleteGroupsResponse::default().with_results(results).into()
}

/// Removes a group with everything that it has.
///
/// # Errors
///
/// When the log cannot be written.
pub(crate) fn remove(machine: &mut Machine, key: TopicPartition, id: &str) -> Result<(), ResponseError> {
    let places = machine.groups.offsets(id).map(|known| known.keys().cloned().collect()).unwrap_or_default();
    offsets::delete::forget(machine, key, id, places)?;
    let tombstones = match machine.groups.kind(id) {
        Some(Kind::Classic(_)) => vec![Entry { key: record::key(id), value: None }],
        Some(Kind::Consumer(group)) => consumer_record::tombstones(id, group),
        None => Vec::new(),
    };
    store::append(machine, key, &tombstones)?;
    machine.groups.all.remove(id);
    Ok(())
}
