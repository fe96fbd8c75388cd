//! A consumer group: `ConsumerGroup*` records, kinds 3 and 5 to 8. What a step changed is written, and nothing else.
//!
//! A member's regular expression is kept with the member; what it matched is found anew when the member next speaks, so
//! kind 16 is not written, nor the partition metadata of kind 4, which Kafka itself no longer writes.

use uuid::Uuid;

use super::Entry;
use super::bytes::{Reader, Writer};
use crate::group::assign::Partitions;
use crate::group::consumer::by_topic;
use crate::group::consumer::group::{Consumer, Member, MemberState};
use crate::metadata::TopicPartition;

const GROUP: i16 = 3;
const MEMBER: i16 = 5;
const TARGET: i16 = 6;
const TARGET_MEMBER: i16 = 7;
const CURRENT: i16 = 8;

/// What one record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// The group is no more.
    Gone,
    Epoch(i32),
    Target {
        epoch: i32,
        at: i64,
    },
    /// What a member said about itself.
    Member(Box<Member>),
    MemberGone(String),
    TargetOf(String, Option<Partitions>),
    /// Only its epochs, its state and its partitions count.
    Current(Box<Member>),
    CurrentGone(String),
}

/// The records that take a group from one state to another, in the order in which Kafka writes them.
pub(crate) fn changes(id: &str, before: &Consumer, after: &Consumer) -> Vec<Entry> {
    let mut out = Vec::new();
    for (member, known) in &after.members {
        if before.members.get(member).is_none_or(|old| about(old) != about(known)) {
            out.push(Entry { key: key(MEMBER, id, Some(member)), value: Some(about(known)) });
        }
    }
    for member in before.members.keys().filter(|member| !after.members.contains_key(*member)) {
        out.extend(
            [CURRENT, TARGET_MEMBER, MEMBER].map(|kind| Entry { key: key(kind, id, Some(member)), value: None }),
        );
    }
    if before.epoch != after.epoch {
        out.push(Entry { key: key(GROUP, id, None), value: Some(Writer::versioned(0).i32(after.epoch).varint(0).0) });
    }
    for (member, target) in &after.target {
        if before.target.get(member) != Some(target) {
            let value = Some(partitions(Writer::versioned(0), target).varint(0).0);
            out.push(Entry { key: key(TARGET_MEMBER, id, Some(member)), value });
        }
    }
    if before.assignment_epoch != after.assignment_epoch {
        let value = target(after.assignment_epoch, after.assigned_at);
        out.push(Entry { key: key(TARGET, id, None), value: Some(value) });
    }
    for (member, known) in &after.members {
        if before.members.get(member).is_none_or(|old| current(old) != current(known)) {
            out.push(Entry { key: key(CURRENT, id, Some(member)), value: Some(current(known)) });
        }
    }
    out
}

/// The records that remove a group.
pub(crate) fn tombstones(id: &str, group: &Consumer) -> Vec<Entry> {
    let gone = Consumer { epoch: group.epoch, assignment_epoch: group.assignment_epoch, ..Consumer::default() };
    let mut out = changes(id, group, &gone);
    out.extend([TARGET, GROUP].map(|kind| Entry { key: key(kind, id, None), value: None }));
    out
}

fn key(kind: i16, id: &str, member: Option<&str>) -> Vec<u8> {
    let out = Writer::versioned(kind).string(id);
    member.map_or_else(|| Writer(out.0.clone()), |member| Writer(out.0.clone()).string(member)).0
}

/// `ConsumerGroupMemberMetadataValue`.
fn about(member: &Member) -> Vec<u8> {
    let mut out = Writer::versioned(0)
        .compact(member.instance.as_deref())
        .compact(member.rack.as_deref())
        .compact(Some(&member.client_id))
        .compact(Some(&member.client_host))
        .varint(member.topics.len() + 1);
    for topic in &member.topics {
        out = out.compact(Some(topic));
    }
    out.compact(member.regex.as_deref())
        .i32(i32::try_from(member.rebalance_timeout).unwrap_or(i32::MAX))
        .compact(member.assignor.as_deref())
        .varint(0)
        .0
}

fn read_about(id: String, value: &[u8]) -> Option<Member> {
    let mut reader = Reader(value);
    reader.i16().filter(|version| *version == 0)?;
    let mut member = Member { id, instance: reader.compact()?, rack: reader.compact()?, ..Member::default() };
    member.client_id = reader.compact()??;
    member.client_host = reader.compact()??;
    for _ in 1..reader.varint()? {
        member.topics.insert(reader.compact()??);
    }
    member.regex = reader.compact()?;
    member.rebalance_timeout = i64::from(reader.i32()?);
    member.assignor = reader.compact()?;
    Some(member)
}

/// `ConsumerGroupTargetAssignmentMetadataValue`; the timestamp is a tagged field.
fn target(epoch: i32, at: i64) -> Vec<u8> {
    Writer::versioned(0).i32(epoch).varint(1).varint(0).varint(8).i64(at).0
}

