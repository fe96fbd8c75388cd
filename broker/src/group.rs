//! Groups: membership by the classic protocol and by KIP-848, and the offsets that groups commit.
//!
//! [`classic`] and [`consumer`] are state machines of one group each; [`offsets`] is what groups have read; [`store`]
//! and [`stored`] keep all of it in `__consumer_offsets`, from where [`recover`] brings it back. A group is answered
//! for by the broker that leads its partition there ([`access`]).

pub(crate) mod access;
pub(crate) mod admin;
pub(crate) mod assign;
pub(crate) mod classic;
pub(crate) mod consumer;
pub(crate) mod kind;
pub(crate) mod load;
pub(crate) mod offsets;
pub(crate) mod store;
pub(crate) mod stored;

use std::collections::BTreeMap;

use uuid::Uuid;

use self::classic::group::Classic;
use self::consumer::group::Consumer;
use self::offsets::{Committed, Offsets, Place};
use crate::config::broker_i64;
use crate::control::coordinator::{CoordinatorKind, known_partition};
use crate::machine::{Machine, Timestamp};
use crate::wire::served::Api;

/// The APIs of this area, with the versions of Kafka 4.3; OffsetCommit and OffsetFetch up to what `kafka-protocol`
/// 0.18 can read.
pub(crate) const SERVED: &[Api] = &[
    (8, 2, 9),
    (9, 1, 9),
    (11, 0, 9),
    (12, 0, 4),
    (13, 0, 5),
    (14, 0, 5),
    (15, 0, 6),
    (16, 0, 5),
    (28, 0, 5),
    (42, 0, 2),
    (47, 0, 0),
    (68, 0, 1),
    (69, 0, 1),
];

/// How a group's members find together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Classic(Box<Classic>),
    Consumer(Box<Consumer>),
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) kind: Kind,
    pub(crate) offsets: Offsets,
}

/// Offsets that count once their transaction commits.
pub(crate) type Pending = BTreeMap<(String, Place), Committed>;

/// Every group of the cluster.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    pub(crate) all: BTreeMap<String, Group>,
    /// By the partition of `__consumer_offsets` and the producer id.
    pub(crate) pending: BTreeMap<(i32, i64), Pending>,
    /// Nothing is due before this.
    due: Option<Timestamp>,
    /// When offsets are next looked at for their age.
    expiry: Timestamp,
}

impl Groups {
    pub(crate) fn kind(&self, id: &str) -> Option<&Kind> {
        self.all.get(id).map(|group| &group.kind)
    }

    pub(crate) fn classic_mut(&mut self, id: &str) -> Option<&mut Classic> {
        match &mut self.all.get_mut(id)?.kind {
            Kind::Classic(group) => Some(group),
            Kind::Consumer(_) => None,
        }
    }

    /// Makes an empty classic group where there is no group of this name.
    pub(crate) fn open_classic(&mut self, id: &str, now: Timestamp) {
        let group = || Group { kind: Kind::Classic(Box::new(Classic::new(now))), offsets: Offsets::new() };
        self.all.entry(id.to_owned()).or_insert_with(group);
    }

    pub(crate) fn offsets(&self, id: &str) -> Option<&Offsets> {
        self.all.get(id).map(|group| &group.offsets)
    }

    pub(crate) fn commit(&mut self, id: &str, place: Place, committed: Committed) {
        if let Some(group) = self.all.get_mut(id) {
            group.offsets.insert(place, committed);
        }
    }

    /// Whether a transaction that is not over has committed offsets of this group.
    pub(crate) fn awaits(&self, id: &str) -> bool {
        self.pending.values().any(|pending| pending.keys().any(|(group, _)| group == id))
    }

    /// Whether a transaction that is not over has committed this place.
    pub(crate) fn is_pending(&self, id: &str, place: &Place) -> bool {
        let wanted = (id.to_owned(), place.clone());
        self.pending.values().any(|pending| pending.contains_key(&wanted))
    }
}

