//! The consumer group protocol of KIP-848: members send heartbeats, and the coordinator decides.
//!
//! [`group::Consumer`] is the state machine of one group; here it meets requests, configs and the log.

pub(crate) mod check;
pub(crate) mod describe;
pub(crate) mod group;
pub(crate) mod heartbeat;
pub(crate) mod reconcile;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::consumer_group_heartbeat_response::{Assignment, TopicPartitions};
use kafka_protocol::messages::{ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse};
use kafka_protocol::protocol::StrBytes;

use self::group::{Consumer, Facts, LEAVE, LEAVE_FOR_NOW, Refusal};
use self::heartbeat::{Beat, Heartbeat};
use super::assign::{Assignor, Partitions};
use super::stored::consumer as record;
use super::{Group, Kind, access, due, store};
use crate::config::{broker_i64, broker_str};
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::{ConfigResource, TopicPartition};

/// Answers ConsumerGroupHeartbeat.
pub(crate) fn heartbeat(machine: &mut Machine, cx: &Context, request: ConsumerGroupHeartbeatRequest) -> Outcome {
    let id = request.group_id.to_string();
    let answer = check::heartbeat(machine, cx, request).and_then(|beat| {
        let key = access::coordinated(machine, cx, &id).map_err(plain)?;
        check::subscription(machine, cx, beat).and_then(|beat| take(machine, key, &beat))
    });
    let response = ConsumerGroupHeartbeatResponse::default();
    match answer {
        Ok(beat) if beat.epoch < 0 => answered(response, beat),
        Ok(beat) => {
            let interval = interval(machine, &id, "consumer.heartbeat.interval.ms");
            answered(response, beat).with_heartbeat_interval_ms(i32::try_from(interval).unwrap_or(i32::MAX))
        }
        Err(Refusal { error, message }) => response
            .with_error_code(error.code())
            .with_error_message(Some(message).filter(|message| !message.is_empty()).map(StrBytes::from_string)),
    }
    .into()
}

/// A refusal that says no more than its code.
pub(crate) fn plain(error: ResponseError) -> Refusal {
    Refusal::new(error, "")
}

fn answered(response: ConsumerGroupHeartbeatResponse, beat: Beat) -> ConsumerGroupHeartbeatResponse {
    let response = response.with_member_epoch(beat.epoch).with_member_id(Some(StrBytes::from_string(beat.member)));
    response.with_assignment(beat.assignment.map(|partitions| {
        let topics = by_topic(&partitions)
            .into_iter()
            .map(|(topic, partitions)| TopicPartitions::default().with_topic_id(topic).with_partitions(partitions));
        Assignment::default().with_topic_partitions(topics.collect())
    }))
}

/// Partitions as most messages list them.
pub(crate) fn by_topic(partitions: &Partitions) -> Vec<(uuid::Uuid, Vec<i32>)> {
    let mut out: Vec<(uuid::Uuid, Vec<i32>)> = Vec::new();
    for key in partitions {
        match out.last_mut() {
            Some((topic, partitions)) if *topic == key.topic => partitions.push(key.partition),
            _ => out.push((key.topic, vec![key.partition])),
        }
    }
    out
}

fn take(machine: &mut Machine, key: TopicPartition, beat: &Heartbeat) -> Result<Beat, Refusal> {
    open(machine, key, beat)?;
    step(machine, key, &beat.group, |group, facts| match beat.epoch {
        LEAVE | LEAVE_FOR_NOW => group.leave(beat, facts),
        _ => group.beat(beat, facts),
    })
    .unwrap_or_else(|| Err(plain(ResponseError::UnknownServerError)))
}

/// Sees that there is a consumer group of this name: who joins makes one, also in place of an empty classic group.
fn open(machine: &mut Machine, key: TopicPartition, beat: &Heartbeat) -> Result<(), Refusal> {
    let id = &beat.group;
    let joins = beat.epoch == 0;
    let missing = |message: String| Refusal::new(ResponseError::GroupIdNotFound, message);
    match machine.groups.kind(id) {
        Some(Kind::Consumer(_)) => return Ok(()),
        None if !joins && beat.epoch < 0 => return Err(missing(format!("Group {id} not found."))),
        None if !joins => return Err(missing(format!("Consumer group {id} not found."))),
        Some(Kind::Classic(_)) if !joins => return Err(missing(format!("Group {id} is not a consumer group."))),
        Some(Kind::Classic(known)) if known.state != super::classic::group::State::Empty => {
            // Groups are not upgraded while they have members: the answer is that of a cluster which forbids it.
            let why = match known.protocol_type.as_deref() {
                Some("consumer") if !known.subscriptions_are_read() => "the embedded consumer protocol is malformed.",
                Some("consumer") => "online upgrade is disabled.",
                _ => "the group does not use the consumer embedded protocol.",
            };
            return Err(missing(format!("Cannot upgrade classic group {id} to consumer group because {why}")));
        }
        Some(Kind::Classic(_)) => {
            let tombstone = super::stored::Entry { key: super::stored::classic::key(id), value: None };
            store::append(machine, key, &[tombstone]).map_err(plain)?;
        }
        None => {}
    }
    let offsets = machine.groups.all.remove(id).map(|known| known.offsets).unwrap_or_default();
    machine.groups.all.insert(id.clone(), Group { kind: Kind::Consumer(Box::default()), offsets });
    Ok(())
}

/// A group's own setting, within what the brokers allow; else the brokers' setting.
fn interval(machine: &Machine, group: &str, name: &str) -> i64 {
    let broker = format!("group.{name}");
    let own = machine.metadata.config(ConfigResource::GROUP, group, name).and_then(|value| value.parse::<i64>().ok());
    let Some(own) = own else { return broker_i64(machine, &broker) };
    let bound = |which: &str| broker_i64(machine, &broker.replacen("consumer.", &format!("consumer.{which}."), 1));
    own.max(bound("min")).min(bound("max").max(1))
}

/// Lets a group take one step and writes what has changed.
pub(crate) fn step<R>(
    machine: &mut Machine,
    key: TopicPartition,
    id: &str,
    act: impl FnOnce(&mut Consumer, &Facts<'_>) -> R,
) -> Option<R> {
    let assignors: Vec<Assignor> = broker_str(machine, "group.consumer.assignors")
        .split(',')
        .filter_map(|name| Assignor::named(name.trim()))
        .collect();
    let session_timeout = interval(machine, id, "consumer.session.timeout.ms");
    let assignment_interval = interval(machine, id, "consumer.assignment.interval.ms");
    let max_size = usize::try_from(broker_i64(machine, "group.consumer.max.size")).unwrap_or(usize::MAX);
    let facts = Facts {
        now: machine.now(),
        metadata: &machine.metadata,
        session_timeout,
        assignment_interval,
        max_size,
        assignors: &assignors,
    };
    let Some(Group { kind: Kind::Consumer(group), .. }) = machine.groups.all.get_mut(id) else { return None };
    let before = group.clone();
    let out = act(group, &facts);
    let entries = record::changes(id, &before, group);
    let deadline = group.deadline();
    if let Err(error) = store::append(machine, key, &entries) {
        tracing::warn!(group = id, %error, "the group's records were not written");
    }
    if let Some(at) = deadline {
        due(machine, at);
    }
    Some(out)
}

#[cfg(test)]
mod tests;