/// `ConsumerGroupCurrentMemberAssignmentValue`.
fn current(member: &Member) -> Vec<u8> {
    let state = match member.state {
        MemberState::Stable => 0,
        MemberState::Unrevoked => 1,
        MemberState::Unreleased => 2,
    };
    let out = Writer::versioned(0).i32(member.epoch).i32(member.previous_epoch).i8(state);
    partitions(partitions(out, &member.assigned), &member.revoking).varint(0).0
}

fn read_current(id: String, value: &[u8]) -> Option<Member> {
    let mut reader = Reader(value);
    reader.i16().filter(|version| *version == 0)?;
    let (epoch, previous_epoch) = (reader.i32()?, reader.i32()?);
    let state = match reader.i8()? {
        1 => MemberState::Unrevoked,
        2 => MemberState::Unreleased,
        _ => MemberState::Stable,
    };
    let (assigned, revoking) = (read_partitions(&mut reader)?, read_partitions(&mut reader)?);
    Some(Member { id, epoch, previous_epoch, state, assigned, revoking, ..Member::default() })
}

fn partitions(out: Writer, partitions: &Partitions) -> Writer {
    let topics = by_topic(partitions);
    let mut out = out.varint(topics.len() + 1);
    for (topic, indexes) in topics {
        out = out.uuid(topic).varint(indexes.len() + 1);
        for index in indexes {
            out = out.i32(index);
        }
        out = out.varint(0);
    }
    out
}

fn read_partitions(reader: &mut Reader<'_>) -> Option<Partitions> {
    let mut out = Partitions::new();
    for _ in 1..reader.varint()? {
        let topic: Uuid = reader.uuid()?;
        for _ in 1..reader.varint()? {
            out.insert(TopicPartition { topic, partition: reader.i32()? });
        }
        reader.tags()?;
    }
    Some(out)
}

/// Which group a record is about, and what it says.
pub(crate) fn read(key: &[u8], value: Option<&[u8]>) -> Option<(String, Change)> {
    let mut reader = Reader(key);
    let (kind, id) = (reader.i16()?, reader.string()?);
    let change = match (kind, value) {
        (GROUP, None) => Change::Gone,
        (GROUP, Some(value)) => Change::Epoch(Reader(value.get(2..)?).i32()?),
        (TARGET, Some(value)) => read_target(value)?,
        (MEMBER, None) => Change::MemberGone(reader.string()?),
        (MEMBER, Some(value)) => Change::Member(Box::new(read_about(reader.string()?, value)?)),
        (TARGET_MEMBER, None) => Change::TargetOf(reader.string()?, None),
        (TARGET_MEMBER, Some(value)) => {
            Change::TargetOf(reader.string()?, Some(read_partitions(&mut Reader(value.get(2..)?))?))
        }
        (CURRENT, None) => Change::CurrentGone(reader.string()?),
        (CURRENT, Some(value)) => Change::Current(Box::new(read_current(reader.string()?, value)?)),
        _ => return None,
    };
    Some((id, change))
}

fn read_target(value: &[u8]) -> Option<Change> {
    let mut reader = Reader(value.get(2..)?);
    let epoch = reader.i32()?;
    let at = reader.tags()?.into_iter().find(|(tag, _)| *tag == 0).and_then(|(_, bytes)| Reader(bytes).i64());
    Some(Change::Target { epoch, at: at.unwrap_or(0) })
}

/// Makes a change that was read true.
pub(crate) fn apply(group: &mut Consumer, change: Change) {
    match change {
        Change::Gone => *group = Consumer::default(),
        Change::Epoch(epoch) => group.epoch = epoch,
        Change::Target { epoch, at } => (group.assignment_epoch, group.assigned_at) = (epoch, at),
        Change::Member(about) => {
            let known = group.members.remove(&about.id).unwrap_or_default();
            let (epoch, previous_epoch, state) = (known.epoch, known.previous_epoch, known.state);
            let (assigned, revoking, matched) = (known.assigned, known.revoking, known.matched);
            let id = about.id.clone();
            group.members.insert(id, Member { matched, epoch, previous_epoch, state, assigned, revoking, ..*about });
        }
        Change::MemberGone(id) => {
            group.members.remove(&id);
        }
        Change::TargetOf(id, Some(target)) => {
            group.target.insert(id, target);
        }
        Change::TargetOf(id, None) => {
            group.target.remove(&id);
        }
        Change::Current(current) => {
            let known = group.members.remove(&current.id).unwrap_or_default();
            let Member { epoch, previous_epoch, state, assigned, revoking, id, .. } = *current;
            let member = Member { id: id.clone(), epoch, previous_epoch, state, assigned, revoking, ..known };
            group.members.insert(id, member);
        }
        Change::CurrentGone(id) => {
            if let Some(member) = group.members.get_mut(&id) {
                member.assigned.clear();
                member.revoking.clear();
            }
        }
    }
}
