//! The classic group protocol: JoinGroup, SyncGroup, Heartbeat, LeaveGroup.
//!
//! [`group::Classic`] is the state machine of one group; here it meets requests, configs and the log. What it answers,
//! it answers by ticket: the ticket of the request at hand, or of requests that were parked before.

pub(crate) mod answer;
pub(crate) mod group;
pub(crate) mod join;
pub(crate) mod rebalance;
pub(crate) mod sync;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::leave_group_response::MemberResponse;
use kafka_protocol::messages::{
    HeartbeatRequest, HeartbeatResponse, JoinGroupRequest, LeaveGroupRequest, LeaveGroupResponse, SyncGroupRequest,
};
use kafka_protocol::protocol::StrBytes;
use uuid::Uuid;

use self::answer::{join_refused, sync_refused};
use self::group::{Classic, State, Step, Waiter};
use self::join::Join;
use self::sync::{Left, Sync};
use super::stored::{Entry, classic as record};
use super::{Kind, access, store};
use crate::config::broker_i64;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::TopicPartition;
use crate::security::acl::Operation;

/// Answers JoinGroup, or parks it until the group's members are together.
pub(crate) fn join_group(machine: &mut Machine, cx: &Context, request: JoinGroupRequest) -> Outcome {
    let waiter = Waiter { ticket: cx.ticket, version: cx.version };
    let (id, member) = (request.group_id.to_string(), request.member_id.clone());
    let timeout = i64::from(request.session_timeout_ms);
    match access::group(machine, cx, &id, Operation::Read).and_then(|key| {
        check_session(machine, timeout)?;
        open(machine, &id, member.is_empty()).map(|()| key)
    }) {
        Ok(key) => step(machine, key, &id, Some(cx), |group, step| group.join(&joining(cx, request, waiter), step)),
        Err(error) => join_refused(waiter, &member, error).into(),
    }
}

fn check_session(machine: &Machine, timeout: i64) -> Result<(), ResponseError> {
    let min = broker_i64(machine, "group.min.session.timeout.ms");
    let max = broker_i64(machine, "group.max.session.timeout.ms");
    if (min..=max).contains(&timeout) { Ok(()) } else { Err(ResponseError::InvalidSessionTimeout) }
}

/// Sees that there is a classic group of this name: a newcomer makes one, also in place of an empty consumer group.
fn open(machine: &mut Machine, id: &str, newcomer: bool) -> Result<(), ResponseError> {
    match machine.groups.kind(id) {
        Some(Kind::Classic(_)) => Ok(()),
        Some(Kind::Consumer(_)) => Err(ResponseError::InconsistentGroupProtocol),
        None if newcomer => {
            machine.groups.open_classic(id, machine.now());
            Ok(())
        }
        None => Err(ResponseError::UnknownMemberId),
    }
}

fn joining(cx: &Context, request: JoinGroupRequest, waiter: Waiter) -> Join {
    let session_timeout = i64::from(request.session_timeout_ms);
    let instance = request.group_instance_id.map(|instance| instance.to_string());
    let prefix = instance.as_deref().unwrap_or(&cx.client_id);
    let rebalance_timeout = if cx.version == 0 { session_timeout } else { i64::from(request.rebalance_timeout_ms) };
    Join {
        waiter,
        member_id: request.member_id.to_string(),
        fresh_id: format!("{prefix}-{}", Uuid::new_v4()),
        instance,
        client_id: cx.client_id.clone(),
        client_host: access::host(cx),
        session_timeout,
        rebalance_timeout,
        protocol_type: request.protocol_type.to_string(),
        protocols: request.protocols.into_iter().map(|known| (known.name.to_string(), known.metadata)).collect(),
    }
}

/// Answers SyncGroup, or parks it until the leader has decided.
pub(crate) fn sync_group(machine: &mut Machine, cx: &Context, request: SyncGroupRequest) -> Outcome {
    let id = request.group_id.to_string();
    let sync = Sync {
        waiter: Waiter { ticket: cx.ticket, version: cx.version },
        member_id: request.member_id.to_string(),
        instance: request.group_instance_id.map(|instance| instance.to_string()),
        generation: request.generation_id,
        protocol_type: request.protocol_type.map(|name| name.to_string()),
        protocol: request.protocol_name.map(|name| name.to_string()),
        assignments: request.assignments.into_iter().map(|to| (to.member_id.to_string(), to.assignment)).collect(),
    };
    if cx.version >= 5 && (sync.protocol_type.is_none() || sync.protocol.is_none()) {
        return sync_refused(ResponseError::InconsistentGroupProtocol).into();
    }
    match member_of(machine, cx, &id) {
        Ok(key) => step(machine, key, &id, Some(cx), |group, step| group.sync(sync, step)),
        Err(error) => sync_refused(error).into(),
    }
}

