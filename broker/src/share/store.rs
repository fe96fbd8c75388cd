//! Keeps share-partitions in `__share_group_state`, in Kafka's format: a snapshot for each change, a tombstone at the end.

use uuid::Uuid;

use super::queue::{Queue, Resting};
use super::{Part, PartKey};
use crate::control::coordinator::{CoordinatorKind, partition_of};
use crate::machine::Machine;
use crate::metadata::TopicPartition;
use crate::records::build::{BatchBuilder, NewRecord};
use crate::records::read;

/// Keeps a share-partition as it is, if it is another than was kept last.
pub(super) fn keep(machine: &mut Machine, key: &PartKey) {
    let Some(part) = machine.shares.parts.get_mut(key) else { return };
    let now = (part.queue.start(), part.queue.resting());
    if part.kept.as_ref() == Some(&now) {
        return;
    }
    part.snapshot_epoch += 1;
    let value = value(part, &now.1);
    part.kept = Some(now);
    write(machine, key, Some(&value));
}

/// Removes what is kept of a share-partition.
pub(super) fn forget(machine: &mut Machine, key: &PartKey) {
    if machine.shares.parts.remove(key).is_some() {
        write(machine, key, None);
    }
}

fn write(machine: &mut Machine, key: &PartKey, value: Option<&[u8]>) {
    let (group, TopicPartition { topic, partition }) = key;
    let name = format!("{group}:{topic}:{partition}");
    let mut batch = BatchBuilder::default();
    let (bytes, timestamp) = (key_bytes(key), machine.now());
    batch.push(&NewRecord { timestamp, key: Some(&bytes), value, ..NewRecord::default() });
    let written = partition_of(machine, CoordinatorKind::Share, &name).and_then(|place| {
        let epoch = machine.metadata.partition(place).map_or(0, |partition| partition.leader_epoch);
        let log = machine.logs.get_mut(place).ok_or_else(|| std::io::Error::other("no log"))?;
        log.append(&batch.finish(), epoch).map(|_| place)
    });
    match written {
        Ok(place) => crate::data::appended(machine, place),
        Err(error) => tracing::warn!(%error, group, "the state of a share group cannot be written"),
    }
}

fn key_bytes((group, place): &PartKey) -> Vec<u8> {
    let mut out = vec![0, 0];
    out.extend_from_slice(&u16::try_from(group.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend_from_slice(group.as_bytes());
    out.extend_from_slice(place.topic.as_bytes());
    out.extend_from_slice(&place.partition.to_be_bytes());
    out
}

fn value(part: &Part, resting: &[Resting]) -> Vec<u8> {
    let mut out = vec![0, 0];
    out.extend_from_slice(&part.snapshot_epoch.to_be_bytes());
    out.extend_from_slice(&0_i32.to_be_bytes());
    out.extend_from_slice(&0_i32.to_be_bytes());
    out.extend_from_slice(&part.queue.start().to_be_bytes());
    out.extend_from_slice(&(-1_i64).to_be_bytes());
    out.extend_from_slice(&(-1_i64).to_be_bytes());
    unsigned(&mut out, resting.len() + 1);
    for range in resting {
        out.extend_from_slice(&range.first.to_be_bytes());
        out.extend_from_slice(&range.last.to_be_bytes());
        out.push(range.state);
        out.extend_from_slice(&range.deliveries.to_be_bytes());
        out.push(0);
    }
    out.push(0);
    out
}

fn unsigned(out: &mut Vec<u8>, mut rest: usize) {
    while rest >= 0x80 {
        out.push(u8::try_from(rest & 0x7f).unwrap_or(0) | 0x80);
        rest >>= 7;
    }
    out.push(u8::try_from(rest).unwrap_or(0));
}

/// Brings back every share-partition; the last record of one counts.
pub(super) fn load(machine: &mut Machine) {
    let topic = machine.metadata.topic(CoordinatorKind::Share.topic());
    let Some((topic, count)) = topic.map(|topic| (topic.id, topic.partitions.len())) else { return };
    for partition in 0..i32::try_from(count).unwrap_or(i32::MAX) {
        for (key, part) in read_partition(machine, TopicPartition { topic, partition }) {
            match part {
                Some(part) if machine.metadata.partition(key.1).is_some() => {
                    machine.shares.groups.entry(key.0.clone()).or_default();
                    machine.shares.parts.insert(key, part);
                }
                _ => {
                    machine.shares.parts.remove(&key);
                }
            }
        }
    }
}

fn read_partition(machine: &Machine, place: TopicPartition) -> Vec<(PartKey, Option<Part>)> {
    let (Some(log), mut found) = (machine.logs.get(place), Vec::new()) else { return Vec::new() };
    let (mut at, end) = (log.start_offset(), log.end_offset());
    while at < end {
        let batches = log.batches(at, end).unwrap_or_default();
        if batches.is_empty() {
            tracing::warn!(partition = place.partition, at, "the share-group state cannot be read further");
            break;
        }
        for (header, batch) in batches {
            at = header.next_offset();
            for record in read::records(&batch).unwrap_or_default() {
                let Some(key) = record.key.as_deref().and_then(read_key) else { continue };
                found.push((key, record.value.as_deref().and_then(read_value)));
            }
        }
    }
    found
}

fn read_key(bytes: &[u8]) -> Option<PartKey> {
    let mut rest = bytes;
    if take::<2>(&mut rest)? != [0, 0] {
        return None;
    }
    let length = usize::from(u16::from_be_bytes(take(&mut rest)?));
    let (group, tail) = rest.split_at_checked(length)?;
    rest = tail;
    let topic = Uuid::from_bytes(take(&mut rest)?);
    let partition = i32::from_be_bytes(take(&mut rest)?);
    Some((String::from_utf8(group.to_vec()).ok()?, TopicPartition { topic, partition }))
}

fn read_value(bytes: &[u8]) -> Option<Part> {
    let mut rest = bytes;
    if take::<2>(&mut rest)? != [0, 0] {
        return None;
    }
    let snapshot_epoch = i32::from_be_bytes(take(&mut rest)?);
    take::<8>(&mut rest)?;
    let start = i64::from_be_bytes(take(&mut rest)?);
    take::<16>(&mut rest)?;
    let (mut count, mut shift) = (0_usize, 0);
    loop {
        let [byte] = take(&mut rest)?;
        count |= usize::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
    }
    let mut resting = Vec::new();
    for _ in 1..count {
        let (first, last) = (i64::from_be_bytes(take(&mut rest)?), i64::from_be_bytes(take(&mut rest)?));
        let [state] = take(&mut rest)?;
        resting.push(Resting { first, last, state, deliveries: i16::from_be_bytes(take(&mut rest)?) });
        take::<1>(&mut rest)?;
    }
    let queue = Queue::restored(start, &resting);
    Some(Part { queue, kept: Some((start, resting)), snapshot_epoch })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}
