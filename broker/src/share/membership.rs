//! `ShareGroupHeartbeat` and `ShareGroupDescribe`.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::share_group_describe_response as described;
use kafka_protocol::messages::share_group_heartbeat_response as told;
use kafka_protocol::messages::{
    ShareGroupDescribeRequest, ShareGroupDescribeResponse, ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse,
    TopicName,
};
use kafka_protocol::protocol::StrBytes;
use uuid::Uuid;

use super::group::{Member, Partitions};
use super::{fetch, settings};
use crate::group::access;
use crate::group::admin::OPERATIONS_OMITTED;
use crate::machine::{Context, Machine, Outcome};
use crate::security::acl::{Operation, ResourceType};
use crate::security::authorizer::authorized_operations;

/// An error with Kafka's words.
type Refusal = (ResponseError, String);

/// Joins, stays or leaves.
pub(crate) fn heartbeat(machine: &mut Machine, cx: &Context, request: &ShareGroupHeartbeatRequest) -> Outcome {
    match beat(machine, cx, request) {
        Ok(response) => response.into(),
        Err((error, words)) => {
            let words = (!words.is_empty()).then(|| StrBytes::from_string(words));
            ShareGroupHeartbeatResponse::default().with_error_code(error.code()).with_error_message(words).into()
        }
    }
}

fn beat(
    machine: &mut Machine,
    cx: &Context,
    request: &ShareGroupHeartbeatRequest,
) -> Result<ShareGroupHeartbeatResponse, Refusal> {
    check(machine, cx, request)?;
    let (id, member_id) = (request.group_id.to_string(), request.member_id.to_string());
    if machine.groups.kind(&id).is_some_and(|kind| !kind.is_empty()) {
        return Err((ResponseError::GroupIdNotFound, format!("Group {id} is not a share group.")));
    }
    if request.member_epoch == -1 {
        return leave(machine, &id, &member_id);
    }
    let unknown = || (ResponseError::UnknownMemberId, format!("Member {member_id} is not a member of group {id}."));
    if request.member_epoch > 0 {
        let group = machine.shares.groups.get(&id);
        let group = group.ok_or_else(|| (ResponseError::GroupIdNotFound, format!("Share group {id} not found.")))?;
        fence(group.members.get(&member_id).ok_or_else(unknown)?, request.member_epoch)?;
    }
    let (full, most) = (request.member_epoch == 0, settings::max_size(machine));
    let (deadline, interval) =
        (cx.now + settings::session_timeout_ms(machine, &id), settings::heartbeat_interval_ms(machine, &id));
    let Machine { shares, metadata, .. } = &mut *machine;
    let group = shares.groups.entry(id.clone()).or_default();
    let is_new = !group.members.contains_key(&member_id);
    if is_new && group.members.len() >= most {
        let words = format!("The share group has reached its maximum capacity of {most} members.");
        return Err((ResponseError::GroupMaxSizeReached, words));
    }
    let member = group.members.entry(member_id.clone()).or_insert_with(Member::default);
    let before = member.topics.clone();
    member.deadline = deadline;
    (member.client_id, member.client_host) = (cx.client_id.clone(), access::host(cx));
    if let Some(rack) = &request.rack_id {
        member.rack = Some(rack.to_string());
    }
    if let Some(topics) = &request.subscribed_topic_names {
        member.topics = topics.iter().map(|name| name.to_string()).collect();
    }
    let changed = is_new || member.topics != before;
    group.assign(changed, |name| {
        let topic = metadata.topic(name)?;
        Some((topic.id, i32::try_from(topic.partitions.len()).ok()?))
    });
    let epoch = group.epoch;
    let member = group.members.get_mut(&member_id).ok_or_else(unknown)?;
    if member.epoch != epoch {
        (member.previous_epoch, member.epoch) = (member.epoch, epoch);
    }
    let tell = full || request.subscribed_topic_names.is_some() || std::mem::take(&mut member.untold);
    if tell {
        member.untold = false;
    }
    let assignment = tell.then(|| assignment(&member.assignment));
    machine.wake_at(deadline);
    Ok(ShareGroupHeartbeatResponse::default()
        .with_member_id(Some(request.member_id.clone()))
        .with_member_epoch(epoch)
        .with_heartbeat_interval_ms(interval)
        .with_assignment(assignment))
}

