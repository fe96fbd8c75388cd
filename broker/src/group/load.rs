//! Brings groups back from the records of a partition of `__consumer_offsets`.

use super::stored::{self, classic, consumer, offset};
use super::{Group, Kind, consumer as consumer_group, due};
use crate::control::coordinator::{CoordinatorKind, known_partition};
use crate::machine::Machine;
use crate::metadata::TopicPartition;
use crate::records::Header;
use crate::records::read::{Record, records};

/// Reads one partition from its start to its end, as the coordinator does that takes it over.
pub(crate) fn partition(machine: &mut Machine, partition: i32) {
    let Some(topic) = machine.metadata.topic(CoordinatorKind::Group.topic()).map(|topic| topic.id) else { return };
    let key = TopicPartition { topic, partition };
    let Some((mut from, end)) = machine.logs.get(key).map(|log| (log.start_offset(), log.end_offset())) else { return };
    while from < end {
        let Some(Ok(batches)) = machine.logs.get(key).map(|log| log.batches(from, end)) else { return };
        if batches.is_empty() {
            return;
        }
        for (header, batch) in batches {
            from = header.next_offset();
            match records(&batch) {
                Ok(records) => replay(machine, partition, &header, records),
                Err(error) => tracing::warn!(partition, %error, "a batch of __consumer_offsets cannot be read"),
            }
        }
    }
}

fn replay(machine: &mut Machine, partition: i32, header: &Header, records: Vec<Record>) {
    for record in records {
        let Some(key) = record.key.as_deref() else { continue };
        if header.is_control() {
            // A marker's key is its version and its type: 0 aborts, 1 commits.
            let committed = key.get(2..4) == Some(&[0, 1]);
            super::transaction_ended(machine, header.producer_id, partition, committed);
        } else {
            match stored::kind(key) {
                Some(0 | offset::KIND) => replay_offset(machine, partition, header, &record),
                Some(classic::KIND) => replay_classic(machine, &record),
                Some(_) => replay_consumer(machine, &record),
                None => {}
            }
        }
    }
}

fn replay_offset(machine: &mut Machine, partition: i32, header: &Header, record: &Record) {
    let Some((group, topic, index)) = record.key.as_deref().and_then(offset::read_key) else { return };
    let place = (topic, index);
    match record.value.as_deref() {
        None => {
            if let Some(group) = machine.groups.all.get_mut(&group) {
                group.offsets.remove(&place);
            }
        }
        Some(value) => {
            let Some(mut committed) = offset::read_value(value) else { return };
            committed.record_offset = record.offset;
            if header.is_transactional() {
                let pending = machine.groups.pending.entry((partition, header.producer_id)).or_default();
                pending.insert((group, place), committed);
            } else {
                machine.groups.open_classic(&group, machine.now());
                machine.groups.commit(&group, place, committed);
            }
        }
    }
}

fn replay_classic(machine: &mut Machine, record: &Record) {
    let Some(id) = record.key.as_deref().and_then(classic::read_key) else { return };
    let Some(value) = record.value.as_deref() else {
        machine.groups.all.remove(&id);
        return;
    };
    let Some(group) = classic::read_value(value, machine.now()) else { return };
    if let Some(at) = group.deadline() {
        due(machine, at);
    }
    let offsets = machine.groups.all.remove(&id).map(|known| known.offsets).unwrap_or_default();
    machine.groups.all.insert(id, Group { kind: Kind::Classic(Box::new(group)), offsets });
}

/// A record of a consumer group: it changes the group in memory as it did when it was written.
fn replay_consumer(machine: &mut Machine, record: &Record) {
    let Some((id, change)) = record.key.as_deref().and_then(|key| consumer::read(key, record.value.as_deref())) else {
        return;
    };
    if change == consumer::Change::Gone {
        machine.groups.all.remove(&id);
        return;
    }
    let group = machine
        .groups
        .all
        .entry(id)
        .or_insert_with(|| Group { kind: Kind::Consumer(Box::default()), offsets: super::Offsets::new() });
    if let Kind::Classic(_) = group.kind {
        group.kind = Kind::Consumer(Box::default());
    }
    if let Kind::Consumer(known) = &mut group.kind {
        consumer::apply(known, change);
    }
}

/// Gives every member of these consumer groups a session from now on, as a coordinator does that has just taken over.
pub(crate) fn start_sessions(machine: &mut Machine, groups: &[String]) {
    for id in groups {
        let Some(key) = known_partition(machine, CoordinatorKind::Group, id) else { continue };
        consumer_group::step(machine, key, id, super::Consumer::resume);
    }
}