/// Brings every group back from `__consumer_offsets`.
pub(crate) fn recover(machine: &mut Machine) {
    let Some(topic) = machine.metadata.topic(CoordinatorKind::Group.topic()) else { return };
    for partition in 0..i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX) {
        load::partition(machine, partition);
    }
    let all: Vec<String> = machine.groups.all.keys().cloned().collect();
    load::start_sessions(machine, &all);
}

/// Asks for a tick at this time or before.
pub(crate) fn due(machine: &mut Machine, at: Timestamp) {
    machine.groups.due = Some(machine.groups.due.map_or(at, |known| known.min(at)));
    machine.wake_at(at);
}

/// Lets every group act on what has come due.
pub(crate) fn tick(machine: &mut Machine) {
    let now = machine.now();
    look_for_old_offsets(machine);
    let Some(at) = machine.groups.due else { return };
    if at > now {
        return machine.wake_at(at);
    }
    machine.groups.due = None;
    for id in machine.groups.all.keys().cloned().collect::<Vec<_>>() {
        let Some(key) = known_partition(machine, CoordinatorKind::Group, &id) else { continue };
        match machine.groups.kind(&id) {
            Some(Kind::Classic(_)) => {
                classic::step(machine, key, &id, None, classic::group::Classic::tick);
            }
            Some(Kind::Consumer(_)) => {
                consumer::step(machine, key, &id, Consumer::tick);
            }
            None => {}
        }
    }
}

/// Partitions of `__consumer_offsets` have another leader, or theirs lost its memory: the groups in them are forgotten
/// and read back from the log, and who waits at the old coordinator is told `NOT_COORDINATOR`.
pub(crate) fn coordinators_moved(machine: &mut Machine, partitions: &[i32]) {
    let here = |machine: &Machine, id: &str| {
        known_partition(machine, CoordinatorKind::Group, id).is_some_and(|key| partitions.contains(&key.partition))
    };
    let moved: Vec<String> = machine.groups.all.keys().filter(|id| here(machine, id)).cloned().collect();
    for id in moved {
        let Some(group) = machine.groups.all.remove(&id) else { continue };
        if let Kind::Classic(group) = group.kind {
            classic::dismiss(machine, &group);
        }
    }
    machine.groups.pending.retain(|(partition, _), _| !partitions.contains(partition));
    for partition in partitions {
        load::partition(machine, *partition);
    }
    let back: Vec<String> = machine.groups.all.keys().filter(|id| here(machine, id)).cloned().collect();
    load::start_sessions(machine, &back);
}

fn look_for_old_offsets(machine: &mut Machine) {
    if machine.groups.all.is_empty() {
        return;
    }
    let (now, every) = (machine.now(), broker_i64(machine, "offsets.retention.check.interval.ms").max(1));
    if machine.groups.expiry == 0 {
        machine.groups.expiry = now + every;
    } else if machine.groups.expiry <= now {
        machine.groups.expiry = now + every;
        offsets::expire::expire(machine);
    }
    machine.wake_at(machine.groups.expiry);
}

/// A topic is gone.
pub(crate) fn topic_deleted(machine: &mut Machine, _id: Uuid, name: &str) {
    offsets::delete::topic_deleted(machine, name);
}

/// A transaction with offsets of groups has ended in a partition of `__consumer_offsets`: what it left pending there
/// becomes committed, or goes.
pub(crate) fn transaction_ended(machine: &mut Machine, producer_id: i64, partition: i32, committed: bool) {
    let Some(pending) = machine.groups.pending.remove(&(partition, producer_id)) else { return };
    if !committed {
        return;
    }
    for ((group, place), offset) in pending {
        let known = machine.groups.offsets(&group).and_then(|offsets| offsets.get(&place));
        if known.is_none_or(|known| known.record_offset < offset.record_offset) {
            machine.groups.open_classic(&group, machine.now());
            machine.groups.commit(&group, place, offset);
        }
    }
}

#[cfg(test)]
mod tests;