/// Answers Heartbeat.
pub(crate) fn heartbeat(machine: &mut Machine, cx: &Context, request: &HeartbeatRequest) -> Outcome {
    let id = request.group_id.to_string();
    let response = HeartbeatResponse::default();
    let waiter = Waiter { ticket: cx.ticket, version: cx.version };
    match member_of(machine, cx, &id) {
        Ok(key) => step(machine, key, &id, Some(cx), |group, step| {
            let instance = request.group_instance_id.as_deref();
            let alive = group.heartbeat(&request.member_id, instance, request.generation_id, step);
            step.answer(waiter, response.with_error_code(alive.err().map_or(0, |error| error.code())));
        }),
        Err(error) => response.with_error_code(error.code()).into(),
    }
}

/// Answers LeaveGroup: one member before version 3, any number from there on.
pub(crate) fn leave_group(machine: &mut Machine, cx: &Context, request: LeaveGroupRequest) -> Outcome {
    let id = request.group_id.to_string();
    let members: Vec<(StrBytes, Option<StrBytes>)> = if cx.version >= 3 {
        request.members.into_iter().map(|member| (member.member_id, member.group_instance_id)).collect()
    } else {
        vec![(request.member_id, None)]
    };
    let waiter = Waiter { ticket: cx.ticket, version: cx.version };
    match member_of(machine, cx, &id) {
        Ok(key) => step(machine, key, &id, Some(cx), |group, step| {
            let left = leave_all(group, &members, step);
            step.answer(waiter, left_response(cx.version, left));
        }),
        Err(ResponseError::UnknownMemberId) => {
            let unknown = |(id, instance)| left_member(id, instance, ResponseError::UnknownMemberId.code());
            left_response(cx.version, members.into_iter().map(unknown).collect()).into()
        }
        Err(error) => LeaveGroupResponse::default().with_error_code(error.code()).into(),
    }
}

fn leave_all(group: &mut Classic, members: &[(StrBytes, Option<StrBytes>)], step: &mut Step) -> Vec<MemberResponse> {
    let mut rebalance = false;
    let mut out = Vec::new();
    for (id, instance) in members {
        let left = group.leave(id, instance.as_deref(), step);
        rebalance |= left.is_ok();
        // An id that was only waited for is no reason to rebalance a group that is at rest.
        if left == Ok(Left::Pending) && group.state != State::PreparingRebalance {
            rebalance = false;
        }
        out.push(left_member(id.clone(), instance.clone(), left.err().map_or(0, |error| error.code())));
    }
    if rebalance {
        group.after_removal(step);
    }
    out
}

fn left_member(id: StrBytes, instance: Option<StrBytes>, error: i16) -> MemberResponse {
    MemberResponse::default().with_member_id(id).with_group_instance_id(instance).with_error_code(error)
}

fn left_response(version: i16, members: Vec<MemberResponse>) -> LeaveGroupResponse {
    if version >= 3 {
        LeaveGroupResponse::default().with_members(members)
    } else {
        LeaveGroupResponse::default().with_error_code(members.first().map_or(0, |member| member.error_code))
    }
}

/// The partition of a classic group whose member asks.
fn member_of(machine: &Machine, cx: &Context, id: &str) -> Result<TopicPartition, ResponseError> {
    let key = access::group(machine, cx, id, Operation::Read)?;
    match machine.groups.kind(id) {
        Some(Kind::Classic(_)) => Ok(key),
        _ => Err(ResponseError::UnknownMemberId),
    }
}

/// Lets a group take one step, writes what must survive, and answers whoever it answered.
pub(crate) fn step(
    machine: &mut Machine,
    key: TopicPartition,
    id: &str,
    cx: Option<&Context>,
    act: impl FnOnce(&mut Classic, &mut Step),
) -> Outcome {
    let mut step = Step {
        now: machine.now(),
        initial_delay: broker_i64(machine, "group.initial.rebalance.delay.ms"),
        max_size: usize::try_from(broker_i64(machine, "group.max.size")).unwrap_or(0),
        answers: Vec::new(),
        persist: false,
    };
    let Some(group) = machine.groups.classic_mut(id) else { return Outcome::Close };
    act(group, &mut step);
    let deadline = group.deadline();
    let entry = step.persist.then(|| Entry { key: record::key(id), value: Some(record::value(group)) });
    if let Some(entry) = entry
        && let Err(error) = store::append(machine, key, &[entry])
    {
        tracing::warn!(group = id, %error, "the group's record was not written");
    }
    if let Some(at) = deadline {
        super::due(machine, at);
    }
    let mut outcome = Outcome::Parked;
    for (ticket, answer) in step.answers {
        if cx.is_some_and(|cx| cx.ticket == ticket) {
            outcome = Outcome::Reply(Box::new(answer));
        } else {
            machine.reply(ticket, answer);
        }
    }
    outcome
}

/// The coordinator of a group is another one now, or has forgotten it: whoever waits looks for it again.
pub(crate) fn dismiss(machine: &mut Machine, group: &Classic) {
    for member in group.members.values() {
        if let Some(waiter) = member.joining {
            machine.reply(waiter.ticket, join_refused(waiter, &member.id, ResponseError::NotCoordinator));
        }
        if let Some(waiter) = member.syncing {
            machine.reply(waiter.ticket, sync_refused(ResponseError::NotCoordinator));
        }
    }
}

#[cfg(test)]
mod tests;