fn assignment(partitions: &Partitions) -> told::Assignment {
    let topic = |(id, partitions): (&Uuid, &Vec<i32>)| {
        told::TopicPartitions::default().with_topic_id(*id).with_partitions(partitions.clone())
    };
    told::Assignment::default().with_topic_partitions(partitions.iter().map(topic).collect())
}

fn check(machine: &Machine, cx: &Context, request: &ShareGroupHeartbeatRequest) -> Result<(), Refusal> {
    let plain = |error: ResponseError| (error, String::new());
    let invalid = |words: &str| Err((ResponseError::InvalidRequest, words.to_owned()));
    if !settings::enabled(machine) {
        return Err(plain(ResponseError::UnsupportedVersion));
    }
    access::allowed(machine, cx, &request.group_id, Operation::Read).map_err(plain)?;
    let hidden = |name: &TopicName| !cx.may(machine, Operation::Describe, ResourceType::Topic, name);
    if request.subscribed_topic_names.iter().flatten().any(hidden) {
        return Err(plain(ResponseError::TopicAuthorizationFailed));
    }
    if request.member_id.is_empty() {
        return Err(plain(ResponseError::InvalidRequest));
    }
    if request.member_id.trim().is_empty() {
        return invalid("MemberId can't be empty.");
    }
    if request.group_id.trim().is_empty() {
        return invalid("GroupId can't be empty.");
    }
    if request.rack_id.as_ref().is_some_and(|rack| rack.is_empty()) {
        return invalid("RackId can't be empty.");
    }
    if request.member_epoch == 0 && request.subscribed_topic_names.as_ref().is_none_or(Vec::is_empty) {
        return invalid("SubscribedTopicNames must be set in first request.");
    }
    if request.member_epoch < -1 {
        return invalid("MemberEpoch is invalid.");
    }
    access::coordinated(machine, cx, &request.group_id).map_err(plain)?;
    Ok(())
}

fn fence(member: &Member, epoch: i32) -> Result<(), Refusal> {
    let known = member.epoch;
    if epoch > known {
        let words = format!(
            "The share group member has a greater member epoch ({epoch}) than the one known by the group coordinator \
             ({known}). The member must abandon all its partitions and rejoin."
        );
        return Err((ResponseError::FencedMemberEpoch, words));
    }
    if epoch < known && epoch != member.previous_epoch {
        let words = format!(
            "The share group member has a smaller member epoch ({epoch}) than the one known by the group coordinator \
             ({known}). The member must abandon all its partitions and rejoin."
        );
        return Err((ResponseError::FencedMemberEpoch, words));
    }
    Ok(())
}

fn leave(machine: &mut Machine, id: &str, member: &str) -> Result<ShareGroupHeartbeatResponse, Refusal> {
    let known = machine.shares.groups.get(id);
    let known = known.ok_or_else(|| (ResponseError::GroupIdNotFound, format!("Group {id} not found.")))?;
    if !known.members.contains_key(member) {
        return Err((ResponseError::UnknownMemberId, format!("Member {member} is not a member of group {id}.")));
    }
    remove(machine, id, member);
    let member = StrBytes::from_string(member.to_owned());
    Ok(ShareGroupHeartbeatResponse::default().with_member_id(Some(member)).with_member_epoch(-1))
}

/// Takes a member out of its group; others get its partitions.
fn remove(machine: &mut Machine, id: &str, member: &str) {
    let Machine { shares, metadata, .. } = &mut *machine;
    let Some(group) = shares.groups.get_mut(id) else { return };
    group.members.remove(member);
    group.assign(true, |name| {
        let topic = metadata.topic(name)?;
        Some((topic.id, i32::try_from(topic.partitions.len()).ok()?))
    });
    fetch::release(machine, id, member);
}

/// Takes out members that are silent for longer than their session.
pub(super) fn tick(machine: &mut Machine) {
    let now = machine.now();
    let groups = machine.shares.groups.iter();
    let gone: Vec<(String, String)> =
        groups.flat_map(|(id, group)| group.expired(now).into_iter().map(|member| (id.clone(), member))).collect();
    for (id, member) in gone {
        remove(machine, &id, &member);
    }
    let members = machine.shares.groups.values().flat_map(|group| group.members.values());
    if let Some(at) = members.map(|member| member.deadline).min() {
        machine.wake_at(at);
    }
}

/// Describes share groups.
pub(crate) fn describe(machine: &mut Machine, cx: &Context, request: ShareGroupDescribeRequest) -> Outcome {
    let mut groups = Vec::new();
    for id in request.group_ids {
        let group = match access::group(machine, cx, &id, Operation::Describe) {
            Err(error) => described::DescribedGroup::default().with_error_code(error.code()),
            Ok(_) => described(machine, cx, &id),
        };
        let operations = if request.include_authorized_operations && group.error_code == 0 {
            authorized_operations(machine, cx, ResourceType::Group, &id)
        } else {
            OPERATIONS_OMITTED
        };
        groups.push(group.with_group_id(id).with_authorized_operations(operations));
    }
    ShareGroupDescribeResponse::default().with_groups(groups).into()
}

fn described(machine: &Machine, cx: &Context, id: &str) -> described::DescribedGroup {
    let Some(group) = machine.shares.groups.get(id) else {
        let why = if machine.groups.kind(id).is_some() { "is not a share group" } else { "not found" };
        return described::DescribedGroup::default()
            .with_error_code(ResponseError::GroupIdNotFound.code())
            .with_error_message(Some(StrBytes::from_string(format!("Group {id} {why}."))));
    };
    let topics = group.members.values().flat_map(|member| &member.topics);
    if topics.into_iter().any(|name| !cx.may(machine, Operation::Describe, ResourceType::Topic, name)) {
        let words = "The group has described topic(s) that the client is not authorized to describe.";
        return described::DescribedGroup::default()
            .with_error_code(ResponseError::TopicAuthorizationFailed.code())
            .with_error_message(Some(StrBytes::from_static_str(words)));
    }
    let text = |text: &str| StrBytes::from_string(text.to_owned());
    let topic = |(id, partitions): (&Uuid, &Vec<i32>)| {
        let name = machine.metadata.topic_by_id(*id).map(|topic| topic.name.clone()).unwrap_or_default();
        described::TopicPartitions::default()
            .with_topic_id(*id)
            .with_topic_name(TopicName(StrBytes::from_string(name)))
            .with_partitions(partitions.clone())
    };
    let member = |(id, member): (&String, &Member)| {
        let assigned = member.assignment.iter().map(topic).collect();
        described::Member::default()
            .with_member_id(text(id))
            .with_rack_id(member.rack.as_deref().map(text))
            .with_member_epoch(member.epoch)
            .with_client_id(text(&member.client_id))
            .with_client_host(text(&member.client_host))
            .with_subscribed_topic_names(member.topics.iter().map(|name| TopicName(text(name))).collect())
            .with_assignment(described::Assignment::default().with_topic_partitions(assigned))
    };
    described::DescribedGroup::default()
        .with_group_state(StrBytes::from_static_str(group.state()))
        .with_group_epoch(group.epoch)
        .with_assignment_epoch(group.epoch)
        .with_assignor_name(StrBytes::from_static_str("simple"))
        .with_members(group.members.iter().map(member).collect())
}
